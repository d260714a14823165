"""Why customers leave, and what each reason does to the records before they do.

A cause is one declared entry: which signs it moves, how far at full strength, and how late in the spell each sign
starts (0: at the onset; 0.5: halfway to full strength). The record families read signs and know nothing of causes.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Sign(StrEnum):
    """One way in which records change. The comment gives the unit of a move."""

    ORDERS = "orders"  # log of the order rate
    BASKET = "basket"  # log of the value of an order
    BREADTH = "breadth"  # share of the usual product lines that are no longer bought
    URGENT = "urgent"  # log-odds that an order is urgent
    RETURNS = "returns"  # log-odds that an order line comes back
    DISCOUNT = "discount"  # points of discount on the list price
    TRIALS = "trials"  # log-odds that a trial order is followed up
    CONTACT = "contact"  # log of the rate at which the customer gets in touch
    LOGINS = "logins"  # log of the rate of logins
    INQUIRIES = "inquiries"  # log of the rate of inquiries
    REPLIES = "replies"  # log of the days until the customer answers; each unit also halves the answers
    ATTENDANCE = "attendance"  # log-odds to attend what was agreed
    DEPTH = "depth"  # points of depth, 0 to 1
    SENTIMENT = "sentiment"  # points of sentiment, -1 to 1
    RIVALS = "rivals"  # log-odds that a contact mentions a competitor
    DECIDERS = "deciders"  # log of the share of contacts with executives and purchasing
    COMPLAINTS = "complaints"  # log of the rate of complaints
    SERVICE_USE = "service_use"  # log of the rate of repairs and questions
    SEVERITY = "severity"  # steps of severity, 1 to 4
    RESOLUTION = "resolution"  # log of the days until a ticket is resolved
    REOPENED = "reopened"  # log-odds that a resolved ticket is opened again
    SATISFACTION = "satisfaction"  # points of satisfaction, 1 to 5
    OFFERS = "offers"  # log-odds that maintenance or training on offer is accepted
    LATENESS = "lateness"  # days of payment after the due date
    DISPUTES = "disputes"  # log-odds that an invoice is disputed
    SETTLEMENT = "settlement"  # log-odds that an invoice is settled another way than usual
    CONFIRMATION = "confirmation"  # log of the days until an invoice is confirmed
    SLIPPAGE = "slippage"  # days of delay of joint milestones


SIGNS = tuple(Sign)


@dataclass(frozen=True)
class Move:
    """How far a sign goes at full strength (in the sign's unit), and which part of the rise passes before it."""

    sign: Sign
    by: float
    after: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.after < 1:
            raise ValueError(f"'after' of {self.sign} is a part of the rise in [0, 1); found {self.after}.")


@dataclass(frozen=True)
class Cause:
    """A reason to leave: its share among leavers, and the moves that it makes."""

    name: str
    share: float
    moves: tuple[Move, ...] = ()
    meaning: str = ""
    by: dict[Sign, Move] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        moves = {move.sign: move for move in self.moves}
        if len(moves) < len(self.moves):
            raise ValueError(f"Cause '{self.name}' moves a sign twice.")
        object.__setattr__(self, "by", moves)


COMPETITOR = Cause(
    name="competitor",
    share=0.20,
    meaning="A rival wins the business, product line by product line.",
    moves=(
        Move(Sign.RIVALS, 4.0),
        Move(Sign.INQUIRIES, 1.0),
        Move(Sign.BREADTH, 0.75, after=0.1),
        Move(Sign.TRIALS, -3.0),
        Move(Sign.BASKET, -0.6, after=0.2),
        Move(Sign.DEPTH, -0.2, after=0.2),
        Move(Sign.DECIDERS, -1.0, after=0.2),
        Move(Sign.LOGINS, -0.9, after=0.3),
        Move(Sign.ORDERS, -0.65, after=0.3),
    ),
)

PRICE = Cause(
    name="price",
    share=0.16,
    meaning="The price is no longer worth it to the customer.",
    moves=(
        Move(Sign.DISCOUNT, 0.065),
        Move(Sign.INQUIRIES, 1.6),
        Move(Sign.DISPUTES, 1.9, after=0.1),
        Move(Sign.SENTIMENT, -0.45, after=0.1),
        Move(Sign.RIVALS, 1.25, after=0.2),
        Move(Sign.BASKET, -0.7, after=0.3),
        Move(Sign.ORDERS, -0.45, after=0.4),
    ),
)

SERVICE = Cause(
    name="service",
    share=0.16,
    meaning="Trouble that is not put right.",
    moves=(
        Move(Sign.COMPLAINTS, 2.4),
        Move(Sign.SEVERITY, 1.4),
        Move(Sign.RESOLUTION, 1.6),
        Move(Sign.REOPENED, 2.6),
        Move(Sign.RETURNS, 2.5),
        Move(Sign.SATISFACTION, -2.5, after=0.1),
        Move(Sign.SENTIMENT, -0.55, after=0.2),
        Move(Sign.OFFERS, -2.0, after=0.2),
        Move(Sign.ORDERS, -0.6, after=0.5),
    ),
)

RELATIONSHIP = Cause(
    name="relationship",
    share=0.15,
    meaning="People stop talking: a sponsor left, or we stopped listening.",
    moves=(
        Move(Sign.CONTACT, -2.1),
        Move(Sign.REPLIES, 2.0),
        Move(Sign.ATTENDANCE, -3.5),
        Move(Sign.DEPTH, -0.38),
        Move(Sign.SENTIMENT, -0.45),
        Move(Sign.DECIDERS, -2.25),
        Move(Sign.SLIPPAGE, 75.0),
        Move(Sign.OFFERS, -1.5, after=0.2),
        Move(Sign.LOGINS, -1.1, after=0.3),
        Move(Sign.ORDERS, -0.5, after=0.5),
    ),
)

PAYMENT = Cause(
    name="payment",
    share=0.10,
    meaning="The customer runs out of money or of patience with our terms.",
    moves=(
        Move(Sign.LATENESS, 33.0),
        Move(Sign.DISPUTES, 2.25),
        Move(Sign.SETTLEMENT, 4.0, after=0.1),
        Move(Sign.CONFIRMATION, 1.4),
        Move(Sign.BASKET, -0.6, after=0.3),
        Move(Sign.ORDERS, -0.5, after=0.5),
    ),
)

DEMAND = Cause(
    name="demand",
    share=0.13,
    meaning="The customer itself needs less.",
    moves=(
        Move(Sign.ORDERS, -1.1),
        Move(Sign.BASKET, -1.0),
        Move(Sign.URGENT, -1.75),
        Move(Sign.SERVICE_USE, -1.25, after=0.1),
        Move(Sign.LOGINS, -1.0, after=0.2),
        Move(Sign.CONTACT, -0.6, after=0.3),
    ),
)

NONE = Cause(
    name="none",
    share=0.10,
    meaning="A plant closes, a buyer is bought: nothing shows in the records before the last order.",
)

CAUSES = (COMPETITOR, PRICE, SERVICE, RELATIONSHIP, PAYMENT, DEMAND, NONE)

DOWNTURN = Cause(
    name="downturn",
    share=0.0,
    meaning="A whole industry orders less for months: like demand, and nobody leaves for it.",
    moves=(
        Move(Sign.ORDERS, -0.35),
        Move(Sign.BASKET, -0.25),
        Move(Sign.URGENT, -1.0),
        Move(Sign.SERVICE_USE, -0.5, after=0.1),
    ),
)

SHOCK = Cause(
    name="shock",
    share=0.0,
    meaning="A whole industry orders less within weeks. At strength 1 purchases fall to 1/e.",
    moves=(Move(Sign.ORDERS, -0.6), Move(Sign.BASKET, -0.4), Move(Sign.URGENT, -1.0)),
)

TARIFF = Cause(
    name="tariff",
    share=0.0,
    meaning="What an industry buys becomes dearer at the border. At strength 1 purchases fall to 1/e.",
    moves=(Move(Sign.ORDERS, -0.5), Move(Sign.BASKET, -0.5), Move(Sign.INQUIRIES, 0.8)),
)

LOCKDOWN = Cause(
    name="lockdown",
    share=0.0,
    meaning="A region stands still. At strength 1 purchases fall to 1/e.",
    moves=(Move(Sign.ORDERS, -1.0), Move(Sign.SERVICE_USE, -0.5), Move(Sign.LOGINS, -0.2)),
)

REBOUND = Cause(
    name="rebound",
    share=0.0,
    meaning="What a lockdown held up is ordered. At strength 1 purchases rise by the factor e.",
    moves=(Move(Sign.ORDERS, 0.8), Move(Sign.BASKET, 0.2), Move(Sign.URGENT, 0.8)),
)

SHOCKS = (SHOCK, TARIFF, LOCKDOWN, REBOUND)

PRESSING = (*CAUSES, DOWNTURN, *SHOCKS)
"""All that presses on a customer: the causes, then what only looks like one."""
