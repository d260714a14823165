"""Why a probability moved between two batches: parts that add up for all customers, and what they say is so."""

import io
import json
import re
from collections.abc import Callable
from datetime import date
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from models.families import FAMILIES
from models.moves import LEAST
from pipeline import moving, score, since, telling
from pipeline.errors import MissingInput, Usage
from pipeline.frames import read_parquet, write_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.serving import CAUSES

THEN, NOW = date(2023, 8, 27), date(2023, 9, 27)
PARTS = [*(f"own_{cause}" for cause in CAUSES), *moving.APART]
Place = tuple[Params, Paths]
Both = Callable[[Place, tuple[str, str]], moving.Moved]


@pytest.fixture
def both(made: ModuleType) -> Both:
    """Score the older date by the first family, the newer one by the second, and tell what moved."""

    def scored(place: Place, families: tuple[str, str]) -> moving.Moved:
        params, paths = place
        for day, family in zip((THEN, NOW), families, strict=True):
            made.crowned(place, family)
            score.run(params, paths, day)
        return moving.moved(params, paths, THEN)

    return scored


def adds_up(found: moving.Moved, paths: Paths) -> bool:
    served = [telling.batch(paths, day).scores.set_index("customer_id")["p_churn"] for day in (THEN, NOW)]
    rows = found.rows.set_index("customer_id")
    change = (served[1] - served[0]).dropna()
    assert set(rows.index) == set(change.index)
    assert len(rows) > LEAST
    return bool(np.abs(rows[PARTS].sum(axis=1) - change[rows.index]).max() < 1e-12)


@pytest.mark.parametrize("family", FAMILIES)
def test_with_one_model_the_change_is_the_records_and_the_level(
    family: str, workplace: Place, both: Both
) -> None:
    found = both(workplace, (family, family))
    assert adds_up(found, workplace[1])
    assert np.abs(found.rows[["model", "entered"]]).max().max() < 1e-12
    assert found.rows["own_demand"].abs().max() > 0.001
    assert found.separate


def test_another_model_is_a_part_of_its_own_as_long_as_the_older_one_is_here(
    workplace: Place, both: Both
) -> None:
    found = both(workplace, ("logistic", "forest"))
    assert adds_up(found, workplace[1])
    assert found.separate
    assert found.rows["model"].abs().max() > 0.001
    assert np.abs(found.rows["entered"]).max() < 1e-12


def test_a_model_that_is_gone_keeps_what_was_entered_since_and_it_is_said(
    workplace: Place, both: Both, made: ModuleType
) -> None:
    params, paths = workplace
    both(workplace, ("boosted", "boosted"))
    scores = telling.batch(paths, THEN).scores
    model = {"hash": "of a year ago", "release": "0" * 64, "version": "77"}
    other = scores.assign(model="of a year ago", p_churn=scores["p_churn"] / 2)
    made.published(paths, THEN, other, {"as_of": THEN, "model": model})
    found = moving.moved(params, paths, THEN)
    assert adds_up(found, paths)
    assert not found.separate
    halves = scores.set_index("customer_id").loc[found.rows["customer_id"], "p_churn"].to_numpy() / 2
    np.testing.assert_allclose(found.rows["model"], halves, atol=1e-12)
    customer = str(found.rows.loc[found.rows["model"].idxmax(), "customer_id"])
    assert "so what was entered or corrected" in told(workplace, customer)


def test_records_entered_since_are_a_part_of_their_own(workplace: Place, both: Both) -> None:
    params, paths = workplace
    for day in (THEN, NOW):
        score.run(params, paths, day)
    customer = str(telling.batch(paths, NOW).scores.nlargest(1, "p_churn")["customer_id"].iloc[0])
    trade = read_parquet(paths.table("trade"))
    mine = trade[trade["customer_id"] == customer].tail(1)
    late = pd.concat([mine.assign(order_id=f"late{i}") for i in range(6)])
    late["ordered_at"] = [pd.Timestamp(THEN) - pd.Timedelta(days=3 * i) for i in range(6)]
    if "known_at" in late:
        late["known_at"] = late["ordered_at"]
    write_parquet(paths.table("trade"), pd.concat([trade, late], ignore_index=True))
    paths.ingested.unlink()
    found = moving.moved(params, paths, THEN)
    assert adds_up(found, paths)
    assert abs(found.rows.set_index("customer_id").loc[customer, "entered"]) > 0.001


