"""Draws img/rnn_cell.png for the notebook on the RNN cell: one step as a block diagram with numbers.

The input comes from below, the memory from the left, the result leaves to the right.
On the arrows stands what flows there, beside the boxes how it comes about; here B = 1, I = 2, H = 1.
"""

import math

from style import BLUE, GREEN, GREY, LARGE, SMALL, VERMILLION, arrow, box, disc, figure, named, save, text

# The numbers below are typed as they should look; this checks that the example comes out.
assert f"{math.tanh(0.9 * 1 - 0.2 * 2 + 0.3 + 0.8 * 0.5 - 0.6):.4f}" == "0.5370"

INPUT, MEMORY, RESULT = BLUE, VERMILLION, GREEN
W_X, B_X, SUM_X, TANH_X, OUT_X = 1.6, 2.79, 3.9, 4.9, 6.28
X_Y, W_Y, B_Y, ROW_Y = 0.33, 1.15, 2.12, 3.09
BOX_W, BOX_H, RADIUS = 0.66, 0.54, 0.2
HALF_W, HALF_H = BOX_W / 2, BOX_H / 2


def flow_right(ax, start, stop, color, value):
    arrow(ax, (start, ROW_Y), (stop, ROW_Y), color)
    text(ax, (start + stop) / 2, ROW_Y + 0.16, value, color=color, weight="bold")


def flow_up(ax, start, stop, color, value):
    arrow(ax, (SUM_X, start), (SUM_X, stop), color)
    text(ax, SUM_X + 0.13, (start + stop) / 2 - 0.03, value, color=color, ha="left", weight="bold")


def memory_path(ax):
    named(ax, 0.35, ROW_Y, "$h_{t-1}$", "(B, H)", MEMORY, LARGE)
    flow_right(ax, 0.7, W_X - HALF_W, MEMORY, "0.5")
    flow_right(ax, W_X + HALF_W, B_X - HALF_W, MEMORY, "0.4")
    flow_right(ax, B_X + HALF_W, SUM_X - RADIUS, MEMORY, "−0.2")
    for x, name, shape, given, worked in [
        (W_X, "$W_{hh}$", "(H, H)", "$W_{hh}$ = 0.8", "0.8 · 0.5"),
        (B_X, "$+\\,b_{hh}$", "(H,)", "$b_{hh}$ = −0.6", "0.4 − 0.6"),
    ]:
        box(ax, x, ROW_Y, BOX_W, BOX_H, MEMORY)
        named(ax, x, ROW_Y, name, shape)
        text(ax, x, ROW_Y + 0.43, given, MEMORY, SMALL)
        text(ax, x, ROW_Y - 0.43, worked, MEMORY, SMALL)


def input_path(ax):
    named(ax, SUM_X, X_Y, "$x_t$", "(B, I)", INPUT, LARGE)
    flow_up(ax, X_Y + 0.25, W_Y - HALF_H, INPUT, "(1, 2)")
    flow_up(ax, W_Y + HALF_H, B_Y - HALF_H, INPUT, "0.5")
    flow_up(ax, B_Y + HALF_H, ROW_Y - RADIUS, INPUT, "0.8")
    for y, name, shape, given, worked in [
        (W_Y, "$W_{ih}$", "(H, I)", "$W_{ih}$ = (0.9, −0.2)", "0.9 · 1 − 0.2 · 2"),
        (B_Y, "$+\\,b_{ih}$", "(H,)", "$b_{ih}$ = 0.3", "0.5 + 0.3"),
    ]:
        box(ax, SUM_X, y, BOX_W, BOX_H, INPUT)
        named(ax, SUM_X, y, name, shape)
        text(ax, SUM_X + HALF_W + 0.13, y + 0.11, given, INPUT, SMALL, ha="left")
        text(ax, SUM_X + HALF_W + 0.13, y - 0.12, worked, INPUT, SMALL, ha="left")


def result_path(ax):
    disc(ax, SUM_X, ROW_Y, RADIUS, RESULT)
    text(ax, SUM_X, ROW_Y, "+", size=LARGE)
    text(ax, SUM_X, ROW_Y + 0.43, "−0.2 + 0.8", RESULT, SMALL)
    flow_right(ax, SUM_X + RADIUS, TANH_X - HALF_W, RESULT, "0.6")
    box(ax, TANH_X, ROW_Y, BOX_W, BOX_H, RESULT)
    text(ax, TANH_X, ROW_Y, "tanh")
    text(ax, TANH_X, ROW_Y - 0.43, "tanh(0.6)", RESULT, SMALL)
    flow_right(ax, TANH_X + HALF_W, OUT_X - 0.25, RESULT, "0.5370")
    named(ax, OUT_X, ROW_Y, "$h_t$", "(B, H)", RESULT, LARGE)
    arrow(ax, (OUT_X, ROW_Y + 0.36), (OUT_X, ROW_Y + 0.8), RESULT)
    text(ax, OUT_X - 0.14, ROW_Y + 0.64, "used as the step's\noutput as well", RESULT, SMALL, ha="right")


fig, ax = figure(6.6, 4.05)
memory_path(ax)
input_path(ax)
result_path(ax)
for y, name, color in [
    (1.5, "path of the memory", MEMORY),
    (1.2, "path of the input", INPUT),
    (0.9, "the result", RESULT),
]:
    arrow(ax, (0.35, y), (0.75, y), color)
    text(ax, 0.87, y, name, color, ha="left")
text(ax, 0.35, 0.5, "example: B = 1, I = 2, H = 1", GREY, SMALL, ha="left")
save(fig, "rnn_cell")
