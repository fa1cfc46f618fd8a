"""Trained networks: do they echo?"""

import torch

from unrolled.checking.budget import within
from unrolled.checking.sequential import estimate
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from .behaviour import behaviour_of
from .network import Network, Unreadable, drawn_like
from .shared import CHANCE, FLOOR, GOAL, asked, drawn_letters, echo_of

ROUND = 270  # strings drawn at a time
NOT_YET = "counts once the network echoes"


def trained_findings(handle, case, cost, budget, delays, lengths, edges):
    """delays: those that are asked for; edges: (letters, delay) pairs of very short strings."""
    network, several = Network(handle), len(delays) > 1
    ideas = ["accuracy", *(["delays"] if several else []), "blanks", "edges", "network", "budget", "extras"]
    was = handle.get("training").value()
    network.in_mode(training=False)
    try:
        findings = _judged(network, case, delays, lengths, edges, several)
    except Unreadable as fault:
        findings = {idea: Finding(idea, 0, str(fault), observed=fault.observed) for idea in ideas}
    network.in_mode(training=was is True)
    handle.subject.values()  # now: nothing else may be asked
    echoes = findings["accuracy"].share == 1
    findings["budget"] = within(cost, budget) if echoes else Finding("budget", 0, NOT_YET)
    yield from (findings[idea] for idea in ideas)


def _judged(network, case, delays, lengths, edges, several):
    findings = {}
    shares = {d: _measured(network, case, [d], lengths, FLOOR, several) for d in delays} if several else {}
    overall = _measured(network, case, delays, lengths, GOAL, several)
    behaviour = behaviour_of(network, case, delays, max(lengths))
    right = f"{overall.share:.2%} of the letters right ({overall.strings:,} strings)"
    good = overall.above(GOAL)
    says = right if good else f"{right}; more than {GOAL:.0%} are asked for. {behaviour}"
    findings["accuracy"] = Finding("accuracy", float(good), says, observed=behaviour)

    failing = {d: e.share for d, e in shares.items() if not e.above(FLOOR)}
    if several:
        told = ", ".join(f"delay {d}: {share:.1%}" for d, share in list(failing.items())[:4])
        worst = min(shares, key=lambda d: shares[d].share)
        says = told or f"the worst is delay {worst}, {shares[worst].share:.2%} right"
        findings["delays"] = Finding("delays", float(not failing), says, observed=sorted(failing))
    findings["blanks"] = _blanks(network, case, [d for d in delays if d], max(lengths), several)
    findings["edges"] = _edges(network, case, edges, several)
    findings["network"] = _by_its_weights(network, case, delays, max(lengths), several)
    findings["extras"] = _extras(network, case, max(delays), several)
    if findings["network"].share < 1:  # then it is not the network that echoes
        for idea in findings.keys() - {"network", "extras"}:
            findings[idea] = Finding(idea, 0, findings["network"].says, observed=findings["network"].observed)
    elif overall.share < CHANCE:  # a network that says nothing, or was never trained, has not earned these either
        for idea in ("blanks", "network"):
            findings[idea] = Finding(idea, 0, NOT_YET, observed=findings[idea].observed)
    return findings


def _shares(network, letters, delays, several):
    """The share of letters right in each string, blanks not counted: (B,)."""
    right = network.says(letters, asked(delays, several)) == echo_of(letters, delays)
    counted = torch.arange(letters.shape[1]) >= delays.unsqueeze(1)
    return (right & counted).sum(1) / counted.sum(1)


def _measured(network, case, delays, lengths, threshold, several):
    """The share of letters right over as many strings as it takes: delays and lengths alike often."""

    def round_of_strings():
        shares = []
        for length in lengths:
            chosen = torch.tensor(list(delays)).repeat(ROUND // (len(lengths) * len(delays)))
            shares.append(_shares(network, drawn_letters(case, len(chosen), length), chosen, several))
        return torch.cat(shares)

    return estimate(round_of_strings, threshold)


def _blanks(network, case, delays, length, several):
    letters = drawn_letters(case, 40 * len(delays), length)
    chosen = torch.tensor(delays).repeat_interleave(40)
    said = network.says(letters, asked(chosen, several))
    early = torch.arange(length) < chosen.unsqueeze(1)
    share = (said[early] == 0).float().mean().item()
    kind = "all" if share > FLOOR else "none" if share < 1 - FLOOR else "some"
    says = f"{share:.1%} of the steps before the echo are blank"
    return Finding("blanks", float(share > FLOOR), says, observed=kind)


def _edges(network, case, edges, several):
    """Very short strings: for a length of delay + 1, only the last step and the blanks before it."""
    wrong = []
    for length, delay in edges:
        letters = drawn_letters(case, 60, length)
        chosen = torch.full((60,), delay)
        said = network.says(letters, asked(chosen, several))
        share = (said == echo_of(letters, chosen)).float().mean().item()
        if share <= FLOOR:
            told = f"{length} letter{'s' if length > 1 else ''} with delay {delay}: {share:.0%} of the steps right"
            wrong.append(told)
    says = "; ".join(wrong[:2]) or "very short strings too"
    return Finding("edges", float(not wrong), says, observed=len(wrong))


def _by_its_weights(network, case, delays, length, several):
    """With other numbers in the place of the weights, the echo must be gone: a filter against code that echoes.

    And weights of which most are the same number have not been found by training; a person looks at them.
    """
    state = network.handle.state().value()
    if isinstance(state, Problem) or not isinstance(state, dict) or not state:
        return Finding("network", 0, "the model has no weights that could have learned this", observed="no weights")
    drawn = {
        name: drawn_like(case, tensor, scale=0.3) if tensor.is_floating_point() else tensor
        for name, tensor in state.items()
    }
    chosen = torch.tensor(list(delays)).repeat_interleave(20)
    letters = drawn_letters(case, len(chosen), length)
    try:
        network.handle.load_state(drawn).value()
        share = _shares(network, letters, chosen, several).mean().item()
    finally:
        network.handle.load_state(state).value()
    if share > CHANCE:
        says = f"with other weights it still echoes ({share:.0%}): the letters come from code, and were not learned"
        return Finding("network", 0, says, observed="code")
    odd = _set_by_hand(state)
    flag = f"{odd:.0%} of the weights are one and the same number: were they trained, or set by hand?" if odd else ""
    return Finding("network", 1, f"with other weights {share:.0%} are right", flag=flag)


def _set_by_hand(state):
    """The share of weights (of all matrices) that have their matrix's most frequent value, if it is above a half."""
    matrices = [tensor.flatten() for tensor in state.values() if tensor.is_floating_point() and tensor.dim() > 1]
    same = sum(int(matrix.unique(return_counts=True)[1].max()) for matrix in matrices if len(matrix))
    total = sum(len(matrix) for matrix in matrices)
    return same / total if total and same / total > 0.5 else 0.0


def _extras(network, case, delay, several):
    """Announced, tried and reported; no points."""
    chosen = torch.full((100,), delay)
    long = _shares(network, drawn_letters(case, 100, 60), chosen, several).mean().item()
    period = torch.randint(1, 6, (100, 1), generator=case.generator)
    repeating = drawn_letters(case, 100, 25).gather(1, torch.arange(25) % period)
    periodic = _shares(network, repeating, chosen, several).mean().item()
    says = f"not marked: {long:.1%} right on 60 letters, {periodic:.1%} on periodic strings, with delay {delay}"
    return Finding("extras", 1, says)
