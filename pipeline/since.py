# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)
"""``forewarn why CUSTOMER --since DATE``: why one customer's probability moved, in the terminal or as JSON.

What it was and what it is, the parts that lie between, and what changed in the records.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from models.moves import LEAST
from pipeline import listing, moving, records, words
from pipeline.errors import MissingInput
from pipeline.frames import json_text, read_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.report import features
from pipeline.telling import batch
from pipeline.terminal import console, plain_table
from pipeline.why import add_up, known_as, nobody, title, unscored

ENGLISH = {
    "days": "from {since} to {as_of}",
    "leaves": "Leaves within {days} days: {then} then, {now} now ({change} points)",
    "adds": "How the change comes about, in points",
    "then": "then",
    "now": "now",
    "changed": "What changed in its records",
    "nothing": "nothing that moved the probability",
    "others": "Everybody: what happened to the average customer in the same time.",
    "nobody": "Too few customers were scored on both days to say what happened to everybody.",
    "level": "Level: how many leave at this time of the year, whoever they are.",
    "model": "Model: another model serves now than on {since}.",
    "together": "Model: another model serves now, and the one of {since} is gone; so what was entered or corrected "
    "in the records since then is in it too.",
    "entered": "Entered since: the records now say of those days what they did not say when they were scored.",
    "moved": "These are moves of the model, not causes in the world: they say which records moved the probability.",
}
CHINESE = {
    "days": "{since} 至 {as_of}",
    "leaves": "{days}天内流失的概率：当时 {then}，现在 {now}（{change} 个百分点）",
    "adds": "变化的构成（百分点）",
    "then": "当时",
    "now": "现在",
    "changed": "其记录中的变化",
    "nothing": "没有影响概率的变化",
    "others": "全体：同一时期平均客户发生的变化。",
    "nobody": "两个日期都有评分的客户太少，无法判断全体的变化。",
    "level": "水平：每年此时流失的多少，与具体客户无关。",
    "model": "模型：现在使用的模型与 {since} 的不同。",
    "together": "模型：现在使用另一个模型，而 {since} 的模型已不在；此后补录或更正的记录也计入其中。",
    "entered": "补录：现在的记录对当时的说明，与评分时不同。",
    "moved": "以上是模型的变化，不是现实世界的因果：它们说明哪些记录影响了概率。",
}


def run(
    params: Params,
    paths: Paths,
    customer: str,
    since: date,
    as_of: date | None,
    chinese: bool,
    file: TextIO | None = None,
    *,
    as_json: bool = False,
) -> None:
    """Print why the probability of one customer moved from the scores of ``since`` to those of ``as_of``."""
    records.demand_whole(paths, ("customers",))
    known = read_parquet(paths.table("customers"), made_by=f"forewarn ingest --dataset {paths.dataset}")
    if customer not in set(known["customer_id"]):
        raise MissingInput(nobody(customer, known, paths))
    out = console(file)
    who = known_as(known, customer)
    for scored in (batch(paths, since), batch(paths, as_of)):
        if customer not in set(scored.scores["customer_id"]):
            unscored(params, paths, customer, who, scored, chinese, out)
            return
    found = moving.moved(params, paths, since, as_of, [customer])
    row = found.rows.to_dict("records")[0]
    if as_json:
        told = {"separate": found.separate, "drawn": found.drawn, **row}
        out.file.write(json_text({**told, "since": found.since, "as_of": found.as_of}))
        return
    tell(params, found, row, who, features(paths), chinese, out)


def parts(row: Mapping[Any, Any], *, chinese: bool = False) -> dict[str, float]:
    """Give the parts of a change by name: causes of its own, strongest first, then what is not its own."""
    own = {
        str(name).removeprefix("own_"): float(value)
        for name, value in row.items()
        if str(name).startswith("own_")
    }
    ranked = sorted(own, key=lambda cause: (-abs(own[cause]), cause))
    return {words.cause(cause, chinese=chinese): own[cause] for cause in ranked} | {
        words.moved(name, chinese=chinese): float(row[name]) for name in moving.APART
    }


def tell(
    params: Params,
    found: moving.Moved,
    row: Mapping[Any, Any],
    who: Mapping[str, str],
    declared: Mapping[str, Mapping[str, Any]],
    chinese: bool,
    out: Console,
) -> None:
    """Print why one customer moved."""
    text = CHINESE if chinese else ENGLISH
    out.print()
    out.print(Text(title(who, text["days"].format(since=found.since, as_of=found.as_of))))
    out.print()
    then, now = words.adding_up([row["p_then"]])[0], words.adding_up([row["p_now"]])[0]
    out.print(
        Text(
            text["leaves"].format(
                days=params.dataset.label.horizon_days,
                then=words.share(row["p_then"]),
                now=words.share(row["p_now"]),
                change=words.signed(now - then, 1),
            )
        )
    )
    out.print()
    out.print(Text(text["adds"]))
    add_up((text["then"], row["p_then"]), parts(row, chinese=chinese), (text["now"], row["p_now"]), "░", out)
    for note in notes(found, row):
        out.print(Text(text[note].format(since=found.since)))
    out.print()
    out.print(Text(text["changed"]))
    _changes(row, declared, params.dataset.currency, chinese, out)
    out.print()
    out.print(Text(text["moved"]))


def notes(found: moving.Moved, row: Mapping[Any, Any]) -> list[str]:
    """Name the parts that are not the customer's own and large enough to be shown, for what is said of them."""
    told = [name for name in moving.APART if abs(row[name]) >= listing.LEAST]
    if found.drawn < LEAST:
        told.insert(0, "nobody")
    return ["together" if name == "model" and not found.separate else name for name in told]


def _changes(
    row: Mapping[Any, Any],
    declared: Mapping[str, Mapping[str, Any]],
    currency: str,
    chinese: bool,
    out: Console,
) -> None:
    if not len(row["changed"]):
        out.print(Text("  " + (CHINESE if chinese else ENGLISH)["nothing"]))
        return
    table = plain_table()
    table.show_header = False
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for change in row["changed"]:
        feature = declared.get(change["feature"], {})
        table.add_row(
            "  " + words.points(change["contribution"]),
            words.cause(str(feature.get("cause", "")), chinese=chinese),
            Text(listing.change_in_words(change, feature, currency, chinese=chinese)),
        )
    out.print(table)
