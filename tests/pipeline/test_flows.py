"""The section of purchases: it is there where customs records are, its figures are theirs, its names harmless."""

import html
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from models import flows_plot
from models.intervals import Interval
from pipeline import frames, page, purchases, report
from pipeline.paths import Paths
from pipeline.purchases import Purchases
from pipeline.sections import called, flows

LAST = date(2024, 6, 30)
LINES = ("pumps", "seals", "<b>valves</b>", "$x^2$", "阀门")
RIVALS = (
    "Baltic Flow",
    "<script>alert(1)</script>",
    "浙江恒力泵业有限公司",
    "$\\frac{1}{2}$",
    "Kessler & Sohn",
    "\x1b[31m",
)


def customs(customers: int = 40, months: int = 30) -> pd.DataFrame:
    """Give a shipment of ours a month and line, and from a day on ever more of a rival's; known 20 days later."""
    rng = np.random.default_rng(5)
    rows = []
    for i in range(customers):
        line, rival = LINES[i % len(LINES)], RIVALS[i % len(RIVALS)]
        begun = 5 + i % 20  # months before the last
        for back in range(months):
            day = pd.Timestamp("2024-05-12") - pd.DateOffset(months=back)
            moved = 0.6 if back < begun else 0.05
            for us, share in ((True, 1 - moved), (False, moved)):
                rows.append(
                    (f"C{i:04d}", day, line, None if us else rival, us, 1000 * share * rng.uniform(0.9, 1.1))
                )
    columns = ["customer_id", "shipped_on", "product_line", "rival", "is_us", "value"]
    frame = pd.DataFrame(rows, columns=columns).round({"value": 2})
    frame["quantity"] = frame["value"] / np.where(frame["is_us"], 10.0, 9.0)
    frame["known_at"] = frame["shipped_on"] + pd.Timedelta(days=20)
    frame["shipped_on"] = frame["shipped_on"].dt.date
    return frame.assign(record_id=[f"R{k}" for k in range(len(frame))], supplier="as written")


def written(standing: Paths, root: Path, imports: pd.DataFrame) -> Paths:
    """Lay the made company's outputs at ``root``, with customs records."""
    shutil.copytree(standing.root, root, symlinks=True, dirs_exist_ok=True)
    paths = Paths(root, standing.dataset)
    frames.write_parquet(paths.table("imports"), imports)
    return paths


def told_of(made: ModuleType, paths: Paths) -> Purchases:
    told = purchases.of_day(made.params(), paths, LAST)
    assert isinstance(told, Purchases)
    return told


def text_of(made: ModuleType, paths: Paths) -> str:
    sources = report.gathered(made.params(), paths)
    return page.render(made.params(), sources, flows.drawn(sources))


@pytest.fixture(scope="module")
def place(standing: Paths, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    return written(standing, tmp_path_factory.mktemp("customs"), customs())


@pytest.fixture(scope="module")
def text(made: ModuleType, place: Paths) -> str:
    return text_of(made, place)


def section(text: str) -> str:
    return text.split('<section id="flows">')[1].split("</section>")[0]


def number(cell: str) -> float:
    return float(re.sub(r"<[^>]*>|,", "", cell).replace("–", "0"))


def test_the_table_of_the_figure_adds_up_to_the_loss(made: ModuleType, place: Paths, text: str) -> None:
    told = told_of(made, place)
    table = section(text).split("that moved from us, by product line and rival")[1].split("</table>")[0]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in table.split("<tr")[2:]]
    cells = [[number(cell) for cell in row] for row in rows]
    assert len(cells) == len(LINES) + 1
    for row in cells:
        assert sum(row[:-1]) == pytest.approx(row[-1], abs=len(row))  # shown in whole money
    assert sum(row[-1] for row in cells[:-1]) == pytest.approx(cells[-1][-1], abs=len(cells))
    assert cells[-1][-1] == pytest.approx(told.away.value, abs=1)
    assert told.net.value == pytest.approx(told.away.value - told.back.value)


