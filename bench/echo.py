"""Document 004's recipe against the course's: what each training costs, and how well it echoes afterwards.

    python bench/echo.py                  fixed delay and variable delay, 10 seeds of ours, about 15 minutes
    python bench/echo.py --part 0.1       only a tenth of the document's steps, its cost scaled up
    python bench/echo.py --only starts    the fixed delay from other starts than ours, five seeds: what a start is worth
    python bench/echo.py --only starts --seeds 10 --part 0.05       what the notebook tells of ten seeds, ten minutes
    python bench/echo.py --only parts     the fixed delay without one part of the training each time, 8 seeds, 2 minutes

Everything runs on one core and one thread. The document's training is cut into as many parts as ours has seeds, and
the two take turns, so that both see the same machine. Costs are CPU seconds; the ratio is what counts. The document's
recipe is written anew here from its description: two layers, dropout 0.1, data made letter by letter in Python, and
(variable delay) the delay as an embedding beside each input.
"""

import argparse
import math
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
sys.path.insert(0, str(Path(__file__).parents[1]))

import torch
import torch.nn.functional as F
from torch import nn

from unrolled.course.course import Course
from unrolled.course.program import run_program
from unrolled.desk.meter import reference_pass

LETTERS, CLASSES, DELAY, MAX_DELAY = range(1, 27), 27, 4, 8


class PlainEcho(nn.Module):
    """The document's network. delays: how many there are to embed, 0 for a fixed one."""

    def __init__(self, hidden: int, delays: int = 0) -> None:
        super().__init__()
        self.embedding = nn.Embedding(delays, 16) if delays else None
        self.gru = nn.GRU(CLASSES + (16 if delays else 0), hidden, num_layers=2, batch_first=True, dropout=0.1)
        self.output = nn.Linear(hidden, CLASSES)

    def forward(self, x, delays=None):
        if self.embedding is not None:
            told = self.embedding(delays).unsqueeze(1).expand(-1, x.shape[1], -1)  # (B, T, 16)
            x = torch.cat([x, told], dim=-1)
        return self.output(self.gru(x)[0])


class PlainStrings(torch.utils.data.IterableDataset):
    """One string after the other, each letter drawn by Python; with a delay of its own where `most` is given."""

    def __init__(self, size: int, steps: int, most: int | None = None) -> None:
        self.size, self.steps, self.most = size, steps, most

    def __iter__(self):
        for _ in range(self.size):
            letters = torch.tensor([random.choice(LETTERS) for _ in range(self.steps)])
            delay = DELAY if self.most is None else random.randint(0, self.most)
            yield letters, delay, F.pad(letters, (delay, 0))[: self.steps]


def plain(variable: bool, seed: int, part: float, turns: int) -> Iterator[tuple[nn.Module, float]]:
    """Train by the document's recipe, on a `part` of its data; gives (model, CPU seconds so far) `turns` times."""
    torch.manual_seed(seed)
    random.seed(seed)
    model = PlainEcho(96, MAX_DELAY + 1) if variable else PlainEcho(64)
    size, batch, epochs = (200_000, 384, 8) if variable else (100_000, 256, 4)
    data = PlainStrings(int(size * part), 20 if variable else 15, MAX_DELAY if variable else None)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002 if variable else 0.003)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=3 if variable else epochs + 1, gamma=0.8)
    batches, spent, done = epochs * math.ceil(data.size / batch), 0.0, 0
    stops = {math.ceil(batches * (turn + 1) / turns) for turn in range(turns)}
    started = time.process_time()
    for _ in range(epochs):
        for letters, delays, targets in torch.utils.data.DataLoader(data, batch_size=batch):
            x = torch.eye(CLASSES)[letters]
            logits = model(x, delays) if variable else model(x)
            loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            done += 1
            if done in stops:
                spent += time.process_time() - started
                yield model, spent
                started = time.process_time()
        schedule.step()


def ours(bundle, variable: bool, seed: int) -> tuple[nn.Module, float]:
    """Run the master's reference answer with another seed."""
    id = "train_variable_echo" if variable else "train_echo"
    answer = bundle.answers[id].replace("torch.manual_seed(0)", f"torch.manual_seed({seed})")
    assert answer != bundle.answers[id] or seed == 0
    namespace = run_program(bundle.program(id)[:-1])
    started = time.process_time()
    run_program([(id, answer)], namespace)
    return namespace["model"].eval(), time.process_time() - started


