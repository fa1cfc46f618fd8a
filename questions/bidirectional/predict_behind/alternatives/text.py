# a text with a number in it
predict_behind = "2.5"
