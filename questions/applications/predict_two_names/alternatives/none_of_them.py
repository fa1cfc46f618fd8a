# nothing at all is right
predict_two_names = 0
