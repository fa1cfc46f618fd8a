"""What does one wrong answer cost elsewhere in its notebook? It should cost nothing: one fault costs once.

Every misconception of a question, and its reference with a crash put into it, is run in a whole notebook of otherwise
right answers, and all later questions that stand on it are marked. What is lost there is told, and is a failure unless
the question's misconceptions.py lists it with a reason (COSTS_ELSEWHERE). Forgeries are the other side of it: answers
that are wrong together, so that one holds the other up, and that may earn no more than they say.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from unrolled.auditing.survivors import limit
from unrolled.checking.question import mark
from unrolled.checking.structure import Cell, reached
from unrolled.checking.subject import LocalChannel, Subject
from unrolled.checking.verdict import Verdict
from unrolled.course.bundle import Bundle
from unrolled.course.program import run_program

CRASH, FORGERY = "crash: ", "forgery: "  # how entries that are no misconceptions are called
SECONDS = 120.0  # CPU seconds for a notebook with its markings

RAISES = CRASH + "it raises"
# Words -> what is done in the place of a call. `call()` is the right result; B, T and H are read from the arguments.
CRASHES = {
    "it raises": "raise RuntimeError('made to fail')",
    "it returns None": "return None",
    "it returns a list": "return [call()]",
    "it returns a pair": "return call(), call()",
    "it returns another shape": "return _other_shape(call())",
    "it raises for B = 1": "if B == 1: raise RuntimeError('made to fail')\n        return call()",
    "it raises for T = 1": "if T == 1: raise RuntimeError('made to fail')\n        return call()",
    "it raises for B != H": "if H not in (None, B): raise RuntimeError('made to fail')\n        return call()",
}
_CRASHING = """

def _other_shape(result):
    if isinstance(result, tuple):
        return (_other_shape(result[0]), *result[1:])
    if isinstance(result, (list, str)):
        return result[:-1]
    if isinstance(result, dict):
        return dict(list(result.items())[:-1])
    return result[None] if hasattr(result, "shape") else [result]


def _crashing(function):
    import functools

    @functools.wraps(function)
    def crashing(*args, **kwargs):
        def call():
            return function(*args, **kwargs)

        sizes = [a.shape for a in args if len(getattr(a, "shape", ())) > 0]
        B = sizes[0][0] if sizes else None
        T = sizes[0][1] if sizes and len(sizes[0]) > 1 else None
        H = getattr(args[0], "hidden_size", sizes[1][-1] if len(sizes) > 1 else None) if args else None
        BODY

    return crashing


for _name in NAMES:
    _made = globals()[_name]
    if isinstance(_made, type):
        for _method, _function in list(vars(_made).items()):
            if callable(_function) and (not _method.startswith("__") or _method in ("__call__", "__getitem__")):
                setattr(_made, _method, _crashing(_function))
    else:
        globals()[_name] = _crashing(_made)
