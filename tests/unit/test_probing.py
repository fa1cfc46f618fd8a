"""Finding weights from outside: in whatever way a layer keeps them, and not where there are none."""

import pytest
import torch
from torch import nn

from unrolled.checking.probing import Parameters, recurrence

I, H = 2, 3  # noqa: E741


def drawn(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


class Layer(nn.Module):
    """A recurrent layer that keeps its weights as `kept` says."""

    def __init__(self, kept, activation=torch.tanh):
        super().__init__()
        self.kept, self.activation = kept, activation
        if kept == "two linear layers":
            self.x, self.h = nn.Linear(I, H), nn.Linear(H, H, bias=False)
        elif kept == "bias on the other":
            self.x, self.h = nn.Linear(I, H, bias=False), nn.Linear(H, H)
        elif kept in ("x before h", "h before x"):
            self.both = nn.Linear(I + H, H)
        else:
            shapes = ((H, 1), (I, H), (H, H)) if kept == "turned" else ((H,), (H, I), (H, H))
            self.c, self.W, self.U = (nn.Parameter(drawn(*shape)) for shape in shapes)

    def forward(self, x):
        h, states = x.new_zeros(len(x), H), []
        for x_t in x.unbind(1):
            if self.kept in ("two linear layers", "bias on the other"):
                a = self.x(x_t) + self.h(h)
            elif self.kept in ("x before h", "h before x"):
                a = self.both(torch.cat([x_t, h] if self.kept == "x before h" else [h, x_t], dim=1))
            elif self.kept == "turned":
                a = x_t @ self.W + h @ self.U + self.c.T
            else:
                a = x_t @ self.W.T + h @ self.U.T + self.c
            h = self.activation(a)
            states.append(h)
        return torch.stack(states, dim=1)


WAYS = ["two linear layers", "bias on the other", "x before h", "h before x", "plain", "turned"]


def place(layer):
    parameters, x = Parameters(layer.state_dict()), drawn(64, 6, I)
    layer.load_state_dict(parameters.distinct())
    with torch.no_grad():
        h = layer(x)
    fits = recurrence(h[:, :-1].flatten(0, 1), x[:, 1:].flatten(0, 1), h[:, 1:].flatten(0, 1))
    return next(filter(None, map(parameters.find, fits)), None)


@pytest.mark.parametrize("activation", [torch.tanh, torch.sigmoid, nn.Identity()])
@pytest.mark.parametrize("kept", WAYS)
def test_weights_are_found_however_they_are_kept(kept, activation):
    """What is written at the places found is what the layer computes with."""
    layer = Layer(kept, activation)
    U, W, b, x = drawn(H, H), drawn(H, I), drawn(H), drawn(4, 5, I)
    layer.load_state_dict(place(layer).write(U=U, W=W, b=b))
    h = torch.zeros(4, H)
    with torch.no_grad():
        for t, mine in enumerate(layer(x).unbind(1)):
            h = activation(x[:, t] @ W.T + h @ U.T + b)
            assert torch.allclose(mine, h, atol=1e-5)


def test_gradients_are_read_in_the_same_places():
    layer = Layer("h before x")
    placement = place(layer)
    layer(drawn(4, 5, I)).sum().backward()
    found = placement.read([layer.get_parameter(name).grad for name in placement.names])
    weight = layer.both.weight.grad.double()
    assert torch.equal(found["U"], weight[:, :H]) and torch.equal(found["W"], weight[:, H:])


def test_nothing_is_found_where_the_weights_are_not_parameters():
    """The controls: a layer that computes with others, and one that is no recurrence."""
    layer = Layer("plain")
    secret = drawn(H, H)
    layer.forward = lambda x: torch.stack([torch.tanh(x_t @ layer.W.T + layer.c + x_t @ secret[:I]) for x_t in x], 0)
    assert place(layer) is None
    layer = Layer("plain", activation=lambda a: torch.tanh(a) * torch.cos(3 * a))
    assert place(layer) is None


def test_a_guess_by_shape_leaves_out_what_has_no_place():
    side_by_side = Parameters({"w": torch.zeros(H, I + H), "b": torch.zeros(H)})
    placement = side_by_side.by_shape(W=(H, I), U=(H, H), b=(H,))
    written = placement.write(W=torch.ones(H, I), U=torch.full((H, H), 2.0), b=torch.full((H,), 3.0))
    assert written["w"][0].tolist() == [1, 1, 2, 2, 2] and written["b"].tolist() == [3, 3, 3]
    assert set(Parameters({"w": torch.zeros(H, I)}).by_shape(W=(H, I), U=(H, H), b=(H,)).places) == {"W"}
    assert Parameters({"n": torch.zeros(7)}).by_shape(W=(H, I), U=(H, H), b=(H,)) is None


def test_what_has_no_weight_is_zero():
    """A second bias then has no effect, and costs nothing where only its number is asked about."""
    two = Parameters({"W": torch.ones(H, I), "U": torch.ones(H, H), "b": torch.ones(H), "second": torch.ones(H)})
    written = two.by_shape(W=(H, I), U=(H, H), b=(H,)).write(W=drawn(H, I), U=drawn(H, H), b=drawn(H))
    assert written["second"].abs().max() == 0 and torch.allclose(written["b"], drawn(H))


def test_numbers_that_are_kept_stay_as_they_were():
    state = {"own": torch.zeros(2, 2), "net.fixed": torch.ones(3), "steps": torch.tensor(5)}
    parameters = Parameters(state, keep=("fixed",))
    assert parameters.count == 4
    loaded = parameters.distinct()
    assert torch.equal(loaded["net.fixed"], torch.ones(3)) and loaded["steps"] == 5
    assert len(loaded["own"].unique()) == 4 and loaded["own"].abs().min() > 0.05
