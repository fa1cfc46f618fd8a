# another guess, as a float
predict_latch = 4.0
