"""The hidden checks of 06_echo_gru. The contracts stand in docs/contract.md and in the notebook.

Strings are drawn and logits decoded here, outside the student's code; `test_run` is believed only where it is
itself the question.
"""

from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from unrolled.checking.budget import within
from unrolled.checking.parity import close, gradients, precision, shape, unchanged, values
from unrolled.checking.question import question
from unrolled.checking.sequential import estimate
from unrolled.checking.structure import FUSED_RNN
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

N, DELAY, MAX_DELAY = 26, 4, 8

CELL_PARAMETERS = {"W_ih": "weight_ih", "b_ih": "bias_ih", "W_hh": "weight_hh", "b_hh": "bias_hh"}


@question(
    "gru_cell",
    name="ManualGRUCell",
    marks={"values": 8, "gradients": 6, "shape": 2, "inputs": 2, "dtype": 2},
    forbids=FUSED_RNN,
)
def gru_cell(cell_class, draw):
    """One step equals torch.nn.GRUCell, forwards and backwards.

    With H > 1 and drawn biases, a reset gate that multiplies before the matrix, or spares the bias, gives other
    numbers; I = H and I != H are both drawn.
    """
    for case in draw.cases(B=[1, 3], I=[1, 4, 6], H=[6]):
        reference, mine = _cells(cell_class, case)
        x, h = case.normal(case.B, case.I), case.normal(case.B, case.H)
        yield values(mine(x, h), reference(x, h).detach(), case)
        yield values(mine(x, h), reference(x, h).detach(), case, note="called once more")
        yield shape(mine(x, h), (case.B, case.H), case)
        yield unchanged(mine(x, h, grad=False), {"x": x, "hidden": h}, case)
        yield gradients(mine, reference, {"x": x, "hidden": h}, CELL_PARAMETERS, case)

    for dtype in (torch.float32, torch.float64):
        for case in draw.cases(dtype=dtype, strided=False, B=[2], I=[4], H=[5]):
            reference, mine = _cells(cell_class, case)
            x, h = case.normal(case.B, case.I), case.normal(case.B, case.H)
            yield precision(mine(x, h), reference(x, h).detach(), case)


def _cells(cell_class, case):
    """A torch cell and the student's, in the case's dtype and with the same drawn parameters."""
    reference = nn.GRUCell(case.I, case.H, dtype=case.dtype)
    drawn = case.like(reference)
    mine = cell_class(case.I, case.H)
    if case.dtype is torch.float64:
        mine = mine.method("double")
    return reference, mine.load(**{path: drawn[name] for path, name in CELL_PARAMETERS.items()})


# --- reading a network ---------------------------------------------------------------------------------------


class Unreadable(Exception):
    """The network gives nothing that could be decoded; the message says what came back instead.

    observed: the Problem if that is what it was (so that it is recognised whatever line it came from, and an
    unanswered question is seen to be one), else the message.
    """

    def __init__(self, message, got):
        super().__init__(message)
        self.observed = got if isinstance(got, Problem) else message


class Network:
    """A student's network over there: letters go in, logits come back, and are decoded on this side.

    Letters go in one-hot, as the contract has it. A network that takes their numbers instead is as good. A pair
    (logits, hidden) counts as its logits; 27 classes or more, of which 1 … 26 are letters and the others blanks.
    """

    def __init__(self, handle, seed=None):
        """seed: of the random numbers over there, set before each call; None leaves them alone."""
        self.handle, self.by_number, self.seed = handle, False, seed

    def call(self, letters, delays=None, grad=False):
        """letters: (B, T) int64; delays: (B,) int64 or None. A handle on what the call gives."""
        x = letters if self.by_number else F.one_hot(letters, N + 1).float()
        arguments = [x] if delays is None else [x, delays]
        if self.seed is not None:
            self.handle.subject.seed(self.seed)
        return self.handle(*(self.handle.beside(a) for a in arguments), grad=grad)

    def logits(self, letters, delays=None):
        """(B, T, C), fetched. Raises Unreadable."""
        got = _first(self.call(letters, delays).value())
        fault = _fault(got, letters)
        if fault and not self.by_number:
            self.by_number = True
            second = _first(self.call(letters, delays).value())
            if not _fault(second, letters):
                return second
            self.by_number = False
        if fault:
            raise Unreadable(fault, got)
        return got

    def says(self, letters, delays=None):
        """What comes out, decoded: (B, T) with 0 for a blank."""
        best = self.logits(letters, delays).argmax(dim=-1)
        return torch.where(best <= N, best, 0)

    def in_mode(self, training):
        self.handle.method("train" if training else "eval")


