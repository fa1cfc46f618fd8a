# in brackets
predict_left_out = "(D)"
