"""Draws img/vocabulary.png for the notebook 01_sequences: a text, its sorted characters, and both ways between them."""

from style import BLUE, GREEN, GREY, ORANGE, SMALL, arrow, figure, save, text, tile

TEXT, WORD, IDS = "a bad cab", "cab", [2, 1, 4]
CHARS = sorted(set(TEXT))
SIDE, STEP = 0.36, 0.44
LIST_X, LIST_Y = 2.35, 1.75


def shown(letter):
    return letter if letter != " " else "␣"


def letters(ax, x, y, string, color):
    for i, letter in enumerate(string):
        tile(ax, x + i * STEP, y, SIDE, shown(str(letter)), color)


fig, ax = figure(6.9, 3.55)
text(ax, 0.2, 3.2, "text", GREY, ha="left")
letters(ax, 1.2, 3.2, TEXT, GREY)
arrow(ax, (LIST_X + 2 * STEP, 2.97), (LIST_X + 2 * STEP, LIST_Y + 0.55), GREY)
text(ax, LIST_X + 2 * STEP + 0.15, 2.65, "each once, sorted", GREY, SMALL, ha="left")

text(ax, 0.2, LIST_Y, "chars", ha="left")
for i, letter in enumerate(CHARS):
    tile(ax, LIST_X + i * STEP, LIST_Y, SIDE, shown(letter), ORANGE)
    text(ax, LIST_X + i * STEP, LIST_Y + 0.33, str(i), GREY, SMALL)
text(ax, LIST_X + 5 * STEP + 0.05, LIST_Y, "V = 5; an id is a place", GREY, SMALL, ha="left")

ax.plot([0.2, 6.7], [1.27, 1.27], color=GREY, linewidth=0.8, linestyle=(0, (2, 3)))
for x, name, before, after, first, second in (
    (0.55, "encode", WORD, [CHARS.index(c) for c in WORD], BLUE, ORANGE),
    (3.95, "decode", IDS, [CHARS[i] for i in IDS], ORANGE, BLUE),
):
    text(ax, x + 0.95, 0.95, name, GREEN, weight="bold")
    letters(ax, x - 0.1, 0.5, before, first)
    arrow(ax, (x + 1.06, 0.5), (x + 1.42, 0.5), GREEN)
    letters(ax, x + 1.68, 0.5, after, second)
save(fig, "vocabulary")
