# a text with a percent sign
predict_bag = "85 %"
