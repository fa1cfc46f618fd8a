"""Draws img/bptt_graph.png for the notebook 03_bptt: forwards along the solid arrows, backwards along the dashed.

At each state two dashed arrows come in, one from its own loss and one from the step after: there they are added.
"""

from matplotlib.patches import FancyArrowPatch
from style import BLUE, GREEN, GREY, ORANGE, PURPLE, SMALL, VERMILLION, arrow, box, disc, figure, save, text

STEP_X, INPUT_Y, STATE_Y, OUTPUT_Y, LOSS_Y = (1.5, 3.1, 4.7, 6.3), 0.55, 1.6, 2.65, 3.6
DISC, ASIDE = 0.25, 0.13


def back(ax, start, end, color):
    """A dashed arrow: what flows backwards."""
    look = {"arrowstyle": "-|>,head_length=0.5,head_width=0.25", "mutation_scale": 12, "shrinkA": 0, "shrinkB": 0}
    ax.add_patch(FancyArrowPatch(start, end, color=color, linewidth=1.6, linestyle=(0, (3, 1.6)), zorder=1, **look))


fig, ax = figure(7.4, 4.9)
arrow(ax, (STEP_X[0] - 0.85, STATE_Y + ASIDE), (STEP_X[0] - DISC, STATE_Y + ASIDE), BLUE)
text(ax, STEP_X[0] - 1.05, STATE_Y + ASIDE, r"$h_{-1}$", BLUE)
for t, x in enumerate(STEP_X):
    disc(ax, x, INPUT_Y, DISC, GREY)
    disc(ax, x, STATE_Y, DISC, BLUE)
    disc(ax, x, OUTPUT_Y, DISC, GREEN)
    box(ax, x, LOSS_Y, 0.46, 0.42, VERMILLION)
    for y, letter in ((INPUT_Y, "x"), (STATE_Y, "h"), (OUTPUT_Y, "y"), (LOSS_Y, r"\mathcal{L}")):
        text(ax, x, y - 0.01, f"${letter}_{t}$")
    arrow(ax, (x - ASIDE, INPUT_Y + 0.21), (x - ASIDE, STATE_Y - 0.21))
    arrow(ax, (x - ASIDE, STATE_Y + 0.21), (x - ASIDE, OUTPUT_Y - 0.21))
    arrow(ax, (x - ASIDE, OUTPUT_Y + 0.21), (x - ASIDE, LOSS_Y - 0.21))
    back(ax, (x + ASIDE, LOSS_Y - 0.21), (x + ASIDE, OUTPUT_Y + 0.21), PURPLE)
    back(ax, (x + ASIDE, OUTPUT_Y - 0.21), (x + ASIDE, STATE_Y + 0.21), PURPLE)
    if t < len(STEP_X) - 1:
        arrow(ax, (x + 0.21, STATE_Y + ASIDE), (STEP_X[t + 1] - 0.21, STATE_Y + ASIDE), BLUE)
        back(ax, (STEP_X[t + 1] - 0.21, STATE_Y - ASIDE), (x + 0.21, STATE_Y - ASIDE), ORANGE)
        text(ax, (x + STEP_X[t + 1]) / 2, STATE_Y - 0.33, f"$g_{t}$", ORANGE, SMALL)
    text(ax, x + 0.42, (LOSS_Y + OUTPUT_Y) / 2, rf"$\delta y_{t}$", PURPLE, SMALL)
    text(ax, x + 0.42, (OUTPUT_Y + STATE_Y) / 2 + 0.1, "$W_{hy}^{\\top}$", PURPLE, SMALL)

text(ax, 0.35, 4.55, "forwards", ha="left")
arrow(ax, (1.15, 4.55), (1.75, 4.55))
text(ax, 2.2, 4.55, "backwards, from the loss", PURPLE, ha="left")
back(ax, (4.75, 4.55), (4.15, 4.55), PURPLE)
text(ax, 5.0, 4.55, "from the step after", ORANGE, ha="left")
back(ax, (7.2, 4.55), (6.6, 4.55), ORANGE)
text(ax, 3.9, 4.16, "into every state but the last come two dashed arrows: they are added", GREY, SMALL)
save(fig, "bptt_graph")
