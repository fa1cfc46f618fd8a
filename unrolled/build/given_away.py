"""Does a cell that students get give an answer away? Held to the text: tokens with the names of variables set aside.

A released cell may use what a question asks for, and may do something alike on a smaller scale; it may not be the
answer with other names. What counts is how much of a solution stands in one cell, in runs of tokens that are too long
to be chance.
"""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Iterator

RUN = 9  # tokens in a run: shorter ones, such as `optimizer.zero_grad()`, stand in every notebook
MOST = 0.5  # share of a solution that another cell may hold; two ways of writing one loop share about a third
FEWEST = 24  # tokens of a solution that can be given away at all: of a shorter one the contract says as much

_SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def tokens(source: str) -> list[str]:
    """The tokens of Python code without comments and docstrings. A variable is `_`; what follows a dot, a keyword and
    an argument's name keep their own. What cannot be cut into tokens, such as IPython's magic, ends it there."""
    found: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in _SKIPPED or (
                token.type == tokenize.STRING and token.line.strip().startswith(token.string)
            ):
                continue
            named = token.type == tokenize.NAME and not keyword.iskeyword(token.string)
            found.append("_" if named and found[-1:] != ["."] else token.string)
    except (tokenize.TokenError, IndentationError):
        pass
    return found


def share(solution: str, given: str) -> float:
    """How much of a solution stands in another cell, 0 to 1; 0 for a solution that is too short to tell."""
    wanted = tokens(solution)
    if len(wanted) < FEWEST:
        return 0.0
    there = set(_runs(tokens(given)))
    held = [False] * len(wanted)
    for start, run in enumerate(_runs(wanted)):
        if run in there:
            held[start : start + RUN] = [True] * RUN
    return sum(held) / len(wanted)


def given_away(solutions: dict[str, list[str]], given: dict[str, str]) -> Iterator[tuple[str, str, float]]:
    """(cell, question, share) for each cell that holds more than MOST of a part of a question's solution.

    solutions: question -> what stands between its markers, a text each; given: cell -> what students get of it.
    """
    for cell, source in given.items():
        for question, parts in solutions.items():
            worst = max((share(part, source) for part in parts), default=0.0)
            if worst > MOST:
                yield cell, question, worst


def _runs(found: list[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1))
