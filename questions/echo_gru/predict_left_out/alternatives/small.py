# a small letter
predict_left_out = "a"
