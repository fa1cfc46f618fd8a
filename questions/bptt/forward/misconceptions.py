"""Wrong answers to forward: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import LATER

MISCONCEPTIONS = [
    Misconception(
        "no_tanh",
        at="np.tanh(self.W_xh @ x + self.W_hh @ h + self.b_h)",
        becomes="self.W_xh @ x + self.W_hh @ h + self.b_h",
        what="a network without tanh",
        hint="Without it the whole sequence is one linear map, and the state grows without a bound.",
        caught_by=("outputs", "states"),
        seen="in public solutions",
    ),
    Misconception(
        "sigmoid_for_tanh",
        at="np.tanh(self.W_xh @ x + self.W_hh @ h + self.b_h)",
        becomes="1 / (1 + np.exp(-(self.W_xh @ x + self.W_hh @ h + self.b_h)))",
        what="a sigmoid in the place of tanh",
        hint="A sigmoid lies between 0 and 1; this state lies between −1 and 1.",
        caught_by=("outputs", "states"),
        seen="in public solutions",
    ),
    Misconception(
        "start_ignored",
        at="np.zeros((self.hidden_dim, 1)) if h_prev is None else h_prev",
        becomes="np.zeros((self.hidden_dim, 1))",
        what="a network that starts from zeros whatever it is given",
        hint="None means zeros; anything else is where the sequence goes on from.",
        caught_by=("start",),
        seen="h_0 ignored at t = 0, in public solutions",
    ),
    Misconception(
        "random_start",
        at="np.zeros((self.hidden_dim, 1)) if",
        becomes="np.random.randn(self.hidden_dim, 1) if",
        what="a start that is drawn anew at each call",
        hint="The same sequence must give the same outputs: without h_prev the state starts from zeros.",
        caught_by=("outputs", "states"),
        seen="random h_0, in public solutions",
    ),
    Misconception(
        "starts_with_ones",
        at="np.zeros((self.hidden_dim, 1)) if",
        becomes="np.ones((self.hidden_dim, 1)) if",
        what="a start of ones",
        hint="Nothing has been read yet, so nothing is remembered: zeros.",
        caught_by=("outputs", "states"),
        seen="document 000's tests accept it",
    ),
    Misconception(
        "not_carried",
        at="self.W_hh @ h +",
        becomes="self.W_hh @ states[0] +",
        what="every step starting from the state before the first",
        hint="Step t starts from what step t − 1 left behind.",
        caught_by=("outputs", "states"),
        seen="in public solutions",
    ),
    Misconception(
        "memory_transposed",
        at="self.W_hh @ h +",
        becomes="self.W_hh.T @ h +",
        what="W_hh transposed",
        hint="W_hh is square, so its shape cannot warn you: a matrix stands on the left of a column.",
        caught_by=("outputs", "states"),
        seen="transposed W_hh passes document 002's own run",
    ),
    Misconception(
        "no_state_bias",
        at=" + self.b_h)",
        becomes=")",
        what="a network without b_h",
        hint="The sum in the brackets has three terms.",
        caught_by=("outputs", "states"),
        seen="zero biases at the start hide it",
    ),
    Misconception(
        "no_output_bias",
        at=" + self.b_y)",
        becomes=")",
        what="a network without b_y",
        hint="The outputs have a bias of their own.",
        caught_by=("outputs",),
    ),
    Misconception(
        "memory_ignored",
        at="self.W_hh @ h +",
        becomes="0 * h +",
        what="a network without memory",
        hint="Which term carries the past?",
        caught_by=("outputs", "states", "start"),
    ),
    Misconception(
        "tanh_on_the_output",
        at="outputs.append(self.W_hy @ h + self.b_y)",
        becomes="outputs.append(np.tanh(self.W_hy @ h + self.b_y))",
        what="a tanh on the outputs too",
        hint="The outputs are logits: nothing comes after W_hy h + b_y.",
        caught_by=("outputs",),
    ),
    Misconception(
        "softmax_on_the_output",
        at="outputs.append(self.W_hy @ h + self.b_y)",
        becomes="y = np.exp(self.W_hy @ h + self.b_y)\n            outputs.append(y / y.sum())",
        what="probabilities in the place of logits",
        hint="The softmax belongs to the loss: forward gives the numbers before it.",
        caught_by=("outputs",),
        seen="softmax before cross-entropy, in public solutions",
    ),
    Misconception(
        "output_of_the_old_state",
        at="            h = np.tanh(self.W_xh @ x + self.W_hh @ h + self.b_h)"
        "  # (H, I) @ (I, 1) + (H, H) @ (H, 1)\n"
        "            states.append(h)\n            outputs.append(self.W_hy @ h + self.b_y)",
        becomes="            old = h\n            h = np.tanh(self.W_xh @ x + self.W_hh @ h + self.b_h)\n"
        "            states.append(h)\n            outputs.append(self.W_hy @ old + self.b_y)",
        what="outputs that are one step late",
        hint="y_t is made of h_t, the state after x_t has been read.",
        caught_by=("outputs",),
        seen="off-by-one state, in public solutions",
    ),
    Misconception(
        "start_among_the_states",
        at="return outputs, states[1:]",
        becomes="return outputs, states",
        what="the state before the first step among the T states",
        hint="T inputs, T outputs, T states: the start is not the state of any step.",
        caught_by=("states",),
        seen="h_0 kept in h_list, in public solutions",
    ),
    Misconception(
        "last_state_missing",
        at="return outputs, states[1:]",
        becomes="return outputs, states[:-1]",
        what="the states from before each step",
        hint="states[t] is the state after x_t has been read.",
        caught_by=("states",),
    ),
    Misconception(
        "pair_swapped",
        at="return outputs, states[1:]",
        becomes="return states[1:], outputs",
        what="states and outputs in the wrong order",
        hint="The outputs come first.",
        caught_by=("outputs",),
    ),
    Misconception(
        "state_kept_inside",
        at="np.zeros((self.hidden_dim, 1)) if h_prev is None else h_prev",
        becomes='self.cache.get("states", [np.zeros((self.hidden_dim, 1))])[-1] if h_prev is None else h_prev',
        what="a network that goes on from the call before",
        hint="Two calls with the same arguments give the same: where to go on from is an argument.",
        caught_by=("outputs", "states"),
        seen="document 000's tests accept it",
    ),
    Misconception(
        "start_overwritten",
        at='        self.cache = {"inputs"',
        becomes='        if h_prev is not None:\n            h_prev[:] = h\n        self.cache = {"inputs"',
        what="a forward that writes the last state into h_prev",
        hint="The caller still needs the old start, and so does the way back.",
        caught_by=("inputs",),
    ),
    Misconception(
        "rows_for_columns",
        at="self.b_h = np.zeros((hidden_dim, 1))",
        becomes="self.b_h = np.zeros((1, hidden_dim))",
        what="a bias that is a row",
        hint="A row and a column broadcast to a whole matrix: b_h is (H, 1).",
        caught_by=("parameters",),
    ),
    Misconception(
        "starts_anew",
        at="        for x in inputs:\n",
        becomes="        for t, x in enumerate(inputs):\n            h = 0 * h if t and t % 30 == 0 else h\n",
        what="a state that starts anew every thirty steps",
        hint="A sequence may be as long as it likes: nothing is forgotten on purpose.",
        caught_by=("outputs", "states"),
        hidden_only="the visible test's sequences are short",
    ),
    Misconception(
        "zeros_skipped",
        at="        for x in inputs:\n",
        becomes="        for x in inputs:\n"
        "            if not x.any():\n"
        "                states.append(h)\n"
        "                outputs.append(self.W_hy @ h + self.b_y)  # nothing to read\n"
        "                continue\n",
        what="a network that passes over inputs of zeros",
        hint="An input of zeros is a step like any other: the state goes through W_hh, b_h and tanh.",
        caught_by=("outputs", "states"),
    ),
    Misconception(
        "outputs_flat",
        at="outputs.append(self.W_hy @ h + self.b_y)",
        becomes="outputs.append((self.W_hy @ h + self.b_y).ravel())",
        what="outputs without their second axis",
        hint="Vectors are columns here: an output is (O, 1).",
        caught_by=("outputs",),
    ),
    Misconception(
        "one_list_only",
        at="return outputs, states[1:]",
        becomes="return outputs",
        what="",
        hint="two lists are asked for, outputs and states",
        caught_by=("outputs", "states"),
    ),
    Misconception(
        "outputs_cut_off",
        at="outputs.append(self.W_hy @ h + self.b_y)",
        becomes="outputs.append(np.clip(self.W_hy @ h + self.b_y, -20, 20))",
        what="outputs that are cut off",
        hint="Logits may be as large as they like.",
        caught_by=("outputs",),
        hidden_only="the visible test's outputs are small",
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 22: `self.cache = {'inputs': inpu …` deleted": LATER,
    "line 16: h_prev is cropped to its first 60": "a column has one number along its second axis",
    "line 16: h_prev is cropped to its last 39": "a column has one number along its second axis",
}

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {
    "outputs": "wrong outputs are wrong from a given start too; they are what the question asks for first",
    "states": "a wrong state is wrong from a given start too; it tells which of the two lists is off",
}
