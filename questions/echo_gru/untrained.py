"""Untrained networks: do the parts do what they must?"""

import contextlib
import dataclasses

import torch

from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from .effects import delay_chooses, far_along, rows_alone, time_order
from .gradients import Reached
from .network import Network, Unreadable, drawn_like
from .shared import FAR, N, drawn_letters, text_of

DRAWS = 12  # of a network's numbers, until it is right: with some, units are silent that speak with others
FEWER = (20, 13, 5, 1)  # letters to try for a network that cannot read all 26


def untrained_findings(memory_class, cases, run):
    """cases: sizes B, T, H, and D where there are delays; run(model, s, delay): on what test_run gives for a string."""
    reached = Reached()
    for case in cases:
        make = lambda sizes=case.sizes: memory_class(*[sizes[name] for name in ("H", "D") if name in sizes])  # noqa: E731
        yield from _in_one_case(make, case, run, reached)
    yield reached.finding()


def _in_one_case(make, case, run, reached):
    network = Network(make(), seed=int(torch.randint(2**31, (), generator=case.generator)))
    network.in_mode(training=False)
    stirred = _Stirred(network, case)
    stirred.again()
    letters, delays = drawn_letters(case, case.B, case.T), _different_delays(case)
    letters.view(-1)[-1] = N
    ideas = ["time", "batch", *(["delays"] if delays is not None else [])]
    readable = True
    try:
        yield _shaped(network, letters, delays, case)
    except Unreadable as fault:
        reached.unreadable = fault
        yield Finding("shape", 0, str(fault), str(case), observed=fault.observed)
        readable, case = _what_it_reads(network, letters, delays, case)
        delays = delays if delays is None else delays.clamp(max=case.D)
        for idea in () if readable else ideas:
            yield Finding(idea, 0, str(fault), str(case), observed=fault.observed, barred=True)
    letters = network.readable(letters)
    if readable:
        network.keeps_something(letters, delays)

    yield from _tested(network, make, run, case)
    if not readable or case.H == 1:  # one unit may well be silent
        return
    network.sharpen(letters, delays)
    if case.B > 1:
        yield _looked("batch", rows_alone, network, letters, delays, case)
    if case.T > FAR:
        yield stirred.until_right("time", far_along, network, make, case)
        reached.look_between(network, make, case)
    elif case.T > 1:
        yield stirred.until_right("time", time_order, network, make, case)
        for _ in range(DRAWS):
            reached.look(network, case)
            if not reached.missing:
                break
            stirred.again()
    if case.T > 1 and delays is not None:
        yield stirred.until_right("delays", delay_chooses, network, case)


