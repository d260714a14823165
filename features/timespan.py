"""A window of whole days, as numbers since 1970-01-01."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Window:
    """``(until - days, until]``."""

    until: int
    days: int

    def holds(self, day: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.asarray((day > self.until - self.days) & (day <= self.until))

    def ago(self, days: int) -> "Window":
        """Give the window as long that closed so many days earlier."""
        return Window(self.until - days, self.days)
