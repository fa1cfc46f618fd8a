# a text with a percent sign
predict_window = "33 %"
