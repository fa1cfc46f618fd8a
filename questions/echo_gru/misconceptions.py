"""Wrong answers to the questions of 06_echo_gru: the reference solution with one fault each."""

from textwrap import indent

from unrolled.checking.catalogue import Misconception

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
ADDED = "a delay that only adds a vector behind the GRU"
BEHIND = (
    "Behind the GRU an added vector makes some letters likelier, whatever was read. Let the delay meet the letters "
    "before or inside the GRU, or choose between several heads."
)

# The parts of GRUMemory, and from there to the middle of its forward, for faults that need a change in two places.
_MEMORY_PARTS = """        self.gru = nn.GRU(N + 1, hidden_size, batch_first=True)
        self.output = nn.Linear(hidden_size, N + 1)"""

_MEMORY_BODY = (
    _MEMORY_PARTS
    + '''

    def forward(self, x):
        """x: (B, T, 27), one-hot. Returns logits (B, T, 27), or the pair (logits, hidden)."""
        states, _ = self.gru(x)'''
)

_VARIABLE_PARTS = """        self.gru = nn.GRU(N + 1, hidden_size, batch_first=True)
        self.heads = nn.Linear(hidden_size, (max_delay + 1) * (N + 1))"""

# The same of VariableDelayGRUMemory, to the end of its forward.
_VARIABLE_BODY = (
    _VARIABLE_PARTS
    + '''

    def all_delays(self, x):
        """The logits for each delay: (B, T, D + 1, 27)."""
        states, _ = self.gru(x)  # (B, T, H)
        return self.heads(states).unflatten(-1, (self.max_delay + 1, N + 1))

    def forward(self, x, delays):
        """x: (B, T, 27), one-hot; delays: (B,), int64. Returns logits (B, T, 27), or (logits, hidden)."""
        rows = torch.arange(len(x), device=x.device)
        return self.all_delays(x)[rows, :, delays]  # row b at its own delay: (B, T, 27)'''
)


def _network(parts: str, body: str) -> str:
    """What stands in the place of _VARIABLE_BODY: a network of other parts, and what its forward does."""
    method = f"def forward(self, x, delays):\n{indent(body, ' ' * 4)}"
    return indent(parts, " " * 8) + "\n\n" + indent(method, " " * 4)


