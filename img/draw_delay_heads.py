"""Draws img/delay_heads.png for the notebook on the echo GRU: one head for each delay, the given delay picks one.

From below to above: letters, the GRU, its states, one linear layer, the scores of all 9 heads, those of one head.
In each cell of a head stands the right letter; all of them follow from the input, so all heads are trained.
"""

from matplotlib.patches import Rectangle
from style import BLUE, GREEN, GREY, ORANGE, PURPLE, SMALL, arrow, box, figure, named, save, text, tile, tint

LETTERS, HEADS, DELAY = "shells", 9, 2
STEP_X = [2.14 + 0.54 * i for i in range(len(LETTERS))]
NAME_X, DELAY_X, MIDDLE_X, SHAPE_X, TURN_X = 0.68, 1.72, (STEP_X[0] + STEP_X[-1]) / 2, 5.9, 5.3
LETTER_Y, GRU_Y, STATE_Y, LINEAR_Y, HEADS_Y, NOTES_Y, PICKED_Y = 0.32, 0.98, 1.56, 2.14, 2.66, 4.02, 4.86
BOX_W, BOX_H, TILE, VECTOR, TINTS = 3.3, 0.44, 0.34, 0.12, (0.1, 0.4, 0.25, 0.6)
CELL_W, CELL_H = 0.48, 0.2


def stage(ax, y, name, size, color):
    box(ax, MIDDLE_X, y, BOX_W, BOX_H, color)
    text(ax, MIDDLE_X - BOX_W / 2 + 0.2, y, name, ha="left")
    text(ax, MIDDLE_X + BOX_W / 2 - 0.2, y, size, GREY, ha="right")


def between(ax, start, end):
    for x in STEP_X:
        arrow(ax, (x, start), (x, end))


def states(ax):
    """One vector per step; the tints only say that the numbers differ."""
    for step, x in enumerate(STEP_X):
        for i in range(3):
            corner = x + (i - 1.5) * VECTOR, STATE_Y - VECTOR / 2
            look = {"facecolor": tint(GREEN, TINTS[(step + i) % 4]), "edgecolor": GREEN, "linewidth": 0.9}
            ax.add_patch(Rectangle(corner, VECTOR, VECTOR, **look))


def head(ax, delay, y, picked):
    """The scores of one head, one cell per step, with the letter that should score highest."""
    color = ORANGE if picked else GREY
    echoed = ("␣" * delay + LETTERS)[: len(LETTERS)]
    for x, letter in zip(STEP_X, echoed, strict=True):
        corner = x - CELL_W / 2, y - CELL_H / 2
        look = {"facecolor": tint(color, 0.5 if picked else 0.1), "edgecolor": color, "linewidth": 0.9}
        ax.add_patch(Rectangle(corner, CELL_W, CELL_H, zorder=2 if picked else 1, **look))
        text(ax, x, y - 0.01, letter, "black" if picked else GREY, SMALL)


fig, ax = figure(6.6, 5.2)
for x, letter in zip(STEP_X, LETTERS, strict=True):
    tile(ax, x, LETTER_Y, TILE, letter, BLUE)
stage(ax, GRU_Y, "GRU", "27 → 96", GREEN)
states(ax)
stage(ax, LINEAR_Y, "nn.Linear", "96 → 9 · 27", PURPLE)
between(ax, LETTER_Y + TILE / 2, GRU_Y - BOX_H / 2)
between(ax, GRU_Y + BOX_H / 2, STATE_Y - 0.1)
between(ax, STATE_Y + 0.1, LINEAR_Y - BOX_H / 2)
between(ax, LINEAR_Y + BOX_H / 2, HEADS_Y - CELL_H / 2)
for delay in range(HEADS):
    y = HEADS_Y + delay * CELL_H
    head(ax, delay, y, delay == DELAY)
    text(ax, DELAY_X, y, str(delay), ORANGE if delay == DELAY else GREY, SMALL)
head(ax, DELAY, PICKED_Y, True)

y, right = HEADS_Y + DELAY * CELL_H, STEP_X[-1] + CELL_W / 2
ax.plot([right, TURN_X, TURN_X], [y, y, PICKED_Y], color=ORANGE, linewidth=1.6, solid_capstyle="projecting")
arrow(ax, (TURN_X, PICKED_Y), (right, PICKED_Y), ORANGE)
arrow(ax, (NAME_X + 0.54, y), (DELAY_X - 0.1, y), ORANGE)
text(ax, NAME_X, y, "given delay", ORANGE, weight="bold")
text(ax, NAME_X, y - 0.24, "(B,)", GREY, SMALL)
text(ax, DELAY_X, HEADS_Y + HEADS * CELL_H, "delay", GREY, SMALL)

for y, name, shape in [
    (STATE_Y, "states", "(B, T, 96)"),
    (NOTES_Y, "9 heads", "(B, T, 9, 27)"),
    (PICKED_Y, "picked", "(B, T, 27)"),
]:
    text(ax, NAME_X, y, name)
    text(ax, SHAPE_X, y, shape)
text(ax, NAME_X, LETTER_Y, "letters")
named(ax, SHAPE_X, LETTER_Y, "(B, T, 27)", "one-hot")
text(ax, NAME_X, NOTES_Y - 0.35, "all are trained,\nwhichever is picked", GREY, SMALL)
text(ax, SHAPE_X, NOTES_Y - 0.42, "each delay has\nits right answer:\nthe letters shown", GREY, SMALL)
save(fig, "delay_heads")
