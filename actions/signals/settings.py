"""The thresholds of the rules, one group a kind of signal; ``params.yaml`` gives every number."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Communication:
    """When contacts get shallow, deciders stay away and meetings turn passive."""

    depth_drop: float
    """Share by which the depth of a contact, or of a meeting, lies under the customer's own usual."""
    usual_days: int
    """Days before a contact, or before a month, that tell what is usual."""
    recent_days: int
    """Days, the last before a contact, that do not count towards its usual: a decline is no yardstick of itself."""
    usual_least: int
    """Contacts below which nothing is usual."""
    deciders_drop: float
    """Share by which the share of contacts with executives and purchasing in a month lies under the usual."""
    month_least: int
    """Contacts below which a month tells nothing."""
    stale_days: int
    """Days since the last record of a run after which it is old news."""


@dataclass(frozen=True)
class Orders:
    """When orders come later than the customer's own rhythm, in a hurry, or not at all after a trial."""

    deviations: float
    """Standard deviations of the own intervals by which an interval lies above their mean."""
    rhythm_days: int
    """Days of orders that tell the rhythm."""
    rhythm_least: int
    """Intervals below which there is no rhythm."""
    silent_most_days: int
    """Days of silence after which a customer is gone rather than late; nothing is told any more."""
    urgent_rise: float
    """Points by which the share of urgent orders in a month lies above the usual."""
    urgent_usual_days: int
    """Days before a month that tell which share is usual."""
    urgent_least: int
    """Orders below which a month tells nothing."""
    follow_days: int
    """Days within which a trial is followed by an ordinary order of the same product."""
    stale_days: int
    """Days since a trial was given up, or since the last month of urgent orders, after which it is old news."""


@dataclass(frozen=True)
class Service:
    """When a customer asks for less service than was to be expected, and declines what is offered."""

    shortfall: float
    """Share by which the tickets of a period lie under the expected curve."""
    period_months: int
    """Whole months of a period."""
    expected_least: float
    """Expected tickets below which a period tells nothing."""
    stale_days: int
    """Days since the last offer that was declined after which it is old news."""


@dataclass(frozen=True)
class Competitor:
    """When a rival is named, stands in a specification, or takes a part of the customer's imports."""

    rivals: tuple[str, ...]
    """Names of rivals, as they stand in mails, notes and specifications; case does not matter."""
    mention_days: int
    """Days behind in which mentions are counted."""
    specification_days: int
    """Days behind in which a specification that names a rival counts."""
    share_fall: float
    """Points by which our share of a customer's imports in a period lies under its usual."""
    period_days: int
    """Days of a period of imports."""
    usual_days: int
    """Days of imports before a period that tell which share is usual."""
    imports_least: int
    """Customs records below which a period tells nothing."""
    stale_days: int
    """Days since the last period of imports after which it is old news; customs records come late."""


@dataclass(frozen=True)
class Finance:
    """When a customer pays later, disputes small sums or settles in another way."""

    slow_days: int
    """Days from invoice to payment from which a payment may be called slow."""
    slower: float
    """Times the own usual days from which it is; 45 days against 30 is 1.5."""
    usual_invoices: int
    """Invoices before that tell what is usual."""
    usual_least: int
    """Invoices below which nothing is usual."""
    dispute_days: int
    """Days behind in which disputes are counted."""
    small: float
    """Times the own median invoice up to which an invoice is small."""
    stale_days: int
    """Days since the last invoice of a run after which it is old news."""


@dataclass(frozen=True)
class Strategic:
    """When joint steps slip and plans are no longer shared."""

    late_days: int
    """Days after the plan from which a step that is not done is late."""
    reason_days: int
    """Days around the plan within which another step of the kind, planned anew, is a reason for the delay."""
    stale_days: int
    """Days after the plan from which a step that was never done is old news."""
    roadmap_slower: float
    """Times the own usual time between two shared roadmaps after which sharing has stopped."""
    roadmap_days: int
    """Days since the last shared roadmap before which nothing is said."""
    roadmap_most_days: int
    """Days since the last shared roadmap after which it is old news."""


@dataclass(frozen=True)
class Contract:
    """When a contract runs out with no renewal under way."""

    first_days: int
    """Days before the end from which it is told."""
    second_days: int
    """Days before the end from which it is told again."""
    renewal_days: int
    """Days after the end within which another contract of the customer begins that renews this one."""


@dataclass(frozen=True)
class Settings:
    """Every threshold, and how often in a row a rule holds before it counts."""

    communication: Communication
    orders: Orders
    service: Service
    competitor: Competitor
    finance: Finance
    strategic: Strategic
    contract: Contract
    weak_times: int
    """Times in a row for a weak rule, one that a single record can trip by chance."""
    strong_times: int
    """Times in a row for a strong rule."""
    times: Mapping[str, int]
    """Times in a row for some rules by name, instead of the two above."""
