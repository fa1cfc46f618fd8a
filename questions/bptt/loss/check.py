"""VanillaRNN.compute_loss and softmax are held to torch's cross-entropy and softmax."""

import numpy as np
import torch
import torch.nn.functional as F

from unrolled.checking.parity import as_numbers, relative
from unrolled.checking.question import question

from ..reference import drawn_columns, drawn_targets
from ..shared import in_parts


@question("loss", name="VanillaRNN", marks={"values": 4, "softmax": 2, "size": 2})
def loss(rnn_class, draw):
    """Two parts: the mean cross-entropy of drawn outputs, and the softmax of a column.

    forward is run first, as in use, and its result is not looked at. A log(p + 1e-10) passes: the right class is
    never that unlikely here.
    """
    rnn, column = rnn_class(1, 1, 2), np.zeros((2, 1))
    parts = [rnn.method("softmax", column), rnn.method("compute_loss", [column], [0])]
    yield from in_parts(parts, _losses(rnn_class, draw))


def _losses(rnn_class, draw):
    for case in draw.cases(dtype=torch.float64, strided=False, T=[1, 7], I=[2], H=[3], O=[3, 6]):
        rnn = rnn_class(case.I, case.H, case.O)
        rnn.method("forward", drawn_columns(case, case.I, case.T)).value()
        outputs, targets = torch.stack([2 * case.normal(case.O, 1) for _ in range(case.T)]), drawn_targets(case)
        yield _loss(rnn, outputs, targets, case, "values")
        yield relative(rnn.method("softmax", outputs[0].numpy()), torch.softmax(outputs[0], dim=0), case, "softmax")
        far = outputs.clone()
        for t, target in enumerate(targets):
            far[t, (target + 1) % case.O] -= 9000
        for shift, note in ((1000.0, "logits near 1000"), (-1000.0, "logits near -1000")):
            yield _loss(rnn, far + shift, targets, case, "size", note)
            column = far[0] + shift
            yield relative(rnn.method("softmax", column.numpy()), torch.softmax(column, dim=0), case, "size", note)


def _loss(rnn, outputs, targets, case, idea, note=""):
    expected = F.cross_entropy(outputs[:, :, 0], torch.tensor(targets))
    got = as_numbers(rnn.method("compute_loss", [y.numpy() for y in outputs], targets).value())
    if isinstance(got, torch.Tensor) and got.numel() == 1:
        got = got.reshape(())
    return relative(got, expected, case, idea, note)
