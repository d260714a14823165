"""Alerts and plans of a day as files for a CRM: CSV that no spreadsheet computes, and JSON, with ids that stay.

The files are the whole state of the day, written anew at each run: whoever imports them by ``alert_id`` and
``plan_id`` ends with the same, however often.
"""

from pathlib import Path

import pyarrow as pa

from pipeline import sheets
from pipeline.delivery import events
from pipeline.delivery.desk import Desk, Row, roles
from pipeline.frames import json_text, plain, write_bytes
from pipeline.paths import Paths
from pipeline.words import count

ALERTS = pa.schema(
    [
        *(
            (name, pa.string())
            for name in ("dataset", "as_of", "alert_id", "customer_id", "opened_on", "level")
        ),
        *((name, pa.string()) for name in ("level_since", "told", "by_on")),
        *((name, pa.float64()) for name in ("health", "drop", "specific")),
        ("market", pa.bool_()),
        *((name, pa.string()) for name in ("en", "zh")),
    ]
)
PLANS = pa.schema(
    [
        *(
            (name, pa.string())
            for name in ("dataset", "as_of", "plan_id", "alert_id", "customer_id", "cause")
        ),
        *((name, pa.string()) for name in ("play", "channel", "owner_role", "due_on")),
        ("rank", pa.int64()),
        *((name, pa.float64()) for name in ("hours", "cost", "profit", "profit_low", "profit_high")),
        *((name, pa.string()) for name in ("currency", "why_en", "why_zh", "steps_en", "steps_zh")),
    ]
)
FILES = ("alerts.csv", "alerts.json", "plans.csv", "plans.json")


def files(desk: Desk, currency: str) -> dict[str, bytes]:
    """Give the files of a day by name; equal desks give equal bytes."""
    head = {"dataset": desk.dataset, "as_of": desk.as_of}
    alerts, plans = [*desk.alerts, *desk.market], [*desk.plans, *desk.over]
    parts = {
        "alerts": (ALERTS, alerts, [events.alert(row) for row in alerts]),
        "plans": (PLANS, plans, [events.plan(desk, row, currency) for row in plans]),
    }
    found = {}
    for name, (schema, rows, told) in parts.items():
        flat = [_flat(row, schema, {**head, "currency": currency}) for row in rows]
        found[f"{name}.csv"] = sheets.csv_bytes(pa.Table.from_pylist(flat, schema=schema))
        found[f"{name}.json"] = json_text({**head, name: told}).encode()
    return found


def write(paths: Paths, desk: Desk, currency: str) -> str:
    """Write the files below ``desk/crm/``; give the sentence that says where they are."""
    for name, content in files(desk, currency).items():
        write_bytes(_folder(paths, desk) / name, content)
    return f"crm: {_whole(desk)} in '{_folder(paths, desk)}'"


def shown(paths: Paths, desk: Desk) -> str:
    """Give the sentence that says what ``write`` would do."""
    return f"crm: {_whole(desk)} would be written to '{_folder(paths, desk)}'"


def _folder(paths: Paths, desk: Desk) -> Path:
    return paths.desk / "crm" / f"as_of={desk.as_of.isoformat()}"


def _whole(desk: Desk) -> str:
    alerts, plans = len(desk.alerts) + len(desk.market), len(desk.plans) + len(desk.over)
    return f"{count(alerts, 'alert')} and {count(plans, 'plan')}"


def _flat(row: Row, schema: pa.Schema, head: dict[str, object]) -> dict[str, object]:
    """Give a row in the columns of ``schema``; lists become one text."""
    whole = {**row, **head, "told": "; ".join(roles(row.get("told")))}
    return {
        field.name: _text(whole.get(field.name)) if pa.types.is_string(field.type) else whole.get(field.name)
        for field in schema
    }


def _text(value: object) -> str | None:
    if value is None:
        return None
    return "\n".join(map(str, value)) if isinstance(value, list) else str(plain(value))
