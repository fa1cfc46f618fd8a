"""Tables that other systems gave out, or are to read: CSV in, and CSV out as it came."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from unrolled.course.errors import BadInput


@dataclass
class Sheet:
    """A CSV as it came: rows[0] is the header. mark: the bytes that some programs put before UTF-8."""

    path: Path
    rows: list[list[str]]
    separator: str = ","
    mark: bool = False

    @property
    def header(self) -> list[str]:
        return self.rows[0]

    def column(self, *names: str) -> int:
        """Where a column is, by any of its names. Raises BadInput, with those that there are."""
        wanted = {name.casefold() for name in names}
        for place, name in enumerate(self.header):
            if name.strip().casefold() in wanted:
                return place
        there = ", ".join(filter(None, self.header)) or "nothing"
        raise BadInput(f"{self.path} has no column {names[0]!r}, but {there[:300]}; is it the right file?")

    def has(self, name: str) -> bool:
        return name.casefold() in {column.strip().casefold() for column in self.header}

    def write(self, path: Path) -> Path:
        """As it came, but for what was filled in."""
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self.separator, lineterminator="\r\n").writerows(self.rows)
        path.write_text(("\ufeff" if self.mark else "") + text.getvalue(), encoding="utf-8", newline="")
        return path


def read_sheet(path: Path) -> Sheet:
    """Raises BadInput for what is no CSV with a header."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadInput(
            f"{path} is not UTF-8: hand in the file as the LMS gave it, not as a spreadsheet saved it"
        ) from None
    mark, text = text.startswith("\ufeff"), text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    if not rows or len(rows[0]) < 2:
        raise BadInput(f"{path} is no table of an LMS: its first line has to name the columns")
    width = len(rows[0])
    return Sheet(path, [row + [""] * (width - len(row)) for row in rows], separator, mark)
