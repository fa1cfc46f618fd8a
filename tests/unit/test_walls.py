"""What the walls hold. Each attempt is made behind the inner alone, behind both, and with what holds it taken out."""

import ctypes
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from unrolled.kernels.door import Door
from unrolled.walls import cgroup, filter, outer, user
from unrolled.walls.environment import of_a_notebook, passed_on
from unrolled.walls.inner import MB, Unsafe, Wall, shut_in
from unrolled.walls.machine import NO_WALL, TWO_WALLS, mechanisms, sandbox
from unrolled.walls.outer import Sandbox
from unrolled.walls.watch import Watch

if sys.platform != "linux":
    pytest.skip("the walls are Linux's", allow_module_level=True)
if sandbox() == NO_WALL:
    lacking = [f"{one.name}: {one.lacks}" for one in mechanisms() if one.needed and not one.there]
    pytest.skip(f"this machine cannot shut anything in ({'; '.join(lacking)})", allow_module_level=True)

HAS_OUTER = sandbox() == TWO_WALLS
needs_outer = pytest.mark.skipif(not HAS_OUTER, reason=f"no bubblewrap to be used here: {outer.lacking()}")
walls = pytest.mark.parametrize(
    "outer", [pytest.param(False, id="the inner alone"), pytest.param(True, id="two walls", marks=needs_outer)]
)

