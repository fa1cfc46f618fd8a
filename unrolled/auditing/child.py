"""A second process that holds the student's object, as the grader's kernel does, for audits and tests.

    with ChildHost() as child, child.host(program) as channel:
        Subject(channel).look_up("ManualRNNCell") ...

The process is started once (importing torch costs a second) and runs each program in fresh globals.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from unrolled.checking.subject import Channel, SocketChannel
from unrolled.course.trained import run
from unrolled.desk.client import serve
from unrolled.desk.desk import Desk
from unrolled.desk.wire import WireError, receive, send

START_SECONDS = 120  # a cold import of torch on a busy machine


class ChildHost:
    """Starts the process, and hosts one program after the other in it."""

    def __enter__(self) -> ChildHost:
        self._folder = tempfile.TemporaryDirectory(prefix="unrolled-")
        address = str(Path(self._folder.name) / "child")
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(address)
        self._listener.listen()
        self._listener.settimeout(START_SECONDS)
        package = str(Path(__file__).parents[2])
        path = os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])
        command = [sys.executable, "-m", "unrolled.auditing.child", address]
        self.process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path})
        return self

    def __exit__(self, *_) -> None:
        self.process.kill()
        self.process.wait()
        self._listener.close()
        self._folder.cleanup()

    @contextlib.contextmanager
    def host(self, program: list[tuple[str, str]], cache: Path | None = None) -> Iterator[Channel]:
        """Run (cell id, source) pairs over there, or load their run from `cache`; yields a channel to their globals.

        Raises RuntimeError when they do not run.
        """
        connection, _ = self._listener.accept()
        with connection:
            send(connection, {"program": program, "cache": str(cache) if cache else None})
            answer, _ = receive(connection)
            if "failed" in answer:
                raise RuntimeError(answer["failed"])
            channel = SocketChannel(connection)
            yield channel
            channel.finish({})


def main(address: str) -> None:
    while True:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(address)
            try:
                asked, _ = receive(connection)
                cache = Path(asked["cache"]) if asked["cache"] else None
                try:
                    ran = run([tuple(cell) for cell in asked["program"]], cache)
                except Exception as error:
                    send(connection, {"failed": f"{type(error).__name__}: {error}"})
                    continue
                send(connection, {"ready": True})
                serve(connection, Desk(ran.namespace, ran.meter))
            except WireError:  # whoever asked has hung up; the next one may come
                if not Path(address).exists():
                    return


if __name__ == "__main__":
    main(sys.argv[1])
