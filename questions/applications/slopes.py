"""Gradients of an untrained network: each is the slope of its own logits, and reaches words at other steps."""

import torch

from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from .network import FELT, Unreadable, fault_of, first_of
from .untrained import moved

TRIES = 3  # networks with other numbers: a bend in an activation spoils one slope, and not three

# Step of a central difference; how far slope and gradient may be apart, as a share of the slope and of all there is.
STEPS = {torch.float64: (1e-5, 1e-6), torch.float32: (3e-3, 1e-2, 1e-3)}
RELATIVE = {torch.float64: 1e-5, torch.float32: 0.3}
ABSOLUTE = {torch.float64: 1e-9, torch.float32: 1e-2}


class Words:
    """Where gradients have to arrive at words: ids[which] at `places`, from the logits at each of `ends` (indices).

    size: of the vocabulary, by which the table of words is known; its last word stands nowhere in the ids.
    """

    def __init__(self, which, size, places, ends):
        self.which, self.size, self.places, self.ends = which, size, places, ends


def slopes(make, shape, words, case, excused=False):
    """In training mode, without dropout. make(): a new network and its ids, in which no word comes twice.

    A parameter is at fault if the logits depend on it and its gradient is not the slope, in every network tried; one
    that makes no difference is none (a number that all scores of a softmax share). excused: what has cost another
    idea may have left a layer without use.
    """
    found, lost = {}, None
    for _ in range(TRIES):
        network, ids = make()
        asked = _Asked(network, ids, shape, case)
        if asked.fault:
            return Finding("gradients", 0, asked.fault, str(case), observed=asked.fault)
        dead = {key for word in words for key in asked.unreached(word)}  # first: slopes move the parameters in place
        for name, kind in asked.kinds().items():
            found.setdefault(name, set()).add(kind)
        lost = dead if lost is None else lost & dead
        wrong = {name: kinds for name, kinds in found.items() if "right" not in kinds and kinds & {"none", "other"}}
        if not wrong and not lost:
            break
    unused = [name for name, kinds in found.items() if kinds == {"unused"}]
    says = _told(wrong, lost, words)
    if not says and unused and not (excused and any("right" in kinds for kinds in found.values())):
        says = f"no gradient reaches {_listed(unused)}: never used"
    if says:
        seen = [says, {name: sorted(kinds) for name, kinds in found.items()}, sorted(map(list, lost))]
        return Finding("gradients", 0, says, str(case), observed=seen)
    return Finding("gradients", 1, f"every parameter gets one ({len(found)}), and so do words far off", str(case))


def _told(wrong, lost, words):
    cut = [name for name, kinds in wrong.items() if kinds <= {"none", "silent", "unused"}]
    if cut:
        return f"no gradient reaches {_listed(cut)}, though the logits depend on it: frozen, or cut off"
    if lost:
        which, place, _ = min(lost)
        many = len({key[1] for key in lost})
        steps = next(word.places for word in words if word.which == which)
        says = f"the logits depend on the word at step {place}, and pass no gradient on to it"
        return says + (f" ({many} of {len(steps)} steps that were tried)" if many > 1 else "")
    if wrong:
        names = _listed(list(wrong))
        return f"the gradient of {names} is not how fast the logits change with it: is something cut off on its way?"
    return ""


def _listed(names):
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


