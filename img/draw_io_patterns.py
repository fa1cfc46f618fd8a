"""Draws img/io_patterns.png for the notebook on applications: which inputs are filled, which outputs are read.

Five small networks; a disc is a state, a blue tile an input, an orange one an output that is read.
"""

from style import BLUE, GREEN, GREY, ORANGE, SMALL, arrow, disc, figure, save, text, tile

STEP, RADIUS, TILE, RISE = 0.62, 0.16, 0.26, 0.66


def network(ax, x, y, steps, inputs, outputs, title):
    """States from (x, y) on; inputs and outputs: which steps have one."""
    for t in range(steps):
        at = x + t * STEP
        disc(ax, at, y, RADIUS, GREEN)
        if t:
            arrow(ax, (at - STEP + RADIUS, y), (at - RADIUS, y), GREEN)
        if t in inputs:
            tile(ax, at, y - RISE, TILE, "", BLUE)
            arrow(ax, (at, y - RISE + TILE / 2), (at, y - RADIUS))
        if t in outputs:
            tile(ax, at, y + RISE, TILE, "", ORANGE)
            arrow(ax, (at, y + RADIUS), (at, y + RISE - TILE / 2))
    text(ax, x + (steps - 1) * STEP / 2, y + RISE + 0.4, title, weight="bold")


fig, ax = figure(6.8, 4.5)
network(ax, 0.75, 3.2, 1, {0}, {0}, "one to one")
network(ax, 2.0, 3.2, 3, {0}, {0, 1, 2}, "one to many")
network(ax, 3.95, 3.2, 3, {0, 1, 2}, {2}, "many to one")
network(ax, 0.6, 1.05, 3, {0, 1, 2}, {0, 1, 2}, "in step")
network(ax, 3.0, 1.05, 6, {0, 1, 2}, {3, 4, 5}, "out of step")
text(ax, 1.22, 0.08, "many to many", GREY, SMALL)
text(ax, 4.55, 0.08, "many to many: an encoder and a decoder", GREY, SMALL)
ax.plot([4.55, 4.55], [0.3, 1.55], color=GREY, linewidth=0.9, linestyle=(0, (2, 3)), zorder=0)
tile(ax, 6.05, 3.75, TILE, "", ORANGE)
text(ax, 6.24, 3.75, "read", GREY, SMALL, ha="left")
disc(ax, 6.05, 3.35, RADIUS, GREEN)
text(ax, 6.27, 3.35, "state", GREY, SMALL, ha="left")
tile(ax, 6.05, 2.95, TILE, "", BLUE)
text(ax, 6.24, 2.95, "input", GREY, SMALL, ha="left")
save(fig, "io_patterns")
