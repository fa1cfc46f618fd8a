"""The hidden checks of 02_manual_rnn. The contracts stand in docs/contract.md and in the notebook."""

import torch
from torch import nn

from unrolled.checking.choice import chosen
from unrolled.checking.draw import seed_of
from unrolled.checking.fixtures import ScriptedCharModel
from unrolled.checking.parity import close, gradients, precision, same_gradients, shape, unchanged, values
from unrolled.checking.question import question
from unrolled.checking.structure import EMBEDDING, FUSED_RNN
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding


@question(
    "manual_embedding",
    name="ManualEmbedding",
    marks={"values": 4, "gradients": 3, "shape": 1},
    forbids=EMBEDDING,
)
def manual_embedding(embedding_class, draw):
    """Looking up equals torch.nn.Embedding, forwards and backwards.

    A second batch leaves the last tokens of the vocabulary out: whoever counts the tokens of the batch
    instead of the rows of the table is wrong only there. Tokens repeat, so that gradients have to add up.
    """
    for case in draw.cases(B=[1, 3], T=[1, 5], V=[4, 9], E=[3]):
        reference = nn.Embedding(case.V, case.E, dtype=case.dtype)
        table = case.like(reference)["weight"]
        mine = embedding_class(case.V, case.E).load(weight=table)

        x = case.tokens(case.B, case.T, vocabulary=case.V)
        yield values(mine(x), reference(x).detach(), case)
        few = case.tokens(case.B, case.T, vocabulary=case.V - 2)
        yield values(mine(few), reference(few).detach(), case, note="tokens from the table's beginning only")
        yield values(mine(x), reference(x).detach(), case, note="called once more")
        yield shape(mine(x), (case.B, case.T, case.E), case)
        yield gradients(mine, reference, {"x": x}, {"weight": "weight"}, case)


CELL_PARAMETERS = {"W_ih": "weight_ih", "b_ih": "bias_ih", "W_hh": "weight_hh", "b_hh": "bias_hh"}


@question(
    "manual_rnn_cell",
    name="ManualRNNCell",
    marks={"values": 5, "gradients": 4, "shape": 1, "inputs": 1, "dtype": 1},
    forbids=FUSED_RNN,
)
def manual_rnn_cell(cell_class, draw):
    """One step equals torch.nn.RNNCell, forwards and backwards.

    Biases are drawn like the weights: zero biases would hide a missing one. I = H and I != H are both
    drawn: some mistakes show only in one. Gradients see what values cannot: a hidden state cut from the
    graph gives the right numbers and teaches nothing to earlier steps.
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
    reference = nn.RNNCell(case.I, case.H, dtype=case.dtype)
    drawn = case.like(reference)
    mine = cell_class(case.I, case.H)
    if case.dtype is torch.float64:
        mine = mine.method("double")
    return reference, mine.load(**{path: drawn[name] for path, name in CELL_PARAMETERS.items()})


@question(
    "manual_rnn",
    name="ManualRNN",
    marks={"values": 10, "hidden": 4, "gradients": 8, "chunks": 3, "parameters": 3, "inputs": 1, "dtype": 1},
    forbids=FUSED_RNN,
)
def manual_rnn(rnn_class, draw):
    """Layers and steps, against an unrolling of the student's own cells: a fault of the cell has cost already.

    Three layers tell "only two" and "upper layers shared" apart from right; a sequence in two pieces tells
    whether the returned state is the one to go on from.
    """
    sizes = [
        dict(B=[1, 3], T=[1, 6], L=[1, 3], I=[4, 5], H=[5], strided=False),
        dict(B=[3], T=[4], L=[2], I=[4], H=[6]),
    ]
    for case in (case for size in sizes for case in draw.cases(**size)):
        mine, drawn = _rnn(rnn_class, case)
        yield _parameters(mine, drawn, case)
        x, h0 = case.normal(case.B, case.T, case.I), case.normal(case.L, case.B, case.H)
        yield from _rnn_runs(mine, x, h0, case, note="")
        yield from _rnn_runs(mine, x, None, case, note="without an initial state")
        yield unchanged(mine(x, h0, grad=False), {"x": x, "hidden": h0}, case)
        yield _rnn_gradients(mine, x, h0, case)
        if case.T > 1:
            yield from _rnn_in_chunks(mine, x, h0, case)

    for case in draw.cases(dtype=torch.float64, strided=False, B=[2], T=[3], L=[2], I=[4], H=[5]):
        mine, _ = _rnn(rnn_class, case)
        x = case.normal(case.B, case.T, case.I)
        top, _ = _unrolled(mine, mine.subject.put(x), None, case)
        fetched, *steps = mine.subject.values(mine(x), *top)
        output, _ = _pair(fetched)
        if _usable(steps):
            yield precision(output, torch.stack(steps, dim=1), case)
        else:
            yield Finding("dtype", 0, "your own cell does not run in float64, so this cannot be tried", str(case))


def _rnn(rnn_class, case):
    """The student's RNN with drawn numbers in every cell, and those numbers: path -> tensor."""
    drawn = {}
    for layer in range(case.L):
        numbers = case.like(nn.RNNCell(case.I if layer == 0 else case.H, case.H, dtype=case.dtype))
        drawn |= {f"cells.{layer}.{path}": numbers[name] for path, name in CELL_PARAMETERS.items()}
    mine = rnn_class(case.I, case.H, case.L)
    if case.dtype is torch.float64:
        mine = mine.method("double")
    return mine.load(**{path.replace(".", "__"): number for path, number in drawn.items()}), drawn


