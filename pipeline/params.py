"""What a run was told: ``params.yaml`` for every dataset, ``dataset.yaml`` for one.

Every key has a default, an unknown key or a wrong type is refused, and the values are frozen.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

import yaml
from pydantic import (
    Field,
    ValidationError,
    field_validator,
)

from pipeline import yamls
from pipeline.delivery.settings import Delivery
from pipeline.errors import BadConfig, MissingInput
from pipeline.market_settings import Declines, Shocks
from pipeline.paths import Paths
from pipeline.response_settings import Desk, Loop, Plans, Values
from pipeline.section import Base, Section, Share
from pipeline.warning_settings import Alerts, Health, Patterns, Signals, Wallet

Engine = Literal["local", "spark"]
Family = Literal["logistic", "forest", "boosted"]
Method = Literal["identity", "sigmoid", "beta", "isotonic"]
S = TypeVar("S", bound="Section")
FAMILIES: tuple[Family, ...] = ("logistic", "forest", "boosted")


class Names(Section):
    """From which confidence on a name on a customs record is whose it seems (docs/reference/names.md)."""

    matched: Share = Field(0.7, description="from here on a name is matched")
    uncertain: Share = Field(0.3, description="from here on, and below that, a person is asked")


class Ingest(Section):
    """How many records may break their contract before the stage stops, and what opening one file may take."""

    reject_share_max: Share = 0.005
    rows_max: int = Field(500_000_000, ge=1, description="rows of one file")
    columns_max: int = Field(2000, ge=1, description="columns of one file")
    decoded_mb: int = Field(20_000, ge=1, description="megabytes that one file may hold once it is decoded")
    memory_mb: int = Field(1400, ge=300, description="megabytes of memory that opening a file may take")
    seconds_max: float = Field(
        8, gt=0, description="of the processor for one file, and as many for each 10 MB"
    )
    names: Names = Names()


class Dates(Section):
    """Which as-of dates there are and what each is for."""

    every_months: int = Field(1, ge=1, le=12)
    history_days: int = Field(180, ge=30, description="days of records before the first as-of date")
    test: int = Field(3, ge=1)
    calibration: int = Field(3, ge=1)
    folds: int = Field(4, ge=1, description="rolling-origin folds for tuning")


class Build(Section):
    """How the feature store is computed."""

    memory_mb: int = Field(2000, ge=100, description="megabytes that records and features may take at once")
    engine: Engine = Field("local", description="what computes: this machine, or Spark")


class Spark(Section):
    """Where and how the engine ``spark`` computes (docs/how-to/outgrow-one-machine.md)."""

    master: str = Field("local[2]", min_length=1, description="local[cores], spark://host:port or yarn")
    memory_mb: int = Field(2000, ge=500, description="megabytes that one Python worker may fill")
    partitions: int | None = Field(None, ge=1, description="parts; without it as many as fit memory_mb")
    config: dict[str, str] = Field(default_factory=dict, description="Spark's own settings; they win")


class Inspect(Section):
    """How closely the features are looked at."""

    customers: int = Field(20_000, ge=100, description="customers looked at; of more, so many are drawn")
    resamples: int = Field(500, ge=100, description="bootstrap resamples of customers")


class Trials(Section):
    """Optuna trials a family; the first is always the family's defaults."""

    logistic: int = Field(8, ge=1)
    forest: int = Field(4, ge=1)
    boosted: int = Field(12, ge=1)


class Train(Section):
    """How the families are tuned."""

    trials: Trials = Trials()
    threads: int = Field(2, ge=1)


class Calibrate(Section):
    """Which maps from score to probability may be chosen."""

    methods: tuple[Method, ...] = Field(("identity", "sigmoid", "beta", "isotonic"), strict=False)


class Choose(Section):
    """By what the champion is chosen, on the calibration dates."""

    criterion: Literal["log_loss", "brier"] = "log_loss"


class Acknowledged(Section):
    """A finding of the leak alarm that somebody has looked into and lets pass."""

    check: Literal["gap", "recompute", "single", "missing", "fading", "jump", "shuffled"]
    feature: str | None = Field(None, description="without it, whatever the check finds")
    dataset: str | None = Field(None, description="without it, in every dataset")
    reason: str = Field(min_length=10, description="why it is no leak, for those who read the report")


