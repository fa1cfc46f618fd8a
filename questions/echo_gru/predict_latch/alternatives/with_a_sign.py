# a text with a percent sign
predict_latch = "35 %"