def _unrolled(rnn, x, h0, case):
    """Handles on the states of the student's own cells, called one by one: (top layer by step, last by layer)."""
    start = [h0.method("select", 0, layer) if h0 else None for layer in range(case.L)]
    states = [s or rnn.subject.put(torch.zeros(case.B, case.H, dtype=case.dtype)) for s in start]
    top = []
    for t in range(case.T):
        below = x.method("select", 1, t)  # (B, I)
        for layer in range(case.L):
            states[layer] = below = rnn.get(f"cells.{layer}")(below, states[layer])  # (B, H)
        top.append(below)
    return top, states


def _usable(fetched):
    return all(isinstance(value, torch.Tensor) and value.dim() == 2 for value in fetched)


def _pair(fetched):
    """(output, hidden) of a fetched result; what came instead stands in for both."""
    if isinstance(fetched, tuple | list) and len(fetched) == 2:
        return fetched
    return fetched, fetched


def _rnn_runs(rnn, x, h0, case, note):
    put_x = rnn.subject.put(x)
    top, last = _unrolled(rnn, put_x, rnn.subject.put(h0) if h0 is not None else None, case)
    result = rnn(x, h0) if h0 is not None else rnn(x)
    fetched, *steps = rnn.subject.values(result, *top, *last)
    if not _usable(steps):
        fault = next(step for step in steps if not isinstance(step, torch.Tensor) or step.dim() != 2)
        said = str(fault) if isinstance(fault, Problem) else "its result is not (B, H)"
        yield Finding("values", 0, f"your own ManualRNNCell cannot be run here, mend it first: {said}", str(case))
        yield Finding("hidden", 0, "your own ManualRNNCell cannot be run here", str(case))
        return
    output, hidden = _pair(fetched)
    yield values(output, torch.stack(steps[: case.T], dim=1), case, note=note)
    yield values(hidden, torch.stack(steps[case.T :]), case, idea="hidden", note=note)


def _rnn_in_chunks(rnn, x, h0, case):
    """The whole sequence at once equals its two pieces, the second going on from the first's state."""
    cut = case.T // 2
    top, last = _unrolled(rnn, rnn.subject.put(x), rnn.subject.put(h0), case)
    first = rnn(x[:, :cut].clone(), h0)
    second = rnn(x[:, cut:].clone(), first[1])
    steps, a, b = rnn.subject.values(*top, *last), first.value(), second.value()
    if not _usable(steps):
        yield Finding("chunks", 0, "your own ManualRNNCell cannot be run here", str(case))
        return
    (early, _), (late, hidden) = _pair(a), _pair(b)
    note = f"in two pieces of {cut} and {case.T - cut} steps"
    yield values(early, torch.stack(steps[:cut], dim=1), case, idea="chunks", note=note)
    yield values(late, torch.stack(steps[cut : case.T], dim=1), case, idea="chunks", note=note)
    yield values(hidden, torch.stack(steps[case.T :]), case, idea="chunks", note=note)