MISCONCEPTIONS = {
    "gru_cell": [
        Misconception(
            "fader_swapped",
            at="(1 - z) * n + z * hidden",
            becomes="z * n + (1 - z) * hidden",
            what="a fader that stands the wrong way round",
            hint="At z = 1 the memory stays as it was. What stays at z = 1 in yours?",
            caught_by=("values",),
            seen="the other convention, of Chung et al. (2014) and of many texts",
        ),
        Misconception(
            "gates_swapped",
            at="r = torch.sigmoid(input_r + memory_r)\n        z = torch.sigmoid(input_z + memory_z)",
            becomes="z = torch.sigmoid(input_r + memory_r)\n        r = torch.sigmoid(input_z + memory_z)",
            what="a cell whose two gates have changed places",
            hint="The first H rows of each matrix belong to r, the next H to z, the last to n.",
            caught_by=("values",),
            seen="the order z, r, n of other libraries",
        ),
        Misconception(
            "blocks_from_the_end",
            at=(
                "        input_r, input_z, input_n = from_input.chunk(3, dim=1)  # (B, H) each\n"
                "        memory_r, memory_z, memory_n = from_memory.chunk(3, dim=1)\n"
            ),
            becomes=(
                "        input_n, input_z, input_r = from_input.chunk(3, dim=1)\n"
                "        memory_n, memory_z, memory_r = from_memory.chunk(3, dim=1)\n"
            ),
            what="taking the blocks in the order n, z, r",
            hint="Which block comes first? The table of shapes says: r, then z, then n.",
            caught_by=("values",),
        ),
        Misconception(
            "candidate_first",
            at=(
                "        input_r, input_z, input_n = from_input.chunk(3, dim=1)  # (B, H) each\n"
                "        memory_r, memory_z, memory_n = from_memory.chunk(3, dim=1)\n"
            ),
            becomes=(
                "        input_n, input_r, input_z = from_input.chunk(3, dim=1)\n"
                "        memory_n, memory_r, memory_z = from_memory.chunk(3, dim=1)\n"
            ),
            what="taking the blocks in the order n, r, z",
            hint="Which block comes first? The table of shapes says: r, then z, then n.",
            caught_by=("values",),
        ),
        Misconception(
            "two_orders",
            at="memory_r, memory_z, memory_n = from_memory",
            becomes="memory_z, memory_r, memory_n = from_memory",
            what="taking the blocks in one order for the input and in another for the memory",
            hint="W_ih and W_hh are stacked alike: cut both with the same names on the left.",
            caught_by=("values",),
        ),
        Misconception(
            "reset_before_the_matrix",
            at="r * memory_n",
            becomes="(r * hidden) @ self.W_hh[2 * hidden.shape[1] :].T + self.b_hh[2 * hidden.shape[1] :]",
            what="a reset gate that multiplies h before the matrix",
            hint="That is the first paper's GRU; in this one r multiplies what comes out: r ⊙ (W h + b).",
            caught_by=("values",),
            seen="the first paper, and public solutions that follow it",
        ),
        Misconception(
            "reset_spares_the_bias",
            at="r * memory_n",
            becomes="r * (memory_n - self.b_hh[2 * hidden.shape[1] :]) + self.b_hh[2 * hidden.shape[1] :]",
            what="a reset gate that spares the bias b_hn",
            hint="Look at the brackets in the formula of n: what is r multiplied with?",
            caught_by=("values",),
        ),
        Misconception(
            "reset_on_the_input_too",
            at="input_n + r * memory_n",
            becomes="r * (input_n + memory_n)",
            what="a reset gate that multiplies the input's part too",
            hint="r decides how much of the *memory* goes into the candidate; the input always counts in full.",
            caught_by=("values",),
        ),
        Misconception(
            "reset_on_the_input",
            at="input_n + r * memory_n",
            becomes="r * input_n + memory_n",
            what="a reset gate on the input's part in place of the memory's",
            hint="Which of the two parts is to be forgotten when r = 0?",
            caught_by=("values",),
        ),
        Misconception(
            "no_reset",
            at="r * memory_n",
            becomes="memory_n",
            what="a candidate without the reset gate",
            hint="r is computed, and then? It has its place in the formula of n.",
            caught_by=("values",),
        ),
        Misconception(
            "reset_by_z",
            at="r * memory_n",
            becomes="z * memory_n",
            what="a candidate that uses z where it should use r",
            hint="Each gate has one place: r in the candidate, z in the last line.",
            caught_by=("values",),
        ),
        Misconception(
            "fader_by_r",
            at="(1 - z) * n + z * hidden",
            becomes="(1 - r) * n + r * hidden",
            what="a fader that is moved by r instead of z",
            hint="Each gate has one place: r in the candidate, z in the last line.",
            caught_by=("values",),
        ),
        Misconception(
            "candidate_alone",
            at="(1 - z) * n + z * hidden",
            becomes="n",
            what="a cell that returns the candidate itself",
            hint="n is only a proposal. Which gate decides how much of the old memory stays?",
            caught_by=("values",),
        ),
        Misconception(
            "candidate_in_full",
            at="(1 - z) * n + z * hidden",
            becomes="n + z * hidden",
            what="a cell in which the candidate counts in full",
            hint="The two shares of a fader add up to 1: z for the old, and for the new?",
            caught_by=("values",),
        ),
        Misconception(
            "memory_in_full",
            at="(1 - z) * n + z * hidden",
            becomes="(1 - z) * n + hidden",
            what="a cell in which the old memory counts in full",
            hint="The two shares of a fader add up to 1. What is the old memory's?",
            caught_by=("values",),
        ),
        Misconception(
            "no_hidden_bias",
            at=" + self.b_hh",
            becomes="",
            what="a cell without b_hh",
            hint="Each gate is a sum of four terms. Which one is missing in yours?",
            caught_by=("values", "gradients"),
            seen="document 000's tests accept it in the plain cell",
        ),
        Misconception(
            "no_input_bias",
            at=" + self.b_ih",
            becomes="",
            what="a cell without b_ih",
            hint="Each gate is a sum of four terms. Which one is missing in yours?",
            caught_by=("values", "gradients"),
            seen="document 000's tests accept it in the plain cell",
        ),
        Misconception(
            "one_bias_twice",
            at=" + self.b_hh",
            becomes=" + self.b_ih",
            what="a cell with b_ih in both places",
            hint="There are two biases, one for each product.",
            caught_by=("values", "gradients"),
        ),
        Misconception(
            "sigmoid_in_the_candidate",
            at="n = torch.tanh(",
            becomes="n = torch.sigmoid(",
            what="a candidate that goes through the sigmoid",
            hint="A gate lies between 0 and 1, a memory between −1 and 1. Which of them is n?",
            caught_by=("values",),
            seen="sigmoid for tanh, in public solutions",
        ),
        Misconception(
            "tanh_in_the_gates",
            at="r = torch.sigmoid(input_r + memory_r)\n        z = torch.sigmoid(input_z + memory_z)",
            becomes="r = torch.tanh(input_r + memory_r)\n        z = torch.tanh(input_z + memory_z)",
            what="a cell whose gates go through tanh",
            hint="A gate is a share, from 0 (nothing passes) to 1 (all of it). What could −0.4 of a memory be?",
            caught_by=("values",),
        ),
        Misconception(
            "candidate_linear",
            at="torch.tanh(input_n + r * memory_n)",
            becomes="input_n + r * memory_n",
            what="a candidate that has not gone through tanh",
            hint="Without tanh nothing keeps the memory between −1 and 1.",
            caught_by=("values",),
            seen="no nonlinearity, in public solutions",
        ),
        Misconception(
            "gates_linear",
            at="r = torch.sigmoid(input_r + memory_r)\n        z = torch.sigmoid(input_z + memory_z)",
            becomes="r = input_r + memory_r\n        z = input_z + memory_z",
            what="a cell whose gates have not gone through the sigmoid",
            hint="The σ in the formulas of r and z is the sigmoid: it makes a share between 0 and 1 of the sum.",
            caught_by=("values",),
        ),
        Misconception(
            "gates_without_memory",
            at="r = torch.sigmoid(input_r + memory_r)\n        z = torch.sigmoid(input_z + memory_z)",
            becomes="r = torch.sigmoid(input_r)\n        z = torch.sigmoid(input_z)",
            what="a cell whose gates look at the input only",
            hint="Whether to keep the memory depends on what is in it, too.",
            caught_by=("values",),
        ),
        Misconception(
            "gates_without_input",
            at="r = torch.sigmoid(input_r + memory_r)\n        z = torch.sigmoid(input_z + memory_z)",
            becomes="r = torch.sigmoid(memory_r)\n        z = torch.sigmoid(memory_z)",
            what="a cell whose gates look at the memory only",
            hint="Whether to keep the memory depends on what has just been read, too.",
            caught_by=("values",),
        ),
        Misconception(
            "candidate_without_memory",
            at="input_n + r * memory_n",
            becomes="input_n",
            what="a candidate made of the input alone",
            hint="The candidate may use what the reset gate lets through of the memory.",
            caught_by=("values",),
        ),
        Misconception(
            "memory_starts_anew",
            at="hidden @",
            becomes="torch.zeros_like(hidden) @",
            what="a cell whose gates and candidate read zeros in the place of the memory",
            hint="Zeros are for the very first step, and whoever calls the cell decides that.",
            caught_by=("values",),
        ),
        Misconception(
            "memory_not_transposed",
            at="hidden @ self.W_hh.T",
            becomes="hidden @ self.W_hh",
            what="W_hh standing untransposed on the right",
            hint="Write the shape behind each product: (B, H) @ (H, 3H). Which side of W_hh is the H?",
            caught_by=("values", "shape"),
        ),
        Misconception(
            "square_blocks_not_transposed",
            at="hidden @ self.W_hh.T",
            becomes="torch.cat([hidden @ block for block in self.W_hh.chunk(3)], dim=1)",
            what="a W_hh whose three square blocks stand untransposed on the right",
            hint="W_hr, W_hz and W_hn are square, so their shape cannot warn you: a row times a matrix is h @ W.T.",
            caught_by=("values",),
            hidden_only="with H = 1 a transpose cannot show; the cell below compares with torch's",
            seen="W for W.T, in public solutions",
        ),
        Misconception(
            "block_instead_of_cut",
            at=(
                "        input_r, input_z, input_n = from_input.chunk(3, dim=1)  # (B, H) each\n"
                "        memory_r, memory_z, memory_n = from_memory.chunk(3, dim=1)\n"
            ),
            becomes=(
                "        input_r, input_z, input_n = from_input.view(3, *hidden.shape)\n"
                "        memory_r, memory_z, memory_n = from_memory.view(3, *hidden.shape)\n"
            ),
            what="a row of 3H numbers that was renumbered as (3, B, H), not cut",
            hint="With B = 1 both are the same. With more, view(3, B, H) mixes the rows: cut along dim=1.",
            caught_by=("values",),
            seen="h0.view mixing batch rows, in public solutions",
        ),
        Misconception(
            "cut_along_the_batch",
            at="memory_r, memory_z, memory_n = from_memory.chunk(3, dim=1)",
            becomes="memory_r, memory_z, memory_n = from_memory.unflatten(1, (-1, 3)).unbind(dim=2)",
            what="taking every third number for each gate",
            hint="The blocks stand one under the other: the first H numbers are r's, not every third one.",
            caught_by=("values",),
            hidden_only="with H = 1 every third number is a block; the cell below compares with torch's",
        ),
        Misconception(
            "batch_of_one",
            at="return (1 - z) * n + z * hidden",
            becomes="return ((1 - z) * n + z * hidden).reshape(1, -1)",
            what="a result that is written for a batch of one",
            hint="How many rows came in? As many must come out: (B, H).",
            caught_by=("values", "shape"),
        ),
        Misconception(
            "batch_squeezed",
            at="return (1 - z) * n + z * hidden",
            becomes="return ((1 - z) * n + z * hidden).squeeze()",
            what="dropping every axis of size 1",
            hint="squeeze() without an axis also removes a batch of one.",
            caught_by=("shape",),
        ),
        Misconception(
            "memory_of_the_first_row",
            at="hidden @",
            becomes="hidden[:1] @",
            what="one row's memory for the whole batch",
            hint="Row b of the result may depend on row b of the inputs only.",
            caught_by=("values",),
        ),
        Misconception(
            "pair_returned",
            at="return (1 - z) * n + z * hidden",
            becomes="hidden = (1 - z) * n + z * hidden\n        return hidden, hidden",
            what="(output, hidden) in a pair",
            hint="A cell returns its new hidden state alone; nn.GRU returns a pair, nn.GRUCell does not.",
            caught_by=("values", "shape"),
        ),
        Misconception(
            "gates_returned",
            at="return (1 - z) * n + z * hidden",
            becomes="return torch.cat([r, z, n], dim=1)",
            what="returning gates and candidate side by side",
            hint="The three were only needed on the way: return the new hidden state, (B, H).",
            caught_by=("values", "shape"),
        ),
        Misconception(
            "cut_from_the_past",
            at="hidden @",
            becomes="hidden.detach() @",
            what="a memory that was cut from the graph before gates and candidate read it",
            hint="Values are right, but gates and candidate pass no gradient to h_{t-1}. Is there a detach or .data?",
            caught_by=("gradients",),
            hidden_only=ONLY_GRADIENTS,
            seen="document 000's tests accept it in the plain cell",
        ),
        Misconception(
            "cut_in_the_fader",
            at="z * hidden",
            becomes="z * hidden.detach()",
            what="an old memory that was cut from the graph in the last line",
            hint="z · h is the road on which gradients reach far back; a detach closes it.",
            caught_by=("gradients",),
            hidden_only=ONLY_GRADIENTS,
        ),
        Misconception(
            "gate_cut",
            at="z = torch.sigmoid(input_z + memory_z)",
            becomes="z = torch.sigmoid(input_z + memory_z).detach()",
            what="an update gate that was cut from the graph",
            hint="The gate works, but it can never learn when to open: no gradient passes through it.",
            caught_by=("gradients",),
            hidden_only=ONLY_GRADIENTS,
        ),
        Misconception(
            "weights_by_data",
            at="self.W_hh.T",
            becomes="self.W_hh.data.T",
            what="a W_hh read through .data",
            hint=".data steps outside the graph: W_hh gets no gradient and stays as it was drawn.",
            caught_by=("gradients",),
            hidden_only=ONLY_GRADIENTS,
            seen="document 000's tests accept it in the plain cell",
        ),
        Misconception(
            "under_no_grad",
            at="        return (1 - z) * n + z * hidden",
            becomes="        with torch.no_grad():\n            return (1 - z) * n + z * hidden",
            what="a step under torch.no_grad()",
            hint="no_grad is for using a model, not for its forward: nothing in the cell gets a gradient.",
            caught_by=("gradients",),
            hidden_only=ONLY_GRADIENTS,
        ),
        Misconception(
            "bias_not_registered",
            at="self.b_hh = nn.Parameter(torch.empty(3 * hidden_size).uniform_(-scale, scale))",
            becomes="self.b_hh = torch.empty(3 * hidden_size).uniform_(-scale, scale).requires_grad_()",
            what="a b_hh that is a plain tensor",
            hint="Only what is an nn.Parameter is among module.parameters(), where the optimizer looks.",
            caught_by=("gradients",),
            hidden_only="the class with its parameters is given; only a rewritten __init__ can do this",
            seen="document 000's tests accept it in the plain cell",
        ),
        Misconception(
            "memory_changed_in_place",
            at="return (1 - z) * n + z * hidden",
            becomes="return hidden.mul_(z).add_((1 - z) * n)",
            what="a cell that writes the new memory into the old one",
            hint="The caller still needs the old memory (backpropagation does, too). What do mul_ and add_ change?",
            caught_by=("inputs", "gradients"),
        ),
        Misconception(
            "weights_drawn_in_forward",
            at="        from_input =",
            becomes="        self.W_hh = nn.Parameter(torch.randn_like(self.W_hh))\n        from_input =",
            what="a cell that draws W_hh anew at every call",
            hint="Parameters are made once, in __init__; forward only uses them.",
            caught_by=("values",),
            seen="weights re-created in forward, in public solutions",
        ),
        Misconception(
            "rounded_to_float32",
            at="return (1 - z) * n + z * hidden",
            becomes="return ((1 - z) * n + z * hidden).float()",
            what="a result that is float32 whatever came in",
            hint="Let the inputs decide the dtype: no .float(), and no tensor made without asking x for its dtype.",
            caught_by=("dtype",),
            hidden_only="the visible test works in float32",
        ),
        Misconception(
            "always_float64",
            at="return (1 - z) * n + z * hidden",
            becomes="return ((1 - z) * n + z * hidden).double()",
            what="a result that is float64 whatever came in",
            hint="The next step would meet float32 weights, which torch refuses: let the inputs decide the dtype.",
            caught_by=("dtype",),
        ),
    ],
    "gru_memory": [
        Misconception(
            "batch_taken_for_time",
            at=", batch_first=True)",
            becomes=")",
            what="a GRU that takes the batch for the time",
            hint="nn.GRU expects (T, B, 27) unless it is told otherwise. Which argument tells it?",
            caught_by=("time", "batch"),
            seen="in public solutions",
        ),
        Misconception(
            "renumbered_for_time_first",
            at=_MEMORY_BODY,
            becomes=_MEMORY_BODY.replace(", batch_first=True", "").replace(
                "states, _ = self.gru(x)",
                "late = self.gru(x.reshape(x.shape[1], x.shape[0], -1))[0]\n"
                "        states = late.reshape(x.shape[0], x.shape[1], -1)",
            ),
            what="a batch that was renumbered as (T, B, 27) by view or reshape",
            hint="view and reshape only count anew, row after row; to swap two axes, transpose them.",
            caught_by=("time", "batch"),
            seen="view mixing batch rows, in public solutions",
        ),
        Misconception(
            "both_directions",
            at=_MEMORY_PARTS,
            becomes=_MEMORY_PARTS.replace("True)", "True, bidirectional=True)").replace("Linear(", "Linear(2 * "),
            what="a network that reads the whole string before it answers, as a GRU in both directions does,",
            hint="At step t it knows letters that come later. Is something bidirectional, or sees all steps at once?",
            caught_by=("time",),
        ),
        Misconception(
            "read_from_the_end",
            at="self.gru(x)",
            becomes="self.gru(x.flip(1))",
            what="a string that is read from its end",
            hint="What has been read at step 0? Only the first letter may have an effect there.",
            caught_by=("time",),
        ),
        Misconception(
            "last_step_only",
            at="self.output(states)",
            becomes="self.output(states[:, -1])",
            what="logits of the last step alone",
            hint="A letter comes out at every step: (B, T, 27).",
            caught_by=("shape", "time", "batch", "gradients", "test_run", "mode"),
            seen="logits of the last step only, in public solutions",
        ),
        Misconception(
            "last_state_for_all",
            at="return self.output(states)",
            becomes="return self.output(states[:, -1:].expand_as(states))",
            what="every step answered from the last state",
            hint="At step t only the letters up to t have been read: use the state after step t.",
            caught_by=("time",),
        ),
        Misconception(
            "steps_compete",
            at="return self.output(states)",
            becomes="return torch.softmax(self.output(states), dim=1)",
            what="a softmax over the steps",
            hint="dim=1 is the time; the classes stand last. (The loss takes logits: no softmax is needed at all.)",
            caught_by=("time",),
        ),
        Misconception(
            "linear_for_gru",
            at=_MEMORY_BODY,
            becomes=_MEMORY_BODY.replace(
                "nn.GRU(N + 1, hidden_size, batch_first=True)", "nn.Linear(N + 1, hidden_size)"
            ).replace("states, _ = self.gru(x)", "states = torch.tanh(self.gru(x))"),
            what="a network without a memory, such as a linear layer in place of the GRU,",
            hint="Four steps later the letter must still be there. What takes anything to the next step in yours?",
            caught_by=("time",),
        ),
        Misconception(
            "every_letter_alone",
            at="states, _ = self.gru(x)  # (B, T, H)",
            becomes="states = self.gru(x.flatten(0, 1).unsqueeze(1))[0].squeeze(1).unflatten(0, x.shape[:2])",
            what="every letter fed as a sequence of its own",
            hint="A GRU starts with an empty memory at each call and each row: feed it whole sequences.",
            caught_by=("time",),
        ),
        Misconception(
            "state_kept_between_calls",
            at="states, _ = self.gru(x)  # (B, T, H)",
            becomes=(
                "kept = getattr(self, 'kept', None)\n"
                "        kept = kept if kept is not None and kept.shape[1] == len(x) else None\n"
                "        states, self.kept = self.gru(x, None if kept is None else kept.detach())"
            ),
            what="a state that is kept from one call to the next",
            hint="Each string is a new one: the memory starts empty at every call.",
            caught_by=("batch",),
            seen="document 000's tests accept it",
        ),
        Misconception(
            "random_start",
            at="self.gru(x)",
            becomes="self.gru(x, torch.randn(1, len(x), self.hidden_size))",
            what=DRAWN,
            hint=WHAT_IS_DRAWN,
            caught_by=("batch",),
            seen="random h_0, in public solutions",
        ),
        Misconception(
            "dropout_always_on",
            at="self.output(states)",
            becomes="self.output(F.dropout(states, 0.3))",
            what=DRAWN,
            hint=WHAT_IS_DRAWN,
            caught_by=("batch",),
            seen="dropout live at test, in document 004 and public solutions",
        ),
        Misconception(
            "layer_made_in_forward",
            at="return self.output(states)",
            becomes="self.output = nn.Linear(self.hidden_size, N + 1)\n        return self.output(states)",
            what=DRAWN,
            hint=WHAT_IS_DRAWN,
            caught_by=("batch",),
            seen="weights re-created in forward, in public solutions",
        ),
        Misconception(
            "no_class_for_the_blank",
            at="self.output = nn.Linear(hidden_size, N + 1)",
            becomes="self.output = nn.Linear(hidden_size, N)",
            what="26 logits a step",
            hint="26 letters, and the blank is an answer too.",
            caught_by=("shape", "time", "batch", "gradients", "test_run", "mode"),
        ),
        Misconception(
            "states_for_logits",
            at="return self.output(states)",
            becomes="return states",
            what="the states themselves instead of logits",
            hint="H numbers describe the memory; the linear layer turns them into 27 logits.",
            caught_by=("shape", "time", "batch", "gradients", "test_run", "mode"),
        ),
        Misconception(
            "classes_second",
            at="return self.output(states)",
            becomes="return self.output(states).transpose(1, 2)",
            what="logits with the classes on the second axis, (B, 27, T)",
            hint="cross_entropy wants them there, but that is the loss's business: forward gives (B, T, 27).",
            caught_by=("shape", "time", "batch", "gradients", "test_run", "mode"),
        ),
        Misconception(
            "time_first",
            at="return self.output(states)",
            becomes="return self.output(states).transpose(0, 1)",
            what="logits as (T, B, 27)",
            hint="In this course the batch is the first axis: (B, T, 27).",
            caught_by=("shape", "time", "batch", "gradients"),
        ),
        Misconception(
            "hidden_first",
            at=("        states, _ = self.gru(x)  # (B, T, H)\n        return self.output(states)  # (B, T, 27)\n"),
            becomes="        states, hidden = self.gru(x)\n        return hidden, self.output(states)\n",
            what="a pair (hidden, logits)",
            hint="If you return two things, the logits come first: (logits, hidden).",
            caught_by=("shape", "time", "batch", "gradients", "test_run", "mode"),
        ),
        Misconception(
            "states_cut",
            at="self.output(states)",
            becomes="self.output(states.detach())",
            what=CUT,
            hint=WHAT_CUTS,
            caught_by=("gradients",),
            hidden_only=ONLY_GRADIENTS,
            seen="document 001's tests accept it",
        ),
        Misconception(
            "forward_under_no_grad",
            at="        states, _ = self.gru(x)  # (B, T, H)\n",
            becomes="        with torch.no_grad():\n            states, _ = self.gru(x)\n",
            what=CUT,
            hint=WHAT_CUTS,
            caught_by=("gradients",),
            hidden_only=ONLY_GRADIENTS,
        ),
        Misconception(
            "cut_between_steps",
            at="states, _ = self.gru(x)  # (B, T, H)",
            becomes=(
                "states, hidden = [], torch.zeros(1, len(x), self.hidden_size, device=x.device)\n"
                "        for t in range(x.shape[1]):\n"
                "            state, hidden = self.gru(x[:, t : t + 1], hidden.detach())\n"
                "            states.append(state)\n"
                "        states = torch.cat(states, dim=1)"
            ),
            what="a memory that is cut from the graph between steps",
            hint="What happened four steps ago gets no gradient, so keeping it is never learned. Drop the detach.",
            caught_by=("gradients",),
            hidden_only=ONLY_GRADIENTS,
            seen="document 000's tests accept it",
        ),
        Misconception(
            "layers_in_a_list",
            at=_MEMORY_BODY,
            becomes=_MEMORY_BODY.replace(
                "nn.GRU(N + 1, hidden_size, batch_first=True)", "[nn.GRU(N + 1, hidden_size, batch_first=True)]"
            ).replace("self.gru(x)", "self.gru[0](x)"),
            what="a GRU that the network does not know of, in a plain list",
            hint="A module looks for parameters in modules, not in lists or dictionaries: nn.ModuleList.",
            caught_by=("gradients",),
            hidden_only="every number is right; that the GRU is not among the parameters shows in a copy",
            seen="a plain list of cells, in document 000's tests and public solutions",
        ),
        Misconception(
            "gru_frozen",
            at="self.output = nn.Linear(hidden_size, N + 1)",
            becomes="self.output = nn.Linear(hidden_size, N + 1)\n        self.gru.requires_grad_(False)",
            what="a GRU that is frozen",
            hint="requires_grad=False keeps its weights as they were drawn, for ever.",
            caught_by=("gradients",),
            hidden_only=ONLY_GRADIENTS,
        ),
        Misconception(
            "layer_never_used",
            at="self.output = nn.Linear(hidden_size, N + 1)",
            becomes=(
                "self.output = nn.Linear(hidden_size, N + 1)\n        self.embedding = nn.Embedding(N + 1, hidden_size)"
            ),
            what="a layer that is made and never used",
            hint="Which of your layers does forward not call? Use it, or leave it out.",
            caught_by=("gradients",),
            hidden_only="it does no harm to any number; only that it gets no gradient shows it",
        ),
        Misconception(
            "argmax_over_time",
            at="logits.argmax(dim=-1)",
            becomes="logits.argmax(dim=0)",
            what="an argmax over the steps",
            hint="At each step one of 27 classes is chosen. Which axis of (T, 27) holds the classes?",
            caught_by=("test_run",),
            seen="accuracy argmax over time, in public solutions",
        ),
        Misconception(
            "softmax_over_time",
            at="logits.argmax(dim=-1)",
            becomes="torch.softmax(logits, dim=0).argmax(dim=-1)",
            what="a softmax over the steps before the argmax",
            hint="The classes of one step compete with each other, not the steps. (An argmax needs no softmax.)",
            caught_by=("test_run",),
        ),
        Misconception(
            "letter_drawn",
            at="logits.argmax(dim=-1)",
            becomes="torch.multinomial(logits.softmax(dim=-1), 1).squeeze(-1)",
            what="a letter that is drawn, not the likeliest one",
            hint="The echo is not to be varied: take the class with the largest logit.",
            caught_by=("test_run",),
        ),
        Misconception(
            "letters_in_from_zero",
            at="to_indices(s)",
            becomes="torch.tensor([ord(c) - ord('a') for c in s])",
            what="a test_run that feeds a as 0",
            hint="0 is the blank. a is 1: ord(c) − ord('a') + 1, as to_indices has it.",
            caught_by=("test_run",),
        ),
        Misconception(
            "letters_out_from_zero",
            at="to_text(logits.argmax(dim=-1))",
            becomes="''.join(chr(ord('a') + i) for i in logits.argmax(dim=-1).tolist())",
            what="a test_run that takes class 0 for a",
            hint="Class 0 is the blank, and class 1 is a: see to_text.",
            caught_by=("test_run",),
        ),
        Misconception(
            "string_as_a_batch",
            at="self(x.unsqueeze(0)).squeeze(0)",
            becomes="self(x.unsqueeze(1)).squeeze(1)",
            what="a test_run that feeds T sequences of one letter each",
            hint="One string is a batch of one: (1, T, 27). Which axis did you add?",
            caught_by=("test_run",),
            seen="unbatched sequence misread, in public solutions",
        ),
        Misconception(
            "string_reversed",
            at="to_text(logits.argmax(dim=-1))",
            becomes="to_text(logits.argmax(dim=-1))[::-1]",
            what="a test_run that gives the string back from its end",
            hint="Step 0 comes first.",
            caught_by=("test_run",),
        ),
        Misconception(
            "string_sliced",
            at="to_text(logits.argmax(dim=-1))",
            becomes="(' ' * DELAY + s)[: len(s)]",
            what="a test_run that moves the string by itself",
            hint="test_run tells what the network says. An untrained one cannot know the answer: yours is made up.",
            caught_by=("test_run",),
            seen="document 004's tests accept it",
        ),
        Misconception(
            "input_given_back",
            at="to_text(logits.argmax(dim=-1))",
            becomes="s",
            what="a test_run that gives the string back that came in",
            hint="Decode the logits: the largest of them at each step says which class comes out.",
            caught_by=("test_run",),
        ),
        Misconception(
            "last_letter_dropped",
            at="to_text(logits.argmax(dim=-1))",
            becomes="to_text(logits.argmax(dim=-1)[:-1])",
            what="a test_run that loses a character",
            hint="As many come out as went in. Is the last step left out, or a blank stripped off?",
            caught_by=("test_run",),
        ),
        Misconception(
            "only_the_echo",
            at="to_text(logits.argmax(dim=-1))",
            becomes="to_text(logits.argmax(dim=-1)[DELAY:])",
            what="a test_run that leaves out the first steps",
            hint="The blanks before the echo are part of the answer: as many characters come out as went in.",
            caught_by=("test_run",),
        ),
        Misconception(
            "numbers_returned",
            at="return to_text(logits.argmax(dim=-1))",
            becomes="return logits.argmax(dim=-1).tolist()",
            what="a test_run that returns a list of numbers",
            hint="A string goes in, and a string comes out: to_text.",
            caught_by=("test_run",),
        ),
        Misconception(
            "no_eval",
            at="        self.eval()\n",
            becomes="",
            what="a test_run in whatever mode the model is in",
            hint="Dropout would be live while you test: self.eval() first, and back to the old mode at the end.",
            caught_by=("mode",),
            seen="dropout live at test, in document 004 and public solutions",
        ),
        Misconception(
            "left_in_eval_mode",
            at="        self.train(before)\n",
            becomes="",
            what="a test_run that leaves the model in eval mode",
            hint="Whoever called test_run in the middle of a training goes on without dropout, and does not know.",
            caught_by=("mode",),
        ),
        Misconception(
            "always_back_to_training",
            at="self.train(before)",
            becomes="self.train()",
            what="a test_run that always leaves the model in training mode",
            hint="Remember the mode before (self.training), and put that one back.",
            caught_by=("mode",),
        ),
        Misconception(
            "graph_kept",
            at="    @torch.no_grad()\n",
            becomes="",
            what="a test_run that keeps a graph for gradients",
            hint="Nothing is trained here: torch.no_grad() saves time and memory.",
            caught_by=("mode",),
        ),
    ],
    "variable_gru_memory": [
        Misconception(
            "delay_ignored",
            at="[rows, :, delays]",
            becomes="[:, :, 0]",
            what="a network on which the delay has no effect",
            hint="delays is an argument of forward. Where does yours use it?",
            caught_by=("delays",),
        ),
        Misconception(
            "delay_of_the_first_row",
            at="[rows, :, delays]",
            becomes="[:, :, delays[0]]",
            what="the first row's delay for the whole batch",
            hint="Every row of a batch has a delay of its own: row b is read at delays[b].",
            caught_by=("batch",),
        ),
        Misconception(
            "mean_delay",
            at=_VARIABLE_BODY,
            becomes=_network(
                "self.gru = nn.GRU(N + 2, hidden_size, batch_first=True)\nself.output = nn.Linear(hidden_size, N + 1)",
                "feature = (delays / self.max_delay).mean().expand(*x.shape[:2], 1)\n"
                "return self.output(self.gru(torch.cat([x, feature], dim=-1))[0])",
            ),
            what="the batch's mean delay for every row",
            hint="Every row of a batch has a delay of its own: row b is read at delays[b].",
            caught_by=("batch",),
        ),
        Misconception(
            "scaled_by_the_batch",
            at=_VARIABLE_BODY,
            becomes=_network(
                "self.gru = nn.GRU(N + 2, hidden_size, batch_first=True)\nself.output = nn.Linear(hidden_size, N + 1)",
                "feature = (delays / delays.max().clamp(min=1)).view(-1, 1, 1).expand(-1, x.shape[1], 1)\n"
                "return self.output(self.gru(torch.cat([x, feature], dim=-1))[0])",
            ),
            what="a delay that is scaled by the largest one in the batch",
            hint="What does a delay of 3 become beside an 8, and what when it is alone? Divide by max_delay.",
            caught_by=("batch",),
        ),
        Misconception(
            "one_hot_as_wide_as_the_batch",
            at=_VARIABLE_BODY,
            becomes=_network(
                "self.gru = nn.GRU(N + 2 + max_delay, hidden_size, batch_first=True)\n"
                "self.output = nn.Linear(hidden_size, N + 1)",
                "kind = F.one_hot(delays).float().unsqueeze(1).expand(-1, x.shape[1], -1)\n"
                "return self.output(self.gru(torch.cat([x, kind], dim=-1))[0])",
            ),
            what="a one-hot delay as wide as the largest delay in the batch",
            hint="one_hot guesses its width from what it is given. Say it: F.one_hot(delays, max_delay + 1).",
            caught_by=("batch",),
        ),
        Misconception(
            "one_delay_too_few",
            at=_VARIABLE_BODY,
            becomes=_network(
                "self.gru = nn.GRU(N + 5, hidden_size, batch_first=True)\n"
                "self.output = nn.Linear(hidden_size, N + 1)\n"
                "self.kind = nn.Embedding(max_delay, 4)",
                "kind = self.kind(delays).unsqueeze(1).expand(-1, x.shape[1], -1)\n"
                "return self.output(self.gru(torch.cat([x, kind], dim=-1))[0])",
            ),
            what="an embedding with a row too few",
            hint="Count what it is asked for: delays 0, 1, …, D. How many rows must it have?",
            caught_by=("shape", "time", "batch", "delays", "gradients", "test_run", "mode"),
        ),
        Misconception(
            "added_to_the_states",
            at=_VARIABLE_BODY,
            becomes=_network(
                "self.gru = nn.GRU(N + 1, hidden_size, batch_first=True)\n"
                "self.output = nn.Linear(hidden_size, N + 1)\n"
                "self.kind = nn.Embedding(max_delay + 1, hidden_size)",
                "states, _ = self.gru(x)\nreturn self.output(states + self.kind(delays).unsqueeze(1))",
            ),
            what=ADDED,
            hint=BEHIND,
            caught_by=("delays",),
            seen="delay added only after the GRU, in public solutions",
        ),
        Misconception(
            "beside_the_states",
            at=_VARIABLE_BODY,
            becomes=_network(
                "self.gru = nn.GRU(N + 1, hidden_size, batch_first=True)\n"
                "self.output = nn.Linear(hidden_size + 4, N + 1)\n"
                "self.kind = nn.Embedding(max_delay + 1, 4)",
                "states, _ = self.gru(x)\n"
                "kind = self.kind(delays).unsqueeze(1).expand(-1, x.shape[1], -1)\n"
                "return self.output(torch.cat([states, kind], dim=-1))",
            ),
            what=ADDED,
            hint=BEHIND,
            caught_by=("delays",),
            seen="delay added only after the GRU, in public solutions",
        ),
        Misconception(
            "added_to_the_logits",
            at=_VARIABLE_BODY,
            becomes=_network(
                "self.gru = nn.GRU(N + 1, hidden_size, batch_first=True)\n"
                "self.output = nn.Linear(hidden_size, N + 1)\n"
                "self.kind = nn.Embedding(max_delay + 1, N + 1)",
                "states, _ = self.gru(x)\nreturn self.output(states) + self.kind(delays).unsqueeze(1)",
            ),
            what=ADDED,
            hint=BEHIND,
            caught_by=("delays",),
            seen="delay added only after the GRU, in public solutions",
        ),
        Misconception(
            "start_renumbered",
            at=_VARIABLE_BODY,
            becomes=_network(
                "self.gru = nn.GRU(N + 1, hidden_size, num_layers=2, batch_first=True)\n"
                "self.output = nn.Linear(hidden_size, N + 1)\n"
                "self.start = nn.Embedding(max_delay + 1, 2 * hidden_size)",
                "start = self.start(delays).view(2, -1, self.hidden_size)\nreturn self.output(self.gru(x, start)[0])",
            ),
            what="a first state (2, B, H) that was renumbered from (B, 2H) by view",
            hint="view counts on, so it hands one row's numbers to another. Go through (B, 2, H), and transpose.",
            caught_by=("batch",),
            seen="h0.view mixing batch rows, in public solutions",
        ),
        Misconception(
            "moved_by_indexing",
            at=_VARIABLE_BODY,
            becomes=_network(
                "self.read = nn.Linear(N + 1, hidden_size)\nself.output = nn.Linear(hidden_size, N + 1)",
                "place = torch.arange(x.shape[1], device=x.device) - delays.unsqueeze(1)  # (B, T)\n"
                "late = x[torch.arange(len(x)).unsqueeze(1), place.clamp(min=0)] * (place >= 0).unsqueeze(-1)\n"
                "return self.output(torch.tanh(self.read(late)))",
            ),
            what="a network that fetches each letter by its index when it is due",
            hint="Nothing is remembered like this. Read every letter when it comes, and let the network keep it.",
            caught_by=("time",),
        ),
        Misconception(
            "longest_delay_cut_off",
            at="[rows, :, delays]",
            becomes="[rows, :, delays.clamp(max=self.max_delay - 1)]",
            what="a network that takes the longest delay for the one before it",
            hint="Count the delays: 0, 1, …, D are D + 1. Which of them is out of reach in yours?",
            caught_by=("delays",),
        ),
        Misconception(
            "every_row_at_every_delay",
            at="[rows, :, delays]",
            becomes="[:, :, delays]",
            what="every row read at the delays of all rows, (B, T, B, 27)",
            hint="Two index tensors side by side belong together: [rows, :, delays] takes delays[b] for row b.",
            caught_by=("shape", "time", "batch", "delays", "gradients", "test_run", "mode"),
        ),
        Misconception(
            "delay_as_a_step",
            at="[rows, :, delays]",
            becomes="[rows, delays]",
            what="a delay that picks a step instead of a head",
            hint="Which axis of (B, T, D + 1, 27) do the delays belong to? A colon leaves the steps alone.",
            caught_by=("shape", "time", "batch", "delays", "gradients", "test_run", "mode"),
        ),
        Misconception(
            "classes_before_heads",
            at="(self.max_delay + 1, N + 1)",
            becomes="(N + 1, self.max_delay + 1)",
            what="a row of logits that was cut into 27 heads of D + 1 classes",
            hint="First the delays, then the classes: (B, T, D + 1, 27). A delay then picks 27 numbers.",
            caught_by=("shape", "time", "batch", "delays", "gradients", "test_run", "mode"),
        ),
        Misconception(
            "nine_delays_always",
            at="(self.max_delay + 1, N + 1)",
            becomes="(9, N + 1)",
            what="a network that is written for nine delays",
            hint="max_delay is an argument: how many delays are there when it is 5?",
            caught_by=("shape", "time", "batch", "delays", "gradients", "test_run", "mode"),
        ),
        Misconception(
            "last_step_only",
            at="return self.heads(states).unflatten",
            becomes="return self.heads(states[:, -1:]).unflatten",
            what="logits of the last step alone",
            hint="A letter comes out at every step: (B, T, 27).",
            caught_by=("shape", "time", "batch", "delays", "gradients", "test_run", "mode"),
            seen="logits of the last step only, in public solutions",
        ),
        Misconception(
            "batch_taken_for_time",
            at=", batch_first=True)",
            becomes=")",
            what="a GRU that takes the batch for the time",
            hint="nn.GRU expects (T, B, 27) unless it is told otherwise. Which argument tells it?",
            caught_by=("time", "batch"),
            seen="in public solutions",
        ),
        Misconception(
            "both_directions",
            at=_VARIABLE_PARTS,
            becomes=_VARIABLE_PARTS.replace("True)", "True, bidirectional=True)").replace("Linear(", "Linear(2 * "),
            what="a network that reads the whole string before it answers, as a GRU in both directions does,",
            hint="At step t it knows letters that come later. Is something bidirectional, or sees all steps at once?",
            caught_by=("time",),
        ),
        Misconception(
            "dropout_always_on",
            at="self.heads(states)",
            becomes="self.heads(F.dropout(states, 0.3))",
            what=DRAWN,
            hint=WHAT_IS_DRAWN,
            caught_by=("batch",),
            seen="dropout live at test, in document 004 and public solutions",
        ),
        Misconception(
            "states_cut",
            at="self.heads(states)",
            becomes="self.heads(states.detach())",
            what=CUT,
            hint=WHAT_CUTS,
            caught_by=("gradients",),
            hidden_only=ONLY_GRADIENTS,
            seen="document 001's tests accept it",
        ),
        Misconception(
            "gru_frozen",
            at="        self.heads =",
            becomes="        self.gru.requires_grad_(False)\n        self.heads =",
            what="a GRU that is frozen",
            hint="requires_grad=False keeps its weights as they were drawn, for ever.",
            caught_by=("gradients",),
            hidden_only=ONLY_GRADIENTS,
        ),
        Misconception(
            "run_without_its_delay",
            at="torch.tensor([delay], device=place)",
            becomes="torch.tensor([0], device=place)",
            what="a test_run that always asks for delay 0",
            hint="test_run is given a delay. Where does it hand it on?",
            caught_by=("test_run",),
        ),
        Misconception(
            "run_with_the_longest",
            at="torch.tensor([delay], device=place)",
            becomes="torch.tensor([self.max_delay], device=place)",
            what="a test_run that always asks for the longest delay",
            hint="test_run is given a delay. Where does it hand it on?",
            caught_by=("test_run",),
        ),
        Misconception(
            "run_one_too_early",
            at="torch.tensor([delay], device=place)",
            becomes="torch.tensor([delay - 1], device=place)",
            what="a test_run that asks for one delay less",
            hint="Delays count from 0, in forward as in test_run: hand on the one that you were given.",
            caught_by=("test_run",),
        ),
        Misconception(
            "delayed_twice",
            at="return to_text(logits.argmax(dim=-1))",
            becomes="return (' ' * delay + to_text(logits.argmax(dim=-1)))[: len(s)]",
            what="a test_run that moves what the network says once more",
            hint="The delay is the network's business: decode its logits, step by step, and leave them where they are.",
            caught_by=("test_run",),
        ),
        Misconception(
            "string_sliced",
            at="return to_text(logits.argmax(dim=-1))",
            becomes="return (' ' * delay + s)[: len(s)]",
            what="a test_run that moves the string by itself",
            hint="test_run tells what the network says. An untrained one cannot know the answer: yours is made up.",
            caught_by=("test_run",),
            seen="document 004's tests accept it",
        ),
        Misconception(
            "only_the_echo",
            at="to_text(logits.argmax(dim=-1))",
            becomes="to_text(logits.argmax(dim=-1)[delay:])",
            what="a test_run that leaves out the first steps",
            hint="The blanks before the echo are part of the answer: as many characters come out as went in.",
            caught_by=("test_run",),
        ),
        Misconception(
            "argmax_over_time",
            at="logits.argmax(dim=-1)",
            becomes="logits.argmax(dim=0)",
            what="an argmax over the steps",
            hint="At each step one of 27 classes is chosen. Which axis of (T, 27) holds the classes?",
            caught_by=("test_run",),
            seen="accuracy argmax over time, in public solutions",
        ),
        Misconception(
            "no_eval",
            at="        self.eval()\n",
            becomes="",
            what="a test_run in whatever mode the model is in",
            hint="Dropout would be live while you test: self.eval() first, and back to the old mode at the end.",
            caught_by=("mode",),
            seen="dropout live at test, in document 004 and public solutions",
        ),
        Misconception(
            "left_in_eval_mode",
            at="        self.train(before)\n",
            becomes="",
            what="a test_run that leaves the model in eval mode",
            hint="Whoever called test_run in the middle of a training goes on without dropout, and does not know.",
            caught_by=("mode",),
        ),
        Misconception(
            "graph_kept",
            at="    @torch.no_grad()\n",
            becomes="",
            what="a test_run that keeps a graph for gradients",
            hint="Nothing is trained here: torch.no_grad() saves time and memory.",
            caught_by=("mode",),
        ),
    ],
}

