"""A class in which every third submission is hostile or broken: what is left of it afterwards, and do others notice?

    python bench/hostile.py                      300 submissions of three torch questions, two workers
    python bench/hostile.py --students 60        fewer

Says whether every honest student has full marks, what each kind of the others got, how much memory the processes of the
grader took at each tenth of the class, and which processes, sockets and scratch files are there that were not before.
Exit status 1 if an honest mark is wrong, somebody is not listed, or anything is left.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from submissions import ASSIGNMENT, QUESTIONS, SMALL, hand_in, small_course

from unrolled.course.course import Course

IN_AN_ANSWER = {
    "ends its process": "import os\nos._exit(3)",
    "exits": "raise SystemExit",
    "runs for ever": "while True:\n    pass",
    "takes all memory": "hoard = []\nwhile True:\n    hoard.append(bytearray(b'x' * 50_000_000))",
    "crashes in C": "import ctypes\nctypes.string_at(0)",
    "recurses": "def deeper():\n    deeper()\ndeeper()",
    "prints fifty megabytes": "print('x' * 50_000_000)",
    "prints for ever": "while True:\n    print('y' * 1000)",
    "fills the disk": "with open('big', 'wb') as file:\n    while True:\n        file.write(bytes(10_000_000))",
    "makes many files": "for n in range(100_000):\n    open(f'file{n}', 'w').close()",
    "nests folders": "import os\nwhile True:\n    os.mkdir('d')\n    os.chdir('d')",
    "starts threads": "import threading\nwhile True:\n    threading.Thread(target=threading.Event().wait).start()",
    "forks": "import os\nwhile True:\n    os.fork()",
    "starts a process": "import subprocess\nsubprocess.Popen(['sleep', '1000'], start_new_session=True)",
    "kills its parent": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
    "kills everybody": "import os, signal\nos.kill(-1, signal.SIGKILL)",
    "reads the secret": "print(open('SALT').read())",
    "reads the checks": "import glob\nprint(glob.glob('COURSE/questions/**', recursive=True) or 1 / 0)",
    "writes a mark": "import sqlite3\nsqlite3.connect('COURSE/gradebook.db').execute('delete from grade')",
    "asks the network": "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:1', timeout=1)",
    "asks for input": "name = input('name? ')",
    "ignores signals": "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass",
    "hides its thread": "import threading, time\n\n\ndef spin():\n    while True:\n        pass\n\n\n"
    "threading.Thread(target=spin, daemon=True).start()",
    "holds its kernel's messages": "get_ipython().kernel.do_shutdown(True)",
}
AS_A_FILE = {
    "no JSON": lambda text: text[: len(text) // 2],
    "an empty file": lambda text: "",
    "a page": lambda text: "<html>not a notebook</html>",
    "no metadata": lambda text: json.dumps(_stripped(json.loads(text))),
    "another format": lambda text: json.dumps({"nbformat": 99, "cells": []}),
    "numbers as cells": lambda text: json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [1, 2]}),
}


def _stripped(notebook: dict) -> dict:
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    return notebook


def spoil(course: Course, students: int) -> dict[str, str]:
    """Make every third submission another. Returns student -> what it is."""
    kinds = [*IN_AN_ANSWER, *AS_A_FILE, "a link to the secret"]
    spoilt = {}
    for place, number in enumerate(range(2, students, 3)):
        student, kind = f"s{number:03}", kinds[place % len(kinds)]
        (path,) = (course.root / "submitted" / student / SMALL).glob("*.ipynb")
        spoilt[student] = kind
        text = path.read_text()
        if kind in AS_A_FILE:
            path.write_text(AS_A_FILE[kind](text))
        elif kind in IN_AN_ANSWER:
            notebook = json.loads(text)
            code = IN_AN_ANSWER[kind].replace("SALT", str(course.root / ".salt")).replace("COURSE", str(course.root))
            for cell in notebook["cells"]:
                if cell["metadata"].get("nbgrader", {}).get("grade_id") == QUESTIONS[1]:
                    cell["source"] = "".join(cell["source"]) + "\n" + code
            path.write_text(json.dumps(notebook))
        else:
            path.unlink()
            path.symlink_to(course.root / ".salt")
    return spoilt


def processes(folder: Path) -> dict[int, str]:
    """Those that were started with this folder for their temporary files: pid -> command."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if os.fsencode(f"TMPDIR={folder}") in (place / "environ").read_bytes().split(b"\0"):
                found[int(place.name)] = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
    return found


