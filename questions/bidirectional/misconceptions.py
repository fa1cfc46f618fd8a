"""Wrong answers to the questions of 05_bidirectional: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

ONLY_GRADIENTS = "the numbers are right; only gradients show it"
LISTS = "a list of cells that is no nn.ModuleList hides them from an optimizer"

# The last lines of label_fn, for faults in both distances at once.
_TAIL = """    last = torch.where(x == space, at, -1).cummax(dim=-1).values  # the last boundary up to here: (B, T)
    turned = torch.where(x == space, at, T).flip(-1)  # from the other end, the next boundary is the last
    following = turned.cummin(dim=-1).values.flip(-1)  # (B, T)
    return torch.minimum(at - last, following - at)"""

_CELLS = """        self.forward_cells = nn.ModuleList(ManualRNNCell(size, hidden_size) for size in reads)
        self.backward_cells = nn.ModuleList(ManualRNNCell(size, hidden_size) for size in reads)"""

_WALK = """                for t in reversed(steps) if side else steps:
                    state = cells[layer](x[:, t], state)
                    states.append(state)
                last.append(state)
                halves.append(torch.stack(states[::-1] if side else states, dim=1))  # (B, T, H)"""

_TOP = """            x = torch.cat(halves, dim=2)  # (B, T, 2H), which the next layer reads
        return x, torch.stack(last)"""

_PARTS = """        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.rnn = nn.RNN(embed_dim, hidden_dim, num_layers, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(2 * hidden_dim, 1)"""

_BOTH = """        both, hidden = self.rnn(self.embedding(x), hidden)  # (B, T) -> (B, T, E) -> (B, T, 2H)
        return self.fc(both), hidden  # (B, T, 2H) -> (B, T, 1)"""

# From the parts of CharRegressionBiRNN to the end of its forward.
_MODEL = (
    _PARTS
    + '''

    def forward(self, x, hidden=None):
        """x: ids (B, T), or (T,). Returns predictions (B, T, 1), or (T, 1); states (2L, B, H), or (2L, H)."""
'''
    + _BOTH
)


def _model(parts: str, body: str) -> str:
    """What stands in the place of _MODEL: other parts, and what forward does with them."""
    parts, body = parts.replace("\n", "\n        "), body.replace("\n", "\n        ")
    return f"        {parts}\n\n    def forward(self, x, hidden=None):\n        {body}"


_STOPS = "A training whose steps do not lower the loss leaves the network where it was: at the mean, or before it."

