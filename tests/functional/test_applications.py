"""07_applications: data that stand twice are the same, judged data are new, and what the notebook claims is so."""

from functools import cache

import pytest
import torch

from unrolled.checking.question import mark
from unrolled.checking.subject import LocalChannel, Subject
from unrolled.course.course import PRACTICE_SALT, Course

BUNDLE = Course.find(__file__).bundle("07_applications")
TRAINED = [id for id in BUNDLE.questions if BUNDLE.trains(id)]


@cache
def namespace() -> dict:
    """What the notebook's locked cells and answers up to the last question define, nothing trained."""
    return BUNDLE.namespace("encoder_decoder") | BUNDLE.ran("train_encoder_decoder").namespace


@cache
def of_checks(name: str):
    """What a check, or what several share, calls so."""
    homes = ["shared", *(f"{id}.check" for id in BUNDLE.declared)]
    return next(found for home in homes if (found := vars(BUNDLE.load(home)).get(name)) is not None)


def verdict(question: str, answer: str | None = None, salt: str = PRACTICE_SALT):
    ran = BUNDLE.ran(question, answer)
    return mark(BUNDLE.questions[question], Subject(LocalChannel(ran.namespace, ran.meter)), salt).verdict


def line(verdict, idea: str):
    return next(line for line in verdict.lines if line.idea == idea)


@pytest.mark.parametrize("name", ["REVIEW_WORDS", "TAGS", "TAG_WORDS", "NAME_CHARS", "TUNES", "NOTES", "DIGITS"])
def test_vocabularies_are_the_same_in_notebook_and_checks(name):
    """Checks may not rely on the notebook's own, which a student can change."""
    assert namespace()[name] == of_checks(name)


def test_data_are_made_alike_in_notebook_and_checks():
    """From one seed the same reviews, sentences and numbers: else the referee would exclude the wrong ones."""
    import random

    theirs, ours = random.Random(5), random.Random(5)
    for _ in range(50):
        assert namespace()["make_review"](theirs) == of_checks("make_review")(ours)
        assert namespace()["make_tagged"](theirs) == of_checks("make_tagged")(ours)
    assert all(namespace()["in_words"](n) == of_checks("in_words")(n) for n in range(10_000))
    assert namespace()["train_numbers"] == of_checks("TRAIN_NUMBERS")
    assert namespace()["train_tagged"] == of_checks("TRAIN_TAGGED")
    assert namespace()["NUMBER_WORDS"] == of_checks("NUMBER_WORDS")


def test_what_is_judged_was_not_there_to_learn_from():
    known = set(namespace()["ALL_NAMES"])
    assert not known & set(of_checks("HELD_OUT_NAMES")) and len(of_checks("HELD_OUT_NAMES")) > 60
    shown = set(namespace()["train_numbers"] + namespace()["valid_numbers"])
    assert not shown & set(of_checks("HELD_OUT_NUMBERS")) and len(shown) + len(of_checks("HELD_OUT_NUMBERS")) == 10_000
    assert not set(namespace()["train_names"]) & set(namespace()["valid_names"])


def test_the_documents_names_are_among_ours():
    wanted = "emma william sophia elijah harper mason"
    assert set(wanted.split()) <= set(namespace()["ALL_NAMES"])


def test_every_tune_is_made_of_notes_that_can_be_played():
    """Bars of the ones in four or three quarters come out whole, so that no length was mistyped."""
    length, sound = namespace()["length"], namespace()["sound"]
    for name, tune in namespace()["TUNES"].items():
        notes = tune.split()
        assert sum(map(length, notes)) % 2 == 0, name
        wave = sound(notes)
        assert abs(wave).max() <= 1 and len(wave) > 8000


def test_a_number_has_two_names_where_english_has_two():
    """As many of the validation numbers as the prediction says, and each name is another way to say the same number."""
    made = BUNDLE.namespace("predict_two_names")
    other, plain = made["other_name"], made["in_words"]
    assert len(made["two_named"]) == 278
    assert " ".join(other(1407)) == "fourteen hundred and seven" and " ".join(other(9200)) == "ninety two hundred"
    assert all(other(n) == plain(n) for n in (7, 407, 1000, 2016, 9003))
    assert len({tuple(other(n)) for n in range(10_000)} | {tuple(plain(n)) for n in range(10_000)}) == 10_000 + 81 * 100


def test_no_word_alone_tells_a_good_review():
    """What the notebook says of a bag of words, over five draws: a sum of counted numbers guesses."""
    import math
    import random
    from collections import Counter

    make = namespace()["make_review"]
    for seed in range(5):
        rng = random.Random(100 + seed)
        seen = {0: Counter(), 1: Counter()}
        for text, good in (make(rng) for _ in range(1500)):
            seen[good].update(text.split())
        told = [
            (sum(math.log((seen[1][w] + 1) / (seen[0][w] + 1)) for w in t.split()) > 0, g)
            for t, g in (make(rng) for _ in range(2000))
        ]
        assert abs(sum(a == b for a, b in told) / len(told) - 0.5) < 0.03


@pytest.mark.parametrize(
    ("question", "idea", "least"),
    [
        ("train_sentiment", "accuracy", "100.0%"),
        ("train_taggers", "accuracy", "100.0%"),
        ("train_names", "likelihood", "2.3"),
        ("music", "tunes", "100.0%"),
        ("train_encoder_decoder", "accuracy", "9"),
    ],
)
def test_the_reference_reaches_what_the_notebook_says(question, idea, least):
    got = verdict(question)
    assert not got.failed and line(got, idea).says.replace("both_ways has ", "").startswith(least)


@pytest.mark.parametrize("question", TRAINED)
def test_five_draws_judge_a_trained_network_alike(question):
    """Reviews, sentences and numbers are others each time, the verdict is the network's."""
    marks = [verdict(question, salt=f"salt {i}") for i in range(5)]
    assert {v.points for v in marks} == {BUNDLE.questions[question].points}


def test_a_network_is_left_as_it_was():
    """Its weights are exchanged while it is judged, and its mode; both have to come back."""
    ran = BUNDLE.ran("train_sentiment")
    model = ran.namespace["sentiment_model"].train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    mark(BUNDLE.questions["train_sentiment"], Subject(LocalChannel(ran.namespace, ran.meter)), PRACTICE_SALT)
    assert model.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("sentiment_model = 3", "not callable"),
        ("sentiment_model = lambda x: None", "nothing came back"),
        ("sentiment_model = lambda x: x.float()", "the logits have shape"),
    ],
)
def test_what_is_no_network_is_told_so(answer, says):
    made = dict(BUNDLE.namespace("sentiment"))
    exec(answer, made)
    got = mark(BUNDLE.questions["train_sentiment"], Subject(LocalChannel(made)), PRACTICE_SALT).verdict
    assert got.points == 0 and says in got.text()[0]
