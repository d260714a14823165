"""`make bench-cases`: who was found before leaving in ten new simulated companies; the going of Online Retail II.

Each company goes through the real stages (``benchmarks.planted``). The leavers are those of the simulator's truth
whom the departure rule asks about on their last day (slow buyers are left out by design; they are told apart), with
an L whose 120 days before hold none but test dates. Lists are ranked by the probability of being about to leave,
where there is one; all rankings stand on the same customers and dates. Lists by lot are told with them: four of
them in a row find a third.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks import departing, planted, reader
from benchmarks.results import Figure, at_least, publish, show, told
from features import cohort
from models import budgets, cases, families
from models.shares import median, shares
from pipeline import label, params, records, store
from pipeline.cases import ranked as ranking
from pipeline.frames import read_parquet
from pipeline.paths import Paths
from pipeline.progress import counted

SEEDS = tuple(range(9001, 9011))
"""Companies that nothing was developed on; development used seeds up to 50."""
CUSTOMERS = 2000
TENTH, FIFTH = 0.10, 0.20
CHAMPION, CHURN, RULE, SILENCE, READER = (
    "champion, by p_going",
    "champion, by p_churn",
    "cadence rule",
    "LightGBM trained on silence",
    "best possible reader",
)


@dataclass(frozen=True)
class Company:
    """One company after its run: its predictions by ranking (rows alike), and who left.

    ``leavers`` hold customer_id, left_on, and of which ``kind``: "known" (decided to leave, and the rule asks about
    it), "slow" (decided, and the rule does not ask), "by the rule" (silent long enough, decided or not).
    """

    rows: pd.DataFrame
    by: Mapping[str, np.ndarray]
    leavers: pd.DataFrame


def ranked_in(made: planted.Made) -> Company:
    """Rank the customers of a company on its test dates in every way."""
    settings, paths, said, champion = made.params, made.paths, made.predictions, made.champion
    keys = ["as_of", "customer_id"]
    each = {
        name: rows.sort_values(keys, ignore_index=True)
        for name, rows in said.groupby("family")
        if name in (champion, "cadence_rule")
    }
    rows = each[champion]
    there = records.tables(paths, ("customers", "trade"))
    customers = there["customers"].to_pandas(date_as_object=False)
    people = customers.drop_duplicates("customer_id").set_index("customer_id")
    rule = label.rule_of(settings)
    bought = cohort.purchases(there["trade"], list(people.index), rule, records.span(there["trade"])[1])
    truth = {name: made.truth(name) for name in ("leavers", "spells", "traits")}
    rows = rows.assign(segment=people.loc[rows["customer_id"], "segment"].to_numpy())
    by = {
        CHAMPION: ranking(rows, "p_going"),
        CHURN: ranking(rows, "p_churn"),
        RULE: each["cadence_rule"]["p_churn"].to_numpy(),
        SILENCE: _silence(settings, paths, rows, there["trade"]),
        READER: reader.ranked(truth, bought, rows),
    }
    return Company(rows, by, _leavers(truth["leavers"], bought))


def _leavers(truth: pd.DataFrame, bought: pd.DataFrame) -> pd.DataFrame:
    departs = bought.loc[bought["departs"], ["customer_id", "bought_on"]].set_axis(
        ["customer_id", "left_on"], axis=1
    )
    decided = truth[["customer_id", "last_purchase_on"]].set_axis(["customer_id", "left_on"], axis=1)
    decided = decided.astype({"left_on": "datetime64[s]"})
    asked = (
        decided.merge(departs, on=["customer_id", "left_on"], how="left", indicator=True)["_merge"] == "both"
    )
    kind = np.where(asked, "known", "slow")
    return pd.concat([decided.assign(kind=kind), departs.assign(kind="by the rule")], ignore_index=True)


def _silence(settings: params.Params, paths: Paths, rows: pd.DataFrame, trade: pa.Table) -> np.ndarray:
    """Give the scores of a LightGBM that learns who is silent in the 90 days ahead.

    It is fitted anew on each date, on what was known by then. It has the same features, and rows of the same
    customers, as the champion; its labels are known sooner.
    """
    everyone = read_parquet(paths.cohort)
    everyone = everyone[everyone["eligible"]]
    everyone = everyone[np.array([paths.features(day.date()).exists() for day in everyone["as_of"]])]
    everyone = everyone.sort_values(["as_of", "customer_id"], ignore_index=True)
    silent = cohort.label(everyone, trade, cohort.Rule("silence", settings.dataset.label.horizon_days))
    y = silent["label"].to_numpy(np.int64)
    names = [entry["name"] for entry in store.catalogue(paths)["features"] if not entry["shared"]]
    tables = [store.read(paths, day.date(), names) for day in everyone["as_of"].unique()]
    X = pa.concat_tables(tables).to_pandas(date_as_object=False)
    X = (
        everyone[store.KEYS]
        .merge(X, on=store.KEYS, how="left", validate="one_to_one")[names]
        .astype("float64")
    )
    scores = np.full(len(rows), np.nan)
    for day in rows["as_of"].unique():
        known = (silent["known_on"] <= day).to_numpy()
        now = (everyone["as_of"] == day).to_numpy()
        model = families.fit(
            "boosted", X[known], y[known], families.defaults("boosted"), settings.seed, settings.train.threads
        )
        scores[(rows["as_of"] == day).to_numpy()] = model.score(X[now])
    return scores


def hits(company: Company, kind: str) -> pd.DataFrame:
    """Give one row a leaver of a kind with all its dates: what each ranking's lists did about it."""
    chosen = company.leavers[company.leavers["kind"] == kind]
    chosen = chosen[cases.in_test_months(company.rows, chosen["left_on"])]
    there = cases.chances(company.rows, chosen)
    there = there.among(there.whole(cases.BEFORE))
    before, late = there.ahead(cases.BEFORE), there.around(cases.BEFORE, cases.GRACE)
    told = {"customer_id": there.customers, "asked": (there.asked & before).any(axis=1)}
    for share in (TENTH, FIFTH):
        drawn = np.where(there.asked, 1 - share, 1.0)
        told[f"lots {share:g}"] = 1 - np.where(before, drawn, 1.0).prod(axis=1)
        told[f"late lots {share:g}"] = 1 - np.where(late, drawn, 1.0).prod(axis=1)
        for name, by in company.by.items():
            on = budgets.listed(company.rows, budgets.needed(company.rows, by), share)
            flagged = there.of(on, False).astype(bool)
            hit = flagged & before
            first = there.days[np.arange(len(hit)), hit.argmax(axis=1)]
            told[f"{name} {share:g}"] = hit.any(axis=1)
            told[f"late {name} {share:g}"] = (flagged & late).any(axis=1)
            told[f"lead {name} {share:g}"] = np.where(hit.any(axis=1), first, np.nan)
    return pd.DataFrame(told)


