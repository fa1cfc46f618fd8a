"""Draws img/flow_gradient.png for 04_gradient_flow: the way of the gradient back through the steps.

Above, one product for every step back; below, what six of them make of a gradient of length 1 where every product
multiplies it with 0.5, 1 or 1.5.
"""

from matplotlib.patches import Rectangle
from style import BLUE, GREEN, GREY, LARGE, SMALL, VERMILLION, arrow, disc, figure, save, text, tile, tint

STEPS, LEFT, STEP = 6, 1.2, 0.86
STATE_Y, ROWS_Y = 3.3, [2.1, 1.4, 0.4]
UNIT = 0.075  # inches of a bar for a gradient of 1

fig, ax = figure(6.6, 4.2)
xs = [LEFT + t * STEP for t in range(STEPS)]
for t, x in enumerate(xs, start=1):
    tile(ax, x, STATE_Y, 0.4, f"$h_{t}$", GREEN)
    if t > 1:
        arrow(ax, (x - 0.2, STATE_Y), (xs[t - 2] + 0.2, STATE_Y), VERMILLION)
        text(ax, x - STEP / 2 + 0.02, STATE_Y + 0.25, r"$\cdot\sigma'$, $\cdot U^{\top}$", VERMILLION, 8)
loss_x = xs[-1] + 0.82
disc(ax, loss_x, STATE_Y, 0.2, VERMILLION)
text(ax, loss_x, STATE_Y, r"$\mathcal{L}$")
arrow(ax, (loss_x - 0.2, STATE_Y), (xs[-1] + 0.2, STATE_Y), VERMILLION)
text(
    ax, 3.35, STATE_Y + 0.62, "the gradient goes from the loss to the left: one product for each step", size=LARGE - 1.5
)
text(ax, 3.35, STATE_Y - 0.52, "its length at each state, if every product changes it by the same factor:", GREY, SMALL)
for y, factor, color, what in zip(
    ROWS_Y, (0.5, 1.0, 1.5), (BLUE, GREEN, VERMILLION), ("vanishes", "stays", "explodes"), strict=True
):
    text(ax, 0.5, y + 0.12, f"factor {factor:g}", color, SMALL, weight="bold")
    text(ax, 0.5, y - 0.08, what, color, SMALL)
    ax.plot([xs[0] - 0.3, xs[-1] + 0.3], [y - 0.1, y - 0.1], color=GREY, linewidth=0.8)
    for t, x in enumerate(xs):
        length = factor ** (STEPS - 1 - t)
        height = length * UNIT
        ax.add_patch(Rectangle((x - 0.13, y - 0.1), 0.26, height, facecolor=tint(color, 0.6), edgecolor=color))
        text(ax, x, y + height + 0.02, f"{length:.2g}", color, 8)
save(fig, "flow_gradient")
