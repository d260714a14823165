"""The terminal: how wide it is taken to be, and how its tables look."""

import shutil
import sys
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


def captured(*shown: Any) -> str:
    """Give what the console would print of ``shown``, one below the other."""
    written = StringIO()
    out = console(written)
    for one in shown:
        out.print(one)
    return "\n".join(line.rstrip() for line in written.getvalue().split("\n"))