def _first(got):
    return got[0] if isinstance(got, tuple | list) and got else got


def _fault(got, letters):
    if isinstance(got, Problem):
        return str(got)
    if got is None:
        return "nothing came back (None): forward has to end with return"
    if not isinstance(got, torch.Tensor):
        return f"a {getattr(got, 'type', None) or type(got).__name__} came back; it should be the logits"
    if got.dim() != 3 or tuple(got.shape[:2]) != tuple(letters.shape) or got.shape[2] < N + 1:
        return f"the logits have shape {tuple(got.shape)}; (B, T, 27) is {(*letters.shape, N + 1)}"
    if not torch.isfinite(got).all():
        return "the logits are not finite numbers"
    return ""


def _letters(case, *size):
    """Letters 1 … 26, each equally likely."""
    return torch.randint(1, N + 1, size, generator=case.generator)


def _delays(case, *size):
    return torch.randint(MAX_DELAY + 1, size, generator=case.generator)


def _text(letters):
    return "".join(chr(ord("a") + i - 1) if 1 <= i <= N else " " for i in letters.tolist())


def _echo(letters, delays):
    """What should come out for each row's own delay: (B, T)."""
    place = torch.arange(letters.shape[1]) - delays.unsqueeze(1)  # (B, T): where each output comes from
    return torch.where(place >= 0, letters.gather(1, place.clamp(min=0)), 0)


# --- untrained networks: do the parts do what they must? -----------------------------------------------------


@question(
    "gru_memory",
    name="GRUMemory",
    marks={"shape": 2, "time": 3, "batch": 3, "gradients": 2, "test_run": 4, "mode": 2},
)
def gru_memory(memory_class, draw):
    """What any network for the task must do before it is trained, whatever it is built of."""
    for case in draw.cases(B=[1, 3], T=[1, 7], H=[6, 9], strided=False):
        make = partial(memory_class, case.H)
        yield from _untrained(make, case, None, lambda model, s: model.method("test_run", s))


@question(
    "variable_gru_memory",
    name="VariableDelayGRUMemory",
    marks={"shape": 2, "time": 2, "batch": 2, "delays": 4, "gradients": 2, "test_run": 3, "mode": 1},
)
def variable_gru_memory(memory_class, draw):
    """As gru_memory; and each row is read at its own delay, which chooses and does not only add."""
    for case in draw.cases(B=[1, 4], T=[1, 7], H=[6], D=[5, 8], strided=False):
        make = partial(memory_class, case.H, case.D)
        others = torch.randperm(case.D, generator=case.generator)[: case.B - 1]
        delays = torch.cat([torch.tensor([case.D]), others])  # the longest first, and all of them different
        yield from _untrained(make, case, delays, lambda model, s, d=case.D - 1: model.method("test_run", s, d))


def _untrained(make, case, delays, run):
    """make(): a handle on a new network; delays: (B,) or None; run(model, s): on what test_run gives for a string."""
    network = Network(make(), seed=int(torch.randint(2**31, (), generator=case.generator)))
    network.in_mode(training=False)
    _stir(network, case)
    letters = _letters(case, case.B, case.T)
    try:
        logits = network.logits(letters, delays)
    except Unreadable as fault:
        several = ["delays"] if delays is not None else []
        for idea in ("shape", "time", "batch", *several, "gradients", "test_run", "mode"):
            yield Finding(idea, 0, str(fault), str(case), observed=fault.observed)
        return
    yield Finding("shape", 1, f"{tuple(logits.shape)} for {case}", str(case))
    if case.T > 1:
        yield _readable("time", _time, network, letters, delays, logits, case)
        yield _readable("batch", _batch, network, letters, delays, logits, case)
        yield _readable("gradients", _reached, network, make, case)
        if delays is not None:
            yield _readable("delays", _delay_chooses, network, case)
    for steps in (1, 20):
        yield _readable("test_run", _test_run, network, run, _letters(case, steps), case)
    yield _mode(network, run, _text(_letters(case, 5)), case)


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
            name: tensor + _drawn(case, tensor, scale=tensor.shape[-1:].numel() ** -0.5)
            for (name, tensor), yes in zip(state.items(), mine, strict=True)
            if yes is True and tensor.is_floating_point()
        }
        network.handle.load_state(state | moved)


