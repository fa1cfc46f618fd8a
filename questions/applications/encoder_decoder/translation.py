"""What translate says, held to what forward would say of the same network."""

import torch

from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..network import Unreadable, speak
from ..shared import END, PAD, START
from ..untrained import made_network, no_word_twice, of_any_lengths


class Translation:
    """follows: may it be held to forward? Where forward reads other tokens than it should, that has cost its points,
    and only the form of translations is asked."""

    def __init__(self, network_class, draw, follows):
        self.network_class, self.draw, self.follows = network_class, draw, follows
        self.said = set()  # all that was ever said

    def findings(self):
        sizes = [
            dict(B=[12], T=[5], longest=[7], run=[1, 3, 5]),
            dict(B=[1], T=[1, 4], longest=[1, 6], run=[4]),
            dict(B=[16], T=[5], longest=[70], run=[-6, -5, -4]),
            dict(B=[70], T=[3], longest=[3], run=[3]),
        ]
        cases = [case for size in sizes for case in self.draw.cases(**size, V=[11], W=[13], H=[8], strided=False)]
        found = [self._of(case) for case in cases]
        if not self.follows and len(self.said) < 2 and all(finding.share == 1 for finding in found):
            says = "the same for every source, and forward is too wrong to say what it should be"
            found[0] = Finding("translate", 0, says, str(cases[0]), observed=[says, sorted(self.said)])
        yield from found
        if self.follows:
            for case in self.draw.cases(T=[62], V=[80], W=[13], H=[8], run=[1, 2, 3, 4], strided=False):
                yield from self._of_a_long_source(case)

    def _of_a_long_source(self, case):
        """Two sources that differ in their first character alone, and a last layer that is set so that forward says
        another token for each. Nothing is said where such a layer cannot be found."""
        source = no_word_twice(case, 1, case.T, case.V).repeat(2, 1)
        source[1, 0] = case.V - 1
        ids, shape = [source, torch.full((2, 1), END)], (2, 1, case.W)
        network = made_network(self.network_class, case, ids, case.V, case.W, case.H, far=True)
        state = network.handle.state().value()
        last = [n for n, t in state.items() if tuple(t.shape) == (case.W,)] if isinstance(state, dict) else []
        try:
            one, two = network.logits(*ids, shape=shape)[:, 0, END + 1 :].double()
            a, b = int((one - two).argmax()), int((one - two).argmin())
            if not last or network.dtype is torch.float32 or (one - two)[a] - (one - two)[b] < 1e-12:
                return
            number = state[last[-1]].clone()
            number[END + 1 + a] += 20
            number[END + 1 + b] += 20 + ((one[a] - one[b]) + (two[a] - two[b])) / 2
            network.handle.load_state(state | {last[-1]: number})
            wanted = network.logits(*ids, shape=shape)[:, 0].argmax(dim=-1).tolist()
        except Unreadable:
            return
        said = _rows_of_ids(self._said(network, source, 1))
        if wanted == [END + 1 + a, END + 1 + b] and said != [[token] for token in wanted]:
            says = "the first character of a long source changes what forward says, and not what translate says"
            yield Finding("translate", 0, says, str(case), observed=[says, said])

    def _said(self, network, source, longest):
        network.handle.subject.seed(network.seed)
        translate = network.handle.subject.fixture("calm", module=network.handle, method="translate")
        return translate(network.handle.beside(source), longest).value()

    def _of(self, case):
        source = of_any_lengths(case)
        target = torch.full((case.B, 2), END)
        network = made_network(self.network_class, case, [source, target], case.V, case.W, case.H, double=False)
        _lean_towards_the_end(network.handle, case)
        follows, wanted, clear = self.follows, [], [True] * case.B
        try:
            wanted, clear = speak(network, source, case.longest, case.W) if follows else ([], clear)
        except Unreadable:
            follows = False
        said = self._said(network, source, case.longest)
        rows, fault = _rows_of_ids(said), ""
        if isinstance(said, Problem):
            return Finding("translate", 0, str(said), str(case), observed=said)
        if rows is None or len(rows) != case.B:
            kind = getattr(said, "type", None) or type(said).__name__
            fault = f"translate gave a {kind}" + (f" of {len(rows)}" if rows is not None else "")
            fault += f"; it is to be {case.B} lists of ids"
            return Finding("translate", 0, fault, str(case), observed=[fault, said])
        self.said |= set(map(tuple, rows))
        for row in range(case.B):
            fault = fault or _fault_of_row(rows[row], wanted[row] if follows and clear[row] else None, case.longest)
            if fault:
                return Finding("translate", 0, f"row {row}: {fault}", str(case), observed=[fault, rows])
        how = "what forward would say, token by token" if follows else "lists of ids, as far as can be judged"
        return Finding("translate", 1, how, str(case))


def _fault_of_row(said, wanted, longest):
    """wanted: what forward says; None where nobody knows."""
    if END in said:
        return "END stands in a translation: it ends it, and is no part of it"
    if len(said) > longest:
        return f"{len(said)} tokens with longest={longest}"
    if wanted is None or said == wanted:
        return ""
    if all(a == b for a, b in zip(said, wanted, strict=False)):
        return "it goes on after END" if len(said) > len(wanted) else "it ends before END is said"
    at = next(i for i, (a, b) in enumerate(zip(said, wanted, strict=False)) if a != b)
    return f"token {at} is another than the largest logit of forward names"


def _lean_towards_the_end(handle, case):
    """Make END likely and PAD and START unlikely: in the bias of the last layer, known by its size, if there is one."""
    state = handle.state().value()
    if not isinstance(state, dict):
        return
    for name, tensor in state.items():
        if tuple(tensor.shape) == (case.W,):
            moved = tensor.clone()
            moved[[PAD, START]] -= 8.0
            moved[END] += 0.7 * case.run - 1.5
            handle.load_state(state | {name: moved})


def _rows_of_ids(said):
    """Lists, tuples or tensors of ids as lists; what a tensor has behind END, and END itself, is left out."""
    try:
        if isinstance(said, torch.Tensor):
            rows = said.tolist()
            return [row[: row.index(END)] if END in row else row for row in rows]
        return [[int(token) for token in (row.tolist() if isinstance(row, torch.Tensor) else row)] for row in said]
    except (TypeError, ValueError, AttributeError):
        return None
