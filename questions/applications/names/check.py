"""generate_name is held to what scripted models are sure of, and to the frequencies of a softmax."""

import random

import torch

from unrolled.checking.draw import seed_of
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import END, NAME_CHARS, PAD, START


@question(
    "names",
    name="generate_name",
    marks={"greedy": 4, "end": 3, "letters": 2, "sampling": 2, "mode": 1},
)
def names(function, draw):
    """Against models whose next token follows from every token that they were fed, in order and once.

    Names of seventy letters and more tell a beginning that is cut off; END at once, and a single letter, what fails on
    an empty name. What came back in another form than a str costs under letters, and is read as far as it can be.
    """
    rng = random.Random(seed_of(draw.salt, draw.question, "scripts"))
    for longest, letters in ((20, 7), (20, 12), (30, 2), (120, 75), (5, None), (1, None), (80, None), (20, 0), (20, 1)):
        shift, wanted = _script(rng, longest, letters)
        model = function.subject.fixture("scripted_char_model", V=len(NAME_CHARS), shift=shift)
        got, notes = function.subject.values(function(model, 0.01, longest), model.get("notes"))
        where = f"temperature 0.01, longest={longest}"
        yield _greedy_name(got, notes, wanted, where)
        yield _only_letters(got, where)
        yield _mode(notes, where)

    for calls, longest in ((4, 20), (0, 20), (1, 20), (70, 200), (None, 6), (None, 1), (None, 70)):
        model = function.subject.fixture("ending_char_model", V=len(NAME_CHARS), token=END, calls=calls)
        got, notes = function.subject.values(function(model, 1.0, longest), model.get("notes"))
        yield _over(got, notes, calls, longest)

    likes = (2 * torch.sin(torch.arange(len(NAME_CHARS)) * 1.7)).tolist()
    likes[END] = -1000.0
    for temperature in (0.5, 1.0, 2.0):
        function.subject.seed(seed_of(draw.salt, draw.question, temperature))
        where = f"{LETTERS} letters at temperature {temperature}"
        likes[PAD] = likes[START] = -1000.0
        model = function.subject.fixture("scripted_char_model", V=len(NAME_CHARS), logits=likes)
        got, notes = function.subject.values(function(model, temperature, LETTERS), model.get("notes"))
        yield _sampled(got, likes, temperature, where)
        yield _mode(notes, where)
    likes[PAD] = likes[START] = 5.0  # what the model would like best, and may never be drawn
    model = function.subject.fixture("scripted_char_model", V=len(NAME_CHARS), logits=likes)
    yield _only_letters(function(model, 1.0, 60).value(), "a model that would like ^ and padding best")


LETTERS = 900
# Total variation between the drawn frequencies and softmax(logits / temperature): about 0.05 for the reference, and
# never above 0.1 over some hundreds of draws; 0.2 and more for a temperature that is ignored or on the wrong side.
FARTHEST = 0.12


def _script(rng, longest, letters):
    """A shift for ScriptedCharModel, and the name that the model is then sure of.

    letters: how many there are at least before END comes, and at most three more; None: END does not come within
    `longest`. PAD and START do not come: with them, the choice would be between tokens that are all alike.
    """
    most = longest if letters is None else letters + (3 if letters > 1 else 0)
    while True:
        shift = rng.randrange(60_000)
        ids = _sure_of(shift, most + 1)
        if PAD in ids or START in ids:
            continue
        if letters is None and END not in ids[:longest]:
            return shift, "".join(NAME_CHARS[i] for i in ids[:longest])
        if letters is not None and END in ids and ids.index(END) >= letters:
            return shift, "".join(NAME_CHARS[i] for i in ids[: ids.index(END)])


def _sure_of(shift, steps):
    """The tokens that a ScriptedCharModel with this shift says, up to END, `steps` at most."""
    state, token, ids = 0, START, []
    while len(ids) < steps and token != END and (not ids or token > END):
        state = (state * 31 + token + 7 + shift) % 65521
        token = state % len(NAME_CHARS)
        ids.append(token)
    return ids