@torch.no_grad()
def accuracies(model: nn.Module, variable: bool, strings: int = 1000) -> list[float]:
    """The share of letters right, for each delay (or the one), on strings of 20 letters."""
    shares = []
    for delay in range(MAX_DELAY + 1) if variable else [DELAY]:
        letters = torch.randint(1, CLASSES, (strings, 20))
        x, delays = F.one_hot(letters, CLASSES).float(), torch.full((strings,), delay)
        right = (model(x, delays) if variable else model(x)).argmax(-1) == F.pad(letters, (delay, 0))[:, :20]
        shares.append(right[:, delay:].float().mean().item())
    return shares


PARTS = ("", "gate biases", "orthogonal rows", "cosine", "clipping", "warm-up", "beta2")


def without(part: str, seed: int, rate: float, steps: int = 220) -> float:
    """The share of letters wrong after the notebook's training without one of its parts; "" leaves nothing out."""
    torch.manual_seed(seed)
    gru, top = nn.GRU(CLASSES, 96, batch_first=True), nn.Linear(96, CLASSES)
    with torch.no_grad():
        for bias in (gru.bias_ih_l0, gru.bias_hh_l0):
            bias.zero_()
        if part != "gate biases":
            gru.bias_ih_l0[:96], gru.bias_ih_l0[96:192] = 3.0, -3.0
        if part != "orthogonal rows":
            nn.init.orthogonal_(gru.weight_hh_l0[192:])
    weights = [*gru.parameters(), *top.parameters()]
    adam = torch.optim.Adam(weights, lr=rate, betas=(0.9, 0.999 if part == "beta2" else 0.98))
    for k in range(steps):
        up = 1.0 if part == "warm-up" else (k + 1) / (0.1 * steps)
        down = 1.0 if part == "cosine" else 0.5 * (1 + math.cos(math.pi * k / steps))
        adam.param_groups[0]["lr"] = rate * min(up, down)
        letters = torch.randint(1, CLASSES, (32, 15))
        logits = top(gru(F.one_hot(letters, CLASSES).float())[0])
        adam.zero_grad()
        F.cross_entropy(logits.flatten(0, 1), F.pad(letters, (DELAY, 0))[:, :15].flatten()).backward()
        if part != "clipping":
            nn.utils.clip_grad_norm_(weights, 1.0)
        adam.step()
    with torch.no_grad():
        letters = torch.randint(1, CLASSES, (2000, 20))
        said = top(gru(F.one_hot(letters, CLASSES).float())[0]).argmax(-1)
    return (said != F.pad(letters, (DELAY, 0))[:, :20])[:, DELAY:].float().mean().item()


def start_with_biased_gates(gru: nn.GRU, bias: float = 2.0) -> None:
    """torch's own start, but reset gates near 1, update gates near 0 and an orthogonal matrix for the candidate. It
    names no letter and no delay: it is made for whatever has to be passed on from step to step."""
    H = gru.hidden_size
    with torch.no_grad():
        gru.bias_ih_l0[:H] += bias
        gru.bias_ih_l0[H : 2 * H] -= bias
        nn.init.orthogonal_(gru.weight_hh_l0[2 * H :])


