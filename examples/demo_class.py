"""Make the demo class: one notebook per student, from the release and the catalogues.

    python examples/demo_class.py demo

Nothing is stored: a changed question changes the class with it, and what each student should get stands
below, next to how their work is made. tests/functional/test_demo.py holds the marks to it.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat

from unrolled.bundle import Bundle
from unrolled.course import Course

LEFT_AS_IT_WAS = None


@dataclass(frozen=True)
class Student:
    """answers: question -> how its cell is filled in. points: question -> what it should earn.

    spoil: what else happens to the notebook, or to its file, before it is handed in.
    """

    name: str
    story: str
    answers: dict[str, Callable[[Bundle], str] | None]
    points: dict[str, float]
    spoil: Callable[[nbformat.NotebookNode], str | None] = lambda notebook: None


def reference(question: str) -> Callable[[Bundle], str]:
    return lambda bundle: bundle.answers[question]


def alternative(question: str, name: str) -> Callable[[Bundle], str]:
    return lambda bundle: next(a.source for a in bundle.alternatives[question] if a.name == name)


def misconception(question: str, name: str) -> Callable[[Bundle], str]:
    def source(bundle: Bundle) -> str:
        wrong = next(m for m in bundle.misconceptions[question] if m.name == name)
        return wrong.apply(bundle.answers[question])

    return source


def edited(question: str, at: str, becomes: str) -> Callable[[Bundle], str]:
    def source(bundle: Bundle) -> str:
        assert at in bundle.answers[question], f"{at!r} is no longer in the reference for {question}"
        return bundle.answers[question].replace(at, becomes)

    return source


def _skip_grade_cells(notebook) -> None:
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith("test_"):
            cell.metadata["tags"] = ["skip-execution"]


EMBEDDING, CELL = "manual_embedding", "manual_rnn_cell"
SOLVED = {EMBEDDING: reference(EMBEDDING), CELL: reference(CELL)}

CLASSES: dict[str, list[Student]] = {
    "02_manual_rnn": [
        Student("ada", "solved as in the master", SOLVED, {EMBEDDING: 8, CELL: 12}),
        Student(
            "boris",
            "solved by another route",
            {EMBEDDING: alternative(EMBEDDING, "one_hot_product"), CELL: alternative(CELL, "one_product_over_both")},
            {EMBEDDING: 8, CELL: 12},
        ),
        Student(
            "chen",
            "forgot one bias",
            {**SOLVED, CELL: misconception(CELL, "no_hidden_bias")},
            {EMBEDDING: 8, CELL: 6},
        ),
        Student(
            "dora",
            "right numbers, but cut from the graph",
            {
                EMBEDDING: misconception(EMBEDDING, "cut_from_the_table"),
                CELL: misconception(CELL, "cut_from_the_past"),
            },
            {EMBEDDING: 5, CELL: 11},
        ),
        Student(
            "emre",
            "half done: averages over the sequence, and never began the cell",
            {EMBEDDING: misconception(EMBEDDING, "bag_of_words"), CELL: LEFT_AS_IT_WAS},
            {EMBEDDING: 0, CELL: 0},
        ),
        Student(
            "fatima",
            "handed the release in as it was",
            {EMBEDDING: LEFT_AS_IT_WAS, CELL: LEFT_AS_IT_WAS},
            {EMBEDDING: 0, CELL: 0},
        ),
        Student(
            "goran",
            "a syntax error in the first answer must not cost the second",
            {**SOLVED, EMBEDDING: edited(EMBEDDING, "def forward(self, x):", "def forward(self, x:")},
            {EMBEDDING: 0, CELL: 12},
        ),
        Student(
            "hana",
            "prints to stderr at every step, which costs a stock nbgrader class all points",
            {
                **SOLVED,
                CELL: edited(
                    CELL, "        from_input", "        import sys; print('step', file=sys.stderr)\n        from_input"
                ),
            },
            {EMBEDDING: 8, CELL: 12},
        ),
        Student(
            "ivo",
            "no answer, and grade cells tagged to be skipped: no output, full marks in stock nbgrader",
            {EMBEDDING: LEFT_AS_IT_WAS, CELL: LEFT_AS_IT_WAS},
            {EMBEDDING: 0, CELL: 0},
            _skip_grade_cells,
        ),
        Student(
            "june",
            "wraps torch's own cell",
            {
                **SOLVED,
                CELL: lambda bundle: (
                    "class ManualRNNCell(nn.Module):\n"
                    "    def __init__(self, input_size, hidden_size):\n"
                    "        super().__init__()\n"
                    "        self.inner = nn.RNNCell(input_size, hidden_size)\n"
                    "        self.W_ih, self.b_ih = self.inner.weight_ih, self.inner.bias_ih\n"
                    "        self.W_hh, self.b_hh = self.inner.weight_hh, self.inner.bias_hh\n\n"
                    "    def forward(self, x, hidden):\n"
                    "        return self.inner(x, hidden)\n"
                ),
            },
            {EMBEDDING: 8, CELL: 0},
        ),
        Student(
            "kofi",
            "ends the kernel in the second answer; the first stays marked",
            {**SOLVED, CELL: lambda bundle: "import os\nos._exit(0)"},
            {EMBEDDING: 8, CELL: 0},
        ),
        Student(
            "lena",
            "a file that broke off while it was uploaded",
            SOLVED,
            {},
            lambda notebook: nbformat.writes(notebook)[:2000],
        ),
    ]
}


def make_class(course: Course, folder: Path) -> list[Path]:
    """Write every student's notebook under `folder`/submitted; returns the files. What was there is replaced."""
    written = []
    shutil.rmtree(folder / "submitted", ignore_errors=True)
    for assignment, students in CLASSES.items():
        bundle = course.bundle(assignment)
        release = course.root / "release" / assignment / f"{bundle.name}.ipynb"
        for student in students:
            notebook = nbformat.read(release, as_version=4)
            for cell in notebook.cells:
                fill = student.answers.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
                if fill:
                    cell.source = fill(bundle)
            text = student.spoil(notebook) or nbformat.writes(notebook)
            path = folder / "submitted" / student.name / assignment / f"{bundle.name}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/demo_class.py FOLDER")
    files = make_class(Course.find(__file__), Path(sys.argv[1]))
    print(f"{len(files)} submissions in {Path(sys.argv[1]) / 'submitted'}")