MISCONCEPTIONS = {
    "distance_labels": [
        Misconception(
            "only_back",
            at="return torch.minimum(at - last, following - at)",
            becomes="return at - last",
            what="the distance back to the last boundary",
            hint="The next boundary may be nearer. What is known if the row is read from its other end?",
            caught_by=("values", "edges"),
        ),
        Misconception(
            "only_onward",
            at="return torch.minimum(at - last, following - at)",
            becomes="return following - at",
            what="the distance on to the next boundary",
            hint="The boundary behind may be nearer.",
            caught_by=("values", "edges"),
        ),
        Misconception(
            "larger_of_the_two",
            at="torch.minimum(at",
            becomes="torch.maximum(at",
            what="the larger of the two distances",
            hint="The *nearest* boundary counts.",
            caught_by=("values", "edges"),
        ),
        Misconception(
            "sum_of_the_two",
            at="torch.minimum(at - last, following - at)",
            becomes="following - last",
            what="the length of the word, the sum of the two distances",
            hint="Which of the two distances counts, and when?",
            caught_by=("values", "edges"),
        ),
        Misconception(
            "start_is_no_boundary",
            at=", at, -1)",
            becomes=", at, -10 * T)",
            what="a start that is no boundary",
            hint="The place before the first character is a boundary, at −1.",
            caught_by=("edges",),
        ),
        Misconception(
            "end_is_no_boundary",
            at=", at, T)",
            becomes=", at, 10 * T)",
            what="an end that is no boundary",
            hint="The place after the last character is a boundary, at T.",
            caught_by=("edges",),
        ),
        Misconception(
            "ends_are_characters",
            at=_TAIL,
            becomes=_TAIL.replace("at, -1)", "at, 0)").replace("at, T)", "at, T - 1)"),
            what="ends that lie on the first and the last character",
            hint="The boundaries lie just outside: the first character is 1 step away from the one before it.",
            caught_by=("edges",),
            seen="an edge at 0 and T − 1 instead of −1 and T",
        ),
        Misconception(
            "start_at_zero",
            at=", at, -1)",
            becomes=", at, 0)",
            what="a start that lies on the first character",
            hint="The boundary before the first character has place −1.",
            caught_by=("edges",),
        ),
        Misconception(
            "neighbours_at_zero",
            at="return torch.minimum(at - last, following - at)",
            becomes="return (torch.minimum(at - last, following - at) - 1).clamp(min=0)",
            what="counting the characters in between",
            hint="A character beside a space is 1 step away from it; only the space itself has 0.",
            caught_by=("values", "edges"),
        ),
        Misconception(
            "space_is_one",
            at=_TAIL,
            becomes=_TAIL.replace("x == space", "x == 1"),
            what="a space that is always number 1",
            hint="Another text has another vocabulary: use `space`, which is given.",
            caught_by=("space",),
            seen="document 000: `if x[i] == 1`",
        ),
        Misconception(
            "space_of_the_text",
            at=_TAIL,
            becomes=_TAIL.replace("x == space", "x == SPACE"),
            what="the notebook's SPACE in the place of the argument",
            hint="Whoever calls label_fn says which id the space has: use `space`.",
            caught_by=("space",),
        ),
        Misconception(
            "zero_is_no_space",
            at=_TAIL,
            becomes="    space = space or 1\n" + _TAIL,
            what="taking 0 for no answer",
            hint="A space may have the number 0, and `space or …` throws that away.",
            caught_by=("space",),
            hidden_only="the visible examples have other numbers for the space",
        ),
        Misconception(
            "along_the_batch",
            at="cummax(dim=-1)",
            becomes="cummax(dim=0)",
            what="a running maximum over the batch",
            hint="Time is the last axis. Which one does your cummax run along?",
            caught_by=("values",),
        ),
        Misconception(
            "rows_run_into_each_other",
            at=_TAIL,
            becomes="""    at = torch.arange(x.numel(), device=x.device)
    flat = x.reshape(-1)
    last = torch.where(flat == space, at, -1).cummax(dim=0).values
    turned = torch.where(flat == space, at, len(flat)).flip(0)
    following = turned.cummin(dim=0).values.flip(0)
    return torch.minimum(at - last, following - at).view(x.shape)""",
            what="a batch that is read as one long sequence",
            hint="Where one row ends, the next one's spaces are out of sight: keep the rows apart.",
            caught_by=("edges",),
        ),
        Misconception(
            "first_row_for_all",
            at="torch.where(x == space, at, -1)",
            becomes="torch.where(x[:1].expand_as(x) == space, at, -1)",
            what="the first row's spaces for all rows",
            hint="Every row has its own spaces.",
            caught_by=("values",),
        ),
        Misconception(
            "not_turned_back",
            at="cummin(dim=-1).values.flip(-1)",
            becomes="cummin(dim=-1).values",
            what="a result that was turned round and not turned back",
            hint="flip once to read from the other end, and once more to have the places in order again.",
            caught_by=("values",),
        ),
        Misconception(
            "batch_turned_round",
            at="at, T).flip(-1)",
            becomes="at, T).flip(0)",
            what="turning the batch round in place of the sequence",
            hint="flip(0) changes the order of the rows. Which axis is the time?",
            caught_by=("values",),
        ),
        Misconception(
            "no_unbatched",
            at="    T = x.shape[-1]",
            becomes="    B, T = x.shape",
            what="a function for batches only",
            hint="One sequence (T,) has one axis: ask for x.shape[-1].",
            caught_by=("shape",),
        ),
        Misconception(
            "batch_added",
            at="    return torch.minimum(at - last, following - at)",
            becomes="    return torch.atleast_2d(torch.minimum(at - last, following - at))",
            what="one sequence that comes back as a batch of one",
            hint="(T,) goes in, (T,) comes out.",
            caught_by=("shape",),
        ),
        Misconception(
            "floats",
            at="return torch.minimum(at - last, following - at)",
            becomes="return torch.minimum(at - last, following - at).float()",
            what="distances as floats",
            hint="Steps are whole numbers; the loss can turn them into floats itself.",
            caught_by=("shape",),
        ),
        Misconception(
            "capped_at_nine",
            at="return torch.minimum(at - last, following - at)",
            becomes="return torch.minimum(at - last, following - at).clamp(max=2)",
            what="distances that end at a largest one",
            hint="How far can a character be from every boundary? Up to half of T.",
            caught_by=("values",),
        ),
        Misconception(
            "input_overwritten",
            at=_TAIL,
            becomes="    is_space = x == space\n    x.zero_()\n" + _TAIL.replace("x == space", "is_space"),
            what="marks that are written into x",
            hint="The call has changed its argument, and the ids are gone for whoever needs them: the network.",
            caught_by=("inputs",),
        ),
        Misconception(
            "loop_over_characters",
            at=_TAIL,
            becomes="""    rows = []
    for row in x.reshape(-1, T).tolist():
        ahead, count = [], 0
        for one in row:
            count = 0 if one == space else count + 1
            ahead.append(count)
        count = 0
        for i in range(T - 1, -1, -1):
            count = 0 if row[i] == space else count + 1
            ahead[i] = min(ahead[i], count)
        rows.append(ahead)
    return torch.tensor(rows).view(x.shape)""",
            what="a loop over single characters",
            hint="Two passes are better than a search, and still a loop: think of a whole row at once, or a column.",
            caught_by=("speed",),
        ),
        Misconception(
            "loop_of_the_notebook",
            at=_TAIL,
            becomes="    rows = x.reshape(-1, T).tolist()\n"
            "    return torch.tensor([labels_one_by_one(row, space) for row in rows]).view(x.shape)",
            what="the slow loop of the notebook",
            hint="It is right, and slow: the task is to do without it.",
            caught_by=("speed",),
            seen="document 000's own label function",
        ),
    ],
    "manual_bi_rnn": [
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
            caught_by=("values", "hidden", "directions"),
        ),
        Misconception(
            "only_the_result_turned",
            at=_WALK,
            becomes=_WALK.replace("reversed(steps) if side else steps", "steps"),
            what="a half that reads from the left and is turned round afterwards",
            hint="Turning the result is the second half of it: the reading has to go from the right, too.",
            caught_by=("values", "hidden", "directions"),
        ),
        Misconception(
            "one_cell_for_both",
            at=_CELLS,
            becomes="""        self.forward_cells = nn.ModuleList(ManualRNNCell(size, hidden_size) for size in reads)
        self.backward_cells = self.forward_cells""",
            what="one cell for both directions",
            hint="A space ahead means something else than a space behind: each direction has weights of its own.",
            caught_by=("values", "parameters"),
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
            caught_by=("values", "hidden", "gradients"),
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
            caught_by=("values", "directions"),
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
            caught_by=("parameters", "values"),
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
            caught_by=("inputs",),
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
    ],
    "bi_rnn": [
        Misconception(
            "one_direction",
            at=_PARTS,
            becomes=_PARTS.replace(", bidirectional=True", "").replace("2 * hidden_dim", "hidden_dim"),
            what="a network of one direction",
            hint="Which argument of nn.RNN makes it read from both ends? And what does the linear layer read then?",
            caught_by=("directions", "hidden"),
            seen="document 000's notebook has no test for it",
        ),
        Misconception(
            "forward_half_only",
            at=_MODEL,
            becomes=_model(
                _PARTS.strip().replace("\n        ", "\n").replace("2 * hidden_dim", "hidden_dim"),
                "both, hidden = self.rnn(self.embedding(x), hidden)\n"
                "return self.fc(both[..., : self.fc.in_features]), hidden",
            ),
            what="a linear layer that reads the forward half only",
            hint="The output has 2H numbers for each step, and the second half of them is what comes from the right.",
            caught_by=("directions", "gradients"),
        ),
        Misconception(
            "backward_half_only",
            at=_MODEL,
            becomes=_model(
                _PARTS.strip().replace("\n        ", "\n").replace("2 * hidden_dim", "hidden_dim"),
                "both, hidden = self.rnn(self.embedding(x), hidden)\n"
                "return self.fc(both[..., self.fc.in_features :]), hidden",
            ),
            what="a linear layer that reads the backward half only",
            hint="The past is in the first H numbers of each step, and they are never read.",
            caught_by=("directions", "gradients"),
        ),
        Misconception(
            "backward_not_turned_back",
            at=_MODEL,
            becomes=_model(
                """self.embedding = nn.Embedding(vocab_size, embed_dim)
sizes = [embed_dim] + [2 * hidden_dim] * (num_layers - 1)
self.a = nn.ModuleList(nn.RNN(size, hidden_dim, batch_first=True) for size in sizes)
self.b = nn.ModuleList(nn.RNN(size, hidden_dim, batch_first=True) for size in sizes)
self.fc = nn.Linear(2 * hidden_dim, 1)""",
                """h, last = self.embedding(x), []
for k, (a, b) in enumerate(zip(self.a, self.b)):
    ahead, one = a(h, None if hidden is None else hidden[2 * k : 2 * k + 1])
    back, two = b(h.flip(-2), None if hidden is None else hidden[2 * k + 1 : 2 * k + 2])
    h, last = torch.cat([ahead, back], dim=-1), [*last, one, two]
return self.fc(h), torch.cat(last)""",
            ),
            what="a backward half in the order in which it was read",
            hint="The backward half's first state belongs to the last character: turn it round before they meet.",
            caught_by=("directions",),
        ),
        Misconception(
            "last_state_for_all",
            at="return self.fc(both), hidden",
            becomes="return self.fc(both[..., -1:, :] + 0 * both), hidden",
            what="the last step's output for every step",
            hint="One number for each character: every step's own state goes through the linear layer.",
            caught_by=("directions",),
        ),
        Misconception(
            "one_number_for_all",
            at="return self.fc(both), hidden",
            becomes="return self.fc(both[..., -1, :]), hidden",
            what="one prediction for the whole sequence",
            hint="Every character has a distance: (B, T, 1).",
            caught_by=("shape",),
            seen="logits of the last step only, in public solutions",
        ),
        Misconception(
            "scores_for_characters",
            at="self.fc = nn.Linear(2 * hidden_dim, 1)",
            becomes="self.fc = nn.Linear(2 * hidden_dim, vocab_size)",
            what="a score for each character, as in a language model",
            hint="What is predicted is one number, a distance. How many outputs does it need?",
            caught_by=("shape",),
            seen="prose left over from language modelling in document 000",
        ),
        Misconception(
            "last_axis_squeezed",
            at="return self.fc(both), hidden",
            becomes="return self.fc(both).squeeze(-1), hidden",
            what="predictions without their last axis",
            hint="(B, T, 1) is asked for, as CharRegressionRNN has it; the training takes the axis off.",
            caught_by=("shape",),
        ),
        Misconception(
            "batch_taken_for_time",
            at=", batch_first=True",
            becomes="",
            what="a network that takes the batch for the time",
            hint="nn.RNN expects (T, B, E) unless it is told otherwise. Which argument tells it?",
            caught_by=("batch",),
            seen="in public solutions",
        ),
        Misconception(
            "always_a_batch",
            at="        both, hidden = self.rnn(self.embedding(x), hidden)",
            becomes="        x = x.unsqueeze(0) if x.dim() == 1 else x\n"
            "        both, hidden = self.rnn(self.embedding(x), hidden)",
            what="one sequence that comes back as a batch of one",
            hint="Whoever gives (T,) wants (T, 1) back: take the axis off again, or do not add it.",
            caught_by=("unbatched",),
        ),
        Misconception(
            "batches_only",
            at="        both, hidden = self.rnn(self.embedding(x), hidden)",
            becomes="        B, T = x.shape\n        both, hidden = self.rnn(self.embedding(x), hidden)",
            what="a network for batches only",
            hint="One sequence has one axis, and x.shape has one number then.",
            caught_by=("unbatched",),
            seen="an unbatched sequence misread, in public solutions",
        ),
        Misconception(
            "states_ignored",
            at="self.rnn(self.embedding(x), hidden)",
            becomes="self.rnn(self.embedding(x))",
            what="initial states that are never used",
            hint="`hidden` is given to forward, and has to be given on.",
            caught_by=("hidden",),
        ),
        Misconception(
            "states_dropped",
            at="        return self.fc(both), hidden",
            becomes="        return self.fc(both)",
            what="predictions without the states",
            hint="Return two things: the predictions and the states.",
            caught_by=("hidden",),
        ),
        Misconception(
            "initial_states_returned",
            at="both, hidden = self.rnn(self.embedding(x), hidden)",
            becomes="""if hidden is None:
            hidden = torch.zeros(2 * self.rnn.num_layers, *x.shape[:-1], self.rnn.hidden_size)
        both, _ = self.rnn(self.embedding(x), hidden)""",
            what="giving back the states that it started from",
            hint="What the RNN gives second are the last states; those are to come back.",
            caught_by=("hidden",),
        ),
        Misconception(
            "kept_between_calls",
            at="both, hidden = self.rnn(self.embedding(x), hidden)",
            becomes="""kept = getattr(self, "kept", None)
        if hidden is None and kept is not None and kept.shape[1:-1] == x.shape[:-1]:
            hidden = kept
        both, hidden = self.rnn(self.embedding(x), hidden)
        self.kept = hidden.detach()""",
            what="states that are kept from one call to the next",
            hint="A new call begins anew unless it is given states.",
            caught_by=("batch",),
            seen="document 000's tests accept it in the plain RNN",
        ),
        Misconception(
            "always_one_layer",
            at="nn.RNN(embed_dim, hidden_dim, num_layers, batch",
            becomes="nn.RNN(embed_dim, hidden_dim, 1, batch",
            what="one layer whatever num_layers says",
            hint="num_layers is an argument, and has to reach the RNN.",
            caught_by=("hidden",),
        ),
        Misconception(
            "embedding_of_fixed_size",
            at=_PARTS,
            becomes=_PARTS.replace("nn.Embedding(vocab_size, embed_dim)", "nn.Embedding(65, embed_dim)"),
            what="a vocabulary of 65, whatever vocab_size says",
            hint="65 is right for one text. The size of the vocabulary is an argument.",
            caught_by=("shape",),
            hidden_only="a table with too many rows gives the same numbers",
            seen="document 000: vocab_size = 65",
        ),
        Misconception(
            "dropout_always_on",
            at="return self.fc(both), hidden",
            becomes="return self.fc(F.dropout(both, 0.3)), hidden",
            what="dropout that is live in eval mode, too",
            hint="F.dropout does not know the mode: say training=self.training, or use nn.Dropout.",
            caught_by=("batch",),
        ),
        Misconception(
            "squashed",
            at="return self.fc(both), hidden",
            becomes="return torch.tanh(self.fc(both)), hidden",
            what="predictions that went through a tanh",
            hint="A distance may be 5: nothing that keeps numbers between −1 and 1 may come last.",
            caught_by=("shape",),
        ),
        Misconception(
            "probabilities",
            at="return self.fc(both), hidden",
            becomes="return torch.softmax(self.fc(both), dim=-1), hidden",
            what="a softmax over a single number",
            hint="A softmax over one number is always 1. A distance needs no softmax.",
            caught_by=("shape", "directions"),
        ),
        Misconception(
            "cut_from_the_states",
            at="return self.fc(both), hidden",
            becomes="return self.fc(both.detach()), hidden",
            what="states that were cut from the graph",
            hint="Only the linear layer would learn. Is there a detach, a .data or a no_grad in forward?",
            caught_by=("gradients",),
        ),
        Misconception(
            "table_cut",
            at="self.rnn(self.embedding(x), hidden)",
            becomes="self.rnn(self.embedding(x).detach(), hidden)",
            what="an embedding that was cut from the graph",
            hint="The table would stay as it was drawn. Is there a detach, a .data or a no_grad in forward?",
            caught_by=("gradients",),
        ),
    ],
    "train_bi_rnn": [
        Misconception(
            "never_stepped",
            at="        optimizer.step()\n",
            becomes="",
            what="an optimizer that never takes a step",
            hint="backward only works gradients out; optimizer.step() moves the weights.",
            caught_by=("bi", "uni"),
        ),
        Misconception(
            "broadcast_to_the_mean",
            at="guesses = model(x)[0].squeeze(-1)",
            becomes="y = y.reshape(-1)\n        guesses = model(x)[0].reshape(-1, 1)",
            what="predictions and distances that meet by broadcasting, every one with every other",
            hint="Print both shapes: they must be equal. The best answer to all distances at once is their mean.",
            caught_by=("bi",),
            seen="(N, 1) against (N,), in public solutions of regression tasks",
        ),
        Misconception(
            "uni_twice",
            at="bi_model = CharRegressionBiRNN(",
            becomes="bi_model = CharRegressionRNN(",
            what="two networks of one direction",
            hint="bi_model is to be a CharRegressionBiRNN.",
            caught_by=("bi", "ratio"),
        ),
        Misconception(
            "uni_untrained",
            at="train(uni_model, uni_history)\n",
            becomes="",
            what="a comparison with a network that was never trained",
            hint="An untrained network is easy to beat: train both, the same way.",
            caught_by=("uni", "ratio"),
        ),
        Misconception(
            "uni_is_the_trained_one",
            at="train(bi_model, bi_history)",
            becomes="train(uni_model, bi_history)",
            what="training one network twice, and the other not at all",
            hint="Which network is given to the second training?",
            caught_by=("bi", "ratio"),
        ),
        Misconception(
            "made_anew",
            at="train(bi_model, bi_history)",
            becomes="train(bi_model, bi_history)\nbi_model = CharRegressionBiRNN(len(chars), **sizes).to(device)",
            what="a network that is made anew after its training",
            hint="A new network has new random weights: what was learned is in the old one.",
            caught_by=("bi",),
        ),
        Misconception(
            "five_steps",
            at="steps=300",
            becomes="steps=5",
            what="a training that ends after a few steps",
            hint="Look at the curve: does it still fall where it ends?",
            caught_by=("bi",),
        ),
        Misconception(
            "far_too_careful",
            at="lr=5e-3",
            becomes="lr=5e-7",
            what="a learning rate so small that nothing moves",
            hint="With Adam a step changes each weight by about the learning rate. How many steps to move by 0.5?",
            caught_by=("bi", "uni"),
        ),
        Misconception(
            "far_too_bold",
            at="lr=5e-3",
            becomes="lr=3.0",
            what="a learning rate so large that the network jumps about",
            hint="The curve does not settle: the steps are longer than the valleys are wide.",
            caught_by=("bi",),
        ),
        Misconception(
            "places_moved",
            at="loss = F.mse_loss(guesses, y.float())",
            becomes="loss = F.mse_loss(guesses[:, :-2], y[:, 2:].float())",
            what="targets that are moved against the text, as in a language model",
            hint="A prediction is about its own character: guesses and y have the same places.",
            caught_by=("bi",),
            seen="document 000's text speaks of labels moved by one",
        ),
        Misconception(
            "last_step_only",
            at="loss = F.mse_loss(guesses, y.float())",
            becomes="loss = F.mse_loss(guesses[:, -1], y[:, -1].float())",
            what="a loss on the last character only",
            hint="Every character of a window has a distance to learn from.",
            caught_by=("bi",),
        ),
        Misconception(
            "other_units",
            at="y.float())",
            becomes="y.float() / 10)",
            what="distances in other units",
            hint="What the network says has to be the distance itself, in steps.",
            caught_by=("bi",),
        ),
        Misconception(
            "ids_for_distances",
            at="y.float())",
            becomes="x.float())",
            what="the ids as targets",
            hint="What is to be predicted is y; x is what is read.",
            caught_by=("bi", "uni"),
        ),
        Misconception(
            "another_batch",
            at="loss = F.mse_loss(guesses, y.float())",
            becomes='_, y = get_batch("train", 24, 48, device)\n        loss = F.mse_loss(guesses, y.float())',
            what="the distances of another batch",
            hint="x and y belong together: both come from one call of get_batch.",
            caught_by=("bi",),
        ),
        Misconception(
            "uphill",
            at="loss.backward()",
            becomes="(-loss).backward()",
            what="a training that makes the loss larger",
            hint="The optimizer makes smaller what backward was called on.",
            caught_by=("bi", "uni"),
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
            caught_by=("network", "bi"),
        ),
    ],
}

