"""loss_fn is held to the mean of the squared differences, of all steps or of the last."""

import torch

from unrolled.checking.parity import gradients, shape, values
from unrolled.checking.question import question
from unrolled.checking.verdict import Finding

from ..placing import FAR
from ..shared import loud

LARGE = 20.0  # predictions so far off that a loss with a limit shows it


@question("loss_fn", name="loss_fn", marks={"values": 3, "gradients": 2, "shape": 1})
def loss_fn(function, draw):
    """B != T != O, so that no axis can be taken for another; several T, so that no step can be counted out; more steps,
    sequences and outputs than any other place has, so that none can be left out."""
    sizes = [
        dict(B=[1, 4], T=[1, 3, 7], O=[1, 2]),
        dict(B=[3], T=[3], O=[3], strided=False),
        dict(B=[70], T=[75], O=[2], strided=False),
        dict(B=[2], T=[3], O=[65], strided=False),
    ]
    for case in (case for size in sizes for case in draw.cases(**size)):
        far = case.T > FAR
        y = case.normal(case.B, case.T, case.O)
        pred = y + (LARGE if far else 2.0) * case.bias(case.B, case.T, case.O)  # no error is near zero
        for flag, calls in ((False, ((), (False,))), (True, ((True,),))):
            wanted = _right(y, flag)(pred).detach()
            note = "of the last step" if flag else ""
            for rest in calls:
                got = function(pred, y, *rest).value()
                yield _without_axes(got, case)
                yield values(_as_tensor(got), wanted, case, note=note, shaped="shape", again=function(pred, y, *rest))
            bound = function.subject.fixture("with_rest", function=function, rest=[y, flag])
            slopes = gradients(bound, _right(y, flag), {"pred": pred}, {}, case, note=note)
            slopes.barred |= far and not _close(function(pred, y, flag), wanted)  # too large to measure slopes with
            yield slopes
            if far and slopes.share == 1:
                yield gradients(bound, _right(y, flag), {"pred": pred}, {}, loud(case), note=note)


def _close(got, wanted):
    return values(_as_tensor(got.value()), wanted, None, shaped="shape").share == 1


def _right(y, flag):
    first = -1 if flag else 0
    return lambda pred: ((pred[:, first:] - y[:, first:]) ** 2).mean()


def _without_axes(got, case):
    """A plain number has no axes either; what it lacks is a gradient."""
    if isinstance(got, float):
        return Finding("shape", 1, "one number", str(case))
    return shape(got, (), case)


def _as_tensor(got):
    return torch.tensor(got) if isinstance(got, float) else got
