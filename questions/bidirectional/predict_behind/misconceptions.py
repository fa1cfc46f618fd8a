"""Wrong answers to predict_behind: none was committed."""

from unrolled.checking.prediction import not_committed

MISCONCEPTIONS = not_committed("0.3", "-1")
