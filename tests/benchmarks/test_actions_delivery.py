"""The bar of `benchmarks.actions.delivery`, in small: receiver and sender are killed twice each."""

from benchmarks.actions.delivery import figures


def test_every_alert_arrives_under_one_key_whoever_is_killed() -> None:
    found = {figure.name: figure for figure in figures(alerts=150)}
    assert [name for name, figure in found.items() if figure.holds is False] == []
    assert found["requests that the receiver saw"].value > 150
