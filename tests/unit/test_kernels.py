"""A wake-up that is lost costs a slice, not the whole time limit."""

import asyncio
from queue import Empty

import pytest

from unrolled.kernels.kernel import SLICE_SECONDS, in_slices


def channel(answers_after: int):
    """A get_msg that is never woken: the message is seen only when a wait ends, at the n-th look."""
    waits: list[float | None] = []

    async def get_msg(timeout=None):
        waits.append(timeout)
        if timeout is None or timeout > SLICE_SECONDS:
            pytest.fail(f"would sleep for {timeout} s over a message that is there")
        if len(waits) < answers_after:
            raise Empty
        return "message"

    return get_msg, waits


@pytest.mark.parametrize("timeout", [600, None])
def test_a_lost_wake_up_is_noticed_at_the_next_slice(timeout):
    get_msg, waits = channel(answers_after=3)
    assert asyncio.run(in_slices(get_msg)(timeout=timeout)) == "message"
    assert len(waits) == 3


def test_the_time_limit_still_holds():
    get_msg, waits = channel(answers_after=10**9)
    with pytest.raises(Empty):
        asyncio.run(in_slices(get_msg)(timeout=0.01))
    assert waits


def test_without_slices_it_would_sleep():
    """The control: the fake channel does fail whoever waits in one go."""
    get_msg, _ = channel(answers_after=1)
    with pytest.raises(pytest.fail.Exception):
        asyncio.run(get_msg(timeout=600))