def test_one_customer_hears_what_all_would_hear(workplace: Place, both: Both) -> None:
    params, paths = workplace
    found = both(workplace, ("boosted", "boosted"))
    customer = found.rows["customer_id"].iloc[7]
    alone = moving.moved(params, paths, THEN, NOW, [customer]).rows
    np.testing.assert_allclose(alone[PARTS].iloc[0], found.rows[PARTS].iloc[7], rtol=0, atol=1e-12)


def told(place: Place, customer: str, *, chinese: bool = False, as_json: bool = False) -> str:
    out = io.StringIO()
    since.run(*place, customer, THEN, None, chinese, out, as_json=as_json)
    return out.getvalue()


def test_the_story_of_a_move_adds_up_in_both_languages_and_as_json(workplace: Place, both: Both) -> None:
    found = both(workplace, ("boosted", "boosted"))
    row = found.rows.loc[found.rows["change"].abs().idxmax()]
    customer = row["customer_id"]
    for chinese, heading, end in ((False, "in points", "now"), (True, "（百分点）", "现在")):
        text = told((workplace[0], workplace[1]), customer, chinese=chinese)
        block = text.split(heading)[-1].split("\n\n")[0]
        lines = re.findall(r"^(\S.*?)\s+([+−]?\d+\.\d)(?:\s|$)", block, flags=re.MULTILINE)
        figures = [float(figure.replace("−", "-")) for _, figure in lines]
        assert lines[-1][0] == end
        assert sum(figures[:-1]) == pytest.approx(figures[-1], abs=1e-9)
        assert figures[-1] == pytest.approx(100 * row["p_now"], abs=0.051)
    answer = json.loads(told(workplace, customer, as_json=True))
    assert sum(answer[part] for part in PARTS) == pytest.approx(answer["p_now"] - answer["p_then"], abs=1e-12)
    assert (answer["since"], answer["as_of"]) == ("2023-08-27", "2023-09-27")


def test_what_changed_is_what_the_records_say_on_both_dates(workplace: Place, both: Both) -> None:
    from pipeline.build import features_on

    params, paths = workplace
    found = both(workplace, ("boosted", "boosted"))
    row = found.rows.loc[found.rows["change"].abs().idxmax()]
    for day, part in ((THEN, "then"), (NOW, "now")):
        built = features_on(params, paths, day, [row["customer_id"]]).iloc[0]
        for change in row["changed"]:
            value = built[change["feature"]]
            assert change[part] == value or (change[part] is None and np.isnan(value))


def test_scores_whose_model_is_nowhere_are_refused_with_the_command_that_makes_them_anew(
    workplace: Place, both: Both, made: ModuleType
) -> None:
    params, paths = workplace
    both(workplace, ("boosted", "boosted"))
    scores = telling.batch(paths, NOW).scores
    model = {"hash": "of a year ago", "release": "0" * 64, "version": "77"}
    made.published(paths, NOW, scores, {"as_of": NOW, "model": model})
    with pytest.raises(MissingInput, match=f"forewarn score --dataset {paths.dataset} --as-of {NOW}"):
        moving.moved(params, paths, THEN)


def test_a_day_that_was_not_scored_names_the_command(finished: Place) -> None:
    params, paths = finished
    with pytest.raises(MissingInput, match=f"forewarn score --dataset {paths.dataset} --as-of 2023-07-01"):
        moving.moved(params, paths, date(2023, 7, 1))


def test_a_day_is_held_against_a_later_one(finished: Place) -> None:
    params, paths = finished
    with pytest.raises(Usage, match="is not before"):
        moving.moved(params, paths, NOW)
