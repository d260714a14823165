"""All the other records of the ledger's customers: a dataset folder as `ingest` leaves it, for the whole catalogue.

    python -m benchmarks.features.company --case 1m --root FOLDER
    python -m benchmarks.features.company --ask 24 [--and-one] --root FOLDER

One contact in five lines, one ticket in twenty, an invoice an order (a customer's day), a yearly contract for a
customer in four, some joint projects, a monthly market index. A few records in a hundred become known late.

The first makes ``params.yaml`` in the folder, and in its ``data/bench/`` ``dataset.yaml`` and ``interim/``; the
second ``store/cohort.parquet``: everyone with a line by then is asked about, on the last so many of the task's
dates, and with ``--and-one`` also on a date of its own.
"""

import argparse
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.features.ledger import CASES, Case, pieces, write
from benchmarks.features.question import DAYS, FIRST, as_of_dates
from pipeline.paths import ROOT

Ints = NDArray[np.integer]
ONE_MORE = date(2024, 12, 15)
"""The date that is added to a store of 24: late, and none of theirs."""
ORIGIN = int(np.datetime64(FIRST).astype(int))
INDUSTRIES = ("machines", "food", "chemicals", "energy", "transport", "metal", "paper", "building")
REGIONS = ("north", "south", "east", "west", "islands", "abroad")
KINDS = ("email", "call", "meeting", "visit", "login", "inquiry", "campaign", "invitation", "event")
KIND_SHARES = (0.3, 0.2, 0.05, 0.03, 0.25, 0.07, 0.05, 0.03, 0.02)
ROLES = ("technical", "purchasing", "user", "executive")
TICKETS = ("complaint", "repair", "maintenance", "training", "question")
MILESTONES = ("annual_review", "roadmap", "joint_development", "exhibition")