def _different_delays(case):
    """The longest first, and as different as can be; None for a network that has none."""
    if "D" not in case.sizes:
        return None
    others = torch.randperm(case.D, generator=case.generator).repeat(case.B // case.D + 1)[: case.B - 1]
    return torch.cat([torch.tensor([case.D]), others])


def _shaped(network, letters, delays, case):
    logits = network.logits(letters, delays)
    if network.fault:
        return Finding("shape", 0, network.fault, str(case), observed=network.fault)
    return Finding("shape", 1, f"{tuple(logits.shape)} for {case}", str(case))


def _what_it_reads(network, letters, delays, case):
    """(are there letters and delays that it can read?, the case with the longest delay that it can read)"""
    for most in FEWER if network.by_number else ():
        network.most = most
        with contextlib.suppress(Unreadable):
            network.logits(network.readable(letters), delays)
            return True, case
    network.most = N
    for longest in (case.D - 1, case.D // 2) if delays is not None else ():
        with contextlib.suppress(Unreadable):
            network.logits(letters, delays.clamp(max=longest))
            return True, dataclasses.replace(case, sizes=case.sizes | {"D": longest})
    return False, case


def _looked(idea, look, *arguments):
    """What `look` finds, or that the network gives nothing to look at. The last argument is the case."""
    try:
        return look(*arguments)
    except Unreadable as fault:
        return Finding(idea, 0, str(fault), str(arguments[-1]), observed=fault.observed, barred=True)


class _Stirred:
    """Moves every parameter: a layer that starts at zero would hide what lies before it, a small one says little."""

    def __init__(self, network, case):
        self.network, self.case, self.mine = network, case, {}
        state = network.handle.state().value()
        if isinstance(state, dict) and state:
            known = network.handle.subject.values(*[network.handle.registered(name) for name in state])
            self.mine = {
                name: tensor
                for (name, tensor), yes in zip(state.items(), known, strict=True)
                if yes is True and tensor.is_floating_point()
            }

    def again(self):
        moved = {n: t + drawn_like(self.case, t, scale=t.shape[-1:].numel() ** -0.5) for n, t in self.mine.items()}
        if moved:
            self.network.handle.load_state(self.network.handle.state().value() | moved)

    def until_right(self, idea, look, *arguments):
        """What `look` finds, with other numbers in the network if it is not right with these."""
        first = None
        for _ in range(DRAWS):
            found = _looked(idea, look, *arguments)
            if found.share == 1 or found.barred:
                return first if first and found.barred else found
            first = first or found
            self.again()
        return first


def _tested(network, make, run, case):
    """What test_run gives, and in which mode it works.

    Where the network's own logits cannot be had, or are in another shape, a right network takes its place: only what
    test_run makes of one is asked.
    """
    delays = [case.D - 1, 0, case.D] if "D" in case.sizes else [0]
    for steps, delay in [(1, delays[0]), (20, delays[0]), (9, delays[-1]), (9, delays[len(delays) // 2])]:
        yield _one_run(network, make, run, network.readable(drawn_letters(case, 1, steps)), case, delay)
    if case.T > FAR:
        yield _one_run(network, make, run, network.readable(drawn_letters(case, 1, case.T)), case, delays[0])
    yield _mode(network, run, text_of(network.readable(drawn_letters(case, 5))), case)


def _one_run(network, make, run, letters, case, delay):
    """The string is the decoding of the network's own logits; any character but a small letter is a blank."""
    s = text_of(letters[0])
    told = "one letter" if len(s) == 1 else f"{len(s)} letters"
    where = f"{case}, test_run of {told}" + (f" with delay {delay}" if "D" in case.sizes else "")
    delays = torch.tensor([delay]) if "D" in case.sizes else None
    try:
        if network.keeps:
            network, other = network.twin(make), network.twin(make)
        else:
            other = network
        wanted, fault = text_of(other.says(letters, delays)[0]), other.fault
    except Unreadable as lost:
        wanted, fault = None, str(lost)
    network.handle.subject.seed(network.seed)
    result = run(network.handle, s, delay).value()
    network.in_mode(training=False)
    says = _wrong_with(result, s, wanted) if wanted is not None else fault
    if says and fault and _right_with_another(network, run, letters, delay, case):
        return Finding("test_run", 1, "what the logits say, letter by letter, of a network in place of yours", where)
    if says:
        return Finding("test_run", 0, says, where, observed=result, barred=wanted is None)
    return Finding("test_run", 1, "what the logits say, letter by letter", where)


def _wrong_with(result, s, wanted):
    if not isinstance(result, str):
        return str(result) if isinstance(result, Problem) else f"a {type(result).__name__} came back, not a string"
    if len(result) != len(s):
        return f"the string that comes out has length {len(result)}"
    for t, (a, b) in enumerate(zip(result, wanted, strict=True)):
        if a != b and ("a" <= a <= "z" or b != " "):
            return f"step {t} gives {a!r}, and the largest of the logits there is another class"
    return ""


def _right_with_another(network, run, letters, delay, case):
    """Is test_run right about a network that stands in the place of its own?"""
    s, subject = text_of(letters[0]), network.handle.subject
    for pair in (False, True):
        spelled = subject.fixture("spelling", module=network.handle, pair=pair)
        result, said, fed, delays = subject.values(
            run(network.handle, s, delay), spelled.get("said"), spelled.get("fed"), spelled.get("delays")
        )
        spelled.method("leave").value()
        network.in_mode(training=False)
        asked = [delay] if "D" in case.sizes else None
        if fed == letters.tolist() and delays == asked and not _wrong_with(result, s, text_of(torch.tensor(said[0]))):
            return True
    return False


def _mode(network, run, s, case):
    """In eval mode and without gradients; and the mode is left as it was found. Not asked here: what comes out."""
    model, faults, delay = network.handle, [], case.sizes.get("D")
    result, notes, after, still = _watched(network, run, s, delay)
    if isinstance(result, Problem):  # of its own network; a right one in its place may let it go on
        spelled = model.subject.fixture("spelling", module=model, pair=False)
        other = _watched(network, run, s, delay)
        spelled.method("leave").value()
        if not isinstance(other[0], Problem):
            result, notes, after, still = other
    stopped = isinstance(result, Problem)
    if isinstance(notes, Problem) or (stopped and not notes):
        problem = notes if isinstance(notes, Problem) else result
        return Finding("mode", 0, str(problem), str(case), observed=problem, barred=True)
    parts = model.kinds().value()
    if not notes and isinstance(parts, dict) and len(parts) > 1:
        return Finding("mode", 0, "test_run never calls the network", str(case), observed="never called")
    live = any(training for training, _ in notes)
    if live:
        faults.append("the network runs in training mode: dropout would be live while it is tested")
    if after is not True and not stopped:
        faults.append("a model in training mode is in eval mode afterwards")
    if still is not False and not stopped:
        faults.append("a model in eval mode is in training mode afterwards")
    if any(graph for _, graph in notes):
        faults.append("a graph for gradients is kept, for nothing")
    share = 0 if live else 0.5 if faults else 1
    says = "in eval mode; whether it is put back could not be seen" if stopped else "in eval mode, and left as it was"
    return Finding("mode", share, "; ".join(faults) or says, str(case), observed=faults)


def _watched(network, run, s, delay):
    """(result, how the network was called, the mode after a run in training mode, and after one in eval mode)"""
    model = network.handle
    watch = model.subject.fixture("watch", module=model)
    network.in_mode(training=True)
    result, notes, after = model.subject.values(run(model, s, delay), watch.get("notes"), model.get("training"))
    network.in_mode(training=False)
    still = model.subject.values(run(model, s, delay), model.get("training"))[1]
    watch.method("leave").value()
    network.in_mode(training=False)
    return result, notes, after, still
