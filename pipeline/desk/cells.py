"""Single values of the frames as the page shows them; what is not known is empty."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline import words
from pipeline.desk.texts import PAGE, Said


def number(value: object) -> float | None:
    """Give a finite number; None for anything else."""
    return float(value) if isinstance(value, int | float) and words.known(float(value)) else None


def whole(value: object) -> str:
    found = number(value)
    return "" if found is None else f"{found:.0f}"


def figure(value: object) -> str:
    found = number(value)
    return "" if found is None else words.figure(found)


def share(value: object, digits: int = 1) -> str:
    found = number(value)
    return "" if found is None else words.share(found, digits)


def day(value: Any) -> str:
    return "" if value is None or pd.isna(value) else pd.Timestamp(value).date().isoformat()


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def said(row: Mapping[Any, Any], head: str = "") -> Said:
    """Give what a row says in both languages, each as one harmless line."""
    return words.line(row.get(f"{head}en")), words.line(row.get(f"{head}zh"))


def lines(value: object) -> Sequence[str]:
    return [words.line(one) for one in text(value).splitlines() if one.strip()]


def cause(value: object) -> Said:
    """Give a cause in words; a plan's may also be that the customer has left already."""
    name = str(value or "none")
    if name == "gone":
        return PAGE["gone"][0].lower(), PAGE["gone"][1]
    return words.cause(name), words.cause(name, chinese=True)
