"""Unrolled: a course on recurrent neural networks that grades itself.

Importing this package is cheap on purpose: it happens inside every student's kernel.
"""

__version__ = "0.1.0"
__all__ = ["check"]


def check(question: str) -> float:
    """Mark one question of the notebook that calls this; see `unrolled.client.check`."""
    from .client import check as run

    return run(question)
