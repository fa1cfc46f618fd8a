"""What a training costs, in passes that mean the same on a slow machine, and what happens where they do not."""

import time

import pytest
import torch

from unrolled.checking.budget import forgive_an_unfit_machine, within
from unrolled.checking.subject import LocalChannel, Problem, Subject
from unrolled.checking.verdict import settle
from unrolled.desk.meter import Meter


def cost(passes: float, before: float = 0.003, after: float = 0.003) -> dict[str, float]:
    return {"passes": passes, "seconds": passes * before, "before": before, "after": after}


def test_a_meter_counts_work_and_not_waiting():
    """Twenty passes of work against a second of sleep: wall time would say the second is more."""
    gru, x = torch.nn.GRU(27, 64, batch_first=True), torch.randn(64, 15, 27)

    def work(passes):
        meter = Meter()
        meter.lap()
        for _ in range(passes):
            gru(x)[0].sum().backward()
        return meter.spent()["passes"]

    meter = Meter()
    meter.lap()
    time.sleep(1.0)
    asleep = meter.spent()["passes"]
    assert asleep < 15 < 30 < work(60) < 300


def test_a_meter_leaves_the_random_numbers_as_they_were():
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    Meter().lap()
    assert torch.equal(torch.rand(4), expected)


def test_a_subject_tells_the_cost_of_what_ran_since_the_lap():
    namespace = {"model": torch.nn.Linear(2, 2)}
    subject = Subject(LocalChannel(namespace, Meter()))
    subject.lap()
    before = subject.spent(subject.look_up("model")).value()["passes"]
    for _ in range(40):
        torch.nn.GRU(27, 64, batch_first=True)(torch.randn(64, 15, 27))[0].sum().backward()
    assert subject.spent(subject.look_up("model")).value()["passes"] > before + 15


@pytest.mark.parametrize(("passes", "share"), [(99, 1), (100, 1), (101, 0)])
def test_the_limit_is_the_limit(passes, share):
    finding = within(cost(passes), 100)
    assert finding.share == share and f"{passes} of 100" in finding.says


@pytest.mark.parametrize("told", [Problem("TypeError", "no"), None, {"passes": 1.0}, cost(float("nan")), cost(-1.0)])
def test_a_meter_that_tells_no_cost_earns_nothing(told):
    """The meter runs beside the student's code; what it says is looked at before it counts."""
    assert within(told, 100).share == 0


def examined(told: dict, reference: float, limit: float = 100):
    findings = [within(told, limit)]
    verdict = settle("q", {"budget": 4}, findings)
    forgive_an_unfit_machine(verdict, findings, limit, lambda: cost(reference))
    return verdict


def test_too_slow_on_a_fit_machine_costs_the_points():
    verdict = examined(cost(150), reference=40)
    assert verdict.points == 0 and not verdict.needs_person


def test_where_the_reference_misses_too_the_machine_is_unfit():
    verdict = examined(cost(150), reference=120)
    assert verdict.points == 4 and verdict.needs_person
    assert "machine unfit" in verdict.text()[0] and "120 passes" in verdict.text()[0]


def test_a_machine_that_changes_its_speed_is_unfit():
    verdict = examined(cost(150, before=0.003, after=0.015), reference=40)
    assert verdict.points == 4 and verdict.needs_person and "5-fold" in verdict.text()[0]


def test_within_the_budget_nobody_asks_for_the_reference():
    findings = [within(cost(50), 100)]
    verdict = settle("q", {"budget": 4}, findings)
    forgive_an_unfit_machine(verdict, findings, 100, lambda: pytest.fail("the reference was run"))
    assert verdict.points == 4
