"""Draws img/tune.png for the notebook on applications: the number of a tune is the first state, and is told once."""

from style import BLUE, GREEN, GREY, ORANGE, PURPLE, SMALL, arrow, box, disc, figure, save, text

XS, Y, RADIUS, W, H = [2.3, 3.35, 4.4, 5.45], 1.3, 0.19, 0.62, 0.32
HEARD, NEXT = ["start", "e3", "d1", "c2"], ["e3", "d1", "c2", "d2"]

fig, ax = figure(6.6, 2.6)
box(ax, 0.85, Y, 1.05, 0.5, PURPLE)
text(ax, 0.85, Y + 0.09, "tune 0")
text(ax, 0.85, Y - 0.13, "first state", GREY, SMALL)
arrow(ax, (1.38, Y), (XS[0] - RADIUS, Y), PURPLE)
for t, (x, heard, following) in enumerate(zip(XS, HEARD, NEXT, strict=True)):
    disc(ax, x, Y, RADIUS, GREEN)
    if t:
        arrow(ax, (XS[t - 1] + RADIUS, Y), (x - RADIUS, Y), GREEN)
    box(ax, x, Y - 0.85, W, H, BLUE)
    text(ax, x, Y - 0.86, heard)
    box(ax, x, Y + 0.85, W, H, ORANGE)
    text(ax, x, Y + 0.84, following)
    arrow(ax, (x, Y - 0.85 + H / 2), (x, Y - RADIUS))
    arrow(ax, (x, Y + RADIUS), (x, Y + 0.85 - H / 2))
text(ax, 1.3, Y - 0.85, "heard")
text(ax, 1.3, Y + 0.85, "next")
text(ax, 6.2, Y, "…")
save(fig, "tune")
