# in capitals
predict_layers = ["Two layers", "One layer", "Wide"]
