"""Whom a customer is held against, and what is said where that is not whom the settings asked for."""

from pathlib import Path

import pandas as pd

from pipeline import reference
from pipeline.frames import write_parquet
from pipeline.params import Explain, Params
from pipeline.paths import Paths

BY_SEGMENT = Params(explain=Explain(base="segment"))


def asked(n: int) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [f"C{i}" for i in range(n)], "as_of": pd.Timestamp("2024-05-31")})


def test_everybody_is_the_rule() -> None:
    against = reference.reference(Params(), Paths(Path("/nowhere"), "made"), asked(2))
    assert against.group == [None, None]
    assert against.told() == {"asked": "everybody", "of": {"everybody": 2}, "everybody_because": {}}


def test_customers_without_segments_are_held_against_everybody_and_it_is_said(tmp_path: Path) -> None:
    paths = Paths(tmp_path, "made")
    write_parquet(paths.table("customers"), asked(3)[["customer_id"]])
    assert reference.reference(BY_SEGMENT, paths, asked(3)).told() == {
        "asked": "segment",
        "of": {"everybody": 3},
        "everybody_because": {"the customers have no column 'segment'": 3},
    }


def test_a_segment_counts_as_it_was_known_on_the_date(tmp_path: Path) -> None:
    paths = Paths(tmp_path, "made")
    n = reference.LEAST + 1
    early = asked(n)[["customer_id"]].assign(segment="core", known_at=pd.Timestamp("2024-01-01"))
    late = early.assign(segment="key", known_at=pd.Timestamp("2024-06-01"))
    write_parquet(paths.table("customers"), pd.concat([early, late.head(5)]))
    assert reference.reference(BY_SEGMENT, paths, asked(n)).names == ["core"] * n


def test_of_thirty_a_segment_is_a_reference_and_of_fewer_not() -> None:
    least = reference.LEAST
    against = reference.by_segment(pd.Series(["core"] * least + ["key"] * (least - 1) + [None]))
    assert against.told() == {
        "asked": "segment",
        "of": {"core": least, "everybody": least},
        "everybody_because": {
            "its segment is not known": 1,
            "its segment has fewer than 30 customers": least - 1,
        },
    }
