"""Stand-ins for what an earlier question asks for, so that its faults cost nothing in a later one.

A question that builds on an earlier answer names a stand-in for it (`builds_on`), which the desk puts where the
notebook's own object was while the later question is judged. A stand-in has the names, shapes and parameters of the
contract, and is made of torch.nn: there is nothing written by hand in it that could be handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import torch
from torch import nn

from unrolled.desk import networks, numpy_rnn


class Embedding(nn.Module):
    """Ids (...) int64 -> (..., E), with `weight` (V, E)."""

    def __init__(self, vocab_size: int, embed_dim: int) -> None:
        super().__init__()
        self.vocab_size, self.embed_dim = vocab_size, embed_dim
        self.table = nn.Embedding(vocab_size, embed_dim)

    @property
    def weight(self) -> nn.Parameter:
        return self.table.weight

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.table(x)


class CellWeights:
    """A recurrent cell's or layer's parameters under the contract's names. module, ending: torch's, "" or "_l0"."""

    def __init__(self, module: nn.Module, ending: str = "") -> None:
        self.W_ih, self.W_hh = getattr(module, f"weight_ih{ending}"), getattr(module, f"weight_hh{ending}")
        self.b_ih, self.b_hh = getattr(module, f"bias_ih{ending}"), getattr(module, f"bias_hh{ending}")


class _Cell(nn.Module):
    """One step: (B, I), (B, H) -> (B, H), with W_ih, b_ih, W_hh, b_hh."""

    made_of: type[nn.RNNCell] | type[nn.GRUCell]

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.cell = self.made_of(input_size, hidden_size)

    W_ih = property(lambda self: self.cell.weight_ih)
    W_hh = property(lambda self: self.cell.weight_hh)
    b_ih = property(lambda self: self.cell.bias_ih)
    b_hh = property(lambda self: self.cell.bias_hh)

    def forward(self, x: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        return self.cell(x, hidden)


class RNNCell(_Cell):
    made_of = nn.RNNCell


class GRUCell(_Cell):
    made_of = nn.GRUCell


class RNN(nn.Module):
    """(B, T, I), (L, B, H) or None -> (B, T, H), (L, B, H), with the parameters of layer l in `cells[l]`."""

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.layers = nn.RNN(input_size, hidden_size, num_layers, batch_first=True)

    @property
    def cells(self) -> list[CellWeights]:
        return [CellWeights(self.layers, f"_l{layer}") for layer in range(self.num_layers)]

    def forward(self, x: torch.Tensor, hidden: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        return self.layers(x, hidden)


class FlowLayer(nn.Module):
    """(B, T, I) -> (B, T, H), (B, H), with the state of each step in `h_list` and one bias; torch's own cell inside.

    The parameters go by names that end in weight and bias, as those of two nn.Linear do. nonlinearity: tanh or what
    equals it; another one is put on once torch's tanh is undone, which is exact to a few digits.
    """

    def __init__(self, input_size: int, hidden_size: int, nonlinearity: Callable = torch.tanh) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.nonlinearity = input_size, hidden_size, nonlinearity
        self.reads, self.keeps = nn.Linear(input_size, hidden_size), nn.Linear(hidden_size, hidden_size, bias=False)
        few = torch.linspace(-2, 2, 9)
        self.is_tanh = torch.allclose(nonlinearity(few), torch.tanh(few), atol=1e-6)

    def numbers(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """W (H, I), U (H, H) and b (H,)."""
        return self.reads.weight, self.keeps.weight, self.reads.bias

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        W, U, b = self.numbers()
        h, h_list = x.new_zeros(len(x), len(U)), []
        for x_t in x.unbind(dim=1):
            h = torch.rnn_tanh_cell(x_t, h, W, U, b, torch.zeros_like(b))
            h = h if self.is_tanh else self.nonlinearity(torch.atanh(h.clamp(-0.999999, 0.999999)))
            h_list.append(h)
        self.h_list = h_list
        return torch.stack(h_list, dim=1), h


def flow_layer_by_own_names(own: Any) -> Any:
    """The notebook's own layer class, which keeps its parameters and their names, with a right forward of torch's.

    It computes with what `compute_with` is given, as soon as it is; FlowLayer where there is no class to be found.
    """
    if not (isinstance(own, type) and issubclass(own, nn.Module)):
        return FlowLayer

    class Named(own):
        stand_in = True
        places: Any = None

        def compute_with(self, **places: torch.Tensor) -> Any:
            """places: "W", "U" and "b" -> where its numbers stand in all of the state_dict's in a row (int64), or the
            numbers themselves, where the layer keeps none."""
            self.places, self.is_tanh = places, True
            return self

        def numbers(self) -> tuple[torch.Tensor, ...]:
            there = [number for number in self.state_dict(keep_vars=True).values() if number.is_floating_point()]
            row = torch.cat([number.flatten() for number in there])
            found = [self.places[name] for name in ("W", "U", "b")]
            return tuple(part.to(row) if part.is_floating_point() else row[part] for part in found)

        def forward(self, x: torch.Tensor) -> Any:
            return FlowLayer.forward(self, x) if self.places else super().forward(x)

    Named.__name__, Named.__qualname__ = own.__name__, own.__qualname__
    return Named


class RegressionModel(nn.Module):
    """A net and a linear layer on each of its states: (B, T, I) -> (B, T, O), (B, T, H). made: all models so far."""

    made: ClassVar[list[RegressionModel]] = []

    def __init__(self, recurrent_net: nn.Module, output_dim: int = 1) -> None:
        super().__init__()
        self.recurrent_net, self.output_dim = recurrent_net, output_dim
        self.head = nn.Linear(recurrent_net.hidden_size, output_dim)
        self.made[:] = [*self.made[-9:], self]

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        states = self.recurrent_net(x)[0]
        return self.head(states), states


def step_loss(pred: torch.Tensor, y: torch.Tensor, last_timestep_only: bool = False) -> torch.Tensor:
    """The mean squared error of (B, T, O), of all steps or of the last one."""
    first = -1 if last_timestep_only else 0
    return nn.functional.mse_loss(pred[:, first:], y[:, first:])


def one_hot(ids: torch.Tensor, vocab_size: int) -> torch.Tensor:
    """Ids (...) int64 -> (..., V) float32; torch's RuntimeError for an id that does not exist."""
    return nn.functional.one_hot(ids.long(), vocab_size).float()


