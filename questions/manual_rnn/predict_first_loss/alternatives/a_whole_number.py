# another guess, as an int
predict_first_loss = 1
