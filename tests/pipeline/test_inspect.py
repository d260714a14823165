"""The features inspected: test labels play no part, planted features are found, the page stands alone."""

import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import frames, inspect, store
from pipeline.errors import MissingInput
from pipeline.params import DatasetSpec, Label, Params
from pipeline.paths import Paths

DATES = tuple(date(2022 + m // 12, m % 12 + 1, 28) for m in range(14))
SPLITS = ["train"] * 9 + ["gap"] * 2 + ["calibration"] * 2 + ["test"]
CUSTOMERS = 150
ENTRIES = {
    "trade_leak": (0, "Days until the last order", "距最后一次下单"),
    "trade_wrong": (-1, "Complaints <b>withdrawn</b>", "撤回的投诉"),
    "trade_wrong_twice": (0, "The same, doubled", "同上两倍"),
    "trade_noise": (1, "Letters in the name", "名称字数"),
    "trade_flat": (0, "Planets", "行星数"),
    "trade_never": (0, "Never recorded", "从未记录"),
    "trade_month": (0, "Month of the date", "月份"),
    "trade_moved": (0, "Price list", "价目表"),
}
PARAMS = Params().model_copy(
    update={
        "dataset": DatasetSpec(label=Label(rule="silence", horizon_days=30)),
        "inspect": Params().inspect.model_copy(update={"resamples": 200}),
    }
)


def made(root: Path) -> Paths:
    """Write a cohort and a store of planted features."""
    paths = Paths(root, "planted")
    rng = np.random.default_rng(3)
    cohort = []
    for day, split in zip(DATES, SPLITS, strict=True):
        y = (rng.random(CUSTOMERS) < 0.4).astype("int8")
        rows = pd.DataFrame({"customer_id": [f"C{i:03d}" for i in range(CUSTOMERS)]})
        rows["as_of"] = pd.Timestamp(day)
        cohort.append(rows.assign(split=split, eligible=True, label=y))
        if split == "gap":
            continue
        wrong = y * 0.8 + rng.normal(size=CUSTOMERS)
        found = rows.assign(
            trade_leak=y * 5 + rng.normal(size=CUSTOMERS),
            trade_wrong=wrong,
            trade_wrong_twice=2 * wrong,
            trade_noise=rng.normal(size=CUSTOMERS),
            trade_flat=8.0,
            trade_never=np.nan,
            trade_month=float(day.month),
            trade_moved=rng.normal(size=CUSTOMERS) + (5 if split == "test" else 0),
        )
        frames.write_parquet(paths.features(day) / store.FILE, found)
    store.write_cohort(paths, pd.concat(cohort, ignore_index=True))
    entries = [
        {
            "name": name,
            "source": "trade",
            "cause": "demand",
            "unit": "number",
            "risk": risk,
            "en": en,
            "zh": zh,
        }
        for name, (risk, en, zh) in ENTRIES.items()
    ]
    frames.write_sealed(paths.catalogue, {"hash": "0" * 64, "features": entries})
    return paths


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    paths = made(tmp_path_factory.mktemp("planted"))
    inspect.run(PARAMS, paths)
    return paths


def outputs(paths: Paths) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(paths.report.iterdir())}


def test_planted_features_are_called_by_their_names(planted: Paths) -> None:
    told = frames.read_json(planted.report / "quality.json")
    verdicts = {one["name"]: one["verdict"] for one in told["features"]}
    assert verdicts == {
        "trade_leak": "leak",
        "trade_wrong": "against",
        "trade_wrong_twice": "double",
        "trade_noise": "nothing",
        "trade_flat": "constant",
        "trade_never": "unknown",
        "trade_month": "date",
        "trade_moved": "nothing",
    }
    assert told["named"]["moved"] == ["trade_moved"]
    assert told["groups"] == [["trade_wrong", "trade_wrong_twice"]]


def test_labels_after_training_change_nothing(planted: Paths, tmp_path: Path) -> None:
    paths = made(tmp_path)
    cohort = frames.read_parquet(paths.cohort)
    later = cohort["split"] != "train"
    assert later.any()
    cohort["label"] = cohort["label"].where(~later, 1 - cohort["label"])
    store.write_cohort(paths, cohort)
    inspect.run(PARAMS, paths)
    assert outputs(paths) == outputs(planted)


def test_one_row_a_feature_and_date(planted: Paths) -> None:
    rows = frames.read_parquet(planted.report / "quality.parquet")
    built = len(DATES) - SPLITS.count("gap")
    assert len(rows) == built * len(ENTRIES)
    assert not rows.duplicated(["feature", "as_of"]).any()
    assert set(rows["rows"]) == {CUSTOMERS}


def test_a_company_of_many_customers_is_sampled_with_all_their_rows(tmp_path: Path) -> None:
    paths = made(tmp_path)
    few = PARAMS.inspect.model_copy(update={"customers": 100})
    inspect.run(PARAMS.model_copy(update={"inspect": few}), paths)
    told = frames.read_json(paths.report / "quality.json")
    assert told["customers"] == 100
    assert {one["rows"] for one in told["dates"]} == {100}


def test_the_page_loads_nothing_escapes_labels_and_says_both_languages(planted: Paths) -> None:
    text = (planted.report / "quality.html").read_text("utf-8")
    assert "Complaints &lt;b&gt;withdrawn&lt;/b&gt;" in text
    assert not re.search(r"<(link|img|iframe|object|form)\b|\ssrc=|url\(|@import|\son\w+=", text)
    assert set(re.findall(r'href="([^"])', text)) == {"#"}
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)
    for _, en, zh in ENTRIES.values():
        assert en.replace("<", "&lt;").replace(">", "&gt;") in text
        assert zh in text
    assert text.index("May know the answer: 1") < text.index("Carries nothing: 2")
    assert " nan" not in text.split("</style>")[1].lower()


def test_without_a_store_the_command_that_makes_it_is_named(tmp_path: Path) -> None:
    paths = made(tmp_path)
    (paths.features(DATES[0]) / store.FILE).unlink()
    with pytest.raises(MissingInput, match="forewarn build --dataset planted"):
        inspect.run(PARAMS, paths)
