# the order that the figure shows
predict_flow = ["radius 1.2", "orthogonal", "radius 0.8", "norm 1.25"]
