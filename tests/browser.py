"""A real browser without a window: chromium, driven over a pipe by the DevTools protocol, no driver needed."""

import base64
import fcntl
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
KEYS = {
    "Enter": 13,
    "Escape": 27,
    "ArrowDown": 40,
    "ArrowUp": 38,
    "ArrowRight": 39,
    "ArrowLeft": 37,
    "Tab": 9,
}
SECONDS = 60


def found() -> str | None:
    """Give the browser of this machine; one that does not run, such as Ubuntu's stub of a snap, is none."""
    for name in NAMES:
        path = shutil.which(name)
        if path is None:
            continue
        done = subprocess.run(
            [path, "--version"], capture_output=True, text=True, check=False, timeout=SECONDS
        )
        if done.returncode == 0 and "Chrom" in done.stdout:
            return path
    return None


class Page:
    """One page of a browser; ``complaints`` is what it logged: blocked scripts, errors, requests that failed."""

    def __init__(self, reading: int, writing: int) -> None:
        self.reading, self.writing = reading, writing
        self.buffer, self.number = b"", 0
        self.session: str | None = None
        self.complaints: list[str] = []
        self.requests: list[str] = []

    def ask(self, method: str, **told: Any) -> dict[str, Any]:
        """Send one command and give its answer."""
        self.number += 1
        message: dict[str, Any] = {"id": self.number, "method": method, "params": told}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writing, json.dumps(message).encode() + b"\0")
        return self._answer(self.number)

    def _answer(self, number: int) -> dict[str, Any]:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            while b"\0" not in self.buffer:
                self.buffer += os.read(self.reading, 1 << 20) or _over()
            line, self.buffer = self.buffer.split(b"\0", 1)
            told: dict[str, Any] = json.loads(line)
            self._notice(told)
            if told.get("id") == number:
                assert "error" not in told, told["error"]
                answer: dict[str, Any] = told["result"]
                return answer
        raise TimeoutError(f"the browser gave no answer within {SECONDS} seconds")

    def _notice(self, told: dict[str, Any]) -> None:
        method, what = told.get("method"), told.get("params", {})
        if method == "Log.entryAdded":
            self.complaints.append(what["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(what["exceptionDetails"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(what["request"]["url"])

    def open(self, address: str) -> None:
        """Load a page and wait until it is there."""
        self.ask("Page.navigate", url=address)
        self.wait("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """Give the value of a script's last expression."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, script: str) -> None:
        """Wait until an expression is true."""
        until = time.monotonic() + SECONDS
        while not self.run(script):
            assert time.monotonic() < until, f"never: {script}"
            time.sleep(0.02)

    def press(self, key: str) -> None:
        """Press one key, as a person would."""
        text = "\r" if key == "Enter" else key if len(key) == 1 else ""
        code = KEYS.get(key, ord(key.upper()) if len(key) == 1 and key.isalnum() else 0)
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if text and kind == "keyDown" else {}
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **more)
        # What a key sets off, a change of the address among it, is over after two frames.
        self.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def write(self, text: str) -> None:
        for letter in text:
            self.press(letter)

    def size(self, width: int, height: int) -> None:
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def media(self, **features: str) -> None:
        """Have the page see a medium (``media="print"``) or a preference (``prefers_color_scheme="dark"``)."""
        medium = features.pop("media", "")
        told = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.ask("Emulation.setEmulatedMedia", media=medium, features=told)

    def picture(self, path: Path) -> None:
        """Save what the page shows."""
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))


def _over() -> bytes:
    raise ConnectionError("the browser has ended")


@contextmanager
def browsing(path: str, folder: Path) -> Iterator[Page]:
    """Start a browser with a profile of its own in ``folder`` and give an empty page of it."""
    # Away from 3 and 4, where the browser wants its ends.
    theirs_in, ours_out, ours_in, theirs_out = (
        fcntl.fcntl(end, fcntl.F_DUPFD, 10) for pair in (os.pipe(), os.pipe()) for end in pair
    )

    def ends() -> None:
        os.dup2(theirs_in, 3)
        os.dup2(theirs_out, 4)

    process = subprocess.Popen(
        [
            path,
            "--headless=new",
            "--remote-debugging-pipe",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            f"--user-data-dir={folder}",
        ],
        pass_fds=(3, 4),
        preexec_fn=ends,
        env={**os.environ, "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for end in (theirs_in, theirs_out):
            os.close(end)
        page = Page(ours_in, ours_out)
        target = page.ask("Target.createTarget", url="about:blank")["targetId"]
        page.session = page.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.ask(f"{domain}.enable")
        yield page
    finally:
        process.kill()
        process.wait()
        for end in (ours_in, ours_out):
            os.close(end)
