"""From a frame of features and a column of labels to the arrays that every family fits.

All features are float64 with NaN for unknown. There are no categorical features.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.errors import TooLittle

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

ROWS_LEAST = 10
"""Fewer labelled rows than this fit nothing that could be told from noise."""


def matrix(X: pd.DataFrame, features: Sequence[str]) -> Floats:
    """The named columns of ``X`` in the order of ``features``, as one C-contiguous array.

    Other columns are ignored, so a frame that also holds ``customer_id`` may be passed. A missing column is
    an error, never a column of NaN: a feature that silently went away would change every probability.
    """
    absent = [name for name in features if name not in X.columns]
    if absent:
        raise ValueError(
            f"The features lack {len(absent)} of the {len(features)} that the model was fitted on, the first "
            f"being '{absent[0]}'; build them again with the same catalogue, or fit the model again."
        )
    values = np.ascontiguousarray(X.loc[:, list(features)].to_numpy(dtype=np.float64, na_value=np.nan))
    infinite = np.isinf(values)
    if infinite.any():
        column = int(np.flatnonzero(infinite.any(axis=0))[0])
        raise ValueError(
            f"The feature '{features[column]}' is infinite in {int(infinite[:, column].sum())} rows; "
            "a feature is a finite number, or NaN where it is unknown."
        )
    return values


def labels(y: ArrayLike, rows: int) -> NDArray[np.int64]:
    """``y`` as 0 and 1, both of them present; anything else is refused."""
    values = np.asarray(y)
    if values.shape != (rows,):
        raise ValueError(
            f"There are {rows} rows of features and labels of shape {values.shape}; one label a row."
        )
    if not np.isin(values, (0, 1)).all():
        raise ValueError("A label is 0 or 1; leave out the customers whose label is not known.")
    if rows < ROWS_LEAST:
        raise TooLittle(
            f"There are {rows} labelled rows, and a model needs at least {ROWS_LEAST}; "
            "add customers or dates."
        )
    whole = values.astype(np.int64)
    if whole.min() == whole.max():
        raise TooLittle(
            f"All {rows} labelled rows have label {int(whole[0])}, and a model needs leavers and stayers; "
            "add as-of dates, or check the label rule."
        )
    return whole