# --- the trainings: recognised by what the network does, so different mistakes may look alike ---------------------

LETTERS_LATE = "    targets = echo(letters, DELAY)\n"
LOSS = "F.cross_entropy(logits.flatten(0, 1), targets.flatten())"
BATCH = "random_letters(32, 15).to(device)"
MODEL = "model = GRUMemory(96).to(device)\n"

ECHO_BY_CODE = """class Slicing(GRUMemory):
    def forward(self, x):
        return F.pad(x, (0, 0, DELAY, 0))[:, : x.shape[1]] + 0 * super().forward(x)


model = Slicing(96).to(device)
"""

MISCONCEPTIONS["train_echo"] = [
    Misconception(
        name="not_delayed",
        at=LETTERS_LATE,
        becomes="    targets = letters\n",
        what="a network that was trained to repeat at once",
        hint="Which letter should come out at step 4, the first or the fifth? Print a row above its targets.",
        caught_by=("accuracy", "blanks", "edges"),
    ),
    Misconception(
        name="delay_one_short",
        at="echo(letters, DELAY)",
        becomes="echo(letters, DELAY - 1)",
        what="a network that was trained for a delay of 3",
        hint="Count the blanks in front: a delay of 4 has four of them.",
        caught_by=("accuracy", "blanks", "edges"),
    ),
    Misconception(
        name="delay_one_long",
        at="echo(letters, DELAY)",
        becomes="echo(letters, DELAY + 1)",
        what="a network that was trained for a delay of 5",
        hint="Count the blanks in front: a delay of 4 has four of them.",
        caught_by=("accuracy", "edges"),
    ),
    Misconception(
        name="rolled_round",
        at=LETTERS_LATE,
        becomes="    targets = torch.roll(letters, DELAY, dims=1)\n",
        what="a network whose first targets were the last letters of the string",
        hint="torch.roll brings what falls out on the right back in on the left. What should stand there instead?",
        caught_by=("blanks", "edges"),
    ),
    Misconception(
        name="blanks_left_out_of_the_loss",
        at=LOSS,
        becomes="F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=0)",
        what="a loss that never looks at the blanks",
        hint="What is the network told about the first four steps? Class 0 is an answer like the others.",
        caught_by=("blanks", "edges"),
    ),
    Misconception(
        name="time_for_classes",
        at=LOSS,
        becomes="F.cross_entropy(logits.reshape(32, 27, 15), targets)",
        what="a loss whose class axis is filled with steps",
        hint="reshape keeps the numbers in their order and only cuts them anew; to swap two axes there is transpose.",
        caught_by=("accuracy",),
        seen="cross-entropy with the class axis on time",
    ),
    Misconception(
        name="delay_across_the_batch",
        at=LETTERS_LATE,
        becomes="    targets = F.pad(letters, (0, 0, DELAY, 0))[: len(letters)]\n",
        what="a delay along the batch: each string is to repeat another one",
        hint="Which axis is time? F.pad counts its pairs from the last axis on.",
        caught_by=("accuracy",),
    ),
    Misconception(
        name="the_other_way_round",
        at=LETTERS_LATE,
        becomes="    targets = F.pad(letters, (0, DELAY))[:, DELAY:]\n",
        what="a network that was asked to foretell the letters to come",
        hint="Do the letters move to the right or to the left? Late means that the first letter comes out at step 4.",
        caught_by=("accuracy", "blanks"),
    ),
    Misconception(
        name="half_the_alphabet",
        at=BATCH,
        becomes="torch.randint(1, 14, (32, 15)).to(device)",
        what="a network that never saw the second half of the alphabet",
        hint="Which letters can your batches hold? Look at the largest number in one.",
        caught_by=("accuracy",),
    ),
    Misconception(
        name="never_stepped",
        at="    optimizer.step()\n",
        becomes="",
        what="a network that was never changed",
        hint="Gradients alone change nothing. Which line moves the weights?",
        caught_by=("accuracy",),
    ),
    Misconception(
        name="another_networks_weights",
        at="Adam(model.parameters()",
        becomes="Adam(GRUMemory(96).parameters()",
        what="a network that was never changed, while the optimizer held another one",
        hint="Whose parameters does the optimizer hold?",
        caught_by=("accuracy",),
    ),
    Misconception(
        name="made_anew",
        at='print(f"this cost',
        becomes='model = GRUMemory(96)\nprint(f"this cost',
        what="a network that was made anew after the training",
        hint="Is the model that you trained still the one called `model` at the end?",
        caught_by=("accuracy",),
    ),
    Misconception(
        name="same_strings_again",
        at="    letters = " + BATCH,
        becomes="    torch.manual_seed(5)\n    letters = " + BATCH,
        what="a network that saw the same strings at every step",
        hint="Is every batch a new one? A seed that is set inside the loop draws the same strings again and again.",
        caught_by=("accuracy",),
    ),
    Misconception(
        name="stopped_early",
        at="STEPS = 220",
        becomes="STEPS = 40",
        what="a training that stopped long before the loss was low",
        hint="How low was the loss at the end, and was it still falling?",
        caught_by=("accuracy",),
    ),
    Misconception(
        name="letters_from_code",
        at=MODEL,
        becomes=ECHO_BY_CODE,
        what="code that moves the letters, without a memory",
        hint="The echo is to come out of what the network keeps in its state.",
        caught_by=("network", "accuracy", "blanks", "edges"),
        hidden_only="the visible test sees only what comes out",
        seen="a shifted string scores 1.0 with no model",
    ),
    Misconception(
        name="last_step_only",
        at=LOSS,
        becomes="F.cross_entropy(logits[:, -1], targets[:, -1])",
        what="a loss that looks at the last step only",
        hint="Every step has an answer of its own, the first four included. How many of them does your loss see?",
        caught_by=("blanks",),
    ),
    Misconception(
        name="gradients_pile_up",
        at="    optimizer.zero_grad()\n",
        becomes="",
        what="a training whose gradients were never cleared",
        hint="backward adds to what is there. What has to happen before the next one?",
        caught_by=("accuracy",),
    ),
    Misconception(
        name="softmax_twice",
        at=LOSS,
        becomes="F.cross_entropy(logits.softmax(-1).flatten(0, 1), targets.flatten())",
        what="a loss that takes the softmax twice",
        hint="F.cross_entropy wants logits and takes the softmax itself.",
        caught_by=("accuracy",),
        seen="softmax before cross-entropy",
    ),
]

