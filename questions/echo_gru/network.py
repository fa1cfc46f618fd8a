"""A student's network, read from this side."""

from itertools import permutations

import torch
import torch.nn.functional as F

from unrolled.checking.parity import close
from unrolled.checking.subject import Problem

from .shared import N


class Unreadable(Exception):
    """The network gives nothing that could be decoded; the message says what came back instead.

    observed: the Problem if that is what it was (so that it is recognised whatever line it came from, and an
    unanswered question is seen to be one), else the message.
    """

    def __init__(self, message, got):
        super().__init__(message)
        self.observed = got if isinstance(got, Problem) else message


class Network:
    """A student's network over there: letters go in, logits come back, and are decoded on this side.

    Letters go in one-hot, as the contract has it. A network that takes their numbers instead is as good. A pair
    (logits, hidden) counts as its logits; 27 classes or more, of which 1 … 26 are letters and the others blanks.
    What comes in another shape is read as far as it can be, and `fault` says what is wrong with it.
    """

    def __init__(self, handle, seed=None, keep_graphs=True):
        """seed: of the random numbers over there, set before each call; None leaves them alone.

        keep_graphs: False for thousands of strings; a network that cannot do without a graph gets one all the same.
        """
        self.handle, self.seed, self.keep_graphs = handle, seed, keep_graphs
        self.by_number, self.fault = False, ""
        self.order = None  # of the axes, once a call with different sizes has told it
        self.only_last = False  # the last step alone comes out
        self.most = N  # the last letter that it can read
        self.precise = False  # in float64
        self.keeps = False  # something from one call to the next

    def twin(self, make):
        """A second one with the same numbers, that was never called."""
        other = Network(make(), self.seed)
        other.by_number, other.order, other.only_last, other.most = (
            self.by_number,
            self.order,
            self.only_last,
            self.most,
        )
        if self.precise:
            other.handle.method("double")
        other.handle.load_state(self.handle.state().value())
        other.in_mode(training=False)
        return other

    def sharpen(self, letters, delays=None):
        """From now on in float64, if it can: eight layers deep, an effect is lost among float32's roundings."""
        self.handle.method("double")
        self.precise = True
        try:
            self.logits(letters, delays)
        except Unreadable:  # it says float32 somewhere, or has weights that it does not know of
            self.handle.method("float")
            self.precise = False

    def call(self, letters, delays=None):
        """letters: (B, T) int64; delays: (B,) int64 or None. A handle on what the call gives."""
        x = letters if self.by_number else F.one_hot(letters, N + 1).float()
        arguments = [x] if delays is None else [x, delays]
        if self.seed is not None:
            self.handle.subject.seed(self.seed)
        return self.handle(*(self.handle.beside(a) for a in arguments), grad=self.keep_graphs)

    def logits(self, letters, delays=None):
        """(B, T, C), fetched; (B, 1, C) where the last step alone comes out. Raises Unreadable."""
        got = self.call(letters, delays).value()
        if isinstance(got, Problem) and not self.keep_graphs:
            self.keep_graphs = True  # such as one that says retain_grad in its forward
            got = self.call(letters, delays).value()
        read = self.read(got, letters)
        if read is None and not self.by_number and self._reads_numbers(letters, delays):
            got = self.call(letters, delays).value()
            read = self.read(got, letters)
        self.fault = _fault(got, letters)
        if read is None:
            raise Unreadable(self.fault, got)
        return read

    def _reads_numbers(self, letters, delays):
        """Does it take the numbers of letters, if perhaps not of all letters? Then it is called so from now on."""
        self.by_number = True
        few = self.call(letters.clamp(max=1), delays).value()
        self.by_number = self.read(few, letters) is not None
        return self.by_number

    def read(self, got, letters):
        """The logits (B, T, C) in what came back, or (B, 1, C) of the last step alone; None if there are none."""
        parts = [part for part in parts_of(got) if isinstance(part, torch.Tensor) and part.is_floating_point()]
        found = [self._read_one(part, letters) for part in parts]
        whole = [part for part in found if part is not None and part.shape[1] == letters.shape[1]]
        wide = [part for part in whole if part.shape[2] > N]
        if wide or whole:
            return (wide or whole)[0]
        rows = {tuple(part.shape) for part in parts}
        if len(parts) == letters.shape[1] > 1 and len(rows) == 1 and parts[0].shape[:-1] == letters.shape[:1]:
            return _finite(torch.stack(parts, dim=1))
        last = [part for part in found if part is not None]
        return last[0] if last else None

    def _read_one(self, part, letters):
        """One tensor: with its axes in another order, or without some of them."""
        batch, steps = letters.shape
        if part.dim() > 3:
            part = part.squeeze()
        if part.dim() == 3:
            orders = [self.order] if self.order else list(permutations(range(3)))
            for order in orders:
                if tuple(part.permute(order).shape[:2]) == (batch, steps):
                    if len({*part.shape}) == 3 and min(batch, steps) > 1:
                        self.order = order
                    return _finite(part.permute(order))
            if tuple(part.shape[:2]) == (batch, 1):
                self.only_last = True
                return _finite(part)
        if part.dim() in (1, 2) and part.numel():
            rows = part.reshape(-1, part.shape[-1])  # (B·T, C)
            if len(rows) == batch * steps and not (self.only_last and steps == 1):
                return _finite(rows.unflatten(0, (batch, steps)))
            if len(rows) == batch:
                self.only_last = True
                return _finite(rows.unsqueeze(1))
        return None

    def gradients(self, called, got, letters, cotangent, wrt):
        """Of <logits, cotangent>, with respect to handles, as `Subject.grad` gives them. cotangent: as `read` reads.

        called, got: what a call gave, and the same fetched.
        """
        places = [i for i, part in enumerate(parts_of(got)) if isinstance(part, torch.Tensor)]
        here = [p.detach().double().requires_grad_() for p in parts_of(got) if isinstance(p, torch.Tensor)]
        read = self.read(here, letters)
        along = torch.autograd.grad(read, here, cotangent.double(), allow_unused=True)
        single = isinstance(got, torch.Tensor)
        outputs = [called if single else called[i] for i, a in zip(places, along, strict=True) if a is not None]
        fetched = [part for part in parts_of(got) if isinstance(part, torch.Tensor)]
        along = [a.to(part.dtype) for a, part in zip(along, fetched, strict=True) if a is not None]
        return self.handle.subject.grad(outputs, along, wrt).value()

    def keeps_something(self, letters, delays=None):
        """Does the same call give something else after a call with other letters?"""
        before = self.logits(letters, delays)
        again = self.logits(letters, delays)
        self.logits(letters.flip(1), delays)
        self.keeps = not (alike(again, before) and alike(self.logits(letters, delays), before))
        return self.keeps

    def row_by_row(self, letters, delays=None):
        """The logits of a batch; where a batch does not pass, of each row by itself."""
        try:
            return self.logits(letters, delays)
        except Unreadable:
            rows = [slice(row, row + 1) for row in range(len(letters))]
            return torch.cat([self.logits(letters[row], None if delays is None else delays[row]) for row in rows])

    def says(self, letters, delays=None):
        """What comes out, decoded: (B, T) with 0 for a blank."""
        best = self.logits(letters, delays).argmax(dim=-1)
        return torch.where(best <= N, best, 0)

    def readable(self, letters):
        """The same letters, with others in the place of those that it cannot read."""
        return (letters - 1) % self.most + 1

    def in_mode(self, training):
        self.handle.method("train" if training else "eval")


