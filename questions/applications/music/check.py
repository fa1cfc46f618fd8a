"""music_model is held to the tunes, each played from its number alone."""

import math

import torch

from unrolled.checking.question import question
from unrolled.checking.verdict import Finding

from ..shared import END, START
from ..trained import trained_findings

TUNES = {
    "mary had a little lamb": "e3 d1 c2 d2 e2 e2 e4 d2 d2 d4 e2 g2 g4 e3 d1 c2 d2 e2 e2 e2 e2 d2 d2 e2 d2 c8",
    "twinkle, twinkle": "c2 c2 g2 g2 a2 a2 g4 f2 f2 e2 e2 d2 d2 c4 g2 g2 f2 f2 e2 e2 d4 g2 g2 f2 f2 e2 e2 d4"
    " c2 c2 g2 g2 a2 a2 g4 f2 f2 e2 e2 d2 d2 c4",
    "frère jacques": "c2 d2 e2 c2 c2 d2 e2 c2 e2 f2 g4 e2 f2 g4 g1 a1 g1 f1 e2 c2 g1 a1 g1 f1 e2 c2 c2 g,2 c4"
    " c2 g,2 c4",
    "au clair de la lune": "c2 c2 c2 d2 e4 d4 c2 e2 d2 d2 c8 d2 d2 d2 d2 a,4 a,4 d2 c2 b,2 a,2 g,8 c2 c2 c2 d2 e4"
    " d4 c2 e2 d2 d2 c8",
    "london bridge": "g3 a1 g2 f2 e2 f2 g4 d2 e2 f4 e2 f2 g4 g3 a1 g2 f2 e2 f2 g4 d4 g4 e2 c6",
    "row your boat": "c3 c3 c2 d1 e3 e2 d1 e2 f1 g6 c'1 c'1 c'1 g1 g1 g1 e1 e1 e1 c1 c1 c1 g2 f1 e2 d1 c6",
    "hot cross buns": "e2 d2 c4 e2 d2 c4 c1 c1 c1 c1 d1 d1 d1 d1 e2 d2 c4",
    "good king wenceslas": "c2 c2 c2 d2 c2 c2 g,4 a,2 g,2 a,2 b,2 c4 c4 c2 c2 c2 d2 c2 c2 g,4 a,2 g,2 a,2 b,2 c4"
    " c4 g2 f2 e2 d2 e2 d2 c4 a,2 g,2 a,2 b,2 c4 c4 g,2 g,2 a,2 b,2 c2 c2 d4 g2 f2 e2 d2 c4 f4 c8",
    "alouette": "c3 d1 e2 e2 d1 c1 d1 e1 c2 g,2 c3 d1 e2 e2 d1 c1 d1 e1 c4",
    "when the saints": "c2 e2 f2 g8 c2 e2 f2 g8 c2 e2 f2 g4 e4 c4 e4 d8 e2 e2 d2 c6 c2 e4 g4 g2 f6 e2 f2 g4 e4 c4"
    " d4 c8",
    "yankee doodle": "c2 c2 d2 e2 c2 e2 d4 c2 c2 d2 e2 c4 b,4 c2 c2 d2 e2 f2 e2 d2 c2 b,2 g,2 a,2 b,2 c4 c4",
    "this old man": "g2 e2 g4 g2 e2 g4 a2 g2 f2 e2 d2 e2 f4 e1 f1 g2 c2 c2 c1 d1 e1 f1 g4 g2 d2 d2 f2 e2 d2 c4",
    "greensleeves": "a2 c'4 d'2 e'3 f'1 e'2 d'4 b2 g3 a1 b2 c'4 a2 a3 g#1 a2 b4 g#2 e4 a2 c'4 d'2 e'3 f'1 e'2 d'4"
    " b2 g3 a1 b2 c'3 b1 a2 g#3 f#1 g#2 a6",
}
NOTES = ["<pad>", "<start>", "<end>", *sorted({note for tune in TUNES.values() for note in tune.split()})]
TUNE_IDS = [[NOTES.index(note) for note in tune.split()] + [END] for tune in TUNES.values()]

