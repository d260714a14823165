"""One module a public dataset: from the publisher's file to tables of the contract.

An adapter is a module with three functions: ``fetch(paths)`` downloads the file from its publisher,
``locate(paths)`` gives the file, placed under the dataset's ``raw/`` and of the digest that was published, and
``records(file)`` what is in it, asked in the confined process. ``PROVIDES`` names its tables.
"""

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa


@dataclass(frozen=True)
class Remote:
    """A file that its publisher offers: ``variable`` is the environment variable that overrides ``url``."""

    url: str
    sha256: str
    name: str
    most_bytes: int
    variable: str


@dataclass(frozen=True)
class Adapted:
    """Tables of the contract by name, and what the ingest report shall say of how they were made."""

    tables: dict[str, pa.Table]
    report: dict[str, Any] = field(default_factory=dict)
