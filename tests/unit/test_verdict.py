"""Points by idea, lines for people."""

import pytest

from unrolled.checking.verdict import Finding, Verdict, nothing, settle


def test_the_worst_case_decides():
    verdict = settle("q", {"values": 6}, [Finding("values", 1, "fine", "B=1"), Finding("values", 0.5, "half", "B=3")])
    assert verdict.points == 3 and verdict.failed == {"values"}
    assert "B=3: half" in verdict.text()[0]


def test_points_are_rounded_down_to_halves():
    assert settle("q", {"gradients": 4}, [Finding("gradients", 5 / 6, "one missing")]).points == 3.0
    assert settle("q", {"gradients": 4}, [Finding("gradients", 4 / 6, "two missing")]).points == 2.5


def test_an_idea_that_was_never_looked_at_earns_nothing():
    verdict = settle("q", {"values": 6, "shape": 1}, [Finding("values", 1, "fine")])
    assert verdict.points == 6 and verdict.failed == {"shape"}


def test_a_finding_without_marks_is_an_error_of_the_check():
    with pytest.raises(ValueError, match="no marks for"):
        settle("q", {"values": 6}, [Finding("valeus", 0, "typo")])


def test_the_same_failure_is_told_once():
    findings = [Finding("values", 0, "TypeError"), Finding("shape", 0, "TypeError")]
    assert [line.count("TypeError") for line in settle("q", {"values": 1, "shape": 1}, findings).text()] == [1, 0]


def test_lines_fold_under_their_text():
    verdict = settle("q", {"values": 6}, [Finding("values", 0, "word " * 40)])
    lines = verdict.text(width=60)
    assert len(lines) > 3 and all(len(line) <= 60 for line in lines)
    assert lines[1].startswith(" " * 19 + "word")


def test_nothing_says_why_once():
    verdict = nothing("q", {"values": 6, "shape": 1}, "there is no such object")
    assert verdict.points == 0 and verdict.of == 7
    assert verdict.reason == "there is no such object"


def test_full_marks_have_no_reason():
    assert Verdict("q", []).reason == ""


def barred(idea: str, case: str = "") -> Finding:
    return Finding(idea, 0, "it fails there", case, barred=True)


def test_an_idea_is_judged_where_another_ones_fault_leaves_it_room():
    findings = [Finding("values", 0, "it fails", "B=1"), barred("gradients", "B=1")]
    findings.append(Finding("gradients", 1, "right", "B=3"))
    verdict = settle("q", {"values": 6, "gradients": 4}, findings)
    assert verdict.failed == {"values"} and verdict.points == 4


def test_an_idea_that_a_fault_leaves_no_room_is_not_given():
    """The control: what fails everywhere has shown nothing."""
    verdict = settle("q", {"values": 6, "gradients": 4}, [Finding("values", 0, "it fails"), barred("gradients")])
    assert verdict.points == 0
