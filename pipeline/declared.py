"""What a model was trained on: the declaration of each of its features, compared before it is used.

``family.json`` keeps the hash of every feature with the parts of its declaration that decide its numbers. A model
is refused where one of them reads otherwise now; the refusal names the first, and how it differs.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.errors import GateClosed

Entry = Mapping[str, Any]
KEPT = ("hash", "stream", "where", "days", "measure", "empty", "unit")
WORDS = {
    "stream": "stream",
    "where": "condition",
    "days": "window",
    "measure": "measure",
    "empty": "empty",
    "unit": "unit",
}


def kept(catalogue: Iterable[Entry], names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Give what ``family.json`` keeps of each feature, by name, out of the entries of the store's catalogue."""
    told = {entry["name"]: entry for entry in catalogue}
    return {name: {part: told[name].get(part) for part in KEPT} for name in names}


def demand_same(about: Entry, catalogue: Iterable[Entry], retrain: str) -> None:
    """Raise GateClosed where a feature of the model ``about`` is not declared as it was when the model was trained.

    Parameters
    ----------
    about : the content of ``family.json``
    catalogue : entries with their hash, as the store or the code declares them now
    retrain : the command that trains again
    """
    before: Mapping[str, Entry] | None = about.get("declared")
    if before is None:
        raise GateClosed(
            f"The model '{about['family']}' does not say how its features were declared; "
            f"train again with '{retrain}'."
        )
    told = {entry["name"]: entry for entry in catalogue}
    for name in about["features"]:
        now = told.get(name)
        if now is None or now.get("hash") != before[name]["hash"]:
            how = "it is not there now" if now is None else difference(before[name], now)
            raise GateClosed(
                f"The model '{about['family']}' was trained on another feature '{name}': {how}; "
                f"train again with '{retrain}', or bring the declaration back."
            )


def difference(was: Entry, now: Entry) -> str:
    """Say how two declarations differ: "its window was 90 days and is 60 days"."""
    for part, word in WORDS.items():
        if was.get(part) != now.get(part):
            return f"its {word} was {_told(part, was.get(part))} and is {_told(part, now.get(part))}"
    return "the records or values that its stream reads are declared otherwise"


def _told(part: str, value: Any) -> str:
    if part == "days":
        return "the whole past" if value is None else f"{value} days"
    if part == "where":
        return " and ".join(f"{name} in {'/'.join(words)}" for name, words in value.items()) or "none"
    return f"'{value}'"