def _rnn_gradients(rnn, x, h0, case):
    subject = rnn.subject
    put_x, put_h = subject.put(x, requires_grad=True), subject.put(h0, requires_grad=True)
    parameters = [f"cells.{layer}.{name}" for layer in range(case.L) for name in CELL_PARAMETERS]
    wrt = [put_x, put_h, *[rnn.get(path) for path in parameters]]
    along_output, along_hidden = case.normal(case.B, case.T, case.H), case.normal(case.L, case.B, case.H)

    result = rnn(put_x, put_h)
    mine = subject.grad([result[0], result[1]], [along_output, along_hidden], wrt)
    top, last = _unrolled(rnn, put_x, put_h, case)
    cotangents = [*along_output.unbind(1), *along_hidden.unbind(0)]
    own = subject.grad([*top, *last], cotangents, wrt)
    got, expected = subject.values(mine, own)
    if isinstance(expected, Problem):
        return Finding("gradients", 0, f"your own cells give none here: {expected}", str(case))
    return same_gradients(["x", "hidden", *parameters], got, expected, case)


def _parameters(rnn, drawn, case):
    """One cell for each layer, each with numbers of its own, all of them known to an optimizer."""
    length, *found = rnn.subject.values(
        rnn.get("cells").length(), *[rnn.get(path) for path in drawn], *[rnn.registered(path) for path in drawn]
    )
    if isinstance(length, Problem) or length != case.L:
        said = length if isinstance(length, Problem) else f"{length} cells for {case.L} layers"
        return Finding("parameters", 0, f"cells: {said}", str(case))
    for path, now, registered in zip(drawn, found[: len(drawn)], found[len(drawn) :], strict=True):
        if not close(now, drawn[path]):
            said = "it changes when another layer's is set: each layer needs a cell of its own"
            return Finding("parameters", 0, f"{path}: {said}", str(case), observed=now)
        if registered is not True:
            said = "not one of the module's parameters: a plain list hides cells from the optimizer"
            return Finding("parameters", 0, f"{path}: {said}", str(case), observed="not registered")
    return Finding("parameters", 1, "every layer has a cell of its own, all known to the optimizer", str(case))


@question(
    "manual_char_rnn",
    name="ManualCharRNN",
    marks={"values": 7, "hidden": 3, "gradients": 6, "parts": 4},
    forbids=FUSED_RNN | EMBEDDING,
)
def manual_char_rnn(model_class, draw):
    """Embedding, RNN and linear layer in a row, against the student's own parts called one after the other."""
    for case in draw.cases(B=[1, 3], T=[1, 5], V=[7], E=[4], H=[6], L=[1, 2], strided=False):
        mine = model_class(case.V, case.E, case.H, case.L)
        drawn = {"embedding.weight": case.normal(case.V, case.E)}
        for layer in range(case.L):
            numbers = case.like(nn.RNNCell(case.E if layer == 0 else case.H, case.H))
            drawn |= {f"rnn.cells.{layer}.{path}": numbers[name] for path, name in CELL_PARAMETERS.items()}
        drawn |= {"fc.weight": case.normal(case.V, case.H, scale=0.5), "fc.bias": case.bias(case.V)}
        mine = mine.load(**{path.replace(".", "__"): number for path, number in drawn.items()})
        yield _parts(mine, drawn, case)

        x, h0 = case.tokens(case.B, case.T, vocabulary=case.V), case.normal(case.L, case.B, case.H)
        for state, note in ((h0, ""), (None, "without an initial state")):
            yield from _char_run(mine, x, state, case, note)
        yield _char_gradients(mine, x, h0, drawn, case)


def _by_parts(model, x, hidden):
    """Handles on (logits, hidden) as the model's own parts give them, called one after the other."""
    embedded = model.get("embedding")(x)
    states = model.get("rnn")(embedded, hidden) if hidden is not None else model.get("rnn")(embedded)
    return model.get("fc")(states[0]), states[1]


def _char_run(model, x, hidden, case, note):
    result = model(x, hidden) if hidden is not None else model(x)
    logits, last = _by_parts(model, x, hidden)
    fetched, expected_logits, expected_last = model.subject.values(result, logits, last)
    if isinstance(expected_logits, Problem) or isinstance(expected_last, Problem):
        fault = expected_logits if isinstance(expected_logits, Problem) else expected_last
        yield Finding("values", 0, f"its parts cannot be run one after the other: {fault}", str(case), observed=fault)
        yield Finding("hidden", 0, "its parts cannot be run one after the other", str(case))
        return
    got_logits, got_last = _pair(fetched)
    yield values(got_logits, expected_logits, case, note=note)
    yield values(got_last, expected_last, case, idea="hidden", note=note)


