"""The settings of early warning: health, signals, rhythms and alerts (``params.yaml``)."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from pipeline.section import Base, Section, Share


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
    stale_days: int = Field(
        180, ge=1, description="since the last period of imports; customs records come late"
    )


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
            "top_management": Role(en="top management", zh="高层管理"),
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


class Wallet(Section):
    """Share of wallet, and when a rival takes a product line over (docs/reference/wallet.md)."""

    now_days: int = Field(180, ge=30, description="of imports that tell our share now")
    before_days: int = Field(365, ge=30, description="of imports before them that tell what it was")
    reach_days: int = Field(240, ge=30, description="behind in which a turn to a rival may lie")
    history_days: int = Field(730, ge=90, description="of imports before a turn that tell what was usual")
    known_days: int = Field(90, ge=30, description="of imports before a turn below which nothing is usual")
    least_days: int = Field(60, ge=7, description="that the time since a turn is taken to be long at least")
    ours_least: int = Field(2, ge=1, description="records of ours that make a product line ours")
    share_weight: float = Field(0.5, ge=0, le=1, description="of shares beside the number of shipments")
    toll: float = Field(0.5, ge=0, description="of evidence taken off each product line")
    evidence: float = Field(3.5, gt=0, description="logarithm of the odds from which a rival takes over")
