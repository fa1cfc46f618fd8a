# a text with a percent sign
predict_two_names = "25 %"
