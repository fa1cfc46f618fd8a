"""Wrong answers to music: the reference solution with one fault each.

A network is recognised by what it does, so different mistakes may look alike.
"""

from unrolled.checking.catalogue import Misconception

_HEARD = "heard = F.pad(TUNE_ROWS, (1, 0), value=START)[:, :-1]"
_MUSIC_LOSS = "F.cross_entropy(logits.transpose(1, 2), TUNE_ROWS, ignore_index=PAD)"
_FIRST = "first = self.starts(tunes).unsqueeze(0)"

MISCONCEPTIONS = [
    Misconception(
        "number_ignored",
        at=_FIRST,
        becomes="first = torch.zeros_like(self.starts(tunes)).unsqueeze(0)",
        what="a network that does not know which tune it plays",
        hint="With the true notes as input it can still be right most of the time. Where does the number go in?",
        caught_by=("tunes", "end", "network", "budget"),
    ),
    Misconception(
        "hears_the_answer",
        at=_HEARD,
        becomes="heard = TUNE_ROWS",
        what="a network that hears the note it is to play",
        hint="What goes in at a step is the note before. Print heard above TUNE_ROWS.",
        caught_by=("tunes", "end", "samples", "network", "budget"),
    ),
    Misconception(
        "no_end_learned",
        at=_MUSIC_LOSS,
        becomes=(
            "F.cross_entropy(logits.transpose(1, 2), torch.where(TUNE_ROWS == END, PAD, TUNE_ROWS), ignore_index=PAD)"
        ),
        what="a loss that leaves END out",
        hint="END is the last thing that should come out of each tune: it has a loss like a note.",
        caught_by=("end", "samples"),
    ),
    Misconception(
        "stopped_early",
        at="steps=80",
        becomes="steps=15",
        what="a training that stopped while only the commonest notes were known",
        hint="How low was the loss? With 0.5, one note in three is wrong, and so is all that follows it.",
        caught_by=("tunes", "end", "network", "budget"),
    ),
    Misconception(
        "one_state_for_all",
        at="all_tunes = torch.arange(len(TUNES))",
        becomes="all_tunes = torch.zeros(len(TUNES), dtype=torch.int64)",
        what="a training in which all tunes have the number 0",
        hint="Which numbers did your network see?",
        caught_by=("tunes", "end", "network", "budget"),
    ),
    Misconception(
        "numbers_mixed_up",
        at="logits = music_model(all_tunes, heard)",
        becomes="logits = music_model(all_tunes.flip(0), heard)",
        what="tunes that belong to other numbers",
        hint="Row k of TUNE_ROWS is the tune of number k.",
        caught_by=("tunes", "end", "network", "budget"),
    ),
    Misconception(
        "notes_not_heard",
        at="self.gru(self.notes(notes), first)",
        becomes="self.gru(0 * self.notes(notes[:, :1]).expand(-1, notes.shape[1], -1), first)",
        what="a network that does not hear what has been played",
        hint="Without the notes so far it has to count to fifty in its head.",
        caught_by=("tunes", "end", "network", "budget"),
    ),
    Misconception(
        "number_for_the_first_note_only",
        at="states, _ = self.gru(self.notes(notes), first)  # (B, T, H)",
        becomes=(
            "states, _ = self.gru(self.notes(notes))\n"
            "        states = torch.cat([states[:, :1] + first.transpose(0, 1), states[:, 1:]], dim=1)"
        ),
        what="a number that helps with the first note only",
        hint="The number is the first *state*, which the network then carries on.",
        caught_by=("tunes", "end", "network", "budget"),
    ),
    Misconception(
        "first_bars_only",
        at=_MUSIC_LOSS,
        becomes="F.cross_entropy(logits[:, :12].transpose(1, 2), TUNE_ROWS[:, :12], ignore_index=PAD)",
        what="a training on the first twelve notes",
        hint="Where in the tune does it go wrong, and what did it learn of that place?",
        caught_by=("tunes", "end", "samples", "network", "budget"),
    ),
    Misconception(
        "never_trained",
        at="fit(music_model, music_loss, steps=80, rate=0.02)",
        becomes="",
        what="a network that was never trained",
        hint="Which line changes the weights?",
        caught_by=("tunes", "end", "samples", "network", "budget"),
    ),
]

EQUIVALENT = {
    "nothing read after 48 steps": "the tunes are shorter",
}

# Cells of the notebook that are like the solution (unrolled lint): cell -> why it may be.
LIKE_A_CELL = {
    "name_tools": "a given network that differs in what is asked: it has no first state for a number",
}
