"""Draws img/name_loop.png for the notebook on applications: from the start token, letter by letter, to the end."""

from style import BLUE, GREEN, GREY, ORANGE, SMALL, arrow, box, figure, save, text, tile

XS, Y, TILE = [1.3, 2.75, 4.2, 5.65], 1.25, 0.36
FED, DRAWN = "^ada", "ada$"

fig, ax = figure(6.6, 2.9)
for t, (x, fed, drawn) in enumerate(zip(XS, FED, DRAWN, strict=True)):
    box(ax, x, Y, 0.8, 0.44, GREEN)
    text(ax, x, Y - 0.01, "model")
    tile(ax, x, Y - 0.8, TILE, fed, BLUE if t == 0 else ORANGE)
    tile(ax, x, Y + 0.8, TILE, drawn, GREY if drawn == "$" else ORANGE)
    arrow(ax, (x, Y - 0.8 + TILE / 2), (x, Y - 0.22))
    arrow(ax, (x, Y + 0.22), (x, Y + 0.8 - TILE / 2), ORANGE)
    if t < 3:
        turn, following = x + 0.72, XS[t + 1]
        arrow(ax, (x + 0.4, Y), (following - 0.4, Y), GREEN)
        ax.plot([x + TILE / 2, turn, turn], [Y + 0.8, Y + 0.8, Y - 0.8], color="white", linewidth=6, zorder=1)
        ax.plot([x + TILE / 2, turn, turn], [Y + 0.8, Y + 0.8, Y - 0.8], color=ORANGE, linewidth=1.6, zorder=2)
        arrow(ax, (turn, Y - 0.8), (following - TILE / 2, Y - 0.8), ORANGE)
text(ax, 0.42, Y - 0.8, "fed")
text(ax, 0.42, Y + 0.8, "drawn")
text(ax, XS[0] + 0.43, Y + 0.14, "state", GREEN, SMALL, ha="left")
text(ax, XS[3], Y + 1.2, "END: the name is over", GREY, SMALL)
text(ax, XS[1], Y + 1.42, "the name: ada", ORANGE, weight="bold")
save(fig, "name_loop")
