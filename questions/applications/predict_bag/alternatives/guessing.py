# the guess of a coin, as a float
predict_bag = 50.0
