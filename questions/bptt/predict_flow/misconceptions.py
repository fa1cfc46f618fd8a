"""Wrong answers to predict_flow: those that commit to nothing."""

from unrolled.checking.prediction import not_committed

MISCONCEPTIONS = not_committed('["radius 1.2", "norm 1.25", "orthogonal", "radius 0.8"]', '["radius 1.2"]')
