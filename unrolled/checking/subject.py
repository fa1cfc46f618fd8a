"""The subject: the checks' only handle on a student's work.

A check never holds the student's object. It holds a `Handle`, which says "the object in slot 7 over
there", and whose methods write down operations instead of carrying them out. They are sent together
when a value is asked for, so that construct, load, call and fetch cost one round trip. "Over there"
is a `Desk` (unrolled.desk.desk), in this process or behind a socket; a check cannot tell which.

Nothing here raises because of what the student's code did. A failed operation is a `Problem`, which
every later operation on it passes on and `Handle.value` returns.
"""

from __future__ import annotations

import random
import socket
import time
from typing import Any, Protocol

import numpy as np
import torch

from unrolled.desk.desk import Desk
from unrolled.desk.meter import METER, Meter
from unrolled.desk.wire import Encoder, Problem, Ref, WireError, decode, receive, send

__all__ = ["Handle", "LocalChannel", "Problem", "SocketChannel", "Subject", "Unreachable"]


class Unreachable(Exception):
    """The student's process has gone, or broke the rules of the wire: nothing more can be asked."""


class Channel(Protocol):
    """One round trip to a desk."""

    def request(self, operations: list[dict], wanted: list[int]) -> list: ...


class LocalChannel:
    """A desk in this process. Values are encoded and decoded as on the wire, so that both ways agree.

    The student's random numbers keep a state of their own, as in a process of their own: what the check
    draws in between (a reference's initial weights) does not move them.
    """

    def __init__(self, namespace: dict, meter: Meter = METER) -> None:
        self.desk = Desk(namespace, meter)
        self._random_state = _get_random_state()

    def request(self, operations: list[dict], wanted: list[int]) -> list:
        there = Encoder()
        trees = [{key: there.encode(value) for key, value in op.items()} for op in operations]
        arrived = [{key: decode(tree, there.buffers) for key, tree in op.items()} for op in trees]
        outer = _get_random_state()
        _set_random_state(self._random_state)
        try:
            values = self.desk.handle(arrived, wanted)
        finally:
            self._random_state = _get_random_state()
            _set_random_state(outer)
        return [_round_trip(value) for value in values]


def _get_random_state() -> tuple:
    return torch.get_rng_state(), np.random.get_state(), random.getstate()


def _set_random_state(state: tuple) -> None:
    torch.set_rng_state(state[0])
    np.random.set_state(state[1])
    random.setstate(state[2])


def _round_trip(value):
    back = Encoder()
    try:
        return decode(back.encode(value), back.buffers)
    except Exception as error:
        return Problem("ValueError", f"the value cannot be sent: {error}")


class SocketChannel:
    """A desk behind a connected socket.

    deadline: seconds that the student's side may take for one request; longer means `Unreachable`.
    """

    def __init__(self, connection: socket.socket, deadline: float = 60.0) -> None:
        self.connection = connection
        self.deadline = deadline

    def request(self, operations: list[dict], wanted: list[int]) -> list:
        there = Encoder()
        trees = [{key: there.encode(value) for key, value in op.items()} for op in operations]
        self.connection.settimeout(self.deadline)
        started = time.monotonic()
        try:
            send(self.connection, {"operations": trees, "wanted": wanted}, there.buffers)
            tree, buffers = receive(self.connection)
            values = [decode(value, buffers) for value in tree["values"]]
        except (WireError, KeyError, TypeError) as error:
            late = time.monotonic() - started >= self.deadline
            raise Unreachable("the code did not answer in time" if late else str(error)) from None
        if len(values) != len(wanted):
            raise Unreachable("the answer does not fit the question")
        return values

    def finish(self, done: dict) -> None:
        """Tell the other side what came of it; nobody minds if it has gone."""
        try:
            send(self.connection, {"done": done})
        except WireError:
            pass


