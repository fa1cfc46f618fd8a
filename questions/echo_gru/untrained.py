"""Untrained networks: do the parts do what they must?"""

import torch

from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from .effects import delay_chooses, rows_alone, time_order
from .gradients import all_reached
from .network import Network, Unreadable, drawn_like
from .shared import drawn_letters, text_of


def untrained_findings(make, case, delays, run):
    """make(): a handle on a new network; delays: (B,) or None; run(model, s): on what test_run gives for a string."""
    network = Network(make(), seed=int(torch.randint(2**31, (), generator=case.generator)))
    network.in_mode(training=False)
    _stir(network, case)
    letters = drawn_letters(case, case.B, case.T)
    try:
        logits = network.logits(letters, delays)
    except Unreadable as fault:
        several = ["delays"] if delays is not None else []
        for idea in ("shape", "time", "batch", *several, "gradients", "test_run", "mode"):
            yield Finding(idea, 0, str(fault), str(case), observed=fault.observed)
        return
    yield Finding("shape", 1, f"{tuple(logits.shape)} for {case}", str(case))
    if case.T > 1:
        yield _readable("time", time_order, network, letters, delays, logits, case)
        yield _readable("batch", rows_alone, network, letters, delays, logits, case)
        yield _readable("gradients", all_reached, network, make, case)
        if delays is not None:
            yield _readable("delays", delay_chooses, network, case)
    for steps in (1, 20):
        yield _readable("test_run", _test_run, network, run, drawn_letters(case, steps), case)
    yield _mode(network, run, text_of(drawn_letters(case, 5)), case)


def _readable(idea, look, *arguments):
    """What `look` finds, or that the network gives nothing to look at. The last argument is the case."""
    try:
        return look(*arguments)
    except Unreadable as fault:
        return Finding(idea, 0, str(fault), str(arguments[-1]), observed=fault.observed)


def _stir(network, case):
    """Move every parameter: a layer that starts at zero would hide what lies before it, and a small one says little."""
    state = network.handle.state().value()
    if isinstance(state, dict) and state:
        mine = network.handle.subject.values(*[network.handle.registered(name) for name in state])
        moved = {
            name: tensor + drawn_like(case, tensor, scale=tensor.shape[-1:].numel() ** -0.5)
            for (name, tensor), yes in zip(state.items(), mine, strict=True)
            if yes is True and tensor.is_floating_point()
        }
        network.handle.load_state(state | moved)


def _test_run(network, run, letters, case):
    """The string is the decoding of the network's own logits; any character but a small letter is a blank."""
    s = text_of(letters)
    where = f"{case}, test_run of {len(s)} letter{'s' if len(s) > 1 else ''}"
    network.handle.subject.seed(network.seed)
    result = run(network.handle, s).value()
    network.in_mode(training=False)
    if not isinstance(result, str):
        says = str(result) if isinstance(result, Problem) else f"a {type(result).__name__} came back, not a string"
        return Finding("test_run", 0, says, where, observed=result)
    if len(result) != len(s):
        return Finding("test_run", 0, f"the string that comes out has length {len(result)}", where, observed=result)
    delays = torch.tensor([case.D - 1]) if "D" in case.sizes else None
    wanted = text_of(network.says(letters.unsqueeze(0), delays)[0])
    wrong = [t for t, (a, b) in enumerate(zip(result, wanted, strict=True)) if a != b and ("a" <= a <= "z" or b != " ")]
    if wrong:
        says = f"step {wrong[0]} gives {result[wrong[0]]!r}, and the largest of the logits there is another class"
        return Finding("test_run", 0, says, where, observed=result)
    return Finding("test_run", 1, "what the logits say, letter by letter", where)


def _mode(network, run, s, case):
    """In eval mode and without gradients; and the mode is left as it was found."""
    model, faults = network.handle, []
    watch = model.subject.fixture("watch", module=model)
    network.in_mode(training=True)
    result, notes, after = model.subject.values(run(model, s), watch.get("notes"), model.get("training"))
    network.in_mode(training=False)
    run(model, s)
    still = model.get("training").value()
    for problem in (result, notes):
        if isinstance(problem, Problem):
            return Finding("mode", 0, str(problem), str(case), observed=problem)
    parts = model.kinds().value()
    if not notes and isinstance(parts, dict) and len(parts) > 1:
        return Finding("mode", 0, "test_run never calls the network", str(case), observed="never called")
    live = any(training for training, _ in notes)
    if live:
        faults.append("the network runs in training mode: dropout would be live while it is tested")
    if after is not True:
        faults.append("a model in training mode is in eval mode afterwards")
    if still is not False:
        faults.append("a model in eval mode is in training mode afterwards")
    if any(graph for _, graph in notes):
        faults.append("a graph for gradients is kept, for nothing")
    share = 0 if live else 0.5 if faults else 1
    return Finding("mode", share, "; ".join(faults) or "in eval mode, and left as it was", str(case), observed=faults)
