"""A student's network with drawn weights in it: what it says, and what makes a difference to that."""

import copy

import torch

from unrolled.checking.subject import Problem

from ..shared import Unreadable

# Relative to the largest number that is said: what is less than DEAD is rounding, and beside an effect that is more
# than FAINT, the next step's would be more than that. In float64, and in float32 where a network knows no other.
DEAD, FAINT = {True: 1e-10, False: 1e-6}, {True: 1e-6, False: 1e-3}
SAME = {True: 1e-9, False: 1e-4}


class Network:
    """One network, made anew for every call, so that nothing is kept and what is drawn is drawn alike.

    case: its sizes V, E, H and L, and whence its weights come. rows: do the rows of a batch keep apart, so that many
    sequences can be asked about at once? double: it is asked in float64, as it can be.
    """

    def __init__(self, model_class, case):
        self.model_class, self.case, self.subject = model_class, case, model_class.subject
        self.rows, self.double, self.state, self.names, self.table = True, False, {}, [], ""
        self.begin = {}  # the parameters as they were made
        self._draw()
        state = self.made().state().value()
        if isinstance(state, dict) and state:
            known = self.subject.values(*[self.made().registered(name) for name in state])
            floats = [
                n
                for n, yes in zip(state, known, strict=True)
                if yes is True and state[n].is_floating_point() and state[n].numel()
            ]
            sizes = sorted((case.V, case.E))
            self.table = next((name for name in floats if sorted(state[name].shape) == sizes), "")
            self.state, self.names = state, floats
        self._stir()
        self.double = True
        first = first_of(self.made()(self.ids(2, 3)).value())
        self.double = isinstance(first, torch.Tensor) and first.dtype is torch.float64

    def another(self):
        """Of the same kind, with other weights."""
        other = copy.copy(self)
        other._draw()
        other._stir()
        return other

    def _draw(self):
        self.seed = int(torch.randint(2**31, (), generator=self.case.generator))

    def _stir(self):
        """Move every parameter, so that nothing is hidden by a start at zero."""
        self.state = self.state | {name: self.moved(name) for name in self.names}

    def moved(self, name):
        """This parameter with other numbers, of the size that torch's layers have at the start or somewhat larger."""
        was = self.begin.setdefault(name, self.state[name])
        return was + self.case.normal(was.numel(), scale=max(was.shape[-1:].numel(), 1) ** -0.5).view(was.shape).to(was)

    def ids(self, B, T):
        """Rows of ids, each id once in a row as long as there are enough; the last id never."""
        rows = [torch.randperm(self.case.V - 1, generator=self.case.generator) for _ in range(B)]
        return torch.stack([row.repeat(T // len(row) + 1)[:T] for row in rows])

    def made(self, state=None):
        self.subject.seed(self.seed)
        model = self.model_class(self.case.V, self.case.E, self.case.H, self.case.L)
        model.method("eval")
        if self.double:
            model.method("double")
        if self.state:
            model.load_state(state or self.state)
        self.subject.seed(self.seed)
        return model

    def say(self, ids, *states, state=None):
        """What it says of each row, (N, T, K). Raises Unreadable."""
        if self.rows:
            return read(self.made(state)(ids, *states).value(), *ids.shape)
        got = self.subject.values(*[self.made(state)(row, *states) for row in ids])
        return torch.cat([read(one, 1, ids.shape[1]) for one in got])

    def apart(self, one, other):
        """How far apart, (N, T), in parts of the largest number that is said."""
        off, scale = (one - other).abs().amax(dim=-1), torch.cat([one, other]).abs().max()
        return off / scale.clamp(min=1e-300)

    def same(self, one, other):
        return one.shape == other.shape and bool((self.apart(one, other) <= SAME[self.double]).all())


def read(fetched, B, T):
    """What a network says of B rows of T characters, (B, T, K), in whatever shape it comes; (B, 1, K) where it does not
    say as much of every character. Raises Unreadable."""
    out = first_of(fetched)
    if isinstance(out, Problem):
        raise Unreadable(str(out), out)
    if not isinstance(out, torch.Tensor):
        raise Unreadable(f"a {getattr(out, 'type', type(out).__name__)} came back in place of predictions", out)
    if not out.numel() or out.numel() % B:
        raise Unreadable(f"the predictions have shape {tuple(out.shape)}; (B, T, 1) is {(B, T, 1)}", out)
    if not torch.isfinite(out).all():
        raise Unreadable("the predictions are not finite numbers", out)
    if B != T and out.dim() > 1 and tuple(out.shape[:2]) == (T, B):
        out = out.transpose(0, 1)
    out = out.reshape(B, -1).double()
    return out.reshape(B, T, -1) if out.shape[1] % T == 0 else out.unsqueeze(1)


def first_of(fetched):
    return fetched[0] if isinstance(fetched, tuple | list) and fetched else fetched


def second_of(fetched):
    return fetched[1] if isinstance(fetched, tuple | list) and len(fetched) == 2 else None
