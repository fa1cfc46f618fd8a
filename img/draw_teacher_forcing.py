"""Draws img/teacher_forcing.png for the notebook on applications: what the decoder reads, and what it should say."""

from itertools import pairwise

from style import BLUE, GREEN, GREY, ORANGE, PURPLE, SMALL, arrow, box, disc, figure, save, text, tile

ENC, DEC, Y, RADIUS, W, H = [0.95, 1.55, 2.15], [3.05, 4.05, 5.05, 6.05, 7.05], 1.55, 0.18, 0.86, 0.32
READ, SAY = ["start", "four", "hundred", "and", "seven"], ["four", "hundred", "and", "seven", "end"]

fig, ax = figure(7.7, 3.15)
for x, digit in zip(ENC, "407", strict=True):
    disc(ax, x, Y, RADIUS, PURPLE)
    tile(ax, x, Y - 0.9, 0.34, digit, BLUE)
    arrow(ax, (x, Y - 0.73), (x, Y - RADIUS))
for a, b in pairwise(ENC):
    arrow(ax, (a + RADIUS, Y), (b - RADIUS, Y), PURPLE)
arrow(ax, (ENC[-1] + RADIUS, Y), (DEC[0] - RADIUS, Y), PURPLE)
for t, (x, read, say) in enumerate(zip(DEC, READ, SAY, strict=True)):
    disc(ax, x, Y, RADIUS, GREEN)
    if t:
        arrow(ax, (DEC[t - 1] + RADIUS, Y), (x - RADIUS, Y), GREEN)
        start = DEC[t - 1] + 0.28, Y + 0.9 - H / 2
        ax.plot([start[0], x - 0.28], [start[1], Y - 0.9 + H / 2], color=GREY, linewidth=1.1, linestyle=(0, (3, 3)))
    box(ax, x, Y - 0.9, W, H, BLUE)
    text(ax, x, Y - 0.91, read)
    box(ax, x, Y + 0.9, W, H, ORANGE)
    text(ax, x, Y + 0.89, say)
    arrow(ax, (x, Y - 0.9 + H / 2), (x, Y - RADIUS))
    arrow(ax, (x, Y + RADIUS), (x, Y + 0.9 - H / 2))
text(ax, 1.55, Y + 0.42, "encoder", PURPLE)
text(ax, 2.6, Y + 0.18, "last state", PURPLE, SMALL)
text(ax, 2.5, Y + 0.9, "to say", ha="right")
text(ax, 5.05, 0.2, "read: in training the true word before; when used (dashed) what it said itself", GREY, SMALL)
save(fig, "teacher_forcing")
