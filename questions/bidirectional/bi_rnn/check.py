"""CharRegressionBiRNN is held to what any such model must do: feel every character, and mix no rows."""

import torch

from unrolled.checking.parity import close
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import Unreadable, predictions, two_parts, who_feels_what

FELT = 1e-7


@question(
    "bi_rnn",
    name="CharRegressionBiRNN",
    marks={"shape": 3, "unbatched": 3, "directions": 4, "batch": 2, "hidden": 2, "gradients": 2},
)
def bi_rnn(model_class, draw):
    """What the model must do whatever it is built of: an nn.RNN, the student's own, gates, other names."""
    for case in draw.cases(B=[1, 3], T=[1, 6], V=[11], E=[5], H=[6], L=[1, 2], strided=False):
        seed = int(torch.randint(2**31, (), generator=case.generator))
        model_class.subject.seed(seed)
        model = model_class(case.V, case.E, case.H, case.L)
        model.method("eval")
        state = _stirred(model, case)
        x = torch.stack([torch.randperm(case.V, generator=case.generator)[: case.T] for _ in range(case.B)])
        try:
            out = predictions(model(x).value(), case.B, case.T)
        except Unreadable as fault:
            for idea in ("shape", "unbatched", "directions", "batch", "hidden", "gradients"):
                yield Finding(idea, 0, str(fault), str(case), observed=fault.observed)
            continue
        for idea, look in (
            ("shape", _model_shape),
            ("unbatched", _unbatched),
            ("directions", _both_ways),
            ("batch", _rows_alone),
            ("hidden", _states),
            ("gradients", _reached),
        ):
            if case.T > 1 or idea in ("shape", "unbatched"):
                try:
                    yield look(model, x, out, state, case)
                except Unreadable as fault:
                    yield Finding(idea, 0, str(fault), str(case), observed=fault.observed)


def _stirred(model, case):
    """Move every parameter, so that nothing is hidden by a start at zero; returns the state, {} if there is none."""
    state = model.state().value()
    if not isinstance(state, dict) or not state:
        return {}
    mine = model.subject.values(*[model.registered(name) for name in state])
    moved = {
        name: tensor + case.normal(tensor.numel(), scale=tensor.shape[-1:].numel() ** -0.5).view(tensor.shape)
        for (name, tensor), yes in zip(state.items(), mine, strict=True)
        if yes is True and tensor.is_floating_point()
    }
    model.load_state(state | moved)
    return state | moved


def _model_shape(model, x, out, state, case):
    fetched = model(x).value()
    first = two_parts(fetched)[0] if isinstance(fetched, tuple | list) else fetched
    says = ""
    if tuple(first.shape) != (case.B, case.T, 1):
        says = f"the predictions have shape {tuple(first.shape)}; (B, T, 1) is {(case.B, case.T, 1)}"
    elif not first.is_floating_point():
        says = f"the predictions are {first.dtype}; they should be floating-point numbers"
    elif not _table(state, case):
        says = f"no table of {case.V} times {case.E} numbers among its parameters: are the sizes the arguments?"
    elif not _reaches_far(model, state, case):
        says = "whatever the weights, the predictions stay within (−1, 1): a distance of 5 could not be said"
    if says:
        return Finding("shape", 0, says, str(case), observed=says)
    return Finding("shape", 1, f"{tuple(first.shape)} for {case}", str(case))


def _table(state, case):
    """The name of the embedding's table, (V, E) or (E, V); "" if there is none."""
    return next((n for n, t in state.items() if sorted(t.shape) == sorted((case.V, case.E))), "")


def _reaches_far(model, state, case):
    """With large weights of either sign, predictions larger than 1.5 come out."""
    x, largest = torch.randint(case.V, (8, 5), generator=case.generator), 0.0
    for factor in (20.0, -20.0):
        model.load_state({n: t * factor if t.is_floating_point() else t for n, t in state.items()})
        largest = max(largest, predictions(model(x).value(), 8, 5).abs().max().item())
    model.load_state(state)
    return largest > 1.5


def _unbatched(model, x, out, state, case):
    fetched = model(x[0].clone()).value()
    where = f"{case}, one sequence ({case.T},)"
    if isinstance(fetched, Problem):
        return Finding("unbatched", 0, str(fetched), where, observed=fetched)
    single, states = two_parts(fetched) if isinstance(fetched, tuple | list) else (fetched, None)
    got = predictions(single, 1, case.T)[0]
    says = ""
    if single.dim() == 3 or (single.dim() == 2 and single.shape[0] == 1 < case.T):
        says = f"({case.T},) goes in, {tuple(single.shape)} comes out; a batch that nobody gave should not come back"
    elif not close(got, out[0]):
        says = "it gives other numbers than as a row of a batch"
    elif isinstance(states, torch.Tensor) and tuple(states.shape) != (2 * case.L, case.H):
        says = f"its states have shape {tuple(states.shape)}; (2L, H) is {(2 * case.L, case.H)}"
    if says:
        return Finding("unbatched", 0, says, where, observed=[says, got])
    return Finding("unbatched", 1, "the same numbers as in a batch", where)


