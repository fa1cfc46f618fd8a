"""Draws img/gru_cell.png for the notebook on the echo GRU: one step as torch computes it, with numbers.

The input comes from below, the memory from the left, the result leaves to the right. The reset gate multiplies
the memory's share of the candidate after the matrix; the update gate sets a fader between candidate and memory.
"""

import math

from matplotlib.patches import Rectangle
from style import BLUE, GREEN, GREY, LARGE, PURPLE, SMALL, VERMILLION, arrow, box, disc, figure, named, save, text

INPUT, MEMORY, RESULT, GATE = BLUE, VERMILLION, GREEN, PURPLE
FORK_X, SHARE_X, TIMES_X, SUM_X, TANH_X, FADER_X, OUT_X = 0.68, 1.19, 2.09, 3.08, 4.15, 5.24, 6.32
X_Y, X_BUS, H_BUS, GATE_Y, ROW_Y, TOP_Y = 1.68, 2.16, 2.42, 3.02, 4.0, 5.0
BOX_W, BOX_H, TANH_W, GATE_W, FADER_W, RADIUS, OFF = 0.62, 0.54, 0.54, 1.06, 0.34, 0.18, 0.3
FADER_LEFT = FADER_X - FADER_W / 2


def sigmoid(a):
    return 1 / (1 + math.exp(-a))


def show(value):
    """Four digits after the point, fewer where the number is exact."""
    return f"{value:{'.2g' if math.isclose(value, round(value, 2)) else '.4f'}}".replace("-", "−")


def affine(w, v, b):
    """Weight times value plus bias, as a number and as the words for it."""
    return w * v + b, f"{show(w)} · {show(v)} {'−' if b < 0 else '+'} {show(abs(b))}"


def gate(from_x, from_h):
    """What the sigmoid gets, what it makes of it, and the words for it."""
    inner = from_x[0] + from_h[0]
    words = f"{from_x[1]} + {from_h[1]}".replace("+ −", "− ")
    return inner, sigmoid(inner), f"$\\sigma$({words})"


x, h = 1.0, 0.5
to_r, r, r_words = gate(affine(0.5, x, 0.1), affine(-0.8, h, 0.2))
to_z, z, z_words = gate(affine(-0.6, x, 0.3), affine(0.9, h, -0.4))
share_x, share_x_words = affine(0.7, x, -0.2)
share_h, share_h_words = affine(1.2, h, 0.3)
n = math.tanh(share_x + r * share_h)
h_next = (1 - z) * n + z * h


def line(ax, xs, ys, color):
    ax.plot(xs, ys, color=color, linewidth=1.6, zorder=0, solid_capstyle="projecting")


def fork(ax, start, end, color):
    """An arrow that leaves another line at a dot."""
    ax.plot(*start, "o", color=color, markersize=4.5, zorder=1)
    arrow(ax, start, end, color)


def flow_right(ax, y, start, stop, color, value):
    arrow(ax, (start, y), (stop, y), color)
    text(ax, (start + stop) / 2 - 0.03, y + 0.16, show(value), color, weight="bold")


def column(ax, x, x_from, width, color, stop, value):
    """A box that x feeds from below, and what goes up from it; the line of x jumps over that of the memory."""
    bottom, top = GATE_Y - BOX_H / 2, GATE_Y + BOX_H / 2
    ax.plot([x_from, x_from], [H_BUS - 0.07, H_BUS + 0.07], color="white", linewidth=6, zorder=0.5)
    fork(ax, (x_from, X_BUS), (x_from, bottom), INPUT)
    box(ax, x, GATE_Y, width, BOX_H, color)
    arrow(ax, (x, top), (x, stop), color)
    text(ax, x + 0.12, (top + stop) / 2 - 0.03, show(value), color, ha="left", weight="bold")


def draw_gate(ax, x, name, inner, stop, value):
    column(ax, x, x + OFF, GATE_W, GATE, stop, value)
    fork(ax, (x - OFF, H_BUS), (x - OFF, GATE_Y - BOX_H / 2), MEMORY)
    named(ax, x, GATE_Y, name, f"$\\sigma$({show(inner)})")


def memory_path(ax):
    named(ax, 0.32, TOP_Y, "$h_{t-1}$", "(B, H)", MEMORY, LARGE)
    line(ax, [0.6, FORK_X, FORK_X, FADER_X - OFF], [TOP_Y, TOP_Y, H_BUS, H_BUS], MEMORY)
    fork(ax, (FORK_X, TOP_Y), (FADER_LEFT, TOP_Y), MEMORY)
    text(ax, (FORK_X + FADER_LEFT) / 2, TOP_Y + 0.16, show(h), MEMORY, weight="bold")
    fork(ax, (FORK_X, ROW_Y), (SHARE_X - BOX_W / 2, ROW_Y), MEMORY)
    box(ax, SHARE_X, ROW_Y, BOX_W, BOX_H, MEMORY)
    text(ax, SHARE_X, ROW_Y, "$W_{hn}$\n$+\\,b_{hn}$")
    text(ax, SHARE_X + 0.03, ROW_Y - 0.4, share_h_words, MEMORY, SMALL)
    flow_right(ax, ROW_Y, SHARE_X + BOX_W / 2, TIMES_X - RADIUS, MEMORY, share_h)
    flow_right(ax, ROW_Y, TIMES_X + RADIUS, SUM_X - RADIUS, MEMORY, r * share_h)


