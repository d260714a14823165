"""A PostgreSQL server of one's own: a cluster in a folder, on a free port of loopback, run by nobody important."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WHERE = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/usr/pgsql-*/bin")
UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Database:
    """Where a server listens, and the password of its user ``keeper``."""

    port: int
    password: str

    def dsn(self, database: str = "postgres", password: str | None = None) -> str:
        return f"postgresql://keeper:{password or self.password}@127.0.0.1:{self.port}/{database}"


def binaries() -> Path | None:
    """Give the folder of ``initdb`` and ``postgres``, the newest there is."""
    folders = sorted(folder for pattern in WHERE for folder in Path("/").glob(pattern.lstrip("/")))
    found = [folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()]
    if found:
        return found[-1]
    named = shutil.which("initdb")
    return Path(named).resolve().parent if named and shutil.which("postgres") else None


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _user() -> str | None:
    """Give whom the server runs as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    known = Path("/etc/passwd").read_text("utf-8").splitlines()
    return next(name for name in UNPRIVILEGED if any(line.startswith(f"{name}:") for line in known))


@contextmanager
def serving(folder: Path) -> Iterator[Database]:
    """Start a cluster of its own and stop it again."""
    with tempfile.TemporaryDirectory(prefix="forewarn-postgres-") as made:
        yield from _serving(folder, Path(made))


def _serving(folder: Path, inside: Path) -> Iterator[Database]:
    cluster, user = inside / "cluster", _user()
    cluster.mkdir()
    database = Database(free_port(), secrets.token_urlsafe(12))
    secret = cluster.parent / "password"
    secret.write_text(database.password)
    if user:
        for path in (cluster, secret):
            shutil.chown(path, user)
        inside.chmod(0o711)
    subprocess.run(
        [
            folder / "initdb", "--pgdata", cluster, "--username", "keeper", "--pwfile", secret, "--auth",
            "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions",
        ],
        user=user, cwd="/", check=True, capture_output=True, env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
    )  # fmt: skip
    with (inside / "log").open("wb") as log:
        server = subprocess.Popen(
            [
                folder / "postgres", "-D", cluster, "-p", str(database.port), "-c", "listen_addresses=127.0.0.1",
                "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "shared_buffers=16MB",
            ],
            user=user, cwd="/", stdout=log, stderr=log, env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        )  # fmt: skip
    try:
        _wait(folder, database, server)
        yield database
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(folder: Path, database: Database, server: "subprocess.Popen[bytes]") -> None:
    """Wait until the server answers."""
    for _ in range(300):
        ready = subprocess.run(
            [folder / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(database.port)], check=False
        )
        if ready.returncode == 0:
            return
        assert server.poll() is None, "PostgreSQL stopped as it started; its log lies beside the cluster"
        time.sleep(0.1)
    raise AssertionError("PostgreSQL did not answer within 30 seconds")
