"""Wrong answers to predict_layers: no order was committed."""

from unrolled.checking.prediction import not_committed

MISCONCEPTIONS = not_committed('["two layers", "wide", "one layer"]', '["two layers", "wide"]')
