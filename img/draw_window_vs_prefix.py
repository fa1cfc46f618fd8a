"""Draws img/window_vs_prefix.png for the notebook 01_sequences: what reaches a blank, from a window and from an RNN."""

from itertools import pairwise

from style import BLUE, GREEN, GREY, ORANGE, SMALL, VERMILLION, arrow, box, disc, figure, save, text

SENTENCE = ["I", "grew", "up", "in", "France", ".", "I", "speak", "mostly"]
LEFT, STEP = 0.45, 0.68
CLUE, BLANK = 4, len(SENTENCE)


def place(i):
    return LEFT + i * STEP


def words(ax, y, seen):
    for i, word in enumerate([*SENTENCE, "?"]):
        color = VERMILLION if i == CLUE else ORANGE if i == BLANK else BLUE if i in seen else GREY
        if i in seen or i == BLANK:
            box(ax, place(i), y, 0.62, 0.34, color)
        text(ax, place(i), y, word, color if i in (CLUE, BLANK) else "#000000" if i in seen else GREY)


def window(ax, y):
    words(ax, y, range(6, 9))
    text(ax, 0.14, y + 1.32, "An MLP with a window of 3", weight="bold", ha="left")
    box(ax, place(7), y + 0.75, 1.98, 0.36, GREEN)
    text(ax, place(7), y + 0.75, "MLP")
    for i in range(6, 9):
        arrow(ax, (place(i), y + 0.17), (place(i), y + 0.57))
    out = place(BLANK)
    ax.plot([place(7) + 0.99, out], [y + 0.75, y + 0.75], color=ORANGE, linewidth=1.6, solid_capstyle="projecting")
    arrow(ax, (out, y + 0.75), (out, y + 0.17), ORANGE)
    text(ax, place(2.4), y + 0.62, "France has no way\ninto the answer", VERMILLION, SMALL)


def prefix(ax, y):
    words(ax, y, range(9))
    text(ax, 0.14, y + 1.32, "An RNN reads every word, and carries its hidden state along", weight="bold", ha="left")
    for i in range(9):
        disc(ax, place(i), y + 0.75, 0.17, VERMILLION if i >= CLUE else GREEN)
        arrow(ax, (place(i), y + 0.17), (place(i), y + 0.58), VERMILLION if i == CLUE else GREY)
    for i, j in pairwise(range(9)):
        color = VERMILLION if i >= CLUE else GREEN
        arrow(ax, (place(i) + 0.17, y + 0.75), (place(j) - 0.17, y + 0.75), color)
    out = place(BLANK)
    ax.plot([place(8) + 0.17, out], [y + 0.75, y + 0.75], color=VERMILLION, linewidth=1.6, solid_capstyle="projecting")
    arrow(ax, (out, y + 0.75), (out, y + 0.17), VERMILLION)


fig, ax = figure(7.0, 3.85)
window(ax, 2.3)
ax.plot([0.14, 6.86], [1.93, 1.93], color=GREY, linewidth=0.8, linestyle=(0, (2, 3)))
prefix(ax, 0.35)
save(fig, "window_vs_prefix")