# The parent stands for the grader; what it has forked goes behind the wall and tries.
DRIVER = """
import ctypes, json, os, resource, socket, sys
from unrolled.walls.inner import Wall, shut_in, shut_sockets
libc = ctypes.CDLL(None, use_errno=True)
wall, attempt, outside = Wall(**json.loads(sys.argv[1])), sys.argv[2], sys.argv[3]
pid = os.fork()
if not pid:
    shut_in(wall)
    shut_sockets(wall)
    os.chdir(wall.work)
    try:
        exec(attempt)
        print("done", flush=True)
    except BaseException as error:
        print("refused", type(error).__name__, error, flush=True)
    os._exit(0)
print("ended", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""


@pytest.fixture
def place(tmp_path):
    for name in ("home", "work", "sockets", "outside"):
        (tmp_path / name).mkdir()
    (tmp_path / "outside/secret").write_text("hush")
    return tmp_path


def wall_in(place, **more) -> Wall:
    return Wall(*(str(place / name) for name in ("home", "work", "sockets")), **more)


def attempt(place, source: str, outer: bool = False, **more) -> str:
    """What came of it: "done", or "refused" and why, or how the process ended if it said nothing.

    outer: both of them, what stands for the grader and what tries, are inside the outer wall.
    """
    asked = [json.dumps(vars(wall_in(place, **more))), source, str(place / "outside")]
    command = [sys.executable, "-P", "-c", DRIVER, *asked]
    if outer:
        command = Sandbox(writes=tuple(str(place / name) for name in ("home", "work", "sockets"))).command(command)
    done = subprocess.run(command, text=True, capture_output=True, timeout=120, env={**os.environ, "HUSH": "hush"})
    assert "ended" in done.stdout, done.stderr
    return done.stdout.split("\n")[0]


FILES, CALLS, LIMITS = ("files",), ("calls",), ("limits",)
BOTH = ("files", "calls", "capabilities")
ATTEMPTS = {
    # name: (what is tried, which defences are taken out for the control)
    "read": ("open(outside + '/secret').read()", FILES),
    "list": ("os.listdir(outside)", FILES),
    "read the grader's environment": (
        "assert b'HUSH' in open(f'/proc/{os.getppid()}/environ', 'rb').read()",
        ("files", "capabilities"),
    ),
    "write": ("open(outside + '/new', 'w').write('x')", FILES),
    "delete": ("os.remove(outside + '/secret')", FILES),
    "plant a link": ("os.symlink(outside + '/secret', 'link')", FILES),
    "take permissions": ("os.chmod(outside, 0o500)\nassert os.stat(outside).st_mode & 0o777 == 0o500", CALLS),
    "turn back the clock": (
        "os.utime(outside + '/secret', (1, 1))\nassert os.stat(outside + '/secret').st_mtime == 1",
        CALLS,
    ),
    "cut off": ("os.truncate(outside + '/secret', 0)", ("files", "calls")),
    "tcp": ("socket.create_connection(('127.0.0.1', PORT), 5)", BOTH),
    "udp": ("socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', PORT))", CALLS),
    "an abstract socket": ("socket.socket(socket.AF_UNIX).connect(chr(0) + 'ABSTRACT')", BOTH),
    "a socket in the file system": ("socket.socket(socket.AF_UNIX).connect(outside + '/service')", CALLS),
    "listen": ("socket.create_server(('127.0.0.1', 0))", BOTH),
    "signal": ("os.kill(os.getppid(), 0)", BOTH),
    "signal by a file": ("import fcntl\nr, w = os.pipe()\nfcntl.fcntl(r, fcntl.F_SETOWN, os.getppid())", CALLS),
    "trace": ("assert libc.ptrace(0x4206, os.getppid(), 0, 0) == 0, 'ptrace'", BOTH),  # PTRACE_SEIZE
    "slow down": ("os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)", ("calls", "capabilities")),
    "limit another": ("resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (0, 0))", CALLS),
    "fork": ("if not os.fork(): os._exit(0)", CALLS),
    "run a program": ("import subprocess\nsubprocess.run(['true'], check=True)", ("files", "calls")),
    "a session of its own": ("os.setpgid(0, 0)", CALLS),
    "outlive the grader": ("assert libc.prctl(1, 0, 0, 0, 0) == 0, 'prctl'", CALLS),
    "memory that stays": (
        "id = libc.shmget(0, 4096, 0o600 | 0o1000)\nassert id >= 0, 'shmget'\nlibc.shmctl(id, 0, 0)",
        CALLS,
    ),
    "keyrings": ("assert libc.syscall(SYS_keyctl, 0, -3, 1) >= 0, 'keyctl'", CALLS),
    "fill the disk": ("open('big', 'wb').write(bytes(4 << 20))", LIMITS),
    "fill memory": ("bytearray(512 << 20)", LIMITS),
    "open everything": ("kept = [open('/dev/null') for _ in range(400)]", LIMITS),
}
KEYCTL = {"x86_64": 250, "aarch64": 219}
SMALL = {"disk": 2 * MB, "memory": 64 * MB}


@pytest.fixture
def services(place):
    """What listens outside: TCP, UDP and two unix sockets."""
    abstract = f"unrolled-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as named:
        named.bind(str(place / "outside/service"))
        named.listen()
        with socket.socket(socket.AF_UNIX) as nameless:
            nameless.bind("\0" + abstract)
            nameless.listen()
            yield {
                "PORT": str(tcp.getsockname()[1]),
                "ABSTRACT": abstract,
                "SYS_keyctl": str(KEYCTL[os.uname().machine]),
            }


@pytest.mark.parametrize("name", ATTEMPTS)
def test_behind_the_wall_it_is_refused_and_without_the_defence_it_is_done(name, place, services):
    source, without = ATTEMPTS[name]
    for word, value in services.items():
        source = source.replace(word, value)
    for both in (False, True) if HAS_OUTER else (False,):
        refused = attempt(place, source, both, **SMALL)
        assert refused.startswith("refused"), refused
    assert (place / "outside/secret").read_text() == "hush"
    done = attempt(place, source, without=without, **SMALL)
    if name == "trace" and done != "done":
        pytest.skip(f"this machine lets nobody trace: {done}")
    assert done == "done"


@walls
def test_what_notebooks_need_is_there(place, outer):
    honest = (
        "import tempfile, threading, random, zoneinfo\n"
        "open('mine', 'w').write('x')\nos.makedirs('a/b')\nos.rename('mine', 'a/mine')\nos.remove('a/mine')\n"
        "import shutil\nopen('one', 'w').close()\nshutil.copy2('one', 'two')\n"
        "thread = threading.Thread(target=sum, args=([1],))\nthread.start()\nthread.join()\n"
        "socket.socketpair()\nos.kill(os.getpid(), 0)\nos.urandom(8)\nopen('/dev/null', 'w').write('x')\n"
        "assert open('/proc/self/status').read() and os.listdir('/proc/self/fd')\n"
        "import asyncio\nasyncio.run(asyncio.sleep(0))"
    )
    assert attempt(place, honest, outer) == "done"


def test_another_numbering_of_system_calls_is_no_way_round(place):
    """int 0x80 takes the numbers of 32 bits, in which 20 is getpid."""
    if os.uname().machine != "x86_64":
        pytest.skip("x86_64 alone has it")
    source = (
        "import mmap\ncode = mmap.mmap(-1, 4096, prot=7)\ncode.write(bytes.fromhex('b814000000cd80c3'))\n"
        "place = ctypes.addressof(ctypes.c_char.from_buffer(code))\n"
        "assert ctypes.CFUNCTYPE(ctypes.c_int)(place)() == os.getpid()"
    )
    if attempt(place, source, without=CALLS) != "done":
        pytest.skip("this machine does not run 32-bit calls")
    assert attempt(place, source) == "ended -31"  # SIGSYS


def test_a_call_that_nobody_knows_does_not_exist(place):
    source = "assert libc.syscall({}, 0, 0, 0) == -1 and ctypes.get_errno() == 38"
    assert attempt(place, source.format(filter.NEWEST + 1)) == "done"
    assert attempt(place, source.format(0x40000000 + 39)) == "done"  # x32's getpid


@pytest.mark.parametrize("without", [(), FILES, CALLS])
def test_the_numbers_of_calls_are_right(place, without):
    """Those that this machine's libc has names for are tried, with arguments that do nothing: EPERM means ours."""
    names = ("unshare", "setns", "pivot_root", "chroot", "mount", "kcmp")
    number = {name: filter.REFUSED[name][list(filter.ARCHITECTURES).index(os.uname().machine)] for name in names}
    source = "\n".join(
        f"assert libc.syscall({n}, 0, 0, 0, 0, 0) == -1 and ctypes.get_errno() == 1, '{name}'"
        for name, n in number.items()
        if name != "unshare"  # which does succeed, at nothing
    )
    said = attempt(place, source, without=(*without, "capabilities"))
    assert (said == "done") == ("calls" not in without), said


