"""Draws img/echo.png for the notebook on the echo GRU: the text "seashells" and its echo with a delay of 3.

Time runs to the right, the input stands below, the echo above. The cut after step 6 crosses one arrow for each
letter that was read but has not come out yet: these are what the memory holds.
"""

from matplotlib.patches import Rectangle
from style import BLUE, GREEN, GREY, ORANGE, SMALL, arrow, figure, save, text, tile, tint

LETTERS, DELAY, STEP = "seashells", 3, 6
ECHO = "␣" * DELAY + LETTERS[:-DELAY]
NAME_X, FIRST_X, PITCH = 0.6, 1.55, 0.58
INPUT_Y, ECHO_Y, STEP_Y, BRACKET_Y = 1.35, 2.85, 3.3, 1.06
TILE = 0.36


def place(step):
    return FIRST_X + (step - 1) * PITCH


def held(step):
    """Read at `step`, and still to come out after the cut."""
    return step <= STEP < step + DELAY


def columns(ax):
    for step, (letter, echoed) in enumerate(zip(LETTERS, ECHO, strict=True), start=1):
        x = place(step)
        text(ax, x, STEP_Y, str(step), GREY, SMALL, weight="bold" if step == STEP else "normal")
        tile(ax, x, INPUT_Y, TILE, letter, ORANGE if held(step) else BLUE)
        tile(ax, x, ECHO_Y, TILE, echoed, GREY if step <= DELAY else GREEN)
        if step + DELAY <= len(LETTERS):
            color = ORANGE if held(step) else GREEN if step + DELAY == STEP else GREY
            arrow(ax, (x, INPUT_Y + TILE / 2), (place(step + DELAY), ECHO_Y - TILE / 2), color)


def cut(ax):
    """The shaded step and the line behind it."""
    left, bottom, top = place(STEP) - PITCH / 2, INPUT_Y - 0.24, STEP_Y + 0.14
    ax.add_patch(Rectangle((left, bottom), PITCH, top - bottom, color=tint(GREY, 0.13), zorder=0))
    ax.plot([left + PITCH] * 2, [bottom, top + 0.06], color="black", linewidth=1.4, linestyle=(0, (4, 2)), zorder=3)
    text(ax, left + PITCH, top + 0.2, "after step 6", size=SMALL, weight="bold")


def bracket(ax):
    left, right = place(STEP - DELAY + 1) - TILE / 2, place(STEP) + TILE / 2
    ys = [BRACKET_Y, BRACKET_Y - 0.08, BRACKET_Y - 0.08, BRACKET_Y]
    ax.plot([left, left, right, right], ys, color=ORANGE, linewidth=1.6)
    text(ax, (left + right) / 2, BRACKET_Y - 0.24, "in the memory", ORANGE, weight="bold")


fig, ax = figure(6.6, 3.85)
cut(ax)
columns(ax)
bracket(ax)
text(ax, NAME_X, STEP_Y, "step", GREY, SMALL)
text(ax, NAME_X, ECHO_Y, "echo,\n3 steps later")
text(ax, NAME_X, INPUT_Y, "input")
text(ax, place(8), BRACKET_Y - 0.1, "would come out\nafter step 9", GREY, SMALL)
text(ax, 3.3, 0.42, "At every step the memory has to hold the last 3 letters.")
text(ax, 3.3, 0.18, "After step 6 “a” is out; “s”, “h” and “e” have been read and are still to come out.", GREY, SMALL)
save(fig, "echo")
