"""The arrays that loops take and give."""

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int64]
"""Positions of rows, one for each question."""
Days = NDArray[np.int32]
"""Days since 1970-01-01."""
Codes = NDArray[np.int32]
"""Numbers for texts, -1 where unknown."""
Whole = NDArray[np.int64]
"""Money in minor units, so that sums are exact."""
Values = NDArray[np.float64]
"""Numbers, NaN where unknown."""
