"""Whether a loss reaches every parameter, and every step on the way."""

import contextlib

import torch
import torch.nn.functional as F

from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from .effects import rows_of
from .network import Unreadable, alike, changed, drawn_like
from .shared import DELAY, N, drawn_letters

LOUD = 1000.0  # how much larger a gradient comes in, to see whether what comes out grows as much


class Reached:
    """Which parameters a loss on all steps has reached so far: one that is silent now may speak with other numbers.

    A loss is taken of all delays: some may have parts of their own.
    """

    def __init__(self):
        self.faults, self.missing, self.names, self.cases = [], None, [], []
        self.unreadable = None

    def look(self, network, case):
        """In one case, with the numbers that the network has now; each delay by itself, where a batch does not pass."""
        delays = torch.arange(case.D + 1) if "D" in case.sizes else None
        try:
            self._add(_reached(network, case, delays), case)
        except Unreadable as lost:
            self.unreadable = lost
            for delay in [] if delays is None else delays.split(1):
                with contextlib.suppress(Unreadable):
                    self._add(_reached(network, case, delay), case)

    def _add(self, found, case):
        self.names, missing, fault = found
        self.cases.append(str(case))
        self.faults += [fault] if fault else []
        was = self.missing
        self.missing = missing if was is None else {name: why for name, why in was.items() if name in missing}

    def look_between(self, network, make, case):
        """Do gradients flow between steps, and is all that the network computes with among its parameters?"""
        try:
            for cut in (_cut_between_steps(network, case), _outside_of_its_state(network, make, case)):
                self.faults += [cut] if cut else []
        except Unreadable as lost:
            self.unreadable = lost

    def finding(self):
        if self.missing is None:
            lost = self.unreadable or Unreadable("nothing was tried", "")
            return Finding("gradients", 0, str(lost), observed=lost.observed, barred=True)
        says = self.faults[0] if self.faults else "" if self.names else "there are no parameters"
        if self.missing and not says:
            why = next(iter(self.missing.values()))
            told = [name for name, reason in self.missing.items() if reason == why]
            listed = ", ".join(told[:3]) + (" …" if len(told) > 3 else "")
            says = f"no gradient reaches {listed}: {why}"
            says = f"{why}, so that no training changes it: {listed}" if why == "frozen" else says
        if says:
            return Finding("gradients", 0, says, self.cases[0], observed=[says, sorted(self.missing)])
        return Finding("gradients", 1, f"every parameter gets one ({len(self.names)})", self.cases[0])


def _taken(network, letters, delays):
    """(handle, what came, logits) of a call as a training makes it; in eval mode if that does not pass.

    BatchNorm wants more than one row in training, and cuDNN gives gradients of a GRU in training mode only.
    """
    for training in (True, False):
        network.in_mode(training)
        called = network.call(letters, delays)
        got = called.value()
        read = network.read(got, letters)
        network.in_mode(training=False)
        if read is not None:
            return called, got, read
    raise Unreadable(str(got), got)


def _reached(network, case, delays):
    """The names of its parameters, name -> why of those without a gradient, and another fault or ""."""
    model, subject = network.handle, network.handle.subject
    letters = network.readable(drawn_letters(case, case.B if delays is None else len(delays), case.T))
    network.logits(letters, delays)  # letters or numbers?
    state = model.state().value()
    called, got, logits = _taken(network, letters, delays)
    if not isinstance(state, dict):
        return [], {}, f"it has no parameters that could be trained: {state}"
    names = [name for name, tensor in state.items() if tensor.is_floating_point()]
    registered = subject.values(*[model.registered(name) for name in names]) if names else []
    names = [name for name, yes in zip(names, registered, strict=True) if yes is True]
    wrt = [model.get(name) for name in names]
    along = case.normal(*logits.shape)
    quiet = network.gradients(called, got, letters, along, wrt)
    loud = network.gradients(called, got, letters, LOUD * along, wrt)
    if isinstance(quiet, Problem):
        return names, {}, str(quiet)
    silent = {name: g for name, g in zip(names, quiet, strict=True) if not (isinstance(g, torch.Tensor) and g.any())}
    whys = {name: _why_silent(network, name, g, state, (letters, delays), case) for name, g in silent.items()}
    for name, small, large in zip(names, quiet, loud, strict=True) if isinstance(loud, list) else ():
        if name not in silent and not grown(small, large):
            return names, {}, f"where gradients are large, that of {name} does not grow with them: is it clipped?"
    return names, {name: why for name, why in whys.items() if why}, ""


