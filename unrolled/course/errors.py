"""What can be wrong with a course, a master or a submission. Every message says which one, and the cure."""

from __future__ import annotations


class BadInput(Exception):
    """Something given to us is not as it should be: a person is told this one sentence, and no traceback."""


class CourseError(BadInput):
    """The course's folders are not as they should be."""


class BundleError(BadInput):
    """A master or a check file is not as it should be."""


class BuildError(BadInput):
    """A master cannot become a release or a solution."""


class PageError(BadInput):
    """A master's first cell does not say what the course's page needs."""


class SubmissionError(BadInput):
    """A file that cannot be marked."""


class ClassError(BadInput):
    """A class's folder has not what was asked for."""
