"""The parts of the desk, one line each: the frame that it gives, and which frames it is handed.

A part is a module of ``pipeline`` with ``of_day(params, paths, as_of, *frames) -> DataFrame``.
"""

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipeline.desk import frames
from pipeline.errors import MissingInput, TooLittleData
from pipeline.logs import step
from pipeline.params import Params
from pipeline.paths import Paths


@dataclass(frozen=True)
class Part:
    """One frame of the desk; ``needs`` names the frames handed to it, ``scores`` among them."""

    name: str
    needs: tuple[str, ...] = ()

    def of_day(
        self, params: Params, paths: Paths, as_of: date, known: Mapping[str, pd.DataFrame]
    ) -> pd.DataFrame:
        made: pd.DataFrame = importlib.import_module(f"pipeline.{self.name}").of_day(
            params, paths, as_of, *(known[name] for name in self.needs)
        )
        return made


PARTS = (
    Part("health"),
    Part("signals"),
    Part("patterns"),
    Part("alerts", ("health",)),
    Part("values", ("scores",)),
    Part("plans", ("scores", "alerts", "patterns", "signals")),
)
"""In the order in which they are asked."""


def asked(
    params: Params, paths: Paths, as_of: date, scores: pd.DataFrame
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Give the frames of a day, and of each that could not be made the sentence that says why.

    A part whose records are missing, or too few, leaves its frame empty; the others go on.
    """
    known = {"scores": scores}
    absent: dict[str, str] = {}
    for part in PARTS:
        with step(part.name) as told:
            try:
                known[part.name] = part.of_day(params, paths, as_of, known)
            except (MissingInput, TooLittleData) as refusal:
                known[part.name], absent[part.name] = frames.empty(part.name), str(refusal)
            told["rows"] = len(known[part.name])
    return {part.name: known[part.name] for part in PARTS}, absent
