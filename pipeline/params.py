"""What a run was told: ``params.yaml`` for every dataset, ``dataset.yaml`` for one.

Every key has a default, an unknown key or a wrong type is refused, and the values are frozen.
"""

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from pipeline import yamls
from pipeline.errors import BadConfig, MissingInput
from pipeline.paths import Paths

Share = Annotated[float, Field(ge=0, le=1)]
Engine = Literal["local", "spark"]
Family = Literal["logistic", "forest", "boosted"]
Base = Literal["everybody", "segment"]
Method = Literal["identity", "sigmoid", "beta", "isotonic"]
Channel = Literal["webhook", "mail", "crm"]
Language = Literal["en", "zh"]
S = TypeVar("S", bound="Section")
FAMILIES: tuple[Family, ...] = ("logistic", "forest", "boosted")


class Section(BaseModel):
    """A part of the settings: frozen, typed without guessing, closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


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


class Desk(Section):
    """How much the page of the desk shows."""

    customers: int = Field(
        250, ge=1, le=2000, description="customers of the list, each with a page of its own"
    )
    months: int = Field(12, ge=3, le=36, description="of records on a customer's page")


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


def _mailbox(text: str) -> str:
    """Check one plain address; what has no place in it could write headers of its own."""
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", text):
        raise ValueError("this is no address; write one alone, in ASCII, such as 'anna@example.org'")
    return text


def _variable(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text):
        raise ValueError("this is no name of an environment variable; the secret itself does not belong here")
    return text


Mailbox = Annotated[str, AfterValidator(_mailbox)]
Variable = Annotated[str, AfterValidator(_variable)]


class Webhook(Section):
    """Where alerts and plans are posted to (docs/how-to/deliver-alerts.md)."""

    url: str | None = Field(None, description="https://...; no user or password in it")
    secret_from: Variable = Field(
        "FOREWARN_WEBHOOK_SECRET", description="environment variable that holds the secret, whsec_..."
    )
    allow_private: bool = Field(False, description="whether its address may lie inside a private network")
    allow_http: bool = Field(False, description="whether it may be http://, readable on the way")
    seconds: float = Field(20, gt=0, le=60, description="for one attempt, from the connection to the answer")
    connections: int = Field(4, ge=1, le=32, description="attempts at the same time")


class Mail(Section):
    """The server that takes e-mails, and who gets them."""

    host: str | None = Field(None, pattern=r"^[A-Za-z0-9.:-]+$")
    port: int = Field(587, ge=1, le=65535)
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    user: str | None = None
    password_from: Variable = Field(
        "FOREWARN_SMTP_PASSWORD", description="environment variable that holds the user's password"
    )
    sender: Mailbox | None = None
    to: dict[str, list[Mailbox]] = Field(default_factory=dict, description="addresses by role")
    owners: dict[str, Mailbox] = Field(
        default_factory=dict, description="addresses of account managers, by `owner` of the table customers"
    )
    seconds: float = Field(20, gt=0, le=60, description="until a server that does not answer is given up")


class Delivery(Section):
    """Where alerts and plans of a day go."""

    to: tuple[Channel, ...] = Field(("crm",), strict=False, description="without --to")
    languages: dict[str, Language] = Field(default_factory=dict, description="by role; English without it")
    messages_max: int = Field(1000, ge=1, description="messages that one run sends at most; the rest wait")
    webhook: Webhook = Webhook()
    mail: Mail = Mail()


class Hours(Section):
    """Hours of each alert level."""

    blue: float = Field(gt=0)
    yellow: float = Field(gt=0)
    orange: float = Field(gt=0)
    red: float = Field(gt=0)


class Loop(Section):
    """How fast an alert must be acted on, and how what came of it is measured (docs/reference/effect.md)."""

    acknowledge_hours: Hours = Field(
        Hours(blue=120, yellow=72, orange=24, red=8), description="until an alert must be acknowledged"
    )
    start_hours: Hours = Field(
        Hours(blue=336, yellow=168, orange=96, red=48),
        description="from there until something must be started",
    )
    finish_days: float = Field(30, gt=0, description="from there until it must be finished")
    replan_days: int = Field(30, ge=1, description="days until a plan that nobody took on may be replaced")
    within_days: int = Field(30, ge=1, description="days from a plan in which a contact counts as its own")
    least: int = Field(20, ge=5, description="customers that each group must have, at least")
    resamples: int = Field(1000, ge=200, description="bootstrap resamples of customers")


class CommunicationRules(Section):
    """When contacts get shallow, deciders stay away, meetings turn passive (actions/signals/settings.py)."""

    depth_drop: Share = Field(0.15, description="under the own usual depth")
    usual_days: int = Field(365, ge=30, description="that tell what is usual")
    recent_days: int = Field(60, ge=0, description="of them that do not count yet")
    usual_least: int = Field(5, ge=1, description="contacts below which nothing is usual")
    deciders_drop: Share = Field(0.5, description="under the usual share of contacts with deciders")
    month_least: int = Field(2, ge=1, description="contacts below which a month tells nothing")
    stale_days: int = Field(90, ge=1, description="since the last contact of a run")


class OrderRules(Section):
    """When orders come late, in a hurry, or not at all after a trial."""

    deviations: float = Field(1.5, gt=0, description="standard deviations above the mean interval")
    rhythm_days: int = Field(730, ge=30, description="of orders that tell the rhythm")
    rhythm_least: int = Field(6, ge=2, description="intervals below which there is no rhythm")
    silent_most_days: int = Field(180, ge=1, description="of silence after which nothing is told any more")
    urgent_rise: Share = Field(0.2, description="points above the usual share of urgent orders")
    urgent_usual_days: int = Field(365, ge=30, description="that tell what is usual")
    urgent_least: int = Field(2, ge=1, description="orders below which a month tells nothing")
    follow_days: int = Field(90, ge=1, description="within which an order follows a trial")
    stale_days: int = Field(180, ge=1, description="since a trial was given up or a month was over")


class ServiceRules(Section):
    """When fewer tickets come than expected, and offers are declined."""

    shortfall: Share = Field(0.2, description="under the expected curve")
    period_months: int = Field(3, ge=1, le=12)
    expected_least: float = Field(2.0, gt=0, description="tickets below which a period tells nothing")
    stale_days: int = Field(180, ge=1, description="since the last offer declined")


class CompetitorRules(Section):
    """When a rival is named or takes a part of the imports."""

    rivals: tuple[Annotated[str, Field(min_length=2)], ...] = Field(
        (), strict=False, description="names, as they stand in texts"
    )
    mention_days: int = Field(90, ge=1)
    specification_days: int = Field(180, ge=1)
    share_fall: Share = Field(0.15, description="points under our usual share of imports")
    period_days: int = Field(90, ge=1)
    usual_days: int = Field(365, ge=30)
    imports_least: int = Field(3, ge=1, description="records below which a period tells nothing")


class FinanceRules(Section):
    """When a customer pays late, disputes small invoices, settles in another way."""

    slow_days: int = Field(45, ge=1, description="from invoice to payment")
    slower: float = Field(1.5, gt=1, description="times the own usual days")
    usual_invoices: int = Field(12, ge=1, description="before that tell what is usual")
    usual_least: int = Field(4, ge=1)
    dispute_days: int = Field(120, ge=1)
    small: float = Field(1.0, gt=0, description="times the own median invoice")
    stale_days: int = Field(120, ge=1, description="since the last invoice of a run")


class StrategicRules(Section):
    """When joint steps slip and roadmaps are no longer shared."""

    late_days: int = Field(30, ge=1)
    reason_days: int = Field(60, ge=0, description="within which a step planned anew is a reason")
    stale_days: int = Field(180, ge=1, description="after the plan")
    roadmap_slower: float = Field(1.5, gt=1, description="times the usual time between roadmaps")
    roadmap_days: int = Field(180, ge=1)
    roadmap_most_days: int = Field(730, ge=1)


class ContractRules(Section):
    """When a contract runs out."""

    first_days: int = Field(90, ge=1)
    second_days: int = Field(60, ge=1)
    renewal_days: int = Field(30, ge=0, description="after the end within which a new contract renews")


class Signals(Section):
    """The thresholds of the signals, and how often in a row one holds before it counts."""

    communication: CommunicationRules = CommunicationRules()
    orders: OrderRules = OrderRules()
    service: ServiceRules = ServiceRules()
    competitor: CompetitorRules = CompetitorRules()
    finance: FinanceRules = FinanceRules()
    strategic: StrategicRules = StrategicRules()
    contract: ContractRules = ContractRules()
    weak_times: int = Field(3, ge=1)
    strong_times: int = Field(1, ge=1)
    times: dict[str, Annotated[int, Field(ge=1)]] = Field(
        default_factory=lambda: {
            "interval_long": 2,
            "contacts_under": 2,
            "rival_named": 2,
            "small_disputed": 2,
            "settlement_changed": 2,
        },
        description="instead of the two, by the name of a rule",
    )
    history_dates: int = Field(
        12, ge=1, description="as-of dates on which the rules are held against leavers"
    )


class HealthWeights(Section):
    """What each dimension of the health score weighs."""

    trade: float = Field(30.0, ge=0)
    interaction: float = Field(25.0, ge=0)
    service: float = Field(20.0, ge=0)
    finance: float = Field(15.0, ge=0)
    strategic: float = Field(10.0, ge=0)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = sum(self.model_dump().values())
        if abs(total - 100) > 1e-6:
            raise ValueError(f"the weights of the five dimensions add up to {total:g}; wanted are 100")
        return self


class LearnedWeights(Section):
    """How weights are learned where ``health.weights`` says ``learned`` (docs/reference/health.md)."""

    toward: str = Field("standard", description="the preset that they are shrunk to")
    leavers: float = Field(
        200.0, gt=0, description="leavers whose word the preset counts as much as; more pull the weights away"
    )
    resamples: int = Field(200, ge=100, description="bootstrap resamples of customers for their intervals")


class Health(Section):
    """The health score (docs/reference/health.md)."""

    weights: HealthWeights | str = Field(
        "standard", description="a preset, weights of your own, or 'learned'"
    )
    peers: Base = Field("segment", description="whom a customer is held against on the day")
    readings: int = Field(8, ge=1, description="readings told of a customer, those with the most points")
    presets: dict[str, HealthWeights] = Field(default_factory=lambda: {"standard": HealthWeights()})
    learned: LearnedWeights = LearnedWeights()

    @model_validator(mode="after")
    def _known(self) -> Self:
        for key, name in (("weights", self.weights), ("learned.toward", self.learned.toward)):
            if isinstance(name, str) and name not in (
                *self.presets,
                *(["learned"] if key == "weights" else []),
            ):
                raise ValueError(
                    f"'{key}' names the preset '{name}'; known are {', '.join(map(repr, self.presets))}"
                )
        return self


class AlertLevel(Section):
    """One level of alert: where it begins, who is told, and by when."""

    drop: float = Field(gt=0, lt=1, description="share of the usual health lost, from which it is reached")
    told: str = Field(min_length=1, description="the role that is told")
    within_days: int = Field(ge=0, description="days from reaching the level until it must have been told")


class Role(Section):
    """What a role is called."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Alerts(Section):
    """When alerts come, who is told, and when they go (docs/reference/alerts.md)."""

    blue: AlertLevel = AlertLevel(drop=0.10, told="account_manager", within_days=14)
    yellow: AlertLevel = AlertLevel(drop=0.15, told="regional_manager", within_days=7)
    orange: AlertLevel = AlertLevel(drop=0.25, told="sales_director", within_days=3)
    red: AlertLevel = AlertLevel(drop=0.35, told="top_management", within_days=1)
    margin: float = Field(0.05, ge=0, lt=1, description="a level holds until the drop is so much below it")
    hold_days: int = Field(
        45, ge=1, description="days that the drop must have been below it, to leave a level"
    )
    forget_days: int = Field(90, ge=1, description="days unseen after which an alert ends")
    roles: dict[str, Role] = Field(
        default_factory=lambda: {
            "account_manager": Role(en="account manager", zh="客户经理"),
            "regional_manager": Role(en="regional manager", zh="区域经理"),
            "sales_director": Role(en="sales director", zh="销售总监"),
            "top_management": Role(en="top management", zh="最高管理层"),
        }
    )

    @property
    def levels(self) -> dict[str, AlertLevel]:
        """Give the levels by name, from the lowest."""
        return {"blue": self.blue, "yellow": self.yellow, "orange": self.orange, "red": self.red}

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        drops = [level.drop for level in self.levels.values()]
        if any(low >= high for low, high in pairwise(drops)):
            told = ", ".join(f"{name} {level.drop:g}" for name, level in self.levels.items())
            raise ValueError(f"each level begins at a larger drop than the one below it; found {told}")
        for level in self.levels.values():
            if level.told not in self.roles:
                raise ValueError(
                    f"'{level.told}' is told and is not among the roles {', '.join(map(repr, self.roles))}"
                )
        return self