def test_a_rival_that_is_a_tenth_cheaper_is_told_so(made: ModuleType, place: Paths) -> None:
    gaps = told_of(made, place).position.set_index("supplier")["gap"]
    assert gaps["Baltic Flow"] == pytest.approx(9 / 10 - 1)


def test_a_net_gain_is_told_as_a_gain_with_its_interval_turned(made: ModuleType, place: Paths) -> None:
    told = replace(told_of(made, place), net=Interval(-50_000.0, -80_000.0, -20_000.0))
    sources = replace(report.gathered(made.params(), place), purchases=told)
    assert "a net gain of EUR 50k (20k to 80k, 95%)." in flows.view(made.params(), sources)["sentence"]


def test_names_that_read_alike_are_told_apart(made: ModuleType, place: Paths) -> None:
    told = replace(told_of(made, place), rivals=["us", "other rivals", "A\x00", "A\x01"])
    words = list(called.suppliers(told).values())
    assert len(words) == len(set(words))


def test_names_of_rivals_and_lines_stay_text(text: str) -> None:
    assert "<script>alert" not in text
    assert "<b>valves" not in text
    shown = html.unescape(section(text))
    for name in (*LINES, *RIVALS[:-1]):
        # Once in a table and once in a figure, as it stands.
        assert shown.count(name) >= 2
    assert "\x1b" not in text


def test_the_same_records_give_the_same_bytes(
    made: ModuleType, standing: Paths, text: str, tmp_path: Path
) -> None:
    assert text_of(made, written(standing, tmp_path, customs().sample(frac=1, random_state=3))) == text


def test_what_became_known_after_the_day_changes_nothing(
    made: ModuleType, standing: Paths, text: str, tmp_path: Path
) -> None:
    later = customs().assign(rival="Late", is_us=False, value=1e6, known_at=pd.Timestamp("2024-07-01"))
    both = pd.concat([customs(), later.assign(record_id="late " + later["record_id"])], ignore_index=True)
    assert text_of(made, written(standing, tmp_path, both)) == text


def test_without_customs_records_one_sentence_says_why(made: ModuleType, standing: Paths) -> None:
    text = text_of(made, standing)
    assert 'id="flows"' not in text
    assert 'href="#flows"' not in text
    assert text.count("Where purchases go cannot be told") == 1
    assert "no customs records" in text.split('<section id="records">')[1]


def test_too_few_months_are_told_as_too_few(made: ModuleType, standing: Paths, tmp_path: Path) -> None:
    text = text_of(made, written(standing, tmp_path, customs(months=5)))
    assert 'id="flows"' not in text
    assert "cover fewer than six months whole" in text


def test_nobody_else_in_the_records_is_told(made: ModuleType, standing: Paths, tmp_path: Path) -> None:
    ours = customs()
    assert "hold our shipments only" in text_of(made, written(standing, tmp_path, ours[ours["is_us"]]))


def test_columns_that_may_be_absent_may_be_absent(made: ModuleType, standing: Paths, tmp_path: Path) -> None:
    text = text_of(made, written(standing, tmp_path, customs().drop(columns=["quantity", "known_at"])))
    assert "No records tell prices" in section(text)


def test_labels_of_the_figure_never_meet() -> None:
    """One flow holds nearly everything, and 18 others next to nothing."""
    lines, rivals = [f"line {k}" for k in range(9)], [f"rival {k}" for k in range(10)]
    bands = pd.DataFrame(
        [
            (line, rival, 1e6 if line == "line 0" and rival == "rival 0" else 1.0)
            for line in lines
            for rival in rivals
        ],
        columns=["line", "rival", "value"],
    )
    colour = flows_plot.colours(rivals[:8], rivals[8:])
    drawing = flows_plot.flows(bands, dict.fromkeys(lines, "1"), dict.fromkeys(rivals, "1"), colour)
    for names in (lines, rivals):
        heights = sorted(
            float(re.search(rf'(?:y="|translate\([\d.]+ )([\d.]+)[^>]*>{name}<', drawing)[1])  # type: ignore[index]
            for name in names
        )
        assert min(np.diff(heights)) >= 12  # points; the letters are 9 points high
