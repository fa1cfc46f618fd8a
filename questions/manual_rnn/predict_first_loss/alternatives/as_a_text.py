# a text
predict_first_loss = "3.5"
