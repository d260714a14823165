"""A desk of two customers, a webhook that answers as it is told, and a clock that only sleeping moves."""

import base64
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline import frames, journal, publishing
from pipeline.params import Params
from pipeline.paths import Paths

DAY = date(2024, 9, 30)
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
VARIABLE = "FOREWARN_WEBHOOK_SECRET"


@dataclass
class Clock:
    """Time that passes only while somebody sleeps."""

    at: float = 1_700_000_000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


@dataclass
class Receiver:
    """What a webhook was sent, and what it answers: one of ``answers`` a request, in their order, then 204.

    An answer is a status, headers and a body.
    """

    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]


@contextmanager
def listening(receiver: Receiver, port: int = 0) -> Iterator[ThreadingHTTPServer]:
    """Serve ``receiver`` on this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            receiver.paths.append(self.path)
            status, headers, content = receiver.answers.pop(0) if receiver.answers else (204, {}, b"")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook?team=a"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    with listening(one):
        yield one


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(VARIABLE, SECRET)
    return SECRET


def alert(number: int, **more: Any) -> dict[str, Any]:
    """Give a row of ``alerts``."""
    return {
        "alert_id": f"a{number:011d}",
        "customer_id": f"C{number:04d}",
        "as_of": pd.Timestamp(DAY),
        "opened_on": pd.Timestamp("2024-09-23"),
        "level": "orange",
        "level_since": pd.Timestamp("2024-09-23"),
        "drop": 0.28,
        "specific": 0.28,
        "market": False,
        "health": 51.0,
        "told": "sales_director",
        "by_on": pd.Timestamp("2024-10-02"),
        "en": "Health fell from 71 to 51.",
        "zh": "健康度从71降到51。",
        **more,
    }


def plan(number: int, **more: Any) -> dict[str, Any]:
    """Give a row of ``plans``."""
    return {
        "plan_id": f"p{number:011d}",
        "customer_id": f"C{number:04d}",
        "as_of": pd.Timestamp(DAY),
        "alert_id": f"a{number:011d}",
        "cause": "price",
        "play": "price_review",
        "channel": "visit",
        "owner_role": "account_manager",
        "due_on": pd.Timestamp("2024-10-07"),
        "hours": 3.0,
        "cost": 150.0,
        "profit": 2400.0,
        "profit_low": 900.0,
        "profit_high": 4100.0,
        "chosen": True,
        "rank": number,
        "held_out": False,
        "why_en": "Paid 12% more than the list.",
        "why_zh": "成交价高于目录价12%。",
        "steps_en": "Compare the last ten orders.\nOffer the frame contract.",
        "steps_zh": "对比最近十个订单。\n提供框架合同。",
        **more,
    }


def shock(**more: Any) -> dict[str, Any]:
    """Give a row of ``shocks``."""
    return {
        "industry": "machinery",
        "region": None,
        "as_of": pd.Timestamp(DAY),
        "opened_on": pd.Timestamp("2024-09-23"),
        "change": -0.3,
        "low": -0.4,
        "high": -0.2,
        "customers": 64,
        "told": "sales_director",
        "en": "The industry machinery falls as a whole.",
        "zh": "行业“machinery”整体下滑。",
        **more,
    }


def publish(
    paths: Paths,
    alerts: list[dict[str, Any]],
    plans: list[dict[str, Any]],
    day: date = DAY,
    shocks: Sequence[dict[str, Any]] = (),
    *,
    logged: bool = True,
    absent: Mapping[str, str] | None = None,
    seen: Collection[str] | None = None,
) -> None:
    """Publish a desk of a day and log it as ``respond`` does, unless ``logged`` is False.

    ``absent`` names parts that could not be made, and why; ``seen`` the customers whose health was known.
    """
    told = pd.DataFrame(alerts or [alert(1)]).head(len(alerts))
    planned = pd.DataFrame(plans or [plan(1)]).head(len(plans))
    tables = {"alerts.parquet": frames.to_arrow(told), "plans.parquet": frames.to_arrow(planned)}
    if shocks:
        tables["shocks.parquet"] = frames.to_arrow(pd.DataFrame(shocks))
    publishing.publish(paths, day, tables, {"absent": absent or {}}, {}, "desk")
    if logged:
        journal.opened(paths, told, day, seen=seen)
        journal.planned(paths, planned, day)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A desk with two alerts, one of which has a plan."""
    made = Paths(tmp_path, "acme")
    publish(made, [alert(1), alert(2, level="red", told="top_management", drop=0.4)], [plan(1)])
    return made


def params(**delivery: Any) -> Params:
    return Params.model_validate({"delivery": delivery})


def hooked(receiver: Receiver, **more: Any) -> Params:
    """Give settings that send to ``receiver``."""
    webhook = {"url": receiver.url, "allow_private": True, "allow_http": True, **more}
    return params(to=["webhook"], webhook=webhook)