class Patterns(Section):
    """How each customer's order rhythm is named (docs/reference/patterns.md)."""

    window_days: int = Field(
        548, ge=180, le=1095, description="days of orders that the shapes have to explain"
    )
    steady: float = Field(
        0.80, gt=0, lt=1, description="share of customers expected to be steady or in a pause"
    )
    gradual_decline: float = Field(0.05, gt=0, description="the same of the others; only their ratios count")
    step_down: float = Field(0.04, gt=0)
    sudden_stop: float = Field(0.04, gt=0)
    fluctuating_decline: float = Field(0.04, gt=0)
    stocking_up: float = Field(0.03, gt=0)
    weight: float = Field(20.0, gt=0, description="customers that the expected share of steady ones is worth")
    least_orders: int = Field(6, ge=3, description="orders below which a customer is taken for steady")


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

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"'{name}' is no time zone; write one such as 'Europe/Berlin'") from None
        return name


class ValueWeights(Section):
    """What counts how much in a customer's value."""

    revenue: float = Field(40.0, ge=0)
    margin: float = Field(30.0, ge=0)
    tenure: float = Field(20.0, ge=0)
    growth: float = Field(10.0, ge=0)


class Values(Section):
    """What a customer is worth, and where high begins (docs/reference/plans.md)."""

    weights: ValueWeights = ValueWeights()
    high: float = Field(50.0, ge=0, le=100, description="value from which a customer is of high value")
    risky: Share = Field(0.30, description="probability to leave from which the risk is high")
    rising: float = Field(80.0, ge=0, le=100, description="growth from which a small customer stays in sight")


