"""The hidden checks of 01_sequences. The contracts stand in docs/contract.md and in the notebook."""

import torch

from unrolled.checking.choice import chosen
from unrolled.checking.parity import close, gradients, precision, shape, values
from unrolled.checking.question import question
from unrolled.checking.structure import EMBEDDING
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

# What may come instead of a ValueError where an id or a place does not exist: what Python and torch raise themselves.
NO_SUCH_ID = ("ValueError", "KeyError", "IndexError")


def _refused(got, kinds):
    """Was it refused in one of the ways that the contract names? NotImplementedError is no RuntimeError here."""
    return isinstance(got, Problem) and got.kind in kinds


def _told(got, kinds):
    """What came instead of a refusal, in a few words."""
    if isinstance(got, Problem):
        return f"ends in {got.kind}, which is not {' or '.join(kinds)}"
    return f"gives {_short(got)}"


def _short(value, most=60):
    if isinstance(value, list | tuple):
        value = type(value)(part.tolist() if isinstance(part, torch.Tensor) else part for part in value)
    if isinstance(getattr(value, "type", None), str):
        return _kind(value)
    text = " ".join(repr(value.tolist() if isinstance(value, torch.Tensor) else value).split())
    return text if len(text) <= most else text[:most] + "…"


def _integers(case, count, below):
    """`count` whole numbers in 0 … below − 1, drawn for this case."""
    return torch.randint(below, (count,), generator=case.generator).tolist()


WORDS = ["the", "sea", "a", "ship", "on", "with", "go", "up", "we", "row", "far", "and"]


