"""What does one submission cost? A class of three torch questions through nbgrader's own command, on one core.

    python bench/submissions.py                  21 students, in turn: nbgrader alone, our kernel cold, warm, and warm
                                                 with the course's own checks, of some hundred cases a question
    python bench/submissions.py --students 5     fewer
    python bench/submissions.py --whole          and a whole 02, beside what its cells take without us
    python bench/submissions.py --parts          and where the time of a warm submission goes

Each row is `nbgrader autograde`, feedback not included, for one student and for all: what every further student costs
is the difference, shared out. CPU time is that of all processes together. nbgrader alone has the same notebook with the
same questions, as assertions in its test cells, and runs it without a wall.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import nbformat

from unrolled.course.course import Course

# nbgrader starts `alembic` by its bare name.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

ASSIGNMENT, QUESTIONS = "02_manual_rnn", ("manual_embedding", "manual_rnn_cell", "manual_rnn")
SMALL = "01_manual_rnn"
# What nbgrader alone asks of the same answers: the numbers of torch.nn, and its gradients.
ASSERTIONS = {
    "manual_embedding": """mine, library = ManualEmbedding(9, 4), nn.Embedding(9, 4)
library.weight.data.copy_(mine.weight.data)
ids = torch.randint(9, (3, 5))
torch.testing.assert_close(mine(ids), library(ids))
mine(ids).sin().sum().backward()
library(ids).sin().sum().backward()
torch.testing.assert_close(mine.weight.grad, library.weight.grad)""",
    "manual_rnn_cell": """mine, library = ManualRNNCell(3, 4), nn.RNNCell(3, 4)
names = {name: name.replace("weight", "W").replace("bias", "b") for name, _ in library.named_parameters()}
library.load_state_dict({name: getattr(mine, names[name]).data for name in names})
x, h = torch.randn(2, 3), torch.randn(2, 4)
torch.testing.assert_close(mine(x, h), library(x, h))
mine(x, h).sin().sum().backward()
library(x, h).sin().sum().backward()
for name in names:
    torch.testing.assert_close(getattr(mine, names[name]).grad, getattr(library, name).grad)""",
    "manual_rnn": """mine, library = ManualRNN(3, 4, 2), nn.RNN(3, 4, 2, batch_first=True)
cells = dict(enumerate(mine.cells))
pairs = {
    f"{name.replace('W', 'weight').replace('b_', 'bias_')}_l{layer}": parameter
    for layer in cells
    for name, parameter in cells[layer].named_parameters()
}
library.load_state_dict({name: parameter.data for name, parameter in pairs.items()})
x, h = torch.randn(3, 7, 3), torch.randn(2, 3, 4)
torch.testing.assert_close(mine(x, h)[0], library(x, h)[0])
mine(x, h)[0].sin().sum().backward()
library(x, h)[0].sin().sum().backward()
for name, parameter in pairs.items():
    torch.testing.assert_close(parameter.grad, getattr(library, name).grad)""",
}
# The same as a check of ours.
CHECK = """
import torch
from torch import nn

from unrolled.checking.parity import gradients, results, values
from unrolled.checking.question import question


@question("{id}", name="{name}", marks={{"values": {values}, "gradients": 1}})
def asked(found, draw):
    for case in draw.cases(strided=False, B=[3], T=[7], I=[3], H=[4], L=[2], V=[9]):
{body}
"""
BODIES = {
    "manual_embedding": """
        reference = nn.Embedding(case.V, case.H)
        table = case.like(reference)["weight"]
        reference.weight.data.copy_(table)
        mine, x = found(case.V, case.H).load(weight=table), case.tokens(case.B, case.T, vocabulary=case.V)
        yield values(mine(x), reference(x).detach(), case)
        yield gradients(mine, reference, {"x": x}, {"weight": "weight"}, case)""",
    "manual_rnn_cell": """
        reference = nn.RNNCell(case.I, case.H)
        drawn = case.like(reference)
        names = {name.replace("weight", "W").replace("bias", "b"): name for name in drawn}
        mine = found(case.I, case.H).load(**{ours: drawn[theirs] for ours, theirs in names.items()})
        x, h = case.normal(case.B, case.I), case.normal(case.B, case.H)
        yield values(mine(x, h), reference(x, h).detach(), case)
        yield gradients(mine, reference, {"x": x, "hidden": h}, names, case)""",
    "manual_rnn": """
        reference = nn.RNN(case.I, case.H, case.L, batch_first=True)
        drawn, names = case.like(reference), {}
        for theirs in drawn:
            kind, layer = theirs.rsplit("_l", 1)
            names[f"cells.{layer}." + kind.replace("weight", "W").replace("bias", "b")] = theirs
        mine = found(case.I, case.H, case.L).load(**{ours: drawn[theirs] for ours, theirs in names.items()})
        x, h = case.normal(case.B, case.T, case.I), case.normal(case.L, case.B, case.H)
        yield values(results(mine(x, h), 2)[0], reference(x, h)[0].detach(), case)
        yield gradients(mine, reference, {"x": x, "hidden": h}, names, case, registered=False)""",
}
COLD = """
import unrolled.kernels.provisioner as provisioner