def input_path(ax):
    named(ax, SUM_X, X_Y, "$x_t$", "(B, I)", INPUT, LARGE)
    text(ax, SUM_X + 0.12, X_BUS - 0.14, show(x), INPUT, ha="left", weight="bold")
    line(ax, [SUM_X, SUM_X], [X_Y + 0.25, X_BUS], INPUT)
    line(ax, [TIMES_X + OFF, FADER_X + OFF], [X_BUS, X_BUS], INPUT)
    column(ax, SUM_X, SUM_X, BOX_W, INPUT, ROW_Y - RADIUS, share_x)
    text(ax, SUM_X, GATE_Y, "$W_{in}$\n$+\\,b_{in}$")
    text(ax, SUM_X + BOX_W / 2 + 0.08, GATE_Y, share_x_words, INPUT, SMALL, ha="left")


def candidate(ax):
    for middle, sign, color in [(TIMES_X, "×", GATE), (SUM_X, "+", RESULT)]:
        disc(ax, middle, ROW_Y, RADIUS, color)
        text(ax, middle, ROW_Y, sign, size=LARGE)
    text(ax, TIMES_X, ROW_Y + 0.53, "r scales the memory's share,\nafter its matrix and bias", GATE, SMALL)
    flow_right(ax, ROW_Y, SUM_X + RADIUS, TANH_X - TANH_W / 2, RESULT, share_x + r * share_h)
    box(ax, TANH_X, ROW_Y, TANH_W, BOX_H, RESULT)
    text(ax, TANH_X, ROW_Y, "tanh")
    flow_right(ax, ROW_Y, TANH_X + TANH_W / 2, FADER_LEFT, RESULT, n)
    text(ax, FADER_LEFT - 0.05, ROW_Y + 0.38, "candidate n", RESULT, SMALL, ha="right")


def fader(ax):
    """A slider between candidate (z = 0, below) and old memory (z = 1, above); its knob stands at z."""
    knob = ROW_Y + z * (TOP_Y - ROW_Y)
    box(ax, FADER_X, (ROW_Y + TOP_Y) / 2, FADER_W, TOP_Y - ROW_Y + 0.44, GATE)
    ax.plot([FADER_X, FADER_X], [ROW_Y, TOP_Y], color="black", linewidth=1.6, zorder=3)
    ax.add_patch(Rectangle((FADER_X - 0.12, knob - 0.06), 0.24, 0.12, color=GATE, zorder=4))
    flow_right(ax, knob, FADER_X + FADER_W / 2, OUT_X - 0.23, RESULT, h_next)
    named(ax, OUT_X, knob, "$h_t$", "(B, H)", RESULT, LARGE)
    for y, words in [(TOP_Y, "z = 1 keeps\nthe old memory"), (ROW_Y, "z = 0 takes\nthe candidate")]:
        text(ax, FADER_X + 0.24, y, words, GATE, SMALL, ha="left")


def worked(ax, row, name, words, value, color):
    y = 1.02 - 0.25 * row
    text(ax, 0.35, y, name, color, ha="right")
    text(ax, 0.45, y, f"=  {words} = {show(value)}", color, ha="left")


fig, ax = figure(6.6, 5.36)
memory_path(ax)
input_path(ax)
draw_gate(ax, TIMES_X, "reset gate", to_r, ROW_Y - RADIUS, r)
draw_gate(ax, FADER_X, "update gate", to_z, ROW_Y - 0.22, z)
candidate(ax)
fader(ax)
ax.plot([0.2, 6.4], [1.25, 1.25], color=GREY, linewidth=0.8, linestyle=(0, (2, 3)))
mixed = f"{show(1 - z)} · {show(n)} + {show(z)} · {show(h)}"
worked(ax, 0, "r", r_words, r, GATE)
worked(ax, 1, "z", z_words, z, GATE)
worked(ax, 2, "n", f"tanh({show(share_x)} + {show(r)} · {show(share_h)})", n, RESULT)
worked(ax, 3, "$h_t$", f"(1 − z) · n + z · $h_{{t-1}}$ = {mixed}", h_next, RESULT)
text(ax, 6.4, 0.9, "example: B = I = H = 1\nrounded only for show", GREY, SMALL, ha="right")
save(fig, "gru_cell")
