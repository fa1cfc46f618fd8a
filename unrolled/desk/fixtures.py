"""What a check brings along and puts beside the student's code: models that take notes, activations, small layers.

A check names one (`Subject.fixture`), and the desk makes it over there.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from typing import Any

import torch

from unrolled.desk.stand_ins import STAND_INS


class ScriptedCharModel(torch.nn.Module):
    """A character model whose next character follows from everything it was fed, and that notes what that was.

    Its hidden state is a number that mixes all tokens so far, so that a token fed twice, left out, or fed to
    another state leads elsewhere. Called as model(x, hidden=None) -> (logits, hidden): x (B, T) int64, logits
    (B, T, V) float32, hidden (1, B, 1); zeros are its initial state.

    V: size of the vocabulary. gap: how far the logit of the next character stands above the others, which are
    0; at 24 another is drawn once in 10**9 even where a temperature of 0.01 is ignored. logits: if given, the V
    logits of every step, whatever was fed. shift: added at every step, for another text from the same start.
    """

    def __init__(self, V: int, gap: float = 24.0, logits: list[float] | None = None, shift: int = 0) -> None:
        super().__init__()
        self.V, self.gap, self.fixed, self.shift = V, gap, logits, shift
        self.num_layers, self.hidden_dim = 1, 1
        self.place = torch.nn.Parameter(torch.zeros(1))  # tells which device and dtype to work with
        self.notes: list[tuple[list[int], bool, bool]] = []  # tokens of a call, training?, gradients on?

    def forward(self, x, hidden=None):
        self.notes.append((x.reshape(-1).tolist(), self.training, torch.is_grad_enabled()))
        batch, steps = x.shape
        states = [0] * batch if hidden is None else [int(s) for s in hidden.reshape(-1)[-batch:].tolist()]
        if self.fixed is not None:
            logits = torch.tensor(self.fixed).expand(batch, steps, self.V)
        else:
            logits = torch.zeros(batch, steps, self.V)
            for b, tokens in enumerate(x.tolist()):
                for t, token in enumerate(tokens):
                    states[b] = (states[b] * 31 + token + 7 + self.shift) % 65521
                    logits[b, t, states[b] % self.V] = self.gap
        hidden = torch.tensor(states, dtype=torch.float32, device=self.place.device).view(1, batch, 1)
        return logits.to(self.place.device) + 0 * self.place, hidden


class EndingCharModel(torch.nn.Module):
    """A character model that is over at its n-th call, whatever it is fed: then it says `token` for three calls.

    Before and after them it says the tokens from `token` + 1 on, one after the other, with a logit so large that no
    temperature matters. Called as ScriptedCharModel is, with the same notes.
    """

    def __init__(self, V: int, token: int, calls: int | None) -> None:
        super().__init__()
        self.V, self.token, self.calls = V, token, calls
        self.num_layers, self.hidden_dim = 1, 1
        self.place = torch.nn.Parameter(torch.zeros(1))
        self.notes: list[tuple[list[int], bool, bool]] = []

    def forward(self, x, hidden=None):
        said = self.token + 1 + len(self.notes) % (self.V - self.token - 1)
        over = self.calls is not None and self.calls <= len(self.notes) < self.calls + 3
        self.notes.append((x.reshape(-1).tolist(), self.training, torch.is_grad_enabled()))
        logits = torch.zeros(*x.shape, self.V, device=self.place.device)
        logits[..., self.token if over else said] = 1e4
        return logits + 0 * self.place, logits.new_zeros(1, len(x), 1)


class Watch:
    """Notes how a module, or any part of it, is called: was it in training mode, and were gradients on?

    module: a torch.nn.Module. notes: one (training, gradients) pair of bools for each call.
    """

    def __init__(self, module: torch.nn.Module) -> None:
        self.notes: list[tuple[bool, bool]] = []
        self.before = [(part, part.__dict__.get("forward")) for part in module.modules()]
        for part in module.modules():
            part.forward = self._noted(part, part.forward)  # not a hook, which does not see a direct .forward()

    def leave(self) -> None:
        """Watch no longer."""
        for part, forward in self.before:
            _put_back(part, forward)

    def _noted(self, part, forward):
        def noted(*args, **kwargs):
            self.notes.append((part.training, torch.is_grad_enabled()))
            return forward(*args, **kwargs)

        return noted


def _put_back(module: torch.nn.Module, forward: Callable | None) -> None:
    """An instance's own forward, if it had one; the class's otherwise."""
    if forward is None:
        module.__dict__.pop("forward", None)
    else:
        module.__dict__["forward"] = forward


class Spelling:
    """Puts a right network for letters in the place of a module's forward, for whoever uses the module.

    It is called with letters, one-hot (B, T, 27) or by number (B, T), and with delays (B,) where there are any, and
    gives logits (B, T, 27), or the pair (logits, hidden). The class with the largest logit follows from all letters so
    far, so that none can be left out or be read twice unnoticed.

    fed, delays, said: of the last call, as lists; None before it. pair: does it return a pair?
    """

    def __init__(self, module: torch.nn.Module, pair: bool = False) -> None:
        self.module, self.pair, self.before = module, pair, module.__dict__.get("forward")
        self.fed: list | None = None
        self.delays: list | None = None
        self.said: list | None = None
        module.forward = self.forward

    def forward(self, x, delays=None):
        letters = x.argmax(dim=-1) if x.is_floating_point() else x
        state, said = torch.zeros_like(letters[:, 0]), []
        for t in range(letters.shape[1]):
            state = (2 * state + letters[:, t] + 3) % 27
            said.append(state)
        classes = torch.stack(said, dim=1)  # (B, T)
        logits = 8.0 * torch.nn.functional.one_hot(classes, 27).float()
        self.fed, self.said = letters.tolist(), classes.tolist()
        self.delays = None if delays is None else torch.as_tensor(delays).reshape(-1).tolist()
        return (logits, logits.new_zeros(1, len(letters), 1)) if self.pair else logits

    def leave(self) -> None:
        """The module's own forward again."""
        _put_back(self.module, self.before)