class Leaks(Section):
    """Where the leak alarm stops the run (docs/reference/leaks.md)."""

    single: Share = Field(0.90, description="ROC-AUC of one feature alone")
    gone: Share = Field(0.97, description="the same among those gone already")
    missing: Share = Field(0.80, description="ROC-AUC of a feature's being unknown")
    fading: Share = Field(
        0.80, description="ROC-AUC on earlier dates of a feature that says nothing on test dates"
    )
    jump: Share = Field(0.08, description="ROC-AUC that learning the test dates themselves may add")
    shuffled: Share = Field(0.02, description="ROC-AUC above chance of a model that learnt shuffled labels")
    customers: int = Field(250, ge=1, description="customers a date whose features are computed again")
    acknowledged: tuple[Acknowledged, ...] = Field((), strict=False)


class Evaluate(Section):
    """How the figures on the test dates are made."""

    resamples: int = Field(1000, ge=100, description="bootstrap resamples of customers")
    budgets: tuple[Share, ...] = Field((0.05, 0.10, 0.20), strict=False)
    leaks: Leaks = Leaks()


class Acceptance(Section):
    """What is believed of the share of leavers that an offer keeps: a Beta law."""

    alpha: float = Field(6.0, gt=0)
    beta: float = Field(14.0, gt=0)


class Profit(Section):
    """What contacting a customer costs and may bring; assumptions, and the figures made of them say so."""

    contact_cost: float = Field(15.0, ge=0, description="of one contact, in the dataset's currency")
    incentive_share: float = Field(0.05, ge=0, lt=1, description="of the customer's value")
    acceptance: Annotated[float, Field(gt=0, lt=1)] | Acceptance = Field(
        Acceptance(), description="share of leavers that the offer keeps: a mean, or alpha and beta"
    )
    gone_factor: Share = Field(1.0, description="acceptance of the gone over that of the going")
    margin_share: Share = Field(0.3, description="of revenue, where no margin is recorded")
    horizon_days: int = Field(365, ge=1, description="days of margin that a kept customer counts for")


class Explain(Section):
    """What an explanation is told against, and how much of it."""

    base: Base = Field("everybody", description="whose average on the date contributions start from")
    reasons: int = Field(5, ge=1, le=50, description="reasons kept a customer")
    refits: int = Field(3, ge=0, le=20, description="fits that the champion's ranking is held against")


class Report(Section):
    """How much the page and the terminal show."""

    customers: int = Field(100, ge=1, description="rows of the page's table of customers")
    listed: int = Field(10, ge=1, description="customers of each list on the terminal")
    months: int = Field(
        12, ge=3, le=36, description="of each of the two windows whose purchases are compared"
    )
    rivals: int = Field(
        8, ge=1, le=8, description="rivals and product lines shown by name where purchases go"
    )
    growing: int = Field(15, ge=1, description="customers shown with whom a rival is growing")


class Promote(Section):
    """What the gate demands of a challenger (docs/how-to/promote-a-model.md)."""

    alpha: float = Field(0.025, gt=0, lt=0.5, description="level of each one-sided bound")
    least_gain: float = Field(0.001, ge=0, description="log loss by which it must be better, in nats")
    brier: float = Field(0.002, ge=0, description="margin by which its Brier score may be worse")
    promises: Share = Field(
        0.002, description="margin of customers by which tiers miss their promise, a customer asked about"
    )
    profit: Share = Field(0.15, description="margin of profit, as a share of what the best list would bring")
    budget: float = Field(0.10, gt=0, le=1, description="share of the customers on that list")
    resamples: int = Field(2000, ge=500, description="bootstrap resamples of customers")


