"""Nothing is wrong but to commit to nothing."""

from unrolled.checking.prediction import not_committed

MISCONCEPTIONS = not_committed("70", "160")

EQUIVALENT = {
    "line 1: 70 becomes 71": "any guess counts",
}
