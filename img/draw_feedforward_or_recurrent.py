"""Draws img/feedforward_or_recurrent.png for the notebook 03_bptt: a network of one size, and one with a loop.

Left, every input has a place of its own, and there is no way back. Right, the same three weights at every step.
"""

from itertools import pairwise

from style import BLUE, GREEN, GREY, LARGE, ORANGE, SMALL, arrow, disc, figure, save, text

LEFT_X, LEFT_SIZES = (0.6, 1.55, 2.5), (4, 5, 3)
STEP_X, INPUT_Y, STATE_Y, OUTPUT_Y = (4.1, 5.0, 5.9, 6.8), 0.8, 1.75, 2.7
SMALL_DISC, DISC = 0.1, 0.22


def feedforward(ax):
    columns = [
        [(x, 1.75 + 0.42 * (i - (n - 1) / 2)) for i in range(n)] for x, n in zip(LEFT_X, LEFT_SIZES, strict=True)
    ]
    for before, after in pairwise(columns):
        for x0, y0 in before:
            for x1, y1 in after:
                ax.plot([x0, x1], [y0, y1], color=GREY, linewidth=0.5, alpha=0.6, zorder=1)
    for points, color in zip(columns, (BLUE, ORANGE, GREEN), strict=True):
        for x, y in points:
            disc(ax, x, y, SMALL_DISC, color)
    for x, name in zip(LEFT_X, ("input", "hidden", "output"), strict=True):
        text(ax, x, 0.42, name, GREY, SMALL)
    text(ax, LEFT_X[1], 3.3, "feedforward", weight="bold")
    text(ax, LEFT_X[1], 3.05, "one size, one way, no memory", GREY, SMALL)


def recurrent(ax):
    arrow(ax, (STEP_X[0] - 0.65, STATE_Y), (STEP_X[0] - DISC, STATE_Y), ORANGE)
    text(ax, STEP_X[0] - 0.74, STATE_Y + 0.17, r"$h_{-1}$", ORANGE, SMALL)
    for t, x in enumerate(STEP_X):
        disc(ax, x, INPUT_Y, DISC, BLUE)
        disc(ax, x, STATE_Y, DISC, ORANGE)
        disc(ax, x, OUTPUT_Y, DISC, GREEN)
        for y, letter in ((INPUT_Y, "x"), (STATE_Y, "h"), (OUTPUT_Y, "y")):
            text(ax, x, y - 0.01, f"${letter}_{t}$")
        arrow(ax, (x, INPUT_Y + DISC), (x, STATE_Y - DISC), BLUE)
        arrow(ax, (x, STATE_Y + DISC), (x, OUTPUT_Y - DISC), GREEN)
        if t:
            arrow(ax, (STEP_X[t - 1] + DISC, STATE_Y), (x - DISC, STATE_Y), ORANGE)
            text(ax, x - 0.45, STATE_Y + 0.15, r"$W_{hh}$", ORANGE, SMALL)
        text(ax, x + 0.24, (INPUT_Y + STATE_Y) / 2, r"$W_{xh}$", BLUE, SMALL)
        text(ax, x + 0.24, (STATE_Y + OUTPUT_Y) / 2, r"$W_{hy}$", GREEN, SMALL)
    text(ax, (STEP_X[0] + STEP_X[-1]) / 2, 3.3, "recurrent, unrolled over four steps", weight="bold")
    text(ax, (STEP_X[0] + STEP_X[-1]) / 2, 3.05, "any length, the same weights at every step", GREY, SMALL)
    text(ax, (STEP_X[0] + STEP_X[-1]) / 2, 0.36, "time", GREY, SMALL)
    arrow(ax, (5.65, 0.36), (6.2, 0.36), GREY)


fig, ax = figure(7.3, 3.55)
text(ax, 3.0, 1.75, "or", GREY, LARGE)
feedforward(ax)
recurrent(ax)
save(fig, "feedforward_or_recurrent")