class Watch(Section):
    """From where on what came since the training is worth a look, or a retraining (docs/reference/watch.md)."""

    customers: int = Field(20_000, ge=100, description="customers compared; of more, so many are drawn")
    psi: float = Field(0.25, gt=0, description="PSI beyond which a feature or the probabilities have moved")
    alpha: float = Field(0.01, gt=0, lt=1, description="of the two-sample test, all features together")
    beyond: float = Field(1.5, ge=1, description="times the largest movement of past years, to have moved")
    features: Share = Field(0.25, description="of a source's features, moved: look")
    reasons: Share = Field(0.10, description="of the model's reasons, moved: look")
    reasons_retrain: Share = Field(0.50, description="the same: retrain")
    predictions: float = Field(1.3, ge=1, description="times that the mean probability changed: look")
    silence: float = Field(1.5, ge=1, description="times the longest silence of a source: look")
    volume: float = Field(1.4, ge=1, description="times as many or as few records as expected: look")
    scale: float = Field(1.3, ge=1, description="times as large or as small as the year before: look")
    silent: float = Field(1.3, ge=1, description="times as many customers silent as a year before: look")
    deviations: float = Field(
        5.0, gt=0, description="spreads of past changes that the last three must pass too"
    )
    new_values: Share = Field(0.02, description="of rows, with a value never seen in training: look")
    new_values_retrain: Share = Field(0.20, description="the same, of customers: retrain")
    new_products: Share = Field(0.30, description="of order lines, with a product never seen: look")
    new_customers: Share = Field(0.50, description="of those asked about, come since the training: look")
    new_leavers: float = Field(1.0, gt=0, description="new leavers, beside those learned from: look")
    batches: int = Field(3, ge=1, description="past lists that are judged together, a month apart")
    level: float = Field(1.25, ge=1, description="times that the leavers may be of those announced: look")
    level_retrain: float = Field(1.5, ge=1, description="the same: retrain")
    ranking: Share = Field(0.05, description="that ROC-AUC may fall below what was promised: retrain")
    leavers: int = Field(30, ge=1, description="leavers below which a list is not judged")


class Label(Section):
    """What counts as leaving (docs/reference/labels.md)."""

    rule: Literal["departure", "silence", "recorded"] = "departure"
    horizon_days: int = Field(90, ge=1, le=730)
    confirm_days: int = Field(90, ge=1, le=730)
    slack: float = Field(
        0.5, ge=0, le=2, description="f: shares of the horizon by which a purchase may be late"
    )

    @property
    def known_after_days(self) -> int:
        """Days from an as-of date until its labels are known for everybody."""
        return self.horizon_days + (self.confirm_days if self.rule == "departure" else 0)


class Simulate(Section):
    """The made-up company of a simulated dataset."""

    customers: int = Field(2000, ge=1)
    start: date = Field(date(2021, 1, 1), strict=False)
    days: int = Field(1461, ge=60)
    seed: int = Field(7, ge=0)
    world: dict[str, Any] = Field(
        default_factory=dict, description="what differs from the numbers of simulator/settings.py"
    )


class Company(Section):
    """The company whose customers these are."""

    names: tuple[Annotated[str, Field(min_length=2)], ...] = Field(
        (), strict=False, description="as papers write it, in every script that they use"
    )


class Rival(Section):
    """A rival that is listed: the name that it goes by here, and what else papers call it."""

    name: str = Field(min_length=2)
    also: tuple[Annotated[str, Field(min_length=2)], ...] = Field((), strict=False)


class DatasetSpec(Section):
    """What ``data/<dataset>/dataset.yaml`` says; an empty file is legal."""

    timezone: str = "UTC"
    currency: str = Field("EUR", min_length=1, max_length=8)
    label: Label = Label()
    sources: dict[str, str] = Field(default_factory=dict)
    tables: dict[str, str] = Field(
        default_factory=dict,
        description="Parquet files, folders or URIs that Spark reads instead of interim/",
    )
    adapter: Literal["online_retail_ii"] | None = None
    simulate: Simulate | None = None
    dates: dict[str, int] = Field(default_factory=dict, description="what differs from params.yaml's dates")
    company: Company = Company()
    rivals: tuple[Rival, ...] = Field(
        (), strict=False, description="a name each, or a name and its spellings"
    )

    @field_validator("rivals", mode="before")
    @classmethod
    def _names_alone(cls, rivals: Any) -> Any:
        return (
            [{"name": one} if isinstance(one, str) else one for one in rivals]
            if isinstance(rivals, list)
            else rivals
        )

    @field_validator("rivals")
    @classmethod
    def _once_each(cls, rivals: tuple[Rival, ...]) -> tuple[Rival, ...]:
        names = [rival.name for rival in rivals]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"the rival '{twice}' stands twice; say it once")
        return rivals

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"'{name}' is no time zone; write one such as 'Europe/Berlin'") from None
        return name

    @property
    def meaning(self) -> dict[str, Any]:
        """Give the settings without which a model's scores mean something else."""
        return {"label": self.label.model_dump(), "timezone": self.timezone, "currency": self.currency}


