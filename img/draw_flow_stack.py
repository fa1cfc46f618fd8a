"""Draws img/flow_stack.png for 04_gradient_flow: two layers over four steps, and the two results.

The upper row is last_layer_h, the last column last_step_h; one state belongs to both.
"""

from matplotlib.patches import FancyBboxPatch
from style import BLUE, GREEN, GREY, LARGE, ORANGE, SMALL, arrow, figure, named, save, text, tile, tint

STEP_X, LAYER_Y, INPUT_Y, STATE = [1.35, 2.45, 3.55, 4.65], [1.62, 2.72], 0.72, 0.46
COLORS = BLUE, GREEN


def frame(ax, left, right, bottom, top, color):
    look = {"boxstyle": "round,pad=0,rounding_size=0.1", "linewidth": 1.4, "zorder": 0}
    patch = FancyBboxPatch((left, bottom), right - left, top - bottom, facecolor=tint(color, 0.12), **look)
    patch.set_edgecolor(color)
    ax.add_patch(patch)


fig, ax = figure(6.6, 3.9)
frame(ax, STEP_X[0] - 0.38, STEP_X[-1] + 0.42, LAYER_Y[1] - 0.36, LAYER_Y[1] + 0.36, GREEN)
frame(ax, STEP_X[-1] - 0.34, STEP_X[-1] + 0.34, LAYER_Y[0] - 0.36, LAYER_Y[1] + 0.3, ORANGE)
for t, x in enumerate(STEP_X, start=1):
    text(ax, x, INPUT_Y, f"$x_{t}$", size=LARGE)
    arrow(ax, (x, INPUT_Y + 0.2), (x, LAYER_Y[0] - STATE / 2))
    arrow(ax, (x, LAYER_Y[0] + STATE / 2), (x, LAYER_Y[1] - STATE / 2), BLUE)
    for layer, (y, color) in enumerate(zip(LAYER_Y, COLORS, strict=True), start=1):
        tile(ax, x, y, STATE, f"$h_{t}^{{({layer})}}$", color)
        if t > 1:
            arrow(ax, (STEP_X[t - 2] + STATE / 2, y), (x - STATE / 2, y), color)
for layer, (y, color) in enumerate(zip(LAYER_Y, COLORS, strict=True), start=1):
    text(ax, 0.45, y, f"layer {layer}", color, weight="bold")
named(
    ax, (STEP_X[0] + STEP_X[-1]) / 2, LAYER_Y[1] + 0.66, "last_layer_h", "(B, T, H): the top layer at every step", GREEN
)
text(ax, STEP_X[-1] + 0.55, LAYER_Y[0] + 0.1, "last_step_h", ORANGE, ha="left")
text(ax, STEP_X[-1] + 0.55, LAYER_Y[0] - 0.22, "(L, B, H): every layer\nat the last step", GREY, SMALL, ha="left")
text(ax, STEP_X[-1] + 0.55, LAYER_Y[1], "in both", ORANGE, SMALL, ha="left", weight="bold")
text(ax, 3.0, 0.25, "time to the right, depth upwards; each layer has its own U, W and b", GREY, SMALL)
save(fig, "flow_stack")
