"""The referee: marks one question of a running notebook from outside its process.

For each grade cell it opens a socket, waits for the cell's `check(...)` to call, asks for outputs, compares
them here, and records the verdict. The notebook sees requests and, at the end, the lines to print. What it
prints or returns afterwards changes nothing. A question whose cell never calls has no verdict and earns
nothing, with that reason.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from pathlib import Path

from unrolled.checking.structure import Cell
from unrolled.checking.subject import SocketChannel, Subject
from unrolled.checking.verdict import OUTPUT_WIDTH, Verdict, nothing
from unrolled.desk.wire import WireError, receive
from unrolled.marking.diagnosis import Diagnoser

HELLO_SECONDS = 10  # from connecting to saying which question it is
POLL_SECONDS = 0.1


class Referee:
    """Sits beside one cell while it runs.

        with Referee(address, diagnoser, "manual_rnn_cell", cells, deadline) as referee:
            ...run the cell...
        referee.verdict

    address: path of the unix socket. deadline: seconds that the student's code may take for one request.
    """

    def __init__(self, address: Path, diagnoser: Diagnoser, question: str, cells: list[Cell], deadline: float) -> None:
        self.address, self.diagnoser, self.question = address, diagnoser, question
        self.cells, self.deadline = cells, deadline
        marks = diagnoser.bundle.questions[question].marks
        self.verdict: Verdict = nothing(question, marks, "the marking cell never asked to be marked")
        self.asked = False  # has the cell called?
        self._over = threading.Event()
        self._connection: socket.socket | None = None

    def __enter__(self) -> Referee:
        # A socket of its own for each question: what an earlier cell left in the queue is gone with the old one.
        self.address.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(self.address))
        os.chmod(self.address, 0o600)
        self._listener.listen(8)
        self._listener.settimeout(POLL_SECONDS)
        self._thread = threading.Thread(target=self._sit, name=f"referee of {self.question}", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join(HELLO_SECONDS)
        if self._thread.is_alive() and self._connection:  # the cell is over, yet its code does not answer
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)
            self._thread.join(HELLO_SECONDS)
        self._listener.close()
        self.address.unlink(missing_ok=True)

    def _sit(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with connection:
                if self._is_mine(connection):
                    self.asked, self._connection = True, connection
                    self._judge(connection)
                    return

    def _is_mine(self, connection: socket.socket) -> bool:
        connection.settimeout(HELLO_SECONDS)
        try:
            tree, _ = receive(connection)
        except WireError:
            return False
        return isinstance(tree, dict) and tree.get("hello") == self.question

    def _judge(self, connection: socket.socket) -> None:
        channel = SocketChannel(connection, self.deadline)
        marks = self.diagnoser.bundle.questions[self.question].marks
        try:
            self.verdict = self.diagnoser.examine(self.question, Subject(channel), self.cells)
        except Exception as error:  # ours to mend; until then nobody loses or gains a point by it unseen
            reason = f"the referee failed ({type(error).__name__}: {error}); a person will mark this question"
            self.verdict = nothing(self.question, marks, reason, needs_person=True)
        lines = [self.verdict.heading(), *self.verdict.text(OUTPUT_WIDTH)]
        channel.finish({"lines": lines, "points": float(self.verdict.points)})