def _drawn(case, tensor, scale):
    """Normal numbers in the shape of a tensor, which may be a single number."""
    return case.normal(tensor.numel(), scale=scale).view(tensor.shape).to(tensor.dtype)


CHANGED, LATER, FELT = 2, 4, 1e-6


def _another(letters, rows):
    """The same letters with another one at step CHANGED of some rows."""
    other = letters.clone()
    other[rows, CHANGED] = other[rows, CHANGED] % N + 1
    return other


def _time(network, letters, delays, logits, case):
    """Another letter in row 0: earlier outputs stay, and those LATER steps on still notice it."""
    if not close(network.logits(letters, delays), logits):
        says = "two calls with the same letters differ, so that past and future cannot be told apart"
        return Finding("time", 0, says, str(case), observed="two calls differ")
    moved = network.logits(_another(letters, slice(1)), delays)
    felt = (moved - logits).abs().amax(dim=2) > FELT  # (B, T)
    last = int(felt[0].nonzero().max()) - CHANGED if felt[0].any() else -1  # steps later, for the last time
    says = ""
    if close(logits[:, 1:], logits[:, :-1]):
        says = "every step of a string gives the same: is the last state used for all of them?"
    elif close(logits.sum(dim=1), torch.ones(case.B, logits.shape[2])):
        says = "each class adds up to 1 over the steps: is that a softmax along the wrong axis?"
    elif not close(moved[0, :CHANGED], logits[0, :CHANGED]):
        says = "a later letter changes an earlier output: nobody can know the future"
    elif not felt[0, CHANGED]:
        says = "a letter has no effect on the output of its own step"
    elif last == 0:
        says = "a letter has an effect at its own step only: nothing is carried to the next"
    elif last < LATER:
        says = f"{last + 1} steps later a letter has no effect any more"
    if says:
        return Finding("time", 0, says, str(case), observed=[says, felt.tolist()])
    return Finding("time", 1, f"a letter is felt {LATER} steps later, and never before it was read", str(case))


def _batch(network, letters, delays, logits, case):
    """Alone or among others, at the first call or later, in eval mode: always the same."""
    if not close(network.logits(letters, delays), logits):
        says = "two calls with the same letters differ: something is kept from one call to the next"
        return Finding("batch", 0, says, str(case), observed="kept")
    network.seed += 1
    drawn = not close(network.logits(letters, delays), logits)
    network.seed -= 1
    if drawn:
        says = "two calls with the same letters differ: in eval mode too, something is drawn anew at each call"
        return Finding("batch", 0, says, str(case), observed="drawn")
    for row in range(case.B):
        one = slice(row, row + 1)
        alone = network.logits(letters[one], None if delays is None else delays[one])
        if not close(alone, logits[one]):
            why = "the batch is taken for time" if delays is None else "one's delay serves others"
            says = f"row {row} gives something else alone than in the batch: rows mix, or {why}"
            return Finding("batch", 0, says, str(case), observed=logits[one])
    return Finding("batch", 1, "every row as if it were alone, and every call as the first", str(case))


def _reached(network, make, case):
    """Every parameter gets a gradient from a loss on all steps, and on all delays: some may have parts of their own."""
    model, subject = network.handle, network.handle.subject
    delays = torch.arange(case.D + 1) if "D" in case.sizes else None
    letters = _letters(case, case.B if delays is None else len(delays), case.T)
    network.in_mode(training=True)  # cuDNN gives gradients of a GRU in training mode only
    called = network.call(letters, delays, grad=True)
    fetched, state = subject.values(called, model.state())
    network.in_mode(training=False)
    if isinstance(state, Problem) or not isinstance(state, dict):
        return Finding("gradients", 0, f"it has no parameters that could be trained: {state}", str(case))
    logits = _first(fetched)
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
    moved = network.logits(_another(letters, slice(None)), delays)
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


def _test_run(network, run, letters, case):
    """The string is the decoding of the network's own logits; any character but a small letter is a blank."""
    s = _text(letters)
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
    wanted = _text(network.says(letters.unsqueeze(0), delays)[0])
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


