"""Every number of the made-up world, with its reason.

Nothing here was fitted to a real company: where no source is named, a default is an assumption. The strength of the
signs, the false alarms and the irregularity were set so that a good model tells leavers at a ROC-AUC of about .8;
the measured results stand in ``docs/reference/simulator.md``.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class World:
    """What the company and its customers are like. Shares are of 1, rates a year unless said otherwise."""

    customers: int = 2000
    """Customers that ever bought, including those that join late."""

    start: date = date(2021, 1, 1)
    """First day of the records."""

    days: int = 1461
    """Days that the records cover; the extract is made at the end of the last."""

    # Who they are
    founders: float = 0.62
    """Share that bought before the records begin; the rest join over the years, as in a company that grows."""

    slow: float = 0.10
    """Share that buys less often than every 45 days; the departure rule leaves them out by design."""

    cadence_days: float = 17.0
    """Median days between orders of the others. Maintenance and production supplies are bought weekly to
    monthly; eight to 35 days holds about nine in ten of them with the spread below."""

    cadence_spread: float = 0.42
    """Standard deviation of the logarithm of the cadence."""

    dormant: float = 0.06
    """Share that shuts in the same weeks of every year (works holidays, off-season plants) and comes back."""

    stockers: float = 0.20
    """Share that now and then orders far ahead, before a price rise or a shutdown."""

    stocking: float = 0.7
    """How often a stocker does so, a year."""

    # How regular they are
    shape: tuple[float, float] = (1.4, 3.6)
    """Range of the gamma shape of the gaps between orders; 1 is as irregular as chance. Studies of repeat
    buying find 1 to 4 (Herniter 1971 for 2; Platzer and Reutterer 2016 for how widely customers differ)."""

    wobble: tuple[float, float] = (0.12, 0.38)
    """Range of the standard deviation of the logarithm of the order rate from one four-week block to the next."""

    reminded: float = 0.94
    """Share of customers that are called when they are silent for about twelve weeks, and order if they stay. The
    rest may stay silent past the confirmation: departures by the rule that nobody decided, as in real records."""

    # How many leave, and why
    leaving: float = 0.16
    """Chance to leave, a year, for a customer of the middle segment in its second or third year. Assumed, so
    that 8 to 20% of all customers leave in a year."""

    first_year: float = 1.3
    """Factor on it in a customer's first year: young relations end more often."""

    settled: float = 0.8
    """Factor on it after the third year."""

    lead_days: tuple[float, float, float] = (112.0, 45.0, 160.0)
    """Median, least and most days from the onset of a cause until the next order is the last; half a gap comes on
    top of it. Assumed: a firm takes a quarter to half a year to switch."""

    rise: tuple[float, float] = (0.35, 0.75)
    """Range of the part of the lead in which a cause grows to its full strength."""

    returning: float = 0.06
    """Share of leavers that come back, none sooner than 120 days after the last purchase."""

    alarms: float = 0.25
    """Spells a year in which a customer shows the signs of a cause and gets over it: a bad quarter in service, late
    payments, a rival's visit that comes to nothing. With this many, most signs are false alarms."""

    alarm_strength: tuple[float, float] = (0.35, 1.0)
    """Range of the strength of such a spell beside that of a leaver."""

    loudness: float = 1.0
    """Factor on everything that causes do to the records; 0 makes a world whose leavers give no sign."""

    loudness_spread: float = 0.40
    """Standard deviation of the logarithm of a spell's strength."""

    sign_share: float = 0.85
    """Chance that one sign of a cause shows in one spell; a customer never shows the whole textbook."""

    # What becomes known, and when
    noticed_days: tuple[int, int] = (90, 150)
    """Range of days from the last purchase to the day on which the company writes the customer off."""

    cases_months: int = 24
    """The ``cases`` table holds what was written off in this many months from the start, and no later leaver."""

    late_notes: float = 0.35
    """Share of call, meeting and visit notes that are entered days after the contact."""

    def __post_init__(self) -> None:
        if self.customers < 1 or self.days < 1:
            raise ValueError(
                f"A world needs at least one customer and one day; found {self.customers} and {self.days}."
            )
        for name in (
            "founders",
            "slow",
            "dormant",
            "stockers",
            "returning",
            "sign_share",
            "reminded",
            "late_notes",
        ):
            share = getattr(self, name)
            if not 0 <= share <= 1:
                raise ValueError(f"'{name}' is a share between 0 and 1; found {share}.")
