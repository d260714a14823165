"""Text broken into lines as Chinese is: between any two characters, never before a stop or a closing bracket."""

import re
from collections.abc import Iterator

from rich.cells import cell_len

_CHINESE = "\u2014\u2026\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
_ENDS = "\u3001\u3002\uff0c\uff1b\uff1a\uff09\u300b\u201d\u2026"  # 、。，；：）》”…
_BEGINS = "\uff08\u300a\u201c"  # （《“
_PIECE = re.compile(rf"\s+|[{_BEGINS}]*(?:[^\s{_CHINESE}]+|[{_CHINESE}])[{_ENDS}]*")


def wrapped(text: str, width: int) -> str:
    """Break each line of ``text`` so that it takes ``width`` cells at most, what follows set in as the line is."""
    return "\n".join(line for whole in text.split("\n") for line in _broken(whole, width))


def _broken(text: str, width: int) -> Iterator[str]:
    indent = text[: len(text) - len(text.lstrip())]
    line = indent
    for piece in _PIECE.findall(text.lstrip()):
        if cell_len(line + piece.rstrip()) > width and line.strip():
            yield line.rstrip()
            line = indent
        line += "" if piece.isspace() and line == indent else piece
    yield line.rstrip()
