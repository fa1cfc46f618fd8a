# a whole number, in a text
predict_fading = "0"
