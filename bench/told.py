"""What the notebooks tell as "measured beforehand": measured again here, seed by seed, with the masters' own cells.

    python bench/told.py                        everything, about half an hour on one core
    python bench/told.py 04                     one notebook: 03, 04, 05 or 07 (06: bench/latch.py, bench/echo.py)
    UNROLLED_DATA=FOLDER python bench/told.py 05    on the tiny Shakespeare that lies in that folder

Each line is a row of numbers, one for each seed, under the words that the notebook tells it by.
"""

import argparse
import contextlib
import io
import math
import os
import random
import sys
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault("MPLBACKEND", "Agg")
sys.path.insert(0, str(Path(__file__).parents[1]))

import nbformat
import numpy as np
import torch
from torch import nn

from unrolled.course.course import Course
from unrolled.course.master import strip_markers
from unrolled.course.program import run_program

SEEDS = range(5)
COURSE = Course.find(__file__)


class Notebook:
    """A master's cells of code by their ids, and what running some of them gives."""

    def __init__(self, assignment: str, last: str) -> None:
        """Run the assignment's given cells and answers, but for trainings, up to the answer `last`."""
        self.bundle = COURSE.bundle(assignment)
        notebook = nbformat.read(self.bundle.master_path, as_version=4)
        self.source = {cell.id: strip_markers(cell.source) for cell in notebook.cells if cell.cell_type == "code"}
        self.names = run_program(self.bundle.program(last, "" if self.bundle.trains(last) else None))
        self.names["tqdm"] = lambda steps, **_: steps  # no bars between the rows

    def run(self, id: str, until: str = "") -> None:
        """Run one more cell; until: only what stands above these words."""
        run_program([(id, self.source[id].split(until)[0] if until else self.source[id])], self.names)

    def __getitem__(self, name: str):
        return self.names[name]


def say(what: str, numbers, form: str = ".3g") -> None:
    print(f"  {what:44}", "  ".join(f"{number:{form}}" for number in numbers), flush=True)


# --- 03: starts, how far gradients reach, memory -----------------------------------------------------------------


def bptt() -> None:
    nb = Notebook("03_bptt", "memory_experiment")
    nb.names["kinds"] = ()  # the cell's own trainings are left out
    nb.run("init_training")
    print("loss over the last 25 of 800 steps, by learning rate and start")
    for rate in (0.1, 0.2, 0.5, 1.0):
        for kind in ("small", "xavier", "orthogonal", "identity"):
            runs = [nb["train_to_echo"](kind, seed, rate=rate) for seed in SEEDS]
            say(f"{rate}, {kind}", [np.mean(run[-25:]) for run in runs], ".2f")

    print("radius, and the median share of a gradient that is left after 24 steps: before training, after it")
    ids, columns, text = nb["char_to_idx"], np.eye(len(nb["char_to_idx"])), nb["TEXT"]
    nb.run("char_train", until="\n\n\nlosses") if "\n\n\nlosses" in nb.source["char_train"] else nb.run("char_train")
    for seed in range(1, 7):
        for trained in (False, True):
            np.random.seed(seed)
            net = nb["CharRNN"](len(ids), 64)
            if trained:
                nb["train_char_rnn"](net, seed=seed)
            left = []
            for start in range(0, len(text) - 25, 10):
                _, states = net.rnn.forward([columns[:, [ids[c]]] for c in text[start : start + 25]])
                norms = nb["simulate_gradient_flow"](net.rnn.W_hh, 24, states)
                left.append(norms[24] / norms[0])
            say(f"seed {seed}, {'after' if trained else 'before'}",
                [nb["spectral_radius"](net.rnn.W_hh), np.median(left)], ".2f")  # fmt: skip

    print("memory: shares right at lengths 5, 10, 20, 30, 50 after 100 steps, a run a line")
    nb.run("memory_models")
    models = {"RNN": nb["PyTorchCharRNN"], "LSTM": nb["LSTMChar"], "LSTM, forget bias +3": nb["OpenLSTMChar"]}
    for name, model in models.items():
        for seed in range(8):
            torch.manual_seed(seed)
            say(f"{name}, seed {seed}", nb["test_rnn_memory"](model, 64, [5, 10, 20, 30, 50]), ".2f")
    print("memory: length 50 after 300 steps; and the RNN at lengths 10, 20 with a rate of 0.001")
    for name in ("RNN", "LSTM, forget bias +3"):
        shares = []
        for seed in SEEDS:
            torch.manual_seed(seed)
            shares += nb["test_rnn_memory"](models[name], 64, [50], steps=300)
        say(f"{name}, 300 steps", shares, ".2f")
    for seed in SEEDS:
        torch.manual_seed(seed)
        say(f"RNN at 0.001, seed {seed}", nb["test_rnn_memory"](models["RNN"], 64, [10, 20], lr=0.001), ".2f")


