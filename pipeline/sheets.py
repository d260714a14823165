"""Tables as CSV that a spreadsheet may open: no cell of it becomes a formula.

RFC 4180 with a header, UTF-8, lines ended by CR LF, every text in quotes and no number, day or flag in them. A
spreadsheet takes a text that begins with one of SIGNS for a formula, whoever wrote it; such a text gets an
apostrophe before it. So does a sign behind a separator inside a text, for a spreadsheet that was told another
separator than the comma. A text that begins with an apostrophe gets one more, so that taking one away from every
text that begins with one gives the text back.

https://owasp.org/www-community/attacks/CSV_Injection
"""

import re
from collections.abc import Collection

import pyarrow as pa

WIDE = "\uff1d\uff0b\uff0d\uff20"  # the full-width forms, which some spreadsheets take for the same
SIGNS = "=+\\-@\t\r\n" + WIDE
UNSEEN = "\\s\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff\x00-\x1f"
"""What a spreadsheet skips before it looks for a sign."""
AT_START = re.compile(f"^(?=['\t\r\n]|[{UNSEEN}]*[{SIGNS}])")
INSIDE = re.compile(f"([;,|\t\r\n])(?=[{UNSEEN}\"']*[=+\\-@{WIDE}])")


def harmless(text: str) -> str:
    """Give ``text`` so that no spreadsheet computes it.

    >>> harmless("=1+1"), harmless("-5"), harmless("a-b"), harmless("x;=1+1")
    ("'=1+1", "'-5", 'a-b', "x;'=1+1")
    """
    return AT_START.sub("'", INSIDE.sub(r"\1'", text))


def csv_bytes(rows: pa.Table, ours: Collection[str] = ()) -> bytes:
    """Give ``rows`` as CSV; unknown is an empty cell. Columns of ``ours`` hold no text of others, and are left."""
    columns = [_cells(rows.column(name), name in ours) for name in rows.column_names]
    header = [_quoted(name) for name in rows.column_names]
    lines = [header, *zip(*columns, strict=True)]
    return "".join(",".join(line) + "\r\n" for line in lines).encode("utf-8")


def _cells(values: pa.ChunkedArray, plain: bool) -> list[str]:
    told = values.to_pylist()
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return ["" if text is None else _quoted(text if plain else harmless(text)) for text in told]
    return ["" if value is None or value != value else str(value).lower() for value in told]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
