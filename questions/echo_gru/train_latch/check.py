"""latch_gru has to keep the letter behind the last #; latch_rnn is what it is compared with."""

import torch
import torch.nn.functional as F

from unrolled.checking.budget import within
from unrolled.checking.question import question
from unrolled.checking.sequential import estimate
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..network import Network, Unreadable, drawn_like, log_probabilities
from ..shared import CHANCE, FLOOR, GOAL, N, drawn_letters

EVERY = 8  # one character in eight is a #, which is 0 as an input; as an output 0 is a blank
LENGTHS = range(15, 26)
HELD = (10, 15, 20, 23)  # letters between the only # and the question; training strings have 20 characters
TRIED = 0.07  # latch_rnn: the plain RNN of the reference 0.17 to 0.27, and 0.09 at a low rate; an untrained one 0.04
SILENT = 0.9  # latch_rnn: the plain RNN of the reference 0.997 and more, one that read the same strings again 0.85
UNDECIDED = 0.15  # mean probability of the likeliest class: 0.06 before training
IDEAS = ("accuracy", "blanks", "hold", "plain", "network", "budget", "extras")
NOT_YET = "counts once latch_gru is right"


@question(
    "train_latch",
    name="latch_gru",
    marks={"accuracy": 4, "blanks": 1, "hold": 2, "plain": 2, "network": 1, "budget": 2, "extras": 0},
    budget=160_000,
)
def train_latch(model, draw):
    """The letter behind the last #, on strings that only this side knows; and a plain RNN that was trained for it."""
    cost = model.subject.spent(model).value()
    (case,) = draw.cases(strided=False)
    plain = _plain(model.subject.look_up("latch_rnn"), case)
    was = model.get("training").value()
    network = Network(model)
    network.in_mode(training=False)
    try:
        findings = _judged(network, case)
    except Unreadable as fault:
        findings = {idea: Finding(idea, 0, str(fault), observed=fault.observed) for idea in IDEAS}
    network.in_mode(training=was is True)
    model.subject.values()  # now: nothing else may be asked
    right = findings["accuracy"].share == 1
    findings["budget"] = within(cost, draw.budget) if right else Finding("budget", 0, NOT_YET)
    findings["plain"] = plain
    yield from (findings[idea] for idea in IDEAS)


def _judged(network, case):
    accuracy, blanks = _measured(network, case)
    behaviour = _behaviour(network, case)
    says = f"{accuracy.share:.2%} of the letters right ({accuracy.strings:,} strings)"
    good = accuracy.above(GOAL)
    says = says if good else f"{says}; more than {GOAL:.0%} are asked for. {behaviour}"
    findings = {"accuracy": Finding("accuracy", float(good), says, observed=behaviour)}

    silent = accuracy.share > CHANCE and blanks.above(FLOOR)
    says = f"{blanks.share:.1%} of the steps before the first letter that counts are blank"
    kind = "blank" if blanks.share > FLOOR else "none" if blanks.share < 1 - FLOOR else "some"
    findings["blanks"] = Finding(
        "blanks", float(silent), says if accuracy.share > CHANCE else NOT_YET, observed=[kind, behaviour]
    )

    held = {distance: _held(network, case, distance) for distance in HELD}
    lost = [f"{share:.0%} right {distance} letters later" for distance, share in held.items() if share <= FLOOR]
    says = f"after one #: {lost[0]}" if lost else f"{held[HELD[-1]]:.0%} right {HELD[-1]} letters after the #"
    findings["hold"] = Finding("hold", float(not lost), says, observed=behaviour)

    findings["network"] = _by_its_weights(network, case)
    if findings["network"].share < 1:
        told = findings["network"]
        findings = {idea: Finding(idea, 0, told.says, observed=told.observed) for idea in findings}
    elif not good:
        findings["network"] = Finding("network", 0, NOT_YET, observed=behaviour)
    far = ", ".join(f"{_held(network, case, distance):.0%} after {distance} letters" for distance in (60, 200))
    findings["extras"] = Finding("extras", 1, f"not marked: {far}")
    return findings


def _marked(case, count, length):
    """(letters with a 0 for each #, what is to come out, where a letter is to come out): (B, T) each."""
    x = drawn_letters(case, count, length)
    x[torch.rand(count, length, generator=case.generator) < 1 / EVERY] = 0
    return x, *_behind_last(x)


def _behind_last(x):
    """(what is to come out, where a letter is to come out): (B, T) each."""
    taken = (F.pad(x, (1, 0), value=1)[:, :-1] == 0) & (x > 0)
    place = torch.where(taken, torch.arange(x.shape[1]), -1).cummax(dim=1).values
    return x.gather(1, place.clamp(min=0)) * (place >= 0), place >= 0


