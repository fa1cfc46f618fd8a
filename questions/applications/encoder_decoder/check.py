"""EncoderDecoder is held to its own logits: which tokens they depend on, and what they translate to."""

import torch
import torch.nn.functional as F

from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..network import FELT, Unreadable, differ, speak
from ..shared import END, PAD, START
from ..untrained import gradients_reach, made_network, readable, twice


@question(
    "encoder_decoder",
    name="EncoderDecoder",
    marks={"shape": 1, "teacher": 4, "source": 2, "padding": 1, "gradients": 1, "translate": 3},
)
def encoder_decoder(network_class, draw):
    """Who knows what: step t of the decoder knows the source and the true tokens before t, and nothing else."""
    for case in draw.cases(B=[1, 3], T=[1, 5], U=[6], V=[13], S=[11], H=[8], strided=False):
        network = made_network(network_class, case, case.S, case.V, case.H)
        source, lengths = _ragged_source(case)
        target = torch.randint(END + 1, case.V - 1, (case.B, case.U), generator=case.generator)
        shape = (case.B, case.U, case.V)
        try:
            logits = network.logits(source, target, shape=shape)
        except Unreadable as fault:
            for idea in ("shape", "teacher", "source", "padding", "gradients", "translate"):
                yield Finding(idea, 0, str(fault), str(case), observed=fault.observed)
            return
        yield Finding("shape", 1, f"{tuple(logits.shape)} for {case}", str(case))
        yield readable("teacher", _teacher, network, source, target, logits, case)
        yield readable("source", _source, network, target, case)
        yield readable("padding", _padding_of_source, network, source, target, lengths, logits, case)
        if case.T > 1:
            yield readable("gradients", _gradients_of_both, network, target, case)
    for case in draw.cases(B=[12], T=[5], V=[13], S=[11], H=[8], run=[1, 2, 3, 4, 5, 6], longest=[7], strided=False):
        network = made_network(network_class, case, case.S, case.V, case.H)
        _lean_towards_the_end(network.handle, case)
        yield readable("translate", _translates, network, case)


def _ragged_source(case):
    source = torch.randint(1, case.S - 1, (case.B, case.T), generator=case.generator)
    lengths = torch.randint(1, max(2, case.T), (case.B,), generator=case.generator)
    lengths[0] = case.T
    source[torch.arange(case.T) >= lengths.unsqueeze(1)] = PAD
    return source, lengths


def _teacher(network, source, target, logits, case):
    fault = twice(network, (source, target), logits.shape)
    if fault:
        return Finding("teacher", 0, fault, str(case), observed=fault)
    for place in (0, 2, case.U - 1):
        other = target.clone()
        other[:, place] = case.V - 1
        moved = network.logits(source, other, shape=logits.shape) - logits
        felt = moved.abs().amax(dim=(0, 2)) > FELT  # (U,)
        says = ""
        if felt[: place + 1].any():
            says = "a step knows the true token that it is to say, or a later one: the decoder reads the answer"
        elif place + 1 < case.U and not felt[place + 1]:
            says = "the true token before has no effect: does the decoder read its own words, or always the same?"
        elif place + 1 < case.U and not felt[place + 1 :].all():
            says = "a true token is felt at the next step only: the decoder carries nothing on"
        if says:
            return Finding("teacher", 0, says, str(case), observed=[says, felt.tolist()])
    return Finding("teacher", 1, "each step knows the true tokens before it, and no other", str(case))


def _source(network, target, case):
    source = torch.stack([torch.randperm(case.S - 2, generator=case.generator)[: case.T] + 1 for _ in range(case.B)])
    shape = (case.B, case.U, case.V)
    logits = network.logits(source, target, shape=shape)
    for place, which in ((0, "first"), (case.T - 1, "last")):
        other = source.clone()
        other[:, place] = case.S - 1
        felt = (network.logits(other, target, shape=shape) - logits).abs().amax(dim=(0, 2)) > FELT
        if not felt.all():
            says = f"the {which} character of the source has no effect on step {int((~felt).nonzero()[0])}"
            return Finding("source", 0, says, str(case), observed=[says, felt.tolist()])
    for row in range(case.B):
        alone = network.logits(source[row : row + 1], target[row : row + 1], shape=(1, *shape[1:]))
        if differ(alone[0], logits[row]):
            says = f"row {row} gives something else alone: rows mix, or the batch is taken for the time"
            return Finding("source", 0, says, str(case), observed=says)
    return Finding("source", 1, "every step depends on the first and on the last character", str(case))