# Notes right when a tune is played from its number alone: the reference 1.00, counts of what follows 0.11, a network
# that does not know the number 0.1. Tunes that end where they should: the reference 13 of 13. Drawn tunes that end:
# the reference 1.00, an untrained network about 0.5.
PLAYED, OVER, WHOLE = 0.95, 0.90, 0.95


@question(
    "music",
    name="music_model",
    marks={"tunes": 4, "end": 2, "samples": 2, "network": 1, "budget": 1},
    budget=40_000,
)
def music(model, draw):
    """Every tune from its number alone; what the network says is heard here, and fed to it from here."""
    cost = model.subject.spent(model).value()
    (case,) = draw.cases(strided=False)

    def judge(network):
        played = _play(network, torch.arange(len(TUNE_IDS)), 70)
        shares = [
            sum(a == b for a, b in zip(w, p, strict=False)) / len(w) for w, p in zip(TUNE_IDS, played, strict=True)
        ]
        share = sum(shares) / len(shares)
        ends = sum(len(p) == len(w) and p[-1] == END for w, p in zip(TUNE_IDS, played, strict=True)) / len(TUNE_IDS)
        kind = _kind_of_player(played, share, ends)
        told = f"{share:.1%} of the notes right, over {len(TUNE_IDS)} tunes"
        told = told if share > PLAYED else f"{told}; more than {PLAYED:.0%} are asked for. {kind}"
        yield Finding("tunes", float(share > PLAYED), told, observed=kind)
        yield Finding("end", float(ends > OVER), f"{ends:.0%} of the tunes end where they should", observed=kind)
        drawn = _play(network, torch.arange(len(TUNE_IDS)).repeat(3), 101, case.generator)
        whole = sum(p[-1] == END and min(p) >= END for p in drawn) / len(drawn)
        samples = f"{whole:.0%} of the tunes drawn end by themselves, with nothing but notes in them"
        yield Finding("samples", float(whole > WHOLE), samples, observed=[kind, whole > 0.5])

    yield from trained_findings(model, case, cost, draw.budget, ("tunes", "end", "samples", "network", "budget"), judge)


def _play(network, tunes, most, generator=None):
    """Lists of ids up to END: the likeliest token each time, or one drawn with the generator, is fed next."""
    notes = torch.full((len(tunes), 1), START)
    over = torch.zeros(len(tunes), dtype=torch.bool)
    for _ in range(most):
        logits = network.logits(tunes, notes, shape=(*notes.shape, len(NOTES)))[:, -1]
        if generator is None:
            token = logits.argmax(dim=-1, keepdim=True)
        else:
            token = torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)
        notes = torch.cat([notes, token], dim=1)
        over |= token[:, 0] == END
        if over.all():
            break
    rows = notes[:, 1:].tolist()
    return [row[: row.index(END) + 1] if END in row else row for row in rows]


def _kind_of_player(played, share, ends):
    begins = sum(p[:4] == w[:4] for p, w in zip(played, TUNE_IDS, strict=True)) / len(TUNE_IDS)
    if len(set(map(tuple, played))) == 1:
        only = set(played[0])
        alike = "one note again and again" if len(only) == 1 else "always the same"
        return f"Whatever the number, it plays {alike}"
    if all(min(p) < END for p in played):
        return "It plays padding or START"
    if all(p[-1] != END for p in played):
        return "No tune ends" + (", and the notes are wrong" if share < 0.5 else "")
    if share > PLAYED:
        return "The tunes are right"
    if share < 0.5 and sum(p in TUNE_IDS for p in played) > len(played) / 2:
        return "It plays tunes, but not those whose numbers were asked for"
    if begins > 0.7:
        return "Tunes begin right, and go wrong later" if share < 0.6 else "Most of the tunes are right"
    if ends > 0.2:
        return (
            f"Some tunes are right to the end, others go wrong on the way; {math.floor(10 * share) * 10}% of the notes"
        )
    return "Only a few notes are right"
