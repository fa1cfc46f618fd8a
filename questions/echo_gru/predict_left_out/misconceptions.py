"""Nothing is wrong but to commit to nothing."""

from unrolled.checking.prediction import not_committed

MISCONCEPTIONS = not_committed('"C"', '"E"')
