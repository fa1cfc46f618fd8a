"""What misconceptions of several questions say in the same words."""

# Why a change of the reference is as right as the reference itself.
TEXT_OF_AN_ERROR = "the contract asks for the error, not for its text"
NO_GRAPH = "ids have no graph that they could be taken out of"
