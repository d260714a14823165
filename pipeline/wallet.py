"""Our share of what every customer imports, and the product lines that rivals take over, on a day."""

from dataclasses import asdict
from datetime import date
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from features.past import frames_on
from features.sources import IMPORTS
from features.switches import Turn, switches
from features.wallet import wallet
from pipeline import records, wallet_told
from pipeline.errors import MissingInput
from pipeline.frames import json_text
from pipeline.params import Params
from pipeline.paths import Paths


class Wallets(NamedTuple):
    """``wallet``: one row a customer and product line (`features.wallet`); ``switches``: one row a customer,
    product line and rival that takes it over (`features.switches`)."""

    wallet: pd.DataFrame
    switches: pd.DataFrame


def run(params: Params, paths: Paths, as_of: date | None, *, zh: bool, as_json: bool) -> None:
    """Print the product lines that rivals take over on a day, on the last day of the orders without one."""
    records.demand_here(params, paths)
    as_of = as_of or records.last_day(paths)
    found = of_day(params, paths, as_of)
    if found is None:
        raise MissingInput(
            f"Dataset '{paths.dataset}' has no customs records; put a table 'imports' beside the others "
            f"(docs/reference/contract.md) and run '{records.made_by(paths)}'."
        )
    if as_json:
        rows = {name: frame.to_dict("records") for name, frame in found._asdict().items()}
        print(json_text({"dataset": paths.dataset, "as_of": as_of, **rows}), end="")
    else:
        wallet_told.tell(*found, params.dataset.currency, params.report.listed, zh=zh)


def of_day(params: Params, paths: Paths, as_of: date) -> Wallets | None:
    """Give both frames by what was known on a day; None where the dataset has no customs records."""
    found = records.tables(paths, (IMPORTS.name,))
    return of_records(params, found[IMPORTS.name], as_of) if found else None


def of_records(params: Params, imports: pa.Table, as_of: date) -> Wallets:
    """Give both frames from checked customs records."""
    rows = frames_on({IMPORTS.name: imports}, as_of)[IMPORTS.name]
    day, told = pd.Timestamp(as_of), params.wallet
    return Wallets(
        wallet(rows, day, told.now_days, told.before_days),
        switches(rows, day, turn(params)),
    )


def turn(params: Params) -> Turn:
    """Give the thresholds of a turn."""
    told = params.wallet.model_dump()
    return Turn(**{name: told[name] for name in asdict(Turn())})
