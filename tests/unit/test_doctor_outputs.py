"""What cells show is bounded, and a terminal obeys nothing of it."""

import nbformat
import pytest

from unrolled.doctor import limits
from unrolled.doctor.outputs import Bounds, bound_cell, bound_notebook, overwritten
from unrolled.doctor.plain import harmless, one_line


def stream(text, name="stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


def picture(size=100):
    return nbformat.v4.new_output("display_data", data={"image/png": "A" * size, "text/plain": "<Figure>"})


def characters(outputs):
    return sum(len(output.get("text", "")) for output in outputs)


def test_honest_output_is_left_as_it_is():
    outputs = [stream("epoch 1\nepoch 2\n"), picture(), stream("done\n", "stderr")]
    assert bound_cell(nbformat.from_dict(outputs)) == outputs


def test_one_long_line_is_cut():
    """A limit that counts lines, as nbgrader's own does, sees one."""
    outputs = [stream("x" * 5_000_000)]
    assert characters(bound_cell(outputs)) < 1.1 * limits.CELL_CHARACTERS


def test_many_lines_figures_and_boxes_are_cut_and_it_is_said():
    for outputs, what in (
        ([stream("x\n" * 5000)], "lines"),
        ([picture() for _ in range(300)], "figures"),
        ([nbformat.v4.new_output("display_data", data={"text/plain": "x"}) for _ in range(300)], "pieces"),
        ([stream("x\n", name) for _ in range(300) for name in ("stdout", "stderr")], "pieces"),
    ):
        kept = bound_cell(outputs)
        assert len(kept) <= limits.CELL_BOXES + 1 and what in kept[-1].text
        assert sum("image/png" in output.get("data", {}) for output in kept) <= limits.CELL_FIGURES


def test_progress_bars_are_one_box_with_a_line_each():
    """As tqdm writes them: piece by piece, each over the last, a new line at the end of each bar."""
    outputs = []
    bounds = Bounds()
    for epoch in range(200):
        for step in range(20):
            bounds.add_text(outputs, "stderr", f"\repoch {epoch}: {step}")
        bounds.add_text(outputs, "stderr", "\n")
    (box,) = outputs
    assert box.text.split("\n") == [f"epoch {epoch}: 19" for epoch in range(200)] + [""]


@pytest.mark.parametrize(
    ("written", "shown"),
    [("a\rb", "b"), ("a\r\nb", "a\nb"), ("\ra\r", "a\r"), ("1%\r2%\rdone\nnext", "done\nnext"), ("", "")],
)
def test_the_last_state_of_a_line_is_what_is_read(written, shown):
    assert overwritten(written) == shown


def test_what_is_printed_without_end_takes_no_memory():
    outputs, bounds = [], Bounds()
    for _ in range(2000):
        bounds.add_text(outputs, "stdout", "x" * 10_000)
    assert characters(outputs) < 1.1 * limits.CELL_CHARACTERS and len(outputs) == 2


def test_all_cells_together_are_bounded_too():
    cells = [nbformat.v4.new_code_cell("", outputs=[picture(limits.FIGURE_CHARACTERS - 50)]) for _ in range(12)]
    cells.append(nbformat.v4.new_code_cell("", outputs=[picture(2 * limits.FIGURE_CHARACTERS)]))
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"widgets": {"state": "x" * 1000}})
    bound_notebook(notebook)
    assert len(nbformat.writes(notebook)) < 1.3 * limits.ALL_FIGURE_CHARACTERS
    assert "too large" in str(notebook.cells[-1].outputs) or "too much" in str(notebook.cells[-1].outputs)
    assert "widgets" not in notebook.metadata
    nbformat.validate(notebook)


def test_what_the_referee_wrote_stays_however_much_was_printed():
    loud = [nbformat.v4.new_code_cell("", outputs=[stream("x" * limits.CELL_CHARACTERS)]) for _ in range(25)]
    about = {"nbgrader": {"grade_id": "test_one"}}
    verdict = nbformat.v4.new_code_cell("", outputs=[stream("✗ one: 2 of 3")], metadata=about)
    notebook = nbformat.v4.new_notebook(cells=[*loud, verdict, nbformat.v4.new_code_cell("", outputs=[stream("y")])])
    bound_notebook(notebook)
    assert verdict.outputs[0].text == "✗ one: 2 of 3"
    assert "too much" in notebook.cells[-1].outputs[0].text


def test_a_traceback_is_bounded_in_lines_and_in_each():
    error = nbformat.v4.new_output("error", ename="E", evalue="x" * 10**6, traceback=["y" * 10**6] * 500)
    (kept,) = bound_cell([error])
    assert len(kept.evalue) < 30_000 and len(kept.traceback) == 100


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\x1b[2J\x1b[Hb", "ab"),
        ("\x9b2Ka\x07\x08", "a"),
        ("ok\u202egnirts", "okgnirts"),
        ("lines\r\nand\ttabs\n", "lines\nand\ttabs\n"),
        ("Grüße, 王小明 [bold]", "Grüße, 王小明 [bold]"),
        ("\x1b", ""),
    ],
)
def test_a_terminal_is_given_text_alone(written, shown):
    assert harmless(written) == shown


def test_a_name_in_a_sentence_is_one_short_line():
    assert one_line("a\nb\x1b[1m" + "c" * 500, 10) == "a bcccccc…"