def parts_of(got):
    return list(got) if isinstance(got, tuple | list) else [got]


def first_part(got):
    return got[0] if isinstance(got, tuple | list) and got else got


def _finite(logits):
    return logits if torch.isfinite(logits).all() else None


def _fault(got, letters):
    """What is wrong with what came back; "" for logits (B, T, 27), or a pair that begins with them."""
    if isinstance(got, tuple | list) and len(got) > 2 and len(got) == letters.shape[1]:
        return f"a {type(got).__name__} of {len(got)} things came back; it should be one tensor (B, T, 27)"
    got = first_part(got)
    if isinstance(got, Problem):
        return str(got)
    if got is None:
        return "nothing came back (None): forward has to end with return"
    if not isinstance(got, torch.Tensor):
        return f"a {getattr(got, 'type', None) or type(got).__name__} came back; it should be the logits"
    if got.dim() != 3 or tuple(got.shape[:2]) != tuple(letters.shape) or got.shape[2] < N + 1:
        return f"the logits have shape {tuple(got.shape)}; (B, T, 27) is {(*letters.shape, N + 1)}"
    if not torch.isfinite(got).all():
        return "the logits are not finite numbers"
    return ""


def drawn_like(case, tensor, scale):
    """Normal numbers in the shape of a tensor, which may be a single number."""
    return case.normal(tensor.numel(), scale=scale).view(tensor.shape).to(tensor.dtype)


def log_probabilities(out):
    """Logits and log-probabilities as they are, up to a constant; probabilities by their logarithm."""
    if (out >= 0).all() and close(out.sum(-1), torch.ones(out.shape[:2], dtype=out.dtype)):
        return out.clamp(min=1e-30).log()
    return out


def alike(one, other):
    """The same numbers, up to rounding?"""
    return one.shape == other.shape and not changed(one, other, 1e-10 if one.dtype is torch.float64 else 1e-5).any()


def changed(one, other, tolerance=None):
    """Which numbers differ? Measured by the largest of all, as far as the dtype goes: an effect may be small."""
    tolerance = tolerance or (1e-13 if one.dtype is torch.float64 else 1e-6)
    largest = other.abs().max() if other.numel() else 0.0
    return (one - other).abs() > tolerance * (1 + largest)
