"""What makes a difference to what a network says, and what its predictions would train."""

import torch

from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..shared import Unreadable, who_feels_what
from .network import DEAD, FAINT, read, second_of

# Weights and characters are drawn so often before nothing of an effect means that there is none; and so often where it
# is known already that there are effects missing.
DRAWS, FEWER = 40, 12


class Seen:
    """What has been seen of networks of one kind, over several draws of weights and characters: a unit with a ReLU that
    is silent in one of them may speak in the next.

    felt: (T, steps) how far another character moves each prediction, at the most. alike: does every step say the same?
    starts: which given initial states move predictions, and which move states. reached: the parameters that got a
    gradient, and flat those whose gradient is there, be it 0. characters: (T, 3) do predictions at the first, the
    middle and the last step train each character's row?
    """

    def __init__(self, net, T, told=False):
        """told: is it known already that predictions do not feel all that they should?"""
        self.case, self.T, self.told, self.where = net.case, T, told, f"{net.case}, T={T}"
        self.felt, self.alike = torch.zeros(T, T).double(), True
        self.ended, self.draws = torch.zeros(T, T), 0  # in how many of the draws an effect comes to a sudden end
        self.returned, self.refused, self.constant, self.starts = False, "", True, {}
        self.reached, self.flat = set(), set()
        self.characters = torch.zeros(T, 3, dtype=torch.bool)
        self.unreadable, self.failed = None, ""
        self.blind, self.forgetful, self.untaught = ["not looked at yet"] * 3
        for _ in range(FEWER if told else DRAWS):
            self.net = net = net.another()
            try:
                self._look()
            except Unreadable as fault:
                self.unreadable = fault
                break
            if not any((self.blind, self.forgetful and not self.refused, self.untaught)):
                break

    def _look(self):
        """One more network, for whatever has still been missing."""
        net, T = self.net, self.T
        ids = net.ids(1, T + 1)[0]
        x = ids[:T].repeat(T + 1, 1)
        x[torch.arange(1, T + 1), torch.arange(T)] = ids[T]  # row 1 + s differs from row 0 in character s
        out = net.say(x)
        if self.felt.shape[1] != out.shape[1]:
            self.felt = torch.zeros(T, out.shape[1]).double()
        moved = net.apart(out[1:], out[:1])
        self.felt, self.draws = torch.maximum(self.felt, moved), self.draws + 1
        if moved.shape[1] == T:
            # What is faint one step nearer may end in the rounding here: that tells nothing.
            nearer = moved.roll(1, dims=1).triu(1) + moved.roll(-1, dims=1).tril(-1) + torch.eye(T)
            self.ended += (moved <= DEAD[net.double]) & (nearer > FAINT[net.double])
        self.alike &= net.same(out[:1, 1:], out[:1, :-1]) if out.shape[1] > 1 else out.shape[1] != T
        self.blind = self._blind()
        given, base = (x, out) if net.rows else (x[0], out[:1])
        if self.forgetful:
            self._look_at_states(given, base)
            self.forgetful = self._forgetful()
        if self.untaught:
            self._look_at_gradients(given, len(base))
            self.untaught = self._untaught()

    def _look_at_states(self, given, base):
        net = self.net
        result, after_another = net.made()(given), net.made()((given + 1) % (self.case.V - 1))
        states, others = (second_of(got) for got in net.subject.values(result, after_another))
        if states is None:
            return
        self.returned = True
        self.constant &= torch.equal(_row_of(states), _row_of(others))
        starts = {"what it returned": result[1]}
        if isinstance(states, torch.Tensor) and states.dim() == given.dim() + 1:
            for k in range(len(states)):
                one = torch.zeros_like(states)
                one[k] = self.case.normal(one[k].numel()).view(one[k].shape).to(one)
                starts[f"initial state {k}"] = net.subject.put(one)
        runs = net.subject.values(*[net.made()(given, start) for start in starts.values()])
        for name, got in zip(starts, runs, strict=True):
            try:
                now = net.apart(read(got, len(base), self.T), base) > DEAD[net.double]
            except Unreadable as fault:
                self.refused = f"{name}, given to it: {fault}"
                return
            moved = bool(now.any()), not torch.equal(_row_of(second_of(got)), _row_of(states))
            was = self.starts.get(name, (False, False))
            self.starts[name] = was[0] or moved[0], was[1] or moved[1]

    def _look_at_gradients(self, given, B):
        net, model = self.net, self.net.made()
        first = model(given).part(0, 2)
        out = first.value()
        along = [self.case.normal(out.numel()).view(out.shape).to(out)]
        for t in (0, self.T // 2, self.T - 1):
            one = torch.zeros(B, self.T, out.numel() // (B * self.T)).to(out)
            one[0, t] = 1
            along.append(one.view(out.shape) if one.numel() else None)
        table = [model.get(net.table)] if net.table and along[1] is not None else []
        wrt = [[model.get(name) for name in net.names], *[table] * (3 * bool(table))]
        got = net.subject.values(*[net.subject.grad([first], [c], w) for c, w in zip(along, wrt, strict=False)])
        if isinstance(got[0], Problem):
            self.failed = str(got[0])
            return
        alive = [isinstance(g, torch.Tensor) and bool(g.abs().max() > 0) for g in got[0]]
        self.flat |= {name for name, g in zip(net.names, got[0], strict=True) if isinstance(g, torch.Tensor)}
        self.reached |= {name for name, yes in zip(net.names, alive, strict=True) if yes}
        ids = given[0] if given.dim() > 1 else given
        for k, rows in enumerate(got[1:]):
            row = rows[0] if isinstance(rows, list) else None
            if isinstance(row, torch.Tensor):
                row = row if row.shape[0] == self.case.V else row.t()
                self.characters[:, k] |= row[ids].abs().amax(dim=1) > 0
        if not table:
            self.characters[:] = True

    def _blind(self):
        """Which prediction does not feel which character, in words."""
        felt = self.felt > DEAD[self.net.double]
        if not felt.any():
            return "the predictions are the same, whatever is read"
        if felt.shape[1] != self.T:  # one number for all of it
            return "" if felt.all() or self.T > 6 else "the predictions do not feel every character"
        felt |= self.ended * 4 <= self.draws
        if self.alike:
            return "every step of a sequence gives the same: is the last state used for all of them?"
        return who_feels_what(felt)

    @property
    def one_sided(self):
        felt = self.felt > DEAD[self.net.double]
        return felt.shape[1] == self.T and bool(felt.any()) and not (felt.triu(1).any() and felt.tril(-1).any())

    def _forgetful(self):
        """What is wrong with the states, in words. Where predictions are blind, that has cost already, and an initial
        state only has to move the last ones."""
        if not self.returned:
            return "the states do not come back beside the predictions"
        if self.refused:
            return self.refused
        if self.constant:
            return "the states that come back are the same whatever was read"
        blind = self.told or bool(self.blind) or self.felt.shape[1] != self.T
        idle = [name for name, (predictions, states) in self.starts.items() if not (predictions or (blind and states))]
        return f"{idle[0]}, given to it, has no effect" if idle else ""

    def _untaught(self):
        """Which parameter or character a loss does not reach, in words. Where predictions are blind, only what they
        do depend on."""
        if self.failed or not self.net.names:
            return self.failed or "there are no parameters that an optimizer would find"
        square = self.felt.shape[1] == self.T
        blind = self.told or bool(self.blind) or not square
        missing = [name for name in self.net.names if name not in self.reached]
        if blind and not self.reached:
            return "no parameter makes a difference to the predictions"
        # Nor is there a slope to follow where one is 0, as that of a number added to all that a softmax compares.
        missing = [name for name in missing if not (blind or name in self.flat) or self._matters(name)]
        if missing:
            return f"no gradient reaches {', '.join(missing[:3])}: cut off, or never used"
        for k, t in enumerate((0, self.T // 2, self.T - 1) if square else ()):
            needed = self.felt[:, t] > FAINT[self.net.double] if blind else torch.ones(self.T, dtype=torch.bool)
            cut = (needed & ~self.characters[:, k]).nonzero().flatten().tolist()
            if cut:
                return f"a loss at step {t} gives no gradient to the character at step {cut[0]}"
        return ""

    def _matters(self, name):
        x, state = self.net.ids(2, self.T), self.net.state | {name: self.net.moved(name)}
        return not self.net.same(self.net.say(x), self.net.say(x, state=state))

    def directions(self):
        return self._finding("directions", self.blind, "every prediction feels every character")

    def hidden(self):
        return self._finding("hidden", self.forgetful, "states are used and returned")

    def gradients(self):
        return self._finding("gradients", self.untaught, "every parameter and every character gets one")

    def _finding(self, idea, says, praise):
        if self.unreadable:
            says = str(self.unreadable)
            return Finding(idea, 0, says, self.where, observed=self.unreadable.observed, barred=True)
        return Finding(idea, float(not says), says or praise, self.where, observed=[says, (self.felt > 0).tolist()])


def _row_of(states):
    """All the numbers of a state, or of a pair of them."""
    parts = states if isinstance(states, tuple | list) else [states]
    return torch.cat([torch.zeros(0).double(), *[p.flatten().double() for p in parts if isinstance(p, torch.Tensor)]])
