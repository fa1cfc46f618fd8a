"""Draws img/char_windows.png for the notebook 01_sequences: windows of four characters and their targets."""

from style import BLUE, GREY, ORANGE, SMALL, arrow, figure, save, text, tile

TEXT, T = "mary␣had", 4
LEFT, STEP, SIDE = 1.5, 0.5, 0.4


def letters(ax, y, first, color):
    for i in range(first, first + T):
        tile(ax, LEFT + i * STEP, y, SIDE, TEXT[i], color)


def window(ax, y, i, name):
    text(ax, 0.2, y - 0.24, name, ha="left")
    letters(ax, y, i, BLUE)
    letters(ax, y - 0.48, i + 1, ORANGE)
    text(ax, LEFT + (i - 0.5) * STEP - 0.04, y, "x", BLUE, ha="right")
    text(ax, LEFT + (i + 0.5) * STEP - 0.04, y - 0.48, "y", ORANGE, ha="right")


fig, ax = figure(6.2, 4.3)
for i, letter in enumerate(TEXT):
    tile(ax, LEFT + i * STEP, 3.75, SIDE, letter, GREY)
    text(ax, LEFT + i * STEP, 4.1, str(i), GREY, SMALL)
text(ax, 0.2, 3.75, "text, N = 8", ha="left")
window(ax, 3.1, 0, "window 0")
window(ax, 2.0, 1, "window 1")
window(ax, 0.9, len(TEXT) - T - 1, "window 3")
text(ax, 0.2, 1.23, "…", GREY, ha="left")
text(ax, 5.35, 1.85, "the last target\nneeds the last\ncharacter", GREY, SMALL)
arrow(ax, (5.2, 1.5), (LEFT + 7 * STEP + 0.08, 0.66), GREY)
text(ax, 3.2, 0.1, "N − T = 8 − 4 = 4 windows", GREY, SMALL)
save(fig, "char_windows")
