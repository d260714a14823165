"""Are names on customs records matched to the right customers? Part of ``make bench-outside``.

A register of customers (``benchmarks.outside.registers``) and papers about them and about companies that are
nobody's customer (``benchmarks.outside.papers``): every fifth record is one of those, and half of these companies
look like a customer, with another legal form, city, trade or a word more. Right is a record that is matched to its
customer. Precision is the share of right ones among the matched, recall the share of them among the records of
customers, but for those whose name another customer bears too: no name tells them apart, and they are told by
themselves. Intervals are 95%, over companies.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date

import numpy as np
import pandas as pd

from benchmarks.outside.papers import KINDS, OTHER_SCRIPT, written
from benchmarks.outside.registers import Register, register
from benchmarks.results import Figure, at_least, told
from features.naming.matching import Bounds, Matcher, State
from features.naming.register import Known
from features.naming.suppliers import US, Suppliers
from pipeline.params import Names
from pipeline.progress import counted
from simulator.company import simulate
from simulator.papers import RIVALS as FIRMS
from simulator.papers import US as OUR_FIRM
from simulator.settings import World

CUSTOMERS, OTHERS, RECORDS = 600, 300, 5
STRANGE = 0.2
DAY, LAST = date(2024, 1, 1), date(2100, 1, 1)
PRECISION, RECALL = 0.98, 0.90
MANY_CUSTOMERS, MANY_RECORDS = 10_000, 100_000
SPELLINGS = 3
RIVALS = 8
RESAMPLES = 300


def papers(rng: np.random.Generator, made: Register) -> pd.DataFrame:
    """Give one row a record: ``name`` as written, ``customer`` (None: nobody's), and ``kinds`` of noise.

    ``firm`` is the name as kept, and ``like`` how a company that is nobody's looks like a customer.
    """
    rows = []
    for customer, firm, kept in made.customers:
        for _ in range(RECORDS):
            name, kinds = written(rng, firm, kept)
            rows.append({"customer": customer, "firm": kept, "name": name, "kinds": kinds, "like": ""})
    strangers = int(len(rows) * STRANGE / (1 - STRANGE))
    for _ in range(strangers):
        firm, like = made.others[int(rng.integers(len(made.others)))]
        name, kinds = written(rng, firm, firm.name())
        rows.append({"customer": None, "firm": firm.name(), "name": name, "kinds": kinds, "like": like})
    return pd.DataFrame(rows)


def answers(seed: int, bounds: Bounds) -> pd.DataFrame:
    """Write papers and match them; adds state, company, confidence, and ``twin``: the name is another's too."""
    rng = np.random.default_rng([seed, 1])
    made = register(rng, CUSTOMERS, OTHERS)
    rows = papers(rng, made)
    matcher = Matcher([Known(customer, kept) for customer, _, kept in made.customers], bounds)
    found = [matcher.found(name, DAY) for name in rows["name"]]
    firms = Counter(firm for _, firm, _ in made.customers)
    twins = {customer for customer, firm, _ in made.customers if firms[firm] > 1}
    return rows.assign(
        seed=seed,
        state=[one.state.value for one in found],
        company=[one.company for one in found],
        confidence=[one.confidence for one in found],
        second=[one.second for one in found],
        twin=rows["customer"].isin(twins),
    )


def simulated(seed: int, bounds: Bounds) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Match the papers of a simulated company: its records as in ``answers``, and those as in ``suppliers``."""
    made = simulate(World(customers=CUSTOMERS, days=1461, rivals=6), seed)
    customers = made.records["customers"]
    whose = made.truth["papers"][["record_id", "customer_id", "rival"]]
    rows = made.records["imports"][["record_id", "importer", "supplier"]].merge(whose, on="record_id")
    known = zip(customers["customer_id"], customers["name"], strict=True)
    matcher = Matcher([Known(customer, name) for customer, name in known], bounds)
    found = {name: matcher.found(name, LAST) for name in rows["importer"].unique()}
    twins = customers.loc[customers["name"].duplicated(keep=False), "customer_id"]
    importers = pd.DataFrame(
        {
            "customer": rows["customer_id"],
            "twin": rows["customer_id"].isin(twins),
            "state": [found[name].state.value for name in rows["importer"]],
            "company": [found[name].company for name in rows["importer"]],
        }
    )
    listed = {firm.name: (firm.native,) * bool(firm.native) for firm in FIRMS[:6]}
    judge = Suppliers([OUR_FIRM.name], listed, bounds)
    told = {name: _listed(judge, name) for name in rows["supplier"].unique()}
    truth = rows["rival"].where(rows["rival"].isna() | rows["rival"].isin(list(listed)), "")
    sellers = pd.DataFrame({"truth": truth.fillna(US), "said": rows["supplier"].map(told)})
    return importers, sellers


def _listed(judge: Suppliers, name: str) -> str:
    """Give US, a listed rival, or "" for a supplier that is taken for neither."""
    answer = judge.told(name)
    if answer.state is not State.MATCHED:
        return ""
    return US if answer.is_us else str(answer.rival)


def precision(rows: pd.DataFrame) -> float:
    said = rows[rows["state"] == State.MATCHED.value]
    return float((said["company"] == said["customer"]).mean())


def recall(rows: pd.DataFrame) -> float:
    asked = rows[rows["customer"].notna() & ~rows["twin"]]
    return float(((asked["state"] == State.MATCHED.value) & (asked["company"] == asked["customer"])).mean())


def interval(rows: pd.DataFrame, figure: Callable[[pd.DataFrame], float]) -> tuple[float, float]:
    """Give the bootstrap interval of a figure over companies, those that are nobody's customers among them."""
    rng = np.random.default_rng(0)
    of = rows["seed"].map(str) + rows["firm"]
    groups = [part.index.to_numpy() for _, part in rows.groupby(of)]
    drawn = []
    for _ in range(RESAMPLES):
        some = rng.integers(len(groups), size=len(groups))
        drawn.append(figure(rows.loc[np.concatenate([groups[place] for place in some])]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def suppliers(seed: int, bounds: Bounds) -> pd.DataFrame:
    """Write suppliers' names; one row a record: ``truth`` ("us", a rival, "": unlisted) and ``said``."""
    rng = np.random.default_rng([seed, 2])
    made = register(rng, RIVALS + 1, 60)
    listed = [firm for _, firm, _ in made.customers]
    us, rivals = listed[0], dict.fromkeys(firm.name() for firm in listed[1:])
    judge = Suppliers([us.name(), us.name("english")], dict.fromkeys(rivals, ()), bounds)
    rows = []
    for firm in [us] * 60 + listed[1:] * 20 + [firm for firm, _ in made.others] * 4:
        name = written(rng, firm, firm.name())[0]
        truth = US if firm == us else firm.name() if firm.name() in rivals else ""
        rows.append({"truth": truth, "said": _listed(judge, name)})
    return pd.DataFrame(rows)


def seconds(seed: int) -> float:
    """Give the seconds for many records against many customers, each of them written in SPELLINGS ways."""
    rng = np.random.default_rng([seed, 3])
    made = register(rng, MANY_CUSTOMERS, 1)
    spelt = [written(rng, firm, kept)[0] for _, firm, kept in made.customers for _ in range(SPELLINGS)]
    names = [spelt[place] for place in rng.integers(len(spelt), size=MANY_RECORDS)]
    begun = time.perf_counter()
    matcher = Matcher([Known(customer, kept) for customer, _, kept in made.customers], Bounds())
    for name in names:
        matcher.found(name, DAY)
    return time.perf_counter() - begun


def figures(seeds: Sequence[int]) -> Iterator[Figure]:
    """Measure precision and recall, by kind of noise and of look-alike, calibration, suppliers and speed."""
    settings = Names()
    bounds = Bounds(settings.matched, settings.uncertain)
    parts = []
    listed = []
    with counted("matching names", len(seeds)) as step:
        for seed in seeds:
            parts.append(answers(seed, bounds))
            listed.append(suppliers(seed, bounds))
            step()
    rows = pd.concat(parts, ignore_index=True)
    yield at_least("names: precision of matched", precision(rows), PRECISION)
    yield at_least("names: recall", recall(rows), RECALL)
    for name, figure in (("precision", precision), ("recall", recall)):
        low, high = interval(rows, figure)
        yield told(f"names: {name}, low end of its interval", low)
        yield told(f"names: {name}, high end", high)
    for kind in (*KINDS, OTHER_SCRIPT, "traditional"):
        some = rows[[kind in kinds for kinds in rows["kinds"]]]
        yield told(f"names: precision, {kind}", precision(some))
        yield told(f"names: recall, {kind}", recall(some))
    for like, some in rows[rows["customer"].isna()].groupby("like"):
        yield told(
            f"names: nobody's, matched all the same, {like}", float((some["state"] == "matched").mean())
        )
    twins = rows[rows["twin"]]
    yield told(
        "names: matched of those whose name two customers bear", float((twins["state"] == "matched").mean())
    )
    sure = rows[rows["state"] == "matched"]
    yield told("names: mean confidence of the matched", float(sure["confidence"].mean()))
    unsure = rows[rows["state"] == "uncertain"]
    yield told("names: uncertain, share of records", len(unsure) / len(rows))
    right = unsure["company"] == unsure["customer"]
    yield told("names: uncertain, mean confidence", float(unsure["confidence"].mean()))
    yield told("names: uncertain, the proposal is right", float(right.mean()))
    yield from _suppliers_told("suppliers", pd.concat(listed, ignore_index=True))
    papers_of = [simulated(seed, bounds) for seed in seeds]
    importers = pd.concat([one for one, _ in papers_of], ignore_index=True)
    yield at_least("names: simulated companies, precision", precision(importers), PRECISION)
    yield at_least("names: simulated companies, recall", recall(importers), RECALL)
    sellers = pd.concat([other for _, other in papers_of], ignore_index=True)
    yield from _suppliers_told("simulated companies, suppliers", sellers)
    yield told(
        f"names: seconds for {MANY_RECORDS:,} records and {MANY_CUSTOMERS:,} customers",
        seconds(seeds[0]),
    )


def _suppliers_told(name: str, rows: pd.DataFrame) -> Iterator[Figure]:
    said, known = rows[rows["said"] != ""], rows[rows["truth"] != ""]
    yield told(f"names: {name}, precision of us and rivals", float((said["said"] == said["truth"]).mean()))
    yield told(f"names: {name}, recall of us and rivals", float((known["said"] == known["truth"]).mean()))