def _greedy_name(got, notes, wanted, where):
    """As far as the name goes: when it is over is asked of another model, that does not mind what it is fed."""
    name = _read(got)
    if name is None:
        return Finding("greedy", 0, _no_text(got), where, observed=got)
    fed = [token for tokens, _, _ in notes[:6] for token in tokens] if isinstance(notes, list) else []
    name = _letters_of(name)  # what else stands there costs under letters
    if name[: len(wanted)] == wanted[: len(name)] and (name or not wanted):
        return Finding("greedy", 1, "the letters that the model is sure of", where, observed=name)
    if not fed:
        return Finding("greedy", 0, "the model was never called", where, observed=name, barred=True)
    shown = "".join(NAME_CHARS[t] if 0 < t < len(NAME_CHARS) else "?" for t in fed[:5])
    at = next((i for i, (a, b) in enumerate(zip(name, wanted, strict=False)) if a != b), 0)
    says = f"not the letters that the model is sure of; the first tokens that it was fed: {shown!r}"
    says += f"; the name is right up to letter {at}" if at else ""
    return Finding("greedy", 0, says, where, observed=[name, fed])


def _over(got, notes, calls, longest):
    """Over soon after END was drawn first, at call number `calls`, or else at `longest` letters."""
    ends = "END is never likely" if calls is None else f"END is the only token from step {calls} on"
    where, name = f"{ends}, longest={longest}", _read(got)
    if name is None:
        return Finding("end", 0, _no_text(got), where, observed=got)
    made, seen = len(notes) if isinstance(notes, list) else 0, [name, notes]
    if len(name) > longest and calls is None:
        return Finding("end", 0, f"{len(name)} letters, with longest={longest}", where, observed=seen)
    if calls is None and len(name) < longest:
        return Finding("end", 0, f"over at {len(name)} letters, with longest={longest}", where, observed=seen)
    if calls is not None and made > calls + 3:
        return Finding("end", 0, f"the name goes on after END was drawn: {name[:30]!r}", where, observed=seen)
    if calls is not None and made <= calls:
        return Finding("end", 0, f"the name stops before END was drawn: {name[:30]!r}", where, observed=seen)
    return Finding("end", 1, "over where END is drawn, and never longer than `longest`", where, observed=seen)


def _mode(notes, where):
    """Whatever came back: the model has noted how it was called."""
    if not notes or isinstance(notes, Problem):
        return Finding("mode", 0, "the model was never called", where, observed="never", barred=True)
    if any(training for _, training, _ in notes):
        return Finding("mode", 0, "the model was in training mode: dropout would be live", where, observed="training")
    if any(graph for _, _, graph in notes):
        return Finding("mode", 0.5, "a graph for gradients was kept, for nothing", where, observed="graph")
    return Finding("mode", 1, "in eval mode and without gradients", where)


def _read(got):
    """The text in what came back: a str, or a list of str; None where there is none."""
    if isinstance(got, list | tuple) and all(isinstance(part, str) for part in got):
        return "".join(got)
    return got if isinstance(got, str) else None


def _letters_of(text):
    for token in NAME_CHARS[:3]:
        text = text.replace(token, "")
    return text


def _only_letters(got, where):
    text = _read(got)
    if text is None:
        return Finding("letters", 0, _no_text(got), where, observed=got)
    if not isinstance(got, str):
        says = f"a {type(got).__name__} of letters came back; it should be one str"
        return Finding("letters", 0, says, where, observed=got)
    other = sorted(set(text) - set(NAME_CHARS[3:]))
    if other:
        says = f"{''.join(other)!r} stands in a name; only letters belong there"
        return Finding("letters", 0, says, where, observed=text)
    return Finding("letters", 1, "nothing but letters", where)


def _sampled(got, logits, temperature, where):
    text = _read(got)
    text = text if text is None else _letters_of(text)
    if text is None or len(text) < LETTERS // 2:
        says = _no_text(got) if text is None else f"only {len(text)} letters, though END has no chance"
        return Finding("sampling", 0, says, where, observed=got)
    drawn = torch.tensor([text.count(c) / len(text) for c in NAME_CHARS[3:]], dtype=torch.float64)
    wanted = torch.softmax(torch.tensor(logits[3:], dtype=torch.float64) / temperature, dim=-1)
    off = 0.5 * (drawn - wanted).abs().sum().item()
    if off <= FARTHEST:
        says = "the frequencies are those of softmax(logits / temperature)"
        return Finding("sampling", 1, says, where, margin=off / FARTHEST)
    sharper = (drawn**2).sum() > (wanted**2).sum()
    says = f"too {'few different' if sharper else 'evenly mixed'} letters: the frequencies are {off:.0%} off"
    return Finding("sampling", 0, says, where, observed=text)


def _no_text(text):
    return str(text) if isinstance(text, Problem) else f"a {type(text).__name__} came back; it should be the name"