class MemoryProbe:
    """Stands in the place of a model class, and tells afterwards how its models were trained and tested.

    Its models are called as model(x, hidden=None) -> (logits (B, T, V), hidden (1, B, 1)), x (B, T) int64. A model
    says the token of one step, with a logit that it has to learn, while the other logits are 0: `last` at the last
    step, `others` at those before. So a training that reaches it shows in two numbers, after a hundred cheap steps.

    place: the step whose token it says. known: of how many tokens it says the right one; for others, a wrong one.
    """

    START = -0.4  # of `last`: untrained, the token is the one that it does not say

    def __init__(self, place: int = 0, known: int = 10) -> None:
        self.place, self.known = place, known
        self.made: list[_ProbeModel] = []

    def __call__(self, vocab_size=10, embedding_dim=None, hidden_dim=None, num_layers=1) -> torch.nn.Module:
        self.made.append(_ProbeModel(self.place, self.known, [vocab_size, embedding_dim, hidden_dim, num_layers]))
        return self.made[-1]

    @property
    def notes(self) -> list[dict]:
        """For each model: its sizes, how far `last` and `others` moved, the largest gradient that `last` ever had
        (one backward pass makes 1 at the most; more has piled up), and its calls (see _ProbeModel)."""
        return [
            {
                "sizes": model.sizes,
                "last": model.last.item() - self.START,
                "others": model.others.item(),
                "largest": model.largest,
                "calls": model.calls,
            }
            for model in self.made
        ]


class _ProbeModel(torch.nn.Module):
    """calls: for each call the shape of x, training?, gradients on?, a fingerprint of x, how often each token came
    first and later (2, V), and the share of later tokens that are the first one."""

    def __init__(self, place, known, sizes):
        super().__init__()
        self.place, self.known, self.sizes, self.V, self.largest = place, known, sizes, sizes[0], 0.0
        self.num_layers, self.hidden_dim = 1, 1
        self.last = torch.nn.Parameter(torch.tensor(MemoryProbe.START))
        self.last.register_post_accumulate_grad_hook(self._note_gradient)
        self.others = torch.nn.Parameter(torch.tensor(0.0))
        self.calls: list[dict] = []

    def _note_gradient(self, parameter):
        self.largest = max(self.largest, abs(parameter.grad.item()))

    def init_hidden(self, batch_size):
        return self.last.new_zeros(1, batch_size, 1)

    def forward(self, x, hidden=None):
        tokens = x.detach().cpu()
        first, later = tokens[:, :1], tokens[:, 1:]
        self.calls.append(
            {
                "shape": list(tokens.shape),
                "training": self.training,
                "grad": torch.is_grad_enabled(),
                "print": hashlib.sha256(tokens.numpy().tobytes()).hexdigest()[:16],
                "tokens": [torch.bincount(part.flatten(), minlength=self.V).tolist() for part in (first, later)],
                "echoed": (later == first).double().mean().item(),
            }
        )
        seen = x[:, self.place]
        said = torch.where(seen < self.known, seen, seen % self.known)
        said = torch.nn.functional.one_hot(said, self.V).to(self.last.dtype).unsqueeze(1)  # (B, 1, V)
        before = (said * self.others).expand(-1, x.shape[1] - 1, -1)
        return torch.cat([before, said * self.last], dim=1), self.init_hidden(len(x))


