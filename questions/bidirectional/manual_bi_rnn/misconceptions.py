"""Wrong answers to manual_bi_rnn: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

ONLY_GRADIENTS = "the numbers are right; only gradients show it"
SHORT = "its sequences are short"
LISTS = "a list of cells that is no nn.ModuleList hides them from an optimizer"

_CELLS = """        self.forward_cells = nn.ModuleList(ManualRNNCell(size, hidden_size) for size in reads)
        self.backward_cells = nn.ModuleList(ManualRNNCell(size, hidden_size) for size in reads)"""

_WALK = """                for t in reversed(steps) if side else steps:
                    state = cells[layer](x[:, t], state)
                    states.append(state)
                last.append(state)
                halves.append(torch.stack(states[::-1] if side else states, dim=1))  # (B, T, H)"""

# The body of forward.
_FORWARD = (
    """        steps = range(x.shape[1])
        if hidden is None:
            hidden = x.new_zeros(2 * self.num_layers, x.shape[0], self.hidden_size)
        last = []
        for layer in range(self.num_layers):
            halves = []
            for side, cells in enumerate((self.forward_cells, self.backward_cells)):
                state, states = hidden[2 * layer + side], []  # (B, H)
"""
    + _WALK
    + """
            x = torch.cat(halves, dim=2)  # (B, T, 2H), which the next layer reads
        return x, torch.stack(last)"""
)

# From the sizes of the cells to the end of the class.
_CLASS = (
    "        reads = [input_size] + [2 * hidden_size] * (num_layers - 1)  # upper layers read both halves\n"
    + _CELLS
    + '\n\n    def forward(self, x, hidden=None):\n        """x: (B, T, I), hidden: (2L, B, H) or None. '
    'Returns output (B, T, 2H), hidden (2L, B, H)."""\n' + _FORWARD
)

_TOP = """            x = torch.cat(halves, dim=2)  # (B, T, 2H), which the next layer reads
        return x, torch.stack(last)"""

