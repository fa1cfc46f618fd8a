"""Draws img/tagging.png for the notebook on applications: which neighbour decides a word that can be two things."""

from style import BLUE, GREY, ORANGE, SMALL, VERMILLION, arrow, box, figure, save, text

SENTENCES = [
    (["we", "saw", "her", "dog"], ["PRON", "VERB", "DET", "NOUN"], [(3, 2)]),
    (["we", "saw", "her"], ["PRON", "VERB", "PRON"], [(None, 2)]),
    (["they", "walk"], ["PRON", "VERB"], [(0, 1)]),
    (["the", "walk", "lasts"], ["DET", "NOUN", "VERB"], [(0, 1)]),
]
PLACES = [(0.62, 2.1), (4.42, 2.1), (0.62, 0.4), (3.05, 0.4)]
STEP, W, H, RISE = 0.92, 0.8, 0.32, 0.62


def draw(ax, x, y, words, tags, decided):
    hard = {target for _, target in decided}
    for t, (word, tag) in enumerate(zip(words, tags, strict=True)):
        at = x + t * STEP
        box(ax, at, y, W, H, VERMILLION if t in hard else BLUE)
        text(ax, at, y - 0.01, word)
        box(ax, at, y + RISE, W, H, ORANGE)
        text(ax, at, y + RISE - 0.01, tag, size=SMALL)
        arrow(ax, (at, y + H / 2), (at, y + RISE - H / 2))
    for source, target in decided:
        end = x + target * STEP + 0.12, y + RISE - H / 2
        if source is None:
            text(ax, x + target * STEP + 0.48, y + 0.36, "the end", GREY, SMALL, ha="left")
            arrow(ax, (x + target * STEP + 0.44, y + 0.34), end, VERMILLION)
            continue
        side = 1 if source > target else -1
        arrow(ax, (x + source * STEP - side * 0.3, y + H / 2), (end[0] - 0.12 + side * 0.12, end[1]), VERMILLION)


fig, ax = figure(7.4, 3.35)
for (words, tags, decided), (x, y) in zip(SENTENCES, PLACES, strict=True):
    draw(ax, x, y, words, tags, decided)
text(ax, 0.22, 3.16, "decided by what comes after the word", VERMILLION, SMALL, ha="left")
text(ax, 0.22, 1.46, "decided by the word before", VERMILLION, SMALL, ha="left")
save(fig, "tagging")
