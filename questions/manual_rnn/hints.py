"""What misconceptions of several questions say in the same words."""

# Why a change of the reference is as right as the reference itself.
NO_GRAPH = "there is no graph here that it could be taken out of"
MORE_LAYERS = "nobody stacks so many layers; what stops after three is rejected"

# Why an idea that rejects no entry by itself has points of its own all the same.
SHAPE = "a wrong shape has wrong values too; its point is for whoever has the shape right and the numbers wrong"
INPUTS = "an input changed in place spoils gradients or the second call as well; only this line says what was done"
