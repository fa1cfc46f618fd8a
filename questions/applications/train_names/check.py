"""name_model is held to names that the notebook does not hold, and to those that are drawn from it."""

import torch
import torch.nn.functional as F

from unrolled.checking.question import question
from unrolled.checking.sequential import estimate
from unrolled.checking.verdict import Finding

from ..shared import END, NAME_CHARS, PAD, START, padded
from ..trained import gate, trained_findings

_NAMES = """
abigail agnes alfred amber angela arlo axel bernard bruno carmen celia clement dana denis duncan eileen elisa
emanuel erin evan flora freya gideon greta harry henry howard irene ivy jean joanna josephine juliet katherine
konrad leah leopold lily lorena lucy mabel maria marius matilda melanie mina morris natalie nora oscar paul
philip raymond rita roman rudolf samuel sidney solomon sybil thea timothy vanessa viola wanda wilma zita
"""
HELD_OUT_NAMES = _NAMES.split()

# Mean -log p of a character of these names: the reference 2.31, counts with a memory of one letter 2.50, of none 2.82,
# a network that was trained four times as long 2.9. Names that end by themselves: the reference 0.99, untrained 0.5.
SURPRISE, ENDING = 2.45, 0.90


@question(
    "train_names",
    name="name_model",
    marks={"likelihood": 3, "ends": 2, "network": 1, "budget": 1},
    budget=40_000,
)
def train_names(model, draw):
    """How surprising are names that it has not seen? And do those end that are drawn from it, here and not there?"""
    cost = model.subject.spent(model).value()
    (case,) = draw.cases(strided=False)

    def judge(network):
        surprise, sure = _surprise(network)
        ended, empty, junk = _drawn_names(network, case)
        kind = _kind_of_namer(surprise, sure, ended.share, empty, junk)
        says = f"{surprise:.3f} per character of names that it has not seen"
        good = surprise < SURPRISE
        told = says if good else f"{says}; less than {SURPRISE} is asked for. {kind}"
        yield Finding("likelihood", float(good), told, observed=kind)
        ends = f"{ended.share:.0%} of the names drawn end by themselves within 20 letters, with nothing else in them"
        yield gate("ends", ended, ENDING, ends, kind)

    yield from trained_findings(model, case, cost, draw.budget, ("likelihood", "ends", "network", "budget"), judge)


def _surprise(network):
    """(mean -log p of a character, mean probability of the likeliest one)."""
    rows = padded([[NAME_CHARS.index(letter) for letter in name] + [END] for name in HELD_OUT_NAMES])
    read = F.pad(rows, (1, 0), value=START)[:, :-1]
    logits = network.logits(read, shape=(*rows.shape, len(NAME_CHARS)))
    cost = F.cross_entropy(logits.transpose(1, 2), rows, ignore_index=PAD).item()
    return cost, logits.softmax(dim=-1).amax(dim=-1)[rows != PAD].mean().item()


def _drawn_names(network, case):
    """(share of good names, share of empty ones, share with ^ or padding in them); the draws are made on this side."""
    seen = []

    def names_drawn():
        drawn = torch.full((100, 1), START)
        for _ in range(21):  # 20 letters, and the end
            logits = network.logits(drawn, shape=(*drawn.shape, len(NAME_CHARS)))[:, -1]
            token = torch.multinomial(logits.softmax(dim=-1), 1, generator=case.generator)
            drawn = torch.cat([drawn, token], dim=1)
        drawn = drawn[:, 1:]
        open_still = (drawn == END).cumsum(dim=1) == 0
        junk = ((drawn < END) & open_still).any(dim=1)
        ended = (drawn == END).any(dim=1)
        seen.append(torch.stack([drawn[:, 0] == END, junk], dim=1).float())
        return (ended & ~junk & (drawn[:, 0] != END)).float()

    share = estimate(names_drawn, ENDING, most=3000)
    empty, junk = torch.cat(seen).mean(dim=0).tolist()
    return share, empty, junk


def _kind_of_namer(surprise, sure, ended, empty, junk):
    if junk > 0.3:
        return "Padding or ^ stands in most names"
    if empty > 0.5:
        return "Most names are over before they begin"
    if ended < 0.5 and surprise > SURPRISE:
        return "Names hardly ever end, and their letters are surprising" if surprise < 6 else "Names never end"
    if sure < 0.12:
        return "All letters are about equally likely, as before any training"
    if surprise > 5:
        return "It is sure of letters that do not come: does it say what it has just read, or another place?"
    if surprise > 2.6 and sure > 0.5:
        return "It is sure of itself, and often wrong: does it know the names of the training by heart?"
    if surprise > 2.6 and sure < 0.25:
        return "It knows how often each letter comes, and little more"
    if surprise > 2.6:
        return "Its letters follow one another in a way of their own, and not as in names"
    if surprise > SURPRISE:
        return "It does no better than counting which letter follows which"
    return "It is good at names"
