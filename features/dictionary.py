"""The dictionary of features as a page, written from the declarations."""

from collections.abc import Sequence

from features.feature import Feature

_RISK = {1: "more raises the risk", -1: "more lowers the risk", 0: ""}

_OPENING = """# Dictionary of features

Written from the catalogue by `make docs`; do not edit. {count} features from {sources} sources.

A feature is one number about a customer on an as-of date, computed from what was known on that day. `none` is
what the absence of records means: 0, or unknown (an empty cell of the store). A window of 90 days is
`(as_of - 90, as_of]`; without a window the whole past counts.
"""


def dictionary(catalogue: Sequence[Feature]) -> str:
    """Give the page as Markdown: a table a source, one row a feature."""
    sources = list(dict.fromkeys(feature.source for feature in catalogue))
    page = [_OPENING.format(count=len(catalogue), sources=len(sources))]
    for source in sources:
        mine = [feature for feature in catalogue if feature.source == source]
        page.append(f"## {source} ({len(mine)})\n")
        page.append("| feature | meaning | 含义 | window | unit | cause | none | risk | measure |")
        page.append("|---|---|---|---|---|---|---|---|---|")
        page += [_row(feature) for feature in mine]
        page.append("")
    return "\n".join(page)


def _row(feature: Feature) -> str:
    told = feature.described()
    where = "".join(f", {column} in {'/'.join(words)}" for column, words in told["where"].items())
    cells = (
        f"`{feature.name}`",
        feature.en,
        feature.zh,
        f"{feature.days} days" if feature.days else "",
        feature.unit.value,
        feature.cause.value,
        feature.measure.empty,
        _RISK[feature.risk],
        f"`{told['measure']}` over {told['stream']}{where}",
    )
    return "| " + " | ".join(cells) + " |"
