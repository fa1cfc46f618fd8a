"""Wrong answers to truncated_bptt: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import SHAPE

MISCONCEPTIONS = [
    Misconception(
        "not_cut",
        at="np.zeros_like(dz) if t % self.k == 0 else self.W_hh.T @ dz",
        becomes="self.W_hh.T @ dz",
        what="the full gradient",
        hint="Before step k, 2k, … nothing goes on to the step before.",
        caught_by=("pieces",),
    ),
    Misconception(
        "kept_at_the_cut",
        at="np.zeros_like(dz) if t % self.k == 0",
        becomes="dh_next if t % self.k == 0",
        what="a g that is left as it was at a cut, in the place of zeros",
        hint="Passing nothing on means g = 0. If nothing is assigned there, g still holds what a later step wanted.",
        caught_by=("pieces",),
        seen="g not zeroed at a cut, in other people's answers",
    ),
    Misconception(
        "added_to_the_last",
        at="else self.W_hh.T @ dz",
        becomes="else dh_next + self.W_hh.T @ dz",
        what="a g that piles up from step to step (g += in the place of g =)",
        hint="g_{t−1} is W_hhᵀ δz_t alone: what later steps want is in δz_t already. Only the five gradients are sums.",
        caught_by=("pieces", "whole"),
        seen="g += for g =, in other people's answers",
    ),
    Misconception(
        "cut_a_step_late",
        at="if t % self.k == 0",
        becomes="if (t + 1) % self.k == 0",
        what="cuts that lie after step k, not before it",
        hint="With k = 3 the pieces are 0, 1, 2 and 3, 4, 5: it is step 3 that passes nothing on to step 2.",
        caught_by=("pieces",),
    ),
    Misconception(
        "cut_from_the_end",
        at="if t % self.k == 0",
        becomes="if (len(targets) - t) % self.k == 0",
        what="pieces counted from the end",
        hint="The pieces are counted from the beginning, and the last one may be shorter.",
        caught_by=("pieces",),
    ),
    Misconception(
        "last_piece_only",
        at="reversed(range(len(targets)))",
        becomes="reversed(range(max(0, len(targets) - self.k), len(targets)))",
        what="the last k steps alone",
        hint="Earlier steps have losses of their own, and their gradients count: all pieces are added.",
        caught_by=("pieces",),
        seen="in public solutions",
    ),
    Misconception(
        "first_piece_only",
        at="reversed(range(len(targets)))",
        becomes="reversed(range(min(self.k, len(targets))))",
        what="the first k steps alone",
        hint="All pieces are added.",
        caught_by=("pieces",),
    ),
    Misconception(
        "time_cut_everywhere",
        at="np.zeros_like(dz) if t % self.k == 0 else self.W_hh.T @ dz",
        becomes="np.zeros_like(dz)",
        what="a gradient that never goes back a step",
        hint="Only at a cut does it end; within a piece it goes on.",
        caught_by=("pieces", "whole"),
    ),
    Misconception(
        "memory_not_transposed",
        at="else self.W_hh.T @ dz",
        becomes="else self.W_hh @ dz",
        what="W_hh without its transpose on the way back",
        hint="As in question 3: W_hhᵀ.",
        caught_by=("pieces", "whole"),
    ),
    Misconception(
        "mean_of_a_piece",
        at="            dy /= len(targets)\n",
        becomes="            dy /= min(self.k, len(targets))\n",
        what="a mean over the steps of a piece",
        hint="The loss is a mean over all T steps, however the gradient is cut.",
        caught_by=("pieces",),
    ),
    Misconception(
        "state_cut_in_the_gradient",
        at='grads["dW_hh"] += dz @ states[t].T',
        becomes='grads["dW_hh"] += dz @ (states[t] * (t % self.k > 0)).T',
        what="a piece that starts from a state of zeros on the way back",
        hint="The state before the cut was used, so it counts in dW_hh: only the gradient ends there.",
        caught_by=("pieces", "whole"),
    ),
    Misconception(
        "state_cut",
        at="    def backward(self, targets):",
        becomes="    def forward(self, inputs, h_prev=None):\n"
        "        outputs, states = [], []\n"
        "        for at in range(0, len(inputs), self.k):\n"
        "            piece = super().forward(inputs[at : at + self.k], h_prev if at == 0 else None)\n"
        "            outputs += piece[0]\n"
        "            states += piece[1]\n"
        "        start = np.zeros((self.hidden_dim, 1)) if h_prev is None else h_prev\n"
        '        self.cache = {"inputs": inputs, "states": [start, *states]}\n'
        "        return outputs, states\n\n"
        "    def backward(self, targets):",
        what="a state that starts anew with every piece",
        hint="The state is carried over the cut; only the gradient is not.",
        caught_by=("carried",),
    ),
    Misconception(
        "gradient_shrunk_at_the_cut",
        at="np.zeros_like(dz) if t % self.k == 0",
        becomes="0.5 * self.W_hh.T @ dz if t % self.k == 0",
        what="a gradient that is made smaller at a cut",
        hint="It ends there: zeros.",
        caught_by=("pieces",),
    ),
    Misconception(
        "twenty_at_most",
        at="if t % self.k == 0",
        becomes="if t % min(self.k, 20) == 0",
        what="pieces of twenty steps at most",
        hint="k says how long a piece is.",
        caught_by=("pieces", "whole"),
        hidden_only="the visible test's sequences are short",
    ),
    Misconception(
        "gradient_of_the_sum",
        at="            dy /= len(targets)\n",
        becomes="",
        what="the gradient of the sum over the steps",
        hint="The loss is a mean over T steps, so each step's share is 1/T.",
        caught_by=("pieces", "whole"),
    ),
]

_REFUSAL = "the refusal is asked for in question 3; without it the missing key is one"

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 12: the comprehension ends after 35": "there are three names",
    "line 12: the comprehension ends after 3": "there are three names",
    "line 11: `raise RuntimeError('no proba …` deleted": _REFUSAL,
    "line 11: RuntimeError() dropped": _REFUSAL,
    "line 11: RuntimeError without 'no probabilities for the la …": _REFUSAL,
    "line 14: 0 becomes 1": SHAPE,
    "line 16: .copy() dropped": "that a second call gives the same is asked for in question 3",
}

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {
    "whole": "a backward that is wrong without a cut is wrong with one; it tells the two apart",
    "carried": "a state that is cut has other gradients too; it tells that the fault lies forwards",
}
