"""A student's network, read from this side."""

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
    """

    def __init__(self, handle, seed=None):
        """seed: of the random numbers over there, set before each call; None leaves them alone."""
        self.handle, self.by_number, self.seed = handle, False, seed

    def call(self, letters, delays=None, grad=False):
        """letters: (B, T) int64; delays: (B,) int64 or None. A handle on what the call gives."""
        x = letters if self.by_number else F.one_hot(letters, N + 1).float()
        arguments = [x] if delays is None else [x, delays]
        if self.seed is not None:
            self.handle.subject.seed(self.seed)
        return self.handle(*(self.handle.beside(a) for a in arguments), grad=grad)

    def logits(self, letters, delays=None):
        """(B, T, C), fetched. Raises Unreadable."""
        got = first_part(self.call(letters, delays).value())
        fault = _fault(got, letters)
        if fault and not self.by_number:
            self.by_number = True
            second = first_part(self.call(letters, delays).value())
            if not _fault(second, letters):
                return second
            self.by_number = False
        if fault:
            raise Unreadable(fault, got)
        return got

    def says(self, letters, delays=None):
        """What comes out, decoded: (B, T) with 0 for a blank."""
        best = self.logits(letters, delays).argmax(dim=-1)
        return torch.where(best <= N, best, 0)

    def in_mode(self, training):
        self.handle.method("train" if training else "eval")


def first_part(got):
    return got[0] if isinstance(got, tuple | list) and got else got


def _fault(got, letters):
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
    if (out >= 0).all() and close(out.sum(-1), torch.ones(out.shape[:2])):
        return out.clamp(min=1e-30).log()
    return out
