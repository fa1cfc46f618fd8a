"""Wrong answers to train_bi_rnn: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

MISCONCEPTIONS = [
    Misconception(
        "never_stepped",
        at="        optimizer.step()\n",
        becomes="",
        what="an optimizer that never takes a step",
        hint="backward only works gradients out; optimizer.step() moves the weights.",
        caught_by=("bi", "ratio", "uni", "budget"),
    ),
    Misconception(
        "broadcast_to_the_mean",
        at="guesses = model(x)[0].squeeze(-1)",
        becomes="y = y.reshape(-1)\n        guesses = model(x)[0].reshape(-1, 1)",
        what="predictions and distances that meet by broadcasting, every one with every other",
        hint="Print both shapes: they must be equal. The best answer to all distances at once is their mean.",
        caught_by=("bi", "ratio", "uni", "budget"),
        seen="(N, 1) against (N,), in public solutions of regression tasks",
    ),
    Misconception(
        "uni_twice",
        at="bi_model = CharRegressionBiRNN(",
        becomes="bi_model = CharRegressionRNN(",
        what="two networks of one direction",
        hint="bi_model is to be a CharRegressionBiRNN.",
        caught_by=("bi", "ratio", "budget"),
    ),
    Misconception(
        "uni_untrained",
        at="train(uni_model, uni_history)\n",
        becomes="",
        what="a comparison with a network that was never trained",
        hint="An untrained network is easy to beat: train both, the same way.",
        caught_by=("uni",),
    ),
    Misconception(
        "uni_is_the_trained_one",
        at="train(bi_model, bi_history)",
        becomes="train(uni_model, bi_history)",
        what="training one network twice, and the other not at all",
        hint="Which network is given to the second training?",
        caught_by=("bi", "ratio", "budget"),
    ),
    Misconception(
        "made_anew",
        at="train(bi_model, bi_history)",
        becomes="train(bi_model, bi_history)\nbi_model = CharRegressionBiRNN(len(chars), **sizes).to(device)",
        what="a network that is made anew after its training",
        hint="A new network has new random weights: what was learned is in the old one.",
        caught_by=("bi", "ratio", "budget"),
    ),
    Misconception(
        "five_steps",
        at="steps=300",
        becomes="steps=5",
        what="a training that ends after a few steps",
        hint="Look at the curve: does it still fall where it ends?",
        caught_by=("bi", "ratio", "uni", "budget"),
    ),
    Misconception(
        "far_too_careful",
        at="lr=5e-3",
        becomes="lr=5e-7",
        what="a learning rate so small that nothing moves",
        hint="With Adam a step changes each weight by about the learning rate. How many steps to move by 0.5?",
        caught_by=("bi", "ratio", "uni", "budget"),
    ),
    Misconception(
        "far_too_bold",
        at="lr=5e-3",
        becomes="lr=3.0",
        what="a learning rate so large that the network jumps about",
        hint="The curve does not settle: the steps are longer than the valleys are wide.",
        caught_by=("bi", "ratio", "uni", "budget"),
    ),
    Misconception(
        "places_moved",
        at="loss = F.mse_loss(guesses, y.float())",
        becomes="loss = F.mse_loss(guesses[:, :-2], y[:, 2:].float())",
        what="targets that are moved against the text, as in a language model",
        hint="A prediction is about its own character: guesses and y have the same places.",
        caught_by=("bi", "budget"),
        seen="document 000's text speaks of labels moved by one",
    ),
    Misconception(
        "last_step_only",
        at="loss = F.mse_loss(guesses, y.float())",
        becomes="loss = F.mse_loss(guesses[:, -1], y[:, -1].float())",
        what="a loss on the last character only",
        hint="Every character of a window has a distance to learn from.",
        caught_by=("bi", "ratio", "uni", "budget"),
    ),
    Misconception(
        "other_units",
        at="y.float())",
        becomes="y.float() / 10)",
        what="distances in other units",
        hint="What the network says has to be the distance itself, in steps.",
        caught_by=("bi", "ratio", "uni", "budget"),
    ),
    Misconception(
        "ids_for_distances",
        at="y.float())",
        becomes="x.float())",
        what="the ids as targets",
        hint="What is to be predicted is y; x is what is read.",
        caught_by=("bi", "ratio", "uni", "budget"),
    ),
    Misconception(
        "another_batch",
        at="loss = F.mse_loss(guesses, y.float())",
        becomes='_, y = get_batch("train", 24, 48, device)\n        loss = F.mse_loss(guesses, y.float())',
        what="the distances of another batch",
        hint="x and y belong together: both come from one call of get_batch.",
        caught_by=("bi", "ratio", "uni", "budget"),
    ),
    Misconception(
        "uphill",
        at="loss.backward()",
        becomes="(-loss).backward()",
        what="a training that makes the loss larger",
        hint="The optimizer makes smaller what backward was called on.",
        caught_by=("bi", "ratio", "uni", "budget"),
    ),
    Misconception(
        "counts_in_forward",
        at="uni_model = CharRegressionRNN(",
        becomes="""class Counts(CharRegressionBiRNN):
    def forward(self, x, hidden=None):
        out, hidden = super().forward(x, hidden)
        return 0 * out + label_fn(x, SPACE).unsqueeze(-1), hidden


CharRegressionBiRNN = Counts
uni_model = CharRegressionRNN(""",
        what="a forward that counts the distances itself",
        hint="The distances are to come out of what was learned.",
        caught_by=("bi", "ratio", "network", "budget"),
    ),
]

_TRAINED = "a training that goes wrong loses most ideas at once; each has points for whoever gets only so far"

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = dict.fromkeys(("bi", "ratio", "network", "budget"), _TRAINED)

EQUIVALENT = {
    "results a step late": "neighbours differ by one step, and an error of about one is below the limit",
}
