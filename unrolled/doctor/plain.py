"""Text from strangers, for a terminal: what would move the cursor, colour the line or turn its direction is gone."""

from __future__ import annotations

import re
from collections.abc import Sequence

SHOWN = 5  # names that a sentence lists before it only counts

# An escape sequence as a whole (CSI, OSC with its end, two characters), or what is left of one.
_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[PX^_][^\x1b]*\x1b\\"
    r"|\x1b[ -~]?"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def harmless(text: str) -> str:
    """The text with its line ends and tabs, and with nothing else that a terminal would obey."""
    return _CONTROLS.sub("", _SEQUENCES.sub("", text.replace("\r\n", "\n")))


def one_line(text: str, width: int = 200) -> str:
    """The same in one line of at most so many characters, for a name or a quotation within a sentence."""
    line = " ".join(harmless(text).split())
    return line if len(line) <= width else line[: width - 1] + "…"


def listed(names: Sequence[str]) -> str:
    """Names within a sentence: the first few, and how many more there are."""
    shown = ", ".join(one_line(name, 60) for name in names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"
