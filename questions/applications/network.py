"""A student's network, read from this side."""

import torch

from unrolled.checking.parity import readable
from unrolled.checking.subject import Problem

from .shared import END, PAD

# As shares of the largest logit. Two results differ above SAME; below FELT a difference is rounding; above CLEAR an
# effect is so large that it cannot be gone at the next step, unless something was cut off there.
SAME = {torch.float64: 1e-8, torch.float32: 1e-4}
FELT = {torch.float64: 1e-14, torch.float32: 1e-6}
CLEAR = {torch.float64: 1e-9, torch.float32: 1e-4}
SURE = 1e-4  # a token is clearly said if its logit lies so far above the next one


class Unreadable(Exception):
    """The network gives nothing that could be decoded; the message says what came back instead."""

    def __init__(self, message, got):
        super().__init__(message)
        self.observed = got if isinstance(got, Problem) else message


class Network:
    """A student's network over there: ids go in, logits come back. A pair counts as its first part.

    The random numbers over there are set before each call, so that two calls differ only if something is kept.
    calm: is it asked as if it had just been made, and without dropout (`unrolled.desk.fixtures.Calm`)?
    """

    def __init__(self, handle, seed=0, calm=False):
        self.handle, self.seed, self.dtype = handle, seed, torch.float32
        self.raw = handle.subject.fixture("detached", module=handle)
        self.calm = handle.subject.fixture("calm", module=handle, detached=True) if calm else self.raw
        handle.method("eval")

    def call(self, *ids, through=None):
        self.handle.subject.seed(self.seed)
        return (through or self.calm)(*(self.handle.beside(x) for x in ids))

    def logits(self, *ids, shape, places=None):
        """Fetched logits of this shape, finite where places (a mask) says so. Raises Unreadable."""
        return _read(self.call(*ids).value(), shape, places)

    def several(self, batches, shape, places=None):
        """The logits of several calls, (N, *shape), in one round trip. Raises Unreadable."""
        fetched = self.handle.subject.values(*[self.call(*ids) for ids in batches])
        return torch.stack([_read(got, shape, places) for got in fetched])

    def differ(self, a, b):
        return differ(a, b, SAME[self.dtype])


def _read(got, shape, places=None):
    first = first_of(got, shape)
    fault = fault_of(first, shape)
    if fault:
        raise Unreadable(fault, got)
    if not torch.isfinite(first if places is None else first[places]).all():
        raise Unreadable("the logits are not finite numbers", got)
    return first.float() if first.dtype is not torch.float64 else first


def first_of(got, shape):
    """What can be read as logits of this shape: of a pair the first part; without lost axes; rows that are a list."""
    read = readable(got, shape)
    if isinstance(read, tuple | list) and read:
        read = readable(read[0], shape)
    return read


def fault_of(got, shape):
    if isinstance(got, Problem):
        return str(got)
    if got is None:
        return "nothing came back (None): forward has to end with return"
    if not isinstance(got, torch.Tensor):
        return f"a {getattr(got, 'type', None) or type(got).__name__} came back; it should be the logits"
    if tuple(got.shape) != tuple(shape):
        return f"the logits have shape {tuple(got.shape)}; it should be {tuple(shape)}"
    return ""


def drawn_like(case, tensor, scale):
    """Normal numbers in the shape of a tensor, which may be a single number."""
    return case.normal(tensor.numel(), scale=scale).view(tensor.shape).to(tensor.dtype)


def differ(a, b, share=SAME[torch.float32]):
    """Are they apart by more than this share of the largest number in them?"""
    largest = max(a.abs().max().item(), b.abs().max().item(), 1e-30) if a.numel() else 1.0
    return bool(a.numel()) and not (a - b).abs().max().item() <= share * largest


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
        clear &= over | ((token[:, 0] >= END) & (best[:, 0] - best[:, 1] > SURE))
        over |= token[:, 0] == END
        if over.all():
            break
    rows = said.tolist()
    return [row[: row.index(END)] if END in row else row for row in rows], clear.tolist()
