"""Untrained networks that read ids: how they are made, fed and compared."""

import torch

from unrolled.checking.parity import close
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from .network import Network, Unreadable, drawn_like
from .shared import PAD


def _stir(handle, case):
    """Move every parameter: a layer that starts at zero would hide what lies before it, and a small one says little.

    A first row of zeros among others is an embedding's padding, and stays.
    """
    state = handle.state().value()
    if not isinstance(state, dict) or not state:
        return
    mine = handle.subject.values(*[handle.registered(name) for name in state])
    moved = {}
    for (name, tensor), yes in zip(state.items(), mine, strict=True):
        if yes is True and tensor.is_floating_point():
            drawn = drawn_like(case, tensor, scale=tensor.shape[-1:].numel() ** -0.5)
            if tensor.dim() > 1 and not tensor[0].any() and tensor.any():
                drawn[0] = 0
            moved[name] = tensor + drawn
    handle.load_state(state | moved)


def _seed(case):
    return int(torch.randint(2**31, (), generator=case.generator))


def drawn_tokens(case, *size, lowest=1):
    """Ids that are not padding, each equally likely; V is kept for words that a check puts somewhere."""
    return torch.randint(lowest, case.V - 1, size, generator=case.generator)


def ragged(case):
    """(B, T) ids and (B,) lengths: the first row fills T, the others are shorter where they can be, and padded."""
    x = drawn_tokens(case, case.B, case.T)
    lengths = torch.randint(1, max(2, case.T), (case.B,), generator=case.generator)
    lengths[0] = case.T
    x[torch.arange(case.T) >= lengths.unsqueeze(1)] = PAD
    return x, lengths


def readable(idea, look, *arguments):
    """What `look` finds, or that the network gives nothing to look at. The last argument is the case."""
    try:
        return look(*arguments)
    except Unreadable as fault:
        return Finding(idea, 0, str(fault), str(arguments[-1]), observed=fault.observed)


def made_network(network_class, case, *sizes):
    """A new network of the student's, stirred and in eval mode."""
    network = Network(network_class(*sizes), _seed(case))
    _stir(network.handle, case)
    return network


def twice(network, ids, shape):
    """Something differs between two calls: the words for it, or ""."""
    first = network.logits(*ids, shape=shape)
    if not close(network.logits(*ids, shape=shape), first):
        return "two calls with the same ids differ: something is kept from one call to the next"
    network.seed += 1
    drawn = not close(network.logits(*ids, shape=shape), first)
    network.seed -= 1
    return "two calls with the same ids differ: in eval mode too, something is drawn anew at each call" if drawn else ""


def gradients_reach(network, ids, logits, places, case):
    """Every parameter gets a gradient from a loss on all logits; and one step's logits pass it on to a word far off.

    places: (which logits, the id of a word that stands at another step and nowhere else) pairs. The gradient of such a
    word is looked for in whatever parameter has a row or a column for each word of the vocabulary.
    """
    model, subject = network.handle, network.handle.subject
    model.method("train")
    called = network.call(*ids, grad=True)
    fetched, state = subject.values(called, model.state())
    out = called[0] if isinstance(fetched, tuple | list) else called
    if isinstance(fetched, Problem) or not isinstance(state, dict):
        fault = fetched if isinstance(fetched, Problem) else state
        return Finding("gradients", 0, str(fault), str(case), observed=fault)
    names = [name for name, tensor in state.items() if tensor.is_floating_point()]
    registered = subject.values(*[model.registered(name) for name in names]) if names else []
    names = [name for name, yes in zip(names, registered, strict=True) if yes is True]
    if not names:
        return Finding("gradients", 0, "it has no parameters that could be trained", str(case), observed="none")
    parameters = [model.get(name) for name in names]
    got = subject.grad([out], [case.normal(*logits.shape)], parameters).value()
    if isinstance(got, Problem):
        return Finding("gradients", 0, str(got), str(case), observed=got)
    missing = [n for n, g in zip(names, got, strict=True) if not (isinstance(g, torch.Tensor) and g.abs().max() > 0)]
    if missing:
        says = f"no gradient reaches {', '.join(missing[:3])}: frozen, cut off, or never used"
        return Finding("gradients", 0, says, str(case), observed=missing)
    tables = [i for i, name in enumerate(names) if case.V in state[name].shape and state[name].dim() == 2]
    for at, word in places:
        cotangent = torch.zeros_like(logits)
        cotangent[at] = torch.linspace(0, 1, cotangent[at].numel()).view(cotangent[at].shape)
        got = subject.grad([out], [cotangent], parameters).value()
        if not tables or not isinstance(got, list):
            continue
        reached = False
        for i in tables:
            by_word = got[i] if state[names[i]].shape[0] == case.V else got[i].T if got[i] is not None else None
            reached = reached or (by_word is not None and by_word[word].abs().max().item() > 0)
        if not reached:
            says = "a step's logits pass no gradient on to words at other steps, though they depend on them"
            return Finding("gradients", 0, says, str(case), observed=says)
    return Finding(
        "gradients", 1, f"every parameter gets one ({len(names)}), and so do words at other steps", str(case)
    )