class _Asked:
    """One network, called with a graph. fault: why no gradient can be asked, or ""."""

    def __init__(self, network, ids, shape, case):
        self.network, self.ids, self.shape, self.case = network, ids, shape, case
        handle, self.subject = network.handle, network.handle.subject
        handle.method("train")
        if _random(network, ids, shape):
            handle.method("eval")
        graph = self.subject.fixture("calm", module=handle, fresh=False)
        called = network.call(*ids, through=graph)
        fetched, self.state = self.subject.values(called, handle.state())
        self.base = first_of(fetched, shape)
        self.out = called[0] if isinstance(fetched, tuple) else called
        self.fault = fault_of(self.base, shape)
        if self.fault and network.handle.method("eval") and _readable(network, ids, shape):
            self.fault = f"in training mode: {self.fault}"
        elif self.fault:
            raise Unreadable(self.fault, fetched)
        self.names = self._names() if isinstance(self.state, dict) else []
        self.fault = self.fault or ("" if self.names else "it has no parameters that could be trained")

    def _names(self):
        names = [name for name, tensor in self.state.items() if tensor.is_floating_point()]
        known = self.subject.values(*[self.network.handle.registered(name) for name in names]) if names else []
        return [name for name, yes in zip(names, known, strict=True) if yes is True]

    def _gradients(self, cotangent, names):
        got = self.subject.grad([self.out], [cotangent], [self.network.handle.get(name) for name in names]).value()
        return [None] * len(names) if isinstance(got, Problem) else got

    def kinds(self):
        """Name -> "right"; "other" than the slope; "none", though the logits depend on it; "silent" or "unused" (no
        gradient either) where they do not."""
        dtype = self.base.dtype
        cotangent = self.case.normal(*self.shape).to(dtype)
        all_there_is = (cotangent * self.base).abs().sum().item() or 1.0
        kinds = {}
        for name, gradient in zip(self.names, self._gradients(cotangent, self.names), strict=True):
            given = isinstance(gradient, torch.Tensor)
            direction = self.case.normal(*self.state[name].shape).to(dtype)
            claimed = (gradient.double() * direction.double()).sum().item() if given else 0.0
            for step in STEPS[dtype]:
                slope = self._slope(name, direction, step, cotangent)
                small = ABSOLUTE[dtype] * all_there_is
                fits = abs(claimed - slope) <= small + RELATIVE[dtype] * abs(slope)
                felt = abs(slope) > 10 * small
                kinds[name] = ("right" if felt else "silent" if given else "unused") if fits else "other"
                if fits:
                    break
            if kinds[name] == "other" and not given:
                kinds[name] = "none"
        return kinds

    def _slope(self, name, direction, step, cotangent):
        handle, tensor = self.network.handle, self.state[name]
        calls = []
        for sign in (+1, -1):
            handle.load_state(self.state | {name: tensor + sign * step * direction.to(tensor.dtype)})
            calls.append(self.network.call(*self.ids))
        up, down = (first_of(got, self.shape) for got in self.subject.values(*calls, handle.load_state(self.state))[:2])
        if fault_of(up, self.shape) or fault_of(down, self.shape):
            return float("nan")
        return ((up.double() - down.double()) / (2 * step) * cotangent.double()).sum().item()

    def unreached(self, words):
        """(which, place, number of the end) of words that logits there depend on and pass no gradient on to."""
        tables = [name for name in self.names if self.state[name].dim() == 2 and words.size in self.state[name].shape]
        if not tables:
            return
        effects = moved(self.network, self.ids, words.which, words.places, words.size - 1, self.shape)
        for number, end in enumerate(words.ends):
            cotangent = torch.zeros(self.shape, dtype=self.base.dtype)
            cotangent[end] = self.case.normal(*cotangent[end].shape).to(self.base.dtype)
            gradients = [g for g in self._gradients(cotangent, tables) if isinstance(g, torch.Tensor)]
            by_word = [g if g.shape[0] == words.size else g.T for g in gradients]
            for effect, place in zip(effects, words.places, strict=True):
                there = self.ids[words.which][:, place]
                reached = any(g[there].any() for g in by_word)
                if effect[end].max().item() > FELT[self.network.dtype] and not reached:
                    yield words.which, place, number


def _readable(network, ids, shape):
    try:
        network.logits(*ids, shape=shape)
    except Unreadable:
        return False
    return True


def _random(network, ids, shape):
    """In training mode, and without dropout: does a call still draw something that no seed repeats?"""
    try:
        return network.differ(network.logits(*ids, shape=shape), network.logits(*ids, shape=shape))
    except Unreadable:
        return False


def limited(make, shape, size, case):
    """Do the logits grow without a limit? Seen where a parameter of one number for each logit is added to them at the
    end: what moves them by as much as it moves itself does so however far it goes. Else nothing is said."""
    network, ids = make()
    state = network.handle.state().value()
    last = [n for n, t in state.items() if tuple(t.shape) == (size,)] if isinstance(state, dict) else []
    for name in last:
        between = []
        for raised in (0.0, 1.0, 1000.0):
            number = state[name].clone()
            number[0], number[1] = number[0] + raised, number[1] - raised
            network.handle.load_state(state | {name: number})
            logits = network.logits(*ids, shape=shape)
            between.append((logits[..., 0] - logits[..., 1]).mean().item())
        network.handle.load_state(state)
        linear = abs(between[1] - between[0] - 2) < 1e-3
        if linear and between[2] - between[0] < 1500:
            says = f"the logits have a limit near {logits.abs().max().item():.0f}; beyond it nothing is learned"
            return Finding("gradients", 0, says, str(case), observed=[says, between])
    return Finding("gradients", 1, "every parameter gets one, and the logits have no limit", str(case))
