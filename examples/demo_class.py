"""Make the demo class: one notebook per student, from the release and the catalogues.

    python examples/demo_class.py demo

Nothing is stored: a changed question changes the class with it, and what each student should get stands
below, next to how their work is made. tests/functional/test_grade.py holds the marks to it.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from unrolled.course.bundle import Bundle
from unrolled.course.course import Course

Fill = Callable[[Bundle], str] | None
LEFT_AS_IT_WAS: Fill = None


@dataclass(frozen=True)
class Student:
    """One member of the class. Every question that `answers` and `earns` do not name is solved, for full marks.

    answers: question -> how its cell is filled in, or LEFT_AS_IT_WAS; "*" stands for all questions. earns:
    question -> points, likewise. spoil: what else happens to the notebook before it is handed in; a text that it
    returns is handed in instead. marked: False if the file cannot be marked at all.
    """

    name: str
    story: str
    answers: dict[str, Fill] = field(default_factory=dict)
    earns: dict[str, float] = field(default_factory=dict)
    spoil: Callable[[nbformat.NotebookNode], str | None] = lambda notebook: None
    marked: bool = True

    def fill(self, question: str) -> Fill:
        return self.answers.get(question, self.answers.get("*", reference(question)))

    def points(self, bundle: Bundle) -> dict[str, float]:
        """What this student should earn, by question."""
        if not self.marked:
            return {}
        return {id: self.earns.get(id, self.earns.get("*", q.points)) for id, q in bundle.declared.items()}


def reference(question: str) -> Callable[[Bundle], str]:
    """The master's own answer, in code or in words."""
    return lambda bundle: bundle.model_text(question) if question in bundle.by_hand else bundle.answers[question]


def alternative(question: str, name: str) -> Callable[[Bundle], str]:
    return lambda bundle: next(a.source for a in bundle.alternatives[question] if a.name == name)


def misconception(question: str, name: str) -> Callable[[Bundle], str]:
    def source(bundle: Bundle) -> str:
        wrong = next(m for m in bundle.misconceptions[question] if m.name == name)
        return wrong.apply(bundle.answers[question])

    return source


def edited(question: str, at: str, becomes: str) -> Callable[[Bundle], str]:
    def source(bundle: Bundle) -> str:
        assert at in bundle.answers[question], f"{at!r} is no longer in the reference for {question}"
        return bundle.answers[question].replace(at, becomes)

    return source


def _skip_grade_cells(notebook) -> None:
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith("test_"):
            cell.metadata["tags"] = ["skip-execution"]


EMBEDDING, CELL, RNN, CHAR_RNN = "manual_embedding", "manual_rnn_cell", "manual_rnn", "manual_char_rnn"
MCQ, GENERATE = "mcq_rnn_output", "generate_text"

WRAPPER = """class ManualRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.inner = nn.RNNCell(input_size, hidden_size)
        self.W_ih, self.b_ih = self.inner.weight_ih, self.inner.bias_ih
        self.W_hh, self.b_hh = self.inner.weight_hh, self.inner.bias_hh

    def forward(self, x, hidden):
        return self.inner(x, hidden)
"""

GRU_CELL, MEMORY, ECHO = "gru_cell", "gru_memory", "train_echo"
VARIABLE_MEMORY, VARIABLE_ECHO, LATCH = "variable_gru_memory", "train_variable_echo", "train_latch"

# The demo's trainings may cost this many reference passes; the course allows 160,000, which would take minutes.
DEMO_BUDGETS = {ECHO: 3_000, VARIABLE_ECHO: 12_000}

SLICES_THE_STRING = """class GRUMemory(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.gru = nn.GRU(27, hidden_size, batch_first=True)
        self.output = nn.Linear(hidden_size, 27)

    def forward(self, x):
        return self.output(self.gru(x)[0])

    def test_run(self, s):
        return (" " * DELAY + s)[: len(s)]
"""

