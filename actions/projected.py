"""The log as the contract's table ``actions``: what was done about each customer, and since when it is known.

One row an action and moment at which it changed: versions of one record, of which a reader on a day takes the
newest that was known by then. So the table tells of each day what was done by then, and nothing of what came later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from actions.journal import LAPSED, PLANNED, history

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from actions.events import Event

CONTRACT = (
    "action_id",
    "customer_id",
    "as_of",
    "kind",
    "owner",
    "status",
    "started_at",
    "finished_at",
    "cost",
    "outcome",
    "known_at",
)


def contract(events: Iterable[Event]) -> pd.DataFrame:
    """Give the columns of the contract, sorted; moments are in UTC. ``kind`` is the play.

    A plan is no action until somebody takes it on.
    """
    rows: dict[tuple[str, datetime], tuple[object, ...]] = {}
    for step, at in history(events):
        if step.status in (PLANNED, LAPSED):
            continue
        rows[step.action_id, at] = (
            step.action_id,
            step.customer_id,
            pd.Timestamp(step.as_of),
            step.play,
            step.owner,
            step.status,
            step.started_at,
            step.finished_at,
            step.cost,
            step.outcome,
            at,
        )
    frame = pd.DataFrame(list(rows.values()), columns=list(CONTRACT))
    for name in ("started_at", "finished_at", "known_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    frame["cost"] = frame["cost"].astype("float64")
    return frame.sort_values(["action_id", "known_at"], ignore_index=True)
