"""One way to compile a loop over numbers: kept beside its module, without the interpreter's lock, with its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def compiled(loop: Callable[P, R]) -> Callable[P, R]:
    """Compile ``loop`` at its first call. No fast-math: sums keep their order, so equal rows give equal bytes.

    Where no place for the result can be written, every run compiles anew.
    """
    try:
        return cast("Callable[P, R]", njit(cache=True, nogil=True, error_model="numpy")(loop))
    except RuntimeError:  # neither beside the module nor in a folder of the user's can anything be written
        return cast("Callable[P, R]", njit(nogil=True, error_model="numpy")(loop))
