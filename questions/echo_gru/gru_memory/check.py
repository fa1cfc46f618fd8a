"""GRUMemory is held to what any network for the echo must do before it is trained."""

from functools import partial

from unrolled.checking.question import question

from ..untrained import untrained_findings


@question(
    "gru_memory",
    name="GRUMemory",
    marks={"shape": 2, "time": 3, "batch": 3, "gradients": 2, "test_run": 4, "mode": 2},
)
def gru_memory(memory_class, draw):
    """What any network for the task must do before it is trained, whatever it is built of."""
    for case in draw.cases(B=[1, 3], T=[1, 7], H=[6, 9], strided=False):
        make = partial(memory_class, case.H)
        yield from untrained_findings(make, case, None, lambda model, s: model.method("test_run", s))
