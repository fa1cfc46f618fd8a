"""VariableDelayGRUMemory is held to the same as GRUMemory, each row at a delay of its own."""

from unrolled.checking.question import question

from ..untrained import untrained_findings


@question(
    "variable_gru_memory",
    name="VariableDelayGRUMemory",
    marks={"shape": 2, "time": 2, "batch": 2, "delays": 4, "gradients": 2, "test_run": 3, "mode": 1},
    builds_on={"ManualGRUCell": "gru_cell"},
)
def variable_gru_memory(memory_class, draw):
    """As gru_memory; and each row is read at its own delay, which chooses and does not only add."""
    sizes = [
        dict(B=[1, 4], T=[14], H=[6], D=[8]),
        dict(B=[1, 66], T=[1], H=[10], D=[5]),
        dict(B=[2], T=[70], H=[8], D=[12]),
        dict(B=[3], T=[12], H=[1], D=[3]),
    ]
    cases = (case for size in sizes for case in draw.cases(strided=False, **size))
    yield from untrained_findings(memory_class, cases, lambda model, s, delay: model.method("test_run", s, delay))
