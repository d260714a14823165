"""The declared dialect of a CSV file, held before it is read: comma, header, UTF-8, quotes doubled inside quotes.

Nothing is guessed. A quote that stands where the dialect has none would let a reader swallow the rows after it as
one value, so such a file is refused; of every other the number of records follows from its bytes alone, and what a
reader gives is held against it.
"""

import codecs
import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.errors import BadRecords

BLOCK = 1 << 24  # bytes read at once; no row may be longer
QUOTE, COMMA, LF, CR = b'",\n\r'


@dataclass(frozen=True)
class Counted:
    """What a pass over the bytes tells: the records below the header, and whether all of it is UTF-8."""

    records: int
    clean: bool


def header(path: Path, name: str) -> tuple[list[str], bool]:
    """Give the names in the first line, and whether anything stands below it."""
    with path.open("rb") as file:
        start = file.read(BLOCK)
    if not start.strip():
        raise BadRecords(f"Table '{name}' in '{path.name}' is an empty file; wanted is a header and rows.")
    line, *rest = re.split(rb"\r\n|\n|\r", start.removeprefix(codecs.BOM_UTF8), maxsplit=1)
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise BadRecords(
            f"Table '{name}' in '{path.name}' is not UTF-8 text; save the file as CSV in UTF-8 and run again."
        )
    (columns,) = csv.reader([text or ","], strict=True)  # strict refuses a quote that goes on below
    return columns, bool(rest and rest[0].strip())


def counted(path: Path, name: str) -> Counted:
    """Count the records of a file; raises BadRecords where a quote stands where the dialect has none."""
    scan, clean, quotes = _Scan(), True, 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            quotes += block.count(b'"')
            scan.feed(block)
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                clean = False
                decoder.reset()
    scan.feed(b"\n")  # so that the last byte of the file has one behind it
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        clean = False
    if quotes % 2:
        raise BadRecords(
            f"Table '{name}' in '{path.name}' has {quotes} quotes (\"), an odd number, so one of them never "
            "closes; double each quote inside a quoted value and export again."
        )
    if scan.stray is not None:
        raise BadRecords(
            f"Table '{name}' in '{path.name}' has a quote (\") inside a value, in record {scan.stray} or near it; "
            "put such a value in quotes, double each quote inside it, and export again."
        )
    return Counted(scan.starts - 1, clean)


class _Scan:
    """Counts lines that begin outside quotes and are not blank; ``stray`` is the record of the first odd quote."""

    def __init__(self) -> None:
        self.starts = 0
        self.stray: int | None = None
        self._before = b"\n"  # a byte already judged, and one that waits for the byte behind it
        self._first = True
        self._inside = False

    def feed(self, block: bytes) -> None:
        if self._first:
            block, self._first = block.removeprefix(codecs.BOM_UTF8), False
        whole = self._before + block
        if len(whole) > 2:
            self._judge(whole)
        self._before = whole[-2:]

    def _judge(self, whole: bytes) -> None:
        """Judge all bytes of ``whole`` but the first, which was judged before, and the last, which waits."""
        middle = whole[:-1]
        if not self._inside and b'"' not in middle and b"\r" not in middle and b"\n\n" not in middle:
            self.starts += middle.count(b"\n", 0, -1)
            return
        there = np.frombuffer(whole, np.uint8)
        before, here, behind = there[:-2], there[1:-1], there[2:]
        quotes = here == QUOTE
        open_after = np.logical_xor.accumulate(quotes) ^ self._inside
        inside = open_after ^ quotes
        ends = (there == LF) | (there == CR)
        starts = ends[:-2] & ~ends[1:-1] & ~inside
        if self.stray is None:
            outer = np.where(inside, behind, before)
            odd = quotes & ~((outer == COMMA) | (outer == LF) | (outer == CR) | (outer == QUOTE))
            if odd.any():
                self.stray = max(self.starts + int(np.count_nonzero(starts[: int(odd.argmax()) + 1])) - 1, 0)
        self.starts += int(np.count_nonzero(starts))
        self._inside = bool(open_after[-1])