def test_a_secret_within_what_everybody_may_read_is_refused(place):
    with pytest.raises(Unsafe, match="move one of them"):
        shut_in(wall_in(place, hidden=("/usr/share",)))


def test_a_device_is_out_of_reach_unless_it_is_named(place):
    """A file stands for it: of graphics cards there are none here."""
    source = "open(outside + '/secret', 'r+').close()"
    assert attempt(place, source).startswith("refused")
    assert attempt(place, source, devices=(str(place / "outside/secret"),)) == "done"


# --- the outer wall by itself --------------------------------------------------------------------------------

# Nothing of the inner one; HERE is the test's folder, PID the test's process.
BY_ITSELF = {
    "read": "open('HERE/outside/secret').read()",
    "list": "os.listdir('HERE/outside')",
    "write": "open('HERE/outside/new', 'w').close()",
    "delete": "os.remove('HERE/outside/secret')",
    "change Python": "open('PYTHON', 'r+').close()",
    "tcp": "socket.create_connection(('127.0.0.1', PORT), 5)",
    "an abstract socket": "socket.socket(socket.AF_UNIX).connect(chr(0) + 'ABSTRACT')",
    "a socket in the file system": "socket.socket(socket.AF_UNIX).connect('HERE/outside/service')",
    # The same number may be another process's in there: it is this one that began when this one did.
    "see a process": "assert open('/proc/PID/stat').read().rpartition(')')[2].split()[19] == 'BEGAN'",
    "signal it": "assert libc.kill(PID, 0) == 0 and os.path.exists('/proc/PID') and 'PID' in os.listdir('/proc')",
    "its memory": "open('/proc/PID/mem', 'rb').close()",
    "shared memory": "assert libc.shmget(KEY, 0, 0) >= 0, 'shmget'",
    "its networks": "assert len(socket.if_nameindex()) > 1",
    "a disk": "assert any(name.startswith(('sd', 'vd', 'nvme', 'loop', 'kmsg')) for name in os.listdir('/dev'))",
}


