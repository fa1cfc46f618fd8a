# another guess
predict_fading = 0.9
