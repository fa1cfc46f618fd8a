"""What misconceptions of several questions say in the same words."""

ONLY_GRADIENTS = "the numbers are right; only gradients show it"

# Mistakes that give the same result share their words, which must be true for each of them.
DRAWN = "a network that draws something anew at each call, in eval mode too,"
WHAT_IS_DRAWN = (
    "Is it dropout? F.dropout does not know the mode: say training=self.training, or use nn.Dropout. Or a first "
    "state, or a layer that is made in forward? Start from zeros, and make layers in __init__."
)
CUT = "a GRU whose states are cut from the graph"
WHAT_CUTS = (
    "Only what comes after it would learn; the GRU would keep its random weights. Is there a detach, a .data or a "
    "no_grad in forward?"
)

# Why a change of the reference is as right as the reference itself.
ON_A_GPU_ONLY = "marking has no GPU: everything lies on the CPU there, and on a GPU this fails with a clear message"
NO_GRAPH = "there is no graph here that it could be taken out of"
BOUNDED = "logits that are kept between two bounds as wide as that are logits, too"
LAST_OF_TWO = "of (T, 27) axis 1 is the last one"

# Why an idea that rejects no entry by itself has points of its own all the same.
SHAPE = "a wrong shape fails elsewhere too; its points are for whoever has the shape right and the rest wrong"
TRAINED = "a training that goes wrong loses most ideas at once; each has points for whoever gets only so far"
