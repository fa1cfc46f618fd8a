"""What a notebook's environment holds: what is named here, and nothing else that its grader's holds.

And how a secret leaves the grader's own. Popping it from os.environ is not enough: /proc/<pid>/environ shows the memory
that the process was started with, to every process of the same user, and libc's unsetenv leaves that as it is.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping
from pathlib import Path

PASSED_ON = frozenset(
    {"PATH", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "PYTORCH_NVML_BASED_CUDA_CHECK"}
    | {"OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"}
    | {"MPLBACKEND", "PLOTLY_RENDERER", "NBGRADER_EXECUTION", "UNROLLED_OFFLINE", "UNROLLED_DATA"}
    | {
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONHASHSEED",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONPYCACHEPREFIX",
        "PYTHONNOUSERSITE",
        "VIRTUAL_ENV",
    }
)
PREFIXES = ("LC_",)
# Where packages keep what they have worked out once, such as Matplotlib's list of fonts: for the process that imports
# them, which runs no student's code.
CACHES = frozenset({"HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR", "TMPDIR"})
NOBODY = "student"  # the user's name, for what asks


def passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """What of an environment goes on to processes that come near a student's code."""
    return {name: value for name, value in environment.items() if name in PASSED_ON or name.startswith(PREFIXES)}


def of_a_notebook(home: Path) -> dict[str, str]:
    """What tells packages to keep their files in a notebook's own folder, and torch.compile, which would start a
    compiler and wait for it, to give back what it is given."""
    names = {"HOME": home, "TMPDIR": home / "tmp", "IPYTHONDIR": home / "ipython", "MPLCONFIGDIR": home / "matplotlib"}
    return {
        **{name: str(path) for name, path in names.items()},
        **{"USER": NOBODY, "LOGNAME": NOBODY, "TORCHDYNAMO_DISABLE": "1"},
    }


def take_out(name: str) -> str | None:
    """Take a secret out of this process's environment, from its memory too; returns it, None where there is none.

    Raises RuntimeError where it can still be read in /proc afterwards.
    """
    value = os.environ.get(name)
    if value is None:
        return None
    if sys.platform == "linux":
        getenv = ctypes.CDLL(None).getenv
        getenv.restype, getenv.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
        if place := getenv(os.fsencode(name)):
            ctypes.memset(place, ord("x"), len(os.fsencode(value)))
    del os.environ[name]
    if sys.platform == "linux" and value and f"{name}={value}".encode() in Path("/proc/self/environ").read_bytes():
        raise RuntimeError(f"{name} cannot be taken out of this process's environment; put it into the file .salt")
    return value
