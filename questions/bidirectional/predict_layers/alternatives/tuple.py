# another order, in a tuple
predict_layers = ("wide", "two layers", "one layer")
