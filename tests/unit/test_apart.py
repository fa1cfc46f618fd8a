"""What sets right cases apart from wrong ones, and where nothing may be said."""

import pytest

from unrolled.checking.apart import told_apart
from unrolled.checking.verdict import Finding, settle


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        (["L=1, H=3", "L=1, H=5"], ["L=2, H=3", "L=3, H=5"], "right whenever L = 1, wrong from L = 2 on"),
        (["B=2, T=1", "B=2, T=5"], ["B=2, T=64"], "right up to T = 5, wrong whenever T = 64"),
        (["B=2", "B=3"], ["B=1"], "wrong whenever B = 1, right from B = 2 on"),
        (["B=2, H=2", "B=3, H=3"], ["B=2, H=3", "B=3, H=2"], "right whenever B = H, wrong otherwise"),
        (["B=2", "B=3"], ["B=2, not contiguous", "B=3, not contiguous"], "wrong whenever it says “not contiguous”"),
        (["B=2, with a state"], ["B=2"], "right whenever it says “with a state”"),
        # Two things tell them apart, and either could be the cause.
        (["L=1, T=2"], ["L=2, T=3"], ""),
        # That both are 1 says nothing of their being equal.
        (["B=1, T=1", "B=1, T=1"], ["B=1, T=5", "B=3, T=1"], ""),
        # Nothing does.
        (["L=1", "L=3"], ["L=2"], ""),
        (["L=1", "L=2"], ["L=2", "L=1"], ""),
        ([], ["L=2"], ""),
        (["one letter"], ["one letter"], ""),
        (["L=1"], ["H=2"], ""),
    ],
)
def test_what_is_said(right, wrong, told):
    assert told_apart(right, wrong).startswith(told) if told else told_apart(right, wrong) == ""


def test_a_line_says_it_in_the_place_of_a_count():
    found = [Finding("values", float(layers == 1), "off by 0.3", f"B=2, L={layers}") for layers in (1, 2, 3)]
    assert settle("q", {"values": 2}, found).lines[0].says == (
        "B=2, L=2: off by 0.3 (right whenever L = 1, wrong from L = 2 on)"
    )
    found = [Finding("values", float(layers != 2), "off by 0.3", f"B=2, L={layers}") for layers in (1, 2, 3)]
    assert settle("q", {"values": 2}, found).lines[0].says.endswith("(right in 2 of 3 cases)")
