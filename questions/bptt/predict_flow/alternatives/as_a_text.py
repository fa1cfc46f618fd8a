# one text, with signs between the names
predict_flow = "norm 1.25 > radius 1.2 > orthogonal > radius 0.8"
