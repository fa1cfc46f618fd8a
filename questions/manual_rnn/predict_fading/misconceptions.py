"""Nothing is wrong but to commit to nothing."""

from unrolled.checking.prediction import not_committed

MISCONCEPTIONS = not_committed("0.5", "9.0")

EQUIVALENT = {
    "line 1: 0.5 becomes 0.505": "any guess counts",
}
