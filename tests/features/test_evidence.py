"""What is shown behind a value is what it was computed from: the engine's events, its windows, nothing of later."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from features import events, store
from features.catalogue import CATALOGUE
from features.events import STREAMS, Holds, Stream
from features.evidence import EPOCH, Evidence, evidence, readings
from features.measures import Count, Days, Mean, SinceLast, Total
from features.selected import merged, selected
from features.sources import TABLES
from features.unfold import Records
from features.windows import FOREVER
from pipeline.frames import to_arrow

Tables = dict[str, pa.Table]
AS_OF = date(2022, 6, 30)
NAMED = {feature.name: feature for feature in CATALOGUE}


@pytest.fixture(scope="module")
def corrected(frames: dict[str, pd.DataFrame]) -> Tables:
    """The company's records, some known late and some corrected."""
    rng = np.random.default_rng(5)
    told = {}
    for name, frame in frames.items():
        table = TABLES[name]
        mended = frame.copy()
        if "known_at" not in mended:
            mended["known_at"] = pd.Series(pd.NaT, mended.index, dtype="datetime64[us]")
        if table.happened and table.key:
            some = mended.sample(frac=0.2, random_state=1).copy()
            happened = pd.to_datetime(some[table.happened]).astype("datetime64[us]")
            lag = pd.to_timedelta(rng.integers(0, 120, len(some)), unit="D")
            mended.loc[some.index, "known_at"] = happened
            some["known_at"] = (happened + lag + pd.Timedelta(hours=1)).astype("datetime64[us]")
            mended = pd.concat([mended, some], ignore_index=True)
        elif table.happened:
            late = mended.index[rng.random(len(mended)) < 0.1]
            mended.loc[late, "known_at"] = mended.loc[late, table.happened] + pd.Timedelta(days=40)
        told[name] = to_arrow(mended)
    return told


def customers(tables: Tables, number: int) -> list[str]:
    return sorted(tables["customers"]["customer_id"].unique().to_pylist())[:number]


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_the_records_are_the_events_of_the_engine(stream: Stream, corrected: Tables) -> None:
    table = corrected[stream.table.name]
    asked = sorted(table["customer_id"].unique().to_pylist())[:8]
    with Records(corrected) as records:
        engine = records.unfold(stream, asked)
    there = {value.name for value in stream.values if set(value.needs) <= set(table.column_names)}
    forever = np.full(len(engine), FOREVER)
    known = engine.day if engine.known is None else engine.known
    theirs_of = {
        "day": engine.day,
        "known": known,
        "until": forever if engine.until is None else engine.until,
    }
    seen = 0
    for place, customer in enumerate(asked):
        mine = selected(table, stream, {}, customer)
        mine = merged(stream, mine) if stream.merged else mine
        part = slice(int(engine.start[place]), int(engine.start[place + 1]))
        seen += mine.num_rows
        values = [
            name for name in there
            if name in mine.column_names and stream.value(name).holds in (Holds.NUMBER, Holds.MONEY)
        ]  # fmt: skip
        ours = pd.DataFrame({name: mine[name].to_numpy() for name in ("day", "known", "until")})
        theirs = pd.DataFrame({name: days[part] for name, days in theirs_of.items()})
        for name in values:
            scale = 100 if stream.value(name).holds is Holds.MONEY else 1
            sign = -1 if stream is events.RETURNS else 1
            numbers = mine[name].cast(pa.float64()).to_numpy() * sign
            ours[name] = np.round(np.nan_to_num(numbers) * scale, 6)
            theirs[name] = np.round(np.nan_to_num(engine.columns[name][part].astype(float)), 6)
        columns = list(ours.columns)
        pd.testing.assert_frame_equal(
            ours.sort_values(columns, ignore_index=True).astype(float),
            theirs.sort_values(columns, ignore_index=True).astype(float),
        )
    assert seen or stream.name == "service.reopened"


@pytest.mark.parametrize("feature", CATALOGUE, ids=lambda feature: feature.name)
def test_every_feature_says_which_windows_it_reads(feature: store.Feature) -> None:
    told = readings(feature)
    calendar = "YearWave" in repr(feature.measure)
    assert bool(told) is not calendar
    assert {reading.stream.name for reading in told} <= {stream.name for stream in feature.streams}


