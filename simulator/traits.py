"""Who the customers are: what stays the same about each of them while the records run."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.causes import CAUSES
from simulator.clock import Flags, Floats, Ints
from simulator.names import names
from simulator.settings import GROWTH, INDUSTRY_SHARE, LATENESS, PAUSE_DAYS, REGION_SHARE, World

INDUSTRIES = (
    "machinery",
    "automotive",
    "food",
    "chemicals",
    "electronics",
    "construction",
    "medical",
    "energy",
)
REGIONS = ("north", "south", "west", "east", "alps", "benelux", "nordics", "china")
SEGMENTS = ("key", "core", "small")
ROLES = ("technical", "purchasing", "user", "executive")
TERMS = (14, 30, 45, 60)
LINES = 16
PRODUCTS_A_LINE = 15
ASSORTMENT = 6
"""Most product lines that one customer buys."""


@dataclass(frozen=True)
class Traits:
    """One entry a customer, in parallel arrays; rates are yearly, days counted from the start of the records."""

    industry: Ints
    region: Ints
    segment: Ints
    owner: Ints
    name: npt.NDArray[np.object_]
    joined: Floats
    """First day as a customer; negative for one that was there before the records begin."""
    cadence: Floats
    """Days between orders in ordinary times."""
    shape: Floats
    wobble: Floats
    growth: Floats
    """Log growth of the order rate, a year."""
    size: Floats
    """Value of an ordinary order."""
    basket: Floats
    """Lines of an ordinary order beyond the first."""
    lines: Ints
    """(customers, ASSORTMENT): the product lines that it buys, the dearest to it first."""
    breadth: Ints
    """How many of these it really buys."""
    discount: Floats
    urgent: Floats
    """Log-odds."""
    returns: Floats
    """Log-odds."""
    talk: Floats
    """Factor on all contacts."""
    digital: Floats
    """Factor on logins."""
    warmth: Floats
    """Ordinary sentiment."""
    depth: Floats
    """Ordinary depth."""
    openness: Floats
    """Log-odds to answer and to attend."""
    trouble: Floats
    """Factor on tickets."""
    terms: Ints
    """Days to pay."""
    lateness: Floats
    """Ordinary days of payment after the due date; negative is early."""
    settlement: Ints
    pause_start: Floats
    """Day of the year on which the yearly pause begins; not a number without one."""
    pause_days: Floats
    stocker: Flags
    bent: Floats
    """(customers, causes): how much likelier than usual each cause is, as a logarithm."""
    turnover: Floats
    """(customers, roles): day on which the contact person of a role is replaced."""


def draw(rng: np.random.Generator, world: World) -> Traits:
    n = world.customers
    industry = rng.choice(len(INDUSTRIES), size=n, p=INDUSTRY_SHARE)
    region = rng.choice(len(REGIONS), size=n, p=REGION_SHARE)
    bent = rng.normal(0, 0.5, size=(n, len(CAUSES)))
    by_name = {cause.name: bent[:, place] for place, cause in enumerate(CAUSES)}

    slow = rng.random(n) < world.slow
    cadence = np.clip(world.cadence_days * np.exp(rng.normal(0, world.cadence_spread, n)), 6, 42)
    cadence = np.where(slow, rng.uniform(50, 110, n), cadence)
    size = np.exp(rng.normal(6.6, 0.8, n) + 0.4 * np.log(cadence / world.cadence_days))
    yearly = size / cadence
    # A tenth are key accounts, a half small ones, by what an ordinary year is worth.
    rank = np.argsort(np.argsort(-yearly)) / n
    segment = np.where(rank < 0.10, 0, np.where(rank < 0.50, 1, 2))

    founder = rng.random(n) < world.founders
    joined = np.where(
        founder, -365.25 * rng.gamma(1.6, 2.5, n) - 1, rng.uniform(0, max(world.days - 60, 1), n)
    )
    dormant = (rng.random(n) < world.dormant) & (cadence < 30)
    # Summer works holidays, or the dead of winter.
    pause_start = np.where(rng.random(n) < 0.6, rng.uniform(175, 215, n), rng.uniform(340, 380, n) % 365)
    return Traits(
        industry=industry,
        region=region,
        segment=segment,
        owner=region * 4 + rng.integers(0, 4, n),
        name=names(rng, np.array(INDUSTRIES, dtype=object)[industry], region == REGIONS.index("china")),
        joined=np.floor(joined),
        cadence=cadence,
        shape=rng.uniform(*world.shape, n) * np.where(slow, 1.6, 1.0),
        wobble=rng.uniform(*world.wobble, n),
        growth=rng.normal(*GROWTH, n) - 0.04 * by_name["demand"],
        size=size,
        basket=rng.gamma(2.0, 0.6, n),
        lines=_assortments(rng, industry),
        breadth=rng.integers(2, ASSORTMENT + 1, n),
        discount=np.clip(
            0.06
            + 0.05 * (segment == 0)
            + 0.02 * (segment == 1)
            + rng.normal(0, 0.03, n)
            + 0.012 * by_name["price"],
            0,
            0.3,
        ),
        urgent=rng.normal(-2.4, 0.6, n),
        returns=rng.normal(-4.1, 0.5, n) + 0.2 * by_name["service"],
        talk=np.array([1.9, 1.0, 0.5])[segment]
        * np.exp(rng.normal(0, 0.4, n) - 0.12 * by_name["relationship"]),
        digital=rng.gamma(1.2, 0.8, n),
        warmth=rng.normal(0.18, 0.15, n),
        depth=np.clip(rng.normal(0.48, 0.10, n), 0.1, 0.9),
        openness=rng.normal(0.9, 0.5, n),
        trouble=np.exp(rng.normal(0, 0.5, n) + 0.15 * by_name["service"]),
        terms=rng.choice(TERMS, size=n, p=(0.15, 0.55, 0.15, 0.15)),
        lateness=rng.normal(*LATENESS, n) + 2.0 * by_name["payment"],
        settlement=rng.choice(3, size=n, p=(0.7, 0.2, 0.1)),
        pause_start=np.where(dormant, pause_start, np.nan),
        pause_days=rng.uniform(*PAUSE_DAYS, n),
        stocker=rng.random(n) < world.stockers,
        bent=bent,
        turnover=rng.exponential(365.25 * 5, size=(n, len(ROLES))),
    )


def _assortments(rng: np.random.Generator, industry: Ints) -> Ints:
    """Product lines without repeats; industries prefer different ones."""
    distance = (np.arange(LINES)[None, :] - 2 * industry[:, None]) % LINES
    taste = -0.25 * distance + rng.gumbel(size=(len(industry), LINES))
    return np.argsort(-taste, axis=1, kind="stable")[:, :ASSORTMENT]
