"""The element in a given place of an unsorted list, without sorting all of it."""

from features.compiled import compiled
from features.kernels.types import Values, Whole

FEW = 16
"""So many elements are sorted rather than parted again."""


@compiled
def nth(scratch: Whole | Values, count: int, place: int) -> float:
    """Give the element that would stand at ``place`` if the first ``count`` of ``scratch`` were sorted.

    It moves the elements of ``scratch`` (Hoare's quickselect with the middle of three as pivot, insertion at the
    end). Afterwards nothing before ``place`` is larger, and nothing behind it smaller. None of them may be NaN.
    """
    left, right = 0, count - 1
    while right - left >= FEW:
        first, middle, last = scratch[left], scratch[(left + right) // 2], scratch[right]
        pivot = max(min(first, middle), min(max(first, middle), last))
        up, down = left, right
        while up <= down:
            while scratch[up] < pivot:
                up += 1
            while scratch[down] > pivot:
                down -= 1
            if up <= down:
                scratch[up], scratch[down] = scratch[down], scratch[up]
                up += 1
                down -= 1
        if place <= down:
            right = down
        elif place >= up:
            left = up
        else:
            left = right = place
    for k in range(left + 1, right + 1):
        moved, hole = scratch[k], k
        while hole > left and scratch[hole - 1] > moved:
            scratch[hole] = scratch[hole - 1]
            hole -= 1
        scratch[hole] = moved
    found: float = scratch[place]
    return found


@compiled
def twice_median(scratch: Whole | Values, count: int) -> float:
    """Give the sum of the two elements in the middle, of an odd number twice the one; it moves the elements."""
    upper = nth(scratch, count, count // 2)
    if count % 2:
        return upper + upper
    lower: float = scratch[0]
    for k in range(1, count // 2):
        lower = max(lower, scratch[k])
    return lower + upper