def test_the_windows_are_those_of_the_measure() -> None:
    def told(name: str) -> list[tuple[str, int | None, int, tuple[str, ...]]]:
        return [(r.stream.name, r.days, r.ending, r.values) for r in readings(NAMED[name])]

    assert told("trade_amount_90d") == [("trade.lines", 90, 0, ("amount",))]
    assert told("trade_amount_change_90d") == [
        ("trade.lines", 90, 0, ("amount",)),
        ("trade.lines", 90, 90, ("amount",)),
    ]
    assert told("trade_amount_year_change_90d")[1][1:3] == (90, 365)
    # The 90 days that followed the same day a year ago ended 365 - 90 = 275 days before the as-of date.
    assert told("trade_amount_ahead_last_year_90d")[0][1:3] == (90, 275)
    assert [name for name, *_ in told("finance_disputed_share_180d")] == [
        "finance.disputed",
        "finance.issued",
    ]
    assert told("trade_year_sine") == []


def test_the_days_of_a_window_are_told_from_its_first_to_its_last() -> None:
    this, before = readings(NAMED["trade_amount_change_90d"])
    # (as_of - 90, as_of]: 2022-06-30 less 89 days is 2022-04-02, and the window before ends the day before that.
    assert this.bounds(AS_OF) == (date(2022, 4, 2), date(2022, 6, 30))
    assert before.bounds(AS_OF) == (date(2022, 1, 2), date(2022, 4, 1))
    assert readings(NAMED["trade_days_since_order"])[0].bounds(AS_OF) == (None, AS_OF)


def again(found: Evidence) -> float | None:
    """Compute a simple measure from the records shown alone; None where the measure is not simple."""
    part = found.parts[0]
    rows = part.events().to_pandas()
    match found.feature.measure:
        case Count(of=None):
            return float(len(rows))
        case Count(of=str(name)):
            return float(rows[name].nunique())
        case Days():
            return float(rows["day"].nunique())
        case Total(of="amount") if not part.reading.stream.merged:
            return round(float(rows["amount"].sum()), 2) * (
                -1 if part.reading.stream is events.RETURNS else 1
            )
        case Mean(of=name) if name in rows:
            return float(pd.to_numeric(rows[name]).mean()) if len(rows) else np.nan
        case SinceLast():
            return float((AS_OF - EPOCH).days - rows["day"].max()) if len(rows) else np.nan
    return None


SIMPLE = [
    feature for feature in CATALOGUE if isinstance(feature.measure, Count | Days | Total | Mean | SinceLast)
]


@pytest.mark.parametrize("feature", SIMPLE, ids=lambda feature: feature.name)
def test_the_records_shown_alone_give_the_value(feature: store.Feature, corrected: Tables) -> None:
    for customer in customers(corrected, 2):
        found = evidence(corrected, feature, customer, AS_OF)
        expected = again(found)
        assert expected is not None
        np.testing.assert_allclose(found.value, expected, rtol=1e-9, atol=1e-9)


def test_the_value_is_the_engines_own(corrected: Tables) -> None:
    asked = pd.DataFrame({"customer_id": customers(corrected, 3), "as_of": pd.Timestamp(AS_OF)})
    built = store.compute(corrected, asked, CATALOGUE).set_index("customer_id")
    for name in ("trade_amount_change_90d", "finance_overdue_amount", "interaction_depth_trend_180d"):
        for customer in asked["customer_id"]:
            found = evidence(corrected, NAMED[name], customer, AS_OF)
            np.testing.assert_equal(found.value, built.loc[customer, name])


