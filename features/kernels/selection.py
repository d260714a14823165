"""The element in a given place of an unsorted list, without sorting it."""

from features.compiled import compiled
from features.kernels.types import Values, Whole


@compiled
def nth(scratch: Whole | Values, count: int, place: int) -> float:
    """Give the element that would stand at ``place`` if the first ``count`` of ``scratch`` were sorted.

    It moves the elements of ``scratch`` (Hoare's quickselect, the middle of three as pivot). Afterwards nothing
    before ``place`` is larger, and nothing behind it smaller. None of them may be NaN.
    """
    left, right = 0, count - 1
    while left < right:
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
            break
    found: float = scratch[place]
    return found
