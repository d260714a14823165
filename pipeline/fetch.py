"""A public file fetched from its publisher: checked while it arrives, taken up again where it broke off."""

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.adapters import Remote
from pipeline.errors import BadRecords, CannotWrite, MissingInput, Usage

BLOCK = 1 << 20
PATIENCE = 60.0  # seconds without a byte


def download(remote: Remote, target: Path, url: str | None = None) -> None:
    """Fetch ``remote`` to ``target``, from ``url`` if given, else from where its variable says, else its publisher.

    A part left by a broken download is continued where the server allows it. A file whose digest differs is
    removed, and ``target`` appears only when all is well.
    """
    url = url or os.environ.get(remote.variable) or remote.url
    if urlsplit(url).scheme not in ("http", "https"):
        raise Usage(f"'{url}' is no web address; wanted is one that begins with https:// or http://.")
    if target.exists() and _digest(target).hexdigest() == remote.sha256:
        print(f"'{target.name}' is already here and whole.")
        return
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = _receive(url, part, remote)
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError) as error:
        told = getattr(error, "reason", None) or error
        raise MissingInput(
            f"'{url}' could not be fetched ({told}); run the command again to go on where it stopped, or name "
            f"another address in {remote.variable}."
        ) from None
    except OSError as error:
        raise CannotWrite(
            f"Cannot write '{target}': {error.strerror or error}; nothing was changed."
        ) from None
    if digest != remote.sha256:
        part.unlink()
        raise BadRecords(
            f"What '{url}' sent is not the file that was published: its SHA-256 is {digest}, wanted is "
            f"{remote.sha256}; it was removed: try again, or name another address in {remote.variable}."
        )
    part.replace(target)
    print(f"'{target.name}' is here: {target.stat().st_size:,} bytes, SHA-256 as published.")


def _receive(url: str, part: Path, remote: Remote) -> str:
    """Append what is missing to ``part`` and give the digest of the whole."""
    digest = _digest(part) if part.exists() else hashlib.sha256()
    have = part.stat().st_size if part.exists() else 0
    if have and digest.hexdigest() == remote.sha256:
        return digest.hexdigest()
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        answer = urllib.request.urlopen(request, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        part.unlink()  # the part is longer than the file: it is of something else
        return _receive(url, part, remote)
    with answer:
        if have and answer.status != http.HTTPStatus.PARTIAL_CONTENT:
            have, digest = 0, hashlib.sha256()
        wanted = int(answer.headers.get("Content-Length") or -1)
        got = 0
        with part.open("ab" if have else "wb") as file:
            while block := answer.read(BLOCK):
                got += len(block)
                if have + got > remote.most_bytes:
                    file.close()
                    part.unlink()
                    raise BadRecords(
                        f"'{url}' sends more than {remote.most_bytes:,} bytes, which the published file does not "
                        f"have; name another address in {remote.variable}."
                    )
                digest.update(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        if got < wanted:
            raise ConnectionError(f"it ended after {got:,} of {wanted:,} bytes")
    return digest.hexdigest()


def _digest(path: Path) -> "hashlib._Hash":
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256")