@question(
    "window_pairs",
    name="window_pairs",
    marks={"pairs": 8, "short": 2, "edges": 2, "inputs": 2},
)
def window_pairs(function, draw):
    """Each pair: `window` neighbours in the order of the text, and the token that follows them.

    Words repeat, so that looking a word's place up finds the wrong one; ids stand beside words, because tokens are
    whatever is in the list. N = K + 1 leaves a single pair, N = K none.
    """
    for case in draw.cases(N=[3, 12], K=[1, 2], strided=False):
        ids = _integers(case, case.N, len(WORDS) // 2)
        for tokens in ([WORDS[i] for i in ids], ids):
            yield _pairs(function, tokens, case.K, str(case))
    for case in draw.cases(N=[7], K=[4, 6], strided=False):
        yield _pairs(function, _integers(case, case.N, 3), case.K, str(case))

    for N, K in ((0, 1), (2, 2), (3, 5)):
        got = function(WORDS[:N], K).value()
        if isinstance(got, list | tuple) and len(got) == 0:
            yield Finding("short", 1, "no pairs where the text is too short for one", f"N={N}, K={K}")
        else:
            said = str(got) if isinstance(got, Problem) else f"gives {_short(got)}"
            yield Finding("short", 0, f"a text without a single pair: {said}", f"N={N}, K={K}", observed=got)

    for K in (0, -2):
        got = function(WORDS[:5], K).value()
        fine = _refused(got, ("ValueError",))
        says = "refused" if fine else f"a window of {K} {_told(got, ('ValueError',))}"
        yield Finding("edges", float(fine), says, f"N=5, K={K}", observed=got)

    placed = function.subject.put(list(WORDS))
    got, after = function.subject.values(function(placed, 3), placed)
    if isinstance(got, Problem):
        yield Finding("inputs", 0, str(got), observed=got)
    elif after != WORDS:
        yield Finding("inputs", 0, f"the list of tokens is changed by the call: {_short(after)}", observed=after)
    else:
        yield Finding("inputs", 1, "the list of tokens is left as it was")


def _pairs(function, tokens, window, where):
    got = function(tokens, window).value()
    if not isinstance(got, list | tuple):
        return Finding("pairs", 0, _no_list(got), where, observed=got)
    plain = [_plain_pair(pair) for pair in got]
    for i, pair in enumerate(plain):
        if pair is None:
            return Finding("pairs", 0, f"entry {i} is no pair (context, target): {_short(got[i])}", where, observed=got)
        context, target = pair
        if len(context) != window:
            return Finding("pairs", 0, f"pair {i} has a context of {len(context)} tokens", where, observed=plain)
        if i + window >= len(tokens):
            break
        if context != tokens[i : i + window]:
            says = f"the context of pair {i}, {_short(context)}, is not what stands at the places {i} to"
            return Finding("pairs", 0, f"{says} {i + window - 1}, in this order", where, observed=plain)
        if target != tokens[i + window]:
            says = f"the target of pair {i}, {_short(target)}, is not the token just after its context"
            return Finding("pairs", 0, says, where, observed=plain)
    if len(plain) != len(tokens) - window:
        says = f"{len(plain)} pairs for {len(tokens)} tokens and a window of {window}: look at the text's end"
        return Finding("pairs", 0, says, where, observed=plain)
    return Finding("pairs", 1, "every window, in order, with the token after it", where, observed=plain)


def _plain_pair(pair):
    """(context as a list, target), or None if it is no pair."""
    if not isinstance(pair, list | tuple) or len(pair) != 2 or not isinstance(pair[0], list | tuple):
        return None
    return list(pair[0]), pair[1]


def _no_list(got):
    if isinstance(got, Problem):
        return str(got)
    if got is None:
        return "nothing came back (None): the function has to end with return"
    return f"{_kind(got)} came back; it should be a list"


def _kind(value):
    """ "a dict"; of what cannot travel (a generator, a set), only the name is known, which may be its function's."""
    name = getattr(value, "type", None)  # a tensor's .type is something else
    return f"something that is no list ({name})" if isinstance(name, str) else f"a {type(value).__name__}"


# Of different kinds, and not in their order: blanks, line ends, capitals, digits, letters beyond ASCII.
ALPHABET = "zebra Queen\n7é-Äß0'."


@question(
    "vocabulary",
    name="Vocabulary",
    marks={"chars": 4, "encode": 4, "decode": 4, "unknown": 5, "empty": 3},
)
def vocabulary(vocabulary_class, draw):
    """Against sorted(set(text)), on texts with blanks, line ends, capitals, digits and letters beyond ASCII.

    What is encoded is another text than the one that made the vocabulary: whoever encodes by the place in the text, or
    makes a vocabulary of what is encoded, is right only on the same text. Where `chars` is wrong, what it shares with
    the right one is encoded, and ids are compared with the places in the student's own: one fault costs once.
    """
    for case in draw.cases(N=[1, 9, 60], strided=False):
        kinds = len(ALPHABET) if case.N > 1 else 5  # a text of nothing but a blank tells little
        text = "".join(ALPHABET[i] for i in _integers(case, case.N, kinds))
        mine = vocabulary_class(text)
        chars, right = mine.get("chars").value(), sorted(set(text))
        yield _chars(chars, text, right, str(case))
        own = _own(chars, right)
        shared = [c for c in own if c in right]
        part = shared[len(shared) // 3 :]  # without the first ones: a vocabulary of what is encoded is another
        other = "".join(part[i] for i in _integers(case, 2 * case.N, len(part)))
        ids = [own.index(c) for c in other]
        yield _encoded(mine.method("encode", other).value(), ids, other, case)
        yield _decoded(mine.method("decode", ids).value(), other, ids, case)

    small = vocabulary_class("Add a bad cab")
    for wrong in ("ca#", "CAB", "bad!", "#"):
        got = small.method("encode", wrong).value()
        yield _unknown(got, sorted(set(wrong) - set("Add a bad cab")), f"encode({wrong!r})")
    size = len(_own(small.get("chars").value(), sorted(set("Add a bad cab"))))
    for wrong in ([0, size], [1, -1, 2], [600]):
        got = small.method("decode", wrong).value()
        fine = _refused(got, NO_SUCH_ID)
        says = "what is unknown is refused" if fine else f"an id that does not exist {_told(got, NO_SUCH_ID)}"
        yield Finding("unknown", float(fine), says, f"V={size}, decode({wrong})", observed=got)

    nothing = vocabulary_class("")
    got = small.subject.values(small.method("encode", ""), small.method("decode", []), nothing.get("chars"))
    for what, value in zip(('encode("")', "decode([])", 'Vocabulary("").chars'), got, strict=True):
        # Of which type it is, `encode` and `decode` have judged.
        fine = isinstance(value, list | tuple | str | torch.Tensor) and len(value) == 0
        says = "nothing stays nothing" if fine else (str(value) if isinstance(value, Problem) else f"is {value!r}")
        yield Finding("empty", float(fine), says, what, observed=value if isinstance(value, Problem) else repr(value))
    if not isinstance(got[-1], Problem):
        yield _unknown(nothing.method("encode", "a").value(), ["a"], "a vocabulary without characters, encode('a')")


def _own(chars, right):
    """The student's characters, if they are a list of some that can be encoded, each once; else the right ones."""
    own = list(chars) if isinstance(chars, list | tuple | str) else []
    usable = all(isinstance(c, str) for c in own) and len(set(own)) == len(own) and set(own) & set(right)
    return own if usable else right


def _chars(chars, text, right, where):
    if not isinstance(chars, list | tuple | str):
        return Finding("chars", 0, f"self.chars: {_no_list(chars)}", where, observed=chars)
    chars = list(chars)
    if chars == right:
        return Finding("chars", 1, "the distinct characters, sorted", where, observed=chars)
    if set(chars) - set(text):
        says = f"{_short(sorted(set(chars) - set(text), key=str))} is not in the text as it was given"
    elif set(text) - set(chars):
        says = f"{_short(sorted(set(text) - set(chars)))} is in the text and not in chars"
    elif len(set(chars)) < len(chars):
        says = "a character stands there more than once"
    else:
        says = f"not sorted: {_short(chars)}"
    return Finding("chars", 0, says, where, observed=chars)


def _encoded(got, ids, text, case):
    if not isinstance(got, list):
        return Finding("encode", 0, _no_list(got), str(case), observed=got)
    if len(got) != len(ids):
        says = f"{len(got)} ids for a text of {len(ids)} characters"
    elif not all(type(i) is int for i in got):
        says = f"ids are whole numbers (int); the first is {_short(got[0])}"
    elif got != ids:
        at = next(i for i, (a, b) in enumerate(zip(got, ids, strict=True)) if a != b)
        says = f"the id of {text[at]!r} is not its place in chars, counted from 0"
    else:
        return Finding("encode", 1, "each character's place in chars", str(case), observed=got)
    return Finding("encode", 0, says, str(case), observed=got)


def _decoded(got, text, ids, case):
    if not isinstance(got, str):
        said = str(got) if isinstance(got, Problem) else f"a {type(got).__name__} came back; it should be one str"
        return Finding("decode", 0, said, str(case), observed=got)
    if got == text:
        return Finding("decode", 1, "each id's character, in one str", str(case), observed=got)
    says = (
        f"{len(ids)} ids became {len(got)} characters" if len(got) != len(text) else f"{_short(got)} for {_short(ids)}"
    )
    return Finding("decode", 0, says, str(case), observed=got)


def _unknown(got, unknown, where):
    """Refused, with a message that names one of the unknown characters."""
    idea, kinds = "unknown", ("ValueError", "KeyError")
    if not _refused(got, kinds):
        return Finding(idea, 0, f"an unknown character {_told(got, kinds)}", where, observed=got)
    if not any(c in got.message or repr(c)[1:-1] in got.message for c in unknown):
        says = f"refused, but {got.message!r} does not say which character"
        return Finding(idea, 0.5, says, where, observed=got)
    return Finding(idea, 1, "what is unknown is refused", where, observed="refused")


@question(
    "one_hot",
    name="one_hot",
    marks={"values": 5, "shape": 2, "dtype": 1, "edges": 3, "inputs": 1},
    forbids=frozenset({"one_hot"}),
)
def one_hot(function, draw):
    """Against a table of zeros filled in one by one, for ids of any shape.

    A second batch leaves the last ids of the vocabulary out: whoever takes the width from the batch is wrong only
    there. V is asked for as it is, B != T.
    """
    for case in draw.cases(B=[1, 3], T=[1, 5], V=[4, 9]):
        ids = case.tokens(case.B, case.T, vocabulary=case.V)
        few = case.tokens(case.B, case.T, vocabulary=case.V - 2)
        yield from _rows(function, ids, case)
        yield from _rows(function, few, case, "the last ids do not occur")
        yield _left_alone(function, ids, case)
    for case in draw.cases(T=[6], V=[3], strided=False):
        yield from _rows(function, case.tokens(case.T, vocabulary=case.V), case)
        yield from _rows(function, case.tokens(2, 1, case.T, vocabulary=case.V), case, "ids (2, 1, T)")

    kinds = ("ValueError", "IndexError", "RuntimeError")
    for V, wrong in ((4, 4), (4, -1), (1, 1), (5, 700)):
        got = function(torch.tensor([[0, wrong, 0]]), V).value()
        fine = _refused(got, kinds)
        says = "what does not exist is refused" if fine else f"an id outside 0 … V−1 {_told(got, kinds)}"
        yield Finding("edges", float(fine), says, f"V={V}, ids [[0, {wrong}, 0]]", observed=got)
    for empty in ((0,), (2, 0)):
        got = function(torch.zeros(empty, dtype=torch.int64), 4).value()
        where, fine = f"V=4, ids of shape {empty}", isinstance(got, torch.Tensor)
        says = "what does not exist is refused, and nothing else"
        yield Finding("edges", float(fine), says if fine else _no_list(got), where, observed=got)
        if fine:
            right = tuple(got.shape) == (*empty, 4)
            says = f"{(*empty, 4)} for no ids" if right else f"no ids give the shape {tuple(got.shape)}"
            yield Finding("shape", float(right), says, where)


def _rows(function, ids, case, note=""):
    """Values, shape and dtype of one result."""
    expected = torch.zeros(*ids.shape, case.V).scatter_(-1, ids.unsqueeze(-1), 1.0)
    got = function(ids, case.V).value()
    yield values(got, expected, case, note=note)
    yield shape(got, tuple(expected.shape), case)
    if isinstance(got, torch.Tensor) and got.dtype == torch.float32:
        yield Finding("dtype", 1, "float32", str(case))
    else:
        said = str(got.dtype).removeprefix("torch.") if isinstance(got, torch.Tensor) else "no tensor at all"
        yield Finding("dtype", 0, f"the rows are {said}; a network computes with float32", str(case), observed=said)


def _left_alone(function, ids, case):
    placed = function.subject.put(ids)
    got, after = function.subject.values(function(placed, case.V), placed)
    if isinstance(got, Problem):
        return Finding("inputs", 0, str(got), str(case))
    if not close(after, ids):
        says = "the call changed ids in place; whoever passed them in still needs the old ones"
        return Finding("inputs", 0, says, str(case), observed=after)
    return Finding("inputs", 1, "left as they were", str(case))


@question(
    "embedding",
    name="embed",
    marks={"values": 6, "gradients": 5, "shape": 2, "dtype": 1},
    forbids=EMBEDDING,
)
def embedding(function, draw):
    """Rows of the table, forwards and backwards; ids repeat, so that gradients have to add up.

    The student's own `one_hot` is taken as it is: rows that it leads to are right here, whatever they are. A second
    batch leaves the last ids out, so that the width cannot come from the batch.
    """
    ids, table = torch.tensor([[1, 0]]), torch.eye(2)
    got, own = function.subject.values(function(ids, table), function.subject.look_up("one_hot")(ids, 2))
    if isinstance(own, Problem) and isinstance(got, Problem) and (own.kind, own.message) == (got.kind, got.message):
        for idea in ("values", "gradients", "shape", "dtype"):
            yield Finding(idea, 0, f"your own one_hot cannot be run, write it first: {own}")
        return

    for case in draw.cases(B=[1, 3], T=[1, 5], V=[4, 9], E=[3]):
        W = case.normal(case.V, case.E)
        ids = case.tokens(case.B, case.T, vocabulary=case.V)
        few = case.tokens(case.B, case.T, vocabulary=case.V - 2)
        yield _looked_up(function, ids, W, case)
        yield _looked_up(function, few, W, case, "the last ids do not occur")
        yield shape(function(ids, W), (case.B, case.T, case.E), case)
        yield gradients(function, lambda ids, W: W[ids], {"ids": ids, "W": W}, {}, case)
    for case in draw.cases(T=[6], V=[5], E=[4], strided=False):
        W, ids = case.normal(case.V, case.E), case.tokens(case.T, vocabulary=case.V)
        yield _looked_up(function, ids, W, case)
        yield shape(function(ids, W), (case.T, case.E), case)
        yield _looked_up(function, ids.view(2, 1, 3), W, case, "ids (2, 1, 3)")
    for case in draw.cases(dtype=torch.float64, strided=False, B=[2], T=[3], V=[5], E=[4]):
        W, ids = case.normal(case.V, case.E), case.tokens(case.B, case.T, vocabulary=case.V)
        yield precision(function(ids, W), W[ids], case)


def _looked_up(function, ids, W, case, note=""):
    """The rows of W, or what the student's own one_hot makes of them."""
    own = function.subject.look_up("one_hot")(ids, case.V)
    got, rows = function.subject.values(function(ids, W), own)
    right = values(got, W[ids], case, note=note)
    if right.share == 1 or not isinstance(rows, torch.Tensor) or rows.shape[-1:] != W.shape[:1]:
        return right
    if close(rows.float(), torch.zeros(*ids.shape, case.V).scatter_(-1, ids.unsqueeze(-1), 1.0)):
        return right
    followed = values(got, rows.to(W.dtype) @ W, case, note=note)
    if followed.share == 1:
        return Finding("values", 1, "right for what your own one_hot gives", followed.case, observed=got)
    return right


@question(
    "char_dataset",
    name="CharDataset",
    marks={"pairs": 7, "length": 3, "dtype": 1, "bounds": 3, "edges": 2},
)
def char_dataset(dataset_class, draw):
    """Every window and its target, one place later; a loop that ends; refusals where no window fits.

    Ids repeat and are larger than any place, so that neither a search nor a place passes for an id. N = T + 1 holds
    a single window.
    """
    for case in draw.cases(N=[7, 30], T=[1, 2, 6], strided=False):
        encoded = [100 + i for i in _integers(case, case.N, 9)]
        mine, count = dataset_class(encoded, case.T), case.N - case.T
        yield _length(mine, count, case)
        yield from _windows(mine, encoded, count, case)
        yield _loop(mine, count, case)
        yield _backwards(mine, encoded, count, case)

    for encoded, T in (([7, 8, 9], 3), ([7, 8, 9], 5), ([], 1), ([7, 8], 0), ([7, 8, 9], -1)):
        got = dataset_class(encoded, T).value()
        fine = _refused(got, ("ValueError",))
        made = f"{got}" if isinstance(got, Problem) else "a data set is made without a word"
        says = "no window, no data set" if fine else f"there is no window: {made}"
        yield Finding("edges", float(fine), says, f"N={len(encoded)}, T={T}", observed=getattr(got, "kind", "made"))


def _length(dataset, count, case):
    got = dataset.length().value()
    if isinstance(got, Problem):
        return Finding("length", 0, str(got), str(case), observed=got)
    if got != count:
        more = "more" if got > count else "fewer"
        says = f"len is {got}: {more} than there are windows with a target"
        return Finding("length", 0, says, str(case), observed=got)
    return Finding("length", 1, "as many as there are windows with a target", str(case), observed=got)


def _windows(dataset, encoded, count, case):
    """All items, as far as len goes, and what they are made of. A wrong len has cost its points."""
    T, length = case.T, dataset.length().value()
    if isinstance(length, int) and 0 <= length < count:
        count = length
    if count == 0:
        return
    for i, item in enumerate(dataset.subject.values(*[dataset[i] for i in range(count)])):
        if isinstance(item, Problem):
            yield Finding("pairs", 0, f"item {i}: {item}", str(case), observed=item)
            return
        if not isinstance(item, list | tuple) or len(item) != 2 or not all(isinstance(p, torch.Tensor) for p in item):
            yield Finding("pairs", 0, f"item {i} is no pair of tensors: {_short(item)}", str(case), observed=item)
            return
        kinds = {str(part.dtype).removeprefix("torch.") for part in item} - {"int64"}
        says = f"item {i} has {', '.join(sorted(kinds))} in it" if kinds else "int64"
        yield Finding("dtype", float(not kinds), says, str(case), observed=sorted(kinds))
        x, y = (part.tolist() for part in item)
        says = ""
        if x != encoded[i : i + T]:
            says = f"x of item {i} is not the {T} ids from place {i} on: its shape is {tuple(item[0].shape)}"
        elif y != encoded[i + 1 : i + T + 1]:
            says = f"y of item {i} is not x moved on by one place: its shape is {tuple(item[1].shape)}"
        if says:
            yield Finding("pairs", 0, says, str(case), observed=[x, y])
            return
    yield Finding("pairs", 1, "every window, with the ids one place later", str(case), observed=count)


def _loop(dataset, count, case):
    """A for loop ends after the last window, and no item comes after it."""
    seen, past = dataset.subject.values(dataset.items(most=count + 3), dataset[case.N + 5])
    if isinstance(seen, Problem):
        return Finding("bounds", 0, str(seen), str(case), observed=seen)
    if len(seen) != count:
        says = f"a loop over the data set gives {'at least ' if len(seen) > count + 2 else ''}{len(seen)} items"
        return Finding("bounds", 0, f"{says}, but it should end with the last window", str(case), observed=len(seen))
    if not _refused(past, ("IndexError",)):
        says = f"the item far past the end {_told(past, ('IndexError',))}"
        return Finding("bounds", 0, says, str(case), observed=past)
    return Finding("bounds", 1, "it ends with the last window", str(case), observed=len(seen))


def _backwards(dataset, encoded, count, case):
    """dataset[-1] is the last pair, as in a list, or an IndexError; never something else."""
    got = dataset[-1].value()
    if _refused(got, ("IndexError",)):
        return Finding("bounds", 1, "it ends with the last window", str(case))
    last = [encoded[count - 1 : count - 1 + case.T], encoded[count : count + case.T]]
    if isinstance(got, list | tuple) and [p.tolist() if isinstance(p, torch.Tensor) else p for p in got] == last:
        return Finding("bounds", 1, "it ends with the last window", str(case))
    says = f"the item at place -1 {_told(got, ('IndexError',))}, and is not the last one either"
    return Finding("bounds", 0, says, str(case), observed=got)


# --- questions of choice: the reason for a wrong option stands in the catalogue ---------------------------------------


@question("mcq_mlp_memory", name="mcq_mlp_memory", marks={"answer": 6})
def mcq_mlp_memory(answer, draw):
    """That flattening keeps the order is shown in the notebook, by a count and by a training."""
    yield chosen(answer, "B", "what it is never given cannot change what it says")


@question("mcq_whole_sequence", name="mcq_whole_sequence", marks={"answer": 6})
def mcq_whole_sequence(answer, draw):
    yield chosen(answer, "C", "one label for a review, which may turn with its last word")


@question("mcq_embedding", name="mcq_embedding", marks={"answer": 6})
def mcq_embedding(answer, draw):
    yield chosen(answer, "B", "E learned numbers for a token, however large V is")


@question("mcq_target", name="mcq_target", marks={"answer": 6})
def mcq_target(answer, draw):
    yield chosen(answer, "B", "every step of the window has the next character as its target")