class Budget(Section):
    """What one list may take: hours of people, and money in the dataset's currency."""

    hours: float = Field(80.0, ge=0, description="of everybody together")
    money: float = Field(5000.0, ge=0, description="costs and expected concessions of the plays")
    roles: dict[str, float] = Field(
        default_factory=dict, description="hours of one role; others: no own limit"
    )
    days: int = Field(
        7, ge=1, description="a budget is for so many days; plans begun within them take from it"
    )


class Plans(Section):
    """Who is to be contacted, with what, and who is left out to learn from (docs/reference/plans.md)."""

    budget: Budget = Budget()
    hour_cost: float = Field(60.0, ge=0, description="of one hour of anybody's time")
    cause_odds: tuple[Share, Share, Share] = Field(
        (0.68, 0.15, 0.07), strict=False, description="of the three causes named, each to be the true one"
    )
    mismatch: Share = Field(
        0.35, description="effect of a play on a leaver of another cause, of its own effect"
    )
    least_profit: float = Field(0.0, ge=0, description="expected profit below which nothing is planned")
    quiet_days: int = Field(30, ge=0, description="days after an action in which no second one is planned")
    repeat_days: int = Field(90, ge=0, description="days after a play in which it is not planned again")
    campaign_days: int = Field(10, ge=0, description="days after a campaign in which no e-mail is planned")
    pattern_confidence: Share = Field(0.6, description="from which a named rhythm decides")
    sight: Share = Field(0.05, description="of the hours, kept for small customers that grow fast")
    holdout: Share = Field(0.10, description="of the customers planned, drawn by lot and not contacted")
    holdout_red: Share = Field(0.0, description="the same, of those under a red alert")
    seconds: float = Field(20.0, gt=0, description="that the search for the best list may take")


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
