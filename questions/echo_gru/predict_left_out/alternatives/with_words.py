# the letter and the words behind it
predict_left_out = "B) the warm-up"
