"""Every number of the made-up world, with its reason.

``World`` holds what one world may have otherwise than another; below it stands what is ordinary for everybody, and
in ``around.py`` what is ordinary outside the company. What each cause does to each sign is declared in
``causes.py``, the kinds of contacts and tickets in ``interaction.py`` and ``service.py``. Nothing here was fitted
to a real company: where no source is named, a number is an assumption. The strength of the signs, the false alarms
and the irregularity were set so that a good model tells leavers at a ROC-AUC of about .8; the measured results,
and where the sources are, stand in ``docs/reference/simulator.md``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

RECORDS = ("interaction", "service", "finance", "milestones", "contracts", "cases")
"""Tables that a company may not keep; customers and trade there must be."""

MOST_RIVALS = 12
"""As many as ``papers.RIVALS`` has names for."""

FOLLOWS: Mapping[str, Mapping[str, float]] = {
    # A rival is answered with prices, and its people replace ours.
    "competitor": {"price": 0.40, "relationship": 0.25, "service": 0.10, "payment": 0.10, "demand": 0.15},
    # Who finds us dear asks others.
    "price": {"competitor": 0.45, "relationship": 0.20, "payment": 0.15, "service": 0.10, "demand": 0.10},
    # Trouble that is not put right cools the relation, or makes the customer look around.
    "service": {"relationship": 0.45, "competitor": 0.25, "price": 0.10, "payment": 0.10, "demand": 0.10},
    # Nobody defends us any more.
    "relationship": {"competitor": 0.40, "price": 0.15, "service": 0.15, "demand": 0.20, "payment": 0.10},
    # Who cannot pay orders less.
    "payment": {"demand": 0.40, "relationship": 0.20, "price": 0.20, "competitor": 0.10, "service": 0.10},
    # Who sells less is short of money: lack of funds is the first reason given for late payment (Atradius Payment
    # Practices Barometer, Western Europe 2018).
    "demand": {"payment": 0.45, "price": 0.20, "relationship": 0.15, "competitor": 0.10, "service": 0.10},
}
"""Chance of each second cause after a first, where there is a second; a row sums to 1. Assumed: the directions are
argued above, the sizes are not measured."""


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

    seasonal: float = 0.10
    """Share with a strong season of its own, on top of its industry's: a campaign business, a plant that runs half
    the year. Assumed."""

    seasonal_cadence: float = 30.0
    """Longest cadence of such a customer in days; with a longer one its weak season would be silence."""

    swing: tuple[float, float] = (0.45, 0.80)
    """Range of half the distance from weak to strong season, in logs of the order rate: in its strong month it
    orders 2.5 to 5 times as often as in its weak one."""

    holidays: float = 0.30
    """Share that orders nothing in the same two or three weeks of every year. Assumed."""

    holiday_days: tuple[float, float] = (14.0, 24.0)
    """Range of its days. Factories in China shut for one to three weeks around the Spring Festival (sourcing guides
    for buyers); works holidays in Europe are as long."""

    summer: tuple[float, float] = (190.0, 225.0)
    """Range of the day of the year on which it begins: July and early August."""

    spring_festival: tuple[float, float] = (15.0, 35.0)
    """The same for customers in China: from mid-January on. The festival itself moves between 21 January and
    20 February; here a customer keeps to its day."""

    # What the market does
    downturns: float = 0.10
    """Downturns of an industry, a year and industry: three or four in the four years of eight industries. Assumed,
    so that few customers are in one at a time, and the rate of leaving stays what it is."""

    downturn_rise: tuple[float, float] = (60.0, 150.0)
    """Range of the days until it is at its bottom; the recovery takes as long."""

    downturn_hold: tuple[float, float] = (60.0, 180.0)
    """Range of the days at the bottom."""

    downturn_depth: tuple[float, float] = (0.5, 1.2)
    """Range of its depth, beside the moves that ``causes.DOWNTURN`` declares: at 1 orders fall by 30% and each is
    worth 22% less, 45% in all. Order intake of German machine builders fell by 9% in 2019, by 30% in the second
    quarter of 2020 and by 44% from December 2008 to February 2009 (VDMA)."""

    spared: float = 0.20
    """Share of an industry's customers that do not feel it. Assumed."""

    # How regular they are
    shape: tuple[float, float] = (1.4, 3.6)
    """Range of the gamma shape of the gaps between orders; 1 is as irregular as chance. Studies of repeat
    buying find 1 to 4 (Herniter 1971 for 2; Platzer and Reutterer 2016 for how widely customers differ)."""

    wobble: tuple[float, float] = (0.12, 0.38)
    """Range of the standard deviation of the logarithm of the order rate from one four-week block to the next.
    Assumed."""

    reminded: float = 0.94
    """Share of customers that are called when they are silent for about twelve weeks, and order if they stay. The
    rest may stay silent past the confirmation: departures by the rule that nobody decided, as in real records."""

    # How many leave, and why
    leaving: float = 0.16
    """Chance to leave, a year, for a customer of the middle segment in its second or third year. Assumed, so
    that 8 to 20% of all customers leave in a year; for B2B companies medians by industry from 11% (utilities) to
    56% (wholesale) are told (CustomerGauge), and not how leaving is counted."""

    first_year: float = 1.3
    """Factor on it in a customer's first year: young relations end more often."""

    settled: float = 0.8
    """Factor on it after the third year."""

    lead_days: tuple[float, float, float] = (112.0, 45.0, 160.0)
    """Median, least and most days from the onset of a cause until the next order is the last; half a gap comes on
    top of it. Assumed: a firm takes a quarter to half a year to switch."""

    lead_spread: float = 0.35
    """Standard deviation of the logarithm of the lead, before it is cut to least and most."""

    rise: tuple[float, float] = (0.35, 0.75)
    """Range of the part of the lead in which a cause grows to its full strength."""

    returning: float = 0.06
    """Share of leavers that come back, none sooner than 120 days after the last purchase."""

    alarms: float = 0.25
    """Spells a year in which a customer shows the signs of a cause and gets over it: a bad quarter in service, late
    payments, a rival's visit that comes to nothing. With this many, most signs are false alarms."""

    alarm_strength: tuple[float, float] = (0.35, 1.0)
    """Range of the strength of such a spell beside that of a leaver."""

    alarm_rise: tuple[float, float] = (30.0, 110.0)
    """Range of its days to full strength. Assumed, as the next two: months, like a leaver's."""

    alarm_hold: tuple[float, float] = (10.0, 90.0)
    """Range of its days at full strength."""

    alarm_fade: tuple[float, float] = (30.0, 90.0)
    """Range of the days until nothing is left of it."""

    second: float = 0.20
    """Share of the spells on which a second cause sets in (``FOLLOWS`` tells which), for leavers and false alarms
    alike: two causes at once are no sign of leaving. Assumed, and low: Keaveney (1995) heard of more than 800
    causes from some 500 customers that had switched."""

    second_onset: tuple[float, float] = (0.0, 0.4)
    """Range of its onset, as a part of the time from the first onset to the end of the first cause's full strength
    (for a leaver, to the day from which the next order is the last)."""

    second_strength: tuple[float, float] = (0.6, 1.1)
    """Range of its strength beside that of a first cause. It sometimes ends up the louder of the two."""

    loudness: float = 1.0
    """Factor on everything that causes do to the records; 0 makes a world whose leavers give no sign."""

    loudness_spread: float = 0.40
    """Standard deviation of the logarithm of a spell's strength."""

    sign_share: float = 0.85
    """Chance that one sign of a cause shows in one spell; a customer never shows the whole textbook."""

    saturation: float = 1.5
    """Most that a sign is moved by all spells together, beside the furthest move that a cause declares; above that
    move ever less is added. Assumed: without it one customer in a thousand had a hundred complaints a month."""

    most_tickets: float = 60.0
    """Most tickets of one kind in a year, on average, however bad it gets; five a month wear out any customer."""

    # What becomes known, and when
    noticed_days: tuple[int, int] = (90, 150)
    """Range of days from the last purchase to the day on which the company writes the customer off."""

    cases_months: int = 24
    """The ``cases`` table holds what was written off in this many months from the start, and no later leaver."""

    late_notes: float = 0.35
    """Share of call, meeting and visit notes that are entered days after the contact."""

    late_tickets: float = 0.06
    """Share of tickets that are entered up to five days after they were opened."""

    # How good the records are. Where it is not 0, it is mild.
    missing: tuple[str, ...] = ()
    """Tables that the company does not keep, of ``RECORDS``."""

    late_orders: float = 0.0
    """Share of orders that are entered days later; trade then has ``known_at``. 0, because orders are entered to be
    delivered, and because every feature of trade then costs more to compute."""

    late_days: float = 4.0
    """Mean of these days, beyond half a day."""

    renamed: float = 0.02
    """Share of products that get a new number, a year. Assumed: a few of the 240 in each year."""

    merged: float = 0.002
    """Share of customers, a year, whose records go on under another customer's number: bought up, or entered twice.
    They look like leavers and are none. Assumed, small beside those that leave."""

    merged_after: float = 150.0
    """Days that both must have been customers by then."""

    # Whom else they buy from. Without rivals nothing of it exists, and there are no customs records.
    rivals: int = 0
    """Number of rivals, at most as many as ``papers.RIVALS`` names; 0: no table ``imports``."""

    importing: float = 0.7
    """Share of customers whose imports stand in customs records; the others buy through agents or at home."""

    splitting: float = 0.5
    """Share of customers that always buy a part of some product lines from one or two rivals. Assumed: two
    suppliers for what matters are ordinary in purchasing."""

    split_share: tuple[float, float] = (0.10, 0.50)
    """Range of the rivals' part in such a line."""

    strays: float = 0.05
    """Chance, a year, that a customer begins to buy from a rival for its own growth, and takes nothing from us."""

    tasters: float = 0.10
    """Trial orders at a rival that come to nothing, a year and customer."""

    followed: float = 0.5
    """Share of those that leave for price, service or relationship that buy from a rival after their last order;
    the rest buy where customs does not see it."""

    courted: float = 0.7
    """Share of the spells of the cause ``competitor`` that begin in a price campaign of the rival."""

    campaigns: float = 2.0
    """Price campaigns of a rival, a year, that win nobody."""

    trial_lead: tuple[float, float] = (20.0, 60.0)
    """Range of the days from the trial order of a product line at a rival until purchases begin to move."""

    # What customs records tell of it
    customs_days: tuple[float, float] = (8.0, 24.0)
    """Range over regions of the days from a shipment until its record can be bought; about a week comes on top."""

    customs_gaps: float = 0.03
    """Share of the months of a region whose records were never published."""

    customs_lost: float = 0.03
    """Share of single shipments without a record."""

    misspelt: float = 0.08
    """Share of names on papers with a typing error."""

    strangers: float = 0.04
    """Share of the records whose importer is no customer."""

    # Shocks, and what the market index tells of them
    industry_shocks: float = 0.0
    """Shocks of an industry, a year and industry: faster and deeper than a downturn, and for all of it at once."""

    shock_depth: tuple[float, float] = (0.20, 0.40)
    """Range of the part of its purchases that an industry loses at the bottom."""

    shock_hold: tuple[float, float] = (90.0, 240.0)
    """Range of the days at the bottom."""

    tariffs: float = 0.0
    """New tariffs, a year; each on one product line, or on all that one industry buys."""

    tariff_depth: tuple[float, float] = (0.10, 0.30)
    """Range of the part of purchases that a tariff ends."""

    lockdowns: float = 0.0
    """Lockdowns, a year and region: orders near zero for weeks, and a rebound."""

    lockdown_depth: tuple[float, float] = (0.85, 0.97)
    """Range of the part of purchases that is not made in a lockdown."""

    planted: tuple[tuple[str, float, float], ...] = ()
    """Shocks that come for sure: an industry (shock), a region (lockdown) or a product line such as L03 (tariff),
    the day on which it begins, counted from the start, and its depth as a share."""

    indexed: bool = False
    """Whether there is a table ``market``."""

    index_noise: float = 0.02
    """Standard deviation of the logarithm of a published index beside the truth."""

    index_days: tuple[float, float] = (25.0, 45.0)
    """Range of the days from the end of a month to the publication of its index."""

    def __post_init__(self) -> None:
        if self.customers < 1 or self.days < 1:
            raise ValueError(
                f"A world needs at least one customer and one day; found {self.customers} and {self.days}."
            )
        for name in SHARES:
            share = getattr(self, name)
            if not 0 <= share <= 1:
                raise ValueError(f"'{name}' is a share between 0 and 1; found {share}.")
        for name in RATES:
            if not getattr(self, name) >= 0:
                raise ValueError(f"'{name}' is at least 0; found {getattr(self, name)}.")
        if not self.saturation > 1:
            raise ValueError(f"'saturation' is above 1; found {self.saturation}.")
        for item in fields(self):
            match getattr(self, item.name):
                case (float() | int() as least, float() | int() as most) if least > most:
                    raise ValueError(
                        f"'{item.name}' goes from the least to the most; found {least} and {most}."
                    )
        for name in PARTS:
            least, most = getattr(self, name)
            if not 0 <= least <= most < 1:
                raise ValueError(f"'{name}' goes from a share to one below 1; found {least} and {most}.")
        if self.strangers == 1:
            raise ValueError("'strangers' is below 1: customs records are kept of customers too.")
        if self.rivals > MOST_RIVALS:
            raise ValueError(f"'rivals' is at most {MOST_RIVALS}; found {self.rivals}.")
        for what, day, depth in self.planted:
            if not (0 <= day < self.days and 0 < depth < 1):
                raise ValueError(
                    "A planted shock begins within the records and takes a share; "
                    f"found '{what}', day {day}, {depth}."
                )
        for name in self.missing:
            if name not in RECORDS:
                raise ValueError(f"'missing' names tables among {', '.join(RECORDS)}; found '{name}'.")