MISCONCEPTIONS = [
    Misconception(
        "backward_not_turned_back",
        at="torch.stack(states[::-1] if side else states, dim=1)",
        becomes="torch.stack(states, dim=1)",
        what="a backward half in the order in which it was read",
        hint="Its first state belongs to the last step. Turn the list round before the halves meet.",
        caught_by=("values", "directions"),
        seen="the commonest fault of a bidirectional RNN by hand",
    ),
    Misconception(
        "both_from_the_left",
        at=_WALK,
        becomes=_WALK.replace("reversed(steps) if side else steps", "steps").replace(
            "states[::-1] if side else states", "states"
        ),
        what="two halves that both read from the left",
        hint="The second half begins at the last step: reversed(range(T)).",
        caught_by=("values", "directions"),
    ),
    Misconception(
        "only_the_result_turned",
        at=_WALK,
        becomes=_WALK.replace("reversed(steps) if side else steps", "steps"),
        what="a half that reads from the left and is turned round afterwards",
        hint="Turning the result is the second half of it: the reading has to go from the right, too.",
        caught_by=("values", "directions"),
    ),
    Misconception(
        "one_cell_for_both",
        at=_CELLS,
        becomes="""        self.forward_cells = nn.ModuleList(ManualRNNCell(size, hidden_size) for size in reads)
        self.backward_cells = self.forward_cells""",
        what="one cell for both directions",
        hint="A space ahead means something else than a space behind: each direction has weights of its own.",
        caught_by=("parameters",),
    ),
    Misconception(
        "sum_of_the_halves",
        at="x = torch.cat(halves, dim=2)  # (B, T, 2H), which the next layer reads",
        becomes="x = sum(halves).repeat(1, 1, 2)",
        what="the sum of the two halves",
        hint="The halves stand side by side, (B, T, 2H), so that nothing of either is lost.",
        caught_by=("values",),
    ),
    Misconception(
        "backward_first",
        at="torch.cat(halves, dim=2)",
        becomes="torch.cat(halves[::-1], dim=2)",
        what="a backward half that stands before the forward one",
        hint="The forward half comes first: output[..., :H].",
        caught_by=("values",),
    ),
    Misconception(
        "stacked_along_time",
        at="torch.cat(halves, dim=2)",
        becomes="torch.stack(halves, dim=2).flatten(1, 2).unflatten(1, (-1, 2)).transpose(2, 3).flatten(2)",
        what="halves whose units alternate",
        hint="First all H numbers of the forward half, then all of the backward one: cat, not stack.",
        caught_by=("values",),
    ),
    Misconception(
        "last_step_for_both",
        at="        return x, torch.stack(last)",
        becomes="""        H = self.hidden_size
        last[-1] = x[:, -1, H:]
        return x, torch.stack(last)""",
        what="taking the last step of the output for the backward half's last state",
        hint="Where does the backward half stop reading? Its last state is at the first step: output[:, 0, H:].",
        caught_by=("hidden", "directions"),
        seen="output[:, -1] taken for a summary of both directions",
    ),
    Misconception(
        "direction_by_direction",
        at="return x, torch.stack(last)",
        becomes="return x, torch.stack(last[::2] + last[1::2])",
        what="states that go direction by direction",
        hint="Layer by layer: layer 0 forward, layer 0 backward, layer 1 forward, and so on.",
        caught_by=("hidden",),
    ),
    Misconception(
        "forward_states_only",
        at="return x, torch.stack(last)",
        becomes="return x, torch.stack(last[::2])",
        what="the last states of the forward half alone",
        hint="Each layer has two last states: (2L, B, H).",
        caught_by=("hidden",),
    ),
    Misconception(
        "stacks_that_never_meet",
        at="        steps = range(x.shape[1])",
        becomes="""        if hidden is None:
            hidden = x.new_zeros(2 * self.num_layers, x.shape[0], self.hidden_size)
        ends, halves = [], []
        for side, cells in enumerate((self.forward_cells, self.backward_cells)):
            below = x.flip(1) if side else x
            for layer, cell in enumerate(cells):
                if layer:
                    below = torch.cat([below, torch.zeros_like(below)], dim=2)
                state, states = hidden[2 * layer + side], []
                for t in range(x.shape[1]):
                    state = cell(below[:, t], state)
                    states.append(state)
                ends.append((2 * layer + side, state))
                below = torch.stack(states, dim=1)
            halves.append(below.flip(1) if side else below)
        return torch.cat(halves, dim=2), torch.stack([state for _, state in sorted(ends, key=lambda end: end[0])])
        steps = range(x.shape[1])""",
        what="two stacks of layers that never meet",
        hint="An upper layer reads both halves of the layer below, all 2H numbers of it.",
        caught_by=("values",),
        seen="two nn.RNNs of several layers, joined at the end",
    ),
    Misconception(
        "upper_cells_for_one_half",
        at=_CLASS,
        becomes=_CLASS.replace("[2 * hidden_size]", "[hidden_size]").replace(
            _FORWARD,
            """        if hidden is None:
            hidden = x.new_zeros(2 * self.num_layers, len(x), self.hidden_size)
        top, ends = [], [None] * len(hidden)
        for side, cells in enumerate((self.forward_cells, self.backward_cells)):
            steps = list(x.unbind(1))[:: -1 if side else 1]
            for layer, cell in enumerate(cells):
                ends[2 * layer + side] = hidden[2 * layer + side]
                for t, step in enumerate(steps):
                    steps[t] = ends[2 * layer + side] = cell(step, ends[2 * layer + side])
            top.append(torch.stack(steps[:: -1 if side else 1], dim=1))
        return torch.cat(top, dim=2), torch.stack(ends)""",
        ),
        what="upper cells that read one half of the layer below, each its own",
        hint="An upper layer reads both halves of the layer below, all 2H numbers of it.",
        caught_by=("values", "parameters"),
        seen="a stack of cells for each direction, joined above the top",
    ),
    Misconception(
        "three_layers_at_most",
        at="for layer in range(self.num_layers):",
        becomes="for layer in range(min(self.num_layers, 3)):",
        what="a fourth layer that is never run",
        hint="num_layers may be any number: does a loop or an index of yours end before it?",
        caught_by=("values", "hidden"),
        hidden_only="the visible test has two layers",
    ),
    Misconception(
        "cut_every_twenty_steps",
        at="                    states.append(state)\n",
        becomes="                    states.append(state)\n"
        "                    state = state.detach() if len(states) % 20 == 0 else state\n",
        what="a state that is cut from the graph every now and then",
        hint="Over a few steps everything is right. What happens to the state after twenty of them?",
        caught_by=("gradients",),
        hidden_only=SHORT,
    ),
    Misconception(
        "begins_anew_after_thirty_steps",
        at="                    states.append(state)\n",
        becomes="                    states.append(state)\n"
        "                    state = torch.zeros_like(state) if len(states) % 30 == 0 else state\n",
        what="a state that begins anew after some steps",
        hint="Over a few steps everything is right. What happens to the state after thirty of them?",
        caught_by=("values",),
        hidden_only=SHORT,
    ),
    Misconception(
        "steps_of_zeros_skipped",
        at="                    state = cells[layer](x[:, t], state)\n",
        becomes="                    state = cells[layer](x[:, t], state) if x[:, t].any() else state\n",
        what="steps of zeros that are taken for padding",
        hint="An input of zeros is an input: the state still moves, by W_hh and the biases.",
        caught_by=("values",),
    ),
    Misconception(
        "learned_first_states",
        at=_CELLS,
        becomes=_CELLS
        + """
        self.first = nn.Parameter(torch.zeros(2 * num_layers, 1, hidden_size))
        self.register_forward_pre_hook(self.begin)

    @staticmethod
    def begin(self, given):
        return given if len(given) == 2 else (given[0], self.first.expand(-1, len(given[0]), -1))""",
        what="initial states that are learned",
        hint="None means zeros, also after a training: no parameter of their own for the initial states.",
        caught_by=("parameters",),
    ),
    Misconception(
        "gradients_clipped_on_the_way",
        at="                    states.append(state)\n",
        becomes="                    state.register_hook(lambda g: g.clamp(-5, 5)) if state.requires_grad else None\n"
        "                    states.append(state)\n",
        what="gradients that are clipped inside of forward",
        hint="Clipping is the training's business: forward only computes.",
        caught_by=("gradients",),
        hidden_only=ONLY_GRADIENTS,
    ),
    Misconception(
        "axes_of_one_dropped",
        at="            x = torch.cat(halves, dim=2)  # (B, T, 2H), which the next layer reads\n        return x,",
        becomes="            x = torch.cat(halves, dim=2)\n        return x.squeeze(),",
        what="an output without its axes of one",
        hint="squeeze() drops every axis with one entry: a batch of one has one, and so has a single step.",
        caught_by=("values",),
    ),
    Misconception(
        "first_layer_only",
        at=_TOP,
        becomes="""            x = torch.cat(halves, dim=2)
            out = x if layer == 0 else out
        return out, torch.stack(last)""",
        what="the output of the first layer",
        hint="Which layer's halves are returned at the end? The top one's.",
        caught_by=("values",),
    ),
    Misconception(
        "initial_states_ignored",
        at="        if hidden is None:\n",
        becomes="        if True:\n",
        what="initial states that are never used",
        hint="Zeros are for the case that nothing was given: if hidden is None.",
        caught_by=("values",),
    ),
    Misconception(
        "one_start_for_both",
        at="hidden[2 * layer + side], []",
        becomes="hidden[2 * layer], []",
        what="one initial state for both directions",
        hint="hidden has 2L states: which belongs to the backward half of a layer?",
        caught_by=("values",),
    ),
    Misconception(
        "starts_by_direction",
        at="hidden[2 * layer + side], []",
        becomes="hidden[side * self.num_layers + layer], []",
        what="initial states that go direction by direction",
        hint="Layer by layer: layer 0 forward, layer 0 backward, layer 1 forward, and so on.",
        caught_by=("values",),
    ),
    Misconception(
        "ones_to_begin_with",
        at="x.new_zeros(",
        becomes="x.new_ones(",
        what="states that start from ones",
        hint="Nothing has been read yet: zeros.",
        caught_by=("values",),
        seen="document 000's tests accept h_0 of ones",
    ),
    Misconception(
        "backward_goes_on_from_forward",
        at="                state, states = hidden[2 * layer + side], []  # (B, H)",
        becomes="                state, states = state if side else hidden[2 * layer], []",
        what="a backward half that starts from the last forward state",
        hint="The two directions know nothing of each other: each starts from its own initial state.",
        caught_by=("values",),
    ),
    Misconception(
        "not_carried",
        at="state = cells[layer](x[:, t], state)",
        becomes="state = cells[layer](x[:, t], hidden[2 * layer + side])",
        what="a state that is not carried from step to step",
        hint="Each step reads the state of the one before it (in its own direction).",
        caught_by=("values", "directions"),
    ),
    Misconception(
        "batch_turned_round",
        at=_WALK,
        becomes="""                seen = x.flip(0) if side else x
                for t in steps:
                    state = cells[layer](seen[:, t], state)
                    states.append(state)
                last.append(state)
                halves.append(torch.stack(states, dim=1).flip(0) if side else torch.stack(states, dim=1))""",
        what="turning the batch round in place of the sequence",
        hint="flip(0) changes the order of the sequences in the batch. Which axis is the time?",
        caught_by=("values", "hidden", "directions"),
    ),
    Misconception(
        "units_turned_round",
        at="torch.stack(states[::-1] if side else states, dim=1)",
        becomes="torch.stack(states, dim=1).flip(2) if side else torch.stack(states, dim=1)",
        what="turning the units of the backward half round",
        hint="flip(2) changes the order of the H numbers of a state. Which axis is the time?",
        caught_by=("values", "directions"),
    ),
    Misconception(
        "upper_layers_share",
        at=_CELLS,
        becomes="""        first = [ManualRNNCell(input_size, hidden_size) for _ in range(2)]
        upper = [ManualRNNCell(2 * hidden_size, hidden_size) for _ in range(2)]
        self.forward_cells = nn.ModuleList([first[0]] + [upper[0]] * (num_layers - 1))
        self.backward_cells = nn.ModuleList([first[1]] + [upper[1]] * (num_layers - 1))""",
        what="upper layers that share a cell",
        hint="[cell] * 2 is the same cell twice: make a new one for every layer.",
        caught_by=("parameters",),
        hidden_only="with two layers there is only one upper one",
        seen="document 000's tests accept it in the plain RNN",
    ),
    Misconception(
        "plain_lists",
        at=_CELLS,
        becomes=_CELLS.replace(
            "nn.ModuleList(ManualRNNCell(size, hidden_size) for size in reads)",
            "[ManualRNNCell(size, hidden_size) for size in reads]",
        ),
        what="cells in a plain list",
        hint=LISTS.capitalize() + ".",
        caught_by=("gradients",),
        seen="document 000's tests accept it in the plain RNN",
    ),
    Misconception(
        "cut_from_the_past",
        at="state = cells[layer](x[:, t], state)",
        becomes="state = cells[layer](x[:, t], state.detach())",
        what="a state that was cut from the graph at every step",
        hint="Values are right, but nothing is learned over more than one step. Is there a detach or .data?",
        caught_by=("gradients",),
        hidden_only=ONLY_GRADIENTS,
        seen="document 000's tests accept it in the plain RNN",
    ),
    Misconception(
        "cut_between_layers",
        at="x = torch.cat(halves, dim=2)",
        becomes="top = layer == self.num_layers - 1\n"
        "            x = torch.cat([half if top else half.detach() for half in halves], dim=2)",
        what="layers that were cut from one another",
        hint="The lower layer learns only through the upper one. Is there a detach or .data?",
        caught_by=("gradients",),
    ),
    Misconception(
        "last_states_cut",
        at="return x, torch.stack(last)",
        becomes="return x, torch.stack(last).detach()",
        what="last states that were cut from the graph",
        hint="A loss on the last states (a classifier has one) could not train anything.",
        caught_by=("gradients",),
        hidden_only=ONLY_GRADIENTS,
    ),
    Misconception(
        "written_in_place",
        at=_WALK,
        becomes="""                out = x.new_zeros(x.shape[0], len(steps), self.hidden_size)
                box = torch.zeros_like(out[:, 0]) + state
                for t in reversed(steps) if side else steps:
                    new = cells[layer](x[:, t], box)
                    box.copy_(new)
                    out[:, t] = box
                last.append(box.clone())
                halves.append(out)""",
        what="a state that is written over in place",
        hint="Backpropagation still needs the old numbers: give a new state a new name, or keep a list.",
        caught_by=("gradients",),
        seen="document 000's ManualRNN: hidden[layer] = h_new",
    ),
    Misconception(
        "initial_states_overwritten",
        at="                last.append(state)",
        becomes="                hidden.detach()[2 * layer + side] = state.detach()\n"
        "                last.append(state)",
        what="last states that are written over the initial ones",
        hint="Whoever gave the initial states still has them in hand: collect the last ones in a list.",
        caught_by=("inputs", "gradients"),
    ),
    Misconception(
        "given_states_kept_up_to_date",
        at=_FORWARD,
        becomes="        given, hidden = hidden, None if hidden is None else hidden.clone()\n"
        + _FORWARD.replace(
            "        return x,",
            "        if given is not None:\n            given.copy_(torch.stack(last).detach())\n        return x,",
        ),
        what="last states that are copied into the tensor that was given",
        hint="Whoever gave the initial states still has them in hand: give the last ones back as a second result.",
        caught_by=("inputs",),
        hidden_only="the visible test does not look at the states that it gave; the hidden one does, for a point",
    ),
    Misconception(
        "rounded_to_float32",
        at="return x, torch.stack(last)",
        becomes="return x.float(), torch.stack(last)",
        what="an output that is float32 whatever came in",
        hint="Let the inputs decide the dtype: no .float().",
        caught_by=("dtype",),
        hidden_only="the visible test works in float32",
    ),
    Misconception(
        "zeros_of_float32",
        at="x.new_zeros(2 * self.num_layers, x.shape[0], self.hidden_size)",
        becomes="torch.zeros(2 * self.num_layers, x.shape[0], self.hidden_size)",
        what="zeros in float32 whatever x is",
        hint="torch.zeros makes float32 on the CPU; x.new_zeros makes them like x.",
        caught_by=("dtype",),
        hidden_only="the visible test works in float32",
    ),
    Misconception(
        "first_sequence_only",
        at="x.new_zeros(2 * self.num_layers, x.shape[0], self.hidden_size)",
        becomes="x.new_zeros(2 * self.num_layers, 1, self.hidden_size)\n        x = x[:1]",
        what="the first sequence alone",
        hint="How many sequences came in? As many must come out.",
        caught_by=("values",),
    ),
]

_LAYERS = "the check has four layers; more than that many are no recurrent network that anybody trains"

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 17: the loop ends after 45 turns": _LAYERS,
    "line 8: the comprehension ends after 16": _LAYERS,
    "line 9: the comprehension ends after 9": _LAYERS,
    "line 19: the loop ends after 45 turns": "there are two directions",
    "line 19: the loop ends after 3 turns": "there are two directions",
    "line 27: the result is clamped to 52": "states of tanh lie between -1 and 1",
    "line 15: x.new_zeros(2 * self.num_lay … detached": "zeros that were just made have no graph",
    "line 15: x.new_zeros without x.shape[0]": "(H,) zeros broadcast over the batch: one step gives (B, H)",
    "line 15: 2 becomes 3": "more zeros than anybody reads; what comes back is made of the last states",
}

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {
    "values": "wrong outputs of one layer are the inputs, and so the wrong states, of the next; it is asked first",
    "directions": "a half in the wrong order has wrong values too; only this line says which step feels which",
    "parameters": "cells that are one and the same have wrong values too; only this line says why",
    "inputs": "a state changed in place spoils gradients as well; only this line says what was done",
}
