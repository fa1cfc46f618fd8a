"""Why gates exist: who keeps the letter behind the last #, and who echoes, over five seeds.

    python bench/latch.py                 both tasks, about three minutes
    python bench/latch.py --only latch    or --only echo

The latch: strings of 26 letters in which every eighth character is a #; at each step the letter behind the last # is to
come out. Each network has 64 units and the notebook's training, once at each of three learning rates; the table shows
the best rate, and every seed. Costs are CPU seconds on one thread, for their ratios. The echo: the reference answer of
`train_echo` beside a plain RNN with an orthogonal matrix and the same training.
"""

import argparse
import math
import os
import sys
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1]))

import torch
import torch.nn.functional as F
from echo import accuracies, ours
from torch import nn

from unrolled.course.course import Course

CLASSES, DELAY, EVERY = 27, 4, 8
RATES = (0.003, 0.01, 0.02)


class Net(nn.Module):
    def __init__(self, kind: str, hidden: int) -> None:
        super().__init__()
        core = nn.RNN if kind == "orthogonal RNN" else getattr(nn, kind)
        self.core, self.top = core(CLASSES, hidden, batch_first=True), nn.Linear(hidden, CLASSES)
        if kind == "orthogonal RNN":
            nn.init.orthogonal_(self.core.weight_hh_l0)

    def forward(self, x):
        return self.top(self.core(x)[0])


def marked(batch: int, steps: int, every: int = EVERY):
    """(B, T): letters, and a 0 for each #."""
    return torch.where(torch.rand(batch, steps) < 1 / every, 0, torch.randint(1, CLASSES, (batch, steps)))


def behind_last(x):
    """(letters to say, how many steps ago each was read; -1 before the first), (B, T) both."""
    steps = torch.arange(x.shape[1])
    taken = (F.pad(x, (1, 0), value=1)[:, :-1] == 0) & (x > 0)
    place = torch.where(taken, steps, -1).cummax(dim=1).values
    return x.gather(1, place.clamp(min=0)) * (place >= 0), torch.where(place >= 0, steps - place, -1)


def trained(kind: str, seed: int, rate: float, steps: int, hidden: int, batch, betas=(0.9, 0.999)):
    """batch(): (letters, targets). Gives (network, CPU seconds)."""
    torch.manual_seed(seed)
    net = Net(kind, hidden)
    adam = torch.optim.Adam(net.parameters(), lr=rate, betas=betas)
    factor = lambda k: min((k + 1) / (0.1 * steps), 0.5 * (1 + math.cos(math.pi * k / steps)))  # noqa: E731
    schedule, started = torch.optim.lr_scheduler.LambdaLR(adam, factor), time.process_time()
    for _ in range(steps):
        x, y = batch()
        loss = F.cross_entropy(net(F.one_hot(x, CLASSES).float()).flatten(0, 1), y.flatten())
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        schedule.step()
    return net.eval(), time.process_time() - started


def latch_batch():
    x = marked(32, 20)
    return x, behind_last(x)[0]


def echo_batch():
    x = torch.randint(1, CLASSES, (32, 15))
    return x, F.pad(x, (DELAY, 0))[:, :15]


@torch.no_grad()
def kept(net, strings: int = 2000, steps: int = 25) -> float:
    """The share of letters right, on fresh strings."""
    x = marked(strings, steps)
    y, age = behind_last(x)
    right = net(F.one_hot(x, CLASSES).float()).argmax(-1) == y
    return right[age >= 0].float().mean().item()


@torch.no_grad()
def kept_for(net, distance: int, strings: int = 500) -> float:
    """The share right `distance` letters after the only #."""
    x = torch.randint(1, CLASSES, (strings, distance + 2))
    x[:, 0] = 0
    return (net(F.one_hot(x, CLASSES).float())[:, -1].argmax(-1) == x[:, 1]).float().mean().item()


