"""Draws img/unrolled_rnn.png for the notebook 02_manual_rnn: two layers, unrolled over the text "mary".

Time runs to the right, the layers lie above each other, and a colour is a layer: its cell and its states.
The state in the upper right corner stands in both results, in `output` and in `hidden`.
"""

from matplotlib.patches import FancyBboxPatch
from style import BLUE, GREEN, GREY, LARGE, ORANGE, SMALL, arrow, box, figure, named, save, text, tile, tint

LETTERS = "mary"
LAYERS = BLUE, GREEN
START_X, STEP_X, LAST_X = 0.62, [1.7, 2.75, 3.8, 4.85], 5.95
INPUT_Y, LAYER_Y, OUTPUT_Y = 0.75, [1.7, 2.9], 3.96
MIDDLE_X = (STEP_X[1] + STEP_X[2]) / 2
CELL_W, CELL_H, STATE = 0.66, 0.52, 0.38
MONO = "DejaVu Sans Mono"


def frame(ax, left, right, bottom, top):
    """A light field around the states that make up one tensor."""
    look = {"boxstyle": "round,pad=0,rounding_size=0.1", "color": tint(GREY, 0.13), "zorder": 0}
    ax.add_patch(FancyBboxPatch((left, bottom), right - left, top - bottom, **look))


def stack(ax, x, step, colors):
    """One state per layer, as in h_0 and in `hidden`."""
    frame(ax, x - 0.3, x + 0.3, LAYER_Y[0] - 0.3, LAYER_Y[1] + 0.3)
    for y, color in zip(LAYER_Y, colors, strict=True):
        tile(ax, x, y, STATE, f"$h_{step}$", color)


def layer(ax, number):
    y, color = LAYER_Y[number], LAYERS[number]
    ends = [START_X + STATE / 2, *[x + CELL_W / 2 for x in STEP_X]]
    starts = [*[x - CELL_W / 2 for x in STEP_X], LAST_X - STATE / 2]
    for step, (end, start) in enumerate(zip(ends, starts, strict=True)):
        last = (step, number) == (len(LETTERS), len(LAYERS) - 1)
        arrow(ax, (end, y), (start, y), ORANGE if last else color)
        if 0 < step < len(LETTERS):
            text(ax, (end + start) / 2 - 0.03, y + 0.15, f"$h_{step}$", color, SMALL)
    for x in STEP_X:
        box(ax, x, y, CELL_W, CELL_H, color)
        text(ax, x, y, f"cell {number}")


def columns(ax):
    frame(ax, STEP_X[0] - 0.3, STEP_X[-1] + 0.3, OUTPUT_Y - 0.3, OUTPUT_Y + 0.3)
    for step, (x, letter) in enumerate(zip(STEP_X, LETTERS, strict=True), start=1):
        color = ORANGE if step == len(LETTERS) else GREEN
        text(ax, x, INPUT_Y + 0.12, f"$x_{step}$", size=LARGE)
        text(ax, x, INPUT_Y - 0.19, letter, size=LARGE, family=MONO)
        arrow(ax, (x, INPUT_Y + 0.32), (x, LAYER_Y[0] - CELL_H / 2))
        arrow(ax, (x, LAYER_Y[0] + CELL_H / 2), (x, LAYER_Y[1] - CELL_H / 2), BLUE)
        arrow(ax, (x, LAYER_Y[1] + CELL_H / 2), (x, OUTPUT_Y - STATE / 2), color)
        tile(ax, x, OUTPUT_Y, STATE, f"$h_{step}$", color)


fig, ax = figure(6.6, 4.86)
stack(ax, START_X, 0, LAYERS)
stack(ax, LAST_X, len(LETTERS), (BLUE, ORANGE))
layer(ax, 0)
layer(ax, 1)
columns(ax)

named(ax, START_X, 1.1, "start $h_0$", "(L, B, H)")
named(ax, LAST_X, 1.1, "hidden", "(L, B, H)")
text(ax, LAST_X, 0.66, "the last step\nof all layers", GREY, SMALL)
named(ax, MIDDLE_X, OUTPUT_Y + 0.6, "output", "(B, T, H)   all steps of the last layer")
text(ax, MIDDLE_X, 0.23, "input (B, T, I)", GREY, SMALL)
text(ax, START_X, OUTPUT_Y + 0.05, "one cell per row,\nsame weights\nat every step", size=SMALL)
text(ax, LAST_X, OUTPUT_Y + 0.2, "one state,\nin both", ORANGE, SMALL, weight="bold")
text(ax, LAST_X, OUTPUT_Y - 0.22, "output[:, -1]\n== hidden[-1]", ORANGE, SMALL, family=MONO)
save(fig, "unrolled_rnn")
