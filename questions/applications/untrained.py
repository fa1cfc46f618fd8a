"""Untrained networks that read ids: how they are made, fed and compared."""

import torch

from unrolled.checking.parity import close
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from .network import CLEAR, FELT, Network, Unreadable, drawn_like, fault_of, first_of
from .shared import PAD

TRIES = 8  # networks with other numbers, before something counts as dead: a unit may be silent, a word not the largest


def made_network(network_class, case, ids, *sizes, double=True, far=False):
    """A new network of the student's with drawn numbers, in eval mode; in float64 if it can be called so with `ids`.

    far: with numbers that let the first of a hundred steps count at the last.
    """
    subject, seed = network_class.subject, _seed(case)
    subject.seed(seed)
    network = Network(network_class(*sizes), seed, calm=True)
    _stir(network.handle, case, set(sizes) if far else None)
    if double:
        network.handle.method("double")
        got = network.call(*ids).value()
        got = got[0] if isinstance(got, tuple | list) and got else got
        network.dtype = got.dtype if getattr(got, "dtype", None) is torch.float64 else torch.float32
        if network.dtype is torch.float32:
            network.handle.method("float")
    return network


def _stir(handle, case, far):
    """Move every parameter: a layer that starts at zero would hide what lies before it, and a small one says little.

    A first row of zeros among others is an embedding's padding, and stays. far: see `_steady`; or None.
    """
    state = handle.state().value()
    if not isinstance(state, dict) or not state:
        return
    mine = handle.subject.values(*[handle.registered(name) for name in state])
    moved = {}
    for (name, tensor), yes in zip(state.items(), mine, strict=True):
        if yes is True and tensor.is_floating_point():
            padding = tensor.dim() > 1 and not tensor[0].any() and tensor.any()
            if far is None:
                moved[name] = tensor + drawn_like(case, tensor, scale=tensor.shape[-1:].numel() ** -0.5)
            else:
                moved[name] = _steady(case, tensor, far)
            if padding:
                moved[name][0] = 0
    handle.load_state(state | moved)


