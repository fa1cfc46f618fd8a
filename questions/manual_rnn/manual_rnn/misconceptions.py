"""Wrong answers to manual_rnn: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import INPUTS, MORE_LAYERS, NO_GRAPH

# The end of ManualRNN.forward, for faults that need a change in two places of it.
_RNN_BODY = """        states = list(hidden)  # one (B, H) for each layer
        outputs = []
        for t in range(x.shape[1]):
            below = x[:, t]  # (B, I)
            for layer, cell in enumerate(self.cells):
                below = cell(below, states[layer])  # (B, H), read by the layer above
                states[layer] = below
            outputs.append(below)
        return torch.stack(outputs, dim=1), torch.stack(states)"""

# From where its cells are made to where its first state is, for a parameter of its own.
_RNN_START = "        self.cells = nn.ModuleList(ManualRNNCell(size, hidden_size) for size in reads)\n"
_RNN_BETWEEN = '''
    def forward(self, x, hidden=None):
        """x: (B, T, I), hidden: (L, B, H) or None for zeros. Returns output (B, T, H), hidden (L, B, H)."""
        if hidden is None:
'''
_RNN_ZEROS = "            hidden = x.new_zeros(self.num_layers, x.shape[0], self.hidden_size)\n"

MISCONCEPTIONS = [
    Misconception(
        "state_written_in_place",
        at=_RNN_BODY,
        becomes=_RNN_BODY.replace("list(hidden)", "hidden.clone()").replace("torch.stack(states)", "states"),
        what="states that are written over in place",
        hint="Backpropagation still needs the old numbers: keep the states in a list and replace its entries.",
        caught_by=("gradients",),
        seen="document 000's own reference: it cannot be trained",
    ),
    Misconception(
        "initial_state_overwritten",
        at=_RNN_BODY,
        becomes=_RNN_BODY.replace("list(hidden)", "hidden.detach()").replace("torch.stack(states)", "states"),
        what="a state tensor that shares its memory with the caller's",
        hint="hidden[layer] = new writes into the tensor that was passed in. Work on a list of states.",
        caught_by=("inputs", "gradients"),
    ),
    Misconception(
        "not_carried",
        at="below = cell(below, states[layer])",
        becomes="below = cell(below, hidden[layer])",
        what="every step starting from the initial state again",
        hint="Step t begins with what step t - 1 left behind.",
        caught_by=("values", "hidden", "chunks"),
        seen="in public solutions",
    ),
    Misconception(
        "initial_state_ignored",
        at="        if hidden is None:\n            hidden",
        becomes="        if True:\n            hidden",
        what="zeros in the place of the initial state that was given",
        hint="None means zeros; anything else is where to go on from.",
        caught_by=("values", "hidden", "chunks"),
        seen="in public solutions",
    ),
    Misconception(
        "starts_with_ones",
        at="x.new_zeros(",
        becomes="x.new_ones(",
        what="an initial state of ones",
        hint="Nothing has been read yet, so nothing is remembered: zeros.",
        caught_by=("values", "hidden"),
        seen="document 000's tests accept it",
    ),
    Misconception(
        "random_start",
        at="x.new_zeros(self.num_layers, x.shape[0], self.hidden_size)",
        becomes="torch.randn(self.num_layers, x.shape[0], self.hidden_size, dtype=x.dtype)",
        what="a random initial state",
        hint="The same input must give the same output: start from zeros.",
        caught_by=("values", "hidden"),
        seen="in public solutions",
    ),
    Misconception(
        "cut_between_steps",
        at="                states[layer] = below\n",
        becomes="                states[layer] = below.detach()\n",
        what="states that are cut from the graph between steps",
        hint="The numbers are right, but nothing is learned about earlier steps: drop the detach (or .data).",
        caught_by=("gradients",),
        hidden_only="every weight still gets some gradient, from the step itself; only exact gradients show it",
        seen="document 000's tests accept it",
    ),
    Misconception(
        "cut_between_layers",
        at="below = cell(below, states[layer])  # (B, H), read by the layer above",
        becomes="below = cell(below if layer == 0 else below.detach(), states[layer])",
        what="layers that are cut from each other in the graph",
        hint="The upper layers must pass their gradient down.",
        caught_by=("gradients",),
    ),
    Misconception(
        "time_reversed",
        at="for t in range(x.shape[1]):",
        becomes="for t in reversed(range(x.shape[1])):",
        what="reading the sequence from its end",
        hint="Step 0 comes first.",
        caught_by=("values", "hidden", "chunks"),
        seen="in public solutions",
    ),
    Misconception(
        "upper_cells_shared",
        at="self.cells = nn.ModuleList(ManualRNNCell(size, hidden_size) for size in reads)",
        becomes=(
            "first, above = ManualRNNCell(reads[0], hidden_size), ManualRNNCell(hidden_size, hidden_size)\n"
            "        self.cells = nn.ModuleList([first] + [above] * (num_layers - 1))"
        ),
        what="one cell that serves all upper layers",
        hint="[cell] * n repeats the same cell: make a new one for each layer.",
        caught_by=("parameters",),
        hidden_only="values and gradients are all there; that two layers are one shows when one is changed",
        seen="document 000's tests accept it",
    ),
    Misconception(
        "plain_list_of_cells",
        at="self.cells = nn.ModuleList(",
        becomes="self.cells = list(",
        what="cells in a plain list",
        hint="A module does not look for parameters in a list: use nn.ModuleList.",
        caught_by=("parameters", "dtype"),
        seen="document 000's tests accept it",
    ),
    Misconception(
        "two_layers_at_most",
        at="for layer, cell in enumerate(self.cells):",
        becomes="for layer, cell in enumerate(self.cells[:2]):",
        what="an RNN whose third layer is never used",
        hint="Loop over all cells.",
        caught_by=("values", "hidden"),
        seen="document 000's tests accept it",
    ),
    Misconception(
        "every_layer_reads_x",
        at="below = cell(below, states[layer])",
        becomes="below = cell(below if layer == 0 else torch.zeros_like(below), states[layer])",
        what="upper layers that do not read the layer below",
        hint="What a layer writes at a step is what the next layer reads at that step.",
        caught_by=("values", "hidden"),
    ),
    Misconception(
        "layers_one_step_late",
        at="below = cell(below, states[layer])  # (B, H), read by the layer above\n",
        becomes=(
            "new = cell(below, states[layer])\n"
            "                below, states[layer] = states[layer] if layer + 1 < self.num_layers else new, new\n"
            "                continue\n"
        ),
        what="upper layers that read the step before",
        hint="Layer 1 at step t reads what layer 0 writes at step t, not at t - 1.",
        caught_by=("values", "hidden"),
    ),
    Misconception(
        "output_of_the_first_layer",
        at="            outputs.append(below)",
        becomes="            outputs.append(states[0])",
        what="the lowest layer's states as output",
        hint="output holds the top layer.",
        caught_by=("values",),
        seen="wrong layer order, in public solutions",
    ),
    Misconception(
        "last_step_for_all",
        at="torch.stack(outputs, dim=1)",
        becomes="torch.stack([outputs[-1]] * len(outputs), dim=1)",
        what="the last state repeated for every step",
        hint="Collect the states as you go; at the end only the last one is left.",
        caught_by=("values", "chunks"),
    ),
    Misconception(
        "last_step_only",
        at="torch.stack(outputs, dim=1)",
        becomes="outputs[-1]",
        what="the last step alone",
        hint="output holds all steps: (B, T, H).",
        caught_by=("values",),
    ),
    Misconception(
        "time_first",
        at="torch.stack(outputs, dim=1)",
        becomes="torch.stack(outputs, dim=0)",
        what="(T, B, H) instead of (B, T, H)",
        hint="In this course the batch is the first axis: stack along dim=1.",
        caught_by=("values",),
    ),
    Misconception(
        "states_side_by_side",
        at="torch.stack(states)",
        becomes="torch.cat(states)",
        what="final states as (L·B, H)",
        hint="Each layer keeps its own axis: (L, B, H).",
        caught_by=("hidden", "chunks"),
        seen="in public solutions",
    ),
    Misconception(
        "hidden_of_the_top_only",
        at="torch.stack(states)  # (B, T, H), (L, B, H)",
        becomes="torch.stack(states[-1:])",
        what="the top layer's last state alone",
        hint="hidden holds the last state of every layer, so that all of them can go on.",
        caught_by=("hidden", "chunks"),
    ),
    Misconception(
        "hidden_upside_down",
        at="torch.stack(states)  # (B, T, H), (L, B, H)",
        becomes="torch.stack(states[::-1])",
        what="the layers in reverse order",
        hint="hidden[0] belongs to the lowest layer.",
        caught_by=("hidden", "chunks"),
    ),
    Misconception(
        "state_kept_inside",
        at="        states = list(hidden)  # one (B, H) for each layer\n",
        becomes=("        states = [h + 0.1 * getattr(self, 'calls', 0) for h in hidden]\n        self.calls = 1\n"),
        what="a state that is kept from one call to the next",
        hint="What to go on from is an argument; nothing else may be remembered.",
        caught_by=("values", "hidden", "chunks"),
        hidden_only="the first call is right; the hidden check calls several times",
        seen="document 000's tests accept it",
    ),
    Misconception(
        "float32_start",
        at="x.new_zeros(self.num_layers, x.shape[0], self.hidden_size)",
        becomes="torch.zeros(self.num_layers, x.shape[0], self.hidden_size)",
        what="an initial state that is float32 whatever x is",
        hint="Take dtype and device from x: x.new_zeros(...).",
        caught_by=("dtype",),
        hidden_only="the visible test works in float32; the commonest almost-right answer costs one point",
        seen="in most public solutions",
    ),
    Misconception(
        "one_list_after_the_other",
        at="        self.cells = nn.ModuleList(ManualRNNCell(size, hidden_size) for size in reads)",
        becomes=(
            "        for size in reads:\n"
            "            self.cells = nn.ModuleList()\n"
            "            self.cells.append(ManualRNNCell(size, hidden_size))"
        ),
        what="a list of cells that is begun again for each layer",
        hint="Make the list once, before the loop, and append a cell for each layer.",
        caught_by=("values", "parameters"),
    ),
    Misconception(
        "cut_every_ten_steps",
        at="            outputs.append(below)\n",
        becomes=(
            "            outputs.append(below)\n"
            "            if t % 10 == 9:\n"
            "                states = [state.detach() for state in states]\n"
        ),
        what="states that are cut from the graph every few steps",
        hint="Truncated backpropagation is a later subject: here the gradient goes back to the first step.",
        caught_by=("gradients",),
        hidden_only="nothing in the notebook is so long; the hidden check reads eighty steps",
    ),
    Misconception(
        "starts_again_every_twenty_steps",
        at="            outputs.append(below)\n",
        becomes=(
            "            outputs.append(below)\n"
            "            if t % 20 == 19:\n"
            "                states = [torch.zeros_like(state) for state in states]\n"
        ),
        what="states that are set to zero every few steps",
        hint="The state is carried to the end of the sequence, however long it is.",
        caught_by=("values", "hidden", "chunks"),
        hidden_only="nothing in the notebook is so long; the hidden check reads eighty steps",
    ),
    Misconception(
        "silent_steps_skipped",
        at="            below = x[:, t]  # (B, I)\n",
        becomes=(
            "            below = x[:, t]  # (B, I)\n"
            "            if not below.any():\n"
            "                outputs.append(states[-1])\n"
            "                continue\n"
        ),
        what="steps of zeros that are passed over",
        hint="Zeros are an input like any other: the biases and the memory still make a new state.",
        caught_by=("values", "hidden"),
    ),
    Misconception(
        "learned_start",
        at=_RNN_START + _RNN_BETWEEN + _RNN_ZEROS,
        becomes=(
            _RNN_START
            + "        self.start = nn.Parameter(torch.zeros(num_layers, 1, hidden_size))\n"
            + _RNN_BETWEEN
            + "            hidden = self.start.expand(-1, x.shape[0], -1)\n"
        ),
        what="a learned first state",
        hint="Without a state it starts from zeros.",
        caught_by=("parameters",),
    ),
    Misconception(
        "states_as_a_list",
        at="torch.stack(outputs, dim=1), torch.stack(states)",
        becomes="torch.stack(outputs, dim=1), states",
        what="the states of the layers in a list",
        hint="hidden is one tensor, (L, B, H): torch.stack(states).",
        caught_by=("hidden",),
    ),
    Misconception(
        "a_spare_cell",
        at="        self.cells = nn.ModuleList(",
        becomes="        self.first = ManualRNNCell(input_size, hidden_size)\n        self.cells = nn.ModuleList(",
        what="a cell besides those of the layers",
        hint="cells has one cell for each layer, L in all, and there is no other.",
        caught_by=("parameters",),
    ),
    Misconception(
        "handed_to_the_next_layer",
        at=_RNN_BODY,
        becomes="""        h, last, below = hidden[0], [], x
        for cell in self.cells:
            seen = []
            for x_t in below.unbind(dim=1):
                h = cell(x_t, h)
                seen.append(h)
            below = torch.stack(seen, dim=1)
            last.append(h)
        return below, torch.stack(last)""",
        what="upper layers that go on from the last state of the layer below, not from their own first state",
        hint="Every layer starts from its own row of hidden.",
        caught_by=("values", "hidden", "chunks"),
        seen="in public solutions",
    ),
    Misconception(
        "hidden_named_twice",
        at=_RNN_BODY,
        becomes="""        last = []
        for k, cell in enumerate(self.cells):
            hidden, seen = hidden[k], []
            for x_t in x.unbind(dim=1):
                hidden = cell(x_t, hidden)
                seen.append(hidden)
            x = torch.stack(seen, dim=1)
            last.append(hidden)
        return x, torch.stack(last)""",
        what="one name for all states and for one layer's: the second layer takes a row of the first one's state",
        hint="Give the state of one layer a name of its own, and leave hidden as it came.",
        caught_by=("values",),
        seen="in public solutions",
    ),
    Misconception(
        "zeros_as_wide_as_the_input",
        at="x.new_zeros(self.num_layers, x.shape[0], self.hidden_size)",
        becomes="x.new_zeros(self.num_layers, x.shape[0], x.shape[-1])",
        what="a first state of I numbers",
        hint="A state has H numbers, whatever the input has.",
        caught_by=("values",),
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 13: x.new_zeros(self.num_layers, … detached": NO_GRAPH,
    "line 22: the result is clamped to 59": "states lie between -1 and 1",
    "line 18: the loop ends after 29 turns": MORE_LAYERS,
    "line 8: the comprehension ends after 16": MORE_LAYERS,
}

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {
    "values": "wrong outputs have wrong gradients or pieces too; it is what the question asks for first",
    "hidden": "a wrong last state shows in its gradient and in the pieces; it tells which of two results is wrong",
    "chunks": "where the state is wrong, so are the pieces; it shows what the returned state is for",
    "inputs": INPUTS,
}
