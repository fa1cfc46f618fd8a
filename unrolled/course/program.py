"""A program: cells of a notebook as (cell id, source) pairs, run one after the other without a kernel."""

from __future__ import annotations

import contextlib
import io
import linecache


def run_program(program: list[tuple[str, str]], namespace: dict | None = None) -> dict:
    """Execute cells one after the other in fresh globals (or go on in those given), which are returned.

    Each gets a file name of its own, so that an exception can be told with the line it came from. What they
    print is dropped.
    """
    namespace = {"__name__": "__main__"} if namespace is None else namespace
    quote_lines(program)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for id, source in program:
            exec(compile(source, _file(id), "exec", dont_inherit=True), namespace)  # of this file's __future__
    return namespace


def quote_lines(program: list[tuple[str, str]]) -> None:
    """Tell Python the lines of the cells, which lie in no file, for tracebacks to quote."""
    for id, source in program:
        linecache.cache[_file(id)] = (len(source), None, source.splitlines(keepends=True), _file(id))


def _file(id: str) -> str:
    return f"<cell {id}>"
