"""A seccomp filter: system calls that no notebook needs are refused, whatever their user may do elsewhere.

It is a list of what is refused, and of what is allowed with certain arguments alone; everything else passes, up to the
newest call that was known when this was written. Those that are newer "do not exist". The filter is some hundred
instructions of classic BPF, assembled here: a library for it would be one more thing to keep for ten years.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct

from unrolled.walls.system import SECCOMP, SECCOMP_FILTER_FLAG_TSYNC, SECCOMP_SET_MODE_FILTER, call, machine

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
NEWEST = 467  # of the numbers that are the same everywhere, in Linux 6.18
CLONE_THREAD, CLONE_NEW = 0x10000, 0x7E020080  # the second: user, mount, network … namespaces
F_SETOWN, F_SETOWN_EX = 8, 15  # whom a file sends its signals to
TIOCSTI, TIOCLINUX = 0x5412, 0x541C  # typing on somebody's terminal
KIND = 0xF  # of a socket, without its flags

# Call: its number on x86_64 and on aarch64; None where there is none.
_OTHER_PROCESSES = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "get_robust_list": (274, 100),
    "perf_event_open": (298, 241),
}
# One notebook is one process: nothing is left when it has gone, and its memory is the memory of one process.
_NEW_PROCESSES = {
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "setsid": (112, 157),
    "setpgid": (109, 154),
}
_FILES_OF_OTHERS = {  # of the same user, that Landlock does not look after
    "chown": (92, None),
    "lchown": (94, None),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "setxattrat": (463, 463),
    "removexattrat": (466, 466),
    "truncate": (76, 45),  # by path; before version 3, Landlock does not know it
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
}
# Nothing happens, and they say that it did: whoever copies a file with shutil calls the last of them, and ZeroMQ ends
# the process where it cannot set its threads' order, though it sets what they have.
PRETENDED = {
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "sched_setaffinity": (203, 122),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
}
_THE_SYSTEM = {
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "io_uring_setup": (425, 425),  # calls that no filter sees
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "personality": (135, 92),
    "quotactl": (179, 60),
    "add_key": (248, 217),  # keyrings outlive a process
    "request_key": (249, 218),
    "keyctl": (250, 219),
}
_MEMORY_THAT_STAYS = {  # or that counts as nobody's
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
}
_CONNECTIONS = {"connect": (42, 203)}
_SOCKETS = {"socket": (41, 198), "bind": (49, 200), "listen": (50, 201)}

REFUSED = {
    **_OTHER_PROCESSES,
    **_NEW_PROCESSES,
    **_FILES_OF_OTHERS,
    **_THE_SYSTEM,
    **_MEMORY_THAT_STAYS,
    **_CONNECTIONS,
}

# Calls that are allowed with certain arguments: (numbers, place of the argument, mask, the values allowed).
_SELF = (0, "self")
ALLOWED_WITH: dict[str, tuple[tuple[int, int], int, int, tuple[int | str, ...]]] = {
    "kill": ((62, 129), 0, 0xFFFFFFFF, _SELF),
    "tgkill": ((234, 131), 0, 0xFFFFFFFF, ("self",)),
    "prlimit64": ((302, 261), 0, 0xFFFFFFFF, _SELF),
    "setpriority": ((141, 140), 1, 0xFFFFFFFF, _SELF),
    "ioprio_set": ((251, 30), 1, 0xFFFFFFFF, _SELF),
    "clone": ((56, 220), 0, CLONE_THREAD | CLONE_NEW, (CLONE_THREAD,)),
}
# And calls that are refused with certain arguments.
REFUSED_WITH: dict[str, tuple[tuple[int, int], int, int, tuple[int | str, ...]]] = {
    "prctl": ((157, 167), 0, 0xFFFFFFFF, (1, 4)),  # to outlive the grader; to hide from it
    "fcntl": ((72, 25), 1, 0xFFFFFFFF, (F_SETOWN, F_SETOWN_EX)),
    "ioctl": ((16, 29), 1, 0xFFFFFFFF, (TIOCSTI, TIOCLINUX)),
}
SOCKET_OF_ITS_OWN = ((41, 198), 0, 0xFFFFFFFF, (int(socket.AF_UNIX),))
PAIR = ((53, 199), 1, KIND, (int(socket.SOCK_STREAM),))  # a datagram could be sent to any address
CLONE3 = (435, 435)  # its flags are out of a filter's sight; who gets ENOSYS takes clone

_LOAD, _AND, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data


def is_known_here() -> bool:
    """Is there a list of numbers for this machine?"""
    return machine() in ARCHITECTURES


def install(*, binding: bool, without: tuple[str, ...] = ()) -> None:
    """Filter this process's calls from here on, those of all its threads. no_new_privs must have been set.

    binding: sockets in the file system may still be made and bound. without: calls to leave alone, for tests.
    """
    program = _program(machine(), os.getpid(), binding, without)
    instructions = ctypes.create_string_buffer(b"".join(program))
    head = struct.pack("HxxxxxxP", len(program), ctypes.addressof(instructions))
    call(SECCOMP[machine()], SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, ctypes.c_char_p(head))


def _program(arch: str, pid: int, binding: bool, without: tuple[str, ...]) -> list[bytes]:
    """The filter. Each rule compares the call's number and, where it is that one, returns."""
    place = list(ARCHITECTURES).index(arch)
    refuse = _step(_RETURN, _ERRNO | errno.EPERM)
    unknown = _step(_RETURN, _ERRNO | errno.ENOSYS)
    program = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, ARCHITECTURES[arch], 1, 0),
        _step(_RETURN, _KILL),  # int 0x80 has other numbers
        _step(_LOAD, _NUMBER),
    ]

    def rule(name: str, numbers: tuple[int | None, ...], *then: bytes) -> None:
        number = numbers[place]
        if name not in without and number is not None:
            program.extend([_step(_EQUAL, number, 0, len(then)), *then])

    def by_argument(name: str, what: tuple, among: int, otherwise: int) -> None:
        numbers, argument, mask, values = what
        known = [pid if value == "self" else value for value in values]
        tests = [_step(_EQUAL, value, len(known) - n, 0) for n, value in enumerate(known)]
        rule(
            name,
            numbers,
            _step(_LOAD, _ARGUMENTS + 8 * argument),  # the lower half of it
            _step(_AND, mask),
            *tests,
            _step(_RETURN, otherwise),
            _step(_RETURN, among),
        )

    denied = _ERRNO | errno.EPERM
    for name, numbers in REFUSED.items():
        rule(name, numbers, refuse)
    for name, numbers in PRETENDED.items():
        rule(name, numbers, _step(_RETURN, _ERRNO))  # error number 0
    for name, what in ALLOWED_WITH.items():
        by_argument(name, what, _ALLOW, denied)
    for name, what in REFUSED_WITH.items():
        by_argument(name, what, denied, _ALLOW)
    by_argument("socketpair", PAIR, _ALLOW, denied)
    if binding:
        by_argument("socket", SOCKET_OF_ITS_OWN, _ALLOW, denied)
    else:
        for name, numbers in _SOCKETS.items():
            rule(name, numbers, refuse)
    rule("clone3", CLONE3, unknown)
    # x32's numbers are above all others; so one comparison refuses them, and calls that nobody here has heard of.
    program += [_step(_AT_LEAST, NEWEST + 1, 0, 1), unknown, _step(_RETURN, _ALLOW)]
    return program


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
