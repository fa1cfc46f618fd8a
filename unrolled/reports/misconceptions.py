"""For the instructor: which mistakes a class made, and who made them; a part of the class's report."""

from __future__ import annotations

from dataclasses import dataclass, field

from unrolled.reports.feedback import read_verdict


@dataclass
class Mistake:
    """One misconception and the students with it. name: "" for lost points that no misconception explains."""

    name: str
    hint: str = ""
    students: list[tuple[str, str]] = field(default_factory=list)  # each with the reason on their own page


@dataclass
class Asked:
    """One question. right: how many had all its points, of `marked`. mistakes: the commonest first."""

    id: str
    marked: int = 0
    right: int = 0
    mistakes: list[Mistake] = field(default_factory=list)


def count(reports: dict[str, dict]) -> list[Asked]:
    """reports: student -> what a marked notebook keeps about its marking."""
    asked: dict[str, Asked] = {}
    for student, report in sorted(reports.items()):
        for question in report["questions"]:
            one = asked.setdefault(question["id"], Asked(question["id"]))
            one.marked += 1
            if question["points"] == question["of"]:
                one.right += 1
                continue
            name = question["diagnosis"]
            mistake = next((m for m in one.mistakes if m.name == name), None)
            if mistake is None:
                hints = [line.hint for line in read_verdict(question["verdicts"])[0] if line.hint]
                mistake = Mistake(name, hints[0] if name and hints else "")
                one.mistakes.append(mistake)
            mistake.students.append((student, question["reason"]))
    for one in asked.values():
        one.mistakes.sort(key=lambda mistake: (not mistake.name, -len(mistake.students)))
    return list(asked.values())