def invoices(*rows: tuple[str, str, str | None, str | None, str | None]) -> Tables:
    """Finance of customer C1: invoice, issued, paid, known, withdrawn; each of 100, due 30 days after issue."""
    frame = pd.DataFrame(rows, columns=["invoice_id", "issued_at", "paid_at", "known_at", "withdrawn_at"])
    for name in ("issued_at", "paid_at", "known_at", "withdrawn_at"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    frame["due_at"] = frame["issued_at"] + pd.Timedelta(days=30)
    return {"finance": to_arrow(frame.assign(customer_id="C1", amount=100.0))}


def test_what_did_not_count_yet_is_left_out_with_its_reason() -> None:
    tables = invoices(
        ("F1", "2022-06-01", None, None, None),
        ("F2", "2022-06-02", None, "2022-07-01", None),  # entered a day after the as-of date
        ("F3", "2022-06-03", None, "2022-06-03", None),  # its first version
        ("F3", "2022-06-03", None, "2022-06-20", None),  # the correction, known by then
        ("F4", "2022-07-01", None, None, None),  # happened later: not hidden, it is not there yet
    )
    part = evidence(tables, NAMED["finance_invoices_90d"], "C1", AS_OF).parts[0]
    assert part.records["invoice_id"].to_pylist() == ["F1", "F3"]
    told = dict(zip(part.left_out["invoice_id"].to_pylist(), part.left_out["why"].to_pylist(), strict=True))
    assert told == {"F2": "not known yet", "F3": "replaced"}


def test_a_correction_may_give_a_record_to_another_customer() -> None:
    tables = invoices(
        ("F1", "2022-06-01", None, "2022-06-01", None), ("F1", "2022-06-01", None, "2022-06-20", None)
    )
    owners = pa.array(["C1", "C2"], pa.string())
    tables["finance"] = tables["finance"].set_column(
        tables["finance"].column_names.index("customer_id"), "customer_id", owners
    )
    # Asked about C1 alone, the engine must still see that the newest version known names C2.
    found = evidence(tables, NAMED["finance_invoices_90d"], "C1", AS_OF)
    assert found.value == found.parts[0].records.num_rows == 0
    assert found.parts[0].left_out["why"].to_pylist() == ["replaced"]
    assert evidence(tables, NAMED["finance_invoices_90d"], "C2", AS_OF).value == 1


def test_a_withdrawn_record_says_when() -> None:
    tables = invoices(
        ("F1", "2022-06-01", None, None, "2022-06-15"), ("F2", "2022-06-02", None, None, "2022-07-15")
    )
    table = tables["finance"]
    mine = selected(table, events.INVOICES, {}, "C1")
    withdrawn = [(date(2022, 6, 15) - EPOCH).days, (date(2022, 7, 15) - EPOCH).days]
    assert mine["until"].to_pylist() == mine["withdrawn"].to_pylist() == withdrawn
    assert (
        selected(table.drop("withdrawn_at"), events.INVOICES, {}, "C1")["until"].to_pylist() == [FOREVER] * 2
    )


def test_a_record_shows_no_date_that_lay_ahead() -> None:
    tables = invoices(
        ("F1", "2022-05-01", "2022-07-05", None, None), ("F2", "2022-05-02", "2022-06-30", None, None)
    )
    part = evidence(tables, NAMED["finance_overdue"], "C1", AS_OF).parts[0]
    # F1 is paid five days after the as-of date: on it, nothing says so. What is due may lie ahead.
    paid = part.records["paid_at"].to_pylist()
    assert [None if moment is None else moment.date() for moment in paid] == [None, AS_OF]
    assert None not in part.records["due_at"].to_pylist()


def test_a_rating_is_not_shown_before_it_was_given() -> None:
    at = pd.to_datetime(["2022-06-01", "2022-06-02"]).astype("datetime64[us]")
    rated = pd.to_datetime(["2022-06-20", "2022-07-20"]).astype("datetime64[us]")
    frame = pd.DataFrame({"ticket_id": ["T1", "T2"], "customer_id": "C1", "opened_at": at, "kind": "repair"})
    tables = {"service": to_arrow(frame.assign(satisfaction=[4.0, 1.0], rated_at=rated))}
    part = evidence(tables, NAMED["service_tickets_90d"], "C1", AS_OF).parts[0]
    assert part.records["satisfaction"].to_pylist() == [4.0, None]


def test_what_is_open_is_marked() -> None:
    tables = invoices(
        ("F1", "2022-05-01", "2022-06-01", None, None),
        ("F2", "2022-05-02", "2022-07-05", None, None),
        ("F3", "2022-05-03", None, None, None),
    )
    found = evidence(tables, NAMED["finance_overdue"], "C1", AS_OF)
    assert found.value == 2
    assert found.parts[0].standing is not None
    assert found.parts[0].standing.tolist() == [False, True, True]
    assert found.parts[1].standing is None


def test_one_who_has_no_records_has_a_value_and_nothing_behind_it(corrected: Tables) -> None:
    found = evidence(corrected, NAMED["trade_amount_90d"], customers(corrected, 1)[0], date(2000, 1, 1))
    assert found.value == 0
    assert found.parts[0].records.num_rows == 0


def test_a_changed_declaration_has_another_hash_and_a_changed_label_has_not() -> None:
    feature = NAMED["trade_amount_90d"]
    assert store.feature_hash(replace(feature, en="Sales of 90 days")) == store.feature_hash(feature)
    changed = [
        replace(feature, name="trade_amount_60d", days=60),
        replace(feature, measure=Total("margin")),
        replace(feature, where={"product_line": ("L1",)}),
        replace(feature, on=replace(events.LINES, where="true")),
    ]
    assert len({store.feature_hash(one) for one in [feature, *changed]}) == 5
