"""Unrolled: a course on recurrent neural networks that grades itself.

Importing this package is cheap on purpose: it happens inside every student's kernel.
"""

__version__ = "0.1.0"
__all__ = ["check"]


def check(question: str) -> float:
    """Mark one question of the notebook that calls this; print a line for each idea and return the points earned.

    Under the autograder this is only a client: the referee outside asks, compares and records, and what is printed or
    returned here decides nothing. On a laptop that has the course's repository, the same check runs in this process.
    The choice is made here, above both, so that what runs beside a student's code never reaches the instructor's side.

    Raises CourseError where there is neither a referee nor a repository, and RuntimeError where nbgrader marks without
    its referee.
    """
    import os

    from IPython import get_ipython

    from unrolled.desk.client import FAIL_CLOSED_VARIABLE, SOCKET_VARIABLE, ask

    shell = get_ipython()
    namespace = shell.user_ns if shell is not None else __import__("__main__").__dict__
    address = os.environ.get(SOCKET_VARIABLE)
    if address:
        done = ask(question, namespace, address)
    elif os.environ.get(FAIL_CLOSED_VARIABLE) == "autograde":
        raise RuntimeError("the autograder runs without its referee; nothing can be marked (see nbgrader_config.py)")
    else:
        from unrolled.marking.laptop import check_here

        done = check_here(question, namespace)
    print("\n".join(done["lines"]))
    return done["points"]