# A shift register written into the weights: five places of 27 units each, every step moves them on by one.
SET_BY_HAND = """model = GRUMemory(5 * 27)
H = 135
with torch.no_grad():
    for p in model.parameters():
        p.zero_()
    model.gru.bias_ih_l0[:H], model.gru.bias_ih_l0[H : 2 * H] = 20.0, -20.0  # r = 1, z = 0
    model.gru.weight_ih_l0[2 * H : 2 * H + 27] = torch.eye(27)
    model.gru.weight_hh_l0[2 * H + 27 :, :108] = torch.eye(108)
    model.output.weight[:, 108:] = 50 * torch.eye(27)
    model.output.bias[0] = 5.0
"""

PAIRS, VOCABULARY, ONE_HOT, TABLE, WINDOWS = "window_pairs", "vocabulary", "one_hot", "embedding", "char_dataset"
MLP_MEMORY, WHOLE_SEQUENCE, WHY_EMBEDDING, TARGET = (
    "mcq_mlp_memory",
    "mcq_whole_sequence",
    "mcq_embedding",
    "mcq_target",
)
FORWARD, LOSS, BACKWARD, CLIP, TRUNCATED = "forward", "loss", "backward", "clip_and_update", "truncated_bptt"
NUMPY_CHAR_RNN, FLOW, STARTS = "numpy_char_rnn", "gradient_flow", "initialisations"
TORCH_CHAR_RNN, MEMORY_TEST = "torch_char_rnn", "memory_experiment"


def elsewhere(bundle: Bundle) -> str:
    """A cell whose answer stands in another one."""
    return "# it stands in the class of question 1"


LAYER, REGRESSION, LOSS_FN, GAUGE = "rnn_layer", "regression_model", "loss_fn", "gradient_visualizer"
STACK, LAYERS, LSTM = "multilayer_rnn", "train_layers", "lstm_layer"
DISTANCES, BY_HAND, BOTH_WAYS, COMPARED = "distance_labels", "manual_bi_rnn", "bi_rnn", "train_bi_rnn"
SENTIMENT, LABELLING, BIDIRECTIONAL = "sentiment", "sequence_labelling", "bidirectional_tagger"
TAGGERS, NAMES, LEARN_NAMES, MUSIC = "train_taggers", "names", "train_names", "music"
ENCODER_DECODER, TRANSLATOR = "encoder_decoder", "train_encoder_decoder"

