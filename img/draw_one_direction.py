"""Draws img/one_direction.png for 05_bidirectional: what a network says that reads from left to right only.

The numbers were measured on tiny Shakespeare: `CharRegressionRNN(65, 16, 32, 2)`, 300 steps as in the reference
training of the notebook (24 windows of 48 characters, Adam at 5e-3, clipped at 1), seeds 0 to 4.
"""

from matplotlib.figure import Figure
from style import BLACK, BLUE, GREY, SMALL, save, shade

SENTENCE = " sad sadness happy happiness "
TRUE = [0, 1, 2, 1, 0, 1, 2, 3, 4, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0]
# What each of the five networks says at the characters, in tenths of a step.
SAID = [
    "-2 11 21 23 0 11 22 24 28 29 29 29 1 12 21 24 30 26 1 12 21 24 30 37 34 31 33 32 1",
    "-1 8 20 21 0 10 20 22 28 33 29 30 -1 10 19 23 33 32 0 10 20 24 33 41 34 30 28 28 0",
    "1 9 21 18 -1 9 22 19 26 28 29 32 0 10 20 25 35 24 -1 10 20 25 35 44 36 31 32 34 0",
    "-3 10 20 21 1 11 21 22 27 31 32 34 1 10 17 22 30 24 1 11 18 22 30 41 33 36 33 35 1",
    "-1 12 21 22 0 12 21 22 27 31 28 30 0 12 21 28 36 33 0 11 21 28 36 41 33 31 29 31 0",
]

fig = Figure(figsize=(7.4, 2.9), facecolor="white", layout="constrained")
axis = fig.subplots()
places = range(len(SENTENCE))
axis.plot(places, TRUE, color=BLACK, linewidth=2, marker="s", markersize=4)
for row in SAID:
    said = [int(tenths) / 10 for tenths in row.split()]
    axis.plot(places, said, color=BLUE, linewidth=1, marker="o", markersize=3, alpha=0.6)
axis.set_xticks(places, [c if c != " " else "␣" for c in SENTENCE])
axis.set_yticks(range(6))
axis.set(xlabel="character", ylabel="steps to the nearest boundary", ylim=(-0.5, 5.5))
axis.grid(axis="y", color=GREY, alpha=0.25, linewidth=0.6)
axis.spines[["top", "right"]].set_visible(False)
axis.legend(["true distance", "five networks of one direction"], frameon=False, fontsize=SMALL, loc="upper left")
axis.set_title("trained alike, from five seeds", loc="right", fontsize=SMALL, color=shade(GREY))
save(fig, "one_direction")