@pytest.fixture
def segment():
    """System V shared memory, by its key."""
    libc, key = ctypes.CDLL(None), 0x756E0000 + os.getpid() % 0xFFFF
    id = libc.shmget(key, 4096, 0o600 | 0o1000)
    yield str(key)
    libc.shmctl(id, 0, 0)


@needs_outer
@pytest.mark.parametrize("name", BY_ITSELF)
def test_the_outer_wall_holds_by_itself(name, place, services, segment, tmp_path):
    source = BY_ITSELF[name]
    python = tmp_path / "python"
    python.touch()
    words = {"HERE": str(place), "PID": str(os.getpid()), "KEY": segment, "PYTHON": os.path.realpath(os.__file__)}
    words["BEGAN"] = Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]  # since the machine did
    for word, value in {**services, **words}.items():
        source = source.replace(word, value)
    nothing = {"without": ("files", "calls", "capabilities", "limits")}
    refused = attempt(place, source, outer=True, **nothing)
    assert refused.startswith("refused"), refused
    assert (place / "outside/secret").read_text() == "hush"
    if name == "change Python" and not os.access(words["PYTHON"], os.W_OK):
        return  # this user may not, wall or none
    done = attempt(place, source, **nothing)
    if name == "its networks" and done != "done":
        pytest.skip("this machine has one network interface")
    assert done == "done"


@needs_outer
def test_what_is_not_named_is_not_there(place):
    """The course, the home, and all of /etc but the little that is read: not refused, but absent."""
    seen = "print(sorted(os.listdir('/etc')), os.path.exists('HERE'), os.listdir(os.path.expanduser('~')))"
    source = seen.replace("HERE", str(Path(__file__).parents[2] / "questions")).replace("print(", "raise Exception(")
    said = attempt(place, source, outer=True, without=("files", "calls", "capabilities", "limits"))
    assert "passwd" not in said and "False" in said and "[]" in said, said


def test_a_set_uid_bubblewrap_is_not_used(tmp_path, monkeypatch):
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(outer, "WHEEL", "no_such_package")
    for mode, found, says in ((0o755, str(program), ""), (0o4755, "", "is set-uid")):
        program.chmod(mode)
        path, why = outer.find.__wrapped__()
        assert path == found and says in why


def test_one_that_cannot_be_used_says_what_would_help(tmp_path, monkeypatch):
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'no namespaces here' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(outer, "find", lambda: (str(program), ""))
    monkeypatch.setattr(outer, "how", outer.how.__wrapped__)
    refusing = {"/proc/sys/kernel/unprivileged_userns_clone": "0"}
    monkeypatch.setattr(outer, "_reads", lambda path: refusing.get(path, ""))
    assert outer.how() is None
    assert "sysctl kernel.unprivileged_userns_clone=1" in outer.lacking() and "no namespaces" in outer.lacking()


# --- control groups and users --------------------------------------------------------------------------------

has_groups = pytest.mark.skipif(not cgroup.bases(), reason="no control groups can be made here")


def in_a_group(place, source: str, enters: bool = True) -> tuple[int, bool]:
    """(exit status of a process that does this in a group of its own, whether the system ended it for its memory)"""
    run = cgroup.make("test")
    try:
        group = cgroup.Group(run, "one", wall_in(place, memory=64 * MB, disk=MB))
        pid = os.fork()
        if not pid:
            status = 1
            try:
                if enters:
                    group.enter()
                exec(source)
                status = 0
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return status, group.has_killed()
    finally:
        cgroup.remove(run)
        assert not any(map(os.path.exists, run))


