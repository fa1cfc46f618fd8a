"""How values travel between the student's process and the referee's.

A message is a JSON tree plus a list of `.npy` buffers, one per array. Nothing is ever unpickled, so
a message can hold wrong numbers but cannot run code in the process that reads it. Sizes are limited
on both sides: whoever sends too much gets an error, the reader's memory is never at stake.

Needs the standard library, NumPy and torch alone, because it is loaded beside the student's code.
"""

from __future__ import annotations

import io
import json
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

MAX_JSON = 4 * 2**20  # bytes of one message's tree
MAX_ARRAYS = 64 * 2**20  # bytes of one message's arrays together
MAX_ITEMS = 100_000  # leaves of one value's tree
MAX_DEPTH = 16  # nesting of one value
MAX_TEXT = 20_000  # characters of one string; longer ones are cut and say so


class WireError(Exception):
    """A message breaks the rules above, or the other side has gone."""


@dataclass(frozen=True)
class Problem:
    """An exception as a value: what went wrong in the student's code, without the exception itself.

    `kind` is the exception's class name ("TypeError"), `where` the innermost line of the student's own
    code that was running, when there is one.
    """

    kind: str
    message: str = ""
    where: str = ""

    def __str__(self) -> str:
        text = f"{self.kind}: {self.message}" if self.message else self.kind
        return text + (f", at `{self.where}`" if self.where else "")


@dataclass(frozen=True)
class Opaque:
    """An object that cannot travel, named by its type, so that a verdict can say what came back."""

    type: str


@dataclass(frozen=True)
class Ref:
    """A slot of the student's side, named in a message by its number."""

    slot: int


class Encoder:
    """Turn one message's values into JSON trees; `buffers` collects their arrays."""

    def __init__(self) -> None:
        self.buffers: list[bytes] = []
        self._items = self._bytes = 0

    def encode(self, value, depth: int = 0):
        self._items += 1
        if depth > MAX_DEPTH or self._items > MAX_ITEMS:
            raise WireError("the value is nested too deeply or has too many parts")
        kind = type(value)
        if value is None or kind in (bool, int):
            return value
        if kind is float:
            return {"float": repr(value)}  # JSON has no nan and no infinity
        if kind is str:
            return value if len(value) <= MAX_TEXT else value[:MAX_TEXT] + " … (cut)"
        if kind is Ref:
            return {"ref": value.slot}
        if kind is Problem:
            return {"problem": [value.kind, value.message[:2000], value.where[:500]]}
        if isinstance(value, torch.Tensor):
            return self._tensor(value)
        if isinstance(value, np.ndarray | np.generic):
            return {"array": self._buffer(np.asarray(value))}
        if isinstance(value, tuple):  # torch.Size and named tuples too
            return {"tuple": [self.encode(item, depth + 1) for item in value]}
        if isinstance(value, list):
            return {"list": [self.encode(item, depth + 1) for item in value]}
        if isinstance(value, dict):
            return {"dict": [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in value.items()]}
        return {"opaque": str(getattr(value, "__name__", None) or kind.__name__)[:200]}

    def _tensor(self, tensor: torch.Tensor):
        tensor_dtype = str(tensor.dtype).removeprefix("torch.")
        plain = tensor.detach().cpu()
        if plain.layout is not torch.strided or plain.dtype is torch.bfloat16:
            plain = plain.to_dense().float()  # NumPy knows neither; the dtype's name still tells
        # A transposed tensor is sent in the order of its memory, and transposed again on arrival.
        order = sorted(range(plain.dim()), key=lambda axis: -plain.stride(axis))
        strided = not plain.is_contiguous()
        layout = {"order": order if strided else None, "step": 1}
        if strided and plain.dim() and not plain.permute(order).is_contiguous():
            layout["step"] = 2  # neither contiguous nor a transpose: every second column of something wider
        body = plain.permute(order) if strided else plain
        return {
            "tensor": self._buffer(body.contiguous().numpy()),
            "dtype": tensor_dtype,
            "grad": bool(tensor.requires_grad),
            **layout,
        }

    def _buffer(self, array: np.ndarray) -> int:
        if array.dtype.hasobject:
            raise WireError("an array of Python objects cannot be sent")
        self._bytes += array.nbytes
        if self._bytes > MAX_ARRAYS:
            raise WireError(f"more than {MAX_ARRAYS >> 20} MB of numbers")
        out = io.BytesIO()
        np.lib.format.write_array(out, array, allow_pickle=False)
        self.buffers.append(out.getvalue())
        return len(self.buffers) - 1


