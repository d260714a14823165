"""The command that tells which product lines rivals take over."""

import json
from datetime import date

import pandas as pd
import pytest

from features.sources import IMPORTS
from pipeline import cli, ingest, simulate, wallet
from pipeline.frames import write_text
from pipeline.params import Params, load
from pipeline.paths import Paths

DAY = date(2022, 9, 30)
SPEC = """\
company: {names: [Waldmann Industrietechnik GmbH]}
rivals: [Norvik Industrial Supply, Ruike Hardware, Hallberg Werkzeuge, Castellan Components]
simulate: {customers: 60, start: "2021-01-01", days: 700, seed: 61, world: {rivals: 4}}
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Params, Paths]:
    """Records of a simulated company with rivals; whose they are is found by the names on them."""
    paths = Paths(tmp_path_factory.mktemp("wallet"), "brook")
    write_text(paths.root / "params.yaml", "seed: 7\n")
    write_text(paths.spec, SPEC)
    params = load(paths)
    for stage in (simulate, ingest):
        stage.run(params, paths)
    return params, paths


@pytest.fixture
def asked(company, monkeypatch, capsys):
    """``asked("--json")``: what the command prints of the day."""
    monkeypatch.setenv("FOREWARN_ROOT", str(company[1].root))

    def printed(*words: str) -> str:
        cli.main(["wallet", "--dataset", "brook", "--as-of", DAY.isoformat(), *words])
        return capsys.readouterr().out

    return printed


def test_a_day_tells_shares_and_switches_by_what_was_known_of_it(company):
    found = wallet.of_day(*company, DAY)
    assert found is not None
    assert len(found.switches) > 3
    assert found.wallet["share_now"].dropna().between(0, 1).all()
    imports = pd.read_parquet(company[1].table(IMPORTS.name)).set_index("record_id")
    behind = [record["record_id"] for some in found.switches["evidence"] for record in some]
    assert imports.loc[behind, "known_at"].max() < pd.Timestamp(DAY) + pd.Timedelta(days=1)
    assert not imports.loc[behind, "is_us"].any()


def test_the_command_says_it_in_both_languages_and_for_programs(company, asked):
    rows = wallet.of_day(*company, DAY).switches
    row = rows.sort_values("value", ascending=False, kind="stable").iloc[0]
    told = asked()
    assert f"Rivals take over {len(rows)} product lines" in " ".join(told.split())
    assert row["customer_id"] in told
    assert f"接手{len(rows)}条产品线" in "".join(asked("--zh").split())
    printed = json.loads(asked("--json"))
    assert printed["as_of"] == "2022-09-30"
    assert [one["rival"] for one in printed["switches"]] == rows["rival"].tolist()
    assert len(printed["wallet"]) == len(wallet.of_day(*company, DAY).wallet)


def test_without_customs_records_the_command_says_what_to_add(company, monkeypatch, capsys):
    _, paths = company
    monkeypatch.setenv("FOREWARN_ROOT", str(paths.root))
    aside = paths.table(IMPORTS.name).rename(paths.root / "aside.parquet")
    try:
        with pytest.raises(SystemExit) as stopped:
            raise SystemExit(cli.main(["wallet", "--dataset", "brook"]))
    finally:
        aside.rename(paths.table(IMPORTS.name))
    assert stopped.value.code == 12
    assert "has no customs records; put a table 'imports' beside the others" in capsys.readouterr().err
