"""Who a supplier on a customs record is: us, a listed rival, or somebody that nobody listed.

All of it follows from the name alone and from two lists that the company keeps, so that no other record can change
it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from features.naming import letters
from features.naming.comparing import fit
from features.naming.matching import Bounds, Found, Matcher, State
from features.naming.reading import read
from features.naming.register import Known

US = "us"
"""What stands for the company itself in reviews and overrides."""
ALIKE = 75.0
"""Likeness of two unlisted names (0 to 100) from which they are compared."""


@dataclass(frozen=True)
class Supplier:
    """What came of a supplier's name: ``rival`` is None where it is the company itself (``is_us``)."""

    is_us: bool
    rival: str | None
    state: State
    found: Found | None


class Suppliers:
    """Answers for suppliers' names; ``ours`` and ``rivals`` (a rival and its spellings) are the company's lists."""

    def __init__(self, ours: Sequence[str], rivals: Mapping[str, Sequence[str]], bounds: Bounds) -> None:
        listed = [Known(US, name) for name in ours]
        listed += [Known(f"={rival}", name) for rival, names in rivals.items() for name in (rival, *names)]
        self._matcher = Matcher(listed, bounds)
        self._day = Known("", "").since

    def told(self, name: str) -> Supplier:
        """Say who a supplier is by its name."""
        found = self._matcher.found(name, self._day)
        if found.state is State.MATCHED and found.company:
            if found.company == US:
                return Supplier(True, None, found.state, found)
            return Supplier(False, found.company.removeprefix("="), found.state, found)
        state = found.state if found.state is State.UNCERTAIN else State.UNMATCHED
        return Supplier(False, canonical(name), state, found)


def canonical(name: str) -> str:
    """Give what an unlisted supplier is called: its name without legal form and branch, each word capitalised.

    >>> canonical("DELTA VALVES TRADE CO., LTD."), canonical("深圳永新机械有限公司")
    ('Delta Valves Trading', 'Yongxin Machinery Shenzhen')
    """
    readings = read(name)
    if not readings or not readings[0].flat:
        return letters.tidy(name)
    return " ".join(word.capitalize() for word in readings[0].key.split())


def likely_same(names: Sequence[str], least: float) -> dict[str, tuple[str, float]]:
    """Propose for canonical names the one that stands before them and is likely the same company.

    ``names`` come in the order of their weight; it is a proposal for a person, and nothing is merged.
    """
    proposals: dict[str, tuple[str, float]] = {}
    if len(names) < 2:
        return proposals
    plain = [letters.latin(name).replace(" ", "") for name in names]
    for place in range(1, len(names)):
        close = process.extract(
            plain[place], plain[:place], scorer=fuzz.ratio, score_cutoff=ALIKE, limit=5, processor=None
        )
        for _, _, other in close:
            sure = fit(names[place], names[other])
            if sure >= least and sure > proposals.get(names[place], ("", 0.0))[1]:
                proposals[names[place]] = (names[other], sure)
    return proposals
