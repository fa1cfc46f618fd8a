"""loss_fn is held to the mean of the squared differences, of all steps or of the last."""

import torch

from unrolled.checking.parity import close, same_gradients, shape, values
from unrolled.checking.question import question
from unrolled.checking.verdict import Finding

from ..shared import first_problem


@question("loss_fn", name="loss_fn", marks={"values": 3, "gradients": 2, "shape": 1})
def loss_fn(function, draw):
    """B != T != O, so that no axis can be taken for another; several T, so that no step can be counted out."""
    for case in draw.cases(B=[1, 4], T=[1, 3, 7], O=[1, 2]):
        pred, y = case.normal(case.B, case.T, case.O), case.normal(case.B, case.T, case.O)
        for flag, calls in ((False, ((), (False,))), (True, ((True,),))):
            kept = pred[:, -1:] if flag else pred
            wanted = ((kept - (y[:, -1:] if flag else y)) ** 2).mean()
            note = "of the last step" if flag else ""
            for rest in calls:
                got = function(pred, y, *rest).value()
                yield shape(got, (), case)
                yield values(_scalar(got), wanted, case, note=note)
            yield _loss_gradient(function, pred, y, flag, case)


def _scalar(got):
    """A loss of another shape, or a plain number, has lost the point for its shape; here only its number counts."""
    if isinstance(got, torch.Tensor) and got.numel() == 1:
        return got.reshape(())
    return torch.tensor(got) if isinstance(got, float) else got


def _loss_gradient(function, pred, y, flag, case):
    """A loss that is off by a factor has a gradient that is off likewise: it is compared with its own values."""
    subject, put = function.subject, function.subject.put(pred, requires_grad=True)
    loss = function(put, y, flag)
    ran, got = subject.values(loss, subject.grad([loss.method("sum")], [torch.ones(())], [put]))
    here = pred.clone().requires_grad_()
    wanted = ((here - y) ** 2)[:, -1 if flag else 0 :].mean()
    (expected,) = torch.autograd.grad(wanted, here)
    if first_problem(ran, got) is not None:
        return Finding("gradients", 0, str(first_problem(ran, got)), str(case), observed=first_problem(ran, got))
    if isinstance(ran, torch.Tensor) and close(_scalar(ran), wanted.detach()):
        return same_gradients(["pred"], got, [expected], case)
    if isinstance(got[0], torch.Tensor):
        return Finding("gradients", 1, "there is one; where the values are wrong, no more is asked", str(case))
    return Finding("gradients", 0, "no gradient gets from the loss to the predictions", str(case), observed=got)
