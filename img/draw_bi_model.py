"""Draws img/bi_model.png for the notebook on both directions: from ids to distances, with shapes."""

from style import BLUE, GREEN, GREY, PURPLE, SMALL, VERMILLION, arrow, box, figure, named, save, text

Y, UP, DOWN = 1.55, 2.2, 0.9


def part(x, y, width, name, shape, color):
    box(ax, x, y, width, 0.62, color)
    named(ax, x, y, name, shape, color)


fig, ax = figure(8.4, 3.1)
part(0.75, Y, 0.95, "ids", "(B, T)", GREY)
part(2.25, Y, 1.3, "embedding", "(B, T, E)", PURPLE)
part(4.2, UP, 1.5, "RNN →", "(B, T, H)", BLUE)
part(4.2, DOWN, 1.5, "RNN ←", "(B, T, H)", VERMILLION)
part(6.0, Y, 1.25, "side by side", "(B, T, 2H)", GREEN)
part(7.6, Y, 1.05, "linear", "(B, T, 1)", GREY)
arrow(ax, (1.23, Y), (1.6, Y))
arrow(ax, (2.9, Y + 0.1), (3.45, UP - 0.1), BLUE)
arrow(ax, (2.9, Y - 0.1), (3.45, DOWN + 0.1), VERMILLION)
arrow(ax, (4.95, UP - 0.1), (5.37, Y + 0.12), BLUE)
arrow(ax, (4.95, DOWN + 0.1), (5.37, Y - 0.12), VERMILLION)
arrow(ax, (6.63, Y), (7.07, Y))
text(ax, 4.2, UP + 0.5, "knows what has been", GREY, SMALL)
text(ax, 4.2, DOWN - 0.5, "knows what comes", GREY, SMALL)
text(ax, 7.6, Y + 0.57, "a distance for\neach character", GREY, SMALL)
save(fig, "bi_model")
