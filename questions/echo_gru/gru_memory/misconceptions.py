"""Wrong answers to gru_memory: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import BOUNDED, CUT, DRAWN, LAST_OF_TWO, NO_GRAPH, ON_A_GPU_ONLY, SHAPE, WHAT_CUTS, WHAT_IS_DRAWN

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

MISCONCEPTIONS = [
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
        caught_by=("shape",),
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
        caught_by=("shape",),
    ),
    Misconception(
        "states_for_logits",
        at="return self.output(states)",
        becomes="return states",
        what="the states themselves instead of logits",
        hint="H numbers describe the memory; the linear layer turns them into 27 logits.",
        caught_by=("shape", "gradients"),
    ),
    Misconception(
        "classes_second",
        at="return self.output(states)",
        becomes="return self.output(states).transpose(1, 2)",
        what="logits with the classes on the second axis, (B, 27, T)",
        hint="cross_entropy wants them there, but that is the loss's business: forward gives (B, T, 27).",
        caught_by=("shape",),
    ),
    Misconception(
        "time_first",
        at="return self.output(states)",
        becomes="return self.output(states).transpose(0, 1)",
        what="logits as (T, B, 27)",
        hint="In this course the batch is the first axis: (B, T, 27).",
        caught_by=("shape",),
    ),
    Misconception(
        "hidden_first",
        at=("        states, _ = self.gru(x)  # (B, T, H)\n        return self.output(states)  # (B, T, 27)\n"),
        becomes="        states, hidden = self.gru(x)\n        return hidden, self.output(states)\n",
        what="a pair (hidden, logits)",
        hint="If you return two things, the logits come first: (logits, hidden).",
        caught_by=("shape",),
    ),
    Misconception(
        "states_cut",
        at="self.output(states)",
        becomes="self.output(states.detach())",
        what=CUT,
        hint=WHAT_CUTS,
        caught_by=("gradients",),
        seen="document 001's tests accept it",
    ),
    Misconception(
        "forward_under_no_grad",
        at="        states, _ = self.gru(x)  # (B, T, H)\n",
        becomes="        with torch.no_grad():\n            states, _ = self.gru(x)\n",
        what=CUT,
        hint=WHAT_CUTS,
        caught_by=("gradients",),
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
        seen="a plain list of cells, in document 000's tests and public solutions",
    ),
    Misconception(
        "gru_frozen",
        at="self.output = nn.Linear(hidden_size, N + 1)",
        becomes="self.output = nn.Linear(hidden_size, N + 1)\n        self.gru.requires_grad_(False)",
        what="a GRU that is frozen",
        hint="requires_grad=False keeps its weights as they were drawn, for ever.",
        caught_by=("gradients",),
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
    Misconception(
        "one_letter_squeezed",
        at="self(x.unsqueeze(0)).squeeze(0)",
        becomes="self(x.unsqueeze(0)).squeeze()",
        what="a test_run that drops every axis of size 1",
        hint="A string of one letter is (1, 1, 27) in a batch: squeeze(0) takes the batch away, and leaves the letter.",
        caught_by=("test_run",),
    ),
    Misconception(
        "string_cropped",
        at="to_indices(s)",
        becomes="to_indices(s[-48:])",
        what="a test_run that feeds no more than 48 letters",
        hint="A string may be as long as it likes, and as many characters come out.",
        caught_by=("test_run",),
        hidden_only="strings as long as that would make the visible test hard to read",
    ),
    Misconception(
        "table_a_row_too_small",
        at=_MEMORY_BODY,
        becomes=_MEMORY_BODY.replace(
            "nn.GRU(N + 1, hidden_size, batch_first=True)", "nn.GRU(12, hidden_size, batch_first=True)"
        )
        .replace("self.output =", "self.table = nn.Embedding(N, 12)\n        self.output =")
        .replace("self.gru(x)", "self.gru(self.table(x.argmax(-1) if x.dim() == 3 else x))"),
        what="a table with too few rows for the letters",
        hint="The letters are 1 … 26, and 0 is the blank: how many rows must the table have?",
        caught_by=("shape",),
    ),
    Misconception(
        "one_sequence_at_a_time",
        at="states, _ = self.gru(x)  # (B, T, H)",
        becomes="states = self.gru(x.squeeze())[0]",
        what="squeezing the letters before they are read",
        hint="squeeze() drops every axis of size 1: a batch of one, and a string of one letter.",
        caught_by=("shape",),
    ),
    Misconception(
        "never_a_batch_of_one",
        at="states, _ = self.gru(x)  # (B, T, H)",
        becomes="one, *others = x.split(len(x) // 2)\n        states = self.gru(torch.cat([one, *others]))[0]",
        what="a forward that fails for a batch of one",
        hint="One string is a batch of one, and test_run feeds just that.",
        caught_by=("shape",),
    ),
    Misconception(
        "steps_in_a_list",
        at="return self.output(states)",
        becomes="return [self.output(state) for state in states.unbind(dim=1)]",
        what="a list of logits, one for each step",
        hint="One tensor is asked for: torch.stack(…, dim=1) makes (B, T, 27) of them.",
        caught_by=("shape",),
    ),
    Misconception(
        "memory_emptied_now_and_then",
        at="states, _ = self.gru(x)  # (B, T, H)",
        becomes="states = torch.cat([self.gru(part)[0] for part in x.split(21, dim=1)], dim=1)",
        what="a memory that begins anew after a number of steps",
        hint="Cut into pieces, the second piece has to go on from the state in which the first one ended.",
        caught_by=("time",),
    ),
    Misconception(
        "late_steps_unread",
        at="states, _ = self.gru(x)  # (B, T, H)",
        becomes=(
            "states = self.gru(x[:, :50])[0]\n"
            "        states = torch.cat([states, states[:, -1:].expand(-1, x.shape[1] - states.shape[1], -1)], dim=1)"
        ),
        what="a network that reads the first 50 letters only",
        hint="Strings may be longer than those that you train on: read all of them.",
        caught_by=("time",),
        hidden_only="strings as long as that would make the visible test slow to read",
    ),
    Misconception(
        "cut_now_and_then",
        at="states, _ = self.gru(x)  # (B, T, H)",
        becomes=(
            "states, hidden = [], None\n"
            "        for part in x.split(18, dim=1):\n"
            "            some, hidden = self.gru(part, None if hidden is None else hidden.detach())\n"
            "            states.append(some)\n"
            "        states = torch.cat(states, dim=1)"
        ),
        what="a memory that is cut from the graph after a number of steps",
        hint="A letter before the cut gets no gradient from its echo behind it. Strings are short here: no detach.",
        caught_by=("gradients",),
        hidden_only="the visible test asks for the gradient of one step, and not of all",
    ),
    Misconception(
        "letters_fetched",
        at="return self.output(states)",
        becomes=(
            "late = F.pad(x, (0, 0, DELAY, 0))[:, : x.shape[1]]\n"
            "        return self.output(torch.cat([late, late, late], dim=-1)[..., : self.hidden_size])"
        ),
        what="a network that moves the input by itself",
        hint="The letters are to be kept in the memory, and the memory is what the last layer reads.",
        caught_by=("time", "gradients"),
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 13: the result is clamped to 8": BOUNDED,
    "line 8: 1 becomes 2": "the contract allows more classes than 27, and takes those above z for blanks",
    "line 20: .to() dropped": ON_A_GPU_ONLY,
    "line 20: .to without next(self.parameters()).device": ON_A_GPU_ONLY,
    "line 20: idx_to_onehot(to_indices(s)) … detached": NO_GRAPH,
    "line 21: self(x.unsqueeze(0)).squeeze … detached": NO_GRAPH,
    "line 23: -1 becomes 1": LAST_OF_TWO,
}

# Ideas that reject no entry by themselves: idea -> why they have points of their own all the same.
NEVER_ALONE = {"shape": SHAPE}
