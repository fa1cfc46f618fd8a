"""An assignment's autograder for Gradescope: the zip that an instructor uploads there.

Gradescope builds an image from it (`setup.sh`, as root, with a network) and starts a container for each submission
(`run_autograder`, as root), in which unrolled.grading.gradescope marks and writes the results. The form of both is in
https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from unrolled.course.bundle import Bundle
from unrolled.course.course import PRACTICE_SALT, Course
from unrolled.course.errors import BuildError
from unrolled.course.whole import write_whole

SETUP = r"""#!/usr/bin/env bash
# Gradescope runs this once, as root, while it builds the image.
set -euo pipefail
cd /autograder/source
apt-get update -qq
apt-get install -y -qq --no-install-recommends python3 python3-venv python3-pip bubblewrap fontconfig fonts-dejavu-core
python=$(command -v python3.11 || command -v python3)
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    # this Ubuntu's own is too old: a Python where every user may read it, since notebooks run as users of their own
    python3 -m pip install --quiet uv
    export UV_PYTHON_INSTALL_DIR=/opt/python
    uv python install 3.11
    python=$(uv python find --managed-python 3.11)
fi
"$python" -m venv /opt/unrolled
# torch's own index has builds without CUDA, a tenth of the size
/opt/unrolled/bin/pip install --quiet --extra-index-url https://download.pytorch.org/whl/cpu \
    -c constraints/local.txt '.[notebooks,grade]'
# no notebook may read what it is marked by
chmod -R go= /autograder/source
"""

RUN = r"""#!/usr/bin/env bash
# Gradescope runs this for each submission, as root.
export OMP_NUM_THREADS=1
exec "${UNROLLED_PYTHON:-/opt/unrolled/bin/python}" -P -m unrolled.grading.gradescope "${AUTOGRADER:-/autograder}"
"""

# What is installed, and what is read beside the assignment's own.
INSTALLED = ("pyproject.toml", "README.md", "LICENSE", "constraints/local.txt")
SUFFIXES = (".py", ".j2", ".css", ".json", ".txt", ".ipynb", ".png", ".svg", ".csv")


def write_gradescope(course: Course, assignment: str, path: Path) -> Path:
    """Write the zip; returns its path. It holds the checks, the master and the class's salt: not for students.

    Raises BuildError where the course is not the one that this package was installed from, in place: the zip has to
    hold the package, too.
    """
    bundle = course.bundle(assignment)
    missing = [name for name in INSTALLED if not (course.root / name).is_file()]
    if missing:
        raise BuildError(f"{course.root} has no {missing[0]}: make the zip from a checkout of the whole course")
    path.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in _members(course, bundle):
            member = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            member.external_attr, member.compress_type = (0o100000 | mode) << 16, zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    write_whole(path, written.getvalue())
    return path


def _members(course: Course, bundle: Bundle) -> Iterator[tuple[str, bytes, int]]:
    """(name, content, mode) of everything in the zip."""
    yield "setup.sh", SETUP.encode(), 0o755
    yield "run_autograder", RUN.encode(), 0o755
    if course.salt != PRACTICE_SALT:
        yield ".salt", course.salt.encode(), 0o600
    files = [course.root / name for name in (*INSTALLED, "nbgrader_config.py", "questions/__init__.py")]
    for folder in (
        "unrolled",
        f"questions/{bundle.name}",
        f"source/{bundle.assignment}",
        f"releases/{bundle.assignment}",
    ):
        files += sorted(path for path in (course.root / folder).rglob("*") if path.suffix in SUFFIXES)
    for file in files:
        yield file.relative_to(course.root).as_posix(), file.read_bytes(), 0o644
