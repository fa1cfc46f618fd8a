"""Whether a loss reaches every parameter, and every step on the way."""

import torch
import torch.nn.functional as F

from unrolled.checking.parity import close
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from .effects import CHANGED, FELT, LATER, with_another
from .network import Network, first_part
from .shared import N, drawn_letters


def all_reached(network, make, case):
    """Every parameter gets a gradient from a loss on all steps, and on all delays: some may have parts of their own."""
    model, subject = network.handle, network.handle.subject
    delays = torch.arange(case.D + 1) if "D" in case.sizes else None
    letters = drawn_letters(case, case.B if delays is None else len(delays), case.T)
    network.in_mode(training=True)  # cuDNN gives gradients of a GRU in training mode only
    called = network.call(letters, delays, grad=True)
    fetched, state = subject.values(called, model.state())
    network.in_mode(training=False)
    if isinstance(state, Problem) or not isinstance(state, dict):
        return Finding("gradients", 0, f"it has no parameters that could be trained: {state}", str(case))
    logits = first_part(fetched)
    if not isinstance(logits, torch.Tensor):
        return Finding("gradients", 0, str(logits), str(case))
    names = [name for name, tensor in state.items() if tensor.is_floating_point()]
    registered = subject.values(*[model.registered(name) for name in names]) if names else []
    names = [name for name, yes in zip(names, registered, strict=True) if yes is True]
    handle = called[0] if isinstance(fetched, tuple | list) else called
    got = subject.grad([handle], [case.normal(*logits.shape)], [model.get(name) for name in names]).value()
    if isinstance(got, Problem):
        return Finding("gradients", 0, str(got), str(case), observed=got)
    missing = [n for n, g in zip(names, got, strict=True) if not (isinstance(g, torch.Tensor) and g.abs().max() > 0)]
    says = "" if names else "there are no parameters"
    if missing:
        frozen = [name for name in missing if model.get(f"{name}.requires_grad").value() is False]
        told = ", ".join((frozen or missing)[:3]) + (" …" if len(frozen or missing) > 3 else "")
        says = f"no gradient reaches {told}: cut off, or never used"
        says = f"frozen, so that no training changes it: {told}" if frozen else says
    elif names and _cut_between_steps(network, letters, delays):
        says = "the gradient of a step does not reach the letters before it, though its logits depend on them"
    elif names and _more_than_its_state(network, make, letters, delays):
        says = "a second network with the same parameters gives something else: there are weights outside of them"
    if says:
        return Finding("gradients", 0, says, str(case), observed=[says, missing])
    return Finding("gradients", 1, f"every parameter gets one ({len(names)})", str(case))


def _cut_between_steps(network, letters, delays):
    """Do a step's logits pass a gradient on to its own letter, and none to an earlier one that they depend on?"""
    if network.by_number:
        return False
    subject, step = network.handle.subject, CHANGED + LATER
    logits = network.logits(letters, delays)
    moved = network.logits(with_another(letters, slice(None)), delays)
    x = subject.put(F.one_hot(letters, N + 1).float(), requires_grad=True)
    network.in_mode(training=True)
    called = network.handle(x, *([] if delays is None else [delays]))
    fetched = called.value()
    network.in_mode(training=False)
    cotangent = torch.zeros_like(logits)
    cotangent[:, step] = torch.linspace(0, 1, logits.shape[2])  # not equal: the sum of probabilities is constant
    handle = called[0] if isinstance(fetched, tuple | list) else called
    got = subject.grad([handle], [cotangent], [x]).value()
    if not isinstance(got, list) or not isinstance(got[0], torch.Tensor):  # on its way through argmax it is lost
        return False
    depends = (moved - logits)[:, step].abs().max() > FELT
    return bool(depends and got[0][:, step].abs().max() > 0 and got[0][:, CHANGED].abs().max() == 0)


def _more_than_its_state(network, make, letters, delays):
    """Does a second network with the same state give other logits, although this one repeats itself?"""
    network.handle.subject.seed(network.seed + 1)  # it is not to be born the same
    twin = Network(make(), network.seed)
    twin.by_number = network.by_number
    twin.handle.load_state(network.handle.state().value())
    twin.in_mode(training=False)
    logits = network.logits(letters, delays)
    return close(network.logits(letters, delays), logits) and not close(twin.logits(letters, delays), logits)
