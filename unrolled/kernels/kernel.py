"""A notebook's kernel, as everything here starts one: reached through private files, and never waited for in vain."""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

from unrolled.kernels import provisioner
from unrolled.walls.inner import Wall

# Seconds of one wait for a message. Now and then (seen in 2 of some 60 notebooks) an answer is there and the
# event loop is not woken, so that it is found only when the wait ends: at the cell's time limit. Waiting in
# slices bounds what such a lost wake-up costs.
SLICE_SECONDS = 1.0

# A page shows plotly's figures only as HTML; by itself plotly gives a notebook's kernel the form for JupyterLab alone.
FIGURES_IN_PAGES = {"PLOTLY_RENDERER": "plotly_mimetype+notebook_connected"}
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # costs are counted alike however many cores there are


if TYPE_CHECKING:
    from nbclient import NotebookClient as _Client  # nbconvert's and nbgrader's preprocessors are such clients too
else:
    _Client = object


def cores() -> int:
    """How many this process may use; a container or a batch system often allows fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class PrivateKernel(_Client):
    """Put in front of NotebookClient or nbgrader's Execute; `kernel_folder` must exist while the kernel runs.

    The kernel is talked to through sockets in that folder, not through ports that others on the machine see, and is
    forked from a warm process where that can be. With a `kernel_wall` it runs behind it, whatever kernel the notebook
    asks for.
    """

    kernel_folder: Path
    kernel_wall: Wall | None = None

    def create_kernel_manager(self):
        manager = super().create_kernel_manager()
        manager.transport, manager.ip = "ipc", str(self.kernel_folder / "kernel")
        manager.connection_file = str(self.kernel_folder / "connection.json")
        if manager.kernel_spec is not None:
            ours: dict[str, Any] = {"provisioner_name": provisioner.NAME}
            manager.kernel_spec.metadata["kernel_provisioner"] = ours
            if self.kernel_wall:
                manager.ip = str(Path(self.kernel_wall.sockets) / "kernel")
                ours["config"] = {"wall": dataclasses.asdict(self.kernel_wall)}
                manager.kernel_spec.argv = [sys.executable, *provisioner.LAUNCHER, "-f", "{connection_file}"]
        return manager

    def start_new_kernel_client(self, **kwargs):  # nbconvert's way
        client = super().start_new_kernel_client(**kwargs)
        return _wait_in_slices(client)

    async def async_start_new_kernel_client(self):  # nbclient's own
        client = await super().async_start_new_kernel_client()
        return _wait_in_slices(client)


def _wait_in_slices(client):
    for channel in (client.shell_channel, client.iopub_channel):
        channel.get_msg = in_slices(channel.get_msg)
    return client


def in_slices(get_msg: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The same get_msg(timeout), waiting SLICE_SECONDS at a time. Raises queue.Empty when time is up."""

    async def sliced(timeout: float | None = None) -> Any:
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            left = SLICE_SECONDS if end is None else min(SLICE_SECONDS, max(0.0, end - time.monotonic()))
            try:
                return await get_msg(timeout=left)
            except Empty:
                if end is not None and time.monotonic() >= end:
                    raise

    return sliced
