"""Ten thousand alerts to a webhook that fails one time in five, while it and the sender are killed twice each.

What the receiver took, counted by key, must be every alert once; the outbox must say the same. The sender's clock
jumps over what it would wait for, so three days of attempts take seconds; each jump takes a moment of real time, in
which a killed receiver comes back.
"""

import base64
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pandas as pd

from benchmarks.actions.receiver import REFUSED, TAKEN
from benchmarks.results import ROOT, Figure, at_most, equal, told
from pipeline import deliver, frames, publishing
from pipeline.delivery import outbox
from pipeline.params import Params
from pipeline.paths import Paths

DAY = date(2024, 9, 30)
NAP = 0.02
SECONDS = 170.0
DEATHS = ((0.2, "receiver"), (0.4, "sender"), (0.6, "receiver"), (0.8, "sender"))
"""Who is killed with SIGKILL when so many of the alerts have arrived."""
SEND = """
import sys
from pathlib import Path
from benchmarks.actions.delivery import send
send(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
"""


class Jumping:
    """A clock that jumps over what it is asked to sleep."""

    def __init__(self, at: float) -> None:
        self.at = at

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        time.sleep(NAP)
        self.at += seconds


def figures(alerts: int = 10_000) -> Iterator[Figure]:
    """Give the figures of one delivery of so many alerts."""
    with tempfile.TemporaryDirectory(prefix="forewarn-delivery-") as folder:
        paths = Paths(Path(folder), "acme")
        _published(paths, alerts)
        began = time.perf_counter()
        kills = _delivered(paths, alerts)
        seconds = time.perf_counter() - began
        log = [line.split() for line in (Path(folder) / "received").read_text().splitlines()]
        taken = [(key, alert) for key, alert, state in log if state != REFUSED]
        keys = _keys(taken)
        with outbox.looked_at(paths.outbox) as box:
            counts = box.counts("webhook")
    name = f"{alerts:,} alerts"
    yield equal(f"{name}: arrived under exactly one key", sum(len(one) == 1 for one in keys.values()), alerts)
    yield equal(f"{name}: lost", alerts - len(keys), 0)
    yield equal(f"{name}: keys beside those of the alerts", len({key for key, _ in taken}) - len(keys), 0)
    yield equal(f"{name}: delivered, as the outbox says", counts["delivered"], alerts)
    yield equal(f"{name}: waiting or given up, as the outbox says", counts["waiting"] + counts["dead"], 0)
    yield equal("kills of receiver and sender", kills, len(DEATHS))
    yield told("requests that the receiver saw", len(log))
    yield told("share of them that failed", sum(state != TAKEN for _, _, state in log) / len(log))
    yield told("messages that came more than once on the wire", len(taken) - len({key for key, _ in taken}))
    yield at_most("seconds", seconds, SECONDS)


def _keys(taken: list[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key, alert in taken:
        found.setdefault(alert, set()).add(key)
    return found


def send(root: Path, url: str, start: int) -> None:
    """Be the sender, its clock ``start`` days on, until everything is delivered."""
    webhook = {"url": url, "allow_private": True, "allow_http": True, "seconds": 5}
    params = Params.model_validate({"delivery": {"messages_max": 10**9, "webhook": webhook}})
    clock = Jumping(1_700_000_000.0 + 86_400 * start)
    deliver.run(params, Paths(root, "acme"), DAY, ["webhook"], until_done=True, clock=clock)


def _delivered(paths: Paths, alerts: int) -> int:
    """Deliver while the processes die and come back; give the kills. Ends when a sender ends by itself."""
    received = paths.root / "received"
    received.touch()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    deaths, starts = list(DEATHS), 0
    with _started(_receiver(port, received)) as receivers, _started(_sender(paths, port, starts)) as senders:
        while senders[-1].poll() is None:
            if deaths and _count(received) >= deaths[0][0] * alerts:
                _, who = deaths.pop(0)
                dying = receivers if who == "receiver" else senders
                dying[-1].send_signal(signal.SIGKILL)
                dying[-1].wait()
                starts += 1
                dying.append(_receiver(port, received) if who == "receiver" else _sender(paths, port, starts))
            time.sleep(0.005)
        if senders[-1].returncode:
            raise RuntimeError(f"the sender ended with {senders[-1].returncode}")
    return len(DEATHS) - len(deaths)


def _count(received: Path) -> int:
    return received.read_bytes().count(f" {TAKEN}\n".encode())


def _receiver(port: int, received: Path) -> "subprocess.Popen[bytes]":
    return _process("-m", "benchmarks.actions.receiver", str(port), str(received))


def _sender(paths: Paths, port: int, start: int) -> "subprocess.Popen[bytes]":
    return _process("-c", SEND, str(paths.root), f"http://127.0.0.1:{port}/hook", str(start))


def _process(*words: str) -> "subprocess.Popen[bytes]":
    secret = "whsec_" + base64.b64encode(bytes(range(32))).decode()
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, "FOREWARN_WEBHOOK_SECRET": secret},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # whose connections break off with the other's death
    )


@contextmanager
def _started(process: "subprocess.Popen[bytes]") -> Iterator["list[subprocess.Popen[bytes]]"]:
    """Give the processes of one kind, the one alive last; it is ended at the end."""
    processes = [process]
    try:
        yield processes
    finally:
        processes[-1].kill()
        processes[-1].wait()


def _published(paths: Paths, alerts: int) -> None:
    """Publish a desk of so many alerts and no plan."""
    rows = pd.DataFrame({"alert_id": [f"{number:012x}" for number in range(alerts)]})
    rows["customer_id"] = [f"C{number:05d}" for number in range(alerts)]
    for name in ("as_of", "opened_on", "level_since", "by_on"):
        rows[name] = pd.Timestamp(DAY)
    rows["level"] = [("red", "orange", "yellow", "blue")[number % 4] for number in range(alerts)]
    rows = rows.assign(drop=0.3, health=50.0, told="sales_director", en="Health fell.", zh="健康度下降。")
    names = ["plan_id", "customer_id", "play"]
    plans = pd.DataFrame({name: pd.Series([], dtype="str") for name in names}).assign(
        chosen=False, held_out=False
    )
    tables = {"alerts.parquet": frames.to_arrow(rows), "plans.parquet": frames.to_arrow(plans)}
    publishing.publish(paths, DAY, tables, {}, {}, "desk")