V_TARGETS = "[echo(letters, d) for d in range(MAX_DELAY + 1)]"
V_LOSS = "F.cross_entropy(logits.flatten(0, 2), targets.flatten())"

MISCONCEPTIONS["train_variable_echo"] = [
    Misconception(
        name="never_delayed",
        at=V_TARGETS,
        becomes="[letters for d in range(MAX_DELAY + 1)]",
        what="a network that repeats at once, whatever the delay",
        hint="What are the targets of a row whose delay is 3? Print them under the letters.",
        caught_by=("accuracy", "delays", "blanks"),
    ),
    Misconception(
        name="one_delay_for_all",
        at="echo(letters, d)",
        becomes="echo(letters, DELAY)",
        what="a network that was trained for a delay of 4 alone",
        hint="Does the delay of a row change its targets?",
        caught_by=("accuracy", "delays"),
    ),
    Misconception(
        name="all_one_late",
        at="echo(letters, d)",
        becomes="echo(letters, d + 1)",
        what="a network whose delays are counted from 1",
        hint="With a delay of 0 the letter comes out at its own step.",
        caught_by=("accuracy", "delays", "edges"),
    ),
    Misconception(
        name="longest_delay_left_out",
        at=V_LOSS,
        becomes="F.cross_entropy(logits[:, :, :-1].flatten(0, 2), targets[:, :, :-1].flatten())",
        what="a training that leaves the longest delay out",
        hint="range(8) ends at 7. How many delays are there from 0 to 8?",
        caught_by=("accuracy", "delays"),
    ),
    Misconception(
        name="heads_in_reverse",
        at="range(MAX_DELAY + 1)]",
        becomes="range(MAX_DELAY, -1, -1)]",
        what="a network whose heads stand in the reverse order",
        hint="Which answer stands first in the targets, and which head is to give it?",
        caught_by=("accuracy", "delays"),
    ),
    Misconception(
        name="axes_not_in_the_same_order",
        at=V_LOSS,
        becomes="F.cross_entropy(logits.flatten(0, 2), targets.transpose(1, 2).flatten())",
        what="a loss that compares (B, T, D + 1) logits with (B, D + 1, T) targets",
        hint="Flattening forgets the axes: before it, both have to be (B, T, D + 1).",
        caught_by=("accuracy", "delays"),
    ),
    Misconception(
        name="rolled_round",
        at="echo(letters, d)",
        becomes="torch.roll(letters, d, dims=1)",
        what="a network whose first targets were the last letters of the string",
        hint="torch.roll brings what falls out on the right back in on the left. What should stand there instead?",
        caught_by=("blanks", "edges"),
    ),
    Misconception(
        name="blanks_left_out_of_the_loss",
        at=V_LOSS,
        becomes="F.cross_entropy(logits.flatten(0, 2), targets.flatten(), ignore_index=0)",
        what="a loss that never looks at the blanks",
        hint="What is the network told about the steps before the echo? Class 0 is an answer like the others.",
        caught_by=("blanks", "edges"),
    ),
    Misconception(
        name="strings_too_short",
        at="random_letters(32, 22)",
        becomes="random_letters(32, 6)",
        what="a network that saw strings of six letters only",
        hint="How often does a letter come out eight steps late in a string of six?",
        caught_by=("accuracy", "delays"),
    ),
    Misconception(
        name="stopped_early",
        at="STEPS = 540",
        becomes="STEPS = 100",
        what="a training that stopped before the long delays were learned",
        hint="Short delays are learned first. Which is the first delay that fails?",
        caught_by=("accuracy", "delays"),
    ),
    Misconception(
        name="never_stepped",
        at="    optimizer.step()\n",
        becomes="",
        what="a network that was never changed",
        hint="Gradients alone change nothing. Which line moves the weights?",
        caught_by=("accuracy", "delays"),
    ),
    Misconception(
        name="made_anew",
        at='print(f"this cost',
        becomes='model = VariableDelayGRUMemory(96, MAX_DELAY)\nprint(f"this cost',
        what="a network that was made anew after the training",
        hint="Is the model that you trained still the one called `model` at the end?",
        caught_by=("accuracy", "delays"),
    ),
    Misconception(
        name="letters_from_code",
        at="model = VariableDelayGRUMemory(96, MAX_DELAY).to(device)\n",
        becomes="""class Slicing(VariableDelayGRUMemory):
    def forward(self, x, delays):
        late = [F.pad(row, (0, 0, d, 0))[: len(row)] for row, d in zip(x, delays.tolist())]
        return torch.stack(late) + 0 * super().forward(x, delays)


model = Slicing(96, MAX_DELAY).to(device)
""",
        what="code that moves the letters, without a memory",
        hint="The echo is to come out of what the network keeps in its state.",
        caught_by=("network", "accuracy", "delays"),
        hidden_only="the visible test sees only what comes out",
        seen="a shifted string scores 1.0 with no model",
    ),
]

