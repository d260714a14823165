"""What the tiers promise, and where the promise was not kept: in words, for the terminal and the page."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline import words
from pipeline.frames import read_sealed
from pipeline.paths import Paths

CLAIMS = {"high": "above 80%", "low": "below 30%"}
SIDES = {"high": "at least", "low": "at most"}


def refuted(tiers: Mapping[str, Any]) -> list[str]:
    """Give the tiers whose promise the customers deny."""
    return [name for name in CLAIMS if tiers[name]["verdict"] == "refuted"]


def denied(tiers: Mapping[str, Any]) -> str:
    """Say which promises the customers deny."""
    return " and ".join(
        f"of the {name} tier's {words.count(tiers[name]['customers'], 'customer')} "
        f"{words.share(tiers[name]['observed'])} left, where {CLAIMS[name]} was promised"
        for name in refuted(tiers)
    )


def broken(families: Mapping[str, Any], champion: str) -> list[dict[str, Any]]:
    """Give each promise of the champion that a test date, or all of them together (``as_of`` null), denies."""
    test = families[champion]["test"]
    dates: dict[str | None, Any] = {**dict(sorted(test.items()))}
    if len(test) > 1:
        dates[None] = families[champion]["pooled"]
    return [
        {"as_of": day, "tier": name, **figures["tiers"][name]}
        for day, figures in dates.items()
        for name in refuted(figures["tiers"])
    ]


def alarm(one: Mapping[str, Any]) -> str:
    """Say of one broken promise what was promised and what came."""
    when = f"On {one['as_of']}" if one["as_of"] else "On all test dates together"
    return (
        f"{when} the {one['tier']} tier did not keep its word: {words.share(one['observed'])} of its "
        f"{words.count(one['customers'], 'customer')} left, where {CLAIMS[one['tier']]} was promised."
    )


def sentence(tiers: Mapping[str, Any]) -> str:
    """Tell the certificates of the high and the low tier in one line."""
    return "; ".join(_told(name, tiers[name]) for name in CLAIMS)


def _told(name: str, one: Mapping[str, Any]) -> str:
    if not one["customers"]:
        return f"{name} tier empty"
    verdict = words.VERDICTS.get(one["verdict"], one["verdict"])
    bound = "" if one["bound"] is None else f", {SIDES[name]} {words.share(one['bound'])} at 95%"
    return (
        f"{name} tier {verdict} ({words.share(one['observed'])} of {one['customers']:,} left, "
        f"promised {CLAIMS[name]}{bound})"
    )


def read(paths: Paths) -> list[str]:
    """Tell the certificates of the champion as ``choose`` and, where it has been, ``evaluate`` left them."""
    return list(lines(chosen(paths), tested(paths)))


def chosen(paths: Paths) -> dict[str, Any]:
    """Give ``model/champion.json``, what ``choose`` settled; raises BadRecords where it is damaged."""
    found: dict[str, Any] = read_sealed(paths.champion, made_by=f"forewarn choose --dataset {paths.dataset}")
    return found


def tested(paths: Paths) -> dict[str, Any] | None:
    """Give ``model/certificate.json``, what the test dates say of the tiers; None before ``evaluate``."""
    if not paths.certificate.exists():
        return None
    found: dict[str, Any] = read_sealed(
        paths.certificate, made_by=f"forewarn evaluate --dataset {paths.dataset}"
    )
    return found


def lines(champion: Mapping[str, Any], tested: Mapping[str, Any] | None) -> Iterator[str]:
    """Tell the certificates of the model that serves: broken promises first, then what each kind of date says.

    ``champion`` is the content of ``model/champion.json``, ``tested`` that of ``model/certificate.json`` where it
    speaks of the same model.
    """
    if tested is not None and tested["model"] == champion["model"]:
        for one in tested["refuted"]:
            yield f"WARNING: {alarm(one)}"
        dates = sorted(tested["test"])
        yield f"Certificate, test dates ({_span(dates)}): {sentence(tested['pooled'])}"
    if "certificates" in champion:
        held = champion["certificates"][champion["family"]]
        yield f"Certificate, calibration dates ({_span(champion['dates'])}): {sentence(held)}"


def _span(dates: list[str]) -> str:
    return dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