class SmallRecurrent(torch.nn.Module):
    """A recurrent layer to build on: (B, T, I) -> (all_h (B, T, H), last_h (B, H)), with `h_list` and, if it is
    an LSTM, `c_list`: the states of each step, on the way from the input to the result.

    W_ih: (H, I) for a tanh RNN, (4H, I) for an LSTM with its gates in torch's order. W_hh, b: to match.
    """

    def __init__(self, W_ih: torch.Tensor, W_hh: torch.Tensor, b: torch.Tensor) -> None:
        super().__init__()
        self.fixed_W_ih, self.fixed_W_hh, self.fixed_b = (torch.nn.Parameter(w.clone()) for w in (W_ih, W_hh, b))
        self.input_size, self.hidden_size = W_ih.shape[1], W_hh.shape[1]
        self.num_layers = 1
        self.gated = len(W_hh) > self.hidden_size

    def forward(self, x):
        h = x.new_zeros(len(x), self.hidden_size)
        c, self.h_list, c_list = h, [], []
        for x_t in x.unbind(dim=1):
            a = x_t @ self.fixed_W_ih.T + h @ self.fixed_W_hh.T + self.fixed_b
            if self.gated:
                i, f, g, o = a.chunk(4, dim=1)
                c = f.sigmoid() * c + i.sigmoid() * g.tanh()
                h = o.sigmoid() * c.tanh()
                c_list.append(c)
            else:
                h = a.tanh()
            self.h_list.append(h)
        if self.gated:
            self.c_list = c_list
        return torch.stack(self.h_list, dim=1), h


def _bent(slope: float, bend: float):
    """An activation that no library has: a straight line with a wave on it, which never falls if bend <= slope."""
    return lambda a: slope * a + bend * torch.sin(a)


class Flat(torch.nn.Module):
    """A module whose results, one or several, come as one row of numbers: a gradient then looks at all of them.

    module: what is called with the same arguments.
    """

    def __init__(self, module: torch.nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, *inputs):
        result = self.module(*inputs)
        parts = result if isinstance(result, tuple | list) else [result]
        return torch.cat([part.flatten() for part in parts])


def _with_length(cls: type, length: int) -> type:
    """A student's data set class with a len that is right: its items may go by its own, which is judged elsewhere."""
    return type(cls.__name__, (cls,), {"__len__": lambda self: length}) if isinstance(cls, type) else cls


class Calm:
    """Calls a network so that only what it reads can make a difference: as if it had just been made, without dropout.

    What it keeps from one call to the next, and what it draws anew each time, is judged by an idea of its own; all
    others are judged on this. New tensors, and what .float() makes, have the dtype of its parameters, so that it can be
    tried in float64.

    module: a torch.nn.Module. method: what is called. fresh: on a copy of it (else its own parameters get gradients).
    detached: without the graph, which would be kept.
    """

    def __init__(self, module, method: str = "forward", fresh: bool = True, detached: bool = False) -> None:
        self.module, self.method, self.fresh, self.detached = module, method, fresh, detached

    def __call__(self, *inputs):
        module = self._copy() if self.fresh else self.module
        parameters: Any = getattr(module, "parameters", tuple)()
        floats = (p.dtype for p in parameters if p.is_floating_point())
        kept = torch.get_default_dtype(), torch.nn.functional.dropout, torch.dropout
        torch.set_default_dtype(next(floats, torch.float32))
        torch.nn.functional.dropout = torch.dropout = lambda x, *_, **__: x
        torch.Tensor.float = lambda x: x.to(torch.get_default_dtype())
        try:
            result = module(*inputs) if self.method == "forward" else getattr(module, self.method)(*inputs)
        finally:
            torch.set_default_dtype(kept[0])
            torch.nn.functional.dropout, torch.dropout = kept[1:]
            del torch.Tensor.float  # the inherited one is there again
        return _detached(result) if self.detached else result

    def _copy(self):
        try:
            return copy.deepcopy(self.module)
        except Exception:  # it keeps what cannot be copied, such as states with a graph
            return self.module


class Detached:
    """Calls a module with gradients on, as it was trained, and gives what comes out without its graph."""

    def __init__(self, module) -> None:
        self.module = module

    def __call__(self, *inputs):
        return _detached(self.module(*inputs))


def _detached(result):
    if isinstance(result, torch.Tensor):
        return result.detach()
    if isinstance(result, tuple | list):
        return (tuple if isinstance(result, tuple) else list)(_detached(part) for part in result)
    return result


FIXTURES: dict[str, Callable] = {
    "ending_char_model": EndingCharModel,
    "calm": Calm,
    "detached": Detached,
    "scripted_char_model": ScriptedCharModel,
    "watch": Watch,
    "spelling": Spelling,
    "memory_probe": MemoryProbe,
    "small_recurrent": SmallRecurrent,
    "identity": lambda: lambda a: a,
    "relu": lambda: torch.relu,
    "tanh": lambda: torch.tanh,
    "bent": _bent,
    "flat": Flat,
    "flow_layer": STAND_INS["flow_layer"](None),
    "with_rest": lambda function, rest: lambda first: function(first, *rest),
    "with_length": _with_length,
    "stand_in": lambda kind, own: STAND_INS[kind](own),  # made from an object, and put in no name's place
}
