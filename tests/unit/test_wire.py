"""What travels between the two processes arrives as it was, or is refused."""

import io
import json
import socket
import struct

import numpy as np
import pytest
import torch

from unrolled.desk import wire
from unrolled.desk.wire import Encoder, Opaque, Problem, WireError, decode, receive, send


def round_trip(value):
    encoder = Encoder()
    tree = json.loads(json.dumps(encoder.encode(value)))
    return decode(tree, encoder.buffers)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        -2.5,
        float("inf"),
        "naïve ✓",
        (1, [2, {"a": 3.0, 4: None}]),
        [],
        {},
        Problem("KeyError", "x", "y"),
    ],
)
def test_plain_values_arrive_as_they_were(value):
    back = round_trip(value)
    assert back == value and type(back) is type(value)


def test_nan_arrives_as_nan():
    assert np.isnan(round_trip(float("nan")))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.bool, torch.bfloat16])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3, 4), (1, 5)])
def test_tensors_keep_numbers_shape_and_dtype(dtype, shape):
    tensor = (torch.randn(shape) * 3).to(dtype)
    back = round_trip(tensor)
    assert back.dtype == dtype and back.shape == tensor.shape and torch.equal(back, tensor)


def test_a_gradient_is_asked_for_again():
    assert round_trip(torch.ones(2, requires_grad=True)).requires_grad
    assert not round_trip(torch.ones(2)).requires_grad


@pytest.mark.parametrize("make", [lambda t: t.transpose(0, 2), lambda t: t.permute(1, 2, 0), lambda t: t[..., ::2]])
def test_layout_is_told_apart(make):
    """A student's .view() must fail over there where it would fail here."""
    tensor = make(torch.arange(24.0).reshape(2, 3, 4))
    back = round_trip(tensor)
    assert torch.equal(back, tensor)
    assert not back.is_contiguous() and not tensor.is_contiguous()


def test_arrays_stay_arrays():
    back = round_trip(np.arange(6, dtype=np.int16).reshape(2, 3))
    assert isinstance(back, np.ndarray) and back.dtype == np.int16 and back.shape == (2, 3)


def test_other_objects_are_only_named():
    assert round_trip(object()) == Opaque("object")
    assert round_trip([socket.socket])[0] == Opaque("socket")


def test_object_arrays_are_refused():
    with pytest.raises(WireError, match="Python objects"):
        Encoder().encode(np.array([object()]))


def test_deep_and_endless_values_are_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(WireError, match="nested"):
        Encoder().encode(endless)
    with pytest.raises(WireError, match="parts"):
        Encoder().encode([0] * (wire.MAX_ITEMS + 1))


def test_too_many_numbers_are_refused():
    with pytest.raises(WireError, match="MB of numbers"):
        Encoder().encode(torch.zeros(wire.MAX_ARRAYS // 4 + 1))


def npy(shape: str, body: bytes, descr: str = "<f4") -> bytes:
    out = io.BytesIO()
    header = {"descr": descr, "fortran_order": False, "shape": eval(shape)}
    np.lib.format.write_array_header_1_0(out, header)
    return out.getvalue() + body


@pytest.mark.parametrize(
    "buffer",
    [
        npy("(10**12,)", b"1234"),  # claims four terabytes: must be refused before anything is allocated
        npy("(2,)", b"1234"),
        npy("(1,)", b"12345678", "|O"),
        b"not numpy at all",
        b"",
    ],
)
def test_lying_arrays_are_refused(buffer):
    with pytest.raises(WireError):
        decode({"array": 0}, [buffer])


@pytest.mark.parametrize("tree", [{"unknown": 1}, {"array": 7}, {"float": "x"}, {"tensor": 0}, {"dict": 3}, 1.5, [1]])
def test_malformed_trees_are_refused(tree):
    with pytest.raises(WireError):
        decode(tree, [])


@pytest.fixture
def pair():
    a, b = socket.socketpair()
    yield a, b
    a.close()
    b.close()


def test_messages_cross_a_socket(pair):
    send(pair[0], {"hello": "there"}, [b"abc", b""])
    assert receive(pair[1]) == ({"hello": "there"}, [b"abc", b""])


@pytest.mark.parametrize(
    "data",
    [
        struct.pack(">I", wire.MAX_JSON + 1),
        struct.pack(">I", 3) + b"{x}",
        struct.pack(">I", 2) + b"[]",
        struct.pack(">I", 26) + b'{"tree": 0, "sizes": [-1]}',
        struct.pack(">I", 36) + b'{"tree": 0, "sizes": [999999999999]} '[:36],
    ],
)
def test_what_is_no_message_is_refused(pair, data):
    pair[0].sendall(data)
    pair[0].close()
    with pytest.raises(WireError):
        receive(pair[1])


def test_a_broken_off_message_is_an_error_not_a_hang(pair):
    pair[0].sendall(b"\x00\x00")
    pair[0].close()
    with pytest.raises(WireError, match="gone"):
        receive(pair[1])