def _measured(network, case):
    """Estimates of the share of letters right, and of the steps before them that are blank."""

    def shares(before):
        found = []
        for length in LENGTHS:
            x, y, letter = _marked(case, 25, length)
            counted = ~letter if before else letter
            right = ((network.says(x) == y) & counted).sum(1) / counted.sum(1)
            found.append(right[counted.any(1)])
        return torch.cat(found)

    return estimate(lambda: shares(before=False), GOAL), estimate(lambda: shares(before=True), FLOOR)


def _held(network, case, distance, strings=200):
    """The share right so many letters after the only #, which comes first."""
    x = drawn_letters(case, strings, distance + 2)
    x[:, 0] = 0
    return (network.says(x)[:, -1] == x[:, 1]).float().mean().item()


def _by_its_weights(network, case):
    """With other numbers in the place of the weights nothing may be left."""
    state = network.handle.state().value()
    if isinstance(state, Problem) or not isinstance(state, dict) or not state:
        return Finding("network", 0, "the model has no weights that could have learned this", observed="no weights")
    drawn = {n: drawn_like(case, t, scale=0.3) if t.is_floating_point() else t for n, t in state.items()}
    x, y, letter = _marked(case, 200, 20)
    try:
        network.handle.load_state(drawn).value()
        share = (network.says(x) == y)[letter].float().mean().item()
    finally:
        network.handle.load_state(state).value()
    if share > CHANCE:
        says = f"with other weights {share:.0%} is still right: the letters come from code, and were not learned"
        return Finding("network", 0, says, observed="code")
    return Finding("network", 1, f"with other weights {share:.0%} are right")


def _plain(handle, case):
    """Is latch_rnn a network without gates that was trained for this task? It need not be good at it."""
    if isinstance(handle.value(), Problem):
        return Finding("plain", 0, "there is no latch_rnn in the notebook", observed="no latch_rnn")
    kinds = handle.kinds().value()
    kinds = kinds if isinstance(kinds, dict) else {}
    names = {name.split(".")[-1] for found in kinds.values() for name in found}
    if names & {"GRU", "GRUCell", "LSTM", "LSTMCell"}:
        says = "latch_rnn has gates; it is to be a plain RNN, to see what they are good for"
        return Finding("plain", 0, says, observed="gates")
    was = handle.get("training").value()
    network = Network(handle)
    network.in_mode(training=False)
    x, y, letter = _marked(case, 600, 20)
    try:
        right = network.says(x) == y
        behaviour = _behaviour(network, case)
    except Unreadable as fault:
        return Finding("plain", 0, f"latch_rnn: {fault}", observed=fault.observed)
    network.in_mode(training=was is True)
    share, blank = right[letter].float().mean().item(), right[~letter].float().mean().item()
    says = f"latch_rnn has {share:.0%} of the letters right, and {blank:.0%} of the blanks before them"
    if share > TRIED and blank > SILENT:
        return Finding("plain", 1, says)
    says = f"{says}; after the same training it would be more than {TRIED:.0%} and {SILENT:.0%}. {behaviour}"
    return Finding("plain", 0, says, observed=behaviour)


def _behaviour(network, case):
    """What the network does, in words: the same for the same mistake, whatever its weights."""
    x, y, letter = _marked(case, 300, 25)
    logits = network.logits(x)
    best = logits.argmax(dim=-1)
    said = torch.where(best <= N, best, 0)
    if (said == 0).float().mean() > FLOOR:
        return "It says nothing but blanks"
    if log_probabilities(logits).log_softmax(-1).amax(-1).exp().mean() < UNDECIDED:
        return "It has no preference: at every step all classes are about equally likely, as before any training"
    for late in range(9):
        if (said == F.pad(x, (late, 0))[:, : x.shape[1]])[:, late:].float().mean() > 0.7:
            return f"It repeats what it reads, {late} steps late, whether there was a # or not"
    first = _behind_last(torch.where((x == 0).cumsum(dim=1) > 1, x.clamp(min=1), x))[0]
    if (said == first)[letter].float().mean() > 0.9:
        return "It says the letter behind the first #, and no later one takes its place"
    if (said[:, 1:] == y[:, :-1])[letter[:, :-1]].float().mean() > 0.9:
        return "Every letter comes out one step too late"
    if (said == y)[letter & (x > 0)].float().mean() > 0.9 and (said == 0)[letter & (x == 0)].float().mean() > 0.9:
        return "It is blank at each #, where the old letter still counts"
    right = (said == y).float()
    steps = torch.arange(x.shape[1])
    read = torch.where((y > 0) & F.pad(y[:, 1:] != y[:, :-1], (1, 0), value=True), steps, -1).cummax(dim=1).values
    age = steps - read
    early, late = (right[letter & part].mean().item() for part in (age < 2, age > 9))
    if early < CHANCE:
        return "It misses the letter behind a #"
    if late < early - 0.3:
        return "It takes a letter, and loses it later on"
    return "Nearly all letters are right" if early > FLOOR else "Only a part of the letters is right"
