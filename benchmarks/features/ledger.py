"""The benchmark's data: a made-up ledger of order lines, one Parquet file sorted by day.

    python -m benchmarks.features.ledger --case 1m --out FILE

Everything that grows with the lines is made and written in pieces, so that 100 million lines need little memory.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.features.question import DAYS, FIRST, PRODUCT_LINES

ROW_GROUP = 250_000
PRODUCTS = 2_000
OWN_PRODUCTS = 40
WIDE_PRODUCTS, WIDE_LINES = 10_000, 20_000
PIECE = 400_000
"""Orders that are made into lines at once."""

SCHEMA = pa.schema(
    {
        "customer_id": pa.int32(),
        "ordered_at": pa.date32(),
        "amount": pa.float64(),
        "margin": pa.float64(),
        "product_id": pa.int32(),
        "product_line": pa.int32(),
        "is_return": pa.bool_(),
    }
)


@dataclass(frozen=True)
class Case:
    """A ledger: so many lines and customers, everything else drawn from ``seed``.

    ``shape``: "huge" gives customer 0 a fifth of all lines; "wide" gives it 20,000 lines of 10,000 products.
    """

    name: str
    lines: int
    customers: int
    seed: int
    shape: Literal["even", "huge", "wide"] = "even"


CASES = {
    case.name: case
    for case in (
        Case("1k", 1_000, 20, 1),
        Case("10k", 10_000, 200, 1),
        Case("100k", 100_000, 2_000, 1),
        Case("1m", 1_000_000, 20_000, 1),
        Case("10m", 10_000_000, 200_000, 2),
        Case("100m", 100_000_000, 2_000_000, 3),
        Case("huge", 1_000_000, 20_000, 1, "huge"),
        Case("wide", 1_000_000, 20_000, 1, "wide"),
    )
}


@dataclass(frozen=True)
class Orders:
    """The orders of a ledger, sorted by day: whose, on which day (0 is the first), of how many lines."""

    customer: NDArray[np.int32]
    day: NDArray[np.int16]
    lines: NDArray[np.int32]


def orders(case: Case, rng: np.random.Generator) -> Orders:
    """Share the orders out among the customers and over their lives; the lines add up to ``case.lines``."""
    first = np.where(rng.random(case.customers) < 0.55, 0, rng.integers(0, 901, case.customers))
    life = np.minimum(rng.exponential(900, case.customers) + 30, DAYS - first)
    weight = rng.gamma(1.2, size=case.customers) * life
    wanted = case.lines
    if case.shape != "even":
        first[0], life[0], weight[0] = 0, DAYS, 0
        wanted -= _special(case)
    number = np.maximum(rng.multinomial(round(wanted / 3), weight / weight.sum()), 1)
    if case.shape != "even":
        number[0] = _special(case) // 3
    customer = np.repeat(np.arange(case.customers, dtype=np.int32), number)
    day = np.empty(len(customer), np.int16)
    lines = np.empty(len(customer), np.int32)
    for begin in range(0, len(customer), PIECE):
        piece = slice(begin, begin + PIECE)
        whose = customer[piece]
        day[piece] = first[whose] + np.floor(rng.random(len(whose)) * life[whose])
        lines[piece] = 1 + rng.poisson(2, len(whose))
    if case.shape != "even":
        _fit(lines, customer == 0, _special(case), rng)
    _fit(lines, customer >= (case.shape != "even"), wanted, rng)
    place = np.argsort(day, kind="stable")
    return Orders(customer[place], day[place], lines[place])


def _special(case: Case) -> int:
    """Give the lines of customer 0 where the case gives it a number of its own."""
    return case.lines // 5 if case.shape == "huge" else WIDE_LINES


def _fit(lines: NDArray[np.int32], among: NDArray[np.bool_], wanted: int, rng: np.random.Generator) -> None:
    """Add a line to, or take one from, random orders until those of ``among`` have ``wanted`` in all."""
    while (missing := wanted - int(lines[among].sum(dtype=np.int64))) != 0:
        able = np.flatnonzero(among if missing > 0 else among & (lines > 1))
        if not len(able):
            raise ValueError(f"{wanted} lines are too few for the orders, which have one each.")
        lines[rng.choice(able, min(abs(missing), len(able)), replace=False)] += np.sign(missing)


def pieces(case: Case) -> Iterator[pa.Table]:
    """Give the ledger's lines in tables of some million, sorted by day."""
    rng = np.random.default_rng(case.seed)
    made = orders(case, rng)
    own = np.empty((case.customers, OWN_PRODUCTS), np.int16)
    for begin in range(0, case.customers, PIECE):
        own[begin : begin + PIECE] = rng.integers(0, PRODUCTS, own[begin : begin + PIECE].shape)
    turn = 0
    for begin in range(0, len(made.customer), PIECE):
        piece = slice(begin, begin + PIECE)
        customer = np.repeat(made.customer[piece], made.lines[piece])
        lines = len(customer)
        product = np.where(
            rng.random(lines) < 0.6,
            own[customer, rng.integers(0, OWN_PRODUCTS, lines)],
            np.floor(PRODUCTS * rng.random(lines) ** 2.2).astype(np.int16),
        ).astype(np.int32)
        if case.shape == "wide":
            special = np.flatnonzero(customer == 0)
            product[special] = (turn + np.arange(len(special))) % WIDE_PRODUCTS
            turn += len(special)
        is_return = rng.random(lines) < 0.03
        sign = np.where(is_return, -1, 1)
        amount = sign * np.round(np.exp(rng.normal(4, 1, lines)), 2)
        yield pa.table(
            {
                "customer_id": customer,
                "ordered_at": pa.array(
                    np.repeat(made.day[piece], made.lines[piece]).astype(np.int32)
                    + np.int32(np.datetime64(FIRST).astype(int)),
                    pa.int32(),
                ).cast(pa.date32()),
                "amount": amount,
                "margin": np.round(amount * rng.uniform(0.05, 0.45, lines), 2),
                "product_id": product,
                "product_line": product % PRODUCT_LINES,
                "is_return": is_return,
            },
            SCHEMA,
        )


def write(tables: Iterator[pa.Table], path: Path) -> None:
    """Write the tables as one file, zstd, in row groups of 250,000; it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".tmp")
    first = next(tables)
    with pq.ParquetWriter(beside, first.schema, compression="zstd", write_page_checksum=True) as writer:
        held = first
        for table in tables:
            full = held.num_rows // ROW_GROUP * ROW_GROUP
            if full:
                writer.write_table(held.slice(0, full), ROW_GROUP)
            held = pa.concat_tables([held.slice(full), table])
        writer.write_table(held, ROW_GROUP)
    beside.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.features.ledger")
    parser.add_argument("--case", choices=CASES, required=True)
    parser.add_argument("--out", type=Path, required=True)
    told = parser.parse_args()
    write(pieces(CASES[told.case]), told.out)


if __name__ == "__main__":
    main()
