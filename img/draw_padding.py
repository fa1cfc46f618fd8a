"""Draws img/padding.png for the notebook on applications: the state after a row's own last word gives its verdict."""

from style import BLUE, GREEN, GREY, ORANGE, SMALL, VERMILLION, arrow, box, disc, figure, save, text

LEFT, STEP, RADIUS, WORD, RISE = 1.2, 0.98, 0.17, (0.84, 0.32), 0.62


def review(ax, y, words, real):
    """A row of words and padding below its states; the verdict stands over the last word's state."""
    for t, word in enumerate(words):
        x, is_word = LEFT + t * STEP, t < real
        box(ax, x, y, *WORD, BLUE if is_word else GREY)
        text(ax, x, y - 0.01, word, "black" if is_word else GREY)
        arrow(ax, (x, y + WORD[1] / 2), (x, y + RISE - RADIUS))
        disc(ax, x, y + RISE, RADIUS, GREEN if is_word else GREY)
        if t:
            arrow(ax, (x - STEP + RADIUS, y + RISE), (x - RADIUS, y + RISE), GREEN if is_word else GREY)
        if not is_word:
            ax.plot(x, y + RISE, "x", color=VERMILLION, markersize=12, markeredgewidth=2.5, zorder=3)
    x = LEFT + (real - 1) * STEP
    arrow(ax, (x, y + RISE + RADIUS), (x, y + 2 * RISE - 0.16), ORANGE)
    box(ax, x, y + 2 * RISE, 0.9, 0.32, ORANGE)
    text(ax, x, y + 2 * RISE - 0.01, "verdict")


fig, ax = figure(6.4, 3.7)
review(ax, 2.2, ["not", "very", "good", "pad", "pad"], 3)
review(ax, 0.35, ["good", "but", "a", "bit", "long"], 5)
for y in (2.2, 0.35):
    text(ax, 0.36, y, "input")
    text(ax, 0.36, y + RISE, "state")
text(ax, LEFT + 3.5 * STEP, 3.3, "not to be read:\nmade of padding", VERMILLION, SMALL)
save(fig, "padding")
