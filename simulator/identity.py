"""Identities as text: a letter and a number with leading zeros."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.clock import Flags, Ints


def identities(letter: str, number: Ints, width: int) -> pd.Series[str]:
    """``C00042``: wide enough numbers keep the order of time when sorted as text."""
    highest = int(number.max(initial=0))
    if highest < len(number):  # written once each, and looked up
        return _series(_written(letter, np.arange(highest + 1), width).take(pa.array(number)))
    return _series(_written(letter, number, width))


def _written(letter: str, number: Ints, width: int) -> pa.Array:
    digits = pc.utf8_lpad(pc.cast(pa.array(number), pa.string()), width=width, padding="0")
    return pc.binary_join_element_wise(letter, digits, "")


def line_names(line: Ints) -> pd.Series[str]:
    return identities("L", line + 1, 2)


def labels(names: Sequence[str | None], code: npt.NDArray[Any], known: Flags | None = None) -> pd.Series[str]:
    """The name of each code; missing where not known."""
    values = pa.array(names, pa.string()).take(pa.array(code.astype(np.int64)))
    return _series(
        values if known is None else pc.if_else(pa.array(known), values, pa.scalar(None, pa.string()))
    )


def flags(value: Flags, known: Flags) -> pd.Series[bool]:
    """True, false, or missing where not known."""
    return pd.Series(pd.array(value, dtype="boolean")).mask(~known)


def _series(values: pa.Array) -> pd.Series[str]:
    return pd.Series(values.to_pandas(), dtype="str")