# --- 04: asked at the end, the LSTM, recall, remedies --------------------------------------------------------------


def gradient_flow() -> None:
    nb = Notebook("04_gradient_flow", "lstm_gradients")

    def trained(layer, last: bool):
        model = nb["RecurrentRegressionModel"](layer)
        adam = torch.optim.Adam(model.parameters(), lr=0.01)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(adam, 600)
        for _ in range(600):
            x, y = nb["generate_batch"](10, 64)
            loss = nb["loss_fn"](model(x)[0], y, last)
            adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            adam.step()
            schedule.step()
        return model

    @torch.no_grad()
    def errors(model, steps: int = 10):
        x, y = nb["generate_batch"](steps, 2000)
        return ((model(x)[0] - y) ** 2).mean(dim=(0, 2))

    print("mean squared error at steps 1 to 10")
    for layers in (1, 2):
        for last in (False, True):
            for seed in SEEDS:
                torch.manual_seed(seed)
                model = trained(nb["RNN"](1, 32, layers), last)
                asked = "asked at the last step only" if last else "asked at every step"
                say(f"{layers} layer(s), {asked}, seed {seed}", errors(model).tolist(), ".2g")
    print("LSTM of 32 units: the mean over ten steps, and the error at step 20 of twenty")
    for seed in SEEDS:
        torch.manual_seed(seed)
        model = trained(nb["LSTMLayer"](1, 32), last=False)
        say(f"seed {seed}", [errors(model).mean(), errors(model, 20)[-1]], ".5f")

    nb.run("write_recurrent_tool")
    nb.run("fresh_layers")
    nb.run("recall_task")
    nb.run("recall_trained", until="\n\n\nrecall_errors")
    print("recall over 50 steps: the error, and that of saying 0")
    for kind in nb["KINDS"]:
        runs = []
        for seed in SEEDS:
            torch.manual_seed(seed)
            runs.append(nb["train_recall"](nb["fresh"](kind), lr=0.01 if "LSTM" in kind else 0.003))
        say(kind, [error for error, _ in runs])
        say("    saying 0", [zero for _, zero in runs])
    nb.run("remedies", until="\n\n\nfor radius")
    print("a ReLU layer by plain gradient descent")
    for radius, clip in ((2.0, math.inf), (2.0, 1.0), (1.0, math.inf), (1.0, 1.0)):
        runs = [nb["train_relu"](radius, clip, seed) for seed in SEEDS]
        say(f"radius {radius}, clipped at {clip}", [error for error, _ in runs])


# --- 05: directions and layers -------------------------------------------------------------------------------------


