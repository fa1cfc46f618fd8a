"""Draws img/memory_task.png for the notebook 03_bptt: name the first token at the last step."""

from matplotlib.patches import FancyArrowPatch
from style import BLUE, GREEN, GREY, ORANGE, SMALL, arrow, box, figure, save, text, tile

TOKENS, LEFT, APART, INPUT_Y, STATE_Y, ANSWER_Y = "73081945", 0.85, 0.8, 0.62, 1.35, 2.1

fig, ax = figure(7.3, 2.95)
places = [LEFT + APART * t for t in range(len(TOKENS))]
for t, (x, token) in enumerate(zip(places, TOKENS, strict=True)):
    tile(ax, x, INPUT_Y, 0.42, token, ORANGE if t == 0 else GREY)
    arrow(ax, (x, INPUT_Y + 0.21), (x, STATE_Y - 0.17))
    box(ax, x, STATE_Y, 0.5, 0.34, BLUE)
    text(ax, x, STATE_Y - 0.01, f"$h_{t}$")
    if t:
        arrow(ax, (places[t - 1] + 0.25, STATE_Y), (x - 0.25, STATE_Y), BLUE)
arrow(ax, (places[-1], STATE_Y + 0.17), (places[-1], ANSWER_Y - 0.21), GREEN)
tile(ax, places[-1], ANSWER_Y, 0.42, "7 ?", GREEN)
look = {"arrowstyle": "-|>,head_length=0.5,head_width=0.25", "mutation_scale": 12, "shrinkA": 0, "shrinkB": 0}
start, end = (places[0], STATE_Y + 0.2), (places[-1] - 0.24, ANSWER_Y + 0.06)
ax.add_patch(
    FancyArrowPatch(start, end, connectionstyle="arc3,rad=-0.16", color=ORANGE, linewidth=1.6, zorder=1, **look)
)
text(ax, 3.3, 2.72, "the distance to remember over: T − 1 steps", ORANGE)
text(ax, places[0], 0.2, "the first token", ORANGE, SMALL)
text(ax, (places[1] + places[-1]) / 2, 0.2, "noise: random tokens", GREY, SMALL)
save(fig, "memory_task")
