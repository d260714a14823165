"""A fitted scikit-learn model as bytes: skops' format, made canonical.

skops names the parts of a model by their addresses in memory and stamps the archive with the time, so the
same model never gives the same bytes twice. Here the parts are numbered in the order in which they appear
and the stamp is fixed; the archive stays one that ``skops.io.loads`` reads.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import skops.io

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

EPOCH = (1980, 1, 1, 0, 0, 0)
SCHEMA = "schema.json"
BYTES_MOST = 512 * 2**20
"""Bytes that a saved model may unpack to."""


def under(prefix: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of one folder of an artefact, by their names in it."""
    return {name.removeprefix(prefix): content for name, content in files.items() if name.startswith(prefix)}


def dumped(model: Any) -> bytes:
    """The same model gives the same bytes, in every process, and again after it was loaded."""
    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(model))) as archive:
        schema = json.loads(archive.read(SCHEMA))
        arrays = {name: _without_padding(archive.read(name)) for name in archive.namelist() if name != SCHEMA}
    names = {name: f"{hashlib.sha256(content).hexdigest()}.npy" for name, content in arrays.items()}
    parts = {names[name]: content for name, content in arrays.items()}
    parts[SCHEMA] = json.dumps(_renamed(schema, names, itertools.count(1)), separators=(",", ":")).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(parts):
            stamp = zipfile.ZipInfo(name, date_time=EPOCH)
            stamp.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(stamp, parts[name], compresslevel=6)
    return out.getvalue()


def _without_padding(content: bytes) -> bytes:
    """An ``.npy`` file whose records (the nodes of a tree) have zeros between their fields, not what lay
    there.
    """
    values = np.load(io.BytesIO(content), allow_pickle=False)
    if values.dtype.names is None:
        return content
    clean = np.zeros(values.shape, values.dtype)
    for name in values.dtype.names:
        clean[name] = values[name]
    out = io.BytesIO()
    np.save(out, clean, allow_pickle=False)
    return out.getvalue()


def _renamed(node: Any, names: Mapping[str, str], numbers: Iterator[int]) -> Any:
    """A node of skops' tree with arrays named by their content, and a number of its own instead of an
    address.

    Two parts that are one object in memory come apart: whether they were one depends on what the model has
    been through, and skops writes the whole content of each anyway.
    """
    if isinstance(node, list):
        return [_renamed(item, names, numbers) for item in node]
    if not isinstance(node, dict):
        return node
    out: dict[str, Any] = {}
    for key, value in node.items():
        if key == "__id__":
            out[key] = next(numbers)
        elif key == "file" and value in names:
            out[key] = names[value]
        else:
            out[key] = _renamed(value, names, numbers)
    return out


def loaded(content: bytes, trusted: Sequence[str]) -> Any:
    """The model in ``content``; a type that neither skops nor ``trusted`` knows is refused before it is
    touched.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    if (
        len({part.filename for part in parts}) < len(parts)
        or sum(part.file_size for part in parts) > BYTES_MOST
    ):
        raise ValueError(
            "The saved model holds a part twice, or unpacks to more than a model is; do not load it."
        )
    unknown = sorted(set(skops.io.get_untrusted_types(data=content)) - set(trusted))
    if unknown:
        raise ValueError(
            f"The saved model holds the type '{unknown[0]}', which no model of this kind has; do not load it."
        )
    return skops.io.loads(content, trusted=list(trusted))