def _both_ways(model, x, out, state, case):
    """Every prediction feels every character; and steps differ."""
    rows = []
    for s in range(case.T):
        other = x.clone()
        other[:, s] = (other[:, s] + 1) % case.V
        rows.append(model(other, grad=False))
    moved = [predictions(got, case.B, case.T) for got in model.subject.values(*rows)]
    felt = torch.stack([(other - out).abs().amax(dim=0) > FELT for other in moved])  # (character, prediction)
    says = who_feels_what(felt)
    if close(out[:, 1:], out[:, :-1]):
        says = "every step of a sequence gives the same: is the last state used for all of them?"
    if says:
        return Finding("directions", 0, says, str(case), observed=[says, felt.tolist()])
    return Finding("directions", 1, "every prediction feels every character", str(case))


def _rows_alone(model, x, out, state, case):
    again = predictions(model(x).value(), case.B, case.T)
    if not close(again, out):
        says = "two calls with the same characters differ: something is kept from one call to the next, or drawn"
        return Finding("batch", 0, says, str(case), observed=says)
    alone = model.subject.values(*[model(x[b : b + 1].clone()) for b in range(case.B)])
    for b, got in enumerate(alone):
        if not close(predictions(got, 1, case.T)[0], out[b]):
            says = f"row {b} gives something else alone than in the batch: is the batch taken for the time?"
            return Finding("batch", 0, says, str(case), observed=[b, got])
    return Finding("batch", 1, "every row as if it were alone", str(case))


def _states(model, x, out, state, case):
    """The states that come back have the right shape and are this sequence's; those that are given have an effect."""
    result = model(x)
    other = model((x + 1) % case.V)
    fetched, after_other = model.subject.values(result, other)
    if not (isinstance(fetched, tuple | list) and len(fetched) == 2):
        says = "the states do not come back beside the predictions"
        return Finding("hidden", 0, says, str(case), observed=says)
    states = fetched[1] if isinstance(fetched[1], tuple | list) else [fetched[1]]  # gates keep a pair of them
    shapes = [tuple(s.shape) if isinstance(s, torch.Tensor) else s for s in states]
    wanted = (2 * case.L, case.B, case.H)
    says = "" if set(map(str, shapes)) == {str(wanted)} else f"states {shapes[0]}; (2L, B, H) is {wanted}"
    if not says and close(fetched[1], two_parts(after_other)[1]):
        says = "the states that come back are the same whatever was read"
    if not says:
        starts = [result[1]]
        if isinstance(fetched[1], torch.Tensor):
            for k in range(2 * case.L):
                one = torch.zeros(wanted)
                one[k] = case.normal(case.B, case.H)
                starts.append(model.subject.put(one))
        moved = model.subject.values(*[model(x, start) for start in starts])
        for k, got in enumerate(moved):
            if close(predictions(got, case.B, case.T), out):
                which = "the states that it returned" if k == 0 else f"initial state {k - 1}"
                says = f"{which}, given to it, has no effect"
                break
    if says:
        return Finding("hidden", 0, says, str(case), observed=says)
    return Finding("hidden", 1, f"states {wanted}, used and returned", str(case))


def _reached(model, x, out, state, case):
    """A loss on all predictions reaches every parameter; one on a single step reaches every character's row."""
    subject, names = model.subject, [n for n, t in state.items() if t.is_floating_point()]
    registered = subject.values(*[model.registered(name) for name in names]) if names else []
    names = [name for name, yes in zip(names, registered, strict=True) if yes is True]
    if not names:
        return Finding("gradients", 0, "there are no parameters that an optimizer would find", str(case))
    one = x[:1].clone()
    result = model(x)
    single = model(one)
    pair = isinstance(result.value(), tuple | list)
    all_steps, one_step = (result[0], single[0]) if pair else (result, single)
    shapes = [o.shape for o in subject.values(all_steps, one_step)]
    cotangent = torch.zeros(shapes[1])
    cotangent.view(-1)[case.T // 2] = 1.0
    table = _table(state, case)
    wrt = [model.get(name) for name in names]
    got, rows = subject.values(
        subject.grad([all_steps], [case.normal(*shapes[0])], wrt),
        subject.grad([one_step], [cotangent], [model.get(table)]) if table else subject.put([None]),
    )
    if isinstance(got, Problem):
        return Finding("gradients", 0, str(got), str(case), observed=got)
    missing = [n for n, g in zip(names, got, strict=True) if not (isinstance(g, torch.Tensor) and g.abs().max() > 0)]
    says = f"no gradient reaches {', '.join(missing[:3])}: cut off, or never used" if missing else ""
    if not says and table and isinstance(rows, list) and isinstance(rows[0], torch.Tensor):
        row = rows[0] if rows[0].shape[0] == case.V else rows[0].t()
        cut = [t for t in range(case.T) if row[one[0, t]].abs().max() == 0]
        if cut:
            says = f"a loss at step {case.T // 2} gives no gradient to the character at step {cut[0]}"
    if says:
        return Finding("gradients", 0, says, str(case), observed=[says, missing])
    return Finding("gradients", 1, f"every parameter gets one ({len(names)}), and every character", str(case))
