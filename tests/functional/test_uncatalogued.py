"""Wrong answers that no catalogue has: rejected all the same, given no name, and told what was observed.

The catalogue cannot hold every mistake, so the check itself has to be right, and its plain words have to help.
`python -m pytest -s` on this file prints the lines.
"""

import re
from dataclasses import dataclass

import pytest

from unrolled.checking.subject import LocalChannel, Subject
from unrolled.course.course import PRACTICE_SALT, Course
from unrolled.marking.diagnosis import Diagnoser

COURSE = Course.find(__file__)


@dataclass(frozen=True)
class Wrong:
    """at, becomes: a patch of the reference. fails: ideas that must lose points. says: a pattern in the first line."""

    name: str
    assignment: str
    question: str
    at: str
    becomes: str
    fails: frozenset[str]
    says: str


VALUE = r"B=\d.*first difference at \[\d+.*\], [\d.e-]+ too (large|small)"  # the shape, the place, how far off

WRONG = [
    Wrong(
        "rows_moved_to_mean_zero",
        "02_manual_rnn",
        "manual_embedding",
        "return self.weight[x]",
        "return self.weight[x] - self.weight[x].mean(dim=-1, keepdim=True)",
        frozenset({"values"}),
        VALUE,
    ),
    Wrong(
        "padding_row_of_zeros",
        "02_manual_rnn",
        "manual_embedding",
        "return self.weight[x]",
        "return self.weight[x] * (x > 0).unsqueeze(-1)",
        frozenset({"values"}),
        VALUE + r".*3 of \d+ numbers differ .right in \d+ of \d+ cases.",
    ),
    Wrong(
        "bias_after_tanh",
        "02_manual_rnn",
        "manual_rnn_cell",
        "return torch.tanh(from_input + from_memory)",
        "return torch.tanh(from_input + hidden @ self.W_hh.T) + self.b_hh",
        frozenset({"values"}),
        VALUE,
    ),
    Wrong(
        "straight_tanh",
        "02_manual_rnn",
        "manual_rnn_cell",
        "torch.tanh(from_input + from_memory)",
        "(from_input + from_memory).clamp(-1, 1)",
        frozenset({"values"}),
        VALUE,
    ),
    Wrong(
        "half_old_half_new",
        "02_manual_rnn",
        "manual_rnn_cell",
        "return torch.tanh(from_input + from_memory)",
        "return 0.5 * hidden + 0.5 * torch.tanh(from_input + from_memory)",
        frozenset({"values"}),
        VALUE,
    ),
    Wrong(
        "residual_between_layers",
        "02_manual_rnn",
        "manual_rnn",
        "            outputs.append(below)",
        "            outputs.append(below + states[0])",
        frozenset({"values"}),
        VALUE,
    ),
    Wrong(
        "logits_scaled",
        "02_manual_rnn",
        "manual_char_rnn",
        "return self.fc(states), hidden",
        "return self.fc(states) / states.shape[-1] ** 0.5, hidden",
        frozenset({"values"}),
        VALUE,
    ),
    Wrong(
        "best_two_only",
        "02_manual_rnn",
        "generate_text",
        "            ids.append(torch.multinomial(p, 1).item())",
        "            p = torch.where(p < p.topk(2).values[-1], 0.0, p)\n"
        "            ids.append(torch.multinomial(p, 1).item())",
        frozenset({"sampling"}),
        r"sampling .*",
    ),
    Wrong(
        "candidate_moved_by_the_reset_gate",
        "06_echo_gru",
        "gru_cell",
        "n = torch.tanh(input_n + r * memory_n)",
        "n = torch.tanh(input_n + r * memory_n) - 0.1 * r",
        frozenset({"values"}),
        VALUE,
    ),
    Wrong(
        "memory_without_the_last_step",
        "06_echo_gru",
        "gru_memory",
        "return self.output(states)  # (B, T, 27)",
        "return self.output(states.cumsum(dim=0))  # (B, T, 27)",
        frozenset({"batch"}),
        r"batch .*",
    ),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_it_is_rejected_without_a_name_and_told_what_was_seen(wrong):
    bundle = COURSE.bundle(wrong.assignment)
    reference = bundle.answers[wrong.question]
    assert reference.count(wrong.at) == 1
    subject = Subject(LocalChannel(bundle.namespace(wrong.question, reference.replace(wrong.at, wrong.becomes))))
    verdict = Diagnoser(bundle, PRACTICE_SALT).examine(wrong.question, subject)
    lost = [str(line) for line in verdict.lines if line.earned < line.of]
    print(f"\n{wrong.name}\n  " + "\n  ".join(verdict.text()))
    assert wrong.fails <= verdict.failed
    assert verdict.diagnosis == ""
    assert any(re.search(wrong.says, line) for line in lost)