SHARES = (
    "founders",
    "slow",
    "dormant",
    "stockers",
    "seasonal",
    "holidays",
    "spared",
    "returning",
    "second",
    "sign_share",
    "reminded",
    "late_notes",
    "late_tickets",
    "late_orders",
    "importing",
    "splitting",
    "followed",
    "courted",
    "customs_gaps",
    "customs_lost",
    "misspelt",
    "strangers",
)
PARTS = ("split_share", "shock_depth", "tariff_depth", "lockdown_depth")
RATES = (
    "stocking",
    "downturns",
    "alarms",
    "loudness",
    "renamed",
    "merged",
    "late_days",
    "rivals",
    "strays",
    "tasters",
    "campaigns",
    "industry_shocks",
    "tariffs",
    "lockdowns",
    "index_noise",
)


# Below: what is ordinary for everybody. Assumed where no source is named.

# Leaving
SEGMENT_RISK = (0.6, 0.9, 1.2)
"""Factor on the chance to leave of key, core and small customers: key accounts are looked after."""
RISK_SPREAD = 0.35
"""Standard deviation of the logarithm of a customer's own factor."""
YOUNGEST = 150
"""Nobody leaves sooner after joining: a first order that stays the only one is a trial, not a customer."""
BEYOND = 210
"""Days after the end of the records in which customers may leave: their signs begin within the records."""
SIGN_SPREAD = 0.3
"""Standard deviation of the logarithm of one sign's strength beside that of its spell."""
BREAK_DAYS = (130.0, 420.0)
"""Range of the days until a leaver that returns buys again: beyond the confirmation, so that it had left."""
AFTERGLOW = (15.0, 120.0)
"""Range of the days in which contacts fade to a third after the last order."""
DOWNTURN_BEFORE = 200
"""Days before the records in which a downturn may have begun."""

