"""Draws img/embedding.png for the notebook on embeddings: an embedding is a table look-up.

Above, the long way: a one-hot row times the table W picks one row of W. Below, the short way: W[2].
"""

from style import GREY, LARGE, ORANGE, SMALL, figure, matrix, save, text

TABLE = [[0.1, 0.7], [-0.4, 0.2], [0.9, -0.5]]
TOKEN = 2
CELL_W, CELL_H = 0.54, 0.38
ONE_HOT_X, TABLE_X, RESULT_X = 0.35, 2.8, 4.57
LONG_Y, SHORT_Y = 2.34, 0.59
PICKED = [(0, 0), (0, 1)]


def centre(x, columns):
    return x + columns * CELL_W / 2


def long_way(ax):
    one_hot = [[int(i == TOKEN) for i in range(len(TABLE))]]
    cell = (CELL_W, CELL_H)
    matrix(ax, ONE_HOT_X, LONG_Y, one_hot, cell, marked=[(0, TOKEN)])
    matrix(ax, TABLE_X, LONG_Y, TABLE, cell, marked=[(TOKEN, 0), (TOKEN, 1)])
    matrix(ax, RESULT_X, LONG_Y, [TABLE[TOKEN]], cell, marked=PICKED)

    for i in range(len(TABLE)):  # the same index counts the places of the one-hot row and the rows of W
        look = {"color": ORANGE, "weight": "bold"} if i == TOKEN else {"color": GREY}
        text(ax, ONE_HOT_X + (i + 0.5) * CELL_W, LONG_Y + CELL_H / 2 + 0.15, str(i), size=SMALL, **look)
        text(ax, TABLE_X - 0.15, LONG_Y + (1 - i) * CELL_H, str(i), size=SMALL, **look)

    text(ax, (ONE_HOT_X + 3 * CELL_W + TABLE_X - 0.2) / 2, LONG_Y, "×", size=LARGE)
    text(ax, (TABLE_X + 2 * CELL_W + RESULT_X) / 2, LONG_Y, "=", size=LARGE)

    parts = [
        (centre(ONE_HOT_X, 3), f"token {TOKEN} as one-hot row", "(1, V) = (1, 3)"),
        (centre(TABLE_X, 2), "table $W$", "(V, E) = (3, 2)"),
        (centre(RESULT_X, 2), "its embedding", "(1, E) = (1, 2)"),
    ]
    for x, name, shape in parts:
        text(ax, x, LONG_Y + 0.84, name)
        text(ax, x, LONG_Y - 0.77, shape, color=GREY, size=SMALL)


def short_way(ax):
    ax.plot([0.3, 5.7], [1.18, 1.18], color=GREY, linewidth=0.8, linestyle=(0, (2, 3)))
    text(ax, ONE_HOT_X, SHORT_Y + 0.13, "The short way:", ha="left")
    text(ax, ONE_HOT_X, SHORT_Y - 0.13, "read row 2, multiply nothing", color=GREY, size=SMALL, ha="left")
    text(ax, centre(TABLE_X, 2), SHORT_Y, "W[2]", family="DejaVu Sans Mono", size=LARGE)
    text(ax, (TABLE_X + 2 * CELL_W + RESULT_X) / 2, SHORT_Y, "=", size=LARGE)
    matrix(ax, RESULT_X, SHORT_Y, [TABLE[TOKEN]], (CELL_W, CELL_H), marked=PICKED)
    text(ax, centre(RESULT_X, 2), SHORT_Y - 0.39, "(E,) = (2,)", color=GREY, size=SMALL)


fig, ax = figure(6, 3.44)
long_way(ax)
short_way(ax)
save(fig, "embedding")
