"""What a run did, a line for each submission and why: a file in the class's folder, which later runs add to."""

from __future__ import annotations

import datetime
from pathlib import Path

from unrolled.doctor.plain import one_line
from unrolled.grading.whole_class import Result

NAME = "unrolled.log"  # .gitignore knows it
WIDEST = 2000  # characters of a line


class RunLog:
    """Every line is in the file as soon as it is said: a run may be killed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / NAME

    def say(self, text: str) -> None:
        now = datetime.datetime.now().astimezone().isoformat(" ", "seconds")
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{now}  {one_line(text, WIDEST)}\n")

    def note(self, result: Result) -> None:
        parts = [result.status, *([] if result.trouble else [str(result.standing)])]
        parts += [part for part in (result.reason, *result.flags) if part]
        parts += [f"repaired: {remark}" for remark in result.mended]
        self.say(f"{result.assignment}  {result.student}: {'; '.join(parts)}")
