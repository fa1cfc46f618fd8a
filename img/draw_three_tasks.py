"""Draws img/three_tasks.png for the notebook 01_sequences: one answer for each step, or one for the sequence."""

from style import BLUE, GREEN, GREY, ORANGE, PURPLE, SMALL, arrow, box, figure, save, text

LEFT = 2.35


def task(ax, y, number, name, kind, read, said, width, color):
    """Tokens above, answers below; `said` has an entry for each token, None where nothing is said."""
    text(ax, 0.2, y + 0.1, f"{number} · {name}", weight="bold", ha="left")
    text(ax, 0.2, y - 0.16, kind, GREY, SMALL, ha="left")
    for i, (token, answer) in enumerate(zip(read, said, strict=True)):
        x = LEFT + i * width
        box(ax, x, y + 0.33, width - 0.14, 0.36, BLUE)
        text(ax, x, y + 0.33, token)
        if answer:
            arrow(ax, (x, y + 0.15), (x, y - 0.15), color)
            box(ax, x, y - 0.33, width - 0.14, 0.36, color)
            text(ax, x, y - 0.33, answer)


fig, ax = figure(6.9, 4.0)
task(ax, 3.3, 1, "next character", "many to many", list("mary"), ["a", "r", "y", "␣"], 0.58, ORANGE)
task(ax, 2.0, 2, "next word", "many to many", ["mary", "had", "a"], ["had", "a", "little"], 0.86, GREEN)
review = ["what", "a", "wonderful", "film"]
task(ax, 0.7, 3, "sentiment", "many to one", review, [None, None, None, "positive"], 1.13, PURPLE)
for y in (1.35, 2.65):
    ax.plot([0.2, 6.7], [y, y], color=GREY, linewidth=0.8, linestyle=(0, (2, 3)))
text(ax, LEFT + 0.9, 0.37, "nothing is said until the last word is read", GREY, SMALL)
save(fig, "three_tasks")