# Orders
INDUSTRY_SHARE = (0.22, 0.14, 0.12, 0.11, 0.13, 0.12, 0.08, 0.08)
REGION_SHARE = (0.14, 0.17, 0.17, 0.10, 0.10, 0.08, 0.08, 0.16)
SEASON = (0.08, 0.10, 0.18, 0.08, 0.12, 0.38, 0.04, 0.20)
"""Half the distance from an industry's weak to its strong season, in logs: building rests in winter."""
SEASON_PEAK = (290, 90, 320, 120, 280, 190, 60, 330)
"""Day of the year of an industry's strong season."""
GROWTH = (0.03, 0.10)
"""Mean and standard deviation over customers of the log growth of the order rate, a year."""
LULL = 0.35
"""What is left of ordinary ordering between 24 December and 6 January."""
LONGEST = 84
"""Days of silence after which a customer that stays is called; a week less than the usual confirmation."""
SLOW = 45.0
"""Cadence above which a long silence is ordinary and nobody calls."""
PAUSE_DAYS = (45.0, 84.0)
"""Range of the yearly pause of those that shut for a season."""
STOCKED = (2.0, 4.0)
"""Range of the factor on the value of an order that stocks up."""
STOCK_LASTS = (1.8, 3.5, 75.0)
"""Range, in usual gaps between orders, of the quiet after it, and the most days that it lasts."""
ORDER_SPREAD = 0.45
"""Standard deviation of the logarithm of the value of one order line."""
URGENT_EXTRA = 0.04
"""Surcharge on an urgent order."""
TRIAL_SHARE = 0.03
"""Share of orders with a trial of a product line that the customer does not buy."""
FOLLOWED_UP = 0.4
"""Log-odds that an ordinary trial is followed by an order of the same product within the next three orders."""
RETURN_DAYS = 12.0
"""Mean days until a line comes back."""
PRICE_RISE = (1.02, 1.07)
"""Range of the yearly factor on the list prices of a product line."""