def _delay_chooses(network, case):
    """Each delay differs from the next; and what one changes in the log-probabilities depends on what was read."""
    letters, at = _letters(case, 7, case.T), []
    for delay in range(case.D + 1):
        delays = torch.full((7,), delay)
        delays[-1] = case.D  # whoever measures delays by the longest of the batch pays for it under "batch" alone
        at.append(_log_probabilities(network.logits(letters, delays))[:-1])  # (6, T, C)
    same = [d for d in range(case.D) if (at[d + 1] - at[d]).abs().max() <= FELT]
    if len(same) == case.D:
        return Finding("delays", 0, "the delay has no effect", str(case), observed="no effect")
    if same:
        says = f"delay {same[0]} and delay {same[0] + 1} give the same"
        return Finding("delays", 0, says, str(case), observed=same)
    difference = at[1] - at[case.D - 1]
    difference = difference - difference.mean(dim=-1, keepdim=True)  # softmax does not see a constant
    if (difference - difference[:1, :1]).abs().max() <= 1e-5:
        says = "another delay adds the same numbers to the logits whatever was read, so it cannot choose a letter"
        return Finding("delays", 0, says, str(case), observed="adds")
    return Finding("delays", 1, "the delay chooses", str(case))


def _log_probabilities(out):
    """Logits and log-probabilities as they are, up to a constant; probabilities by their logarithm."""
    if (out >= 0).all() and close(out.sum(-1), torch.ones(out.shape[:2])):
        return out.clamp(min=1e-30).log()
    return out


# --- trained networks: does it echo? -------------------------------------------------------------------------

GOAL, FLOOR = 0.99, 0.95  # on average; at each delay, and for blanks and edges. The references reach 0.999 and more,
# a network that guesses 0.04.
ROUND = 270  # strings drawn at a time
NOT_YET = "counts once the network echoes"
CHANCE = 0.2  # with other weights nothing may be left of the echo; 0.04 on average, 0.1 at the most


@question(
    "train_echo",
    name="model",
    marks={"accuracy": 12, "blanks": 3, "edges": 2, "network": 3, "budget": 4, "extras": 0},
    budget=160_000,
)
def train_echo(model, draw):
    """Four steps late, on strings of 15 to 25 letters that only this side knows."""
    cost = model.subject.spent(model).value()
    (case,) = draw.cases(strided=False)
    yield from _trained(
        model, case, cost, draw.budget, [DELAY], lengths=range(15, 26), edges=[(n, DELAY) for n in (1, 2, 3, 4, 5, 5)]
    )


@question(
    "train_variable_echo",
    name="model",
    marks={"accuracy": 8, "delays": 6, "blanks": 2, "edges": 2, "network": 2, "budget": 4, "extras": 0},
    budget=160_000,
)
def train_variable_echo(model, draw):
    """At every delay from 0 to 8, on strings of 20 letters; the average may not hide a delay that fails."""
    cost = model.subject.spent(model).value()
    (case,) = draw.cases(strided=False)
    edges = [(d + 1, d) for d in range(MAX_DELAY + 1)]
    yield from _trained(model, case, cost, draw.budget, range(MAX_DELAY + 1), lengths=[20], edges=edges)


def _trained(handle, case, cost, budget, delays, lengths, edges):
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
    behaviour = _behaviour(network, case, delays, max(lengths))
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


def _asked(delays, several):
    return delays if several else None


def _shares(network, letters, delays, several):
    """The share of letters right in each string, blanks not counted: (B,)."""
    right = network.says(letters, _asked(delays, several)) == _echo(letters, delays)
    counted = torch.arange(letters.shape[1]) >= delays.unsqueeze(1)
    return (right & counted).sum(1) / counted.sum(1)


