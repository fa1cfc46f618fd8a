"""The client: what `check(...)` does where a referee marks. It calls the referee and serves its requests."""

from __future__ import annotations

import socket

from unrolled.desk.desk import Desk
from unrolled.desk.wire import Encoder, decode, receive, send

SOCKET_VARIABLE = "UNROLLED_REFEREE"  # the referee's address, set by the grader
FAIL_CLOSED_VARIABLE = "NBGRADER_EXECUTION"  # set by nbgrader while it grades


def serve(connection: socket.socket, desk: Desk) -> dict:
    """Answer the referee's requests until it says that it is done; returns its last message."""
    while True:
        tree, buffers = receive(connection)
        if "done" in tree:
            return tree["done"]
        operations = [{key: decode(value, buffers) for key, value in op.items()} for op in tree["operations"]]
        values = desk.handle(operations, tree["wanted"])
        encoder = Encoder()
        trees = []
        for value in values:
            try:
                trees.append(encoder.encode(value))
            except Exception as error:
                trees.append({"problem": ["ValueError", f"the value cannot be sent: {error}", ""]})
        send(connection, {"values": trees}, encoder.buffers)


def ask(question: str, namespace: dict, address: str) -> dict:
    """Have one question marked by the referee at `address`, with the notebook's globals; returns its last message.

    That is {"lines": what to print, "points": a number}. It is for the student's eyes: the referee has recorded the
    verdict on its own side. Raises OSError when nobody listens there.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(address)
        send(connection, {"hello": question})
        return serve(connection, Desk(namespace))