class BiRNN(nn.Module):
    """(B, T, I), (2L, B, H) or None -> (B, T, 2H), (2L, B, H), with the parameters of layer l in `forward_cells[l]` and
    `backward_cells[l]`."""

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.layers = nn.RNN(input_size, hidden_size, num_layers, batch_first=True, bidirectional=True)

    @property
    def forward_cells(self) -> list[CellWeights]:
        return [CellWeights(self.layers, f"_l{layer}") for layer in range(self.num_layers)]

    @property
    def backward_cells(self) -> list[CellWeights]:
        return [CellWeights(self.layers, f"_l{layer}_reverse") for layer in range(self.num_layers)]

    def forward(self, x: torch.Tensor, hidden: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        return self.layers(x, hidden)


# Kind -> what stands in, made from the notebook's own object, or from None where there is none.
STAND_INS: dict[str, Callable[[Any], Any]] = {
    "one_hot": lambda own: one_hot,
    "embedding": lambda own: Embedding,
    "rnn_cell": lambda own: RNNCell,
    "gru_cell": lambda own: GRUCell,
    "rnn": lambda own: RNN,
    "bi_rnn": lambda own: BiRNN,
    "flow_layer": lambda own: FlowLayer,
    "flow_layer_by_own_names": flow_layer_by_own_names,
    "regression_model": lambda own: RegressionModel,
    "step_loss": lambda own: step_loss,
    "stacked_layers": lambda own: networks.StackedLayers,
    "char_regressor": lambda own: networks.CharRegressor,
    "letter_gru": lambda own: networks.LetterGRU,
    "delayed_letter_gru": lambda own: networks.DelayedLetterGRU,
    "text_classifier": lambda own: networks.TextClassifier,
    "tagger": lambda own: networks.Tagger,
    "tagger_of_both_ways": lambda own: networks.TaggerOfBothWays,
    "tagging_loss": lambda own: networks.tagging_loss,
    "translator": lambda own: networks.Translator,
    "numpy_rnn": lambda own: numpy_rnn.NumpyRNN,
    "numpy_rnn_forward": lambda own: numpy_rnn.extended(own, ("forward",)),
    "numpy_rnn_softmax": lambda own: numpy_rnn.extended(own, ("forward", "softmax")),
    "numpy_rnn_loss": lambda own: numpy_rnn.extended(own, ("forward", "softmax", "compute_loss")),
    "numpy_rnn_backward": lambda own: numpy_rnn.extended(own, numpy_rnn.TO_BACKWARD),
    "truncated_rnn": numpy_rnn.resting_on,
    "clip_by_value": lambda own: numpy_rnn.clip_by_value,
    "clip_by_norm": lambda own: numpy_rnn.clip_by_norm,
    "numpy_char_rnn_columns": numpy_rnn.with_columns,
}
