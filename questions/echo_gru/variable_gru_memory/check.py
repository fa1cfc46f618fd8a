"""VariableDelayGRUMemory is held to the same as GRUMemory, each row at a delay of its own."""

from functools import partial

import torch

from unrolled.checking.question import question

from ..untrained import untrained_findings


@question(
    "variable_gru_memory",
    name="VariableDelayGRUMemory",
    marks={"shape": 2, "time": 2, "batch": 2, "delays": 4, "gradients": 2, "test_run": 3, "mode": 1},
)
def variable_gru_memory(memory_class, draw):
    """As gru_memory; and each row is read at its own delay, which chooses and does not only add."""
    for case in draw.cases(B=[1, 4], T=[1, 7], H=[6], D=[5, 8], strided=False):
        make = partial(memory_class, case.H, case.D)
        others = torch.randperm(case.D, generator=case.generator)[: case.B - 1]
        delays = torch.cat([torch.tensor([case.D]), others])  # the longest first, and all of them different
        yield from untrained_findings(make, case, delays, lambda model, s, d=case.D - 1: model.method("test_run", s, d))