class Company:
    """The records of one case; ``whose`` and ``day`` are the customer's days with an order, sorted by day."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.rng = np.random.default_rng(1000 + case.seed)
        self.names = named("C", case.customers)
        self.whose = np.empty(0, np.int32)
        self.day = np.empty(0, np.int32)
        self.amount = np.empty(0, np.float64)

    def trade(self) -> Iterator[pa.Table]:
        """Give the order lines with all columns of the contract; keeps the order days for the other tables."""
        days: list[pa.Table] = []
        for lines in pieces(self.case):
            days.append(
                lines.group_by(["ordered_at", "customer_id"])
                .aggregate([("amount", "sum")])
                .rename_columns(["day", "customer", "amount"])
            )
            yield self._lines(lines)
        found = pa.concat_tables(days).group_by(["day", "customer"]).aggregate([("amount", "sum")])
        found = found.sort_by([("day", "ascending"), ("customer", "ascending")])
        self.whose = found["customer"].to_numpy()
        self.day = found["day"].cast(pa.int32()).to_numpy() - ORIGIN
        self.amount = np.round(found["amount_sum"].to_numpy(), 2)

    def _lines(self, lines: pa.Table) -> pa.Table:
        customer = lines["customer_id"].to_numpy()
        day = lines["ordered_at"].cast(pa.int32()).to_numpy() - ORIGIN
        number, rng = len(customer), self.rng
        order = customer.astype(np.int64) * DAYS + day
        # A customer's day is one order: its hour, its urgency and its being a trial follow from its number.
        drawn = order * 2_654_435_761 % 1_000_003
        quantity = 1.0 + rng.poisson(4, number)
        unit = np.round(np.abs(lines["amount"].to_numpy()) / quantity, 4)
        back = lines["is_return"].to_numpy(zero_copy_only=False)
        return pa.table(
            {
                "order_id": pc.binary_join_element_wise("O", pa.array(order).cast(pa.string()), ""),
                "customer_id": self.names.take(pa.array(customer)),
                "ordered_at": moment(day, 8 * 3600 + drawn % 36_000),
                "product_id": pc.binary_join_element_wise("P", lines["product_id"].cast(pa.string()), ""),
                "product_line": pc.binary_join_element_wise("L", lines["product_line"].cast(pa.string()), ""),
                "quantity": np.where(back, -quantity, quantity),
                "amount": lines["amount"],
                "margin": lines["margin"],
                "list_price": np.round(unit / rng.uniform(0.8, 1.0, number), 4),
                "unit_price": unit,
                "is_return": lines["is_return"],
                "is_urgent": drawn % 100 < 8,
                "is_trial": drawn % 97 < 2,
            }
        )

    def others(self) -> Iterator[tuple[str, pa.Table]]:
        """Give every other table by its name; wants `trade` to have been taken to its end."""
        yield "interaction", self._contacts(self.case.lines // 5)
        yield "service", self._tickets(self.case.lines // 20)
        yield "finance", self._invoices()
        yield "milestones", self._milestones()
        yield "contracts", self._contracts()
        yield "customers", self._customers()
        yield "market", self._market()

    def _around(self, number: int) -> tuple[Ints, Ints]:
        """Give customers and days of so many records, near order days, sorted by day."""
        place = self.rng.integers(0, len(self.whose), number)
        day = np.clip(self.day[place] + self.rng.integers(-10, 11, number), 0, DAYS - 1)
        order = np.argsort(day, kind="stable")
        return self.whose[place][order], day[order]

    def _late(self, day: Ints) -> pa.Array:
        """Give `known_at`: for two records in a hundred, some days after they happened."""
        late = self.rng.random(len(day)) < 0.02
        return moment(day + self.rng.integers(1, 8, len(day)), 43_200, late)

    def _choice(
        self, words: tuple[str, ...], number: int, shares: tuple[float, ...] | None = None
    ) -> pa.Array:
        return pa.array(words).take(pa.array(self.rng.choice(len(words), number, p=shares)))

    def _contacts(self, number: int) -> pa.Table:
        whose, day = self._around(number)
        rng, second = self.rng, self.rng.integers(28_800, 64_800, number)
        person = rng.integers(0, 4, number)
        answered = second + rng.exponential(30_000, number).astype(np.int64)
        known = [rng.random(number) < share for share in (0.5, 0.1, 0.4, 0.4)]
        return pa.table(
            {
                "interaction_id": named("I", number),
                "customer_id": self.names.take(pa.array(whose)),
                "occurred_at": moment(day, second),
                "kind": self._choice(KINDS, number, KIND_SHARES),
                "direction": self._choice(("in", "out"), number),
                "contact_id": named("K", 4 * self.case.customers).take(pa.array(whose * 4 + person)),
                "contact_role": pa.array(ROLES).take(pa.array(person)),
                "responded_at": moment(day, answered, known[0]),
                "attended": pa.array(rng.random(number) < 0.7, mask=~known[1]),
                "depth": pa.array(np.round(rng.random(number), 2), mask=~known[2]),
                "sentiment": pa.array(np.round(rng.uniform(-1, 1, number), 2), mask=~known[3]),
                "competitor_mentioned": rng.random(number) < 0.04,
                "known_at": self._late(day),
            }
        )

    def _tickets(self, number: int) -> pa.Table:
        whose, day = self._around(number)
        rng, second = self.rng, self.rng.integers(28_800, 64_800, number)
        solved = day + 1 + rng.exponential(6, number).astype(np.int64)
        again = rng.random(number) < 0.05
        resolved = (solved < DAYS) & (rng.random(number) < 0.97)
        again &= resolved & (solved + 5 < DAYS)
        rated = (solved + 2 < DAYS) & (rng.random(number) < 0.3)
        return pa.table(
            {
                "ticket_id": named("T", number),
                "customer_id": self.names.take(pa.array(whose)),
                "opened_at": moment(day, second),
                "kind": self._choice(TICKETS, number),
                "severity": rng.integers(1, 5, number),
                "resolved_at": moment(solved, second, resolved),
                "reopened_at": moment(solved + 5, second, again),
                "accepted": pa.array(rng.random(number) < 0.6, mask=rng.random(number) < 0.6),
                "satisfaction": pa.array(rng.integers(1, 6, number).astype(np.float64), mask=~rated),
                "rated_at": moment(solved + 2, second, rated),
                "known_at": self._late(day),
            }
        )

    def _invoices(self) -> pa.Table:
        number, rng, day = len(self.whose), self.rng, self.day + 1
        terms = np.array([14, 30, 60])[self.whose % 3]
        confirmed = day + rng.integers(0, 9, number)
        paid = day + np.maximum(0, terms + rng.normal(2, 10, number).astype(np.int64))
        return pa.table(
            {
                "invoice_id": named("F", number),
                "customer_id": self.names.take(pa.array(self.whose)),
                "issued_at": moment(day, 36_000),
                "due_at": moment(day + terms, 36_000),
                "amount": self.amount,
                "confirmed_at": moment(confirmed, 50_000, (confirmed < DAYS) & (rng.random(number) < 0.9)),
                "paid_at": moment(paid, 50_000, (paid < DAYS) & (rng.random(number) < 0.98)),
                "disputed_at": moment(day + 10, 50_000, (day + 10 < DAYS) & (rng.random(number) < 0.02)),
                "settlement_method": self._choice(("transfer", "debit", "card"), number, (0.7, 0.25, 0.05)),
                "credit_limit": np.round(5_000.0 * (1 + self.whose % 5), 2),
                "exposure": np.round(rng.gamma(2, 1_000, number), 2),
            }
        )

    def _milestones(self) -> pa.Table:
        number, rng = self.case.customers // 2, self.rng
        planned = np.sort(rng.integers(0, DAYS + 90, number))
        done = planned + rng.normal(5, 20, number).astype(np.int64)
        happened = (done >= 0) & (done < DAYS) & (rng.random(number) < 0.85)
        return pa.table(
            {
                "milestone_id": named("M", number),
                "customer_id": self.names.take(pa.array(rng.integers(0, self.case.customers, number))),
                "kind": self._choice(MILESTONES, number),
                "planned_on": moment(planned, 0).cast(pa.date32()),
                "done_on": moment(done, 0, happened).cast(pa.date32()),
                "known_at": moment(np.maximum(planned - 120, 0), 43_200),
            }
        )

    def _contracts(self) -> pa.Table:
        """Give a customer in four a contract a year; most are renewed before they end."""
        rng = self.rng
        who = np.repeat(np.arange(0, self.case.customers, 4), 3)
        number = len(who)
        start = np.repeat(rng.integers(0, 365, number // 3), 3) + np.tile([0, 365, 730], number // 3)
        renewed = start + 365 - rng.integers(10, 90, number)
        return pa.table(
            {
                "contract_id": named("A", number),
                "customer_id": self.names.take(pa.array(who)),
                "starts_on": moment(start, 0).cast(pa.date32()),
                "ends_on": moment(start + 364, 0).cast(pa.date32()),
                "renewed_at": moment(renewed, 43_200, (renewed < DAYS) & (rng.random(number) < 0.85)),
                "cancelled_at": moment(renewed, 43_200, (renewed < DAYS) & (rng.random(number) < 0.03)),
                "known_at": moment(np.maximum(start - 30, 0), 43_200),
            }
        )

    def _customers(self) -> pa.Table:
        number, rng = self.case.customers, self.rng
        since = np.zeros(number, np.int64)
        whose, first = np.unique(self.whose, return_index=True)
        since[whose] = self.day[first]
        return pa.table(
            {
                "customer_id": self.names,
                "name": named("Company ", number),
                "industry": self._choice(INDUSTRIES, number),
                "region": self._choice(REGIONS, number),
                "segment": self._choice(("small", "middle", "large"), number, (0.6, 0.3, 0.1)),
                "owner": pa.array([f"owner {place}" for place in range(100)]).take(
                    pa.array(rng.integers(0, 100, number))
                ),
                "since_on": moment(since, 0).cast(pa.date32()),
            }
        )

    def _market(self) -> pa.Table:
        months = np.arange(np.datetime64(FIRST, "M"), np.datetime64("2025-01"))
        pairs = [(industry, region) for industry in INDUSTRIES for region in REGIONS]
        walk = 100 * np.exp(np.cumsum(self.rng.normal(0, 0.02, (len(pairs), len(months))), axis=1))
        return pa.table(
            {
                "industry": [industry for industry, _ in pairs for _ in months],
                "region": [region for _, region in pairs for _ in months],
                "month_on": np.tile(months.astype("datetime64[D]"), len(pairs)),
                "index": np.round(walk.ravel(), 2),
                "known_at": np.tile((months + 1).astype("datetime64[D]") + 9, len(pairs)).astype(
                    "datetime64[us]"
                ),
            }
        )


def named(letter: str, number: int) -> pa.Array:
    """Give ``number`` names: the letter and a number of equal width, so that they sort as numbers do."""
    numbers = pa.array(np.arange(number) + 10 ** len(str(number)))
    return pc.binary_join_element_wise(letter, pc.utf8_slice_codeunits(numbers.cast(pa.string()), 1), "")


def moment(day: Ints, second: Ints | int, known: NDArray[np.bool_] | None = None) -> pa.Array:
    """Give moments from days since the ledger's first and seconds of the day; null where not ``known``."""
    micro = ((np.asarray(day, np.int64) + ORIGIN) * 86_400 + second) * 1_000_000
    return pa.array(micro, pa.timestamp("us"), mask=None if known is None else ~known)


