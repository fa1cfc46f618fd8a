"""both_ways and one_way are held to sentences that the notebook does not hold."""

import random

import torch

from unrolled.checking.draw import seed_of
from unrolled.checking.question import question
from unrolled.checking.sequential import estimate
from unrolled.checking.subject import Problem
from unrolled.checking.verdict import Finding

from ..network import Network, Unreadable
from ..shared import PAD, padded
from ..trained import trained_findings

TAGS = ["<pad>", "DET", "ADJ", "NOUN", "VERB", "PRON", "PREP", "CONJ"]
BEFORE = ["walk", "play", "watch", "fish", "rest", "race"]
AFTER = ["cold", "light", "quiet", "her"]
NOUNS = ["dog", "boat", "house", "king", "river", "teacher"]


def noun_phrase(rng):
    words, kind = [(rng.choice(["the", "a", "this"]), "DET")], rng.randrange(4)
    if kind == 0:
        return [*words, (rng.choice(AFTER[:3]), "NOUN")]
    if kind < 3:
        words.append((rng.choice(AFTER[:3] if kind == 1 else ["old", "small", "green", "happy"]), "ADJ"))
    return [*words, (rng.choice(BEFORE + NOUNS), "NOUN")]


def sentence(rng):
    kind, we = rng.randrange(3), (rng.choice(["we", "they", "you"]), "PRON")
    if kind == 0:
        words = [*noun_phrase(rng), (rng.choice(["sleeps", "helps", "waits", "lasts", "hurts"]), "VERB")]
    elif kind == 1:
        words = [we, (rng.choice(BEFORE), "VERB")]
    else:
        words = [we, (rng.choice(["saw", "heard", "found", "liked"]), "VERB")]
        words += [("her", "DET"), (rng.choice(NOUNS), "NOUN")] if rng.random() < 0.5 else [("her", "PRON")]
    if rng.random() < 0.5:
        words += [(rng.choice(["in", "near", "behind", "with"]), "PREP"), *noun_phrase(rng)]
    return words


def make_tagged(rng):
    """(word, tag) pairs, as the notebook makes them."""
    words = sentence(rng)
    for _ in range(rng.randrange(3)):
        words += [("and", "CONJ"), *sentence(rng)]
    return words


_rng = random.Random(0)
TRAIN_TAGGED = [make_tagged(_rng) for _ in range(600)]
VALID_TAGGED = [make_tagged(_rng) for _ in range(400)]
TAG_WORDS = ["<pad>", *sorted({word for words in TRAIN_TAGGED for word, _ in words})]

# both_ways on all words: the reference 1.00, one direction 0.93, a dictionary 0.86; on words that the next one decides
# 1.00, 0.50 and 0.50. one_way on words that earlier ones decide: the reference 1.00, a dictionary 0.50.
ALL_TAGS, HARD_TAGS, LOOKED = 0.97, 0.95, 0.75


@question(
    "train_taggers",
    name="both_ways",
    marks={"accuracy": 3, "after": 2, "before": 2, "network": 1, "budget": 1},
    budget=40_000,
    builds_on={
        "SequenceLabelingRNN": "tagger",
        "BidirectionalRNN": "tagger_of_both_ways",
        "tagging_loss": "tagging_loss",
    },
)
def train_taggers(model, draw):
    """Both taggers on new sentences; words that the past decides and words that the future decides by themselves."""
    cost = model.subject.spent(model).value()
    (case,) = draw.cases(strided=False)
    other = model.subject.look_up("one_way")
    known = {tuple(words) for words in TRAIN_TAGGED + VALID_TAGGED}

    def judge(network):
        measured = _tag_shares(network, draw, known)
        kind = _kind_of_tagger(measured)
        yield _tags_gate("accuracy", measured, "all", ALL_TAGS, "of all words", kind)
        yield _tags_gate("after", measured, "after", HARD_TAGS, "of those that the next word decides", kind)
        yield before

    before = _one_way(other, draw, known)
    ideas = ("accuracy", "after", "before", "network", "budget")
    yield from trained_findings(model, case, cost, draw.budget, ideas, judge)


def _tag_shares(network, draw, known):
    """Kind of word -> estimated share of tags right, on new sentences."""
    rng = random.Random(seed_of(draw.salt, draw.question, "sentences"))
    hard = {"before": BEFORE, "after": AFTER}

    def shares(kind):
        tagged = [words for words in (make_tagged(rng) for _ in range(200)) if tuple(words) not in known]
        x = padded([[TAG_WORDS.index(word) for word, _ in words] for words in tagged])
        tags = padded([[TAGS.index(tag) for _, tag in words] for words in tagged])
        right = network.logits(x, shape=(*x.shape, len(TAGS))).argmax(dim=-1) == tags
        places = x != PAD
        if kind in hard:
            places = torch.isin(x, torch.tensor([TAG_WORDS.index(word) for word in hard[kind]]))
        rows = places.any(dim=1)
        return (right & places).sum(dim=1)[rows] / places.sum(dim=1)[rows]

    limits = {"all": ALL_TAGS, "before": HARD_TAGS, "after": HARD_TAGS}
    return {kind: estimate(lambda k=kind: shares(k), limit, most=6000) for kind, limit in limits.items()}


def _tags_gate(idea, measured, kind, threshold, of, words):
    share = measured[kind].share
    good = measured[kind].above(threshold)
    says = f"both_ways has {share:.1%} {of} right"
    says = says if good else f"{says}; more than {threshold:.0%} are asked for. {words}"
    return Finding(idea, float(good), says, observed=[words, good])


def _one_way(handle, draw, known):
    if isinstance(handle.value(), Problem):
        return Finding("before", 0, "there is no one_way in the notebook", observed="no one_way")
    network = Network(handle)
    try:
        measured = _tag_shares(network, draw, known)
    except Unreadable as fault:
        return Finding("before", 0, f"one_way: {fault}", observed=fault.observed)
    share, looked = measured["before"].share, measured["after"].share
    says = f"one_way has {share:.1%} of the words right that earlier words decide"
    if not measured["before"].above(HARD_TAGS):
        kind = _kind_of_tagger(measured)
        return Finding("before", 0, f"{says}; more than {HARD_TAGS:.0%} are asked for. {kind}", observed=["one", kind])
    if looked >= LOOKED:
        says = f"one_way has {looked:.1%} of the words right that the next word decides: it has looked ahead"
        return Finding("before", 0, says, observed="looked")
    return Finding("before", 1, f"{says}, and {looked:.1%} of those that the next word decides", observed="right")


def _kind_of_tagger(measured):
    every, before, after = (measured[kind].share for kind in ("all", "before", "after"))
    if every < 0.3:
        return "The tags are guessed"
    if before > 0.9 and after < LOOKED:
        return "It knows what came before a word, and not what comes after"
    if after > 0.9 and before < LOOKED:
        return "It knows what comes after a word, and not what came before"
    if every > 0.75 and before < LOOKED and after < LOOKED:
        return "It knows each word's likeliest tag, whatever stands around it"
    if every > 0.9:
        return "Nearly all tags are right"
    return f"Only a part of the tags is right, about {every:.1f} of them"
