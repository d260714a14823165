"""Names of companies as customs papers have them: in another script, shortened, turned round, mistyped.

A company has a few habitual ways of being written (its forwarders' and brokers'), and a paper takes one of them. On
a part of the papers somebody mistypes. Whose a paper is stands in the truth, never in the name alone: two customers
may share a name.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulator.clock import Ints
from simulator.names import FAMILIES, FORMS, TRADES
from simulator.spelling import chinese, latin, mistyped
from simulator.traits import INDUSTRIES

WAYS = 6
"""Habitual ways in which one company is written; the first is the commonest."""
COMMON = np.array([0.42, 0.20, 0.14, 0.10, 0.08, 0.06])


@dataclass(frozen=True)
class Firm:
    """A company that sells: its canonical name, legal form, country; the name in Chinese, where it has one."""

    name: str
    form: str
    country: str
    native: str = ""


US = Firm("Waldmann Industrietechnik", "GmbH", "DE")
"""The company itself."""
OURS = (
    "Waldmann Industrietechnik GmbH",
    "WALDMANN INDUSTRIETECHNIK GMBH",
    "Waldmann Industrietechn. GmbH",
    "Waldmann Industrietechnik",
    "WALDMANN INDUSTRIETECHNIK G.M.B.H.",
    "Waldmann Ind.technik GmbH Logistics Centre",
)
"""How it is written: mildly, since it fills in its own papers."""
RIVALS = (
    Firm("Norvik Industrial Supply", "AB", "SE"),
    Firm("Ruike Hardware", "Co., Ltd", "CN", "深圳锐科五金有限公司"),
    Firm("Hallberg Werkzeuge", "GmbH", "DE"),
    Firm("Castellan Components", "Ltd", "GB"),
    Firm("Meridiana Utensili", "S.r.l.", "IT"),
    Firm("Dongsheng Precision", "Co., Ltd", "CN", "东莞东盛精密有限公司"),
    Firm("Brightwell Fasteners", "Inc.", "US"),
    Firm("Kurashiki Seiki", "K.K.", "JP"),
    Firm("Delcourt Fournitures", "S.A.", "FR"),
    Firm("Technopol Zaopatrzenie", "Sp. z o.o.", "PL"),
    Firm("Anadolu Makina", "A.Ş.", "TR"),
    Firm("Vaishnav Engineering", "Pvt. Ltd.", "IN"),
)


def ways(rng: np.random.Generator, name: str) -> list[str]:
    """The habitual ways in which a customer is written."""
    draw = chinese if any(sign >= "\u2e80" for sign in name) else latin
    return [draw(rng, name, first=nth == 0) for nth in range(WAYS)]


def firm_ways(rng: np.random.Generator, firm: Firm) -> list[str]:
    """Ways of writing a supplier; a Chinese one stands in either script."""
    if firm is US:
        return list(OURS)
    name = f"{firm.name} {firm.form}"
    latin_ways = [latin(rng, name, first=nth == 0) for nth in range(WAYS)]
    if not firm.native:
        return latin_ways
    city = {"深圳": "Shenzhen", "东莞": "Dongguan"}[firm.native[:2]]
    with_city = [f"{city} {way}" if rng.random() < 0.6 else way for way in latin_ways]
    return [firm.native if rng.random() < 0.3 else way for way in with_city]


def table(
    rng: np.random.Generator,
    misspelt: float,
    strangers: float,
    names: npt.NDArray[np.object_],
    suppliers: int,
    records: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``imports`` as written on paper, and the truth of whose each record is.

    ``records`` are those of customers; those of importers that are no customers come on top, ``strangers`` of all.
    """
    records = _with_strangers(rng, strangers, records)
    count = len(records)
    whose = records["customer_id"].str[1:].fillna("-1").astype(np.int64).to_numpy()
    importer = np.full(count, "", dtype=object)
    own, of = np.unique(whose, return_inverse=True)
    forms = np.array([ways(rng, str(names[customer])) for customer in own if customer >= 0], dtype=object)
    way, known = _way(rng, count), whose >= 0
    importer[known] = forms[of[known] - (own[:1] < 0).sum(), way[known]] if known.any() else ""
    foreign = np.flatnonzero(whose < 0)
    importer[foreign] = _stranger_names(rng, len(foreign))
    firms = [*RIVALS[:suppliers], US]
    sellers = np.array([firm_ways(rng, firm) for firm in firms], dtype=object)
    code = {firm.name: place for place, firm in enumerate(RIVALS[:suppliers])}
    seller = records["rival"].map(code).fillna(suppliers).astype(np.int64).to_numpy()
    supplier = sellers[seller, _way(rng, count)]
    for column in (importer, supplier):
        for at in np.flatnonzero(rng.random(count) < misspelt):
            column[at] = mistyped(rng, str(column[at]))
    record = pd.Series([f"R{place:07d}" for place in range(count)], dtype="str")
    imports = pd.DataFrame(
        {
            "record_id": record,
            "importer": pd.Series(importer, dtype="str"),
            "supplier": pd.Series(supplier, dtype="str"),
            **{
                name: records[name]
                for name in ("shipped_on", "product_line", "value", "quantity", "origin", "known_at")
            },
        }
    )
    return imports, pd.DataFrame(
        {"record_id": record, "customer_id": records["customer_id"], "rival": records["rival"]}
    )


def _way(rng: np.random.Generator, count: int) -> Ints:
    return rng.choice(WAYS, size=count, p=COMMON)


def _with_strangers(rng: np.random.Generator, strangers: float, records: pd.DataFrame) -> pd.DataFrame:
    """Strangers buy from rivals what customers buy, in other amounts."""
    theirs = records[records["rival"].notna()]
    count = int(len(records) * strangers / (1 - strangers)) if len(theirs) else 0
    others = theirs.iloc[np.sort(rng.integers(0, max(len(theirs), 1), count))]
    others = others.assign(
        customer_id=None, value=np.round(others["value"] * np.exp(rng.normal(0, 0.5, len(others))), 2)
    )
    both = pd.concat([records, others.astype(records.dtypes)], ignore_index=True)
    return both.sort_values("shipped_on", kind="stable", ignore_index=True)


def _stranger_names(rng: np.random.Generator, count: int) -> list[str]:
    """A few dozen companies that are nobody's customers."""
    pool = []
    for _ in range(40):
        industry = INDUSTRIES[rng.integers(len(INDUSTRIES))]
        family = FAMILIES[rng.integers(len(FAMILIES))]
        ending = ("mann", "sen", "ski", "etti", "berg", "ov")[rng.integers(6)]
        trade = TRADES[industry][rng.integers(4)]
        pool.append(f"{family[:4]}{ending} {trade} {FORMS[rng.integers(len(FORMS))]}")
    return [pool[at].upper() for at in rng.integers(0, len(pool), count)]