@has_groups
def test_a_group_ends_what_takes_too_much_memory(place):
    source = "import mmap\nkept = mmap.mmap(-1, 256 << 20)\nfor _ in range(256): kept.write(bytes(1 << 20))"
    assert in_a_group(place, source) == (-9, True)
    assert in_a_group(place, source, enters=False) == (0, False)
    assert in_a_group(place, "pass") == (0, False)


@has_groups
def test_a_group_refuses_more_threads(place):
    source = "import threading\nwait = threading.Event().wait\n"
    source += "for _ in range(210): threading.Thread(target=wait, daemon=True).start()"
    assert in_a_group(place, source)[0] == 1
    assert in_a_group(place, source, enters=False)[0] == 0


def test_in_version_2_the_grader_steps_aside_only_where_it_is_alone(tmp_path, monkeypatch):
    """A group has either processes or groups. The files are made up: this says what is written, not that it works."""
    (tmp_path / "proc").mkdir()
    scope = tmp_path / "cgroup/scope"
    scope.mkdir(parents=True)
    (tmp_path / "proc/cgroup").write_text("0::/scope\n")
    (tmp_path / "proc/mountinfo").write_text(f"1 2 0:3 / {tmp_path}/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n")
    monkeypatch.setattr(cgroup, "SELF", str(tmp_path / "proc"))
    (scope / "cgroup.subtree_control").touch()
    (scope / "cgroup.procs").write_text(f"{os.getpid()}\n{os.getppid()}\n")  # a shell, and what it runs
    assert cgroup._version_2()[0] == (str(scope),) and not (scope / cgroup.ASIDE).exists()
    (scope / "cgroup.procs").write_text(f"{os.getpid()}\n")
    assert cgroup._version_2()[0] == (str(scope),)
    assert (scope / cgroup.ASIDE / "cgroup.procs").read_text() == str(os.getpid())
    assert (scope / "cgroup.subtree_control").read_text() == "+memory +pids"
    (tmp_path / "proc/cgroup").write_text(f"0::/scope/{cgroup.ASIDE}\n")
    assert cgroup._version_2()[0] == (str(scope),)


def test_no_two_notebooks_get_the_same_user():
    taken: set[int] = set()
    for _ in user.UIDS:
        taken.add(user.free(taken))
    assert taken == set(user.UIDS)


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone can give files away")
def test_what_is_given_away_follows_no_link(tmp_path):
    for name in ("given/below", "kept"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "given/link").symlink_to(tmp_path / "kept")
    user.give([str(tmp_path / "given")], user.UIDS[0])
    assert (tmp_path / "given/below").stat().st_uid == user.UIDS[0] and (tmp_path / "kept").stat().st_uid == 0


# --- the environment -----------------------------------------------------------------------------------------


def test_the_environment_is_what_is_named(tmp_path):
    grader = {"PATH": "/bin", "LC_ALL": "C", "UNROLLED_SALT": "hush", "AWS_SECRET": "x", "HOME": "/home/teacher"}
    assert passed_on(grader) == {"PATH": "/bin", "LC_ALL": "C"}
    assert of_a_notebook(tmp_path)["HOME"] == str(tmp_path)


@pytest.mark.parametrize(
    ("leave", "left"),
    [
        ("from unrolled.walls.environment import take_out; take_out('SECRET')", False),
        ("os.environ.pop('SECRET')", True),
    ],
)
def test_a_secret_leaves_the_memory_that_proc_shows(leave, left):
    """The control: os.environ.pop leaves it there."""
    script = f"import os\n{leave}\nassert 'SECRET' not in os.environ\nprint(open('/proc/self/environ').read())"
    command = [sys.executable, "-P", "-c", script]
    done = subprocess.run(command, env={**os.environ, "SECRET": "hush"}, text=True, capture_output=True, check=True)
    assert ("hush" in done.stdout) == left