usual = provisioner.warm_process


def cold(environment, wall=None, bare=False):
    if not bare:
        raise provisioner.Refused("as the bench wants it")
    return usual(environment, wall, bare)


provisioner.warm_process = cold
"""
# Seconds in each part, told at the end: the median of all students.
PARTS = """
import atexit
import collections
import functools
import statistics
import time

from unrolled.grading import execute, mended, scores

spent, running = collections.defaultdict(list), []


def timed(owner, name, part):
    usual = getattr(owner, name)

    @functools.wraps(usual)
    def wrapped(*arguments, **more):
        began = time.perf_counter()
        running.append(0.0)
        try:
            return usual(*arguments, **more)
        finally:
            took = time.perf_counter() - began
            spent[part].append(took - running.pop())
            if running:
                running[-1] += took

    setattr(owner, name, wrapped)


if not hasattr(execute, "timed"):  # nbgrader reads this file several times
    execute.timed = True
    timed(execute.RefereedExecute, "start_new_kernel", "starting the kernel")
    timed(execute.RefereedExecute, "preprocess_cell", "a cell: the student's work, and the referee's")
    timed(execute.RefereedExecute, "preprocess", "the rest of running it")
    timed(mended.MendedExporter, "from_filename", "doctor, nbgrader's conversion and its other steps")
    timed(scores.SaveVerdicts, "preprocess", "marks into the gradebook")
    say = "PART {:.3f} s, {} times: {}".format
    atexit.register(lambda: [print(say(statistics.median(t), len(t), part)) for part, t in spent.items()])
