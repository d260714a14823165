"""Depth and mood of texts: what each part takes from a text, and how far people agree.

``texts.csv`` holds 40 mails and notes in each language, labelled before the measure was made; of its ``open`` half
the errors were looked at while the words were chosen, of its ``apart`` half never.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from actions import text
from actions.text import parts
from simulator.company import simulate
from simulator.settings import World

NEUTRAL = 0.2
"""Sentiments nearer to 0 than this are called neutral; labels are -1, -0.5, 0, 0.5 and 1."""


@pytest.fixture(scope="module")
def labelled() -> pd.DataFrame:
    rows = pd.read_csv(Path(__file__).parent / "texts.csv")
    measured = [parts(words) for words in rows["text"]]
    return rows.assign(
        measured_depth=[one.depth() for one in measured],
        measured_sentiment=[one.sentiment for one in measured],
    )


def signs(values: pd.Series) -> np.ndarray:
    return np.where(values > NEUTRAL, 1, np.where(values < -NEUTRAL, -1, 0))


def test_the_sample_is_balanced_over_languages_and_parts(labelled: pd.DataFrame):
    assert (labelled.groupby(["part", "language"]).size() == 20).all()


@pytest.mark.parametrize(("language", "depth", "sentiment"), [("en", 0.90, 0.70), ("zh", 0.90, 0.85)])
def test_texts_kept_apart_are_ranked_as_people_rank_them(
    labelled: pd.DataFrame, language: str, depth: float, sentiment: float
):
    rows = labelled[(labelled["part"] == "apart") & (labelled["language"] == language)]
    assert spearmanr(rows["measured_depth"], rows["depth"]).statistic >= depth
    assert spearmanr(rows["measured_sentiment"], rows["sentiment"]).statistic >= sentiment


def test_the_sign_of_nine_in_ten_texts_kept_apart_is_right(labelled: pd.DataFrame):
    rows = labelled[labelled["part"] == "apart"]
    right = signs(rows["measured_sentiment"]) == np.sign(rows["sentiment"])
    assert right.mean() >= 0.88
    opposite = signs(rows["measured_sentiment"]) == -np.sign(rows["sentiment"])
    assert not (opposite & (rows["sentiment"] != 0)).any()  # praise is never taken for blame


def test_a_text_and_its_translation_are_as_deep_within_a_fifth(labelled: pd.DataFrame):
    english, chinese = (
        labelled[labelled["language"] == language]["measured_depth"].to_numpy() for language in ("en", "zh")
    )
    assert np.abs(english - chinese).mean() < 0.1
    assert np.quantile(np.abs(english - chinese), 0.9) < 0.2


def test_the_measure_follows_what_the_simulator_meant():
    rows = simulate(World(customers=120, days=500), 52).interaction
    rows = rows[rows["text"].notna()]
    measured = {words: parts(words) for words in rows["text"].unique()}
    depth = rows["text"].map(lambda words: measured[words].depth())
    mood = rows["text"].map(lambda words: measured[words].sentiment)
    assert spearmanr(depth, rows["depth"]).statistic > 0.6
    assert mood[rows["sentiment"] < -0.25].mean() < mood[rows["sentiment"] > -0.25].mean() - 0.2


def test_every_part_of_depth_adds_to_it_and_a_slow_answer_takes_away():
    bare = parts("We will look at the offer you sent to us")
    asked = parts("We will look at the offer you sent to us, could you call?")
    termed = parts("We will look at the offer for 40 mm seals you sent to us")
    dated = parts("We will look at the offer you sent to us by Friday")
    planned = parts("We will look at the offer you sent to us for the new plant")
    assert all(other.depth() > bare.depth() + 0.03 for other in (asked, termed, dated, planned))
    assert (asked.questions, termed.terms, dated.step, planned.shared) == (1.0, 2 / 3, 1.0, 1 / 3)
    assert planned.depth(delay_days=10) == pytest.approx(planned.depth() - 0.15)
    assert planned.depth(delay_days=40) == planned.depth(delay_days=10)


@pytest.mark.parametrize(
    ("words", "sign"),
    [
        ("We are satisfied.", 1),
        ("We are not satisfied.", -1),
        ("客户满意。", 1),
        ("客户不满意。", -1),
        ("Thanks.", 0),
        ("", 0),
    ],
)
def test_a_negation_turns_praise_round_and_courtesy_is_no_praise(words: str, sign: int):
    assert signs(pd.Series([parts(words).sentiment]))[0] == sign


def test_only_what_nobody_noted_is_filled_in():
    rows = pd.DataFrame(
        {
            "text": ["Ok.", "Ok.", None],
            "depth": [0.9, np.nan, np.nan],
            "occurred_at": pd.to_datetime(["2024-01-01"] * 3),
        }
    )
    filled = text.filled(rows)
    assert filled["depth"].iloc[0] == 0.9
    assert filled["depth"].iloc[1] == parts("Ok.").depth()
    assert np.isnan(filled["depth"].iloc[2])
    assert list(filled["sentiment"].notna()) == [True, True, False]
    assert text.filled(rows.drop(columns="text")).columns.tolist() == ["depth", "occurred_at"]


@pytest.mark.parametrize(
    "words",
    [
        "No complaints, everything as ordered.",
        "Not bad at all.",
        "The delivery was not delayed this time.",
        "这次没有投诉。",
        "客户没有抱怨。",
    ],
)
def test_blame_that_is_denied_is_none(words: str):
    assert abs(parts(words).sentiment) < NEUTRAL


def test_a_negation_elsewhere_in_the_sentence_spares_nothing():
    assert parts("We did not expect such a complaint about late delivery.").sentiment < -NEUTRAL