class Subject:
    """A student's notebook as a check sees it: names to look up, values to put beside them."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._queue: list[dict] = []
        self._forgotten: list[int] = []  # slots that no handle names any more
        self._next = 0

    def look_up(self, name: str) -> Handle:
        """The object that the notebook calls `name`."""
        return self._do("lookup", name=name)

    def put(self, value: Any, requires_grad: bool = False) -> Handle:
        """Place a value (tensor, number, string, nested lists of them) on the student's side."""
        if isinstance(value, torch.Tensor) and requires_grad:
            value = value.detach().requires_grad_(True)  # a leaf with the same numbers and layout
        return self._do("put", value=value)

    def fixture(self, name: str, **arguments) -> Handle:
        """Make one of `unrolled.desk.fixtures.FIXTURES` over there, such as a model that notes what it is fed."""
        placed = {key: _ref(value) if isinstance(value, Handle) else value for key, value in arguments.items()}
        return self._do("fixture", name=name, arguments=placed)

    def stand_in(self, name: str, kind: str) -> None:
        """From now on the notebook's `name` means one of `unrolled.desk.stand_ins.STAND_INS`, made of torch.nn."""
        self._do("stand_in", name=name, kind=kind)

    def run_again(self, source: str, kinds: dict[str, str]) -> None:
        """Run a cell once more, with stand-ins for these names; `own` undoes what it binds."""
        for name, kind in kinds.items():
            self.stand_in(name, kind)
        self._do("run_again", source=source)
        self.values()

    def own(self) -> None:
        """Every name means the notebook's own object again."""
        self._do("own")
        self.values()

    def seed(self, seed: int) -> None:
        """Seed torch, NumPy and random over there."""
        self._do("seed", seed=seed)

    def lap(self) -> None:
        """Begin to count over there what running the notebook costs."""
        self._do("lap")
        self.values()

    def spent(self, model: Handle) -> Handle:
        """What it has cost since, in passes timed on the model's device: see `unrolled.desk.meter.Meter.spent`."""
        return self._do("spent", target=_ref(model))

    def grad(self, outputs: list[Handle], cotangents: list[torch.Tensor], wrt: list[Handle]) -> Handle:
        """Gradients of sum(<output, cotangent>) with respect to each of `wrt`; None where nothing flows."""
        return self._do(
            "grad", outputs=[_ref(o) for o in outputs], cotangents=list(cotangents), wrt=[_ref(w) for w in wrt]
        )

    def values(self, *handles: Handle) -> list:
        """Fetch several values in one round trip."""
        queue, self._queue = self._queue, []
        forgotten, self._forgotten = self._forgotten, []
        if forgotten:
            queue.append({"op": "forget", "out": 0, "slots": forgotten})
        return self._channel.request(queue, [handle.slot for handle in handles])

    def _do(self, op: str, **arguments) -> Handle:
        self._next += 1
        self._queue.append({"op": op, "out": self._next, **arguments})
        return Handle(self, self._next)


class Handle:
    """One slot over there. Calling, loading and getting write down what to do; `value` does it."""

    def __init__(self, subject: Subject, slot: int, arguments: tuple[Handle, ...] = ()) -> None:
        self.subject, self.slot = subject, slot
        self.arguments = arguments  # of the call that made it: handles, to be looked at after the call

    def __del__(self) -> None:
        self.subject._forgotten.append(self.slot)

    def __call__(self, *args, grad: bool = True, **kwargs) -> Handle:
        """Call the object; `grad=False` calls it under torch.no_grad()."""
        placed = tuple(a if isinstance(a, Handle) else self.subject.put(a) for a in args)
        result = self.subject._do(
            "call",
            target=_ref(self),
            args=[_ref(a) for a in placed],
            kwargs={k: _ref(v) if isinstance(v, Handle) else v for k, v in kwargs.items()},
            grad=grad,
        )
        result.arguments = placed
        return result

    def get(self, path: str) -> Handle:
        """The attribute at a dotted path; numbers in it are indices ("cells.0.W_hh")."""
        return self.subject._do("get", target=_ref(self), path=path)

    def load(self, **values: torch.Tensor) -> Handle:
        """Copy values into the named tensors in place (shapes must agree), or set plain attributes.

        Paths are written with `__` for the dot. Returns a handle on the object as loaded.
        """
        handle = self
        for name, value in values.items():
            handle = self.subject._do("set", target=_ref(handle), path=name.replace("__", "."), value=value)
        return handle

    def method(self, name: str, *args, **kwargs) -> Handle:
        """Call a method: train, eval, double, to, state_dict …"""
        return self.get(name)(*args, **kwargs)

    def __getitem__(self, index) -> Handle:
        return self.subject._do("item", target=_ref(self), index=index)

    def part(self, index: int, count: int) -> Handle:
        """One of a call's `count` results; a call that gave one tensor alone gave the first."""
        return self.subject._do("part", target=_ref(self), index=index, count=count)

    def length(self) -> Handle:
        return self.subject._do("length", target=_ref(self))

    def items(self, most: int = 1000) -> Handle:
        """What iterating over it gives, `most` items at the most (it may never end)."""
        return self.subject._do("items", target=_ref(self), most=most)

    def printed(self) -> Handle:
        """What the call that made this slot printed, to stdout and stderr."""
        return self.subject._do("printed", slot=self.slot)

    def state(self) -> Handle:
        """A module's state_dict, as name -> tensor."""
        return self.subject._do("state", target=_ref(self))

    def load_state(self, state: dict[str, torch.Tensor]) -> Handle:
        return self.subject._do("load_state", target=_ref(self), state=state)

    def registered(self, path: str) -> Handle:
        """Whether the tensor at `path` is among the module's parameters."""
        return self.subject._do("registered", target=_ref(self), path=path)

    def beside(self, value: torch.Tensor) -> Handle:
        """A tensor placed on this module's device and, if it is floating-point, in its dtype."""
        return self.subject._do("beside", target=_ref(self), value=value)

    def kinds(self) -> Handle:
        """Submodule path -> the names of its class and base classes."""
        return self.subject._do("kinds", target=_ref(self))

    def value(self) -> Any:
        """Fetch it: tensors, arrays, numbers, strings and nested containers; a `Problem` if it failed."""
        return self.subject.values(self)[0]


def _ref(handle: Handle) -> Ref:
    return Ref(handle.slot)
