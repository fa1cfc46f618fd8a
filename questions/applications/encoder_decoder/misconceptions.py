"""Wrong answers to encoder_decoder: the reference solution with one fault each."""

from unrolled.checking.catalogue import Misconception

from ..hints import AN_INDEX, LONGER_THAN_SHOWN, NO_GRAPH, ON_A_GPU_ONLY, WHOLE_NUMBERS

MISCONCEPTIONS = [
    Misconception(
        "reads_the_answer",
        at="read = F.pad(target, (1, 0), value=START)[:, :-1]",
        becomes="read = target",
        what="a decoder that reads the word it is to say",
        hint="At step t it may read the true token t - 1. Which one does yours read?",
        caught_by=("teacher",),
    ),
    Misconception(
        "moved_the_other_way",
        at="read = F.pad(target, (1, 0), value=START)[:, :-1]",
        becomes="read = F.pad(target, (0, 1), value=START)[:, 1:]",
        what="a target that was moved to the left",
        hint="At step 0 nothing has been said, so START is read there: the target moves to the right.",
        caught_by=("teacher",),
    ),
    Misconception(
        "rolled_round",
        at="F.pad(target, (1, 0), value=START)[:, :-1]",
        becomes="torch.roll(target, 1, dims=1)",
        what="a first step that reads the target's last token",
        hint="torch.roll brings what falls out on the right back in on the left. What should stand there instead?",
        caught_by=("teacher",),
    ),
    Misconception(
        "two_steps_late",
        at="F.pad(target, (1, 0), value=START)[:, :-1]",
        becomes="F.pad(target, (2, 0), value=START)[:, :-2]",
        what="a target that was moved by two steps",
        hint="With a target of one, two, three: what does the decoder read at step 1?",
        caught_by=("teacher",),
    ),
    Misconception(
        "start_forgotten",
        at="F.pad(target, (1, 0), value=START)[:, :-1]",
        becomes="F.pad(target, (1, 0))[:, :-1]",
        what="a forward that reads padding at step 0, and a translate that reads START",
        hint="F.pad fills up with zeros unless it is told otherwise, and 0 is padding. What is read before any word?",
        caught_by=("translate",),
        seen="START forgotten, in a trial of this course",
    ),
    Misconception(
        "own_words_in_training",
        at="""        read = F.pad(target, (1, 0), value=START)[:, :-1]  # (B, U)
        states, _ = self.decoder(self.words(read), self.encode(source))
        return self.say(states)""",
        becomes="""        state, token, out = self.encode(source), torch.full_like(target[:, :1], START), []
        for _ in range(target.shape[1]):
            states, state = self.decoder(self.words(token), state)
            out.append(self.say(states))
            token = out[-1].argmax(dim=-1)
        return torch.cat(out, dim=1)""",
        what="a decoder that reads its own words in forward",
        hint="The teacher's words are read while it is trained, whatever the network would have said.",
        caught_by=("teacher",),
        seen="teacher forcing misdefined, in document 003",
    ),
    Misconception(
        "nothing_but_start",
        at="read = F.pad(target, (1, 0), value=START)[:, :-1]",
        becomes="read = torch.full_like(target, START)",
        what="a decoder that reads START at every step",
        hint="It has to know which words have been said.",
        caught_by=("teacher",),
    ),
    Misconception(
        "source_forgotten",
        at="self.decoder(self.words(read), self.encode(source))",
        becomes="self.decoder(self.words(read), 0 * self.encode(source))",
        what="a decoder that knows nothing of the source",
        hint="With what state does the decoder start?",
        caught_by=("source",),
    ),
    Misconception(
        "encoder_read_at_the_last_step",
        at="(source != PAD).sum(dim=1) - 1",
        becomes="torch.full((len(source),), source.shape[1] - 1)",
        what="the encoder's state after the padding",
        hint="A source has padding behind it, as a review had. After which character is the state taken?",
        caught_by=("padding",),
    ),
    Misconception(
        "first_character_only",
        at="(source != PAD).sum(dim=1) - 1",
        becomes="torch.zeros_like(source[:, 0])",
        what="the encoder's state after the first character",
        hint="Which state of the encoder has seen the whole source?",
        caught_by=("source",),
    ),
    Misconception(
        "source_cut_off",
        at="device=source.device), last].unsqueeze(0)",
        becomes="device=source.device), last].unsqueeze(0).detach()",
        what="an encoder that no gradient reaches",
        hint="The encoder learns from the decoder's loss alone, through the state that it hands over.",
        caught_by=("gradients",),
    ),
    Misconception(
        "start_never_left",
        at="            states, state = self.decoder(self.words(token), state)\n            token =",
        becomes=(
            "            states, state = self.decoder(self.words(torch.full_like(token, START)), state)\n"
            "            token ="
        ),
        what="a translate that reads START at every step",
        hint="What it has said it has to read, or it does not know it.",
        caught_by=("translate",),
    ),
    Misconception(
        "state_not_carried",
        at="            states, state = self.decoder(self.words(token), state)\n            token =",
        becomes="            states, _ = self.decoder(self.words(token), state)\n            token =",
        what="a translate that begins anew at every step",
        hint="Which state goes into the decoder at the second step?",
        caught_by=("translate",),
    ),
    Misconception(
        "goes_on_after_the_end",
        at="return [row[: row.index(END)] if END in row else row for row in rows]",
        becomes="return [[token for token in row if token != END] for row in rows]",
        what="a translation that goes on after END",
        hint="END says that the translation is over. What stands behind it is nothing.",
        caught_by=("translate",),
    ),
    Misconception(
        "one_end_ends_all",
        at="            said.append(token)\n",
        becomes="            said.append(token)\n            if (token == END).any():\n                break\n",
        what="a batch that stops when one of its rows has said END",
        hint="any() asks whether one row is over. When are all of them?",
        caught_by=("translate",),
        seen="any() for all(), in a trial of this course",
    ),
    Misconception(
        "end_kept",
        at="row[: row.index(END)]",
        becomes="row[: row.index(END) + 1]",
        what="a translation with END in it",
        hint="END ends a translation, and is no part of it.",
        caught_by=("translate",),
    ),
    Misconception(
        "one_token_more",
        at="for _ in range(longest):",
        becomes="for _ in range(longest + 1):",
        what="one token more than `longest`",
        hint="`longest` is how many may be said at the most.",
        caught_by=("translate",),
    ),
    Misconception(
        "least_likely",
        at="self.say(states).argmax(dim=-1)",
        becomes="self.say(states).argmin(dim=-1)",
        what="the least likely token each time",
        hint="Which token has the largest logit?",
        caught_by=("translate",),
    ),
    Misconception(
        "batch_taken_for_time",
        at="self.decoder = nn.GRU(16, hidden_dim, batch_first=True)",
        becomes="self.decoder = nn.GRU(16, hidden_dim)",
        what="a decoder that takes the batch for the time",
        hint="Without batch_first=True the first axis is time.",
        caught_by=("shape", "teacher", "source", "padding", "gradients", "translate"),
    ),
    Misconception(
        "attention_over_padding",
        at="""        states, _ = self.decoder(self.words(read), self.encode(source))
        return self.say(states)""",
        becomes="""        states, _ = self.decoder(self.words(read), self.encode(source))
        there = self.encoder(self.characters(source))[0]
        return self.say(states + (states @ there.mT).softmax(dim=-1) @ there)""",
        what="an attention in which padding has a weight",
        hint="A softmax gives every place a share. Set the scores of padding to minus infinity before it.",
        caught_by=("padding", "translate"),
    ),
    Misconception(
        "first_characters_only",
        at="states, _ = self.encoder(self.characters(source))",
        becomes="source = source[:, :17]\n        states, _ = self.encoder(self.characters(source))",
        what="a source that is cut after seventeen characters",
        hint="A source may be longer than any number in this notebook.",
        caught_by=("source",),
        hidden_only=LONGER_THAN_SHOWN,
    ),
    Misconception(
        "decoder_begins_anew",
        at="""        states, _ = self.decoder(self.words(read), self.encode(source))
        return self.say(states)""",
        becomes="""        words = self.words(read).split(30, dim=1)
        return self.say(torch.cat([self.decoder(part, self.encode(source))[0] for part in words], dim=1))""",
        what="a decoder that begins anew every thirty words",
        hint="Each piece has to start from the state that the piece before it ended with.",
        caught_by=("teacher",),
        hidden_only=LONGER_THAN_SHOWN,
    ),
    Misconception(
        "says_no_more_than_sixteen",
        at="for _ in range(longest):",
        becomes="for _ in range(min(longest, 16)):",
        what="a translation that stops after sixteen words",
        hint="`longest` says how many words there may be, and nothing else does.",
        caught_by=("translate",),
        hidden_only=LONGER_THAN_SHOWN,
    ),
    Misconception(
        "squeezed",
        at="return self.say(states)\n",
        becomes="return self.say(states).squeeze()\n",
        what="a batch of one that loses its axis",
        hint="squeeze() drops every axis of 1. One source is a batch of one, and its logits stay (1, U, V).",
        caught_by=("shape",),
    ),
]

# Changes of the reference that no check should reject (unrolled.auditing.mutants): mutant -> why it is as right.
EQUIVALENT = {
    "line 16: the result is clamped to 57": "a GRU's states lie between -1 and 1",
    "line 15: (source != PAD).sum(dim=1) - 1 detached": WHOLE_NUMBERS,
    "line 16: torch.arange without device=source.device": AN_INDEX,
    "line 20: F.pad(target, (1, 0), value= … detached": WHOLE_NUMBERS,
    "line 27: self.encode(source) detached": NO_GRAPH,
    "line 28: torch.full((len(source), 1), … detached": WHOLE_NUMBERS,
    "line 28: torch.full without device=source.device": ON_A_GPU_ONLY,
    "line 31: self.say(states).argmax(dim= … detached": WHOLE_NUMBERS,
}

# Cells of the notebook that are like the solution (unrolled lint): cell -> why it may be.
LIKE_A_CELL = {
    "name_tools": "layers are made alike everywhere; what is asked is what the decoder reads",
}
