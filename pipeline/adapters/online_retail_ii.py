"""Online Retail II: two years of a UK giftware wholesaler's invoice lines, as customers and trade.

The publisher's file is a zip with one workbook of two sheets; a Parquet of both sheets is read as well. The
cleaning is that of the published comparison, rule by rule, each counted. This module is the worked example of
docs/how-to/bring-your-own-records.md.

Source: D. Chen (2012), Online Retail II, UCI Machine Learning Repository, doi 10.24432/C5CG6D, CC BY 4.0.
"""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.adapters import Adapted, Remote
from pipeline.errors import BadRecords, MissingInput
from pipeline.fetch import download
from pipeline.frames import appearing
from pipeline.paths import Paths

REMOTE = Remote(
    url="https://archive.ics.uci.edu/static/public/502/online+retail+ii.zip",
    sha256="572e36277c2390fbfde10664750731e0a86f55e33470d91919085f0408e67bfb",
    name="online_retail_ii.zip",
    most_bytes=100_000_000,
    variable="FOREWARN_ONLINE_RETAIL_II_URL",
)
PROVIDES = ("customers", "trade")
VARIABLE = "FOREWARN_ONLINE_RETAIL_II"
PARQUET = "online_retail_ii.parquet"
DIGESTS = {
    PARQUET: "b64de2b54934d98c1a4fd36bb44c8f8cbbc30f96282c633e523e4761f92b1ff6",
    REMOTE.name: REMOTE.sha256,
}
SHEETS = ("Year 2009-2010", "Year 2010-2011")
COLUMNS = (
    "Invoice",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "Price",
    "Customer ID",
    "Country",
)


def locate(paths: Paths) -> Path:
    """Give the file under ``raw/``, copied there from where it was found; raises MissingInput where there is none.

    Looked at in turn: ``raw/``, the file or folder that the environment variable FOREWARN_ONLINE_RETAIL_II names,
    and ``../shared/data/online_retail_ii/`` beside the project.
    """
    named = os.environ.get(VARIABLE)
    beside = paths.root.parent / "shared" / "data" / "online_retail_ii"
    for place in [paths.raw, Path(named).expanduser() if named else beside]:
        for file in _candidates(place):
            if file.is_file():
                return _placed(file, paths)
        if place != paths.raw and named:
            raise MissingInput(
                f"{VARIABLE} names '{named}', and there is no such file; mend it, or unset it."
            )
    raise MissingInput(
        f"The records of Online Retail II are not here; get them with 'forewarn fetch {paths.dataset}', or set "
        f"{VARIABLE} to the publisher's zip or its Parquet."
    )


def fetch(paths: Paths, url: str | None = None) -> None:
    """Download the publisher's zip to ``raw/``."""
    download(REMOTE, paths.raw / REMOTE.name, url)


def _candidates(place: Path) -> list[Path]:
    if place.is_dir():
        return [place / name for name in (PARQUET, REMOTE.name, "online+retail+ii.zip")]
    return [place]


def _placed(file: Path, paths: Paths) -> Path:
    """Check the digest of ``file`` and give its copy under ``raw/``."""
    name = PARQUET if file.suffix == ".parquet" else REMOTE.name
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    if digest != DIGESTS[name]:
        raise BadRecords(
            f"'{file}' is not the file that was published: its SHA-256 is {digest}, wanted is {DIGESTS[name]}; "
            f"remove it and run 'forewarn fetch {paths.dataset}'."
        )
    target = paths.raw / name
    if file != target:
        with appearing(target) as beside:
            shutil.copyfile(file, beside)
    return target


def records(file: Path) -> Adapted:
    """Read the lines of ``file`` and give tables customers and trade, with the count of each cleaning rule."""
    lines = (
        pq.read_table(file, columns=list(COLUMNS)).to_pandas()
        if file.suffix == ".parquet"
        else workbook(file)
    )
    trade, counts = clean(lines)
    tables = {"customers": _customers(trade), "trade": _trade(trade)}
    return Adapted(tables, {"lines": len(lines), "cleaning": counts})


def workbook(file: Path) -> pd.DataFrame:
    """Read both sheets of the workbook in the publisher's zip, in order."""
    try:
        with zipfile.ZipFile(file) as archive:
            (name,) = [name for name in archive.namelist() if name.endswith(".xlsx")]
            with archive.open(name) as opened:
                book = openpyxl.load_workbook(opened, read_only=True, data_only=True)
                frames = [pd.DataFrame(_rows(book[sheet]), columns=list(COLUMNS)) for sheet in SHEETS]
    except (zipfile.BadZipFile, ValueError, KeyError, OSError) as error:
        raise BadRecords(
            f"'{file.name}' holds no workbook with the sheets {SHEETS[0]!r} and {SHEETS[1]!r} ({error}); "
            "fetch it again with 'forewarn fetch online_retail_ii'."
        ) from None
    lines = pd.concat(frames, ignore_index=True)
    return lines.astype(
        {
            "Invoice": "str",
            "StockCode": "str",
            "Description": "str",
            "Quantity": "int64",
            "InvoiceDate": "datetime64[us]",
            "Price": "float64",
            "Customer ID": "float64",
            "Country": "str",
        }
    )


