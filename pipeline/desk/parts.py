"""The parts of the desk, one line each: what makes it, and what it is handed.

A part is made by ``of_day(params, paths, as_of, *handed)`` of the module of ``pipeline`` that has its name.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from pipeline.desk import frames
from pipeline.errors import MissingInput, TooLittleData
from pipeline.logs import step
from pipeline.params import Params
from pipeline.paths import Paths


@dataclass(frozen=True)
class Part:
    """One part of the desk; ``needs`` names what is handed to it, the ``scores`` and earlier parts.

    One that is not ``published`` gives no frame of the desk, but what later parts would each make again.
    ``only_with`` names a part without which this one would say something wrong, not only less.
    """

    name: str
    needs: tuple[str, ...] = ()
    function: str = "of_day"
    module: str = ""
    published: bool = True
    only_with: str = ""

    def made(self, params: Params, paths: Paths, as_of: date, known: Mapping[str, Any]) -> Any:
        make = getattr(importlib.import_module(f"pipeline.{self.module or self.name}"), self.function)
        return make(params, paths, as_of, *(known[name] for name in self.needs))


PARTS = (
    Part("timeline", function="timeline", module="health", published=False),
    Part("health", ("timeline",)),
    Part("signals"),
    Part("patterns"),
    Part("declines"),
    Part("shocks"),
    Part("alerts", ("health", "timeline", "declines", "shocks"), only_with="health"),
    Part("values", ("scores",)),
    Part("learned", published=False),
    Part("plans", ("scores", "alerts", "patterns", "signals", "values", "learned", "declines")),
)
"""In the order in which they are asked."""


def asked(
    params: Params, paths: Paths, as_of: date, scores: pd.DataFrame
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Give the frames of a day, and of each that could not be made the sentence that says why.

    A part whose records are missing, or too few, leaves its frame empty; the others go on.
    """
    known: dict[str, Any] = {"scores": scores}
    absent: dict[str, str] = {}
    for part in PARTS:
        with step(part.name) as told:
            try:
                if part.only_with in absent:
                    raise MissingInput(absent[part.only_with])
                known[part.name] = part.made(params, paths, as_of, known)
            except (MissingInput, TooLittleData) as refusal:
                # Who needs a part that is not published and is not there makes it, and is refused likewise.
                known[part.name] = frames.empty(part.name) if part.published else None
                if part.published:
                    absent[part.name] = str(refusal)
            if part.published:
                told["rows"] = len(known[part.name])
    return {name: known[name] for name in frames.SCHEMAS}, absent
