"""What moved between two batches: everybody's parts add up, nobody is lost, and it reads."""

import io
import json
from datetime import date
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from pipeline import changes, changes_told, moving, score, since, telling, watch
from pipeline.changes import Changes
from pipeline.errors import BadRecords, MissingInput
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.serving import CAUSES
from pipeline.terminal import console

THEN, NOW = date(2023, 8, 27), date(2023, 9, 27)
PARTS = [*(f"own_{cause}" for cause in CAUSES), *moving.APART]
Place = tuple[Params, Paths]


def test_between_two_models_everybody_is_told_and_every_move_adds_up(
    workplace: Place, made: ModuleType
) -> None:
    params, paths = workplace
    for day, family in ((THEN, "logistic"), (NOW, "boosted")):
        made.crowned(workplace, family)
        score.run(params, paths, day)
    with pytest.raises(MissingInput, match=f"no scores of a day before {THEN}"):
        changes.changes(params, paths, THEN)

    out = io.StringIO()
    changes.run(params, paths, NOW, file=out, as_json=True)  # the day before is found
    told = json.loads(out.getvalue())
    assert (told["since"], told["as_of"]) == (str(THEN), str(NOW))
    older, newer = (telling.batch(paths, day).scores.set_index("customer_id") for day in (THEN, NOW))
    moves = pd.DataFrame(told["moves"]).set_index("customer_id")
    both = older.index.intersection(newer.index)
    assert set(moves.index) == set(both)
    change = newer.loc[moves.index, "p_churn"] - older.loc[moves.index, "p_churn"]
    assert np.abs(moves[PARTS].sum(axis=1) - change).max() < 1e-6
    assert moves["model"].abs().max() > 0.001
    mean = told["mean"]
    assert sum(mean[name] for name in PARTS) == pytest.approx(change.mean(), abs=1e-9)

    assert {row["customer_id"] for row in told["new"]} == set(newer.index.difference(older.index))
    assert {row["customer_id"] for row in told["vanished"]} == set(older.index.difference(newer.index))
    assert all(row["why"] for row in told["new"] + told["vanished"])
    assert told["tiers"]["low"]["low"] == ((older.tier[both] == "low") & (newer.tier[both] == "low")).sum()
    assert sum(sum(row.values()) for row in told["tiers"].values()) == told["customers"] == len(both)

    out = io.StringIO()
    changes.run(params, paths, NOW, THEN, file=out)
    text = out.getvalue()
    assert text.startswith(
        f"From {THEN} to {NOW}: {len(both)} customers on both days\nAnother model serves since"
    )
    assert "Moved up most" in text


def test_records_that_are_not_as_ingest_left_them_explain_nothing(workplace: Place) -> None:
    params, paths = workplace
    for day in (THEN, NOW):
        score.run(params, paths, day)
    customer = str(telling.batch(paths, NOW).scores["customer_id"].iloc[0])
    table = paths.table("trade")
    content = table.read_bytes()
    spoiled = content.replace(b"is_return", b"is_retusn")  # one bit, and there are no returns
    assert spoiled != content
    table.write_bytes(spoiled)
    for asked in (
        lambda: changes.run(params, paths, NOW, file=io.StringIO()),
        lambda: since.run(params, paths, customer, THEN, NOW, chinese=False, file=io.StringIO()),
        lambda: watch.run(params, paths, NOW),
    ):
        with pytest.raises(BadRecords, match="The table 'trade' of dataset 'brook' is not as ingest left it"):
            asked()


def row(customer: str, then: float, now: float, tiers: tuple[str, str], **parts: float) -> dict[str, object]:
    return {
        "customer_id": customer,
        "tier_then": tiers[0],
        "tier_now": tiers[1],
        "p_then": then,
        "p_now": now,
        "change": now - then,
        **dict.fromkeys(PARTS, 0.0),
        **parts,
        "changed": [],
    }


def found(*rows: dict[str, object], new: tuple[object, ...] = ()) -> Changes:
    columns = ["customer_id", "tier", "p_churn", "why"]
    model = {"hash": "a", "family": "boosted", "version": "1"}
    frame = pd.DataFrame(list(rows), columns=list(row("", 0, 0, ("", ""))))
    return Changes(
        THEN,
        NOW,
        frame,
        pd.DataFrame(new, columns=columns),
        pd.DataFrame(columns=columns),
        (model, model),
        True,
    )


MOVED = found(
    row("A", 0.10, 0.25, ("low", "low"), own_price=0.15),
    row("B", 0.28, 0.32, ("low", "medium"), own_service=0.05, others=-0.01),
    row("C", 0.90, 0.63, ("high", "medium"), own_demand=-0.27),
    row("D", 0.05, 0.05, ("low", "low")),
    new=(("E", "high", 0.95, "one purchase only"),),
)


def test_who_is_in_another_tier_comes_before_who_moved_further() -> None:
    lists = {
        title.split(" most")[0]: rows["customer_id"].tolist() for title, rows in changes_told.lists(MOVED, 5)
    }
    assert lists == {"Moved up": ["B", "A"], "Moved down": ["C"]}


def test_the_table_of_tiers_counts_customers() -> None:
    assert MOVED.between["low"] == {"high": 0, "medium": 1, "low": 2}
    assert MOVED.between["high"] == {"high": 0, "medium": 1, "low": 0}


def test_the_text_names_moves_in_points_and_who_came(made: ModuleType, standing: Paths) -> None:
    out = io.StringIO()
    changes_told.tell(made.params(), standing, MOVED, console(out))
    text = " ".join(out.getvalue().split())
    assert "The same model serves on both days." in text
    # The mean of +15, +4, -27 and 0 points is -2.
    assert "On average −2.0 points: demand" in text
    assert "28.0% 32.0% low > medium service +5.0, everybody −1.0" in text
    assert "New: 1 customer (before: one purchase only 1). E (high, 95.0%)." in text
    assert "No longer scored: nobody." in text


def test_where_nobody_was_scored_on_both_days_nothing_is_said_to_have_moved(
    made: ModuleType, standing: Paths
) -> None:
    out = io.StringIO()
    changes_told.tell(made.params(), standing, found(), console(out))
    assert "Nobody was scored on both days" in out.getvalue()
