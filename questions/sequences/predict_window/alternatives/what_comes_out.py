# another guess
predict_window = 17