# Invoices
LATENESS = (-3.0, 4.0)
"""Mean and standard deviation over customers of the usual days of payment after the due date. With what follows,
43% of the invoices are paid late, and payment is 3 days late on average, as in Germany: there 60% of the bills are
paid on time, and payment is 3 days late on average (Dun & Bradstreet). In Western Europe 42% of the value is past
due (Atradius 2018)."""
LATENESS_SPREAD, LATENESS_TAIL = 4.0, 2.5
"""Standard deviation from invoice to invoice, and mean of what only ever delays."""
DISPUTED = -4.0
"""Log-odds that an ordinary invoice is disputed: about one in fifty."""
OTHER_METHOD = -4.3
"""Log-odds that an ordinary invoice is settled another way than usual; agreed when it is issued."""
CONFIRMED = 0.8
"""Share of invoices that the customer confirms."""
WRITTEN_OFF = 0.002
"""Share of invoices that are never paid. In Western Europe 1.3% of the value is uncollectable (Atradius 2018),
mostly of bankrupt customers; here nobody goes bankrupt with open invoices."""

# Contacts
ROLE_SHARE = (0.30, 0.34, 0.26, 0.10)
"""Shares of contacts with technical people, purchasing, users and executives."""
MENTIONED = -3.6
"""Log-odds that a contact mentions a competitor in ordinary times: in about one of forty."""
ATTENTION = 0.5
"""Standard deviation of the logarithm of a customer's contacts from one four-week block to the next."""
ASSESSED, NOTED = 0.85, 0.25
"""Share of talks and mails with depth and sentiment, and share of these with a text."""
NOTE_DAYS = 3.6
"""Mean days, beyond half a day, until a late note is entered."""

# Tickets, milestones, contracts
EQUIPMENT = (1.8, 1.0, 0.6)
"""Factor on the tickets of key, core and small customers: key accounts have more of our equipment."""
ACCEPTED = 0.5
"""Log-odds that an ordinary offer is accepted."""
REOPENED = -2.9
"""Log-odds that an ordinary ticket is opened again."""
RATED = 0.5
"""Share of finished tickets that the customer rates."""
MILESTONES = ((1.0, 0.9, 1.2, 0.5), (0.8, 0.25, 0.25, 0.25), (0.0, 0.0, 0.0, 0.02))
"""Annual reviews, roadmaps, joint developments and exhibitions a year, of key, core and small customers."""
CONTRACTED = (0.8, 0.3, 0.03)
"""Share of each segment that buys under contracts."""
LAPSED = 0.08
"""Share of contracts that a customer lets end although it goes on buying."""
