"""Wrong answers to predict_last_step: no letter was committed."""

from unrolled.checking.prediction import not_committed

MISCONCEPTIONS = not_committed('"C"', '"E"')