def _padding_of_source(network, source, target, lengths, logits, case):
    if differ(network.logits(F.pad(source, (0, 3)), target, shape=logits.shape), logits):
        says = "three more zeros behind the sources change the logits"
        return Finding("padding", 0, says, str(case), observed=says)
    for row, length in enumerate(lengths.tolist()):
        alone = network.logits(source[row : row + 1, :length], target[row : row + 1], shape=(1, *logits.shape[1:]))
        if differ(alone[0], logits[row]):
            says = f"a source of {length} characters gives something else alone than padded to {case.T}"
            return Finding("padding", 0, says, str(case), observed=[says, alone[0] - logits[row]])
    return Finding("padding", 1, "zeros behind a source change nothing", str(case))


def _gradients_of_both(network, target, case):
    """The word table is looked for by its size V; the encoder's part shows in its parameters getting any at all."""
    source = torch.randint(1, case.S, (case.B, case.T), generator=case.generator)
    target = torch.where(target == target[:, :1], END, target)
    target[:, 0] = case.V - 1  # read at step 1 and nowhere else
    logits = network.logits(source, target, shape=(case.B, case.U, case.V))
    return gradients_reach(network, (source, target), logits, [((slice(None), -1), case.V - 1)], case)


def _lean_towards_the_end(handle, case):
    """Make END likely and PAD and START unlikely: in the bias of the last layer, known by its size, if there is one."""
    state = handle.state().value()
    if not isinstance(state, dict):
        return
    for name, tensor in state.items():
        if tuple(tensor.shape) == (case.V,):
            moved = tensor.clone()
            moved[[PAD, START]] -= 8.0
            moved[END] += 0.7 * case.run - 1.5
            handle.load_state(state | {name: moved})


def _translates(network, case):
    source, _ = _ragged_source(case)
    spoken, clear = speak(network, source, case.longest, case.V)
    network.handle.subject.seed(network.seed)
    said = network.handle.method("translate", network.handle.beside(source), case.longest).value()
    if isinstance(said, Problem):
        return Finding("translate", 0, str(said), str(case), observed=said)
    rows = _rows_of_ids(said)
    if rows is None or len(rows) != case.B:
        kind = getattr(said, "type", None) or type(said).__name__
        says = f"translate gave a {kind}" + (f" of {len(rows)}" if rows is not None else "")
        return Finding("translate", 0, f"{says}; it is to be {case.B} lists of ids", str(case), observed=says)
    for row in range(case.B):
        if not clear[row]:
            continue
        wanted = spoken[row]
        if END in rows[row]:
            says = "END stands in a translation: it ends it, and is no part of it"
        elif len(rows[row]) > case.longest:
            says = f"{len(rows[row])} tokens with longest={case.longest}"
        elif rows[row] != wanted:
            at = next((i for i, (a, b) in enumerate(zip(rows[row], wanted, strict=False)) if a != b), None)
            says = "another token than the largest logit of forward names" if at is not None else ""
            says = says or ("it goes on after END" if len(rows[row]) > len(wanted) else "it ends before END is said")
        else:
            continue
        return Finding("translate", 0, f"row {row}: {says}", str(case), observed=[says, rows])
    return Finding("translate", 1, "what forward would say, token by token, up to END", str(case))


def _rows_of_ids(said):
    """Lists, tuples or tensors of ids as lists; what a tensor has behind END, and END itself, is left out."""
    try:
        if isinstance(said, torch.Tensor):
            rows = said.tolist()
            return [row[: row.index(END)] if END in row else row for row in rows]
        return [[int(token) for token in (row.tolist() if isinstance(row, torch.Tensor) else row)] for row in said]
    except (TypeError, ValueError, AttributeError):
        return None
