"""Draws img/flow_lstm.png for 04_gradient_flow: one step of an LSTM.

The cell runs along the top, through a product and a sum. Below, the state and the input make four blocks.
"""

from style import BLUE, GREEN, GREY, LARGE, PURPLE, SMALL, VERMILLION, arrow, box, disc, figure, named, save, text

CELL_Y, GATE_Y, BUS_Y, X_Y = 3.75, 2.05, 1.3, 0.62
BLOCKS = {"f": 1.75, "i": 2.75, "g": 3.55, "o": 4.6}
TIMES_F, SUM_X, TIMES_I_Y, TANH_Y, OUT_X, R = 1.75, 3.15, 2.95, 3.0, 5.35, 0.17


def node(ax, x, y, sign, color):
    disc(ax, x, y, R, color)
    text(ax, x, y - 0.01, sign, size=LARGE)


fig, ax = figure(6.6, 4.5)
named(ax, 0.45, CELL_Y, "$c_{t-1}$", "(B, H)", VERMILLION, LARGE)
arrow(ax, (0.75, CELL_Y), (TIMES_F - R, CELL_Y), VERMILLION)
node(ax, TIMES_F, CELL_Y, "×", PURPLE)
arrow(ax, (TIMES_F + R, CELL_Y), (SUM_X - R, CELL_Y), VERMILLION)
node(ax, SUM_X, CELL_Y, "+", VERMILLION)
arrow(ax, (SUM_X + R, CELL_Y), (5.85, CELL_Y), VERMILLION)
named(ax, 6.15, CELL_Y, "$c_t$", "(B, H)", VERMILLION, LARGE)
text(ax, 3.3, CELL_Y + 0.5, "the way of the cell: times f, plus i · g; no matrix", VERMILLION, SMALL)

named(ax, 0.45, BUS_Y, "$h_{t-1}$", "(B, H)", GREEN, LARGE)
ax.plot([0.78, BLOCKS["o"]], [BUS_Y, BUS_Y], color=GREEN, linewidth=1.6, zorder=0)
named(ax, 3.15, X_Y - 0.1, "$x_t$", "(B, I)", BLUE, LARGE)
ax.plot([BLOCKS["f"] + 0.14, BLOCKS["o"] + 0.14], [BUS_Y - 0.26] * 2, color=BLUE, linewidth=1.6, zorder=0)
ax.plot([3.15, 3.15], [X_Y + 0.16, BUS_Y - 0.26], color=BLUE, linewidth=1.6, zorder=0)
for name, x in BLOCKS.items():
    color = PURPLE if name != "g" else BLUE
    box(ax, x, GATE_Y, 0.66, 0.5, color)
    text(ax, x, GATE_Y, f"{name} = {'tanh' if name == 'g' else 'σ'}", size=SMALL + 0.5)
    arrow(ax, (x - 0.14, BUS_Y), (x - 0.14, GATE_Y - 0.25), GREEN)
    arrow(ax, (x + 0.14, BUS_Y - 0.26), (x + 0.14, GATE_Y - 0.25), BLUE)
arrow(ax, (TIMES_F, GATE_Y + 0.25), (TIMES_F, CELL_Y - R), PURPLE)
text(ax, TIMES_F - 0.12, 3.0, "what is kept", PURPLE, SMALL, ha="right")
node(ax, SUM_X, TIMES_I_Y, "×", PURPLE)
arrow(ax, (BLOCKS["i"], GATE_Y + 0.25), (SUM_X - 0.1, TIMES_I_Y - 0.14), PURPLE)
arrow(ax, (BLOCKS["g"], GATE_Y + 0.25), (SUM_X + 0.1, TIMES_I_Y - 0.14), BLUE)
arrow(ax, (SUM_X, TIMES_I_Y + R), (SUM_X, CELL_Y - R), VERMILLION)
text(ax, SUM_X + 0.25, TIMES_I_Y + 0.22, "what is written", PURPLE, SMALL, ha="left")
box(ax, OUT_X, 3.05, 0.56, 0.4, VERMILLION)
text(ax, OUT_X, 3.05, "tanh", size=SMALL + 0.5)
ax.plot([OUT_X], [CELL_Y], "o", color=VERMILLION, markersize=4.5, zorder=1)
arrow(ax, (OUT_X, CELL_Y), (OUT_X, 3.25), VERMILLION)
node(ax, OUT_X, GATE_Y, "×", PURPLE)
arrow(ax, (OUT_X, 2.85), (OUT_X, GATE_Y + R), VERMILLION)
arrow(ax, (BLOCKS["o"] + 0.33, GATE_Y), (OUT_X - R, GATE_Y), PURPLE)
text(ax, (BLOCKS["o"] + OUT_X) / 2 - 0.02, GATE_Y + 0.4, "what is\nshown", PURPLE, SMALL)
arrow(ax, (OUT_X + R, GATE_Y), (5.9, GATE_Y), GREEN)
named(ax, 6.15, GATE_Y, "$h_t$", "(B, H)", GREEN, LARGE)
text(ax, 0.3, 0.25, "each block: W x + U h + b, of its own rows", GREY, SMALL, ha="left")
save(fig, "flow_lstm")
