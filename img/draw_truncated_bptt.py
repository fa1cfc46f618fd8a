"""Draws img/truncated_bptt.png for the notebook 03_bptt: nine steps in pieces of three.

The state goes through every cut, the gradient through none.
"""

from matplotlib.patches import FancyArrowPatch
from style import BLUE, GREY, ORANGE, SMALL, VERMILLION, arrow, disc, figure, save, text

STEPS, K, LEFT, APART, Y, DISC, ASIDE = 9, 3, 0.95, 0.78, 1.1, 0.2, 0.1


def back(ax, start, end):
    look = {"arrowstyle": "-|>,head_length=0.5,head_width=0.25", "mutation_scale": 11, "shrinkA": 0, "shrinkB": 0}
    ax.add_patch(FancyArrowPatch(start, end, color=ORANGE, linewidth=1.6, linestyle=(0, (3, 1.6)), zorder=1, **look))


fig, ax = figure(7.7, 2.25)
places = [LEFT + APART * t for t in range(STEPS)]
arrow(ax, (0.42, Y + ASIDE), (places[0] - 0.17, Y + ASIDE), BLUE)
text(ax, 0.26, Y + ASIDE, r"$h_{-1}$", BLUE)
for t, x in enumerate(places):
    disc(ax, x, Y, DISC, BLUE)
    text(ax, x, Y - 0.01, f"$h_{t}$")
    if t < STEPS - 1:
        arrow(ax, (x + 0.17, Y + ASIDE), (places[t + 1] - 0.17, Y + ASIDE), BLUE)
    if t and t % K:
        back(ax, (x - 0.17, Y - ASIDE), (places[t - 1] + 0.17, Y - ASIDE))
    elif t:
        cut = x - APART / 2
        ax.plot([cut, cut], [0.5, 1.75], color=VERMILLION, linewidth=1.2, linestyle=":", zorder=0)
        text(ax, cut, Y - ASIDE - 0.01, "×", VERMILLION, 15, weight="bold")
for piece in range(STEPS // K):
    middle = places[piece * K + 1]
    text(ax, middle, 0.32, f"piece of k = {K} steps", GREY, SMALL)
text(ax, 2.55, 2.02, "state: carried over every cut", BLUE)
text(ax, 5.9, 2.02, "gradient: ends at every cut", ORANGE)
save(fig, "truncated_bptt")