def make(case: Case, root: Path) -> None:
    """Make the dataset `bench` below ``root``; ``params.yaml`` is the checkout's."""
    folder = root / "data" / "bench"
    company = Company(case)
    write(company.trade(), folder / "interim" / "trade.parquet")
    for name, table in company.others():
        write(iter([table]), folder / "interim" / f"{name}.parquet")
    shutil.copy(ROOT / "params.yaml", root / "params.yaml")
    (folder / "dataset.yaml").write_text("# Made by benchmarks/features/company.py.\n")


def ask(root: Path, number: int, one_more: bool) -> None:
    """Write whom the feature store is asked about, with the columns of a cohort that `build` reads."""
    folder = root / "data" / "bench"
    customers = pq.read_table(folder / "interim" / "customers.parquet", columns=["customer_id", "since_on"])
    tables = []
    for day in as_of_dates(number) + ([ONE_MORE] if one_more else []):
        seen = customers.filter(pc.less_equal(customers["since_on"], pa.scalar(day)))
        rows = seen.num_rows
        tables.append(
            pa.table(
                {
                    "customer_id": seen["customer_id"],
                    "as_of": pa.repeat(pa.scalar(day), rows),
                    "eligible": pa.repeat(True, rows),
                    "split": pa.repeat("train", rows),
                }
            )
        )
    write(
        iter(sorted(tables, key=lambda table: table["as_of"][0].as_py())), folder / "store" / "cohort.parquet"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.features.company")
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--case", choices=CASES)
    parser.add_argument("--ask", type=int, metavar="DATES")
    parser.add_argument("--and-one", action="store_true")
    told = parser.parse_args()
    if told.case:
        make(CASES[told.case], told.root)
    if told.ask:
        ask(told.root, told.ask, told.and_one)


if __name__ == "__main__":
    main()
