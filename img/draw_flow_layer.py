"""Draws img/flow_layer.png for 04_gradient_flow: one recurrent layer over four steps, and what it keeps.

The same box at every step; the states go right to the next step and up into h_list. h_0 is there, and not kept.
"""

from matplotlib.patches import FancyBboxPatch
from style import BLUE, GREEN, GREY, LARGE, ORANGE, SMALL, arrow, box, figure, named, save, text, tile, tint

STEP_X, START_X = [1.75, 2.95, 4.15, 5.35], 0.62
INPUT_Y, CELL_Y, KEPT_Y = 0.78, 1.75, 2.95
CELL_W, CELL_H, STATE = 0.72, 0.56, 0.4

fig, ax = figure(6.6, 3.75)
look = {"boxstyle": "round,pad=0,rounding_size=0.1", "color": tint(GREY, 0.13), "zorder": 0}
ax.add_patch(FancyBboxPatch((STEP_X[0] - 0.34, KEPT_Y - 0.32), STEP_X[-1] - STEP_X[0] + 0.68, 0.64, **look))
tile(ax, START_X, CELL_Y, STATE, "$h_0$", GREY)
text(ax, START_X, CELL_Y - 0.48, "zeros,\nnot kept", GREY, SMALL)
ends = [START_X + STATE / 2, *[x + CELL_W / 2 for x in STEP_X[:-1]]]
for step, (x, end) in enumerate(zip(STEP_X, ends, strict=True), start=1):
    arrow(ax, (end, CELL_Y), (x - CELL_W / 2, CELL_Y), GREEN)
    if step > 1:
        text(ax, (end + x - CELL_W / 2) / 2 - 0.03, CELL_Y + 0.16, f"$h_{step - 1}$", GREEN, SMALL)
    box(ax, x, CELL_Y, CELL_W, CELL_H, BLUE)
    text(ax, x, CELL_Y, "U, W, b\n$\\sigma$", size=SMALL)
    text(ax, x, INPUT_Y, f"$x_{step}$", size=LARGE)
    arrow(ax, (x, INPUT_Y + 0.2), (x, CELL_Y - CELL_H / 2))
    arrow(ax, (x, CELL_Y + CELL_H / 2), (x, KEPT_Y - STATE / 2), GREEN)
    tile(ax, x, KEPT_Y, STATE, f"$h_{step}$", ORANGE if step == 4 else GREEN)
named(
    ax,
    (STEP_X[0] + STEP_X[-1]) / 2,
    KEPT_Y + 0.56,
    "h_list, and stacked: all_h",
    "T tensors (B, H); together (B, T, H)",
)
text(ax, STEP_X[-1] + 0.42, KEPT_Y, "last_h\n(B, H)", ORANGE, SMALL, ha="left", weight="bold")
text(ax, (STEP_X[0] + STEP_X[-1]) / 2, 0.3, "one sequence, T = 4; the same U, W, b at every step", GREY, SMALL)
save(fig, "flow_layer")
