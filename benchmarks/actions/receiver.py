"""A webhook for the benchmark: it fails one time in five, in five ways, and remembers across its own death.

``python -m benchmarks.actions.receiver PORT FILE``, with the secret in FOREWARN_WEBHOOK_SECRET. Each request whose
signature holds becomes one line of FILE, ``key alert_id taken|lost|refused``; whether it fails depends on its key
and on how often that key came before, so that another run fails alike.
"""

import hashlib
import json
import os
import socket
import sys
import threading
from collections import Counter
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook

TAKEN, LOST, REFUSED = "taken", "lost", "refused"
ONE_IN = 5
WAYS = ("500", "503", "302", "dropped", "lost")
"""Ways to fail: three answers; the connection closed at once; the message taken and the answer lost."""


def drawn(key: str, came: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{key} {came}".encode()).digest()[:8])


def main() -> None:
    port, file = int(sys.argv[1]), Path(sys.argv[2])
    verifier = Webhook(os.environ["FOREWARN_WEBHOOK_SECRET"])
    log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    came: Counter[str] = Counter(line.split()[0] for line in file.read_text().splitlines())
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            key = self.headers["webhook-id"]
            # The sender's time is made up, so the specification's five minutes of tolerance are left out.
            moment = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
            if verifier.sign(key, moment, body) not in self.headers["webhook-signature"].split(" "):
                self._answer(401)
                return
            with lock:
                chance = drawn(key, came[key])
                came[key] += 1
            way = WAYS[chance // ONE_IN % len(WAYS)] if chance % ONE_IN == 0 else ""
            state = {"": TAKEN, "lost": LOST}.get(way, REFUSED)
            alert = json.loads(body)["data"]["alert_id"]
            os.write(log, f"{key} {alert} {state}\n".encode())
            if way in ("dropped", "lost"):
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            else:
                self._answer(int(way or 200))

        def _answer(self, status: int) -> None:
            self.send_response(status)
            if status == 503:
                self.send_header("retry-after", "30")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.serve_forever()


if __name__ == "__main__":
    main()