def _char_gradients(model, x, h0, drawn, case):
    subject = model.subject
    put_h = subject.put(h0, requires_grad=True)
    wrt = [put_h, *[model.get(path) for path in drawn]]
    cotangents = [case.normal(case.B, case.T, case.V), case.normal(case.L, case.B, case.H)]
    result = model(x, put_h)
    logits, last = _by_parts(model, x, put_h)
    ran, got, expected = subject.values(
        result,
        subject.grad([result[0], result[1]], cotangents, wrt),
        subject.grad([logits, last], cotangents, wrt),
    )
    if isinstance(ran, Problem):
        return Finding("gradients", 0, str(ran), str(case), observed=ran)
    if isinstance(expected, Problem):
        # One fault costs once: an RNN that cannot be trained has lost its points where it was written.
        return Finding("gradients", 1, "not asked: your own RNN gives none, which has cost its points there", str(case))
    return same_gradients(["hidden", *drawn], got, expected, case)


def _parts(model, drawn, case):
    """The three parts are the student's own classes, of the right sizes, and registered."""
    kinds, cells, *found = model.subject.values(
        model.kinds(),
        model.get("rnn.cells").length(),
        *[model.get(p) for p in drawn],
        *[model.registered(p) for p in drawn],
    )
    if isinstance(kinds, Problem):
        return Finding("parts", 0, str(kinds), str(case), observed=kinds)
    for path, name in (("embedding", "ManualEmbedding"), ("rnn", "ManualRNN")):
        if not any(kind.endswith(f".{name}") for kind in kinds.get(path, [])):
            return Finding("parts", 0, f"self.{path} is not your {name}", str(case))
    if cells != case.L:
        return Finding("parts", 0, f"self.rnn has {cells} layers for num_layers={case.L}", str(case), observed=cells)
    for path, now, registered in zip(drawn, found[: len(drawn)], found[len(drawn) :], strict=True):
        if not isinstance(now, torch.Tensor) or now.shape != drawn[path].shape or registered is not True:
            shape = tuple(now.shape) if isinstance(now, torch.Tensor) else now
            return Finding("parts", 0, f"{path} is {shape}; it should be {tuple(drawn[path].shape)}", str(case))
    return Finding("parts", 1, "your own embedding and RNN, and a linear layer, in the right sizes", str(case))


@question(
    "generate_text",
    name="generate_text",
    marks={"greedy": 10, "sampling": 6, "length": 2, "mode": 2, "edges": 4},
)
def generate_text(function, draw):
    """Against a model whose next character follows from every token it was fed, in order and once.

    The model's logits stand so far apart that a temperature of 0.01 leaves no choice: the text must be the
    one that feeding the whole prefix anew would give. Whether a solution carries the hidden state or feeds the
    prefix again is its own affair.
    """
    chars = function.subject.look_up("chars").value()
    if not isinstance(chars, list):
        yield Finding("greedy", 0, "the notebook's `chars` is gone: run the cell that makes the vocabulary")
        return
    for prompt, length in (("mary", 24), ("a", 9), ("the lamb was sure", 12), ("go", 0)):
        model = function.subject.fixture("scripted_char_model", V=len(chars))
        text, notes = function.subject.values(function(model, prompt, length, 0.01), model.get("notes"))
        yield _greedy(text, notes, prompt, length, chars)
        yield _lengths(text, prompt, length)
        if length:  # for no characters at all, the model need not be asked
            yield _modes(text, notes)

    logits = (2 * torch.sin(torch.arange(len(chars)) * 1.7)).tolist()
    for temperature in (0.5, 2.0):
        model = function.subject.fixture("scripted_char_model", V=len(chars), logits=logits)
        function.subject.seed(seed_of(draw.salt, draw.question, temperature))
        yield _sampled(function(model, "mary", SAMPLES, temperature).value(), logits, temperature, chars)

    model = function.subject.fixture("scripted_char_model", V=len(chars))
    yield _edges(*function.subject.values(function(model, "", 5, 1.0), function(model, "mary#", 5, 1.0)))


