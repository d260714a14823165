"""Names on papers: how they are read, when two fit, and that a match never knows of a later customer."""

from datetime import date

import pytest

from features.naming.comparing import fit
from features.naming.matching import Bounds, Matcher, State
from features.naming.reading import read
from features.naming.register import Known
from features.naming.suppliers import Suppliers, canonical, likely_same

DAY = date(2024, 1, 1)
LATER = date(2024, 6, 1)
SAME = [
    ("Ningbo Yongxin Machinery Co., Ltd.", "宁波永新机械有限公司"),
    ("NING BO YONG XIN JI XIE YOU XIAN GONG SI", "宁波永新机械有限公司"),
    ("寧波永新機械有限公司", "宁波永新机械有限公司"),
    ("永新机械(宁波)有限公司", "宁波永新机械有限公司"),
    ("宁波永新机械有限公司上海分公司", "宁波永新机械有限公司"),
    ("Chongqing Changhong Electronics Limited", "重庆长虹电子有限公司"),
    ("MUELLER PUMPEN GES.M.B.H.", "Müller Pumpen GmbH"),
    ("Mueller Pumpen GmbH Niederlassung Kiel", "Müller Pumpen GmbH"),
    ("Adler + Voss Tooling B V", "Adler & Voss Tooling B.V."),
    ("Voss & Adler Tooling B.V., Kaai 5, 1011 Breda", "Adler & Voss Tooling B.V."),
    ("Rademacher Gesellschaft mit beschränkter Haftung", "Rademacher GmbH"),
    ("Rademahcer Getriebe GmbH", "Rademacher Getriebe GmbH"),
]
OTHERS = [
    ("苏州永新机械有限公司", "宁波永新机械有限公司"),  # another city
    ("宁波永鑫机械有限公司", "宁波永新机械有限公司"),  # sounds the same
    ("宁波永新食品有限公司", "宁波永新机械有限公司"),  # another trade
    ("Müller Pumpen AG", "Müller Pumpen GmbH"),  # another legal form
    ("Müller Pumpen Vertriebs GmbH", "Müller Pumpen GmbH"),  # a subsidiary
    ("Müller Pumpen Polska Sp. z o.o.", "Müller Pumpen GmbH"),
    ("Adler & Moser Tooling B.V.", "Adler & Voss Tooling B.V."),
    ("Kessler GmbH", "Rademacher GmbH"),
]


@pytest.mark.parametrize(("paper", "known"), SAME)
def test_other_ways_to_write_a_name_fit(paper: str, known: str) -> None:
    assert fit(paper, known) >= Bounds().matched


@pytest.mark.parametrize(("paper", "known"), OTHERS)
def test_names_of_companies_that_only_look_alike_do_not_fit(paper: str, known: str) -> None:
    assert fit(paper, known) < Bounds().matched


def test_a_name_in_two_scripts_is_read_twice() -> None:
    chinese, latin = read("宁波永新机械有限公司 (Ningbo Yongxin Machinery Co., Ltd)")
    assert chinese.key == latin.key == "yongxin machinery ningbo"
    assert (chinese.han, latin.han) == ("永新", "")


def test_a_place_behind_the_legal_form_is_an_address() -> None:
    assert read("Adler Tooling GmbH, Hamburg")[0].places == frozenset()
    assert read("Adler Tooling Hamburg GmbH")[0].places == frozenset({"hamburg"})


@pytest.mark.parametrize("name", ["", " ", "?", "???", "AG", "Ltd", "有限公司", "公司", "\u202e", "a" * 5000])
def test_no_name_is_too_odd_to_be_read(name: str) -> None:
    assert read(name)


def matched(names: list[Known], paper: str, on: date = DAY) -> tuple[State, str | None, date]:
    found = Matcher(names, Bounds()).found(paper, on)
    return found.state, found.company, found.on


