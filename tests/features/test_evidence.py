"""What is shown behind a value is what it was computed from: the engine's events, its windows, nothing of later."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from features import events, store
from features.catalogue import CATALOGUE
from features.company import among
from features.events import STREAMS, Holds, Stream
from features.evidence import EPOCH, Evidence, evidence, readings
from features.measures import Count, Days, Mean, SinceLast, Total
from features.peers import Peers
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
    """The company's records, some known late and some corrected, and a market that says something of most of it."""
    rng = np.random.default_rng(5)
    told = {}
    for name, frame in (frames | {"market": market(frames["customers"])}).items():
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


def market(customers: pd.DataFrame) -> pd.DataFrame:
    """A rising index of each industry, everywhere (100, 101, ...) and in the regions (200, 202, ...), by month.

    In every sixth month there is an event.
    """
    months = pd.date_range("2021-01-01", "2023-02-01", freq="MS").astype("datetime64[us]")
    places = customers[["industry", "region"]].drop_duplicates()
    everywhere = places[["industry"]].drop_duplicates().assign(region=None)
    rows = [
        {
            "industry": industry,
            "region": region,
            "month_on": month,
            "index": (100.0 if region is None else 200.0) + i,
            "event": "tariff" if i % 6 == 0 else None,
            "event_on": month + pd.Timedelta(days=9) if i % 6 == 0 else pd.NaT,
        }
        for industry, region in pd.concat([everywhere, places.iloc[::2]]).itertuples(index=False)
        for i, month in enumerate(months)
    ]
    return pd.DataFrame(rows)


def customers(tables: Tables, number: int) -> list[str]:
    return sorted(tables["customers"]["customer_id"].unique().to_pylist())[:number]


def as_engine(stream: Stream, mine: pa.Table) -> pd.DataFrame:
    """Give records as the engine has their events: days, numbers, money in cents."""
    ours = pd.DataFrame({name: mine[name].to_numpy() for name in ("day", "known", "until")})
    if stream.matched:  # visible where both the row and the version of the customer are
        ours["known"] = np.maximum(ours["known"], mine["owner_known"].to_numpy())
        ours["until"] = np.minimum(ours["until"], mine["owner_until"].to_numpy())
    for value in stream.values:
        if value.name in mine.column_names and value.holds in (Holds.NUMBER, Holds.MONEY):
            scale = 100 if value.holds is Holds.MONEY else 1
            sign = -1 if stream in (events.RETURNS, events.CREDITS) else 1
            numbers = mine[value.name].cast(pa.float64()).to_numpy() * sign
            ours[value.name] = np.round(np.nan_to_num(numbers) * scale, 6)
    return ours


