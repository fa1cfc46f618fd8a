"""generate_name is held to what scripted models are sure of, and to the frequencies of a softmax."""

import random

import torch

from unrolled.checking.draw import seed_of
from unrolled.checking.question import question
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding
from unrolled.desk.fixtures import ScriptedCharModel

from ..shared import END, NAME_CHARS, PAD, START


@question(
    "names",
    name="generate_name",
    marks={"greedy": 4, "end": 3, "letters": 2, "sampling": 2, "mode": 1},
)
def names(function, draw):
    """Against models whose next token follows from every token that they were fed, in order and once."""
    rng = random.Random(seed_of(draw.salt, draw.question, "scripts"))
    for longest, ends in ((20, True), (20, True), (30, True), (5, False), (1, False)):
        shift, wanted = _script(rng, longest, ends)
        model = function.subject.fixture("scripted_char_model", V=len(NAME_CHARS), shift=shift)
        name, notes = function.subject.values(function(model, 0.01, longest), model.get("notes"))
        yield from _greedy_name(name, notes, wanted, longest)

    logits = (2 * torch.sin(torch.arange(len(NAME_CHARS)) * 1.7)).tolist()
    logits[PAD] = logits[START] = 5.0  # what the model would like best, and may never be drawn
    for temperature in (0.5, 2.0):
        function.subject.seed(seed_of(draw.salt, draw.question, temperature))
        endless = [*logits[:END], -1000.0, *logits[END + 1 :]]
        model = function.subject.fixture("scripted_char_model", V=len(NAME_CHARS), logits=endless)
        text = function(model, temperature, LETTERS).value()
        yield _only_letters(text)
        yield _sampled(text, endless, temperature)


LETTERS = 900
# Total variation between the drawn frequencies and softmax(logits / temperature): about 0.05 for the reference, and
# never above 0.1 over some hundreds of draws; 0.2 and more for a temperature that is ignored or on the wrong side.
FARTHEST = 0.12


def _script(rng, longest, ends):
    """A shift for ScriptedCharModel, and the name that the model is then sure of.

    ends: END comes after two letters at least, and before `longest`; else not within `longest`. PAD and START do not
    come: with them, the choice would be between tokens that are all alike.
    """
    while True:
        shift, ids = rng.randrange(60_000), [START]
        model = ScriptedCharModel(len(NAME_CHARS), shift=shift)
        while len(ids) <= longest and ids[-1] != END:
            ids.append(int(model(torch.tensor([ids]))[0][0, -1].argmax()))
        letters = [i for i in ids[1:] if i != END]
        if PAD in ids or START in ids[1:] or (ids[-1] == END) != ends or (ends and not 2 <= len(letters) < longest):
            continue
        return shift, "".join(NAME_CHARS[i] for i in letters)


def _greedy_name(name, notes, wanted, longest):
    where = f"temperature 0.01, longest={longest}"
    if not isinstance(name, str):
        for idea in ("greedy", "end", "letters", "mode"):
            yield Finding(idea, 0, _no_text(name), where, observed=name)
        return
    fed = [token for tokens, _, _ in notes[:6] for token in tokens] if isinstance(notes, list) else []
    shown = "".join(NAME_CHARS[t] if 0 < t < len(NAME_CHARS) else "?" for t in fed[:5])
    if name[: len(wanted)] == wanted[: len(name)] and (name or not wanted):
        yield Finding("greedy", 1, "the letters that the model is sure of", where, observed=name)
    else:
        says = f"not the letters that the model is sure of; the first tokens that it was fed: {shown!r}"
        yield Finding("greedy", 0, says, where, observed=name)
    if len(name) > longest:
        yield Finding("end", 0, f"{len(name)} letters, with longest={longest}", where, observed=name)
    elif len(name) != len(wanted):
        more = "goes on after END was drawn" if len(name) > len(wanted) else "stops before END was drawn"
        yield Finding("end", 0, f"the name {more}", where, observed=name)
    else:
        yield Finding("end", 1, "over where END is drawn, and never longer than `longest`", where, observed=name)
    yield _only_letters(name)
    if not notes or isinstance(notes, Problem):
        yield Finding("mode", 0, "the model was never called", where, observed="never")
    elif any(training for _, training, _ in notes):
        yield Finding("mode", 0, "the model was in training mode: dropout would be live", where, observed="training")
    elif any(graph for _, _, graph in notes):
        yield Finding("mode", 0.5, "a graph for gradients was kept at every step, for nothing", where, observed="graph")
    else:
        yield Finding("mode", 1, "in eval mode and without gradients", where)


def _only_letters(text):
    if not isinstance(text, str):
        return Finding("letters", 0, _no_text(text), observed=text)
    other = sorted(set(text) - set(NAME_CHARS[3:]))
    if other:
        says = f"{''.join(other)!r} stands in a name; only letters belong there"
        return Finding("letters", 0, says, observed=[says, len(text)])
    return Finding("letters", 1, "nothing but letters")


def _sampled(text, logits, temperature):
    where = f"{LETTERS} letters at temperature {temperature}"
    if not isinstance(text, str) or len(text) < LETTERS // 2:
        says = _no_text(text) if not isinstance(text, str) else f"only {len(text)} letters, though END has no chance"
        return Finding("sampling", 0, says, where, observed=text)
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
