# another letter
predict_last_step = "A"
