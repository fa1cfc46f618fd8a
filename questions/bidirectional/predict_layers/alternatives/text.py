# one text, with commas
predict_layers = "two layers, one layer, wide"
