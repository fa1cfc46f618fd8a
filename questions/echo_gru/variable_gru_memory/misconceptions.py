"""Wrong answers to variable_gru_memory: the reference solution with one fault each."""

from textwrap import indent

from unrolled.checking.catalogue import Misconception

from ..hints import BOUNDED, CUT, DRAWN, LAST_OF_TWO, NO_GRAPH, ON_A_GPU_ONLY, SHAPE, WHAT_CUTS, WHAT_IS_DRAWN

ADDED = "a delay that only adds a vector behind the GRU"
BEHIND = (
    "Behind the GRU an added vector makes some letters likelier, whatever was read. Let the delay meet the letters "
    "before or inside the GRU, or choose between several heads."
)

# The parts of VariableDelayGRUMemory, and from there to the end of its forward, for faults that need a change in two
# places.
_VARIABLE_PARTS = """        self.gru = nn.GRU(N + 1, hidden_size, batch_first=True)
        self.heads = nn.Linear(hidden_size, (max_delay + 1) * (N + 1))"""

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


MISCONCEPTIONS = [
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
        caught_by=("shape",),
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
        caught_by=("shape", "batch"),
    ),
    Misconception(
        "delay_as_a_step",
        at="[rows, :, delays]",
        becomes="[rows, delays]",
        what="a delay that picks a step instead of a head",
        hint="Which axis of (B, T, D + 1, 27) do the delays belong to? A colon leaves the steps alone.",
        caught_by=("shape", "time", "batch", "delays", "gradients"),
    ),
    Misconception(
        "classes_before_heads",
        at="(self.max_delay + 1, N + 1)",
        becomes="(N + 1, self.max_delay + 1)",
        what="a row of logits that was cut into 27 heads of D + 1 classes",
        hint="First the delays, then the classes: (B, T, D + 1, 27). A delay then picks 27 numbers.",
        caught_by=("shape",),
    ),
    Misconception(
        "nine_delays_always",
        at="(self.max_delay + 1, N + 1)",
        becomes="(9, N + 1)",
        what="a network that is written for nine delays",
        hint="max_delay is an argument: how many delays are there when it is 5?",
        caught_by=("shape",),
    ),
    Misconception(
        "last_step_only",
        at="return self.heads(states).unflatten",
        becomes="return self.heads(states[:, -1:]).unflatten",
        what="logits of the last step alone",
        hint="A letter comes out at every step: (B, T, 27).",
        caught_by=("shape",),
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
        seen="document 001's tests accept it",
    ),
    Misconception(
        "gru_frozen",
        at="        self.heads =",
        becomes="        self.gru.requires_grad_(False)\n        self.heads =",
        what="a GRU that is frozen",
        hint="requires_grad=False keeps its weights as they were drawn, for ever.",
        caught_by=("gradients",),
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
    Misconception(
        "delays_end_at_eight",
        at="[rows, :, delays]",
        becomes="[rows, :, delays.clamp(max=8)]",
        what="a network that knows no delay beyond 8",
        hint="max_delay says how many there are; 8 is what you train for later.",
        caught_by=("delays",),
    ),
    Misconception(
        "blanks_only",
        at="return self.all_delays(x)[rows, :, delays]  # row b at its own delay: (B, T, 27)",
        becomes=(
            "early = torch.arange(x.shape[1], device=x.device) < delays[:, None]\n"
            "        blank = 20.0 * F.one_hot(torch.tensor(0), N + 1)\n"
            "        return torch.where(early[..., None], blank, self.all_delays(x)[rows, :, 0])"
        ),
        what="a delay that only decides how long the network is silent",
        hint="The blanks are right; but which letter comes out after them does not depend on the delay in yours.",
        caught_by=("delays",),
    ),
    Misconception(
        "one_letter_squeezed",
        at="logits = self(x, torch.tensor([delay], device=place)).squeeze(0)",
        becomes="logits = self(x, torch.tensor([delay], device=place)).squeeze()",
        what="a test_run that drops every axis of size 1",
        hint="A string of one letter is (1, 1, 27) in a batch: squeeze(0) takes the batch away, and leaves the letter.",
        caught_by=("test_run",),
    ),
    Misconception(
        "memory_emptied_now_and_then",
        at="states, _ = self.gru(x)  # (B, T, H)",
        becomes="states = torch.cat([self.gru(part)[0] for part in x.split(25, dim=1)], dim=1)",
        what="a memory that begins anew after a number of steps",
        hint="Cut into pieces, the second piece has to go on from the state in which the first one ended.",
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
    ),
    Misconception(
        "heads_in_a_list",
        at=_VARIABLE_BODY,
        becomes=_network(
            "self.gru = nn.GRU(N + 1, hidden_size, batch_first=True)\n"
            "self.heads = [nn.Linear(hidden_size, N + 1) for _ in range(max_delay + 1)]",
            "states, _ = self.gru(x)\n"
            "return torch.stack([self.heads[d](row) for row, d in zip(states, delays.tolist())])",
        ),
        what="heads that the network does not know of, in a plain list",
        hint="A module looks for parameters in modules, not in lists or dictionaries: nn.ModuleList.",
        caught_by=("gradients",),
    ),
]

_AN_INDEX = "an index may lie on the CPU, whatever it picks from"

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 13: the result is clamped to 51": BOUNDED,
    "line 18: the result is clamped to 13": BOUNDED,
    "line 17: torch.arange without device=x.device": _AN_INDEX,
    "line 17: torch.arange(len(x), device= … detached": NO_GRAPH,
    "line 18: [delays] becomes [delays - 1]": "the heads in another order, delay 0 at the last: still one for each",
    "line 26: .to() dropped": ON_A_GPU_ONLY,
    "line 26: .to without place": ON_A_GPU_ONLY,
    "line 26: idx_to_onehot(to_indices(s)) … detached": NO_GRAPH,
    "line 27: self(x, torch.tensor([delay] … detached": NO_GRAPH,
    "line 27: torch.tensor() dropped": "a list of delays picks the same heads as a tensor of them",
    "line 27: torch.tensor without device=place": _AN_INDEX,
    "line 29: -1 becomes 1": LAST_OF_TWO,
}

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {"shape": SHAPE}
