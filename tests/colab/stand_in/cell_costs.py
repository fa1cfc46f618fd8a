"""In the kernel: what each cell costs, in reference passes, a line for each in a file. Binds no name."""

import importlib.util
import json
import os
import time

from IPython import get_ipython

CHEAP = 1.0  # CPU seconds: below, no pass is timed, and the cell counts as nothing


def begin(file: str, meter: str) -> None:
    """file: where to write; meter: the path of unrolled/desk/meter.py, since this kernel has no unrolled."""
    shell, started = get_ipython(), [0.0]

    def before(info) -> None:
        started[0] = _cpu_seconds()

    def after(result) -> None:
        seconds = _cpu_seconds() - started[0]
        passes = seconds / _reference_pass(meter) if seconds > CHEAP else 0
        with open(file, "a", encoding="utf-8") as told:
            told.write(json.dumps(round(passes)) + "\n")

    shell.events.register("pre_run_cell", before)
    shell.events.register("post_run_cell", after)


def _cpu_seconds() -> float:
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _reference_pass(meter: str) -> float:
    spec = importlib.util.spec_from_file_location("meter_of_the_course", meter)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.reference_pass()
