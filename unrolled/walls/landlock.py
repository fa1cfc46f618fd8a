"""Landlock: a process gives up, for good, all of the file system but what it names. Linux 5.13 and newer.

What it does not cover: stat, readlink, chdir and access tell that a file is there; chmod, chown, utime and sockets in
the file system are for the filter (unrolled.walls.filter). The versions before 6 know no signals, before 4 no TCP.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable, Mapping

from unrolled.walls.system import call

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG, PATH_BENEATH = 1, 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15  # from versions 2, 3 and 5 on
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many bits a version knows; later ones know 16
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV

READ = READ_FILE | READ_DIR
# No links, sockets and devices: the grader clears up after a notebook, and meets nothing but files and folders.
WRITE = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE
DEVICE = READ | WRITE_FILE | IOCTL_DEV

ALL_OF_TCP = 0b11  # bind and connect: handled, and allowed nowhere
ABSTRACT_SOCKETS_AND_SIGNALS = 0b11  # to processes outside


def version() -> int:
    """Of the running kernel's Landlock; 0 where there is none."""
    try:
        return call(CREATE_RULESET, None, 0, VERSION_FLAG)
    except OSError:
        return 0


def restrict(allowed: Iterable[tuple[str, int]], abi: int | None = None) -> None:
    """From here on this thread, and all it starts, may do what `allowed` says and nothing else with files.

    allowed: (path, rights) pairs; what is not there is left out. no_new_privs must have been set. Raises OSError.
    """
    abi = version() if abi is None else abi
    handled = (1 << RIGHTS.get(abi, 16)) - 1
    attributes = struct.pack("QQQ", handled, ALL_OF_TCP, ABSTRACT_SOCKETS_AND_SIGNALS)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = call(CREATE_RULESET, ctypes.c_char_p(attributes), size, 0)
    try:
        for path, rights in _merged(allowed).items():
            _allow(ruleset, path, rights & handled)
        call(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _merged(allowed: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    rights: dict[str, int] = {}
    for path, more in allowed:
        rights[path] = rights.get(path, 0) | more
    return rights


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):  # what is out of reach by itself needs no leave
        return
    try:
        if not os.path.isdir(path):
            rights &= ON_FILES
        rule = struct.pack("=Qi", rights, folder)
        call(ADD_RULE, ruleset, PATH_BENEATH, ctypes.c_char_p(rule), 0)
    finally:
        os.close(folder)
