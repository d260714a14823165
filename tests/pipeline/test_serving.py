"""Scores: parts that add up to what is served, the same bytes twice, and nothing served that was not chosen."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import ModuleType

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from features.catalogue import CATALOGUE
from features.feature import Unit
from features.measures import Total
from models import tiers
from models.families import FAMILIES
from pipeline import calibrate, choose, evaluate, explain, publishing, respond, score
from pipeline.errors import BadRecords, GateClosed, MissingInput, TooLittleData, Usage
from pipeline.fitted import champion, load
from pipeline.frames import read_json, read_parquet, write_parquet, write_sealed
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.serving import CAUSES, top_causes
from pipeline.store import catalogue
from tests.pipeline.challenged import chosen

LAST = date(2023, 9, 27)
Place = tuple[Params, Paths]


def scores(paths: Paths, as_of: date = LAST) -> pd.DataFrame:
    return read_parquet(publishing.published(paths, as_of) / publishing.SCORES)


@pytest.mark.parametrize("family", FAMILIES)
def test_contributions_add_up_to_the_probability_served(
    family: str, workplace: Place, made: ModuleType
) -> None:
    params, paths = workplace
    made.crowned(workplace, family)
    score.run(params, paths, LAST)
    explain.run(params, paths)
    causes = read_parquet(paths.report / "causes.parquet")
    for rows in (scores(paths), causes):
        total = rows["base"] + rows[[f"contribution_{cause}" for cause in CAUSES]].sum(axis=1)
        assert np.abs(total - rows["p_churn"]).max() < 1e-12
        assert rows["p_churn"].between(0, 1).all()
        assert rows["p_gone"].between(0, rows["p_churn"]).all()
        assert (rows["tier"] == tiers.tier(rows["p_churn"])).all()
    served = load(paths, family, catalogue(paths)["features"]).hash
    assert scores(paths)["model"].unique().tolist() == [served]
    assert causes.loc[causes["as_of"] == causes["as_of"].min(), "model"].unique().tolist() == [served]


@pytest.mark.parametrize("family", FAMILIES)
def test_contributions_of_features_make_the_causes_and_the_model_seen_whole(
    family: str, workplace: Place
) -> None:
    params, paths = workplace
    chosen(paths, family)
    explain.run(params, paths)
    causes = read_parquet(paths.report / "causes.parquet")
    told = read_parquet(paths.report / "contributions.parquet")
    features = list(told.columns[4:])
    assert features == list(load(paths, family, catalogue(paths)["features"]).fit.churn.features)
    assert told[["customer_id", "as_of", "base"]].equals(causes[["customer_id", "as_of", "base"]])
    assert np.abs(told["base"] + told[features].sum(axis=1) - causes["p_churn"]).max() < 1e-12
    cause_of = {entry["name"]: entry["cause"] for entry in catalogue(paths)["features"]}
    for cause in CAUSES:
        mine = told[[name for name in features if cause_of[name] == cause]].sum(axis=1)
        assert np.abs(mine - causes[f"contribution_{cause}"]).max() < 1e-12
    whole = read_json(paths.report / "overview.json")
    for kind, rows in whole["by"].items():
        groups = {row["group"]: row["rows"] for row in rows}
        assert sum(groups.values()) == whole["rows"] == len(causes), kind
        demand = [row for row in rows if row["cause"] == "demand"]
        net = sum(row["rows"] * (row["raises"] + row["lowers"]) for row in demand) / len(causes)
        assert net == pytest.approx(causes["contribution_demand"].mean(), abs=1e-12)
    assert set(whole["by"]) >= {"everybody", "month"}
    assert all(sum(bin_["rows"] for bin_ in one["curve"]) == len(causes) for one in whole["dependence"])
    assert (whole["interactions"] is None) == (family == "logistic")
    assert whole["refits"]["how"] == ("customers" if family == "logistic" else "seed")
    assert len(whole["refits"]["features"]) == params.explain.refits
    assert len(whole["dates"]["features"]) == 1
    if family == "boosted":  # equal inputs, equal bytes: other fits and samples are drawn by the seed alone
        before = (paths.report / "overview.json").read_bytes()
        explain.run(params, paths)
        assert (paths.report / "overview.json").read_bytes() == before


@pytest.mark.parametrize("family", FAMILIES)
def test_causes_of_the_test_dates_explain_what_was_evaluated(family: str, workplace: Place) -> None:
    params, paths = workplace
    chosen(paths, family)
    explain.run(params, paths)
    causes = read_parquet(paths.report / "causes.parquet")
    told = read_parquet(paths.report / "predictions.parquet")
    both = causes.merge(told[told["family"] == family], on=["customer_id", "as_of"], validate="one_to_one")
    assert len(both) == len(causes)
    assert np.abs(both["p_churn_x"] - both["p_churn_y"]).max() < 1e-12


def test_reasons_come_largest_first_and_belong_to_the_catalogue(finished: Place) -> None:
    params, paths = finished
    declared = {entry["name"]: entry for entry in read_json(paths.catalogue)["features"]}
    for reasons in scores(paths)["reasons"]:
        sizes = [abs(reason["contribution"]) for reason in reasons]
        assert sizes == sorted(sizes, reverse=True)
        assert 0 < len(reasons) <= params.explain.reasons
        for reason in reasons:
            assert reason["en"] == declared[reason["feature"]]["en"]
            assert reason["zh"] == declared[reason["feature"]]["zh"]


def test_the_top_cause_pushes_towards_leaving_or_there_is_none() -> None:
    sums = pd.DataFrame({"price": [0.2, -0.1, 0.0], "service": [0.1, -0.3, 0.0]})
    assert top_causes(sums, sums.to_numpy(), sums.sum(axis=1).to_numpy()) == ["price", "none", "none"]


@pytest.mark.parametrize(
    ("price", "above", "told"),
    [
        (0.0199, 0.0199, "none"),  # less than two points above the base
        (0.3, -0.1, "none"),  # a strong push, and others that hold the customer back by more
        (0.3, 0.0201, "price"),  # held back by less
        (0.0099, 0.0201, "price"),  # many small pushes that matter together
    ],
)
def test_a_customer_like_the_average_one_has_no_cause_of_its_own(
    price: float, above: float, told: str
) -> None:
    others = above - price
    sums = pd.DataFrame({"price": [price], "service": [others / 2], "demand": [others / 2]})
    assert top_causes(sums, sums.to_numpy(), np.array([above])) == [told]


def segmented(paths: Paths, names: Callable[[int], str | None]) -> None:
    """Give every customer a segment, by its place in the list of customers."""
    table = paths.table("customers")
    customers = read_parquet(table)
    ids = {customer: i for i, customer in enumerate(sorted(set(customers["customer_id"])))}
    told = customers["customer_id"].map(lambda customer: names(ids[customer])).astype(object)
    write_parquet(table, customers.assign(segment=told))
    paths.ingested.unlink(missing_ok=True)


def by_segment(params: Params) -> Params:
    return params.model_copy(update={"explain": params.explain.model_copy(update={"base": "segment"})})


@pytest.mark.parametrize("family", FAMILIES)
def test_a_segment_of_thirty_has_a_base_of_its_own_and_the_parts_still_add_up(
    family: str, workplace: Place, made: ModuleType
) -> None:
    params, paths = workplace
    made.crowned(workplace, family)
    segmented(paths, lambda i: "few" if i < 10 else None if i < 20 else "core")
    score.run(params, paths, LAST)
    before = scores(paths).set_index("customer_id")
    assert set(before["base_of"]) == {"everybody"}
    assert len(set(before["base"])) == 1
    manifest = score.run(by_segment(params), paths, LAST).manifest
    rows = scores(paths).set_index("customer_id")
    assert set(rows["base_of"]) == {"everybody", "core"}
    assert len(set(rows["base"])) == 2
    together = rows["base"] + rows[[f"contribution_{cause}" for cause in CAUSES]].sum(axis=1)
    assert np.abs(together - rows["p_churn"]).max() < 1e-12
    assert np.abs(rows["p_churn"] - before["p_churn"]).max() < 1e-12  # the base explains, it does not decide
    everybody = rows["base_of"] == "everybody"
    columns = ["base", *(f"contribution_{cause}" for cause in CAUSES)]
    pd.testing.assert_frame_equal(rows.loc[everybody, columns], before.loc[everybody, columns])
    told = manifest["base"]
    assert told["asked"] == "segment"
    assert told["of"] == rows["base_of"].value_counts().to_dict()
    assert set(told["everybody_because"]) == {
        "its segment is not known",
        "its segment has fewer than 30 customers",
    }
    assert sum(told["everybody_because"].values()) == everybody.sum()


def test_a_second_score_says_that_nothing_changed_and_changes_nothing(workplace: Place) -> None:
    params, paths = workplace
    score.run(params, paths, LAST)
    before = (paths.batch(LAST) / "manifest.json").read_bytes()
    again = score.run(params, paths, LAST)
    assert not again.fresh
    assert "unchanged" in again.sentence
    assert (paths.batch(LAST) / "manifest.json").read_bytes() == before


def files(paths: Paths) -> dict[str, bytes]:
    """The files of a published batch but for the one that tells when it was made."""
    folder = publishing.published(paths, LAST)
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != publishing.RUN}


def test_scores_made_from_scratch_are_the_same_bytes(workplace: Place) -> None:
    params, paths = workplace
    score.run(params, paths, LAST)
    before = files(paths)
    shutil.rmtree(paths.scores)
    assert score.run(params, paths, LAST).fresh
    assert files(paths) == before


def test_damaged_scores_are_made_again(workplace: Place) -> None:
    params, paths = workplace
    score.run(params, paths, LAST)
    sound = files(paths)
    file = paths.batch(LAST) / "scores.parquet"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(BadRecords, match=r"scores\.parquet' is not as it was published"):
        publishing.published(paths, LAST)
    assert score.run(params, paths, LAST).fresh
    assert files(paths) == sound


def test_the_manifest_holds_the_digests_of_the_scores_and_of_the_others(finished: Place) -> None:
    folder = finished[1].batch(LAST)
    told = read_json(folder / "manifest.json")["files"]
    assert set(told) == {"scores.parquet", "unscored.parquet"}
    for name, file in told.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == file["sha256"]


def test_everybody_is_in_the_scores_or_among_the_others_with_a_reason(finished: Place) -> None:
    paths = finished[1]
    others = read_parquet(publishing.published(paths, LAST) / publishing.UNSCORED)
    customers = set(read_parquet(paths.table("customers"))["customer_id"])
    assert set(others["customer_id"]) | set(scores(paths)["customer_id"]) == customers
    assert not set(others["customer_id"]) & set(scores(paths)["customer_id"])
    assert others["reason"].notna().all()
    told = read_json(paths.batch(LAST) / "manifest.json")["rows"]["unscored"]
    assert others["reason"].value_counts().to_dict() == told


def test_earlier_days_are_scored_by_whole_steps_of_months(workplace: Place) -> None:
    assert score.steps(date(2023, 6, 28), LAST, 1) == [date(2023, month, 27) for month in (7, 8, 9)]
    assert score.steps(date(2023, 3, 27), LAST, 3) == [date(2023, month, 27) for month in (3, 6, 9)]
    assert score.steps(LAST, LAST, 2) == [LAST]
    with pytest.raises(Usage, match="lies after"):
        score.steps(date(2023, 10, 1), LAST, 1)
    params, paths = workplace
    done = [batch.as_of for batch in score.batches(params, paths, date(2023, 8, 1), LAST)]
    assert done == publishing.dates(paths) == [date(2023, 8, 27), LAST]


def test_missed_nights_are_scored_day_by_day(workplace: Place) -> None:
    nights = [date(2023, 9, day) for day in (25, 26, 27)]
    assert score.steps(nights[0], LAST, None) == nights
    assert score.steps(LAST, LAST, None) == [LAST]
    with pytest.raises(Usage, match="lies after"):
        score.steps(date(2023, 10, 1), LAST, None)
    params, paths = workplace
    done = [batch.as_of for batch in score.batches(params, paths, nights[0], LAST, every="day")]
    assert done == publishing.dates(paths) == nights


def test_a_version_may_be_named_and_one_that_is_not_there_is_refused(workplace: Place) -> None:
    params, paths = workplace
    assert not score.run(params, paths, LAST, "1").fresh
    assert not score.run(params, paths, LAST, "challenger").fresh
    with pytest.raises(MissingInput, match="MLflow has no model of dataset 'brook' under '7'"):
        score.run(params, paths, LAST, "7")


def test_settings_that_the_model_was_not_made_for_are_refused(workplace: Place) -> None:
    params, paths = workplace
    told = params.dataset.model_copy(update={"currency": "CNY"})
    with pytest.raises(GateClosed, match="'currency: EUR' and the dataset says 'currency: CNY'"):
        score.run(params.model_copy(update={"dataset": told}), paths, LAST)


def test_scores_have_the_columns_that_others_read(finished: Place) -> None:
    schema = pq.read_schema(finished[1].batch(LAST) / "scores.parquet")
    assert schema.names == [
        *("customer_id", "as_of", "p_churn", "p_gone", "tier", "base"),
        *(f"contribution_{cause}" for cause in CAUSES),
        *("top_cause", "reasons", "model", "base_of", "likely_causes"),
    ]
    assert str(schema.field("as_of").type) == "date32[day]"


def test_a_model_of_another_version_is_refused_by_name(
    workplace: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    params, paths = workplace

    def newer(*_: object) -> None:
        raise KeyError("knots")

    monkeypatch.setattr("models.families.load", newer)
    shutil.rmtree(paths.scores)
    with pytest.raises(GateClosed, match=r"not one that this version reads \('knots'\)"):
        score.run(params, paths, LAST)


def test_a_kept_model_that_was_damaged_is_fetched_again(workplace: Place) -> None:
    params, paths = workplace
    score.run(params, paths, LAST)
    sound = files(paths)
    kept = next((paths.model / "released").iterdir())
    for name in ("calibration.json", "bundle.json"):
        (kept / name).write_bytes((kept / name).read_bytes() + b" ")
        shutil.rmtree(paths.scores)
        assert score.run(params, paths, LAST).fresh
        assert files(paths) == sound
        assert not (kept / name).read_bytes().endswith(b" ")


def test_a_missing_model_file_names_the_command_that_makes_it(workplace: Place) -> None:
    paths = workplace[1]
    family = read_json(paths.champion)["family"]
    next(path for path in (paths.family(family) / "fitted" / "churn").iterdir()).unlink()
    with pytest.raises(MissingInput, match="forewarn train"):
        champion(paths, catalogue(paths)["features"])


def test_records_that_a_feature_needs_and_that_went_away_close_the_gate(workplace: Place) -> None:
    params, paths = workplace
    before = files(paths)
    paths.table("service").unlink()
    with pytest.raises(GateClosed, match="'service_"):
        score.run(params, paths, LAST)
    assert files(paths) == before


def test_records_that_are_not_as_ingest_left_them_are_neither_scored_nor_acted_on(workplace: Place) -> None:
    params, paths = workplace
    table, before = paths.table("service"), files(paths)
    table.write_bytes(table.read_bytes().replace(b"opened_at", b"opemed_at"))
    for job in (score, respond):
        with pytest.raises(
            BadRecords, match="The table 'service' of dataset 'brook' is not as ingest left it"
        ):
            job.run(params, paths, LAST)
    assert files(paths) == before


def test_a_day_before_the_records_is_refused(workplace: Place) -> None:
    params, paths = workplace
    with pytest.raises(TooLittleData, match="2019-01-01"):
        score.run(params, paths, date(2019, 1, 1))
    assert not paths.batch(date(2019, 1, 1)).exists()


def redeclared(paths: Paths, **parts: object) -> str:
    """Give the first feature of the champion, as if the store now held it by another declaration."""
    told = read_json(paths.catalogue)
    entry = next(one for one in told["features"] if one["days"] == 90)
    entry |= {"hash": "0" * 64, **parts}
    write_sealed(paths.catalogue, told)
    return str(entry["name"])


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"days": 60}, "its window was 90 days and is 60 days"),
        ({"days": None}, "its window was 90 days and is the whole past"),
        ({"where": {"kind": ["call"]}}, "its condition was none and is kind in call"),
        ({"unit": "points"}, "and is 'points'"),
        ({}, "the records or values that its stream reads"),
    ],
    ids=["window", "whole past", "condition", "unit", "stream"],
)
def test_a_model_of_another_declaration_is_refused_by_name(
    parts: dict[str, object], told: str, workplace: Place
) -> None:
    params, paths = workplace
    name = redeclared(paths, **parts)
    for stage in (calibrate, choose, evaluate, explain):
        with pytest.raises(GateClosed) as refused:
            stage.run(params, paths)
        assert f"'{name}': " in str(refused.value)
        assert told in str(refused.value)
        assert "forewarn train" in str(refused.value)


def test_a_feature_that_left_the_store_is_named(workplace: Place) -> None:
    params, paths = workplace
    told = read_json(paths.catalogue)
    gone = told["features"].pop(3)["name"]
    write_sealed(paths.catalogue, told)
    with pytest.raises(GateClosed, match=f"'{gone}': it is not there now"):
        explain.run(params, paths)


def test_the_scheduled_job_refuses_a_model_of_another_catalogue(
    workplace: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    params, paths = workplace
    place = next(i for i, feature in enumerate(CATALOGUE) if feature.name == "trade_amount_90d")
    before = files(paths)
    trade = read_parquet(paths.table("trade"))
    write_parquet(paths.table("trade"), trade.iloc[:-1])
    paths.ingested.unlink()
    other = replace(CATALOGUE[place], measure=Total("margin"))
    monkeypatch.setattr("features.catalogue.CATALOGUE", (*CATALOGUE[:place], other, *CATALOGUE[place + 1 :]))
    with pytest.raises(GateClosed, match="'trade_amount_90d': its measure was 'Total"):
        score.run(params, paths, LAST)
    assert files(paths) == before


def test_a_changed_unit_is_refused_by_name(workplace: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    params, paths = workplace
    place = next(i for i, feature in enumerate(CATALOGUE) if feature.name == "trade_amount_90d")
    other = replace(CATALOGUE[place], unit=Unit.DAYS)
    monkeypatch.setattr("features.catalogue.CATALOGUE", (*CATALOGUE[:place], other, *CATALOGUE[place + 1 :]))
    shutil.rmtree(paths.scores)
    with pytest.raises(
        GateClosed, match="the unit of its feature 'trade_amount_90d' was 'money' and is 'days'"
    ):
        score.run(params, paths, LAST)


def test_a_changed_label_needs_no_other_model(workplace: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    params, paths = workplace
    other = replace(CATALOGUE[0], en="Days on which it bought, of the last 30", zh="近30天购买天数")
    monkeypatch.setattr("features.catalogue.CATALOGUE", (other, *CATALOGUE[1:]))
    shutil.rmtree(paths.scores)
    score.run(params, paths, LAST)


def test_a_model_that_does_not_say_what_it_was_trained_on_is_refused(workplace: Place) -> None:
    params, paths = workplace
    family = read_json(paths.champion)["family"]
    about = read_json(paths.family(family) / "family.json")
    del about["declared"]
    write_sealed(paths.family(family) / "family.json", about)
    with pytest.raises(GateClosed, match="does not say how its features were declared"):
        explain.run(params, paths)


def test_score_tells_the_certificate_of_what_serves_also_without_a_report(
    workplace: Place, made: ModuleType
) -> None:
    params, paths = workplace
    (paths.report / "metrics.json").unlink()
    told = score.run(params, paths, LAST).certificate
    assert [line.split(" (")[0] for line in told] == [
        "Certificate, test dates",
        "Certificate, calibration dates",
    ]
    held = read_json(paths.champion)["certificates"][read_json(paths.champion)["family"]]["low"]
    assert f"{held['customers']:,} left, promised below 30%" in told[1]
    paths.certificate.unlink()
    made.crowned(workplace, read_json(paths.champion)["family"])
    assert score.run(params, paths, LAST).certificate == told[1:]


def test_a_promise_that_the_test_dates_deny_is_told_first_by_score(
    workplace: Place, made: ModuleType
) -> None:
    params, paths = workplace
    tested = read_json(paths.certificate)
    tier = {"customers": 40, "observed": 0.5, "bound": 0.36, "verdict": "refuted"}
    tested["refuted"] = [{"as_of": None, "tier": "high", **tier}]
    write_sealed(paths.certificate, tested)
    made.crowned(workplace, read_json(paths.champion)["family"])
    first = score.run(params, paths, LAST).certificate[0]
    assert first.startswith("WARNING: On all test dates together the high tier did not keep its word: 50.0%")
    write_sealed(paths.certificate, {**tested, "model": "another"})
    made.crowned(workplace, read_json(paths.champion)["family"])
    assert len(score.run(params, paths, LAST).certificate) == 1
