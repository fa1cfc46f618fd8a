"""test_rnn_memory is held to its conduct with models that take notes, and to what these deserve."""

import numpy as np
import torch

from unrolled.checking.parity import as_numbers
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding


@question("memory_experiment", name="test_rnn_memory", marks={"data": 1, "training": 2, "accuracy": 2, "mode": 1})
def memory_experiment(function, draw):
    """With models that have two parameters and take notes: see unrolled.desk.fixtures.MemoryProbe.

    One that looks at the first token has to learn that it may, and then gets everything right; one that knows half
    of the tokens gets half; one that looks at the last gets a tenth.
    """
    for case in draw.cases(strided=False, H=[8]):
        for place, known, low, high in ((0, 10, 0.999, 1.0), (0, 5, 0.3, 0.7), (-1, 10, 0.0, 0.35)):
            lengths = [4, 7] if (place, known) == (0, 10) else [5]
            probe = function.subject.fixture("memory_probe", place=place, known=known)
            got, notes = function.subject.values(function(probe, case.H, lengths), probe.get("notes"))
            yield _accuracies(got, lengths, place, known, low, high, case)
            if (place, known) == (0, 10):
                yield from _conduct(got, notes, lengths, case)


def _accuracies(got, lengths, place, known, low, high, case):
    model = f"a model that knows {known} of 10 tokens" if place == 0 else "a model that sees the last token only"
    fault = str(got) if isinstance(got, Problem) else ""
    if not fault and not (isinstance(got, list | tuple) and len(got) == len(lengths)):
        fault = f"{len(lengths)} lengths went in; what came back is {_kind(got)}"
    numbers = [] if fault else [as_numbers(one) for one in got]
    if not fault and not all(isinstance(n, torch.Tensor) and n.numel() == 1 for n in numbers):
        fault = "what came back are not numbers"
    if fault:
        return Finding("accuracy", 0, fault, str(case), observed=got if isinstance(got, Problem) else fault)
    shares = [float(n) for n in numbers]
    right = all(low <= share <= high for share in shares)
    says = f"{model} is given {', '.join(f'{share:.2f}' for share in shares)}"
    return Finding("accuracy", float(right), says, str(case), observed=f"{model}: {right}")


def _kind(got):
    return "None" if got is None else f"a {getattr(got, 'type', None) or type(got).__name__}"


def _conduct(got, notes, lengths, case):
    """How the models were used. notes: for each model a dictionary, see MemoryProbe.notes."""
    if isinstance(got, Problem) or not isinstance(notes, list):
        fault = str(got) if isinstance(got, Problem) else "no model was made"
        seen = got if isinstance(got, Problem) else fault
        yield from (Finding(idea, 0, fault, str(case), observed=seen) for idea in ("data", "training", "mode"))
        return
    faults = {"data": "", "training": "", "mode": ""}
    if len(notes) != len(lengths):
        faults["training"] = f"{len(notes)} model{'s' if len(notes) != 1 else ''} for {len(lengths)} lengths"
    for note, length in zip(notes, lengths, strict=False):
        calls = note["calls"]
        learning = [call for call in calls if call["grad"]]
        testing = [call for call in calls if not call["grad"]]
        faults["data"] = faults["data"] or _data_fault(learning, testing, length)
        faults["training"] = faults["training"] or _training_fault(note, learning, case.H)
        faults["mode"] = faults["mode"] or _mode_fault(calls, testing)
    praise = {"data": "new random sequences at each step", "training": "it learns, at the last step alone",
              "mode": "tested in eval mode, without gradients"}  # fmt: skip
    for idea, fault in faults.items():
        yield Finding(idea, float(not fault), fault or praise[idea], str(case), observed=fault or None)


def _data_fault(learning, testing, length):
    shapes = {tuple(call["shape"]) for call in [*learning, *testing]}
    wrong = [s for s in shapes if len(s) != 2 or s[1] != length]
    if wrong:
        return f"for length {length} the model is fed {wrong[0]}; (B, T) ends in {length}"
    prints = [call["print"] for call in learning]
    if len(set(prints)) < len(prints):
        return "the same sequences are used for more than one step of training"
    if set(prints) & {call["print"] for call in testing}:
        return "the test uses sequences that were trained on"
    tokens = np.sum([call["tokens"] for call in learning], axis=0) if learning else np.zeros((2, 10))
    if (tokens == 0).any():
        return "some of the ten tokens never come up, first or later"
    if max(row.max() / row.sum() for row in tokens) > 0.2:
        return "the tokens are not equally likely"
    echoed = sum(call["echoed"] for call in learning) / len(learning)
    return (
        "" if echoed < 0.2 else f"{echoed:.0%} of the later tokens are the first one again: no noise to remember over"
    )


def _training_fault(note, learning, hidden_dim):
    if note["sizes"] != [10, 16, hidden_dim, 1]:
        return f"the model is made with V, E, H, L = {note['sizes']}"
    if len(learning) < 90:
        return f"{len(learning)} forward passes with gradients; 100 steps of training were asked for"
    if note["last"] == 0.0:
        return "no parameter of the model moves"
    if note["largest"] > 1.01:
        return "gradients pile up from step to step: is zero_grad called before each backward?"
    if abs(note["others"]) > 1e-7:
        return "steps before the last have an effect on the loss"
    return (
        "" if note["last"] > LEARNED else "what the model says at its last step gets worse with training, or no better"
    )


# How far the logit of the token that is asked for moves in 100 steps: with the reference 0.96, with another target
# at most 0.4, up to where the token that it says counts no more than any other.
LEARNED = 0.6


def _mode_fault(calls, testing):
    if not testing:
        return "the model is tested with gradients on"
    if any(call["training"] for call in testing):
        return "the model is in training mode while it is tested"
    return ""
