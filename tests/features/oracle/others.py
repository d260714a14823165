"""Measures that look at other customers, and measures that hold two streams against each other."""

from collections.abc import Callable

from tests.features.oracle.questions import Question, ratio, total


def per_event(q: Question, other: str) -> float | None:
    return ratio(len(q.events()), len(q.over(other).events()))


def per_money(q: Question, of: str, other: str) -> float | None:
    lower = total(q.over(other).events(), "amount")
    return total(q.events(), of) / lower if lower > 0 else None


def group(q: Question, customer: str, among: str | None) -> str | None:
    """The group of a customer by its visible version: a text, one for all without ``among``; None if unknown."""
    versions = q.company.visible("customers.versions", customer, q.as_of)
    if not versions:
        return None
    text: str | None = "everybody" if among is None else versions[-1][among]
    return text


def peers(q: Question, among: str | None) -> list[str] | None:
    """The other customers of the customer's group; None where it has none."""
    own = group(q, q.customer, among)
    if own is None:
        return None
    others = [customer for customer in q.company.customers() if customer != q.customer]
    return [customer for customer in others if group(q, customer, among) == own]


def own_sum(q: Question, of: str | None) -> int:
    return len(q.events()) if of is None else total(q.events(), of)


def sum_of(q: Question, customers: list[str], of: str | None) -> int:
    return sum(own_sum(q.of_customer(customer), of) for customer in customers)


def base_window(q: Question, base: str) -> Question:
    return {"before": q.window_before, "year": q.year_ago}[base]()


def peer_change(q: Question, base: str, of: str | None = None, among: str | None = None) -> float | None:
    found = peers(q, among)
    if found is None:
        return None
    return ratio(sum_of(q, found, of), sum_of(base_window(q, base), found, of))


def against_peers(q: Question, base: str, of: str | None = None, among: str | None = None) -> float | None:
    own = ratio(own_sum(q, of), own_sum(base_window(q, base), of))
    return ratio(own, peer_change(q, base, of, among))


def peer_mean(q: Question, of: str | None = None, among: str | None = None) -> float | None:
    found = peers(q, among)
    if found is None:
        return None
    buyers = [customer for customer in found if q.of_customer(customer).events()]
    mean = ratio(sum_of(q, found, of), len(buyers))
    return mean if mean is None or of is None else mean / 100


def of_peer_mean(q: Question, of: str | None = None, among: str | None = None) -> float | None:
    own = own_sum(q, of)
    return ratio(own if of is None else own / 100, peer_mean(q, of, among))


def peer_season(q: Question, of: str | None = None, among: str | None = None) -> float | None:
    found = peers(q, among)
    if found is None:
        return None
    return ratio(sum_of(q.year_ahead(), found, of), sum_of(q.year_ago(), found, of))


MEASURES: dict[str, Callable[..., float | None]] = {
    "AgainstPeers": against_peers,
    "OfPeerMean": of_peer_mean,
    "PeerChange": peer_change,
    "PeerMean": peer_mean,
    "PeerSeason": peer_season,
    "PerEvent": per_event,
    "PerMoney": per_money,
}
