"""Customs records: late, with gaps, and written as people write."""

import numpy as np
import pandas as pd
import pytest

from simulator.company import Company, simulate
from simulator.names import FAMILIES, FORMS
from simulator.settings import World
from simulator.spelling import PINYIN, latin, mistyped, plain

DAY = pd.Timedelta(days=1)
WORLD = World(customers=600, days=800, rivals=8)


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(WORLD, 63)


@pytest.fixture(scope="module")
def imports(company: Company) -> pd.DataFrame:
    return company.outside["imports"].merge(company.outside["papers"], on="record_id")


def test_records_are_known_weeks_after_shipment_and_none_before(
    company: Company, imports: pd.DataFrame
) -> None:
    lag = (imports["known_at"] - imports["shipped_on"]).dt.total_seconds() / 86_400
    assert lag.min() >= WORLD.customs_days[0]
    assert 14 < lag.median() < 30
    assert (imports["known_at"] < company.trade["ordered_at"].max().normalize() + 5 * DAY).all()


def test_whole_months_of_a_region_are_missing(company: Company, imports: pd.DataFrame) -> None:
    region = company.customers.drop_duplicates("customer_id").set_index("customer_id")["region"]
    month = ((imports["shipped_on"] - imports["shipped_on"].min()).dt.days // 30.44).astype(int)
    counts = pd.crosstab(imports["customer_id"].map(region), month)
    inner = counts.iloc[:, 1:-2]
    gaps = (inner < 0.15 * inner.median(axis=1).to_numpy()[:, None]).sum().sum()
    assert 1 <= gaps <= 0.1 * inner.size


def test_our_shipments_are_our_sales_but_for_gaps_and_lags(company: Company, imports: pd.DataFrame) -> None:
    """3% of months and 3% of shipments have no record: 1 - .97 * .97 = 6% of the value is missing."""
    ours = imports[imports["rival"].isna() & imports["customer_id"].notna()]
    ours = ours[ours["shipped_on"] < "2022-12-01"]
    sold = company.trade[~company.trade["is_return"] & (company.trade["ordered_at"] < "2022-11-24")]
    sold = sold[sold["customer_id"].isin(ours["customer_id"])]
    assert 0.86 < ours["value"].sum() / sold["amount"].sum() < 1.0
    assert 0.86 < ours["quantity"].sum() / sold["quantity"].sum() < 1.0


def test_seven_customers_of_ten_are_in_the_records(company: Company, imports: pd.DataFrame) -> None:
    buyers = company.trade["customer_id"].nunique()
    assert imports["customer_id"].nunique() / buyers == pytest.approx(WORLD.importing, abs=0.06)


def test_some_importers_are_nobody_s_customers(imports: pd.DataFrame) -> None:
    strangers = imports["customer_id"].isna()
    assert strangers.mean() == pytest.approx(WORLD.strangers, abs=0.001)
    assert imports.loc[strangers, "rival"].notna().all()


def test_a_customer_is_written_in_several_ways(company: Company, imports: pd.DataFrame) -> None:
    often = imports[imports.groupby("customer_id")["record_id"].transform("size") >= 40]
    ways = often.groupby("customer_id")["importer"].nunique()
    assert ways.median() >= 6
    registered = company.customers.drop_duplicates("customer_id").set_index("customer_id")["name"]
    known = often["importer"].str.upper() == often["customer_id"].map(registered).str.upper()
    assert 0.15 < known.mean() < 0.6


def test_a_chinese_name_stands_in_either_script(company: Company, imports: pd.DataFrame) -> None:
    registered = company.customers.drop_duplicates("customer_id").set_index("customer_id")["name"]
    chinese = imports[imports["customer_id"].map(registered).str.contains("有限公司", na=False)]
    native = chinese["importer"].str.contains(r"[\u4e00-\u9fff]", regex=True)
    assert 0.15 < native.mean() < 0.75
    assert len(chinese) > 300


def test_every_sign_of_a_made_up_name_has_a_sound(company: Company) -> None:
    """A name that cannot be read aloud would stand on all papers in one way."""
    native = company.customers.loc[company.customers["name"].str.contains("有限公司"), "name"]
    core = native.str.split(" ").str[0].str.removesuffix("有限公司")
    assert all(name[:2] in PINYIN and name[2:4] in PINYIN and name[4:] in PINYIN for name in core)


def test_few_customers_share_a_name_but_for_the_legal_form(company: Company) -> None:
    """One repeat of ten stays; without rivals every fifth customer or so has a namesake."""
    usual = simulate(World(customers=WORLD.customers, days=60), 63)
    names, before = (
        made.customers.drop_duplicates("customer_id")["name"].reset_index(drop=True)
        for made in (company, usual)
    )
    repeats, were = (
        some.str.replace(r" (\(.*|\S+)$", "", regex=True).duplicated().sum() for some in (names, before)
    )
    assert were > 50
    assert 0 < repeats < 0.25 * were
    assert ((names == before).mean()) > 0.7


def test_accents_go_in_two_ways() -> None:
    assert plain("Søndergaard & Özdemir Façades", spoken=False) == "Sondergaard & Ozdemir Facades"
    assert plain("Søndergaard & Özdemir Façades", spoken=True) == "Soendergaard & Oezdemir Facades"
    assert plain("Łukasz Novák", spoken=False) == "Lukasz Novak"


def test_a_typing_error_changes_a_sign_or_two() -> None:
    rng = np.random.default_rng(5)
    for _ in range(200):
        wrong = mistyped(rng, "Hartmann Chemie GmbH")
        assert abs(len(wrong) - 20) <= 1
        assert len(set(wrong) ^ set("Hartmann Chemie GmbH")) <= 2


def test_the_name_survives_whatever_way_it_is_written() -> None:
    rng = np.random.default_rng(5)
    for family in FAMILIES:
        for form in FORMS:
            written = latin(rng, f"{family} Polymers {form}", first=False)
            core = plain(family, spoken=False)[0].upper()
            assert core in plain(written, spoken=False).upper()
            assert "POLYM" in plain(written, spoken=False).upper()