def test_the_salt_is_kept_where_a_child_cannot_read_it():
    script = (
        "import os, subprocess, sys\nfrom unrolled.course.course import Course\ncourse = Course.find(sys.argv[1])\n"
        "print(course.salt, Course.find(sys.argv[1]).salt)\n"
        'asks = \'import os; print(open(f"/proc/{os.getppid()}/environ").read().count("hush"), len(os.environ) > 1)\'\n'
        "subprocess.run([sys.executable, '-c', asks])"
    )
    command = [sys.executable, "-P", "-u", "-c", script, str(Path(__file__).parent)]
    done = subprocess.run(command, env={**os.environ, "UNROLLED_SALT": "hush"}, text=True, capture_output=True)
    assert done.stdout.split() == ["hush", "hush", "0", "True"], done.stderr


# --- the watch -----------------------------------------------------------------------------------------------

TOO_MUCH = {
    "memory": "import mmap\nkept = mmap.mmap(-1, 64 << 20)\nkept.write(bytes(64 << 20))",  # shared: no limit counts it
    "MB into files": "for n in range(20): open(f'{n}', 'wb').write(bytes(1 << 20))",
    "into files": "import os\nkept = open('x', 'wb')\nos.remove('x')\nkept.write(bytes(8 << 20))\nkept.flush()",
    "too deep": "import os\nfor _ in range(60):\n    os.mkdir('d')\n    os.chdir('d')",
    "threads": "import threading\nwait = threading.Event().wait\n"
    "for _ in range(210): threading.Thread(target=wait, daemon=True).start()",
}


@pytest.mark.parametrize("what", TOO_MUCH)
def test_what_no_limit_counts_is_seen_from_outside(what, place):
    script = (
        f"import sys\nprint('begun', flush=True)\nsys.stdin.readline()\n{TOO_MUCH[what]}\nprint('there', flush=True)"
    )
    command = [sys.executable, "-c", script + "\nsys.stdin.readline()"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=place / "work", **pipes) as process:
        assert process.stdout.readline() == "begun\n"
        watch = Watch(process.pid, wall_in(place, memory=32 * MB, disk=4 * MB))
        unwatched = Watch(process.pid, wall_in(place, memory=32 * MB, disk=4 * MB, without=LIMITS))
        assert watch.objection() == ""
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "there\n"
        said = [watch.objection() for _ in range(5)]
        assert any(what in one for one in said) and unwatched.objection() == ""
        process.kill()


def test_the_whole_has_a_time_limit(place):
    watch = Watch(os.getpid(), wall_in(place, seconds=0.01))
    time.sleep(0.02)
    assert "the whole notebook ran for longer than one may" in watch.objection()


# --- the door ------------------------------------------------------------------------------------------------


def test_the_door_leads_to_the_referee_alone(tmp_path):
    address = str(tmp_path / "referee")
    door = Door(address)
    door.inside.sendall(b"?")
    assert door.answer() and door.inside.recv(1) == b"-"  # nobody is waiting
    with socket.socket(socket.AF_UNIX) as referee:
        referee.bind(address)
        referee.listen()
        door.inside.sendall(b"?")
        assert door.answer()
        said, (handed_in,), _, _ = socket.recv_fds(door.inside, 1, 1)
        with socket.socket(fileno=handed_in) as ours, referee.accept()[0] as theirs:
            theirs.sendall(b"which question?")
            assert said == b"+" and ours.recv(99) == b"which question?"
    door.inside.close()
    assert not door.answer()
    door.close()


def test_whoever_does_not_take_the_answers_has_called_for_the_last_time(tmp_path):
    door = Door(str(tmp_path / "nobody"))
    door.inside.setblocking(False)
    answered = 0
    while answered < 10_000_000:
        try:
            door.inside.send(b"?")
        except BlockingIOError:
            pass
        if not door.answer():
            break
        answered += 1
    assert 0 < answered <= 10_000
    door.close()