def _measured(network, case, delays, lengths, threshold, several):
    """The share of letters right over as many strings as it takes: delays and lengths alike often."""

    def round_of_strings():
        shares = []
        for length in lengths:
            chosen = torch.tensor(list(delays)).repeat(ROUND // (len(lengths) * len(delays)))
            shares.append(_shares(network, _letters(case, len(chosen), length), chosen, several))
        return torch.cat(shares)

    return estimate(round_of_strings, threshold)


def _blanks(network, case, delays, length, several):
    letters = _letters(case, 40 * len(delays), length)
    chosen = torch.tensor(delays).repeat_interleave(40)
    said = network.says(letters, _asked(chosen, several))
    early = torch.arange(length) < chosen.unsqueeze(1)
    share = (said[early] == 0).float().mean().item()
    kind = "all" if share > FLOOR else "none" if share < 1 - FLOOR else "some"
    says = f"{share:.1%} of the steps before the echo are blank"
    return Finding("blanks", float(share > FLOOR), says, observed=kind)


def _edges(network, case, edges, several):
    """Very short strings: for a length of delay + 1, only the last step and the blanks before it."""
    wrong = []
    for length, delay in edges:
        letters = _letters(case, 60, length)
        chosen = torch.full((60,), delay)
        said = network.says(letters, _asked(chosen, several))
        share = (said == _echo(letters, chosen)).float().mean().item()
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
        name: _drawn(case, tensor, scale=0.3) if tensor.is_floating_point() else tensor
        for name, tensor in state.items()
    }
    chosen = torch.tensor(list(delays)).repeat_interleave(20)
    letters = _letters(case, len(chosen), length)
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
    long = _shares(network, _letters(case, 100, 60), chosen, several).mean().item()
    period = torch.randint(1, 6, (100, 1), generator=case.generator)
    repeating = _letters(case, 100, 25).gather(1, torch.arange(25) % period)
    periodic = _shares(network, repeating, chosen, several).mean().item()
    says = f"not marked: {long:.1%} right on 60 letters, {periodic:.1%} on periodic strings, with delay {delay}"
    return Finding("extras", 1, says)


def _behaviour(network, case, delays, length):
    """What the network does, in words: the same words for the same misconception, whatever its weights."""
    several = len(delays) > 1
    chosen = torch.tensor(list(delays)).repeat_interleave(180 // len(delays))
    letters = _letters(case, len(chosen), length)
    logits = network.logits(letters, _asked(chosen, several))
    best = logits.argmax(dim=-1)
    said = torch.where(best <= N, best, 0)
    if (said == 0).float().mean() > FLOOR:
        return "It says nothing but blanks"
    if _log_probabilities(logits).log_softmax(-1).amax(-1).exp().mean() < UNDECIDED:
        return "It has no preference: at every step all classes are about equally likely, as before any training"
    off, share = _best_shift(said, letters, chosen)
    if several:
        gives = [_best_shift(said[chosen == d], letters[chosen == d], chosen[chosen == d]) for d in delays]
        if all(part > 0.5 for _, part in gives) and any(late for late, _ in gives):
            told = ", ".join(str(d + late) for d, (late, _) in zip(delays, gives, strict=True))
            return f"Asked for the delays 0 to {MAX_DELAY}, it gives the delays {told}"
    elif share > CHANCE and off:
        return f"The letters come out {abs(off)} step{'s' if abs(off) > 1 else ''} {'late' if off > 0 else 'early'}"
    unsaid = set(range(1, N + 1)) - set(said.flatten().tolist())
    if len(unsaid) >= 5 and unsaid == set(range(min(unsaid), N + 1)):
        return f"It never says one of the letters {_text(torch.tensor([min(unsaid)]))} to z"
    return _partly(said, letters, chosen, share)


UNDECIDED = 0.15  # the probability of the likeliest class, on average: 0.06 to 0.1 before training, 0.3 and more after


def _best_shift(said, letters, chosen):
    """(steps late, share right there): the delay at which most of what is said agrees with what was read."""
    length, shares = letters.shape[1], {}
    for off in range(-MAX_DELAY, length // 2):
        place = torch.arange(length) - (chosen + off).unsqueeze(1)
        there = (place >= 0) & (place < length)
        right = said == letters.gather(1, place.clamp(0, length - 1))
        shares[off] = (right & there).sum().item() / max(1, there.sum().item())
    best = max(shares, key=shares.get)
    return best, shares[best]


def _partly(said, letters, chosen, share):
    """Right in part, or not at all: which steps are right, and are there blanks in front?"""
    counted = torch.arange(letters.shape[1]) >= chosen.unsqueeze(1)
    right = (said == _echo(letters, chosen)).float()
    by_step = [right[:, t][counted[:, t]].mean().item() for t in range(int(chosen.min()), letters.shape[1])]
    silent = (said[~counted] == 0).float().mean() > FLOOR if (~counted).any() else True
    if share < CHANCE and max(by_step) > FLOOR:
        return "It is right at a single step, and guesses at the others"
    if share < CHANCE:
        return "It waits in silence for the right time, and then guesses" if silent else "The letters are guessed"
    if by_step[0] > 0.9 and by_step[-1] < 0.5:
        return "It begins right, and fails later in the string"
    if by_step[0] < 0.5 and by_step[-1] > 0.9:
        return "It is right at the end of a string only"
    return "The delay is right, and some letters are not" if share > 0.5 else "Only a part of the letters is right"
