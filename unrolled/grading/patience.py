"""A gradebook that does not answer just now is waited for: marks come late, and are not lost.

SQLite is locked while another program writes (formgrader, a copy that somebody looks into), and a server may be started
again in the middle of a run. nbgrader gives up at once, or after five seconds.
"""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from traitlets import Float
from traitlets.config import Configurable

from unrolled.course.errors import BadInput
from unrolled.grading.stopping import at_once

T = TypeVar("T")
TOLD_AFTER = 5.0  # seconds without an answer, before a person hears of it
FIRST, LONGEST = 0.1, 5.0  # seconds between two tries
_FROM_A_DATABASE = re.compile(r"^\W*(sqlite3|sqlalchemy|psycopg2?)\.[\w.]+: ")
_LOCKED = re.compile(r"database( table)? is locked|could not obtain lock|lock timeout|deadlock detected")
_AWAY = re.compile(
    r"server closed the connection|terminating connection|connection refused|is the server running|"
    r"database system is (starting up|shutting down|in recovery|not yet accepting)|connection (already|is) closed|"
    r"the connection is lost|timeout expired",
    re.IGNORECASE,
)


class GradebookAway(BadInput):
    """The gradebook did not answer for as long as one waits for it."""


def unavailable(text: str) -> str:
    """Why the gradebook does not answer, in words, by what a driver says; "" where the fault is another."""
    if _LOCKED.search(text):
        return "the gradebook is locked by another program (is formgrader, or a database browser, open?)"
    return "the gradebook's server does not answer" if _AWAY.search(text) else ""


def _of_error(error: BaseException | None) -> str:
    """The same for an exception: nbgrader raises its own over what the database said."""
    while error is not None:
        if isinstance(error, DBAPIError) and (why := unavailable(str(error))):
            return why
        error = error.__cause__ or error.__context__
    return ""


def told_by_nbgrader(outcome: dict) -> str:
    """The same for what nbgrader's API gives: a log and a traceback in the place of an exception."""
    lines = f"{outcome.get('log', '')}\n{outcome.get('error', '')}".split("\n")
    at = [number for number, line in enumerate(lines) if _FROM_A_DATABASE.match(line)]
    told = (unavailable(" ".join(lines[number : number + 4])) for number in at)  # a server speaks in several lines
    return "" if outcome["success"] else next(filter(None, told), "")


class Patience(Configurable):
    """Waits for the gradebook, in nbgrader_config.py: `c.Patience.seconds = 600`."""

    seconds = Float(600, help="How long a gradebook that is locked, or whose server is away, is waited for.").tag(
        config=True
    )

    def __init__(self, say: Callable[[str], None] = warnings.warn, **kwargs) -> None:
        """say: is told, once for each time, that one waits."""
        super().__init__(**kwargs)
        self.say = say
        self._in_vain = False

    def ask(self, run: Callable[[], T], refused: Callable[[T], str] = lambda answer: "") -> T:
        """What `run` gives, once the gradebook answers; it is run again until then, and must bear that.

        refused: reads from an answer why the gradebook did not give it. Raises GradebookAway when time is up. After
        that nobody waits for the next ones, until it has answered again: or each would take as long.
        """
        began, pause, told = time.monotonic(), FIRST, False
        while True:
            try:
                answer = run()
                why = refused(answer)
            except Exception as error:
                why = _of_error(error)
                if not why:
                    raise
            else:
                if not why:
                    self._in_vain = False
                    return answer
            waited = time.monotonic() - began
            if self._in_vain or waited + pause > self.seconds:
                self._in_vain = True
                raise GradebookAway(f"{why}; it was waited for, and nothing is lost: grade again once it is free")
            if waited >= TOLD_AFTER and not told:
                self.say(f"{why}: waiting, for {self.seconds:.0f} s at most")
                told = True
            with at_once():  # whoever stops the run does not wait, too
                time.sleep(pause)
            pause = min(2 * pause, LONGEST)
