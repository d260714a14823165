"""The parts of the desk, one line each: the frame that it gives, and which frames it is handed.

A part is a module of ``pipeline`` with ``of_day(params, paths, as_of, *frames) -> DataFrame``.
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

    Its function is ``of_day`` of the module of its name. One that is ``shared`` gives no frame of its own, but what
    later parts would each make again.
    """

    name: str
    needs: tuple[str, ...] = ()
    shared: str = ""

    def of_day(self, params: Params, paths: Paths, as_of: date, known: Mapping[str, Any]) -> Any:
        module, function = (self.shared, self.name) if self.shared else (self.name, "of_day")
        make = getattr(importlib.import_module(f"pipeline.{module}"), function)
        return make(params, paths, as_of, *(known[name] for name in self.needs))


PARTS = (
    Part("timeline", shared="health"),
    Part("health", ("timeline",)),
    Part("signals"),
    Part("patterns"),
    Part("alerts", ("health", "timeline")),
    Part("values", ("scores",)),
    Part("plans", ("scores", "alerts", "patterns", "signals", "values")),
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
                known[part.name] = part.of_day(params, paths, as_of, known)
            except (MissingInput, TooLittleData) as refusal:
                # Who needs a shared part that is not there makes it, and is refused likewise.
                known[part.name] = None if part.shared else frames.empty(part.name)
                if not part.shared:
                    absent[part.name] = str(refusal)
            if not part.shared:
                told["rows"] = len(known[part.name])
    return {name: known[name] for name in frames.SCHEMAS}, absent
