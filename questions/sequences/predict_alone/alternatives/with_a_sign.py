# a text with a percent sign
predict_alone = "20 %"
