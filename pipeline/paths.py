"""Where things lie: the folders of one dataset, and the root that all commands share."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def root() -> Path:
    """Give the folder of ``params.yaml`` and ``data/``: the checkout, or what FOREWARN_ROOT names."""
    named = os.environ.get("FOREWARN_ROOT")
    return Path(named).resolve() if named else ROOT


@dataclass(frozen=True)
class Paths:
    """The folders and files of one dataset under ``<root>/data/<dataset>/``."""

    root: Path
    dataset: str

    @property
    def folder(self) -> Path:
        return self.root / "data" / self.dataset

    @property
    def lock(self) -> Path:
        """Give the file that a running command holds."""
        return self.folder / ".lock"

    @property
    def spec(self) -> Path:
        return self.folder / "dataset.yaml"

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    @property
    def truth(self) -> Path:
        return self.folder / "truth"

    @property
    def interim(self) -> Path:
        return self.folder / "interim"

    @property
    def rejected(self) -> Path:
        return self.interim / "rejected"

    @property
    def ingested(self) -> Path:
        """Give the file that names the digest of every table that ingest left."""
        return self.interim / "digests.json"

    @property
    def names(self) -> Path:
        """Give the review file of the names on customs records."""
        return self.report / "names.csv"

    @property
    def decided_names(self) -> Path:
        """Give the file of what people have decided about such names (``pipeline.overrides``)."""
        return self.folder / "names.csv"

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @property
    def cohort(self) -> Path:
        return self.store / "cohort.parquet"

    @property
    def catalogue(self) -> Path:
        return self.store / "catalogue.json"

    @property
    def model(self) -> Path:
        return self.folder / "model"

    @property
    def champion(self) -> Path:
        return self.model / "champion.json"

    @property
    def report(self) -> Path:
        return self.folder / "report"

    @property
    def scores(self) -> Path:
        return self.folder / "scores"

    @property
    def desk(self) -> Path:
        """Give what is to be done about customers: alerts and plans by day, and what became of them."""
        return self.folder / "desk"

    @property
    def outbox(self) -> Path:
        """Give the database of what is to be delivered and what was (``pipeline.delivery.outbox``)."""
        return self.desk / "outbox.db"

    @property
    def journal(self) -> Path:
        """Give the folder of the log of what was done (``pipeline.journal``)."""
        return self.folder / "desk" / "log"

    @property
    def events(self) -> Path:
        return self.journal / "events.jsonl"

    def table(self, name: str) -> Path:
        """Give the checked records of one source: a file, or a folder of files where there is one instead."""
        file, folder = self.interim / f"{name}.parquet", self.interim / name
        return folder if folder.is_dir() and not file.exists() else file

    def features(self, as_of: date) -> Path:
        """Give the folder of the features of one as-of date."""
        return self.store / "features" / f"as_of={as_of.isoformat()}"

    @property
    def walked(self) -> Path:
        """Give the folder of the models that each test date would have had."""
        return self.model / "walked"

    @property
    def certificate(self) -> Path:
        """Give what the test dates say of the champion's tiers."""
        return self.model / "certificate.json"

    def family(self, name: str, as_of: date | None = None) -> Path:
        """Give the folder of one trained family: the one that serves, or the one of a test date."""
        return self.model / name if as_of is None else self.walked / f"as_of={as_of.isoformat()}" / name

    def batch(self, as_of: date, room: str = "scores") -> Path:
        """Give the link to what is published of one date in a room (``pipeline.publishing`` follows it)."""
        return self.folder / room / f"as_of={as_of.isoformat()}"

    def batches(self, as_of: date, room: str = "scores") -> Path:
        """Give the folder in which the batches of one date lie, the published one and the one before."""
        return self.folder / room / f".as_of={as_of.isoformat()}"

    def released(self, digest: str) -> Path:
        """Give the folder of a release bundle as it was fetched from the registry."""
        return self.model / "released" / digest