@torch.no_grad()
def update_gates(gru, x):
    """(B, T, H)"""
    states = gru(F.one_hot(x, CLASSES).float())[0]
    before, H = F.pad(states, (0, 0, 1, 0))[:, :-1], gru.hidden_size
    rows = slice(H, 2 * H)
    from_input = F.one_hot(x, CLASSES).float() @ gru.weight_ih_l0[rows].T + gru.bias_ih_l0[rows]
    return torch.sigmoid(from_input + before @ gru.weight_hh_l0[rows].T + gru.bias_hh_l0[rows])


def latch(seeds: int) -> None:
    print("the letter behind the last #: 64 units, strings of 20 in training and of 25 in the test")
    rows = [("RNN", 300), ("orthogonal RNN", 300), ("LSTM", 300), ("GRU", 300), ("RNN", 3000), ("orthogonal RNN", 3000)]
    for kind, steps in rows:
        runs = {}
        for rate in RATES if steps == 300 else RATES[:1]:
            made = [trained(kind, seed, rate, steps, 64, latch_batch) for seed in range(seeds)]
            runs[rate] = [(kept(net), net, spent) for net, spent in made]
            print(
                f"    {kind}, {steps} steps, rate {rate}: " + _percent([share for share, *_ in runs[rate]]), flush=True
            )
        rate = max(runs, key=lambda r: sum(share for share, *_ in runs[r]))
        spent, nets = sum(s for *_, s in runs[rate]) / seeds, [net for _, net, _ in runs[rate]]
        far = {d: _percent([kept_for(net, d) for net in nets]) for d in (20, 60, 200)}
        print(
            f"{kind}, {steps} steps at its best rate, {rate}: {_percent([s for s, *_ in runs[rate]])} of the letters,"
        )
        print(f"    {spent:.1f} CPU seconds; after 20 letters {far[20]}; after 60 {far[60]}; after 200 {far[200]}")
        if kind == "GRU":
            x = marked(200, 25)
            age = behind_last(x)[1]
            gates = [update_gates(net.core, x) for net in nets]
            for where, there in (("where a letter is taken", age == 0), ("while it is kept", (age > 0) & (x > 0))):
                wide = _percent([(z[there] > 0.9).float().mean().item() for z in gates])
                print(
                    f"    update gate {where}: median " + ", ".join(f"{z[there].median():.2f}" for z in gates), end=""
                )
                print(f"; units above 0.9: {wide}")


def echo(seeds: int) -> None:
    print("the echo, four steps late: 96 units, 220 steps")
    bundle = Course.find(__file__).bundle("06_echo_gru")
    nets = [ours(bundle, False, seed) for seed in range(seeds)]
    x = torch.randint(1, CLASSES, (200, 20))
    print(f"the notebook's GRU: {_percent([accuracies(net, False)[0] for net, _ in nets])}", end="")
    print(f", {sum(s for _, s in nets) / seeds:.2f} CPU seconds; its update gate: ", end="")
    print(", ".join(f"{update_gates(net.gru, x).mean():.2f}" for net, _ in nets))
    for kind, rate in [(kind, rate) for kind in ("RNN", "orthogonal RNN") for rate in (0.003, 0.005, 0.01, 0.02)]:
        nets = [trained(kind, seed, rate, 220, 96, echo_batch, (0.9, 0.98)) for seed in range(seeds)]
        print(f"{kind}, rate {rate}: {_percent([accuracies(net, False)[0] for net, _ in nets])}", end="")
        print(f", {sum(s for _, s in nets) / seeds:.2f} CPU seconds", flush=True)


def _percent(shares: list[float]) -> str:
    return ", ".join(f"{100 * share:.2f}" for share in shares) + " %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", choices=("latch", "echo"), help="one of the two tasks")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for task in [options.only] if options.only else ["latch", "echo"]:
        {"latch": latch, "echo": echo}[task](options.seeds)


if __name__ == "__main__":
    main()
