"""Draws img/backward_padding.png for the notebook on applications: where the second direction has to begin.

A unit that counts its steps: begun in the padding it is two too high at the words.
"""

from style import BLUE, GREEN, GREY, SMALL, VERMILLION, arrow, box, disc, figure, save, text

LEFT, STEP, RADIUS = 1.9, 1.05, 0.19


def row(ax, y, states, color, title):
    text(ax, 0.2, y + 1.12, title, color, weight="bold", ha="left")
    text(ax, 0.75, y, "input")
    text(ax, 0.75, y + 0.62, "backward state")
    for t, (word, state) in enumerate(zip(["her", "dog", "pad", "pad"], states, strict=True)):
        x = LEFT + t * STEP
        box(ax, x, y, 0.8, 0.32, BLUE if t < 2 else GREY)
        text(ax, x, y - 0.01, word, "black" if t < 2 else GREY)
        if state:
            disc(ax, x, y + 0.62, RADIUS, color)
            text(ax, x, y + 0.61, state)
            arrow(ax, (x, y + 0.16), (x, y + 0.62 - RADIUS))
            if t < 3 and states[t + 1]:
                arrow(ax, (x + STEP - RADIUS, y + 0.62), (x + RADIUS, y + 0.62), color)
    start = LEFT + (max(t for t in range(4) if states[t]) + 1) * STEP
    arrow(ax, (start - 0.3, y + 0.62), (start - STEP + RADIUS, y + 0.62), color)
    text(ax, start - 0.24, y + 0.62, "begins here", GREY, SMALL, ha="left")


fig, ax = figure(6.9, 3.2)
row(ax, 1.85, ["4", "3", "2", "1"], VERMILLION, "✗  From the end of the tensor")
row(ax, 0.28, ["2", "1", "", ""], GREEN, "✓  From each row's own last word")
save(fig, "backward_padding")
