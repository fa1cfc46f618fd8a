"""Draws img/one_hot.png for the notebook 01_sequences: three ids as rows of V places."""

from style import BLUE, GREY, ORANGE, SMALL, arrow, figure, matrix, save, text, tile

IDS, V = [2, 0, 2], 4
CELL = (0.5, 0.38)
ROWS_X, ROWS_Y = 2.4, 1.2

fig, ax = figure(6.0, 2.5)
top = ROWS_Y + len(IDS) * CELL[1] / 2
for i, token in enumerate(IDS):
    y = top - (i + 0.5) * CELL[1]
    tile(ax, 1.0, y, 0.33, str(token), BLUE)
    arrow(ax, (1.25, y), (ROWS_X - 0.1, y), GREY)
rows = [[int(v == token) for v in range(V)] for token in IDS]
matrix(ax, ROWS_X, ROWS_Y, rows, CELL, marked=[(i, token) for i, token in enumerate(IDS)], color=ORANGE)
for v in range(V):
    text(ax, ROWS_X + (v + 0.5) * CELL[0], top + 0.17, str(v), GREY, SMALL)
text(ax, 1.0, top + 0.45, "ids")
text(ax, ROWS_X + V * CELL[0] / 2, top + 0.45, "place v")
text(ax, 1.0, 0.3, "(T,) = (3,)", GREY, SMALL)
text(ax, ROWS_X + V * CELL[0] / 2, 0.3, "(T, V) = (3, 4)", GREY, SMALL)
text(ax, ROWS_X + V * CELL[0] + 0.15, ROWS_Y + 0.12, "place 3 is there", GREY, SMALL, ha="left")
text(ax, ROWS_X + V * CELL[0] + 0.15, ROWS_Y - 0.12, "although unused", GREY, SMALL, ha="left")
save(fig, "one_hot")
