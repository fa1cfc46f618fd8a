"""System calls that Python has no function for."""

from __future__ import annotations

import ctypes
import os
import platform
import signal

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 24, 38
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC = 1, 1
CAPABILITY_VERSION_3 = 0x20080522
# The same number on all machines, but for these two.
SECCOMP = {"x86_64": 317, "aarch64": 277}


def machine() -> str:
    return platform.machine()


def call(number: int, *arguments) -> int:
    """Raises OSError. Integers go as 64 bits."""
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(_LIBC.syscall(ctypes.c_long(number), *wide), f"system call {number}")


def prctl(option: int, *arguments) -> int:
    """Raises OSError."""
    wide = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(_LIBC.prctl(ctypes.c_int(option), *wide), f"prctl {option}")


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def drop_capabilities(uid: int = 0) -> None:
    """For good: root keeps its name, and what belongs to it, but no power over what belongs to others.

    uid: the user to become on the way, who is in no group but one of that number.
    """
    for number in range(64):
        try:
            prctl(PR_CAPBSET_DROP, number)
        except OSError:  # the last one that this kernel knows was the one before; or there are none to drop
            break
    if uid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        # A change of user takes both back: its own folder of /proc, and that it ends with whoever has forked it.
        prctl(PR_SET_DUMPABLE, 1)
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    _checked(_LIBC.capset(header, none), "capset")


def no_new_privileges() -> None:
    """No set-uid program gives any to this process or to what it starts; a filter may only be set after this."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)
