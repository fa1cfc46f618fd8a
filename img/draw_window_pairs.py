"""Draws img/window_pairs.png for the notebook 01_sequences: a window of two words slides over five."""

from style import BLUE, GREY, ORANGE, SMALL, arrow, box, figure, save, text

WORDS, WINDOW = ["we", "row", "to", "the", "sea"], 2
LEFT, STEP, HEIGHT = 1.0, 0.95, 0.42


def row(ax, y, start):
    """All words, the window's in blue, its target in orange, the others in grey letters only."""
    for place, word in enumerate(WORDS):
        x = LEFT + place * STEP
        if start <= place < start + WINDOW:
            box(ax, x, y, 0.78, HEIGHT, BLUE)
        elif place == start + WINDOW:
            box(ax, x, y, 0.78, HEIGHT, ORANGE)
        text(ax, x, y, word, GREY if not start <= place <= start + WINDOW else "#000000")
    end = LEFT + (start + WINDOW - 1) * STEP + 0.39
    arrow(ax, (end, y), (end + STEP - 0.78, y), ORANGE)
    text(ax, 0.2, y, f"{start}", GREY, SMALL)


fig, ax = figure(6.1, 2.75)
for place, _ in enumerate(WORDS):
    text(ax, LEFT + place * STEP, 2.5, f"$w_{place}$", GREY)
text(ax, 0.2, 2.5, "pair", GREY, SMALL)
for start in range(len(WORDS) - WINDOW):
    row(ax, 2.05 - 0.6 * start, start)
text(ax, LEFT - 0.39, 0.32, "window of K = 2", BLUE, ha="left")
text(ax, LEFT + 1.7, 0.32, "target", ORANGE, ha="left")
text(ax, LEFT + 2.7, 0.32, "N − K = 5 − 2 = 3 pairs", GREY, SMALL, ha="left")
save(fig, "window_pairs")
