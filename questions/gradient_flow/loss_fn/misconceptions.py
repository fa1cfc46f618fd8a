"""Wrong answers to loss_fn: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import SYMMETRIC

MISCONCEPTIONS = [
    Misconception(
        "last_output_for_the_last_step",
        at="pred[:, -1], y[:, -1]",
        becomes="pred[..., -1], y[..., -1]",
        what="a loss of the last output instead of the last step",
        hint="The axes are (B, T, O): time is the second, not the last.",
        caught_by=("values",),
        seen="document 001's test accepts it, and rejects the right one",
    ),
    Misconception(
        "last_sequence_for_the_last_step",
        at="pred[:, -1], y[:, -1]",
        becomes="pred[-1], y[-1]",
        what="a loss of the last sequence instead of the last step",
        hint="The axes are (B, T, O): the first is the batch.",
        caught_by=("values",),
    ),
    Misconception(
        "first_step_for_the_last",
        at="pred[:, -1], y[:, -1]",
        becomes="pred[:, 0], y[:, 0]",
        what="a loss of the first step",
        hint="The last step has the index −1.",
        caught_by=("values",),
    ),
    Misconception(
        "third_step_for_the_last",
        at="pred[:, -1], y[:, -1]",
        becomes="pred[:, 2], y[:, 2]",
        what="a loss of a fixed step",
        hint="Sequences have different lengths: count from the end.",
        caught_by=("values",),
        seen="document 001's test accepts it",
    ),
    Misconception(
        "one_output_of_the_last_step",
        at="pred[:, -1], y[:, -1]",
        becomes="pred[:, -1, 0], y[:, -1, 0]",
        what="a loss of the first output only",
        hint="With O outputs all of them count.",
        caught_by=("values",),
    ),
    Misconception(
        "all_targets_for_the_last_prediction",
        at="pred, y = pred[:, -1], y[:, -1]",
        becomes="pred = pred[:, -1:].expand_as(y)",
        what="the last prediction compared with the targets of every step",
        hint="Both are to be cut to the last step, the predictions and the targets.",
        caught_by=("values",),
    ),
    Misconception(
        "flag_ignored",
        at="if last_timestep_only:",
        becomes="if False:",
        what="a loss of every step, whatever is asked for",
        hint="last_timestep_only decides which steps count.",
        caught_by=("values",),
        seen="document 001's tests only print the difference",
    ),
    Misconception(
        "flag_inverted",
        at="if last_timestep_only:",
        becomes="if not last_timestep_only:",
        what="a flag that stands the wrong way round",
        hint="True means: the last step only.",
        caught_by=("values",),
    ),
    Misconception(
        "sum_for_mean",
        at="F.mse_loss(pred, y)",
        becomes='F.mse_loss(pred, y, reduction="sum")',
        what="the sum of the squared errors",
        hint="A sum grows with the batch and the length; the mean does not.",
        caught_by=("values",),
        seen="document 001's tests only print the difference",
    ),
    Misconception(
        "root_of_the_mean",
        at="F.mse_loss(pred, y)",
        becomes="F.mse_loss(pred, y).sqrt()",
        what="the root of the mean squared error",
        hint="The mean of the squares, without a root.",
        caught_by=("values",),
    ),
    Misconception(
        "half_of_the_mean",
        at="F.mse_loss(pred, y)",
        becomes="F.mse_loss(pred, y) / 2",
        what="half of the mean squared error",
        hint="Some texts put ½ in front, to have a simpler derivative. Here it is the plain mean.",
        caught_by=("values",),
    ),
    Misconception(
        "absolute_errors",
        at="F.mse_loss(pred, y)",
        becomes="F.l1_loss(pred, y)",
        what="the mean of the absolute errors",
        hint="Square the errors.",
        caught_by=("values",),
    ),
    Misconception(
        "not_reduced",
        at="F.mse_loss(pred, y)",
        becomes='F.mse_loss(pred, y, reduction="none")',
        what="a squared error for each prediction",
        hint="backward() starts from one number: take the mean.",
        caught_by=("values", "shape"),
    ),
    Misconception(
        "rebuilt_tensor",
        at="F.mse_loss(pred, y)",
        becomes="torch.tensor(F.mse_loss(pred, y).item())",
        what="a loss without a graph behind it",
        hint="The number is right, and nothing can learn from it. Is there an item(), a detach or a torch.tensor?",
        caught_by=("gradients",),
        seen="document 001's tests accept it",
    ),
    Misconception(
        "plain_number",
        at="F.mse_loss(pred, y)",
        becomes="F.mse_loss(pred, y).item()",
        what="a plain number instead of a tensor",
        hint="Return the tensor itself; item() takes the graph away.",
        caught_by=("gradients", "shape"),
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 4: y[:, -1] detached": "targets are given; nobody asks for their gradient",
    "line 4: pred and y swapped": SYMMETRIC,
    "line 4: pred[:, -1] and y[:, -1] swapped": SYMMETRIC,
    "line 5: F.mse_loss: pred and y swapped": SYMMETRIC,
}

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {"shape": "a loss of another shape has other values or no gradient; it tells which of the two is off"}
