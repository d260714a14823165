"""The three families of classifiers, behind one front door.

A fitted model turns features into a *score* in a unit of its own (log-odds or probability), and takes the
score apart into one contribution a feature. Probabilities that can be believed come later, from
``models.calibration``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from models.errors import TooLittle

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import optuna
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

FAMILIES = ("logistic", "forest", "boosted")
LOG_ODDS = "log-odds"
PROBABILITY = "probability"


class Model(Protocol):
    """A fitted classifier.

    ``features`` are the columns it reads, in order; ``unit`` is the unit of its scores. A customer's score
    does not depend on who else is scored, nor on the number of threads.
    """

    family: str
    features: tuple[str, ...]
    unit: str

    def score(self, X: pd.DataFrame) -> Floats:
        """One score a row of ``X``; the higher, the likelier to leave."""
        ...

    def contributions(self, X: pd.DataFrame) -> tuple[Floats, float]:
        """SHAP values ``phi`` (rows, features) and their ``base``, both in the unit of the score.

        ``base + phi.sum(axis=1)`` equals ``score(X)`` up to the last digits of a float.
        """
        ...

    def to_files(self) -> dict[str, bytes]:
        """The model as named files, the same bytes for the same model; ``load`` reads them back."""
        ...


def defaults(family: str) -> dict[str, Any]:
    """Parameters that do well before any tuning; the first trial of every study."""
    return dict(_room(family).DEFAULTS)


def suggest(family: str, trial: optuna.trial.BaseTrial) -> dict[str, Any]:
    """Parameters drawn from the family's search space."""
    return _room(family).suggest(trial)  # type: ignore[no-any-return]


def fit(
    family: str, X: pd.DataFrame, y: ArrayLike, params: Mapping[str, Any], seed: int, threads: int = 1
) -> Model:
    """A model of ``family`` on every column of ``X``; ``y`` is 1 for customers that left.

    ``threads`` changes the time that it takes and nothing else. No class is weighted and no row resampled
    by its label, so mean score and observed rate agree on the training rows.
    """
    if not X.shape[1]:
        raise TooLittle("There are no features to fit on; bring at least one source that gives some.")
    return _room(family).fit(X, y, {**defaults(family), **params}, seed, threads)  # type: ignore[no-any-return]


def load(family: str, files: Mapping[str, bytes]) -> Model:
    """The model that ``to_files`` wrote; nothing in the files is executed."""
    return _room(family).load(files)  # type: ignore[no-any-return]


def _room(family: str) -> Any:
    # The libraries are heavy, and one run needs one family: each is imported when it is asked for.
    if family == "logistic":
        from models import logistic as room
    elif family == "forest":
        from models import forest as room  # type: ignore[no-redef]
    elif family == "boosted":
        from models import boosted as room  # type: ignore[no-redef]
    else:
        raise ValueError(f"There is no family '{family}'; the families are {', '.join(FAMILIES)}.")
    return room