def figures(pooled: Mapping[str, pd.DataFrame]) -> Iterator[Figure]:
    """Give the figures of all companies together, those with a bar first."""
    known = pooled["known"]
    one, who = np.ones(len(known)), known["customer_id"].to_numpy()
    columns = [name for name in known.columns if name not in ("customer_id", "asked") and "lead" not in name]
    found = shares({name: (known[name].to_numpy(float), one) for name in columns}, who)
    lead = known[f"lead {CHAMPION} {TENTH:g}"].dropna()
    at_tenth, at_fifth = found[f"{CHAMPION} {TENTH:g}"], found[f"{CHAMPION} {FIFTH:g}"]
    late = found[f"late {CHAMPION} {TENTH:g}"]
    yield told("companies: leavers with all their dates", len(known))
    for share, interval, bar in ((TENTH, at_tenth, 0.45), (FIFTH, at_fifth, 0.60)):
        yield at_least(f"{CHAMPION}: flagged in the 120 days before, at {share:.0%}", interval.value, bar)
        yield told("  its interval, lower end", interval.low)
        yield told("  its interval, upper end", interval.high)
    yield at_least(f"{CHAMPION}: the same and 30 days of grace, at {TENTH:.0%}", late.value, 0.70)
    middle = median(lead.to_numpy(), who[lead.index])
    yield at_least(f"{CHAMPION}: median days before, at {TENTH:.0%}", middle.value, 60)
    for name in (CHURN, RULE, SILENCE, READER, "lots"):
        for share in (TENTH, FIFTH):
            yield told(
                f"{name}: flagged in the 120 days before, at {share:.0%}", found[f"{name} {share:g}"].value
            )
        yield told(
            f"{name}: the same and 30 days of grace, at {TENTH:.0%}", found[f"late {name} {TENTH:g}"].value
        )
        if name != "lots":
            days = known[f"lead {name} {TENTH:g}"].median()
            yield told(f"{name}: median days before, at {TENTH:.0%}", float(days))
    for kind in ("slow", "by the rule"):
        others = pooled[kind]
        yield told(f"leavers {kind}", len(others))
        yield told(f"leavers {kind}, asked about on some date", float(others["asked"].mean()))
        for share in (TENTH, FIFTH):
            yield told(
                f"leavers {kind}, {CHAMPION}, at {share:.0%}", float(others[f"{CHAMPION} {share:g}"].mean())
            )


def measured(seeds: tuple[int, ...], customers: int, step) -> dict[str, pd.DataFrame]:  # type: ignore[no-untyped-def]
    """Run every company and pool its leavers, by kind."""
    pools: dict[str, list[pd.DataFrame]] = {"known": [], "slow": [], "by the rule": []}
    for seed in seeds:
        ranked = ranked_in(planted.made(seed, customers))
        for kind, found in pools.items():
            rows = hits(ranked, kind)
            found.append(rows.assign(customer_id=f"{seed} " + rows["customer_id"].astype("str")))
        step()
    return {kind: pd.concat(found, ignore_index=True) for kind, found in pools.items()}


def main() -> int:
    room = argparse.ArgumentParser(prog="python -m benchmarks.cases", description=__doc__)
    room.add_argument("--seeds", metavar="SEED,...", help="other companies; writes no result")
    room.add_argument("--customers", type=int, default=CUSTOMERS, help="customers of a company")
    asked = room.parse_args()
    seeds = tuple(map(int, asked.seeds.split(","))) if asked.seeds else SEEDS
    with counted("cases", len(seeds)) as step:
        found = list(figures(measured(seeds, asked.customers, step)))
    if asked.seeds:
        return show("cases, other companies", found)
    return publish("cases", [*found, *departing.figures()])


if __name__ == "__main__":
    sys.exit(main())
