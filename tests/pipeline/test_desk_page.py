"""The page of the desk: it says what the frames say, in both languages, and obeys the keyboard of a browser."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from actions import playbooks
from actions.events import Event, evening
from pipeline import frames as files
from pipeline import publishing
from pipeline.delivery import templates
from pipeline.desk import contacts, frames, history, page, quadrant, sources, texts, timeline
from pipeline.params import Params
from pipeline.paths import Paths
from tests import browser
from tests.pipeline import desked

EVIL = '<script>document.title="ran"</script><img src=x onerror="document.title=1">'
DAY = pd.Timestamp("2024-09-30")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, made: ModuleType) -> tuple[Params, Paths, date]:
    """A made company with a published desk; its first customer is named like a script."""
    paths = made.outputs(tmp_path_factory.mktemp("desk"), names=(EVIL, "苏州精密机械有限公司"))
    _interactions(paths)
    published(paths, made.SCORED, desked.made(made.batch(paths, made.SCORED), made.SCORED))
    return made.params(), paths, made.SCORED


def published(paths: Paths, as_of: date, made: dict[str, pd.DataFrame]) -> None:
    tables = {frames.file(name): frames.table(name, frame) for name, frame in made.items()}
    publishing.publish(paths, as_of, tables, {"absent": {}}, {}, "desk")


def _interactions(paths: Paths) -> None:
    """Everybody speaks twice a month: an executive until June, purchasing always."""
    days = pd.date_range("2023-10-05", "2024-09-25", freq="MS") + pd.Timedelta(days=9)
    rows = [
        (customer, day, role)
        for customer in files.read_parquet(paths.table("customers"))["customer_id"]
        for day in days
        for role in ("executive", "purchasing")
        if role == "purchasing" or day < pd.Timestamp("2024-06-30")
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "occurred_at", "contact_role"])
    frame["interaction_id"] = [f"I{i}" for i in range(len(frame))]
    frame["kind"], frame["direction"] = "call", "in"
    files.write_parquet(paths.table("interaction"), frame)


@pytest.fixture(scope="module")
def text(desk: tuple[Params, Paths, date]) -> str:
    params, paths, day = desk
    return page.render(params, sources.gathered(params, paths, day))


def test_equal_sources_give_equal_bytes(desk: tuple[Params, Paths, date], text: str) -> None:
    params, paths, day = desk
    assert page.render(params, sources.gathered(params, paths, day)) == text


def test_the_list_begins_with_the_plans_in_the_order_of_their_rank(desk: tuple[Params, Paths, date]) -> None:
    made = frames.read(desk[1], desk[2])
    listed = sources.ranked(made)
    chosen = made["plans"][made["plans"]["chosen"]].sort_values("rank")
    assert listed[: len(chosen)] == chosen["customer_id"].tolist()
    # Then everybody with an alert, and who is held out; each once.
    held = made["plans"].loc[made["plans"]["held_out"], "customer_id"]
    assert set(listed) == {*made["alerts"]["customer_id"], *held}
    assert len(listed) == len(set(listed))


def test_a_market_that_falls_is_said_once_and_its_alerts_stand_behind(
    desk: tuple[Params, Paths, date],
) -> None:
    params, paths, day = desk
    gathered = sources.gathered(params, paths, day)
    made = dict(gathered.frames)
    planned = made["plans"].loc[made["plans"]["chosen"] | made["plans"]["held_out"], "customer_id"]
    alerts = made["alerts"].sort_values(["level", "drop"], ignore_index=True)
    alone = alerts.index[~alerts["customer_id"].isin(planned)]
    alerts.loc[alone[:2], ["market", "specific"]] = [True, 0.02]
    said = "The industry wood falls as a whole"
    fall = {"industry": "wood", "as_of": day, "opened_on": day, "change": -0.3, "customers": 40, "told": "x"}
    made |= {
        "alerts": alerts,
        "shocks": pd.DataFrame([{**fall, "region": None, "en": said, "zh": "行业整体下滑"}]),
    }
    ranked = sources.ranked(made)
    marked = set(alerts.loc[alone[:2], "customer_id"])
    own = [ranked.index(customer) for customer in alerts.loc[alone[2:], "customer_id"]]
    assert max(own) < min(ranked.index(customer) for customer in marked)
    text = page.render(params, replace(gathered, frames=made))
    assert text.count(said) == 1
    assert text.count("行业整体下滑") == 1
    assert text.count("the market's</span>") + text.count("the market&#39;s</span>") == len(marked)


def test_what_a_change_is_made_of_stands_on_the_customers_page(desk: tuple[Params, Paths, date]) -> None:
    params, paths, day = desk
    gathered = sources.gathered(params, paths, day)
    one = {"customer_id": gathered.listed[0], "as_of": day, "days": 90, "before": 9000.0, "now": 4000.0}
    parts = {"change": -5000.0, "market": -1500.0, "region": 0.0, "competitor": -4000.0, "customer": 500.0}
    row = pd.DataFrame([{**one, **parts, "wallet_known": True}])
    text = page.render(params, replace(gathered, frames={**gathered.frames, "declines": row}))
    told = re.sub(r"<[^>]+>", "", re.findall(r'<p class="sales">(.*?)</p>', text)[0])
    assert "−EUR 1,500" in told
    assert "−EUR 4,000" in told
    assert "+EUR 500" in told


def test_a_customer_for_whom_nothing_fits_is_an_alert_alone(
    desk: tuple[Params, Paths, date], text: str
) -> None:
    without = frames.read(desk[1], desk[2])["plans"]["play"].isna()
    assert without.any()
    assert text.count('data-state="alert"') == int(without.sum())
    assert text.count('<span lang="en">No plan is proposed') == int(without.sum())
    assert ">nan" not in text.lower()


def test_everybody_on_the_list_has_a_page(text: str) -> None:
    rows = re.findall(r'<a class="open" href="#(c-[0-9a-f]{12})"', text)
    assert len(rows) >= 10
    assert rows == re.findall(r'<article class="one" id="(c-[0-9a-f]{12})"', text)


def test_the_list_is_cut_where_the_settings_say_and_the_page_says_so(
    desk: tuple[Params, Paths, date],
) -> None:
    params, paths, day = desk
    few = params.model_copy(update={"desk": params.desk.model_copy(update={"customers": 3})})
    cut = page.render(few, sources.gathered(few, paths, day))
    assert cut.count('<article class="one"') == 3
    whole = len(sources.ranked(frames.read(paths, day)))
    assert f"Shown are the first 3 of {whole}" in cut


def test_what_is_held_out_is_marked_as_not_to_be_contacted(
    desk: tuple[Params, Paths, date], text: str
) -> None:
    held = int(frames.read(desk[1], desk[2])["plans"]["held_out"].sum())
    assert held > 0
    assert text.count('data-state="held"') == held
    assert text.count('<p class="alarm"><b><span lang="en">held out: do not contact') == held


def test_everything_that_the_page_says_itself_is_said_in_both_languages(text: str) -> None:
    assert text.count('<span lang="en">') == text.count('<span lang="zh">') > 100


def test_the_log_of_a_customer_is_told_in_words(desk: tuple[Params, Paths, date]) -> None:
    params, paths, day = desk
    told = sources.gathered(params, paths, day)
    made = told.frames["alerts"].iloc[0]
    of = {"customer_id": made["customer_id"], "alert_id": made["alert_id"]}
    events = [
        Event("alert_opened", evening(day), "forewarn", **of, told={"as_of": str(day), "level": "red"}),
        Event(
            "finished", evening(day), "Ann <b>", **of, action_id="a", told={"outcome": "kept", "cost": 120.0}
        ),
    ]
    shown = page.render(params, sources.Sources(**{**vars(told), "events": events}))
    assert re.search(r"alert opened.*level.*>red<", shown)
    assert re.search(r"customer kept.*EUR 120.*Ann &lt;b&gt;", shown)


def logged(kind: str, **told: object) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """Give what the page tells of one event of the log besides who, when and what."""
    event = Event(
        kind, evening(DAY.date()), "forewarn", "C1", "a1", "b1", told={"as_of": "2024-09-30", **told}
    )
    return history.told(event, {}, "EUR")["facts"]


def test_the_log_says_why_an_alert_closed_where_it_knows() -> None:
    assert logged("alert_closed") == []
    assert logged("alert_closed", because="recovered") == [
        (("because", "原因"), ("health has recovered", "健康度已恢复"))
    ]
    ((_, unseen),) = logged("alert_closed", because="unseen")
    assert "winning back" in unseen[0]
    assert "挽回" in unseen[1]
    (_, waited) = logged("escalated", to="sales_director", because="start")
    assert waited == (("not done", "未完成"), ("start", "开始"))


def test_the_log_says_whether_the_customer_buys_on_and_what_came_to_nothing() -> None:
    assert logged("evaluated", kept=True, revenue=1200.0) == [
        (("by the records", "据记录"), ("the customer buys on", "客户仍在购买")),
        (("bought since", "此后购买"), ("EUR 1,200", "EUR 1,200")),
    ]
    assert logged("evaluated", kept=False, revenue=0.0) == [
        (("by the records", "据记录"), ("the customer buys no more", "客户不再购买")),
        (("bought since", "此后购买"), ("EUR 0", "EUR 0")),
    ]
    assert logged("finished", outcome="lost", cost=0)[1] == (("cost", "成本"), ("EUR 0", "EUR 0"))
    # A plan that was not left alone says nothing of it, nor does what is not known.
    assert logged("planned", play="x", held_out=False, cost=None, cause="", told=[]) == [
        (("plan", "方案"), ("x", "x"))
    ]


def test_every_word_that_a_playbook_can_use_is_said_in_chinese_too() -> None:
    for words, names in (
        (texts.ROLES, playbooks.ROLES),
        (texts.CHANNELS, get_args(playbooks.Channel)),
        (templates.CHANNEL_WORDS, get_args(playbooks.Channel)),
        (texts.LEVELS, playbooks.LEVELS[1:]),
        (templates.LEVEL_WORDS, playbooks.LEVELS[1:]),
    ):
        assert set(words) == set(names)
        assert all(re.search("[\u4e00-\u9fff]", zh) for _, zh in words.values())


def test_the_page_promises_no_draws_for_an_interval_that_is_exact() -> None:
    ((en, zh),) = (said for name, said in texts.GLOSSARY if name[0] == "Expected profit")
    assert "draws" not in en
    assert "抽样" not in zh


def test_a_role_has_cooled_where_three_months_hold_less_than_half_of_what_was_usual() -> None:
    # One a month for nine months, then one in three: .33 a month, less than half of 1.
    assert contacts.cooled(np.array([1] * 9 + [1, 0, 0]))
    # Two in three are .67 a month, more than half of 1.
    assert not contacts.cooled(np.array([1] * 9 + [1, 1, 0]))
    # Who spoke four times in nine months, less than one in two months, may well be silent for three.
    assert not contacts.cooled(np.array([1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0]))


def test_contacts_are_counted_by_role_in_the_month_that_ends_with_the_day() -> None:
    rows = pd.DataFrame(
        {
            "customer_id": "C1",
            # The last evening of the day still counts; a day earlier in the month before does so there.
            "occurred_at": pd.to_datetime(
                ["2024-09-30 23:59", "2024-08-31 00:00", "2024-08-30 12:00", "2023-09-30 12:00"]
            ),
            "contact_role": ["executive", "executive", "executive", "user"],
        }
    )
    (row,) = contacts.by_role(rows, DAY, 12)["C1"]
    assert [cell["count"] for cell in row["cells"]] == [0] * 10 + [1, 2]


def test_the_role_that_cooled_stands_on_the_customers_page(text: str) -> None:
    # Nine executives' contacts in the nine months before July, none since.
    assert re.search(r'<tr class="cooled"><th scope="row"><span lang="en">executives', text)
    assert not re.search(r'<tr class="cooled"><th scope="row"><span lang="en">purchasing', text)


def test_a_week_of_orders_is_one_bar_as_high_as_its_amount() -> None:
    span = timeline.Span(DAY, 12)
    orders = pd.DataFrame(
        {
            "customer_id": "C1",
            "ordered_at": [DAY, DAY - pd.Timedelta(days=6), DAY - pd.Timedelta(days=7)],
            "amount": [40.0, 60.0, 50.0],
        }
    )
    found = {name: rows["C1"] for name, rows in timeline.marks({"trade": orders}, span).items() if rows}
    (strip,) = timeline.strips(found, [], None, span)
    # 366 days from 2023-09-30; the last week ends at the right edge: 40 + 60 fill the strip, 50 half of it.
    assert strip["paths"][0]["d"] == "M360 30v-30h5V30zM353 30v-15h5V30z"
    assert strip["most"] == "100"


def test_what_is_unpaid_on_the_day_is_late_once_it_was_due() -> None:
    span = timeline.Span(DAY, 12)
    invoices = pd.DataFrame(
        {
            "customer_id": "C1",
            "issued_at": pd.to_datetime(["2024-05-01", "2024-06-01", "2024-09-20"]),
            "due_at": pd.to_datetime(["2024-05-31", "2024-07-01", "2024-10-20"]),
            "paid_at": pd.to_datetime(["2024-05-20", None, None]),
        }
    )
    assert timeline.marks({"finance": invoices}, span)["finance"]["C1"].marked.tolist() == [
        False,
        True,
        False,
    ]


def test_the_picture_divides_where_the_quadrants_do() -> None:
    values = pd.DataFrame(
        {
            "customer_id": ["A", "B", "C", "D"],
            "value": [80.0, 70.0, 20.0, 30.0],
            "risk": [0.4, 0.1, 0.5, 0.05],
            "quadrant": ["keep", "grow", "watch", "serve"],
        }
    )
    told = quadrant.picture(values, ["A"], {"A": {}})
    assert told is not None
    assert told["right_of"] == f"{2 + 0.96 * 70:.1f}"  # the least valuable of keep and grow
    # The least risky of keep and watch, .4 of the highest .5: sqrt(.8) of the way from the bottom to the top.
    assert told["above"] == f"{96 - 92 * np.sqrt(0.4 / 0.5):.1f}"
    assert told["others"].count("M") == 3


# In a real browser.


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Page]:
    path = browser.found()
    if path is None:
        sentence = "There is no chromium here; 'apt-get install chromium' brings Debian's."
        demanded = os.environ.get("FOREWARN_NO_SKIP") and not os.environ.get("FOREWARN_NO_BROWSER")
        (pytest.fail if demanded else pytest.skip)(sentence)
    with browser.browsing(path, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def shown(chrome: browser.Page, text: str, tmp_path: Path) -> browser.Page:
    """The page of the made desk, just opened in English at 1280 by 900."""
    path = tmp_path / "desk.html"
    path.write_text(text, "utf-8")
    chrome.size(1280, 900)
    chrome.media()
    chrome.complaints.clear()
    chrome.requests.clear()
    chrome.open(path.as_uri())
    chrome.run("document.getElementById('en').click()")
    return chrome


FOCUSED = "document.activeElement.getAttribute('href')"
VISIBLE = "[...document.querySelectorAll('article.one')].filter((a) => a.checkVisibility()).map((a) => a.id)"
LISTED = "document.getElementById('list').checkVisibility()"


def test_keys_walk_the_list_open_a_customer_and_lead_back(shown: browser.Page) -> None:
    places = shown.run("[...document.querySelectorAll('a.open')].map((one) => one.hash)")
    shown.press("j")
    assert shown.run(FOCUSED) == places[0]
    shown.press("j")
    shown.press("ArrowDown")
    shown.press("k")
    assert shown.run(FOCUSED) == places[1]
    shown.press("Enter")
    assert shown.run(VISIBLE) == [places[1][1:]]
    assert not shown.run(LISTED)
    assert shown.run("document.activeElement.tagName") == "H1"
    shown.press("j")  # the next of the list, without going back
    assert shown.run(VISIBLE) == [places[2][1:]]
    shown.press("Escape")
    assert shown.run(LISTED)
    assert shown.run(FOCUSED) == places[2]


def test_the_first_stop_of_the_tabulator_skips_to_the_list(shown: browser.Page) -> None:
    shown.press("Tab")
    assert shown.run(FOCUSED) == "#list"
    # What has the focus is seen: it comes into the window.
    assert shown.run("document.activeElement.getBoundingClientRect().left") >= 0
    shown.press("Enter")
    assert shown.run("document.activeElement.id") == "list"


def test_finding_leaves_the_rows_that_hold_the_word(shown: browser.Page) -> None:
    rows = "[...document.querySelectorAll('#week tbody tr')].filter((row) => !row.hidden).length"
    whole = shown.run(rows)
    shown.press("/")
    shown.write("c0001")
    assert shown.run(rows) == 1 < whole
    shown.press("Enter")
    assert "C0001" in shown.run("document.activeElement.closest('tr').textContent")
    shown.press("/")
    shown.press("Escape")
    assert shown.run(rows) == whole


def test_one_switch_changes_the_language_of_everything(shown: browser.Page) -> None:
    heading = (
        "[...document.querySelectorAll('h1 span')].filter((a) => a.checkVisibility()).map((a) => a.lang)"
    )
    assert shown.run(heading) == ["en"]
    shown.run("document.getElementById('zh').click()")
    assert shown.run(heading) == ["zh"]
    assert shown.run("document.documentElement.lang") == "zh"
    left = "[...document.querySelectorAll('span[lang=en]')].filter((one) => one.checkVisibility()).length"
    assert shown.run(left) == 0


def test_points_of_the_picture_are_named_and_walked_by_arrows(shown: browser.Page) -> None:
    shown.run("document.querySelector('a.dot[tabindex=\"0\"]').focus()")
    first = shown.run(FOCUSED)
    assert "C0" in shown.run("document.activeElement.querySelector('title').textContent")
    moved = {first}
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
        shown.press(key)
        moved.add(shown.run(FOCUSED))
    assert len(moved) > 1
    place = shown.run(FOCUSED)
    shown.press("Enter")
    assert shown.run(VISIBLE) == [place[1:]]


def test_a_customer_named_like_a_script_is_only_a_name(shown: browser.Page) -> None:
    assert shown.run("document.title").startswith("Forewarn")
    assert shown.run("document.images.length") == 0
    names = shown.run("[...document.querySelectorAll('a.open')].map((one) => one.textContent)")
    assert EVIL in names


def test_the_page_asks_no_network_and_logs_no_complaint(shown: browser.Page) -> None:
    shown.press("j")
    shown.press("Enter")
    assert [address for address in shown.requests if not address.startswith("file:")] == []
    assert shown.complaints == []


def test_a_script_that_is_not_the_pages_own_is_refused(shown: browser.Page) -> None:
    shown.run(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )
    assert shown.run("window.ran === undefined")
    assert any("Content Security Policy" in one for one in shown.complaints)


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_window(shown: browser.Page, width: int) -> None:
    shown.size(width, 900)
    over = "document.documentElement.scrollWidth - innerWidth"
    assert shown.run(over) <= 0
    shown.press("j")
    shown.press("Enter")
    assert shown.run("document.querySelector('article.one:target') !== null")
    assert shown.run(over) <= 0


def test_print_shows_the_list_without_controls_or_the_customer_that_is_open(shown: browser.Page) -> None:
    shown.media(media="print")
    assert shown.run(LISTED)
    assert not shown.run("document.getElementById('controls').checkVisibility()")
    shown.size(794, 1123)  # the width of A4: still a table
    assert shown.run("getComputedStyle(document.getElementById('week')).display") == "table"
    shown.press("j")
    shown.press("Enter")
    assert len(shown.run(VISIBLE)) == 1
    assert not shown.run(LISTED)


def test_the_dark_page_is_dark(shown: browser.Page) -> None:
    shade = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    assert min(shown.run(shade)) > 200
    shown.media(prefers_color_scheme="dark")
    assert max(shown.run(shade)) < 60


def test_a_customer_with_customs_records_shows_from_whom_it_buys(
    desk: tuple[Params, Paths, date], text: str, tmp_path: Path
) -> None:
    params, paths, day = desk
    assert 'class="suppliers"' not in text
    shutil.copytree(paths.root, tmp_path, symlinks=True, dirs_exist_ok=True)
    there = Paths(tmp_path, paths.dataset)
    customer = sources.gathered(params, paths, day).listed[0]
    # A shipment a month of 100 from us, and since January one of 300 from a rival. The twelve months up to
    # September 2024 hold 12 x 100 of ours and 9 x 300 of the rival's: 31% and 69%; those before hold ours alone.
    months = pd.date_range("2022-07-01", "2024-09-01", freq="MS")
    rows = [
        *((month, None, True, 100.0) for month in months),
        *((month, EVIL, False, 300.0) for month in months if month >= pd.Timestamp("2024-01-01")),
    ]
    frame = pd.DataFrame(rows, columns=["shipped_on", "rival", "is_us", "value"])
    frame["shipped_on"] = frame["shipped_on"].dt.date
    frame = frame.assign(customer_id=customer, product_line="pumps", supplier="as written")
    frame["record_id"] = [f"R{k}" for k in range(len(frame))]
    files.write_parquet(there.table("imports"), frame)
    told = page.render(params, sources.gathered(params, there, day))
    (table,) = re.findall(r'<table class="suppliers">(.*?)</table>', told, flags=re.DOTALL)
    cells = re.findall(r'<td class="n">(.*?)</td>', table)
    assert cells == ["100%", "31%", "1,200", "0%", "69%", "2,700"]
    assert EVIL not in told