# Changes of the reference that no check should reject (checking.mutants): question -> mutant -> why it is as right.
_WHOLE_NUMBERS = "distances are whole numbers, and no gradient ever reaches them"

EQUIVALENT = {
    "distance_labels": {
        "line 4: torch.arange(T, device=x.dev … detached": _WHOLE_NUMBERS,
        "line 4: torch.arange without device=x.device": "ids on a GPU need it; on the CPU it is the same",
        "line 6: torch.where(x == space, at,  … detached": _WHOLE_NUMBERS,
        "line 7: turned.cummin(dim=-1).values … detached": _WHOLE_NUMBERS,
        "line 8: torch.minimum(at - last, fol … detached": _WHOLE_NUMBERS,
        "line 8: torch.minimum: at - last and following - at swapped": "the smaller of two, whichever comes first",
    },
    "manual_bi_rnn": {
        "line 15: x.new_zeros(2 * self.num_lay … detached": "zeros that were just made have no graph",
        "line 15: x.new_zeros without x.shape[0]": "(H,) zeros broadcast over the batch: one step gives (B, H)",
        "line 15: 2 becomes 3": "more zeros than anybody reads; what comes back is made of the last states",
    },
}

# Ideas that reject no entry by themselves: question -> idea -> why they have points of their own all the same.
_TRAINED = "a training that goes wrong loses most ideas at once; each has points for whoever gets only so far"

NEVER_ALONE = {
    "distance_labels": {
        "values": "whoever is wrong between two spaces is wrong at an edge too; it is what is asked first"
    },
    "manual_bi_rnn": {
        "values": "wrong outputs of one layer are the inputs, and so the wrong states, of the next; it is asked first",
        "directions": "a half in the wrong order has wrong values too; only this line says which step feels which",
        "parameters": "cells that are one and the same have wrong values too; only this line says why",
        "inputs": "a state changed in place spoils gradients as well; only this line says what was done",
    },
    "train_bi_rnn": dict.fromkeys(("bi", "ratio", "uni", "network", "budget"), _TRAINED),
}