def test_two_customers_that_fit_equally_well_are_uncertain() -> None:
    both = [Known("C1", "Adler Tooling GmbH"), Known("C2", "Adler Tooling GmbH")]
    found = Matcher(both, Bounds()).found("ADLER TOOLING GMBH", DAY)
    assert found.state is State.UNCERTAIN
    assert found.confidence == found.second_confidence <= 0.5
    assert matched(both[:1], "ADLER TOOLING GMBH")[:2] == (State.MATCHED, "C1")


def test_of_two_forms_a_name_without_one_may_be_either_and_a_name_with_one_is_that() -> None:
    both = [Known("C1", "Adler Tooling GmbH"), Known("C2", "Adler Tooling B.V.")]
    assert matched(both, "Adler Tooling")[0] is State.UNCERTAIN
    assert matched(both, "Adler Tooling BV")[:2] == (State.MATCHED, "C2")


def test_a_customer_that_becomes_known_later_takes_no_earlier_match_back() -> None:
    first, second = Known("C1", "Adler Tooling GmbH"), Known("C2", "Adler Tooling GmbH", LATER)
    assert matched([first, second], "Adler Tooling GmbH", DAY) == (State.MATCHED, "C1", DAY)
    assert matched([first, second], "Adler Tooling GmbH", LATER)[0] is State.UNCERTAIN


def test_a_record_of_a_customer_that_becomes_known_later_counts_from_that_day_on() -> None:
    assert matched([Known("C2", "Adler Tooling GmbH", LATER)], "Adler Tooling GmbH") == (
        State.MATCHED,
        "C2",
        LATER,
    )


def test_whatever_becomes_known_later_leaves_the_matches_of_before_as_they_were() -> None:
    now = [Known(f"C{i}", name) for i, (_, name) in enumerate(SAME)]
    later = [Known(f"L{i}", name, LATER) for i, (name, _) in enumerate([*SAME, *OTHERS])]
    alone, crowded = Matcher(now, Bounds()), Matcher([*now, *later], Bounds())
    for paper, _ in [*SAME, *OTHERS]:
        before = alone.found(paper, DAY)
        if before.state is State.MATCHED:
            assert crowded.found(paper, DAY) == before
        else:
            after = crowded.found(paper, DAY)
            assert after.state is not State.MATCHED or after.on == LATER


def test_a_name_that_was_withdrawn_is_matched_no_more() -> None:
    names = [Known("C1", "Adler Tooling GmbH", until=LATER)]
    assert matched(names, "Adler Tooling GmbH", DAY)[0] is State.MATCHED
    assert matched(names, "Adler Tooling GmbH", LATER)[0] is State.UNMATCHED


def test_suppliers_are_the_company_a_listed_rival_or_what_their_name_alone_gives() -> None:
    judge = Suppliers(["Waldmann Technik GmbH"], {"Norvik Supply": ["诺维克供应有限公司"]}, Bounds())
    assert judge.told("WALDMANN TECHNIK G.M.B.H.").is_us
    assert judge.told("Norvik Supply AB").rival == "Norvik Supply"
    assert judge.told("诺维克供应有限公司").rival == "Norvik Supply"
    told = judge.told("DELTA VALVES CO.,LTD.")
    assert (told.is_us, told.rival, told.state) == (False, "Delta Valves", State.UNMATCHED)


def test_ways_to_write_an_unlisted_supplier_share_one_key() -> None:
    ways = ("Zeta Bearing Co., Ltd", "ZETA BEARINGS CO LTD", "Zeta Bearings Limited, Ningbo Branch")
    assert {canonical(name) for name in ways} == {"Zeta Bearings"}


def test_likely_equal_unlisted_suppliers_are_proposed_the_smaller_for_the_larger() -> None:
    proposals = likely_same(["Kurashiki Bearings", "Delta Valves", "Kurashki Bearings"], 0.3)
    assert list(proposals) == ["Kurashki Bearings"]
    assert proposals["Kurashki Bearings"][0] == "Kurashiki Bearings"
