"""Draws img/char_model.png for the notebook 02_manual_rnn: the character model as a pipeline with its shapes.

From below to above: ids, embeddings, the output of the RNN, logits. The four columns are the steps of "mary";
every step has to say which character comes next. The hidden state enters on the left, leaves on the right.
"""

from matplotlib.patches import Rectangle
from style import BLUE, GREEN, GREY, ORANGE, PURPLE, SMALL, arrow, box, figure, named, save, text, tile, tint

TEXT, NEXT = "mary", "ary␣"
SHOWN = "␣amry"  # the few of the V characters that the logits show
STEP_X = [1.9, 2.8, 3.7, 4.6]
NAME_X, SHAPE_X, MIDDLE_X, BOX_W, BOX_H = 0.72, 5.78, 3.25, 3.5, 0.48
EMBEDDING_Y, RNN_Y, LINEAR_Y = 1.3, 2.5, 3.7  # the boxes
ID_Y, ROWS_Y, OUTPUT_Y, LOGITS_Y, NEXT_Y = 0.59, 1.9, 3.1, 4.4, 5.18  # what flows between them
TILE, GAP, BAR, CELL, TINTS = 0.34, 0.25, 0.42, 0.14, (0.1, 0.4, 0.25, 0.6)
VOCABULARY = " abcdefghilmnorstuvwy"  # the characters of the rhyme, as the notebook sorts them


def stage(ax, y, name, size, color):
    box(ax, MIDDLE_X, y, BOX_W, BOX_H, color)
    text(ax, MIDDLE_X - BOX_W / 2 + 0.2, y, name, ha="left")
    text(ax, MIDDLE_X + BOX_W / 2 - 0.2, y, size, GREY, ha="right")


def between(ax, start, end):
    for x in STEP_X:
        arrow(ax, (x, start), (x, end))


def vectors(ax, y, length, color):
    """One vector per step; the tints only say that the numbers differ."""
    for step, x in enumerate(STEP_X):
        for i in range(length):
            corner = x + (i - length / 2) * CELL, y - CELL / 2
            look = {"facecolor": tint(color, TINTS[(step + i) % 4]), "edgecolor": color, "linewidth": 0.9}
            ax.add_patch(Rectangle(corner, CELL, CELL, **look))


def logits(ax, y):
    """A few bars per step; the highest stands for the character that comes next."""
    for step, (x, following) in enumerate(zip(STEP_X, NEXT, strict=True)):
        for i, letter in enumerate(SHOWN):
            best = letter == following
            height = BAR if best else 0.08 + 0.05 * ((2 * step + 3 * i) % 4)
            middle = x + (i - (len(SHOWN) - 1) / 2) * CELL
            fill = ORANGE if best else tint(PURPLE, 0.6)
            ax.add_patch(Rectangle((middle - 0.05, y), 0.1, height, facecolor=fill))
            look = {"weight": "bold"} if best else {"color": GREY}
            text(ax, middle, y - 0.11, letter, size=SMALL, **look)


def hidden(ax, x, start, end):
    named(ax, x, RNN_Y, "hidden", "(L, B, H)", GREEN)
    arrow(ax, (start, RNN_Y), (end, RNN_Y), GREEN)


fig, ax = figure(6.5, 5.52)
for x, letter, following in zip(STEP_X, TEXT, NEXT, strict=True):
    tile(ax, x, ID_Y, TILE, str(VOCABULARY.index(letter)), BLUE)
    text(ax, x, ID_Y - 0.37, letter)
    tile(ax, x, NEXT_Y, TILE, following, ORANGE)
vectors(ax, ROWS_Y, 3, BLUE)
vectors(ax, OUTPUT_Y, 4, GREEN)
logits(ax, LOGITS_Y)

stage(ax, EMBEDDING_Y, "ManualEmbedding", "(V, E)", BLUE)
stage(ax, RNN_Y, "ManualRNN", "L layers", GREEN)
stage(ax, LINEAR_Y, "nn.Linear", "H → V", PURPLE)
for y in EMBEDDING_Y, RNN_Y, LINEAR_Y:
    between(ax, y - BOX_H / 2 - GAP, y - BOX_H / 2)
    between(ax, y + BOX_H / 2, y + BOX_H / 2 + GAP)
between(ax, LOGITS_Y + BAR, NEXT_Y - TILE / 2)
hidden(ax, NAME_X - 0.12, 1.02, MIDDLE_X - BOX_W / 2)
hidden(ax, SHAPE_X + 0.12, MIDDLE_X + BOX_W / 2, 5.48)

rows = [(ID_Y, "ids", "(B, T)"), (ROWS_Y, "embeddings", "(B, T, E)"), (OUTPUT_Y, "output", "(B, T, H)")]
for y, name, shape in rows:
    text(ax, NAME_X, y, name)
    text(ax, SHAPE_X, y, shape)
text(ax, NAME_X, LOGITS_Y + 0.12, "logits")
named(ax, SHAPE_X, LOGITS_Y + 0.12, "(B, T, V)", "5 of V shown")
named(ax, NAME_X, NEXT_Y, "next characters", "highest logits")
named(ax, SHAPE_X, NEXT_Y, "(B, T)", "target: shifted by one")
save(fig, "char_model")
