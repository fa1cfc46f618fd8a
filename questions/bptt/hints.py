"""What misconceptions of several questions say in the same words."""

# Why a change of the reference is as right as the reference itself.
NO_GRAPH = "there is no graph to take it out of"
SHAPE = "all states have the same shape, and only that counts here"
LATER = "what is kept for the way back is looked at in question 3"
