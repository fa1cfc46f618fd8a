"""Which text is like a solution: names and comments aside, in runs of tokens that are too long for chance."""

import pytest

from unrolled.build.given_away import FEWEST, given_away, share, tokens

SOLUTION = """\
def clip(grads, limit):
    # all of them together, as one long vector
    norm = sum((g * g).sum() for g in grads.values()) ** 0.5
    if norm > limit:
        for name in grads:
            grads[name] = grads[name] * (limit / norm)
    return norm
"""
OTHER_NAMES = """\
def shortened(parts, most):
    '''What the marker does too.'''
    size = sum((p * p).sum() for p in parts.values()) ** 0.5

    if size > most:
        for key in parts:
            parts[key] = parts[key] * (most / size)
    return size


print(shortened({}, 5))
"""
IN_NUMBERS = "assert abs(clip({'a': np.array([3.0, 4.0])}, 1.0) - 5.0) < 1e-9, 'The norm of (3, 4) is 5.'\n"


def test_other_names_comments_and_blank_lines_are_no_other_answer():
    assert share(SOLUTION, OTHER_NAMES) == 1.0


def test_a_test_with_numbers_gives_nothing_away():
    assert share(SOLUTION, IN_NUMBERS) == 0.0


def test_a_solution_that_is_too_short_cannot_be_told():
    assert len(tokens("return x * 2\n")) < FEWEST and share("return x * 2\n", "return y * 2\n") == 0.0


def test_attributes_keep_their_names():
    assert tokens("loss.backward()  # now\n") == ["_", ".", "backward", "(", ")"]


@pytest.mark.parametrize("broken", ["%matplotlib inline\n", "x = (1,\n", "'''open\n"])
def test_what_is_no_python_is_read_as_far_as_it_goes(broken):
    assert share(SOLUTION, broken) == 0.0


def test_the_cell_and_the_question_are_named():
    found = list(given_away({"clip": ["x = 1", SOLUTION]}, {"try_clip": IN_NUMBERS, "figure": OTHER_NAMES}))
    assert found == [("figure", "clip", 1.0)]
