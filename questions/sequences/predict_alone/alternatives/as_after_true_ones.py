# another guess, as a float
predict_alone = 93.0