CLASSES: dict[str, list[Student]] = {
    "01_sequences": [
        Student(
            "boris",
            "solved by other routes",
            {
                PAIRS: alternative(PAIRS, "queue"),
                MLP_MEMORY: alternative(MLP_MEMORY, "with_the_text"),
                VOCABULARY: alternative(VOCABULARY, "two_dictionaries"),
                WHOLE_SEQUENCE: alternative(WHOLE_SEQUENCE, "small_letter"),
                ONE_HOT: alternative(ONE_HOT, "scatter"),
                TABLE: alternative(TABLE, "look_up"),
                WINDOWS: alternative(WINDOWS, "all_windows_at_once"),
            },
        ),
        Student(
            "chen",
            "as in a published tutorial: unknown characters are dropped, a loop never ends, flattening loses the order",
            {
                MLP_MEMORY: misconception(MLP_MEMORY, "option_b"),
                VOCABULARY: misconception(VOCABULARY, "unknown_dropped"),
                WINDOWS: misconception(WINDOWS, "loop_never_ends"),
            },
            {MLP_MEMORY: 0, VOCABULARY: 15, WINDOWS: 13},
        ),
        Student(
            "emre",
            "half done; one-hot rows counted from 1, and an embedding that is right for these rows",
            {
                "*": LEFT_AS_IT_WAS,
                PAIRS: reference(PAIRS),
                ONE_HOT: misconception(ONE_HOT, "counted_from_one"),
                TABLE: reference(TABLE),
            },
            {"*": 0, PAIRS: 14, ONE_HOT: 7, TABLE: 14},
        ),
    ],
    "02_manual_rnn": [
        Student("ada", "solved as in the master"),
        Student(
            "boris",
            "solved by other routes",
            {
                EMBEDDING: alternative(EMBEDDING, "one_hot_product"),
                CELL: alternative(CELL, "one_product_over_both"),
                RNN: alternative(RNN, "layer_by_layer"),
                MCQ: alternative(MCQ, "small_letter"),
                CHAR_RNN: alternative(CHAR_RNN, "linear_by_hand"),
                GENERATE: alternative(GENERATE, "whole_prefix_again"),
            },
        ),
        Student(
            "chen",
            "forgot one bias in the cell; what is built on it is right, and keeps its points",
            {CELL: misconception(CELL, "no_hidden_bias")},
            {CELL: 7},
        ),
        Student(
            "dora",
            "right numbers, but cut from the graph twice",
            {
                EMBEDDING: misconception(EMBEDDING, "cut_from_the_table"),
                CELL: misconception(CELL, "cut_from_the_past"),
            },
            {EMBEDDING: 5, CELL: 11},
        ),
        Student(
            "emre",
            "half done: averages over the sequence, and stopped there",
            {"*": LEFT_AS_IT_WAS, EMBEDDING: misconception(EMBEDDING, "bag_of_words")},
            {"*": 0, EMBEDDING: 3},
        ),
        Student("fatima", "handed the release in as it was", {"*": LEFT_AS_IT_WAS}, {"*": 0}),
        Student(
            "goran",
            "a syntax error in the embedding: it costs the embedding, and nothing that needs one",
            {EMBEDDING: edited(EMBEDDING, "def forward(self, x):", "def forward(self, x:")},
            {EMBEDDING: 0},
        ),
        Student(
            "hana",
            "prints to stderr at every step, which costs a stock nbgrader class all points",
            {
                CELL: edited(
                    CELL, "        from_input", "        import sys; print('step', file=sys.stderr)\n        from_input"
                )
            },
        ),
        Student(
            "ivo",
            "no answer, and grade cells tagged to be skipped: no output, full marks in stock nbgrader",
            {"*": LEFT_AS_IT_WAS},
            {"*": 0},
            _skip_grade_cells,
        ),
        Student("june", "wraps torch's own cell", {CELL: lambda bundle: WRAPPER}, {CELL: 0}),
        Student(
            "kofi",
            "ends the kernel in the second answer; the notebook is run once more without it",
            {CELL: lambda bundle: "import os\nos._exit(0)"},
            {CELL: 0},
        ),
        Student(
            "lena",
            "a file that broke off while it was uploaded",
            spoil=lambda notebook: nbformat.writes(notebook)[:2000],
            marked=False,
        ),
        Student(
            "mira",
            "an RNN that cannot be trained, as in many a published solution",
            {RNN: misconception(RNN, "state_written_in_place"), MCQ: misconception(MCQ, "option_c")},
            {RNN: 22, MCQ: 0},
        ),
        Student(
            "nils",
            "feeds the prompt's last character twice",
            {GENERATE: misconception(GENERATE, "last_character_twice")},
            {GENERATE: 12},
        ),
    ],
    "03_bptt": [
        Student(
            "boris",
            "writes one class with all methods, as the exercise was first set, and takes other routes further on",
            {
                FORWARD: alternative(FORWARD, "whole_class"),
                LOSS: elsewhere,
                BACKWARD: elsewhere,
                CLIP: alternative(CLIP, "whole_class_and_two_functions"),
                TRUNCATED: alternative(TRUNCATED, "forward_in_pieces"),
                NUMPY_CHAR_RNN: alternative(NUMPY_CHAR_RNN, "by_hand_in_generate"),
                FLOW: alternative(FLOW, "forward_product"),
                STARTS: alternative(STARTS, "uniform_xavier"),
                TORCH_CHAR_RNN: alternative(TORCH_CHAR_RNN, "slices_and_loops"),
                MEMORY_TEST: alternative(MEMORY_TEST, "two_functions"),
            },
        ),
        Student(
            "chen",
            "W_hh without its transpose on the way back; what is built on it keeps its points",
            {BACKWARD: misconception(BACKWARD, "memory_not_transposed")},
            {BACKWARD: 6},
        ),
        Student(
            "dora",
            "half done: ignores the start, sums the loss, goes backwards right, and stopped there",
            {
                "*": LEFT_AS_IT_WAS,
                FORWARD: misconception(FORWARD, "start_ignored"),
                LOSS: misconception(LOSS, "sum_for_mean"),
                BACKWARD: reference(BACKWARD),
            },
            {"*": 0, FORWARD: 7, LOSS: 4, BACKWARD: 18},
        ),
    ],
    "04_gradient_flow": [
        Student(
            "ada",
            "solved by other routes: one linear layer over [x, h], and a visualizer for it",
            {
                LAYER: alternative(LAYER, "side_by_side"),
                REGRESSION: alternative(REGRESSION, "plain_parameters"),
                LOSS_FN: alternative(LOSS_FN, "by_hand"),
                GAUGE: alternative(GAUGE, "side_by_side"),
                STACK: alternative(STACK, "one_linear_each"),
                LSTM: alternative(LSTM, "four_products"),
            },
        ),
        Student(
            "boris",
            "sliders that scale nothing, as in the document, and a state cut from the graph",
            {
                GAUGE: misconception(GAUGE, "scales_nothing"),
                LSTM: misconception(LSTM, "forget_bias_missing"),
                LAYERS: lambda bundle: "models = []",
            },
            {GAUGE: 8, LSTM: 13, LAYERS: 0},
        ),
        Student(
            "chen",
            "half done: two biases in the layer, the loss of the last output, and stopped there",
            {
                "*": LEFT_AS_IT_WAS,
                LAYER: misconception(LAYER, "two_biases"),
                REGRESSION: reference(REGRESSION),
                LOSS_FN: misconception(LOSS_FN, "last_output_for_the_last_step"),
            },
            {"*": 0, LAYER: 12, REGRESSION: 8, LOSS_FN: 3},
        ),
    ],
    "05_bidirectional": [
        Student(
            "boris",
            "solved by other routes: runs in NumPy, the sequence turned round, an LSTM, one gated layer",
            {
                DISTANCES: alternative(DISTANCES, "numpy_accumulate"),
                BY_HAND: alternative(BY_HAND, "flips_the_sequence"),
                BOTH_WAYS: alternative(BOTH_WAYS, "gated"),
                COMPARED: alternative(COMPARED, "cosine_and_gates"),
            },
        ),
        Student(
            "chen",
            "the space is always number 1, and the backward half stays in the order in which it was read",
            {
                DISTANCES: misconception(DISTANCES, "space_is_one"),
                BY_HAND: misconception(BY_HAND, "backward_not_turned_back"),
                COMPARED: alternative(COMPARED, "cosine_and_gates"),
            },
            {DISTANCES: 16, BY_HAND: 13},
        ),
        Student(
            "emre",
            "half done: distances to one side, which the batches do without, and a network of both directions",
            {
                "*": LEFT_AS_IT_WAS,
                DISTANCES: misconception(DISTANCES, "only_back"),
                BOTH_WAYS: reference(BOTH_WAYS),
            },
            {"*": 0, DISTANCES: 12, BOTH_WAYS: 16},
        ),
    ],
    "06_echo_gru": [
        Student("ada", "solved as in the master"),
        Student(
            "boris",
            "solved by other routes: letters by number, the delay in the first state, classes of the answer's own",
            {
                GRU_CELL: alternative(GRU_CELL, "six_products"),
                MEMORY: alternative(MEMORY, "pair_returned"),
                ECHO: alternative(ECHO, "letters_by_number"),
                VARIABLE_MEMORY: alternative(VARIABLE_MEMORY, "first_state"),
                VARIABLE_ECHO: alternative(VARIABLE_ECHO, "its_own_class"),
                LATCH: alternative(LATCH, "classes_of_its_own"),
            },
        ),
        Student(
            "chen",
            "right, and slower than the demo allows",
            {ECHO: alternative(ECHO, "slow_and_sure")},
            {ECHO: 14},
        ),
        Student(
            "dora",
            "dropout that no eval() switches off",
            {MEMORY: misconception(MEMORY, "dropout_always_on")},
            {MEMORY: 13},
        ),
        Student(
            "emre",
            "the class axis of the loss is filled with steps; and the GRU is compared with another GRU",
            {ECHO: misconception(ECHO, "time_for_classes"), LATCH: misconception(LATCH, "gru_twice")},
            {ECHO: 0, LATCH: 10},
        ),
        Student(
            "fatima",
            "test_run moves the string by itself, and nothing is trained",
            {
                MEMORY: lambda bundle: SLICES_THE_STRING,
                ECHO: lambda bundle: "model = GRUMemory(32)",
            },
            {MEMORY: 10, ECHO: 0},
        ),
        Student(
            "goran",
            "wrote the weights by hand: full marks, until a person has looked",
            {ECHO: lambda bundle: SET_BY_HAND},
        ),
        Student(
            "hana",
            "junk in front of the echo, where blanks should be",
            {ECHO: misconception(ECHO, "rolled_round"), VARIABLE_ECHO: LEFT_AS_IT_WAS},
            {ECHO: 14, VARIABLE_ECHO: 0},
        ),
    ],
    "07_applications": [
        Student(
            "boris",
            "solved by other routes, each training with a class or a loop of its own",
            {
                SENTIMENT: alternative(SENTIMENT, "cells_that_hold_still"),
                "train_sentiment": alternative("train_sentiment", "its_own_class"),
                LABELLING: alternative(LABELLING, "cell_and_mask"),
                BIDIRECTIONAL: alternative(BIDIRECTIONAL, "two_rnns"),
                TAGGERS: alternative(TAGGERS, "classes_of_its_own"),
                NAMES: alternative(NAMES, "categorical"),
                LEARN_NAMES: alternative(LEARN_NAMES, "best_on_validation"),
                MUSIC: alternative(MUSIC, "plain_loop"),
                ENCODER_DECODER: alternative(ENCODER_DECODER, "forward_again_and_again"),
                TRANSLATOR: alternative(TRANSLATOR, "its_own_class"),
            },
        ),
        Student(
            "chen",
            "does not see padding, learns names by heart, and shows the decoder the answer",
            {
                BIDIRECTIONAL: misconception(BIDIRECTIONAL, "begins_in_the_padding"),
                LEARN_NAMES: misconception(LEARN_NAMES, "trained_too_long"),
                ENCODER_DECODER: misconception(ENCODER_DECODER, "reads_the_answer"),
            },
            {BIDIRECTIONAL: 8, LEARN_NAMES: 2, ENCODER_DECODER: 8},
        ),
        Student(
            "dora",
            "half done: the first verdict is read at the last step, the tagger is right, and there it stopped",
            {
                "*": LEFT_AS_IT_WAS,
                SENTIMENT: misconception(SENTIMENT, "read_at_the_last_step"),
                LABELLING: reference(LABELLING),
            },
            {"*": 0, SENTIMENT: 6, LABELLING: 11},
        ),
    ],
}


def make_class(course: Course, folder: Path, *assignments: str) -> list[Path]:
    """Write every student's notebook under `folder`/submitted; returns the files. What was there is replaced.

    assignments: only these; none for all.
    """
    written = []
    shutil.rmtree(folder / "submitted", ignore_errors=True)
    for assignment in assignments or CLASSES:
        students = CLASSES[assignment]
        bundle = course.bundle(assignment)
        release = course.root / "release" / assignment / f"{bundle.name}.ipynb"
        for student in students:
            notebook = nbformat.read(release, as_version=4)
            for cell in notebook.cells:
                question = cell.metadata.get("nbgrader", {}).get("grade_id", "")
                known = question in bundle.declared or question in bundle.by_hand
                if fill := student.fill(question) if known else LEFT_AS_IT_WAS:
                    cell.source = fill(bundle)
            text = student.spoil(notebook) or nbformat.writes(notebook)
            path = folder / "submitted" / student.name / assignment / f"{bundle.name}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/demo_class.py FOLDER")
    files = make_class(Course.find(__file__), Path(sys.argv[1]))
    print(f"{len(files)} submissions in {Path(sys.argv[1]) / 'submitted'}")
