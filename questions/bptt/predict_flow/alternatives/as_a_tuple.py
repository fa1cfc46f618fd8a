# a tuple, and the wrong way round
predict_flow = ("radius 0.8", "orthogonal", "norm 1.25", "radius 1.2")
