"""One way to compile a loop over numbers: cached, without the interpreter's lock, its type kept."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def compiled(loop: Callable[P, R]) -> Callable[P, R]:
    """Compile ``loop`` with Numba at its first call; the result is kept beside the module for later runs.

    Where no place for it can be written, every run compiles anew. No fast-math: sums are taken in the order of the
    rows, so the same rows give the same bytes.
    """
    try:
        return cast("Callable[P, R]", njit(cache=True, nogil=True, error_model="numpy")(loop))
    except RuntimeError:  # neither beside the module nor in a folder of the user's can anything be written
        return cast("Callable[P, R]", njit(nogil=True, error_model="numpy")(loop))