def sockets(folder: Path) -> list[str]:
    names = [line.split()[-1] for line in Path("/proc/net/unix").read_text().splitlines()]
    return [name for name in names if name.startswith(str(folder))]


def megabytes(pid: int) -> float:
    """What a process has for itself."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("RssAnon:")), 0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    course = Course.find(__file__)
    answers = {question: course.bundle(ASSIGNMENT).answers[question] for question in QUESTIONS}
    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        small = small_course(course.root, Path(folder), "warm", small_checks=True)
        with open(small.root / "nbgrader_config.py", "a") as config:
            config.write("\nc.RefereedExecute.timeout = 10\nc.RefereedExecute.notebook_timeout = 60\n")
        (small.root / ".salt").write_text("a secret of this class")
        hand_in(small, SMALL, "warm", options.students, answers)
        spoilt = spoil(small, options.students)
        scratch = Path(folder) / "tmp"
        scratch.mkdir()
        began = time.perf_counter()
        command = [sys.executable, "-m", "unrolled", "grade", SMALL, "--workers", str(options.workers)]
        run = subprocess.Popen(
            command,
            cwd=small.root,
            env={**os.environ, "TMPDIR": str(scratch)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        memory: list[tuple[float, float]] = []

        def watch() -> None:
            while run.poll() is None:
                graders = [pid for pid, what in processes(scratch).items() if "unrolled.kernels.warm" not in what]
                done = len(list((small.root / "feedback").glob("*"))) / options.students
                memory.append((done, max(map(megabytes, graders), default=0.0)))
                time.sleep(1)

        threading.Thread(target=watch, daemon=True).start()
        said, _ = run.communicate()
        took = time.perf_counter() - began
        time.sleep(1)
        left = {
            "processes": list(processes(scratch).values()),
            "sockets": sockets(scratch),
            "scratch files": [path.name for path in scratch.iterdir()],
        }
        table = small.root / f"{SMALL}.csv"
        if not table.is_file():
            sys.exit(f"there is no table:\n{said[-3000:]}")
        rows = {row["student_id"]: row for row in csv.DictReader(table.read_text().splitlines())}
    wrong = _told(rows, spoilt, options.students)
    print(
        f"{options.students} submissions in {took:.0f} s, {took / options.students:.2f} s each; status {run.returncode}"
    )
    for tenth in range(11):
        if at := [mb for done, mb in memory if tenth / 10 <= done < (tenth + 1) / 10]:
            print(f"    the largest process of the grader at {tenth * 10:3} %: {max(at):5.0f} MB of its own")
    for what, names in left.items():
        print(f"left: {len(names)} {what} {names or ''}")
    sys.exit(bool(wrong or any(left.values())))


def _told(rows: dict[str, dict], spoilt: dict[str, str], students: int) -> list[str]:
    """Print what everybody got; returns who got something wrong, or is not there."""
    honest = [f"s{number:03}" for number in range(students) if f"s{number:03}" not in spoilt]
    wrong = [name for name in honest if name not in rows or rows[name]["score"] not in ("50", "50.0")]
    missing = [name for name in spoilt if name not in rows]
    print(f"{len(honest)} honest submissions, {len(honest) - len(wrong)} with full marks {wrong or ''}")
    print(f"{len(spoilt)} others, {len(missing)} of them not listed {missing or ''}")
    kinds: dict[str, list[str]] = {}
    for name, kind in spoilt.items():
        kinds.setdefault(kind, []).append(rows[name]["score"] or "not marked" if name in rows else "missing")
    for kind, scores in kinds.items():
        print(f"    {kind:30} {', '.join(sorted(set(scores)))}")
    return wrong + missing


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    main()
