"""Draws img/flow_tasks.png for 04_gradient_flow: a target at every step, or at the last one only.

The same five numbers left and right, and their running mean; the loss asks at all of its dots or at one.
"""

from itertools import accumulate

from style import BLUE, GREY, LARGE, SMALL, VERMILLION, arrow, disc, figure, save, text, tile

X = [2.0, -1.0, 0.5, 1.5, -0.5]
MEANS = [total / t for t, total in enumerate(accumulate(X), start=1)]
STEP, INPUT_Y, TARGET_Y, LOSS_Y = 0.56, 0.98, 1.95, 2.95


def show(value):
    return f"{value:.1f}".replace("-", "−") if value in X else f"{value:.2f}".replace("-", "−")


def half(ax, left, title, asked):
    text(ax, left + 2 * STEP, LOSS_Y + 0.52, title, size=LARGE)
    loss_x = left + 2 * STEP
    disc(ax, loss_x, LOSS_Y, 0.2, VERMILLION)
    text(ax, loss_x, LOSS_Y, r"$\mathcal{L}$")
    for t, (x, mean) in enumerate(zip(X, MEANS, strict=True)):
        at = left + t * STEP
        tile(ax, at, INPUT_Y, 0.46, show(x), GREY)
        if t:
            arrow(ax, (at - STEP + 0.23, INPUT_Y), (at - 0.23, INPUT_Y))
        if t in asked:
            arrow(ax, (at, INPUT_Y + 0.23), (at, TARGET_Y - 0.21), BLUE)
            tile(ax, at, TARGET_Y, 0.46, show(mean), BLUE)
            dx, dy = loss_x - at, LOSS_Y - TARGET_Y
            length = (dx**2 + dy**2) ** 0.5
            start = (at + dx * 0.26 / length, TARGET_Y + 0.24)
            arrow(ax, start, (loss_x - dx * 0.22 / length, LOSS_Y - dy * 0.22 / length), VERMILLION)
        text(ax, at, INPUT_Y - 0.4, f"t = {t + 1}", GREY, SMALL)


fig, ax = figure(6.6, 3.85)
half(ax, 0.62, "every step", range(5))
half(ax, 3.78, "the last step only", [4])
text(ax, 3.3, 0.2, "grey: the input; blue: its mean so far, the target; red: where the loss asks", GREY, SMALL)
save(fig, "flow_tasks")