def bidirectional() -> None:
    nb = Notebook("05_bidirectional", "bi_rnn")
    print(nb["source"])
    kinds = {
        "both directions, two layers": ("CharRegressionBiRNN", 32, 2),
        "both directions, one layer": ("CharRegressionBiRNN", 32, 1),
        "one direction, 64 units": ("CharRegressionRNN", 64, 2),
        "one direction, 32 units": ("CharRegressionRNN", 32, 2),
    }
    print("held-out mean squared error after 300 steps")
    one_way = []
    for name, (kind, hidden, layers) in kinds.items():
        losses = []
        for seed in SEEDS:
            torch.manual_seed(seed)
            net = nb[kind](len(nb["chars"]), 16, hidden, layers)
            adam = torch.optim.Adam(net.parameters(), lr=5e-3)
            for _ in range(300):
                x, y = nb["get_batch"]("train", 24, 48)
                adam.zero_grad()
                nn.functional.mse_loss(net(x)[0].squeeze(-1), y.float()).backward()
                nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                adam.step()
            losses.append(nb["held_out_loss"](net))
            one_way += [net] if name == "one direction, 32 units" else []
        say(name, losses, ".2f")
    print("what one direction says of ' sad sadness happy happiness '")
    for seed, net in enumerate(one_way):
        say(f"seed {seed}", nb["predict"](net, " sad sadness happy happiness "), ".1f")
    print("one direction, and counted tables, on the windows of the notebook: all, behind, ahead")
    for seed, net in enumerate(one_way):
        nb.names.update(uni_model=net, bi_model=net)
        nb.run("one_way_sides_figure")
        for name, answer in nb["readers"].items():
            if name == "uni_model" or (name.startswith("counted") and not seed):
                error = (answer - nb["y_held"]) ** 2
                sides = error, error[nb["behind"]], error[nb["ahead"]]
                say(f"seed {seed}" if name == "uni_model" else name, [side.mean() for side in sides], ".2f")


# --- 07: what a decoder reads --------------------------------------------------------------------------------------


def applications() -> None:
    nb = Notebook("07_applications", "train_encoder_decoder")
    nb.run("try_train_encoder_decoder", until="\n\n\n")  # `speak` alone
    nb.run("two_names")
    nb.run("what_the_decoder_reads", until="\n\n\ntwo_name_shares")
    given, numbers = nb["GIVEN"], nb["valid_numbers"]
    start = nb["EncoderDecoder"](len(nb["DIGITS"]), len(nb["NUMBER_WORDS"]), 96)
    nb.names["translator"] = start

    def right(net, alone, numbers, names) -> float:
        said = nb["speak"](lambda source, so_far: net(source, alone(so_far)), nb["number_rows"](numbers)[0])
        return (
            100 * sum(words in [name(n) for name in names] for n, words in zip(numbers, said, strict=True)) / len(said)
        )

    def taught(how, seed: int, rows):
        net = nb["anew"](start, seed)

        def loss():
            source, target = rows(random.sample(nb["train_numbers"], k=64))
            return nb["tagging_loss"](net(source, how(target)), target)

        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            nb["fit"](net, loss, 260)
        torch.manual_seed(seed)
        return net, sum(loss().item() for _ in range(10)) / 10

    for words, rows, names, asked in (
        ("one name for a number", nb["number_rows"], [nb["in_words"]], numbers),
        ("two names for a number", nb["tossed_rows"], [nb["in_words"], nb["other_name"]], nb["two_named"]),
    ):
        print(f"{words}: percent right alone of {len(asked)}, and the loss at the end")
        for reads, (how, alone) in given.items():
            runs = [taught(how, seed, rows) for seed in SEEDS]
            say(f"reads {reads}", [right(net, alone, asked, names) for net, _ in runs], ".1f")
            say("    loss", [loss for _, loss in runs])
            if asked is numbers:
                again = [right(net, alone, nb["two_named"], names) for net, _ in runs]
                say("    of those that have two names", again, ".1f")


NOTEBOOKS = {"03": bptt, "04": gradient_flow, "05": bidirectional, "07": applications}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "notebook", nargs="*", choices=[[], *NOTEBOOKS], default=[], help="one or more; all if left out"
    )
    torch.set_num_threads(1)
    for number in parser.parse_args().notebook or NOTEBOOKS:
        print(f"== {number}")
        NOTEBOOKS[number]()


if __name__ == "__main__":
    main()
