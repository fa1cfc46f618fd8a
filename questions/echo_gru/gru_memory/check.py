"""GRUMemory is held to what any network for the echo must do before it is trained."""

from unrolled.checking.question import question

from ..untrained import untrained_findings


@question(
    "gru_memory",
    name="GRUMemory",
    marks={"shape": 2, "time": 3, "batch": 3, "gradients": 2, "test_run": 4, "mode": 2},
    builds_on={"ManualGRUCell": "gru_cell"},
)
def gru_memory(memory_class, draw):
    """What any network for the task must do before it is trained, whatever it is built of, and from whatever cell.

    A long string tells what ends or begins anew on the way, one unit what drops an axis of its size.
    """
    sizes = [
        dict(B=[1, 3], T=[9], H=[6]),
        dict(B=[1, 66], T=[1], H=[6]),
        dict(B=[2], T=[70], H=[10]),
        dict(B=[5], T=[12], H=[1]),
    ]
    cases = (case for size in sizes for case in draw.cases(strided=False, **size))
    yield from untrained_findings(memory_class, cases, lambda model, s, delay: model.method("test_run", s))
