"""Wrong answers to lstm_gradients: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import (
    ANY_ROW,
    BACKWARDS,
    FROZEN,
    IN_ORDER,
    LEFT_BEHIND,
    MAKE_ONE,
    NO_GRAPH,
    ROOT,
    SAME_NUMBERS,
    SHORT,
    SQUARED,
    USE_GRAD,
    WANT_ONE,
)

MISCONCEPTIONS = [
    Misconception(
        "last_to_first",
        at="for g in gradients",
        becomes="for g in gradients[::-1]",
        what=BACKWARDS,
        hint=IN_ORDER,
        caught_by=("rnn", "hidden", "cell"),
    ),
    Misconception(
        "norms_of_the_states",
        at="for g in gradients",
        becomes="for g in steps",
        what="norms of the states themselves",
        hint="It is the gradient's norm that is asked for.",
        caught_by=("rnn", "hidden", "cell"),
    ),
    Misconception(
        "squared_norms",
        at="g.norm() for",
        becomes="g.square().sum() for",
        what=SQUARED,
        hint=ROOT,
        caught_by=("rnn", "hidden", "cell"),
    ),
    Misconception(
        "norms_of_the_first_sequence",
        at="g.norm() for",
        becomes="g[0].norm() for",
        what="norms of the first sequence only",
        hint="The norm is taken of the whole (B, H) tensor.",
        caught_by=("rnn", "hidden", "cell"),
        seen="document 001 measures the states of the first sequence and the gradients of all",
    ),
    Misconception(
        "mean_for_sum",
        at="last_h.sum()",
        becomes="last_h.mean()",
        what="the mean of the last state as the loss",
        hint="The loss is the sum of all numbers of the last state.",
        caught_by=("rnn", "hidden", "cell"),
    ),
    Misconception(
        "all_states_in_the_loss",
        at="_, last_h = layer",
        becomes="last_h, _ = layer",
        what="the sum of all states as the loss",
        hint="The layer gives two things; the second is the last state.",
        caught_by=("rnn", "hidden", "cell"),
    ),
    Misconception(
        "squares_in_the_loss",
        at="last_h.sum()",
        becomes="last_h.square().sum()",
        what="a sum of squares as the loss",
        hint="The loss is the sum of the numbers as they are.",
        caught_by=("rnn", "hidden", "cell"),
    ),
    Misconception(
        "cells_forgotten",
        at='if hasattr(layer, "c_list"):',
        becomes="if False:",
        what="gradients of the states alone",
        hint="A layer with a c_list has a second row, for its cell states.",
        caught_by=("cell",),
    ),
    Misconception(
        "states_for_cells",
        at='states["c"] = layer.c_list',
        becomes='states["c"] = layer.h_list',
        what="gradients of the states under the name of the cell states",
        hint="The cell states are in c_list.",
        caught_by=("cell",),
    ),
    Misconception(
        "cells_of_an_rnn",
        at='        if hasattr(layer, "c_list"):\n            states["c"] = layer.c_list',
        becomes='        states["c"] = getattr(layer, "c_list", layer.h_list)',
        what="a row of cell states for a layer that has none",
        hint="Ask the layer whether it has a c_list.",
        caught_by=("rnn",),
    ),
    Misconception(
        "somebody_elses_graph",
        at="with torch.enable_grad():",
        becomes="if True:",
        what=NO_GRAPH,
        hint=MAKE_ONE,
        caught_by=("modes",),
    ),
    Misconception(
        "frozen_layer_fails",
        at="x.detach().requires_grad_()",
        becomes="x",
        what=FROZEN,
        hint=WANT_ONE,
        caught_by=("modes",),
    ),
    Misconception(
        "gradients_left_behind",
        at="gradients = torch.autograd.grad(loss, steps, retain_graph=True)",
        becomes="[s.retain_grad() for s in steps]\n            loss.backward(retain_graph=True)\n"
        "            gradients = [s.grad for s in steps]",
        what=LEFT_BEHIND,
        hint=USE_GRAD,
        caught_by=("modes",),
    ),
    Misconception(
        "last_hundred_steps",
        at="for name, steps in states.items():",
        becomes="for name, steps in ((name, steps[-100:]) for name, steps in states.items()):",
        what="gradients of the last hundred states",
        hint="The row has a number for every tensor of the list.",
        caught_by=("rnn", "hidden", "cell"),
        hidden_only=SHORT,
    ),
    Misconception(
        "norms_with_a_limit",
        at="torch.stack([g.norm() for g in gradients])",
        becomes="torch.stack([g.norm() for g in gradients]).clamp(max=20)",
        what="norms that are cut off at a limit",
        hint="A gradient that explodes is to be seen: the norm as it is.",
        caught_by=("rnn", "hidden", "cell"),
        hidden_only="no gradient of the visible test is large",
    ),
    Misconception(
        "norm_of_each_unit",
        at="g.norm() for",
        becomes="g.norm(dim=0).mean() for",
        what="norms of each unit, and their mean",
        hint="The norm is taken of the whole (B, H) tensor, one number for a step.",
        caught_by=("rnn", "hidden", "cell"),
        hidden_only="the visible test's layers have one unit",
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 4: .detach() dropped": SAME_NUMBERS,
    "line 11: torch.stack([g.norm() for g  … detached": "norms are read; nothing is trained on them",
    "line 11: torch.stack() dropped": ANY_ROW,
    "line 9: the loop ends after 25 turns": "there are two rows at the most",
    "line 9: the loop ends after 3 turns": "there are two rows at the most",
}

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {
    "rnn": "what is wrong in the rows of an LSTM is mostly wrong here too; it is the simpler case, and tried first",
    "hidden": "what is wrong in this row is wrong in the others too; it tells which row is right",
}
