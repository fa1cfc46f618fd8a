"""Draws img/distances.png for the notebook on both directions: "lamb is merry", and how far each character is from
the nearest boundary.

Boundaries (spaces, and the places just outside of the text) are orange. A bar above each character is as high as its
distance; an arrow below leads to the boundary that is nearest, the one behind where both are as near.
"""

from matplotlib.patches import FancyArrowPatch, Rectangle
from style import BLUE, GREY, ORANGE, SMALL, figure, save, text, tile, tint

LETTERS = "lamb is merry"
EDGES = [-1, *[i for i, c in enumerate(LETTERS) if c == " "], len(LETTERS)]
FIRST_X, PITCH, LETTER_Y, BAR_Y, UNIT, SIDE = 0.95, 0.44, 1.25, 1.62, 0.3, 0.34


def place(step):
    return FIRST_X + (step + 1) * PITCH


def curve(ax, step, edge):
    """An arrow under the letters, deeper for a longer way."""
    bend = (0.28 + 0.1 * abs(step - edge)) * (-1 if edge < step else 1)
    ends = (place(step), LETTER_Y - SIDE / 2 - 0.02), (place(edge), LETTER_Y - SIDE / 2 - 0.02)
    ax.add_patch(
        FancyArrowPatch(
            *ends,
            connectionstyle=f"arc3,rad={bend}",
            arrowstyle="-|>,head_length=0.35,head_width=0.18",
            mutation_scale=10,
            color=GREY,
            linewidth=1.1,
            shrinkA=0,
            shrinkB=2,
        )
    )


fig, ax = figure(7.6, 3.1)
for step, letter in enumerate(LETTERS):
    edge = min(EDGES, key=lambda e, at=step: abs(e - at))
    distance = abs(edge - step)
    tile(ax, place(step), LETTER_Y, SIDE, "␣" if letter == " " else letter, ORANGE if letter == " " else BLUE)
    if distance:
        ax.add_patch(
            Rectangle((place(step) - 0.14, BAR_Y), 0.28, UNIT * distance, facecolor=tint(BLUE, 0.35), edgecolor=BLUE)
        )
        curve(ax, step, edge)
    text(ax, place(step), BAR_Y + UNIT * distance + 0.13, str(distance), weight="bold")
for edge in (EDGES[0], EDGES[-1]):
    ax.add_patch(
        Rectangle((place(edge) - 0.04, LETTER_Y - SIDE / 2), 0.08, SIDE, facecolor=ORANGE, edgecolor=ORANGE, zorder=3)
    )
    text(ax, place(edge), LETTER_Y + 0.32, f"{edge:d}".replace("-", "−"), GREY, SMALL)
text(ax, 0.46, BAR_Y + 0.32, "distance")
text(ax, place(len(LETTERS)) - 0.05, 0.33, "just outside:\nboundaries too", GREY, SMALL)
text(
    ax, 3.6, 0.33, "A boundary is a space, or a place just outside of the text; arrows go to the nearest.", GREY, SMALL
)
save(fig, "distances")