SAMPLES = 2000
# Total variation between the drawn frequencies and softmax(logits / temperature): about 0.04 for the reference, and
# never above 0.07 over some hundreds of draws; 0.2 and more for a temperature that is ignored or on the wrong side.
FARTHEST = 0.1


def _continuation(prompt, length, chars):
    """The greedy text, by feeding the whole prefix anew for each character."""
    model, ids = ScriptedCharModel(len(chars)), [chars.index(c) for c in prompt]
    for _ in range(length):
        logits, _ = model(torch.tensor([ids]))
        ids.append(int(logits[0, -1].argmax()))
    return "".join(chars[i] for i in ids)


def _greedy(text, notes, prompt, length, chars):
    where = f"prompt {prompt!r}, {length} characters, temperature 0.01"
    if not isinstance(text, str):
        return Finding("greedy", 0, _no_text(text), where, observed=text)
    if text == _continuation(prompt, length, chars):
        return Finding("greedy", 1, "as with the whole prefix fed anew at every step", where, observed=text)
    fed = [token for tokens, _, _ in notes[:4] for token in tokens] if isinstance(notes, list) else []
    shown = "".join(chars[token] for token in fed[: len(prompt) + 3] if 0 <= token < len(chars))
    says = f"not the characters the model is sure of; the first that it was fed, in order: {shown!r}"
    return Finding("greedy", 0, says, where, observed=text)


def _lengths(text, prompt, length):
    if not isinstance(text, str):
        return Finding("length", 0, _no_text(text), observed=text)
    if not text.startswith(prompt):
        return Finding("length", 0, f"the text does not begin with the prompt {prompt!r}", observed=len(text))
    new = len(text) - len(prompt)
    if new != length:
        return Finding("length", 0, f"{new} new characters for length={length}", observed=len(text))
    return Finding("length", 1, "the prompt, and `length` characters after it")


def _modes(text, notes):
    if not isinstance(text, str) or not notes:
        return Finding("mode", 0, _no_text(text) if not isinstance(text, str) else "the model was never called")
    if any(training for _, training, _ in notes):
        return Finding("mode", 0, "the model was in training mode: dropout would have been live", observed="training")
    if any(graph for _, _, graph in notes):
        return Finding("mode", 0.5, "a graph for gradients was kept at every step, for nothing", observed="graph")
    return Finding("mode", 1, "in eval mode and without gradients")


def _sampled(text, logits, temperature, chars):
    where = f"{SAMPLES} characters at temperature {temperature}"
    if not isinstance(text, str) or len(text) < SAMPLES // 2:
        return Finding("sampling", 0, _no_text(text), where, observed=text)
    new = text[len("mary") :]
    drawn = torch.tensor([new.count(c) / len(new) for c in chars], dtype=torch.float64)
    wanted = torch.softmax(torch.tensor(logits, dtype=torch.float64) / temperature, dim=-1)
    off = 0.5 * (drawn - wanted).abs().sum().item()
    if off <= FARTHEST:
        return Finding(
            "sampling", 1, "the frequencies are those of softmax(logits / temperature)", where, margin=off / FARTHEST
        )
    sharper = (drawn**2).sum() > (wanted**2).sum()
    says = f"too {'few different' if sharper else 'evenly mixed'} characters: the frequencies are {off:.0%} off"
    return Finding("sampling", 0, says, where, observed=text)


def _edges(empty, unknown):
    right = [isinstance(empty, Problem) and empty.kind == "ValueError"]
    right.append(isinstance(unknown, Problem) and unknown.kind in ("ValueError", "KeyError"))
    faults = [
        fault
        for fine, fault in zip(
            right,
            (
                "an empty prompt should raise a ValueError",
                "a character outside the vocabulary should raise a ValueError",
            ),
            strict=True,
        )
        if not fine
    ]
    says = "; ".join(faults) or "an empty prompt and an unknown character are refused"
    seen = [value if isinstance(value, str) else getattr(value, "kind", "") for value in (empty, unknown)]
    return Finding("edges", sum(right) / 2, says, observed=seen)


def _no_text(text):
    return str(text) if isinstance(text, Problem) else f"a {type(text).__name__} came back; it should be the text"


@question("mcq_rnn_output", name="mcq_rnn_output", marks={"answer": 6})
def mcq_rnn_output(answer, draw):
    yield chosen(answer, "B", "batch, step, hidden unit")