class Params(Section):
    """Everything that a stage may ask: the shared settings and the dataset's own."""

    seed: int = Field(7, ge=0)
    ingest: Ingest = Ingest()
    dates: Dates = Dates()
    build: Build = Build()
    spark: Spark = Spark()
    inspect: Inspect = Inspect()
    train: Train = Train()
    calibrate: Calibrate = Calibrate()
    choose: Choose = Choose()
    evaluate: Evaluate = Evaluate()
    profit: Profit = Profit()
    explain: Explain = Explain()
    report: Report = Report()
    desk: Desk = Desk()
    promote: Promote = Promote()
    watch: Watch = Watch()
    delivery: Delivery = Delivery()
    loop: Loop = Loop()
    signals: Signals = Signals()
    values: Values = Values()
    plans: Plans = Plans()
    health: Health = Health()
    alerts: Alerts = Alerts()
    patterns: Patterns = Patterns()
    wallet: Wallet = Wallet()
    declines: Declines = Declines()
    shocks: Shocks = Shocks()
    dataset: DatasetSpec = DatasetSpec()


def load(paths: Paths) -> Params:
    """Read ``params.yaml`` and the dataset's own file.

    Raises MissingInput where the dataset does not exist, BadConfig where a key or a value is wrong.
    """
    if not paths.folder.is_dir():
        known = sorted(p.parent.name for p in (paths.root / "data").glob("*/dataset.yaml"))
        raise MissingInput(
            f"There is no dataset '{paths.dataset}': no folder '{paths.folder}'; "
            f"known are {', '.join(repr(name) for name in known) or 'none'}; "
            "make the folder with a 'dataset.yaml' and 'raw/' in it."
        )
    if not paths.spec.exists():
        raise MissingInput(
            f"Dataset '{paths.dataset}' has no '{paths.spec.name}'; make it (an empty file is legal)."
        )
    shared = _mapping(paths.root / "params.yaml")
    if "dataset" in shared:
        raise BadConfig(
            "'params.yaml' has the key 'dataset'; what is about one dataset goes into its 'dataset.yaml'."
        )
    spec = _checked(DatasetSpec, _mapping(paths.spec), paths.spec)
    params = _checked(Params, shared, paths.root / "params.yaml")
    dates = _checked(Dates, {**params.dates.model_dump(), **spec.dates}, paths.spec, within="dates")
    return params.model_copy(update={"dataset": spec, "dates": dates})


def _mapping(path: Path) -> dict[str, Any]:
    try:
        value = yamls.read(path)
    except FileNotFoundError:
        raise MissingInput(f"'{path}' is missing; restore it from the repository.") from None
    except OSError as error:
        raise BadConfig(
            f"'{path}' cannot be read: {error.strerror or error}; wanted is a file that this user may read."
        ) from None
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise BadConfig(f"'{path}' is no YAML: {reason}.") from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadConfig(f"'{path}' holds {type(value).__name__}; wanted are keys and values.")
    return value


def _checked(kind: type[S], value: dict[str, Any], path: Path, within: str = "") -> S:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        # A choice between types is a step of pydantic's own, such as "function-after[...]", and no key.
        keys = [str(key) for key in first["loc"] if "[" not in str(key)]
        where = ".".join([within, *keys]).strip(".")
        if first["type"] == "extra_forbidden":
            raise BadConfig(f"'{path}' has the unknown key '{where}'; remove it or mend its name.") from None
        told = first["msg"].removeprefix("Value error, ")
        raise BadConfig(
            f"'{path}' says '{where}: {first['input']!r}'; {told[:1].lower()}{told[1:]}."
        ) from None