"""


def small_course(root: Path, folder: Path, kind: str, parts: bool = False, small_checks: bool = False) -> Course:
    """Three questions of 02 as a course of their own. kind: "alone", "cold" or "warm"."""
    notebook = nbformat.read(root / f"source/{ASSIGNMENT}/manual_rnn.ipynb", 4)
    wanted = {"imports", *QUESTIONS, *(f"test_{question}" for question in QUESTIONS)}
    notebook.cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") in wanted]
    if kind == "alone":
        for cell in notebook.cells:
            if (id := cell.metadata.nbgrader.grade_id).startswith("test_"):
                cell.source = ASSERTIONS[id.removeprefix("test_")]
    (folder / "source" / SMALL).mkdir(parents=True)
    nbformat.write(notebook, folder / f"source/{SMALL}/manual_rnn.ipynb")
    if kind == "alone":
        config = f"c = get_config()\nc.CourseDirectory.root = {str(folder)!r}\n"
    else:
        config = (root / "nbgrader_config.py").read_text() + (COLD if kind == "cold" else "") + (PARTS if parts else "")
        (folder / "questions/manual_rnn").mkdir(parents=True)
        for shared in (root / "questions/manual_rnn").glob("*.py"):
            shutil.copy(shared, folder / "questions/manual_rnn")
        (folder / "questions/__init__.py").touch()
        for question in QUESTIONS:
            place = folder / f"questions/manual_rnn/{question}"
            shutil.copytree(root / f"questions/manual_rnn/{question}", place)
            if small_checks:
                (place / "check.py").write_text(_small_check(root, question))
    (folder / "nbgrader_config.py").write_text(config)
    return Course(folder)


def _small_check(root: Path, question: str) -> str:
    declared = Course(root).bundle(ASSIGNMENT).questions[question]
    return CHECK.format(id=question, name=declared.name, values=declared.points - 1, body=BODIES[question])


def hand_in(course: Course, assignment: str, kind: str, students: int, answers: dict[str, str]) -> None:
    """Everybody hands in the reference, in what students are given."""
    run(course.root, "generate_assignment", assignment, "--create")
    (released,) = (course.root / "release" / assignment).glob("*.ipynb")
    notebook = nbformat.read(released, 4)
    for cell in notebook.cells:
        if (id := cell.metadata.get("nbgrader", {}).get("grade_id")) in answers:
            cell.source = answers[id]
    for number in range(students):
        place = course.root / f"submitted/s{number:03}" / assignment
        place.mkdir(parents=True)
        nbformat.write(notebook, place / released.name)


def run(folder: Path, *command: str) -> tuple[float, float, str]:
    """Seconds, CPU-seconds of all processes, and what an nbgrader command says, in a folder and on one core."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command], cwd=folder, capture_output=True, text=True, preexec_fn=one_core
    )
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"nbgrader {' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def one_core() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def everybody_has(folder: Path, assignment: str, students: int) -> None:
    """A submission that fails is quick: only a class with its marks counts."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        scores = [(s.student.id, s.score, s.max_score) for s in gradebook.assignment_submissions(assignment)]
    short = [who for who, score, most in scores if score < most and assignment == SMALL]
    if len(scores) != students or short or not all(score for _, score, _ in scores):
        sys.exit(f"{folder.name}: {len(scores)} of {students} marked, without full marks: {short or scores}")


def timed_class(course: Course, assignment: str, students: int) -> tuple[float, float, float, float, str]:
    """Seconds and CPU-seconds for each further student, then for the first, and what was said."""
    first, first_cpu, _ = run(course.root, "autograde", assignment, "--student", "s000", "--force")
    rest, rest_cpu, said = run(course.root, "autograde", assignment, "--force")
    everybody_has(course.root, assignment, students)
    more = students - 1
    return (rest - first) / more, (rest_cpu - first_cpu) / more, first, first_cpu, said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=21)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--parts", action="store_true")
    options = parser.parse_args()
    course = Course.find(__file__)
    bundle = course.bundle(ASSIGNMENT)
    answers = {question: bundle.answers[question] for question in QUESTIONS}
    figures: dict[str, float] = {}
    for row, kind, small_checks in (
        ("nbgrader alone", "alone", False),
        ("cold kernel", "cold", True),
        ("warm kernel", "warm", True),
        ("warm, our checks", "warm", False),
    ):
        with tempfile.TemporaryDirectory() as scratch:
            small = small_course(course.root, Path(scratch), kind, options.parts and kind == "warm", small_checks)
            hand_in(small, SMALL, kind, options.students, answers)
            each, cpu, first, first_cpu, said = timed_class(small, SMALL, options.students)
            figures[kind] = each
            print(
                f"three torch questions, {row:16}: {each:5.2f} s and {cpu:5.2f} CPU-s a student"
                f" (the first {first:5.2f} s, {first_cpu:5.2f} CPU-s); {figures['alone'] / each:4.1f} x nbgrader alone",
                flush=True,
            )
            for line in said.splitlines():
                if line.startswith("PART"):
                    print(line.replace("PART", "   "))
    if options.whole:
        whole(course, options.students)


def whole(course: Course, students: int) -> None:
    """A whole 02 with us, and its own cells alone: the same notebook, run in a kernel that is warm already."""
    bundle = course.bundle(ASSIGNMENT)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch)
        for name in ("source", "questions", "img"):
            shutil.copytree(course.root / name, copy / name)
        shutil.copy(course.root / "nbgrader_config.py", copy)
        theirs = Course(copy)
        hand_in(theirs, ASSIGNMENT, "warm", students, dict(bundle.answers))
        each, cpu, *_ = timed_class(theirs, ASSIGNMENT, students)
        own = cells_alone(theirs)
        print(f"a whole 02: {each:.2f} s and {cpu:.2f} CPU-s a student; its own cells {own:.2f} s; {each - own:+.2f} s")


def cells_alone(course: Course) -> float:
    """Seconds that the cells that marking runs take by themselves, in one kernel, after everything was imported."""
    (path,) = (course.root / "submitted/s000" / ASSIGNMENT).glob("*.ipynb")
    bundle = course.bundle(ASSIGNMENT)
    sources = [
        cell.source
        for cell in nbformat.read(path, 4).cells
        if cell.cell_type == "code"
        and cell.source not in bundle.explore
        and not cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith("test_")
    ]
    timer = (
        "import contextlib, io, json, sys, time\n"
        "import ipywidgets, matplotlib, matplotlib.pyplot, plotly.graph_objects, torch, tqdm.auto\n"
        "matplotlib.use('agg')\nsources, spent = json.load(sys.stdin), 0.0\nnames = {}\n"
        "for turn in range(2):\n    names, began = {'__name__': '__main__'}, time.perf_counter()\n"
        "    for source in sources:\n        with contextlib.redirect_stdout(io.StringIO()):\n"
        "            exec(source, names)\n    spent = time.perf_counter() - began\nprint(spent)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", timer],
        cwd=course.root,
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        preexec_fn=one_core,
    )
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return float(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
