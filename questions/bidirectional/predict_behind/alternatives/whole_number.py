# another guess, a whole number
predict_behind = 7
