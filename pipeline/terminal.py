"""The terminal: how wide it is taken to be, and how its tables look."""

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any, TextIO

from rich import box
from rich.console import Console
from rich.table import Table

NARROW, WIDE = 80, 120


def console(file: TextIO | None = None) -> Console:
    """Give the console of this program: 80 to 120 columns, 100 where nobody says, and no colours."""
    width = shutil.get_terminal_size((100, 24)).columns
    return Console(
        file=file or sys.stdout,
        width=max(NARROW, min(WIDE, width)),
        highlight=False,
        markup=False,
        emoji=False,
        no_color=True,
    )


def plain_table() -> Table:
    """Give a table without frames: a heading, a thin line, rows."""
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False, header_style="")


@contextmanager
def muted() -> Iterator[None]:
    """Keep what a compiled library prints past Python off the standard output, which others may read as JSON.

    HiGHS does so whatever it is told (jump-dev/HiGHS.jl issue 312). What Python itself printed before is kept.
    """
    sys.stdout.flush()
    try:
        out = os.dup(1)
    except OSError:  # the output is closed: nothing can be printed there
        yield
        return
    flush = ctypes.CDLL(None).fflush
    flush(None)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        flush(None)
        os.dup2(out, 1)
        os.close(out)
        os.close(nowhere)


def captured(*shown: Any) -> str:
    """Give what the console would print of ``shown``, one below the other."""
    written = StringIO()
    out = console(written)
    for one in shown:
        out.print(one)
    return "\n".join(line.rstrip() for line in written.getvalue().split("\n"))
