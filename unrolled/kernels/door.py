"""The one way out of a notebook behind the wall: to its referee, and opened from outside.

Such a notebook can make no socket and connect to nothing: not to the network, and not to a socket in the file system
either, behind which a service of the same user may listen and do what it is told. Its kernel has one end of a pair
instead. Whoever holds the other end connects to the referee, and to nobody else, and hands the connection in.
"""

from __future__ import annotations

import os
import socket
import threading
from types import SimpleNamespace

CALLS = 10_000  # of one notebook


class Door:
    """The outer end. referee: the only address that is ever connected to."""

    def __init__(self, referee: str) -> None:
        self.referee, self.calls = referee, 0
        self.outside, self.inside = socket.socketpair()
        self.outside.setblocking(False)  # whoever serves it has others to serve

    def answer(self) -> bool:
        """Answer one call; False when there will be no more."""
        try:
            called = self.outside.recv(1)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.calls += 1
        if not called or self.calls > CALLS:
            return False
        try:
            self._open()
        except BlockingIOError:  # it does not take the answers that it has called for
            return False
        except OSError:
            return False
        return True

    def _open(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.setblocking(False)
            if connection.connect_ex(self.referee):
                self.outside.send(b"-")
                return
            connection.setblocking(True)
            socket.send_fds(self.outside, [b"+"], [connection.fileno()])

    def close(self) -> None:
        self.outside.close()
        self.inside.close()


def lead_through(inside: socket.socket) -> None:
    """Have this process's client call at the door, where it would make a socket and connect."""
    from unrolled.desk import client

    turn = threading.Lock()

    class Caller(socket.socket):
        def __init__(self, *_: object) -> None:
            placeholder, other = socket.socketpair()
            other.close()
            super().__init__(fileno=placeholder.detach())

        def connect(self, address: object) -> None:  # there is only one
            with turn:
                inside.sendall(b"?")
                said, handed_in, _, _ = socket.recv_fds(inside, 1, 1)
            if said != b"+" or not handed_in:
                raise ConnectionRefusedError("no referee is waiting")
            os.dup2(handed_in[0], self.fileno())
            os.close(handed_in[0])

    ours = SimpleNamespace(AF_UNIX=socket.AF_UNIX, SOCK_STREAM=socket.SOCK_STREAM, socket=Caller)
    client.socket = ours  # type: ignore[assignment]