def other_starts(seeds: int, part: float) -> None:
    """Ours beside the same training at half the rate, longer, from other starts; and beside the document's recipe."""
    bundle = Course.find(__file__).bundle("06_echo_gru")
    ours, call = bundle.answers["train_echo"], "start_as_shift_register(model.gru)"
    assert call in ours and "STEPS = 220" in ours and "lr=0.02" in ours
    rows = {"ours, 220 steps": ours}
    for start, its_call, lengths in (
        ("torch's own start", "", (800, 1200)),
        ("torch's own, gates biased by 2, orthogonal candidate", "start_with_biased_gates(model.gru)", (400,)),
    ):
        slower = ours.replace("lr=0.02", "lr=0.01").replace(call, its_call)
        rows |= {f"{start}, {n} steps": slower.replace("STEPS = 220", f"STEPS = {n}") for n in lengths}
    made = {row: [] for row in rows}
    # in turn, so that all see the same machine
    for seed, (_, spent) in enumerate(plain(False, 0, part, seeds)):  # noqa: B007
        for row, source in rows.items():
            namespace = run_program(bundle.program("train_echo")[:-1])
            namespace["start_with_biased_gates"] = start_with_biased_gates
            started = time.process_time()
            source = source.replace("torch.manual_seed(0)", f"torch.manual_seed({seed})")
            run_program([("train_echo", source)], namespace)
            took = time.process_time() - started
            made[row].append((took, accuracies(namespace["model"].eval(), False)[0]))
            print(f"    seed {seed}, {row}: {took:.2f} s, {made[row][-1][1]:.5f}", flush=True)
    ours_took, whole = _mean([took for took, _ in made["ours, 220 steps"]]), spent / part
    print(f"  the document's recipe: {whole:.1f} s" + ("" if part == 1 else f", scaled up from {part:.0%} of its data"))
    for row, runs in made.items():
        took = _mean([took for took, _ in runs])
        print(
            f"  {row}: {took:.2f} s, {took / ours_took:.1f} times ours, {whole / took:.0f} times faster than the ",
            end="",
        )
        print(f"document's; >= 0.999 on {sum(share >= 0.999 for _, share in runs)} of {seeds} seeds; right ", end="")
        print(", ".join(f"{100 * share:.2f}" for _, share in runs) + " %")


def left_out(seeds: int) -> None:
    for rate, parts in ((0.02, PARTS), (0.04, ("", "clipping", "warm-up", "beta2"))):
        print(f"\nletters wrong after 220 steps at rate {rate}, in percent, a seed each")
        for part in parts:
            wrong = sorted(without(part, seed, rate) for seed in range(seeds))
            print(f"  without {part or 'nothing'}: " + ", ".join(f"{100 * share:.2f}" for share in wrong), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, help="trainings of ours (default 10; 8 with --only parts)")
    parser.add_argument("--part", type=float, default=1.0, help="share of the document's data to train on (default 1)")
    parser.add_argument("--only", choices=("fixed", "variable", "parts", "starts"), help="one of the tasks")
    options = parser.parse_args()
    if options.only == "parts":
        torch.set_num_threads(1)
        left_out(options.seeds or 8)
        return
    if options.only == "starts":
        torch.set_num_threads(1)
        other_starts(options.seeds or 5, options.part)
        return
    options.seeds = options.seeds or 10
    bundle = Course.find(__file__).bundle("06_echo_gru")
    print(f"one reference pass: {reference_pass() * 1e3:.2f} ms of CPU time; torch {torch.__version__}, one thread")
    for variable in [options.only == "variable"] if options.only else [False, True]:
        name = "variable delay" if variable else "fixed delay"
        print(f"\n{name}")
        times, means, worst = [], [], []
        for seed, (theirs, spent) in enumerate(plain(variable, 0, options.part, options.seeds)):  # noqa: B007
            model, took = ours(bundle, variable, seed)
            reached = accuracies(model, variable)
            times, means, worst = [*times, took], [*means, sum(reached) / len(reached)], [*worst, min(reached)]
            print(f"  ours, seed {seed}: {took:.2f} s, mean {means[-1]:.5f}, worst delay {worst[-1]:.5f}", flush=True)
        theirs_reached, whole = accuracies(theirs.eval(), variable), spent / options.part
        scaled = "" if options.part == 1 else f", scaled up from {options.part:.0%} of its data"
        print(f"{name}, the document's recipe: {whole:.1f} s{scaled}; mean {_mean(theirs_reached):.4f}, ", end="")
        print(f"worst delay {min(theirs_reached):.4f}")
        print(
            f"{name}, ours: {_mean(times):.2f} s on average, {whole / _mean(times):.0f} times faster; mean >= 0.999 on "
        )
        print(
            f"  {sum(m >= 0.999 for m in means)} and each delay >= 0.99 on {sum(w >= 0.99 for w in worst)} of ", end=""
        )
        print(f"{len(means)} seeds")


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)


if __name__ == "__main__":
    main()