def _rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    rows = sheet.iter_rows(values_only=True)
    header = next(rows, ())
    if tuple(header[: len(COLUMNS)]) != COLUMNS:
        raise ValueError(f"its header is {header}")
    for invoice, code, description, *rest in (row[: len(COLUMNS)] for row in rows):
        if invoice is not None:  # numbers and texts stand in one column: 489434 and 'C489449'
            yield str(invoice), str(code), None if description is None else str(description), *rest


def clean(lines: pd.DataFrame) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Remove, in the published order, what is no sale to a known customer; count the lines each rule removes.

    A cancellation that stays is a return: its invoice starts with C and its quantity is negative.
    """
    lines = lines[list(COLUMNS)]
    counts: list[dict[str, Any]] = []

    def count(rule: str, left: pd.DataFrame) -> pd.DataFrame:
        counts.append({"rule": rule, "lines_removed": len(lines) - len(left), "lines_left": len(left)})
        return left

    lines = count("an exact duplicate of another line", lines.drop_duplicates())
    lines = count("no customer", lines[lines["Customer ID"].notna()])
    lines = count("price not above 0", lines[lines["Price"] > 0])
    lines = count("quantity 0", lines[lines["Quantity"] != 0])
    lines = count("invoice of an adjustment (A)", lines[~lines["Invoice"].str.startswith("A")])
    lines = count("code of no product (not five digits first)", lines[lines["StockCode"].str.match(r"\d{5}")])
    cancelled = lines["Invoice"].str.startswith("C")
    agrees = np.where(cancelled, lines["Quantity"] < 0, lines["Quantity"] > 0)
    lines = count("sign of the quantity against the invoice", lines[agrees])
    lines = count("a sale and its cancellation later the same day", lines[~_reversed(lines)])
    return lines, counts


def _reversed(lines: pd.DataFrame) -> np.ndarray:
    """Mark sales and the cancellations that undo them later the same day, matched one to one in time order.

    A cancellation takes the earliest sale of the same minute or before it that no earlier cancellation has
    taken. The file's clock has whole minutes, so within one the sale is taken to come first.
    """
    day, size = lines["InvoiceDate"].dt.normalize(), lines["Quantity"].abs()
    alike = lines.groupby(["Customer ID", "StockCode", "Price", day, size], sort=False)
    number = alike.ngroup().to_numpy()
    back = (lines["Quantity"] < 0).to_numpy()
    both = np.isin(number, np.intersect1d(number[back], number[~back]))
    moment = lines["InvoiceDate"].to_numpy()
    marked = np.zeros(len(lines), dtype=bool)
    candidates = np.flatnonzero(both)
    waiting: dict[int, list[int]] = {}
    for i in candidates[np.lexsort((back[candidates], moment[candidates]))]:
        sales = waiting.setdefault(number[i], [])
        if not back[i]:
            sales.append(i)
        elif sales:
            marked[[sales.pop(0), i]] = True
    return marked


def _trade(lines: pd.DataFrame) -> pa.Table:
    amount = (lines["Quantity"] * lines["Price"]).round(2)
    return pa.table(
        {
            "order_id": _strings(lines["Invoice"]),
            "customer_id": _customer_ids(lines),
            "ordered_at": pa.array(lines["InvoiceDate"], pa.timestamp("us")),
            "product_id": _strings(lines["StockCode"]),
            "Description": _strings(lines["Description"]),  # two lines of one order may differ in it alone
            "quantity": pa.array(lines["Quantity"], pa.float64()),
            "amount": pa.array(amount, pa.float64()),
            "unit_price": pa.array(lines["Price"], pa.float64()),
            "is_return": pa.array(lines["Invoice"].str.startswith("C"), pa.bool_()),
        }
    )


def _customers(lines: pd.DataFrame) -> pa.Table:
    """Give each customer that has a line left, with the country of its latest line."""
    latest = lines.sort_values(["InvoiceDate", "Invoice"], kind="stable").drop_duplicates(
        "Customer ID", keep="last"
    )
    return pa.table({"customer_id": _customer_ids(latest), "region": _strings(latest["Country"])})


def _customer_ids(lines: pd.DataFrame) -> pa.Array:
    return pa.array(lines["Customer ID"].astype("int64").astype(str), pa.string())


def _strings(values: "pd.Series[str]") -> pa.Array:
    return pa.array(values, pa.string())
