"""What the inner wall holds. Each attempt is made twice: behind it, and with the defence that it is for taken out."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from unrolled.kernels.door import Door
from unrolled.walls import filter
from unrolled.walls.environment import of_a_notebook, passed_on
from unrolled.walls.inner import MB, Unsafe, Wall, shut_in
from unrolled.walls.machine import NO_WALL, mechanisms, sandbox
from unrolled.walls.watch import Watch

if sys.platform != "linux":
    pytest.skip("the walls are Linux's", allow_module_level=True)
if sandbox() == NO_WALL:
    lacking = [f"{one.name}: {one.lacks}" for one in mechanisms() if one.needed and not one.there]
    pytest.skip(f"this machine cannot shut anything in ({'; '.join(lacking)})", allow_module_level=True)

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


def attempt(place, source: str, **more) -> str:
    """What came of it: "done", or "refused" and why, or how the process ended if it said nothing."""
    asked = [json.dumps(vars(wall_in(place, **more))), source, str(place / "outside")]
    command = [sys.executable, "-P", "-c", DRIVER, *asked]
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
    refused = attempt(place, source, **SMALL)
    assert refused.startswith("refused"), refused
    assert (place / "outside/secret").read_text() == "hush"
    done = attempt(place, source, without=without, **SMALL)
    if name == "trace" and done != "done":
        pytest.skip(f"this machine lets nobody trace: {done}")
    assert done == "done"


def test_what_notebooks_need_is_there(place):
    honest = (
        "import tempfile, threading, random, zoneinfo\n"
        "open('mine', 'w').write('x')\nos.makedirs('a/b')\nos.rename('mine', 'a/mine')\nos.remove('a/mine')\n"
        "import shutil\nopen('one', 'w').close()\nshutil.copy2('one', 'two')\n"
        "thread = threading.Thread(target=sum, args=([1],))\nthread.start()\nthread.join()\n"
        "socket.socketpair()\nos.kill(os.getpid(), 0)\nos.urandom(8)\nopen('/dev/null', 'w').write('x')\n"
        "assert open('/proc/self/status').read() and os.listdir('/proc/self/fd')\n"
        "import asyncio\nasyncio.run(asyncio.sleep(0))"
    )
    assert attempt(place, honest) == "done"


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
