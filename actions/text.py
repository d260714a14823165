"""How deep a mail or a note goes, and in what mood it is: a plain measure in English and Chinese.

Depth (0 small talk, 1 plans shared) is a weighted sum of five things that can be pointed at: how long the text is,
what it asks, its technical terms and measured numbers, a named next step, and plans that are shared. An answer that
took long takes some of it away. Sentiment (-1 hostile, 1 delighted) is the sum of words of praise and blame; right
behind a negation praise is turned round, and blame is none. Nothing is learned, and the words stand in
``actions/lexicon.py``. How far both agree with people is told in docs/reference/signals.md.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from actions.lexicon import ASKED, MEASURED, NEGATED, NEXT_STEP, PLANS, SENTIMENT, SPARED, TECHNICAL

LENGTH, QUESTIONS, TERMS, STEP, SHARED = 0.30, 0.15, 0.20, 0.15, 0.20
"""Weights of the five parts of depth; they sum to 1."""
LONG = 14.0
"""Words of a text that has about two thirds of the part for length; a Chinese word counts as 1.7 characters."""
SLOW_DAYS, SLOWED = 10.0, 0.15
"""Days of an answer at which it has lost the whole deduction for delay, and that deduction."""
MOOD = 1.6
"""Sum of weights at which the sentiment is .76."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z0-9']+")


@dataclass(frozen=True)
class Parts:
    """The parts of a text's depth, each 0 to 1, and its sentiment, -1 to 1."""

    length: float
    questions: float
    terms: float
    step: float
    shared: float
    sentiment: float

    def depth(self, delay_days: float = 0.0) -> float:
        """Give the depth, 0 to 1; ``delay_days`` is how long the answer took, 0 where nobody waited for one."""
        whole = (
            LENGTH * self.length
            + QUESTIONS * self.questions
            + TERMS * self.terms
            + STEP * self.step
            + SHARED * self.shared
        )
        slow = SLOWED * min(max(delay_days, 0.0) / SLOW_DAYS, 1.0)
        return float(round(min(max(whole - slow, 0.0), 1.0), 3))


def parts(text: str) -> Parts:
    """Measure one text, in the language that it has more of."""
    words = len(CHINESE.findall(text)) / 1.7
    language = "zh" if words > 0.3 * len(WORD.findall(text)) else "en"
    words += len(WORD.findall(text))
    terms = _count(TECHNICAL[language], text) + _count(MEASURED, text)
    return Parts(
        length=1 - float(np.exp(-words / LONG)) if words > 2 else 0.0,
        questions=min(_count(ASKED[language], text) / 2, 1.0),
        terms=min(terms / 3, 1.0),
        step=min(_count(NEXT_STEP[language], text), 1.0),
        shared=min(_count(PLANS[language], text) / 3, 1.0),
        sentiment=_sentiment(text, language),
    )


def _count(pattern: str, text: str) -> float:
    return float(len(re.findall(pattern, text, re.IGNORECASE)))


def _sentiment(text: str, language: str) -> float:
    """Add up praise and blame; a place in the text counts once, for the strongest word that covers it."""
    found: dict[int, float] = {}
    taken = np.zeros(len(text), bool)
    for pattern, weight in sorted(SENTIMENT[language].items(), key=lambda item: -abs(item[1])):
        for match in re.finditer(pattern, text, re.IGNORECASE):
            begin, end = match.span()
            if taken[begin:end].any():
                continue
            taken[begin:end] = True
            before = text[:begin][-16:]
            if weight > 0.3 and re.search(NEGATED[language], before, re.IGNORECASE):
                weight *= -0.8
            elif weight < 0 and re.search(SPARED[language], before, re.IGNORECASE):
                weight = 0.0
            found[begin] = weight
    return float(round(np.tanh(sum(found.values()) / MOOD), 3))


def filled(rows: pd.DataFrame) -> pd.DataFrame:
    """Give contacts with ``depth`` and ``sentiment`` read out of ``text`` where none is given.

    ``rows`` has the columns of table ``interaction`` as it stood on a day. Without ``text`` nothing changes; a
    contact without a text, too, stays as it is.
    """
    if "text" not in rows:
        return rows
    number = rows.assign(**{name: np.nan for name in ("depth", "sentiment") if name not in rows})
    wanted = number["text"].notna() & (number["depth"].isna() | number["sentiment"].isna())
    if not wanted.any():
        return number
    some = number.loc[wanted]
    measured = {text: parts(text) for text in some["text"].unique()}
    waited = pd.Series(0.0, some.index)
    if "responded_at" in some:
        waited = ((some["responded_at"] - some["occurred_at"]).dt.total_seconds() / 86_400).fillna(0.0)
    depth = [measured[text].depth(days) for text, days in zip(some["text"], waited, strict=True)]
    mood = [measured[text].sentiment for text in some["text"]]
    return number.assign(
        depth=number["depth"].fillna(pd.Series(depth, some.index)),
        sentiment=number["sentiment"].fillna(pd.Series(mood, some.index)),
    )