def grown(small, large):
    """Did a gradient grow LOUD times, as what it comes from did?"""
    return isinstance(large, torch.Tensor) and ((large / LOUD - small).abs() <= 1e-3 * (1e-9 + small.abs().max())).all()


def _why_silent(network, name, gradient, state, inputs, case):
    """frozen, cut off, or never used; "" for a number that is used and makes no difference, as a bias in front of a
    softmax, or a unit that is silent with these numbers."""
    model = network.handle
    if model.get(f"{name}.requires_grad").value() is False:
        return "frozen"
    before = network.logits(*inputs)
    model.load_state(state | {name: state[name] + drawn_like(case, state[name], scale=1.0)})
    after = network.logits(*inputs)
    model.load_state(state)
    if changed(after, before).any():
        return "cut off"
    return "" if isinstance(gradient, torch.Tensor) else "never used"


def _cut_between_steps(network, case):
    """Does a step's logits pass no gradient on to an earlier letter that they depend on?

    Asked at many places of a string: row i at the letter of step places[i], and where that is due.
    """
    due = case.D if "D" in case.sizes else DELAY
    read_at = torch.arange(0, case.T - due, due)
    rows = torch.arange(len(read_at))
    delays = None if "D" not in case.sizes else torch.full((len(rows),), case.D)
    letters = torch.full((len(rows), case.T), N)
    letters[rows, read_at] = rows % (N - 1) + 1  # each row's letter stands there alone, and in no other row
    wrt, argument = _where_letters_go_in(network, letters)
    if wrt is None or network.only_last or network.most < N:
        return ""
    logits = network.logits(letters, delays)
    other = network.logits(torch.full_like(letters, N), delays)
    depends = changed(other, logits)[rows, read_at + due].any(dim=-1)
    alone = network.logits(letters[:1], None if delays is None else delays[:1])
    if not alike(alone, logits[:1]):  # rows mix, which costs its points elsewhere: whose letter is it that counts?
        return ""
    called = network.handle(argument, *([] if delays is None else [delays]))
    got = called.value()
    if network.read(got, letters) is None:
        return ""
    cotangent = torch.zeros_like(logits)
    cotangent[rows, read_at + due] = torch.linspace(0, 1, logits.shape[2], dtype=logits.dtype)  # not all equal
    found = network.gradients(called, got, letters, cotangent, [wrt])
    if not isinstance(found, list) or not isinstance(found[0], torch.Tensor):  # on its way through argmax it is lost
        return ""
    early = found[0][letters[rows, read_at]] if network.by_number else found[0][rows, read_at]
    if found[0].any() and (depends & ~early.any(dim=-1)).any():
        return "the gradient of a step does not reach the letters before it, though its logits depend on them"
    return ""


def _where_letters_go_in(network, letters):
    """(handle to ask for gradients, argument of the call): the one-hot letters, or the table that numbers look up."""
    model = network.handle
    if not network.by_number:
        x = model.subject.put(model.beside(F.one_hot(letters, N + 1).float()).value(), requires_grad=True)
        return x, x
    kinds = model.kinds().value()
    for path, classes in kinds.items() if isinstance(kinds, dict) else ():
        table = model.get(f"{path}.weight")
        rows = table.value() if any(name.endswith(".Embedding") for name in classes) else None
        if isinstance(rows, torch.Tensor) and len(rows) > N:
            return table, model.beside(letters)
    return None, None


def _outside_of_its_state(network, make, case):
    """Does a second network with the same state give other logits, although this one repeats itself?"""
    letters, delays = network.readable(drawn_letters(case, case.B, case.T)), rows_of(case.sizes.get("D"), case)
    network.handle.subject.seed(network.seed + 1)  # it is not to be born the same
    twin = network.twin(make)
    logits = network.logits(letters, delays)
    if alike(network.logits(letters, delays), logits) and not alike(twin.logits(letters, delays), logits):
        return "a second network with the same parameters gives something else: there are weights outside of them"
    return ""
