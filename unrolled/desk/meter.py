"""What running code has cost, counted in passes of a small reference network, so that it means the same everywhere."""

from __future__ import annotations

import os
import statistics
import time

import torch


class Meter:
    """What the code since the last lap has cost, counted in reference passes.

    A reference pass is one forward and backward of nn.GRU(27, 64) on (64, 15, 27) float32. It is timed just before
    and just after, with the thread count that the code itself had, so that a slow or busy machine slows both down
    and the ratio stays. The clock is CPU time of this process, all its threads and the children it has waited for:
    it stands still while the process waits for its turn.

    It runs beside the student's code, so it can be fooled by code that tries; it is a measure, not a wall.
    """

    def __init__(self) -> None:
        self._cpu = 0.0
        self._unit: dict[str, float] = {}  # nothing timed yet: everything since the process began counts

    def lap(self) -> None:
        """Begin to count from here."""
        self._unit = {device: reference_pass(device) for device in _devices()}
        self._cpu = _cpu_seconds()

    def spent(self, device: str = "cpu") -> dict[str, float]:
        """Since the last lap: "passes", CPU "seconds", and CPU seconds of a pass "before" and "after".

        device: type of the device that the code trained on, on which the pass is timed.
        """
        seconds = _cpu_seconds() - self._cpu
        after = reference_pass(device)
        before = self._unit.get(device, after)
        return {"passes": seconds / ((before + after) / 2), "seconds": seconds, "before": before, "after": after}


METER = Meter()  # of this process

PASSES_TIMED = 9


def reference_pass(device: str = "cpu") -> float:
    """CPU seconds of one reference pass: the median of PASSES_TIMED. Leaves the random numbers as they were."""
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        gru = torch.nn.GRU(27, 64, batch_first=True, dtype=torch.float32).to(device)
        x = torch.randn(64, 15, 27, dtype=torch.float32).to(device)
    times = []
    for _ in range(PASSES_TIMED + 2):  # the first two warm up
        started = _cpu_seconds()
        with torch.enable_grad():
            gru(x)[0].sum().backward()
        if device == "cuda":
            torch.cuda.synchronize()
        times.append(_cpu_seconds() - started)
    return statistics.median(times[2:])


def _devices() -> list[str]:
    return ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]


def _cpu_seconds() -> float:
    times = os.times()
    return time.process_time() + times.children_user + times.children_system