"""


@dataclass(frozen=True)
class Spread:
    """One question's points that another question's wrong answer has cost. says: the line that tells why."""

    entry: str
    question: str
    lost: float
    says: str


@dataclass
class BlastRow:
    """One question's wrong answers in whole notebooks.

    tried: notebooks; marked: questions marked in them; listed: losses that a reason is given for.
    """

    question: str
    tried: int = 0
    marked: int = 0
    listed: int = 0
    spread: list[Spread] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0


def blast_entries(bundle: Bundle, id: str) -> dict[str, dict[str, str]]:
    """What is tried of a question: entry -> the answers that are put into the notebook."""
    reference = bundle.answers[id]
    found = {m.name: {id: m.apply(reference)} for m in bundle.misconceptions.get(id, [])}
    found |= {CRASH + words: {id: source} for words, source in crashing(reference).items()}
    for forgery in bundle.forgeries:
        if forgery.question == id:
            found[FORGERY + forgery.name] = forgery.apply(bundle.answers)
    return found


def crashing(reference: str) -> dict[str, str]:
    """Words -> the reference whose functions and methods crash so; {} for an answer that defines none."""
    names = [s.name for s in ast.parse(reference).body if isinstance(s, ast.FunctionDef | ast.ClassDef)]
    if not names:
        return {}
    made = _CRASHING.replace("NAMES", repr(names))
    return {words: reference + made.replace("BODY", body) for words, body in CRASHES.items()}


def standing_on(bundle: Bundle, id: str) -> list[str]:
    """The later questions whose object, or whose check, reaches what this answer defines; trainings are left out."""
    cells = [Cell(cell.id, bundle.answers.get(cell.id, cell.source)) for cell in bundle.cells if cell.type == "code"]
    own = {name for cell in cells if cell.label == id for name in _defines(cell.source)}
    order = list(bundle.questions)
    found = []
    for other in order[order.index(id) + 1 :]:
        question = bundle.questions[other]
        needed = {question.name, *question.builds_on, *_looked_up(bundle, other)}
        if not bundle.trains(other) and own & reached(cells, needed):
            found.append(other)
    return found


def trainings_on(bundle: Bundle, id: str) -> list[str]:
    """The trainings that build on what this answer defines. They take seconds, so one crash has to do for each."""
    own = _defines(bundle.answers[id])
    return [
        other for other, question in bundle.questions.items() if bundle.trains(other) and own & {*question.builds_on}
    ]


def _defines(source: str) -> set[str]:
    return {
        node.id if isinstance(node, ast.Name) else node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    }


def _looked_up(bundle: Bundle, id: str) -> set[str]:
    """Other names that a check asks the notebook for."""
    calls = [
        node
        for path in bundle.files(id)
        if path.name not in ("misconceptions.py",) and path.parent.name != "alternatives"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "look_up"
    ]
    return {a.value for call in calls for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}


def blast(
    bundle: Bundle, salt: str, questions: Collection[str] | None = None, only: Collection[str] | None = None
) -> Iterator[BlastRow]:
    """Put every wrong answer of each question into a whole notebook, in this process, which must be in its main thread.

    only: the entries to try, by the names that `blast_entries` gives; None for all.
    """
    for id in questions if questions is not None else bundle.questions:
        row, started = BlastRow(id), time.perf_counter()
        reasons, used = bundle.costs_elsewhere.get(id, {}), set()
        for entry, answers in blast_entries(bundle, id).items():
            if only is not None and entry not in only:
                continue
            if entry.startswith(FORGERY):
                row.tried += 1
                row.failures += _forged(bundle, salt, entry.removeprefix(FORGERY))
                continue
            later = standing_on(bundle, id) + (trainings_on(bundle, id) if entry == RAISES else [])
            row.tried += bool(later)
            for other, verdict in notebook(bundle, salt, answers, later).items():
                row.marked += 1
                lost = verdict.of - verdict.points
                if not lost:
                    continue
                says = next((str(line) for line in verdict.lines if line.earned < line.of), "")
                row.spread.append(Spread(entry, other, lost, says))
                if (entry, other) in reasons:
                    used.add((entry, other))
                    row.listed += 1
                else:
                    row.failures.append(f"{entry} costs {lost:g} points of {other}: {says}")
        if only is None:
            row.failures += [
                f"COSTS_ELSEWHERE names {entry} and {o}; it costs none" for entry, o in reasons.keys() - used
            ]
        row.seconds = time.perf_counter() - started
        yield row


def _forged(bundle: Bundle, salt: str, name: str) -> Iterator[str]:
    forgery = next(f for f in bundle.forgeries if f.name == name)
    for other, verdict in notebook(bundle, salt, forgery.apply(bundle.answers), list(forgery.at_most)).items():
        if verdict.points > forgery.at_most[other] and not verdict.needs_person:
            yield f"{name} earns {verdict.points:g} of {other}, and may earn {forgery.at_most[other]:g}"


def notebook(bundle: Bundle, salt: str, answers: dict[str, str], asked: Collection[str]) -> dict[str, Verdict]:
    """Run the notebook with these answers among right ones, as a grader does: a cell that fails stops no other one.

    Each of the asked questions is marked where its test stands.
    """
    namespace: dict = {"__name__": "__main__"}
    verdicts: dict[str, Verdict] = {}
    run: list[Cell] = []
    questions = list(bundle.questions.values())
    with limit(SECONDS):
        for cell in bundle.cells:
            left_out = bundle.trains(cell.id) and cell.id not in asked
            if cell.is_given_code or (cell.id in bundle.answers and not left_out):
                source = answers.get(cell.id, bundle.answers.get(cell.id, cell.source))
                try:
                    run_program([(cell.id, source)], namespace)
                    run.append(Cell(cell.id, source))
                except Exception as error:
                    run.append(Cell(cell.id, source, f"{type(error).__name__}: {error}"))
            if cell.id in asked:
                subject = Subject(LocalChannel(namespace))
                verdicts[cell.id] = mark(bundle.questions[cell.id], subject, salt, run, questions).verdict
    return verdicts
