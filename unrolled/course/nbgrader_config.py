"""The course's own nbgrader configuration, loaded for commands that call nbgrader as a library."""

from __future__ import annotations

import glob
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from unrolled.course.course import Course


def load_config(course: Course, **directories: Path) -> Config:
    """`nbgrader_config.py`, with some folders moved: release_directory=Path(...), root of a class …

    A relative folder counts from the course's root.
    """
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    for name, folder in directories.items():
        config.CourseDirectory[name] = str(folder)
    return config


def course_directory(config: Config, assignment: str) -> CourseDirectory:
    return CourseDirectory(config=config, assignment_id=assignment)


def only(folder: Path) -> str:
    """A notebook_id for which nbgrader takes the notebooks in this folder, and in no other.

    nbgrader reads a folder's name as a pattern once it has found it, so that it finds none in `x[1]`, and those of
    other students in `a*b`. A pattern that is a whole path takes that folder's place.
    """
    return "*" if glob.escape(str(folder)) == str(folder) else f"{glob.escape(str(folder))}/*"
