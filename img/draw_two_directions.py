"""Draws img/two_directions.png for the notebook on both directions: one bidirectional layer over the word "lamb".

The forward states go to the right, the backward states to the left; at each step the two of them stand side by side
as the output. Where each direction ends is marked: that is its last state.
"""

from style import BLUE, GREEN, GREY, ORANGE, SMALL, VERMILLION, arrow, box, figure, save, text, tile

WORD = "lamb"
FIRST_X, PITCH = 1.75, 1.3
INPUT_Y, BACK_Y, AHEAD_Y, OUT_Y = 0.75, 1.65, 2.55, 3.4
WIDTH, HEIGHT = 0.62, 0.38


def place(step):
    return FIRST_X + step * PITCH


fig, ax = figure(7.6, 4.1)
for step, letter in enumerate(WORD):
    x = place(step)
    tile(ax, x, INPUT_Y, 0.36, letter, GREY)
    box(ax, x - 0.24, AHEAD_Y, WIDTH, HEIGHT, BLUE)
    text(ax, x - 0.24, AHEAD_Y, rf"$\overrightarrow{{h}}_{step}$")
    box(ax, x + 0.24, BACK_Y, WIDTH, HEIGHT, VERMILLION)
    text(ax, x + 0.24, BACK_Y, rf"$\overleftarrow{{h}}_{step}$")
    box(ax, x, OUT_Y, 0.8, HEIGHT, GREEN)
    text(ax, x, OUT_Y, rf"$o_{step}$")
    arrow(ax, (x - 0.3, INPUT_Y + 0.2), (x - 0.3, AHEAD_Y - HEIGHT / 2), GREY)
    arrow(ax, (x + 0.24, INPUT_Y + 0.2), (x + 0.24, BACK_Y - HEIGHT / 2), GREY)
    arrow(ax, (x - 0.24, AHEAD_Y + HEIGHT / 2), (x - 0.24, OUT_Y - HEIGHT / 2), BLUE)
    arrow(ax, (x + 0.3, BACK_Y + HEIGHT / 2), (x + 0.3, OUT_Y - HEIGHT / 2), VERMILLION)
    if step:
        arrow(ax, (place(step - 1) - 0.24 + WIDTH / 2, AHEAD_Y), (x - 0.24 - WIDTH / 2, AHEAD_Y), BLUE)
        arrow(ax, (x + 0.24 - WIDTH / 2, BACK_Y), (place(step - 1) + 0.24 + WIDTH / 2, BACK_Y), VERMILLION)
last = place(len(WORD) - 1)
arrow(ax, (place(0) - 1.0, AHEAD_Y), (place(0) - 0.24 - WIDTH / 2, AHEAD_Y), BLUE)
arrow(ax, (last + 1.0, BACK_Y), (last + 0.24 + WIDTH / 2, BACK_Y), VERMILLION)
text(ax, place(0) - 1.15, AHEAD_Y, "0", BLUE)
text(ax, last + 1.13, BACK_Y, "0", VERMILLION)
text(ax, last + 0.82, AHEAD_Y, "← last forward\nstate", ORANGE, SMALL, weight="bold")
text(ax, place(0) - 0.95, BACK_Y, "last backward\nstate →", ORANGE, SMALL, weight="bold")
text(ax, last + 0.9, OUT_Y, "output:\nside by side", GREY, SMALL)
text(ax, 0.55, INPUT_Y, "input")
text(ax, 3.8, 0.25, "The last backward state belongs to the first character: output[:, 0, H:].", GREY, SMALL)
save(fig, "two_directions")