def _steady(case, tensor, sizes):
    """Numbers that keep a state's size: tables that say little (known by a size of the network), small biases, and
    orthogonal blocks wherever a matrix is made of squares."""
    if tensor.dim() != 2:
        return tensor + drawn_like(case, tensor, scale=1 / 40)
    long, short = max(tensor.shape), min(tensor.shape)
    if long in sizes and long > 8 * short:
        return drawn_like(case, tensor, scale=0.2)
    if long % short:
        return drawn_like(case, tensor, scale=short**-0.5)
    blocks = torch.cat([torch.linalg.qr(case.normal(short, short).double())[0] for _ in range(long // short)])
    return (blocks if tensor.shape[0] == long else blocks.T).to(tensor.dtype)


def _seed(case):
    return int(torch.randint(2**31, (), generator=case.generator))


def drawn_tokens(case, *size, lowest=1):
    """Ids that are not padding, each equally likely; V is kept for words that a check puts somewhere."""
    return torch.randint(lowest, case.V - 1, size, generator=case.generator)


def no_word_twice(case, rows, steps, size):
    """(rows, steps) ids of a vocabulary of this size, none of them twice; not padding and not the last one."""
    return torch.randperm(size - 2, generator=case.generator)[: rows * steps].view(rows, steps) + 1


def cut_to(row, words, steps=0):
    """Ids of a batch of equal rows: the first words of one, and padding up to `steps`."""
    out = torch.full((len(row), max(words, steps)), PAD)
    out[:, :words] = row[:, :words]
    return out


def of_any_lengths(case):
    """(B, T) ids: the last row fills T, the others are shorter where they can be."""
    x = drawn_tokens(case, case.B, case.T)
    lengths = torch.randint(1, max(2, case.T), (case.B,), generator=case.generator)
    lengths[-1] = case.T
    x[torch.arange(case.T) >= lengths.unsqueeze(1)] = PAD
    return x


def tried(look, idea, case):
    """What `look` finds, or that the network gives nothing to look at there, which costs where shapes are judged."""
    try:
        return look()
    except Unreadable as fault:
        return Finding(idea, 0, str(fault), str(case), observed=fault.observed, barred=True)


def shaped(network, ids, shape, case, note=""):
    """One tensor of the shape, or a pair that begins with it. A call that fails costs here: also where another idea
    asks for long sentences, which it then leaves alone (`tried`)."""
    got = network.call(*ids).value()
    got = got[0] if isinstance(got, tuple | list) and got and not fault_of(got[0], shape) else got
    where = f"{case}, {note}" if note else str(case)
    fault = fault_of(got, shape)
    if fault:
        return Finding("shape", 0, fault, where, observed=got)
    return Finding("shape", 1, f"{tuple(shape)} for {case}", where)


def kept_or_drawn(network, ids, shape, case, idea):
    """Two calls give the same: nothing is kept from one to the next, and in eval mode nothing is drawn.

    None where there is nothing to be said against it.
    """

    def asked():
        return network.call(*ids, through=network.raw).value()

    first, second = asked(), asked()
    if fault := fault_of(first_of(first, shape), shape):
        return Finding(idea, 0, fault, str(case), observed=first, barred=True)
    network.seed += 1
    third = asked()
    network.seed -= 1
    read = [first_of(got, shape) for got in (first, second, third)]
    says = ""
    if isinstance(second, Problem):
        says = f"a second call fails: {second}"
    elif not close(read[0], read[1]):
        says = "two calls with the same ids differ: something is kept from one call to the next"
    elif not close(read[0], read[2]):
        says = "two calls with the same ids differ: in eval mode too, something is drawn anew at each call"
    return Finding(idea, 0, says, str(case), observed=[says, *read]) if says else None


def rows_alone(network, ids, shape, case, idea="batch"):
    """Each row gives beside others what it gives beside copies of itself, and by itself. None if it does."""
    logits = network.logits(*ids, shape=shape)
    for row in range(case.B):
        alike = [x[row : row + 1].expand_as(x) for x in ids]
        copies = network.logits(*alike, shape=shape)
        one = _by_itself(network, [x[:1] for x in alike], shape)
        if network.differ(copies, logits[row].expand_as(copies)) or (
            one is not None and network.differ(one[0], logits[row])
        ):
            says = f"row {row} gives something else alone than beside others: rows mix, or the batch is taken for the"
            return Finding(idea, 0, f"{says} time", str(case), observed=[says, copies - logits[row]])
    return None


def _by_itself(network, ids, shape):
    """A batch of one; None where there is nothing to be read, which costs where shapes are judged."""
    try:
        return network.logits(*ids, shape=(1, *shape[1:]))
    except Unreadable:
        return None


def moved(network, ids, which, places, word, shape):
    """How far the logits move when another word stands at each of these places of ids[which]: (P, *shape), as shares
    of the largest logit."""
    batches = [ids]
    for place in places:
        other = ids[which].clone()
        other[:, place] = word
        batches.append([*ids[:which], other, *ids[which + 1 :]])
    base, *others = network.several(batches, shape)
    largest = max(base.abs().max().item(), 1e-30)
    return torch.stack([(other - base).abs() for other in others]) / largest


def silent(effects, dtype):
    """(P,) bools: places without any effect whose nearest felt neighbour has a clear one. What fades, fades step by
    step. effects: (P,), shares of the largest logit, the largest of several draws."""
    dead = effects <= FELT[dtype]
    felt = (~dead).nonzero()[:, 0]
    if not len(felt):
        return dead
    nearest = felt[(torch.arange(len(effects)).unsqueeze(1) - felt).abs().argmin(dim=1)]
    return dead & (effects[nearest] > CLEAR[dtype])


def places_of(case, steps):
    """Places to put another word at: all of a short sentence, of a long one the ends, the middle and some others."""
    if steps <= 12:
        return list(range(steps))
    drawn = torch.randperm(steps, generator=case.generator)[:5].tolist()
    return sorted({0, steps // 2, steps - 1, *drawn})


def felt(make, which, place_of, word, shape, enough):
    """Effects of another word at each place, (P, ...), the largest of all rows and of several networks; the last
    network and its ids. It ends as soon as enough(effects, dtype): a unit may be silent for one row, not for all."""
    effects = torch.zeros(())
    for _ in range(TRIES):
        network, ids = make()
        now = moved(network, ids, which, place_of, word, shape).amax(dim=(1, -1))  # all rows, all logits of a step
        effects = torch.maximum(effects.to(now.dtype), now)
        if enough(effects, network.dtype):
            break
    return effects, network, ids


def unfelt(make, which, places, steps, word, shape):
    """Which of these places of ids[which] no logit ever depends on; and the effects of all that were tried, (P,)."""

    def all_felt(effects, dtype):
        return bool((effects > FELT[dtype]).all())

    def strongest(effects):
        return effects.flatten(1).amax(dim=1) if effects.dim() > 1 else effects

    effects, network, ids = felt(make, which, places, word, shape, lambda e, dtype: all_felt(strongest(e), dtype))
    effects = strongest(effects)
    if all_felt(effects, network.dtype):
        return [], effects
    every = strongest(moved(network, ids, which, range(steps), word, shape).amax(dim=(1, -1)))
    every[places] = torch.maximum(every[places], effects.to(every.dtype))
    return [place for place in places if silent(every, network.dtype)[place]], every


def batches(network_class, case, sizes, shape, padding, rest=None, **asked):
    """What is asked of a batch: its shape, rows by themselves, padding. Returns a network that may be asked more.

    shape(steps): of the logits. padding: how padding is asked (`questions.applications.padding`), or None. rest: what
    else goes in. asked: `rows` and `kept`, the ideas that rows which mix, and calls which differ, cost; per_word.
    """
    rows, kept = asked.get("rows", "batch"), asked.get("kept", "batch")
    rest = rest or []
    x, ragged = drawn_tokens(case, case.B, case.T), of_any_lengths(case)
    network = made_network(network_class, case, [x, *rest], *sizes)
    if 1 in case.sizes.values() and case.H == 1 and isinstance(network.handle.value(), Problem):
        return  # half of one unit is none: nobody has promised to split it
    yield shaped(network, [x, *rest], shape(case.T), case)
    if case.B > 1 and case.T > 1:
        padded = shaped(network, [ragged, *rest], shape(case.T), case, "rows of several lengths")
        padded.barred = padding is not None and isinstance(padded.observed, Problem)  # told by padding
        yield padded
    mixed = tried(lambda: rows_alone(network, [x, *rest], shape(case.T), case, rows), rows, case)
    differ = kept_or_drawn(network, [x, *rest], shape(case.T), case, kept)
    yield mixed or Finding(rows, 1, "every row as if it were alone", str(case))
    yield differ or Finding(kept, 1, "every row as if it were alone, and every call as the first", str(case))
    if padding:
        how = dict(rest=rest, per_word=asked.get("per_word", False), mixed=mixed is not None)
        yield tried(lambda: padding(network, ragged, shape, case, **how), "padding", case)
