"""The short form of `make bench-leaks`: every planted leak is named, and two clean companies raise no alarm."""

import pytest

from benchmarks import leaks


@pytest.fixture(scope="module")
def tables() -> leaks.Tables:
    return leaks.simulated(leaks.PLANTED)


@pytest.mark.slow
@pytest.mark.parametrize("plant", leaks.PLANTS, ids=lambda plant: plant.name)
def test_a_planted_leak_is_named(tables: leaks.Tables, plant: leaks.Plant) -> None:
    with plant.planted(tables) as made:
        findings = made.findings()
    assert plant.caught(findings), leaks.told_of(findings)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [100, 101])
def test_a_clean_company_raises_no_alarm(seed: int) -> None:
    assert leaks.clean(seed) == []


def test_a_finding_of_another_check_or_feature_is_not_the_plant_named() -> None:
    plant = leaks.PLANTS[0]
    assert (plant.checks, plant.feature) == (("single",), "customers.segment")
    named = leaks.Finding("single", "customers.segment", 0.99, 0.9, "")
    assert plant.caught([named])
    assert not plant.caught([leaks.Finding("single", "trade_amount_90d", 0.99, 0.9, "")])
    assert not plant.caught([leaks.Finding("missing", "customers.segment", 0.99, 0.9, "")])
