"""What a notebook tells about how long a cell takes, beside what the cell cost when it was run.

Seconds are compared in reference passes, because no two machines have the same ones. The notebooks themselves say how
many passes a second they mean: 160,000 are "some ten minutes of one Colab core".
"""

import re

PASSES_A_SECOND = 160_000 / 600
FACTOR = 4  # between told and measured, either way: people's machines differ by as much, and words are round
LONG = 10  # seconds from which a cell has to say so, and to show a bar

_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_NUMBERS = {word: float(n) for n, word in enumerate(_WORDS, start=1)}
_NUMBERS |= {"fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "a": 1.0, "half a": 0.5, "a quarter of a": 0.25}
_NUMBER = r"\d+|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
# "a second" is an ordinal or a rate; what "one Colab core" takes is a budget, and no cell
_TOLD = re.compile(
    rf"\b(?:(?:(?P<low>{_NUMBER}) (?:to|or) )?(?P<high>{_NUMBER})|(?P<few>a few)) "
    r"(?P<unit>(?<!\ba )second|minute)s?\b(?! of one Colab core)",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^##? ", re.MULTILINE)


def told(text: str) -> tuple[float, float] | None:
    """The seconds that a text tells, from … to; None if it tells none. Lines of facts (*2 points · …*) are none."""
    text = "\n".join(line for line in text.split("\n") if not line.startswith("*") or line.startswith("**"))
    found = []
    for match in _TOLD.finditer(text):
        unit = 60 if match["unit"].lower() == "minute" else 1
        for word in (match["low"], match["high"]) if not match["few"] else ("2", "5"):
            found += [_number(word) * unit] if word else []
    return (min(found), max(found)) if found else None


def _number(word: str) -> float:
    return float(word) if word.isdigit() else _NUMBERS[word.lower()]


def announcements(cells: list) -> list[tuple[str, tuple[float, float], range]]:
    """(who tells it, the seconds, the cells that it is about): a comment is about its own cell; a text about the cells
    that follow, up to the next text that tells a duration or begins a part. The first cell is about the notebook."""
    texts = [number for number, cell in enumerate(cells) if number and cell.cell_type == "markdown"]
    ends = [n for n in texts if told(cells[n].source) or _HEADING.search(cells[n].source)] + [len(cells)]
    found = [
        (cells[n].id, told(cells[n].source), range(n + 1, next(end for end in ends if end > n)))
        for n in texts
        if told(cells[n].source)
    ]
    for number, cell in enumerate(cells):
        comments = "\n".join(line for line in cell.source.split("\n") if line.startswith("# "))
        if cell.cell_type == "code" and told(comments):
            found.append((cell.id, told(comments), range(number, number + 1)))
    return found


def disagreements(cells: list) -> list[str]:
    """A sentence for each duration that is told and not met, and for each long cell that tells nothing or shows no bar.
    Each cell of code that was run has what it cost in its metadata, as "passes"."""
    faults, about = [], set()
    for who, (low, high), places in announcements(cells):
        about |= set(places)
        longest = max((cells[n].metadata.get("passes", 0) for n in places), default=0)
        if not low / FACTOR <= longest / PASSES_A_SECOND <= high * FACTOR:
            faults.append(
                f"{who} tells {low:g} to {high:g} s, and the longest cell below it cost {longest:,} passes, about "
                f"{longest / PASSES_A_SECOND:.0f} s"
            )
    for number, cell in enumerate(cells):
        passes = cell.metadata.get("passes", 0)
        if passes < LONG * PASSES_A_SECOND:
            continue
        cost = f"{cell.id} cost {passes:,} passes, about {passes / PASSES_A_SECOND:.0f} s, and"
        if number not in about:
            faults.append(f"{cost} nothing above it says so")
        if not shows_a_bar(cell):
            faults.append(f"{cost} shows no bar")
    return faults


def shows_a_bar(cell) -> bool:
    """Did it leave a bar of tqdm, as a widget or as text?"""
    shown = [output.get("data", {}) for output in cell.get("outputs", [])]
    return any("application/vnd.jupyter.widget-view+json" in data or "%|" in str(data) for data in shown)
