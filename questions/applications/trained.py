"""What all trainings have in common: an idea that is judged first, the weights, the budget."""

from unrolled.checking.budget import within
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from .network import Network, Unreadable, drawn_like

NOT_YET = "counts once the network is right"


def trained_findings(handle, case, cost, budget, ideas, judge):
    """judge(network): findings, that of the main idea first. Budget and network count once that one is right.

    Where the main idea is still right with drawn numbers in the place of the weights, it is not the network that
    knows, and nothing counts.
    """
    was = handle.get("training").value()
    network, main = Network(handle), ideas[0]
    try:
        findings = {finding.idea: finding for finding in judge(network)}
        right = findings[main].share == 1
        findings["network"] = _learned(network, case, judge) if right else Finding("network", 0, NOT_YET)
        if right and findings["network"].share < 1:
            told = findings["network"]
            findings = {idea: Finding(idea, 0, told.says, observed=told.observed) for idea in ideas}
    except Unreadable as fault:
        findings, right = {idea: Finding(idea, 0, str(fault), observed=fault.observed) for idea in ideas}, False
    if was is True:
        handle.method("train")
    handle.subject.values()  # now: nothing else may be asked
    if findings[main].share == 1:
        findings["budget"] = within(cost, budget)
    else:
        findings["budget"] = Finding("budget", 0, NOT_YET)
    yield from (findings[idea] for idea in ideas)


def _learned(network, case, judge):
    """With drawn numbers in the place of the weights, the main idea must fail."""
    state = network.handle.state().value()
    if isinstance(state, Problem) or not isinstance(state, dict) or not state:
        return Finding("network", 0, "the model has no weights that could have learned this", observed="no weights")
    drawn = {n: drawn_like(case, t, scale=0.3) if t.is_floating_point() else t for n, t in state.items()}
    try:
        network.handle.load_state(drawn).value()
        still = next(judge(network)).share == 1
    except Unreadable:
        still = False
    finally:
        network.handle.load_state(state).value()
    if still:
        says = "with other weights it is right all the same: what it says comes from code, not from what was learned"
        return Finding("network", 0, says, observed="code")
    return Finding("network", 1, "with other weights nothing of it is left")


def gate(idea, measured, threshold, says, kind):
    good = measured.above(threshold)
    told = says if good else f"{says}; more than {threshold:.0%} are asked for. {kind}"
    return Finding(idea, float(good), told, observed=kind)
