"""Wrong answers to predict_recall: no letter was committed."""

from unrolled.checking.prediction import not_committed

MISCONCEPTIONS = not_committed('"B"', '"E"')
