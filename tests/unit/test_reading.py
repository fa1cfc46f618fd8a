"""What can still be read of a result that has not the shape it should have, and what cannot."""

import pytest
import torch

from unrolled.desk.reading import as_tensor

X = torch.arange(6.0).view(2, 3)


@pytest.mark.parametrize(
    "result",
    [X, X.unsqueeze(1), X.unsqueeze(0), list(X), tuple(X.unbind(1)), (X, None), (torch.zeros(5), X), (X, X + 1)],
)
def test_it_is_read(result):
    assert torch.equal(as_tensor(result, (2, 3)), X)


def test_an_axis_of_one_that_was_lost_is_put_back():
    assert as_tensor(torch.zeros(3), (3, 1)).shape == (3, 1)
    assert as_tensor(torch.zeros(()), (1, 1)).shape == (1, 1)


@pytest.mark.parametrize("result", [X.T, X[:1], torch.zeros(6)])
def test_other_numbers_stay_as_they_are(result):
    """A transposed result is no lost axis: reading it would hide a fault."""
    assert as_tensor(result, (2, 3)) is result


@pytest.mark.parametrize("result", [None, 3.0, "text", [], [None, X[0]], {"x": X}])
def test_what_holds_no_such_tensor_is_refused(result):
    with pytest.raises(TypeError, match="it should be one tensor"):
        as_tensor(result, (2, 3))