# Changes of the reference that no check should reject (checking.mutants): question -> mutant -> why it is as right.
# `unrolled audit --mutants` is red for one that is not made any more, and for one that is rejected.
_ON_A_GPU_ONLY = "marking has no GPU: everything lies on the CPU there, and on a GPU this fails with a clear message"
_AN_INDEX = "an index may lie on the CPU, whatever it picks from"
_NO_GRAPH = "there is no graph here that it could be taken out of"
_LAST_OF_TWO = "of (T, 27) axis 1 is the last one"

EQUIVALENT = {
    "gru_memory": {
        "line 8: 1 becomes 2": "the contract allows more classes than 27, and takes those above z for blanks",
        "line 20: .to() dropped": _ON_A_GPU_ONLY,
        "line 20: .to without next(self.parameters()).device": _ON_A_GPU_ONLY,
        "line 20: idx_to_onehot(to_indices(s)) … detached": _NO_GRAPH,
        "line 21: self(x.unsqueeze(0)).squeeze … detached": _NO_GRAPH,
        "line 23: -1 becomes 1": _LAST_OF_TWO,
    },
    "variable_gru_memory": {
        "line 17: torch.arange without device=x.device": _AN_INDEX,
        "line 17: torch.arange(len(x), device= … detached": _NO_GRAPH,
        "line 18: [delays] becomes [delays - 1]": "the heads in another order, delay 0 at the last: still one for each",
        "line 26: .to() dropped": _ON_A_GPU_ONLY,
        "line 26: .to without place": _ON_A_GPU_ONLY,
        "line 26: idx_to_onehot(to_indices(s)) … detached": _NO_GRAPH,
        "line 27: self(x, torch.tensor([delay] … detached": _NO_GRAPH,
        "line 27: torch.tensor() dropped": "a list of delays picks the same heads as a tensor of them",
        "line 27: torch.tensor without device=place": _AN_INDEX,
        "line 29: -1 becomes 1": _LAST_OF_TWO,
    },
}

# Ideas that reject no entry by themselves: question -> idea -> why they have points of their own all the same.
_SHAPE = "a wrong shape fails elsewhere too; its points are for whoever has the shape right and the rest wrong"
_TRAINED = "a training that goes wrong loses most ideas at once; each has points for whoever gets only so far"

NEVER_ALONE = {
    "gru_cell": {
        "shape": _SHAPE,
        "inputs": "an input changed in place spoils gradients or the second call as well; only this line says so",
    },
    "gru_memory": {"shape": _SHAPE},
    "variable_gru_memory": {"shape": _SHAPE},
    "train_echo": dict.fromkeys(("accuracy", "blanks", "edges", "network", "budget"), _TRAINED),
    "train_variable_echo": dict.fromkeys(("accuracy", "delays", "blanks", "edges", "network", "budget"), _TRAINED),
}
