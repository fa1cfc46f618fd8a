"""The one look of all figures in this course: colours, font sizes, drawing helpers, saving.

The drawings use inches as coordinates: on ``figure(6, 4)`` the point (6, 4) is the upper right corner.
"""

import io
from pathlib import Path

import matplotlib
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle
from PIL import Image

# Okabe-Ito: eight colours that stay apart for colour-blind readers too.
BLUE = "#0072B2"
ORANGE = "#E69F00"
GREEN = "#009E73"
VERMILLION = "#D55E00"
SKY = "#56B4E9"
PURPLE = "#CC79A7"
YELLOW = "#F0E442"
BLACK = "#000000"
GREY = "#666666"

SMALL, NORMAL, LARGE = 9, 10.5, 13  # font sizes in points, meant for figures about 6 inches wide
DPI = 130

# Start from the defaults, so that nobody's private matplotlibrc changes the figures.
matplotlib.rcdefaults()
matplotlib.rcParams.update({"font.family": "DejaVu Sans", "font.size": NORMAL, "mathtext.fontset": "dejavusans"})


def figure(width, height):
    """An empty sheet of the given size in inches, without axes: returns (fig, ax)."""
    fig = Figure(figsize=(width, height), facecolor="white")
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")
    return fig, ax


def save(fig, name):
    """Write img/<name>.png with at most 64 colours; the same drawing always gives the same bytes."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=DPI, facecolor="white", metadata={"Software": None})
    image = Image.open(buffer).convert("RGB").quantize(64, dither=Image.Dither.NONE)
    image.save(Path(__file__).with_name(f"{name}.png"), optimize=True)


def tint(color, share=0.2):
    """The colour thinned with white: share 1 is the full colour, 0 is white. For fills."""
    return tuple(1 - share * (1 - channel) for channel in to_rgb(color))


def shade(color, share=0.75):
    """The colour mixed with black: share 1 is the full colour, 0 is black. For text on white."""
    return tuple(share * channel for channel in to_rgb(color))


def text(ax, x, y, string, color=BLACK, size=NORMAL, ha="center", va="center", **kwargs):
    """Text in a colour dark enough to read; centred on (x, y) unless told otherwise."""
    return ax.text(x, y, string, color=shade(color), size=size, ha=ha, va=va, **kwargs)


def named(ax, x, y, name, shape, color=BLACK, size=NORMAL):
    """A name with its shape in small letters below it."""
    text(ax, x, y + 0.1, name, color, size)
    text(ax, x, y - 0.145, shape, GREY, SMALL)


def box(ax, x, y, width, height, color):
    """A box with rounded corners, centred on (x, y)."""
    ax.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2),
            width,
            height,
            edgecolor=color,
            facecolor=tint(color),
            boxstyle="round,pad=0,rounding_size=0.08",
            linewidth=1.4,
            zorder=2,
        )
    )


def tile(ax, x, y, side, string, color):
    """A small square with a letter or a symbol in it, centred on (x, y)."""
    box(ax, x, y, side, side, color)
    text(ax, x, y - 0.01, string)


def disc(ax, x, y, radius, color):
    """A round node centred on (x, y)."""
    ax.add_patch(Circle((x, y), radius, edgecolor=color, facecolor=tint(color), linewidth=1.4, zorder=2))


def arrow(ax, start, end, color=GREY):
    """A straight arrow that ends exactly at `end`."""
    ax.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>,head_length=0.5,head_width=0.25",
            mutation_scale=12,
            shrinkA=0,
            shrinkB=0,
            color=color,
            linewidth=1.6,
            zorder=1,
            joinstyle="miter",
        )
    )


def matrix(ax, x, y, rows, cell=(0.5, 0.36), marked=(), color=ORANGE):
    """A grid of numbers, left edge at x, middle at y; `marked` lists the (row, column) cells to colour."""
    width, height = cell
    top = y + len(rows) * height / 2
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            left, bottom = x + j * width, top - (i + 1) * height
            ax.add_patch(
                Rectangle(
                    (left, bottom),
                    width,
                    height,
                    edgecolor=GREY,
                    linewidth=0.9,
                    facecolor=tint(color, 0.5) if (i, j) in marked else "white",
                )
            )
            text(ax, left + width / 2, bottom + height / 2, str(value).replace("-", "\u2212"))
