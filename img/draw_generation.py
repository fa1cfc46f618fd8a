"""Draws img/generation.png for the notebook 02_manual_rnn: how the character model writes on after "mary".

Above, the right way: the prompt goes in once, then each picked character alone, with the hidden state that
came back. Below, the usual mistake: the last character of the prompt goes in a second time.
"""

from itertools import pairwise

from style import BLUE, GREEN, GREY, ORANGE, SMALL, VERMILLION, arrow, box, figure, named, save, text, tile

PROMPT, WRITTEN = "mary", "␣ha"
PROMPT_X = [1.15, 1.57, 1.99, 2.41]
SECOND_X, THIRD_X = 3.95, 5.5
INPUT, LOGITS, PICKED = -0.67, 0.6, 1.14  # heights, counted from the middle of the boxes
TILE, SLOT, BOX_H, MARGIN = 0.34, 0.22, 0.54, 0.37


def call(ax, y, name, xs, letters, color, last):
    """One call of the model: its characters go in below, one slot of logits for each comes out above."""
    middle = (xs[0] + xs[-1]) / 2
    box(ax, middle, y, xs[-1] - xs[0] + 2 * MARGIN, BOX_H, GREEN)
    named(ax, middle, y, name, f"(B, {len(letters)})")
    for x, letter in zip(xs, letters, strict=True):
        tile(ax, x, y + INPUT, TILE, letter, color)
        arrow(ax, (x, y + INPUT + TILE / 2), (x, y - BOX_H / 2))
        arrow(ax, (x, y + BOX_H / 2), (x, y + LOGITS - SLOT / 2))
        box(ax, x, y + LOGITS, SLOT, SLOT, last if x == xs[-1] else GREY)


def pick(ax, x, y, letter, color):
    arrow(ax, (x, y + LOGITS + SLOT / 2), (x, y + PICKED - TILE / 2), color)
    tile(ax, x, y + PICKED, TILE, letter, color)


def feed(ax, x, next_x, y):
    """From the picked character down to where it goes in."""
    turn = next_x - MARGIN - 0.25
    xs, ys = [x + TILE / 2, turn, turn], [y + PICKED, y + PICKED, y + INPUT]
    ax.plot(xs, ys, color=ORANGE, linewidth=1.6, zorder=0, solid_capstyle="projecting")
    arrow(ax, (turn, y + INPUT), (next_x - TILE / 2, y + INPUT), ORANGE)


def carry(ax, x, next_x, y):
    start, end = x + MARGIN, next_x - MARGIN
    ax.plot([start, end], [y, y], color="white", linewidth=7, zorder=0)  # a gap in the line that is crossed
    arrow(ax, (start, y), (end, y), GREEN)
    text(ax, start + 0.09, y + 0.14, "hidden", GREEN, SMALL, ha="left")


def labels(ax, y, title, color):
    text(ax, 0.2, y + 1.55, title, color, weight="bold", ha="left")
    text(ax, 0.45, y + INPUT, "input")
    text(ax, 0.45, y + LOGITS, "logits")


def right_way(ax, y):
    labels(ax, y, "✓  Every character goes in once", GREEN)
    text(ax, PROMPT_X[1] + 0.05, y + PICKED, "pick from the\nlast step's logits", GREY, SMALL)
    xs = [PROMPT_X[-1], SECOND_X, THIRD_X]
    call(ax, y, "call 1", PROMPT_X, PROMPT, BLUE, ORANGE)
    call(ax, y, "call 2", xs[1:2], WRITTEN[0], ORANGE, ORANGE)
    call(ax, y, "call 3", xs[2:], WRITTEN[1], ORANGE, ORANGE)
    for x, letter in zip(xs, WRITTEN, strict=True):
        pick(ax, x, y, letter, ORANGE)
    for x, next_x in pairwise(xs):
        feed(ax, x, next_x, y)
        carry(ax, x, next_x, y)
    text(ax, THIRD_X + MARGIN + 0.25, y, "…")


def wrong_way(ax, y):
    labels(ax, y, "✗  The last character of the prompt goes in twice", VERMILLION)
    call(ax, y, "call 1", PROMPT_X, PROMPT, BLUE, GREY)
    call(ax, y, "call 2", [SECOND_X], PROMPT[-1], VERMILLION, VERMILLION)
    pick(ax, SECOND_X, y, "?", VERMILLION)
    carry(ax, PROMPT_X[-1], SECOND_X, y)
    start, end = PROMPT_X[-1] + TILE / 2, SECOND_X - TILE / 2
    arrow(ax, (start, y + INPUT), (end, y + INPUT), VERMILLION)
    ax.plot((start + end) / 2, y + INPUT, "x", color=VERMILLION, markersize=15, markeredgewidth=3.5)
    verdict = "The model has read\n“maryy” and goes on\nfrom there."
    text(ax, SECOND_X + MARGIN + 0.2, y, verdict, VERMILLION, ha="left")


fig, ax = figure(6.6, 5.62)
right_way(ax, 3.8)
ax.plot([0.2, 6.4], [2.79, 2.79], color=GREY, linewidth=0.8, linestyle=(0, (2, 3)))
wrong_way(ax, 1.0)
save(fig, "generation")