def same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Demand the same rows in any order, in the columns that both have."""
    columns = [name for name in ours if name in theirs]
    pd.testing.assert_frame_equal(
        ours.sort_values(columns, ignore_index=True)[columns].astype(float),
        theirs.sort_values(columns, ignore_index=True)[columns].astype(float),
    )


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_the_records_are_the_events_of_the_engine(stream: Stream, corrected: Tables) -> None:
    table = corrected[stream.table.name]
    owners = corrected["customers"]
    asked = customers(corrected if stream.matched else {"customers": table}, 8)
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
        mine = selected(table, stream, {}, customer, owners)
        part = slice(int(engine.start[place]), int(engine.start[place + 1]))
        seen += mine.num_rows
        theirs = pd.DataFrame({name: days[part] for name, days in theirs_of.items()})
        for name in there:
            if stream.value(name).holds in (Holds.NUMBER, Holds.MONEY):
                theirs[name] = np.round(np.nan_to_num(engine.columns[name][part].astype(float)), 6)
        if not stream.merged:
            same(as_engine(stream, mine), theirs)
            continue
        # An order is made of the lines that count on a date, so it is compared on dates.
        for day in (18800, 19000, 19173, 19300):
            on_day = pc.less_equal(mine["known"], day), pc.greater(mine["until"], day)
            ours = as_engine(stream, merged(stream, mine.filter(pc.and_(*on_day))))
            then = theirs[(theirs["known"] <= day) & (day < theirs["until"])]
            same(ours.drop(columns=["known", "until"]), then.drop(columns=["known", "until"]))
    assert seen or stream.name in ("service.reopened", "finance.credits", "contracts.cancelled")


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
            minus = part.reading.stream in (events.RETURNS, events.CREDITS)
            return round(float(rows["amount"].sum()), 2) * (-1 if minus else 1)
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


def moments(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    return frame.assign(**{name: pd.to_datetime(frame[name]).astype("datetime64[us]") for name in names})


def company() -> Tables:
    """Four customers of two industries, C4 of none; C1 moves from wood to steel on 2022-06-10."""
    who = pd.DataFrame(
        [
            ("C1", "wood", "north", None), ("C1", "steel", "south", "2022-06-10"), ("C2", "steel", "north", None),
            ("C3", "steel", "south", None), ("C4", None, None, None),
        ],
        columns=["customer_id", "industry", "region", "known_at"],
    ).astype({"industry": "string", "region": "string"})  # fmt: skip
    # Within the 90 days up to 06-30 and within the 90 before: C1 30 and 60, C2 10 and 40, C3 50 and 20, C4 7 and 7.
    amounts = {"C1": (30, 60), "C2": (10, 40), "C3": (50, 20), "C4": (7, 7)}
    rows = [
        (customer, day, float(amount))
        for customer, both in amounts.items()
        for day, amount in zip(("2022-06-01", "2022-03-01"), both, strict=True)
    ]
    trade = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])
    trade["order_id"] = [f"O{i}" for i in range(len(trade))]
    index = [
        ("steel", None, "2022-05-01", 110.0, None), ("steel", "south", "2022-05-01", 120.0, None),
        ("steel", "north", "2022-05-01", 130.0, None), ("wood", None, "2022-05-01", 90.0, None),
        ("steel", "south", "2022-02-01", 96.0, None), ("steel", None, "2022-06-01", 999.0, "2022-07-04"),
    ]  # fmt: skip
    months = pd.DataFrame(index, columns=["industry", "region", "month_on", "index", "known_at"])
    return {
        "customers": to_arrow(moments(who, "known_at")),
        "trade": to_arrow(moments(trade.assign(product_id="P1", quantity=1.0), "ordered_at")),
        "market": to_arrow(moments(months.astype({"region": "string"}), "month_on", "known_at")),
    }


def test_the_sums_of_the_others_stand_beside_the_customers_own() -> None:
    found = evidence(company(), NAMED["trade_against_industry_90d"], "C1", AS_OF)
    assert found.others is not None
    # C1 is of steel since 06-10; the others of steel are C2 and C3: 10 + 50 against 40 + 20, in cents.
    assert (found.others.among, found.others.group, found.others.customers) == ("industry", "steel", 2)
    assert [(s.window, s.own, s.others) for s in found.others.sums] == [(0, 3000, 6000), (1, 6000, 6000)]
    assert found.value == (30 / 60) / (60 / 60)
    assert [part.records["amount"].to_pylist() for part in found.parts] == [[30.0], [60.0]]


def test_everybody_is_a_group_and_its_means_tell_how_many_bought() -> None:
    found = evidence(company(), NAMED["trade_company_amount_change_90d"], "C1", AS_OF)
    assert found.others is not None
    # 10 + 50 + 7 against 40 + 20 + 7.
    assert (found.others.group, found.others.customers) == ("", 3)
    assert [s.others for s in found.others.sums] == [6700, 6700]
    tables = company()
    segments = pa.array(["A", "A", "A", "B", "A"])
    tables["customers"] = tables["customers"].append_column("segment", segments)
    found = evidence(tables, NAMED["trade_segment_mean_365d"], "C1", AS_OF)
    assert found.others is not None
    # Of segment A are C2 and C4 beside C1: (10 + 40 + 7 + 7) / 2 = 32.
    assert [(s.window, s.counts, s.own, s.others) for s in found.others.sums] == [
        (0, False, 9000, 6400),
        (0, True, 1, 2),
    ]
    assert found.value == 32


def test_one_of_no_group_has_no_others() -> None:
    found = evidence(company(), NAMED["trade_against_industry_90d"], "C4", AS_OF)
    assert found.others is not None
    assert (found.others.group, found.others.sums) == (None, ())
    assert np.isnan(found.value)


@pytest.mark.parametrize(
    "feature", [f for f in CATALOGUE if among(f) is not None], ids=lambda feature: feature.name
)
def test_the_sums_shown_alone_give_the_value(feature: store.Feature, corrected: Tables) -> None:
    found = evidence(corrected, feature, customers(corrected, 1)[0], AS_OF)
    assert found.others is not None
    assert isinstance(feature.measure, Peers)
    own = np.array([[s.own] for s in found.others.sums])
    everybody = np.array([[s.own + s.others] for s in found.others.sums])
    np.testing.assert_equal(found.value, feature.measure.against(own, everybody)[0])


def test_the_market_shown_is_that_of_the_version_known() -> None:
    tables = company()
    this, before = evidence(tables, NAMED["market_index_change_90d"], "C1", AS_OF).parts
    # Of steel, everywhere and in the south; June's index is known in July only. 120 / 96 = 1.25.
    assert this.records["index"].to_pylist() == [110.0, 120.0]
    assert before.records["index"].to_pylist() == [96.0]
    assert this.left_out["index"].to_pylist() == [999.0]
    assert this.left_out["why"].to_pylist() == ["not known yet"]
    assert this.matched == {"industry": "steel", "region": "south"}
    assert evidence(tables, NAMED["market_index_change_90d"], "C1", AS_OF).value == 1.25
    earlier = evidence(tables, NAMED["market_index_change_90d"], "C1", date(2022, 6, 9)).parts[0]
    assert earlier.records["index"].to_pylist() == [90.0]
    assert earlier.matched == {"industry": "wood", "region": "north"}
    nothing = evidence(tables, NAMED["market_index_change_90d"], "C4", AS_OF)
    assert nothing.parts[0].records.num_rows == 0
    assert nothing.parts[0].matched == {"industry": None, "region": None}


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