def decode(tree, buffers: list[bytes]):
    """The value that `Encoder.encode` made this tree of. Raises WireError for anything else."""
    try:
        return _decode(tree, buffers, 0)
    except WireError:
        raise
    except Exception as error:  # a malformed tree may fail in any of a dozen ways; all mean the same
        raise WireError(f"malformed value ({type(error).__name__}: {error})") from None


def _decode(tree, buffers, depth):
    if depth > MAX_DEPTH:
        raise WireError("the value is nested too deeply")
    if tree is None or isinstance(tree, bool | int | str):
        return tree
    if "float" in tree:
        return float(tree["float"])
    if "ref" in tree:
        return Ref(int(tree["ref"]))
    if "problem" in tree:
        return Problem(*(str(part) for part in tree["problem"]))
    if "opaque" in tree:
        return Opaque(str(tree["opaque"]))
    if "array" in tree:
        return _array(buffers[tree["array"]])
    if "tensor" in tree:
        return _decode_tensor(tree, buffers)
    if "tuple" in tree:
        return tuple(_decode(item, buffers, depth + 1) for item in tree["tuple"])
    if "list" in tree:
        return [_decode(item, buffers, depth + 1) for item in tree["list"]]
    if "dict" in tree:
        return {_key(_decode(k, buffers, depth + 1)): _decode(v, buffers, depth + 1) for k, v in tree["dict"]}
    raise WireError("unknown kind of value")


def _key(key):
    return key if isinstance(key, str | int | float | bool | tuple | None) else str(key)


def _array(data: bytes) -> np.ndarray:
    """Read one `.npy` buffer. Only what has arrived is looked at: a header that claims more fails in reshape."""
    stream = io.BytesIO(data)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise WireError("an array in another format than .npy 1.0")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    if dtype.kind not in "biufc":
        raise WireError(f"an array of {dtype} is not numbers")
    flat = np.frombuffer(data, dtype, offset=stream.tell())
    return flat.reshape(shape, order="F" if fortran else "C").copy(order="C")


def _decode_tensor(tree, buffers):
    dtype = getattr(torch, tree["dtype"])
    if not isinstance(dtype, torch.dtype):
        raise WireError("unknown dtype")
    tensor = torch.from_numpy(_array(buffers[tree["tensor"]])).to(dtype)
    if tree["step"] == 2:
        wide = torch.empty(*tensor.shape[:-1], 2 * tensor.shape[-1], dtype=tensor.dtype)
        wide[..., ::2] = tensor
        tensor = wide[..., ::2]
    if tree["order"] is not None:
        tensor = tensor.permute(np.argsort(tree["order"]).tolist())
    return tensor.requires_grad_(True) if tree["grad"] and tensor.is_floating_point() else tensor


def send(connection: socket.socket, tree, buffers: Sequence[bytes] = ()) -> None:
    """Write one message: a head with its sizes, the tree, the buffers."""
    body = json.dumps({"tree": tree, "sizes": [len(b) for b in buffers]}).encode()
    if len(body) > MAX_JSON:
        raise WireError(f"more than {MAX_JSON >> 20} MB in one message")
    try:
        connection.sendall(b"".join([struct.pack(">I", len(body)), body, *buffers]))
    except OSError as error:
        raise WireError(f"the other side has gone ({error})") from None


def receive(connection: socket.socket):
    """Read one message; returns (tree, buffers). Raises WireError when it is too large or breaks off."""
    (length,) = struct.unpack(">I", _exactly(connection, 4))
    if length > MAX_JSON:
        raise WireError("the message is too large")
    try:
        body = json.loads(_exactly(connection, length))
        tree, sizes = body["tree"], [int(size) for size in body["sizes"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise WireError("the message is not in the agreed form") from None
    if min(sizes, default=0) < 0 or sum(sizes) > MAX_ARRAYS + 4096 * (len(sizes) + 1):
        raise WireError("the message is too large")
    return tree, [_exactly(connection, size) for size in sizes]


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        try:
            part = connection.recv(min(count - len(data), 1 << 20))
        except TimeoutError:
            raise WireError("no answer in time") from None
        except OSError as error:
            raise WireError(f"the other side has gone ({error})") from None
        if not part:
            raise WireError("the other side has gone")
        data += part
    return bytes(data)
