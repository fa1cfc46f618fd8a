"""A student's network, read from this side."""

import torch

from unrolled.checking.subject import Problem

from .shared import END, PAD

FELT, SAME = 1e-6, 1e-4  # effects above the first are real, differences below the second are not


class Unreadable(Exception):
    """The network gives nothing that could be decoded; the message says what came back instead."""

    def __init__(self, message, got):
        super().__init__(message)
        self.observed = got if isinstance(got, Problem) else message


class Network:
    """A student's network over there: ids go in, logits come back. A pair counts as its first part.

    The random numbers over there are set before each call, so that two calls differ only if something is kept.
    """

    def __init__(self, handle, seed=0):
        self.handle, self.seed = handle, seed
        handle.method("eval")

    def call(self, *ids, grad=False):
        self.handle.subject.seed(self.seed)
        return self.handle(*(self.handle.beside(x) for x in ids), grad=grad)

    def logits(self, *ids, shape):
        """Fetched logits, finite, of this shape. Raises Unreadable."""
        got = _first(self.call(*ids).value())
        fault = _fault(got, shape)
        if fault:
            raise Unreadable(fault, got)
        return got.float()


def _first(got):
    return got[0] if isinstance(got, tuple | list) and got else got


def _fault(got, shape):
    if isinstance(got, Problem):
        return str(got)
    if got is None:
        return "nothing came back (None): forward has to end with return"
    if not isinstance(got, torch.Tensor):
        return f"a {getattr(got, 'type', None) or type(got).__name__} came back; it should be the logits"
    if tuple(got.shape) != tuple(shape):
        return f"the logits have shape {tuple(got.shape)}; it should be {tuple(shape)}"
    if not torch.isfinite(got).all():
        return "the logits are not finite numbers"
    return ""


def drawn_like(case, tensor, scale):
    """Normal numbers in the shape of a tensor, which may be a single number."""
    return case.normal(tensor.numel(), scale=scale).view(tensor.shape).to(tensor.dtype)


def differ(a, b):
    return (a - b).abs().max().item() > SAME


def speak(network, source, longest, size):
    """What a network says through forward when it reads its own words: lists of ids up to END; and which are clear.

    Not clear is a row in which PAD or START came first, or two tokens were nearly alike.
    """
    said = torch.full((len(source), longest), PAD)
    clear = torch.ones(len(source), dtype=torch.bool)
    over = torch.zeros(len(source), dtype=torch.bool)
    for place in range(longest):
        logits = network.logits(source, said, shape=(len(source), longest, size))[:, place]
        best, token = logits.topk(2, dim=-1)
        said[:, place] = token[:, 0]
        clear &= over | ((token[:, 0] >= END) & (best[:, 0] - best[:, 1] > SAME))
        over |= token[:, 0] == END
    rows = said.tolist()
    return [row[: row.index(END)] if END in row else row for row in rows], clear.tolist()
