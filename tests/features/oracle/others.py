"""Measures that look at other customers, and measures that hold two streams against each other."""

from tests.features.oracle.questions import Question, ratio, total


def per_event(q: Question, other: str) -> float | None:
    return ratio(len(q.events()), len(q.over(other).events()))


def per_money(q: Question, of: str, other: str) -> float | None:
    lower = total(q.over(other).events(), "amount")
    return total(q.events(), of) / lower if lower > 0 else None


def peers(q: Question, among: str | None) -> list[str] | None:
    """The other customers with the same text in their visible version; None where it is unknown."""
    others = [customer for customer in q.company.customers() if customer != q.customer]
    if among is None:
        return others
    own = q.company.about(q.customer, among, q.as_of)
    if own is None:
        return None
    return [customer for customer in others if q.company.about(customer, among, q.as_of) == own]


def own_sum(q: Question, of: str | None) -> int:
    return len(q.events()) if of is None else total(q.events(), of)


def sum_of(q: Question, customers: list[str], of: str | None) -> int:
    return sum(own_sum(q.of_customer(customer), of) for customer in customers)


def base_window(q: Question, base: str) -> Question:
    return {"before": q.window_before, "year": q.year_ago}[base]()


def peer_change(q: Question, base: str, of: str | None = None, among: str | None = None) -> float | None:
    group = peers(q, among)
    if group is None:
        return None
    return ratio(sum_of(q, group, of), sum_of(base_window(q, base), group, of))


def against_peers(q: Question, base: str, of: str | None = None, among: str | None = None) -> float | None:
    own = ratio(own_sum(q, of), own_sum(base_window(q, base), of))
    return ratio(own, peer_change(q, base, of, among))


def peer_mean(q: Question, of: str | None = None, among: str | None = None) -> float | None:
    group = peers(q, among)
    if group is None:
        return None
    buyers = [customer for customer in group if q.of_customer(customer).events()]
    found = ratio(sum_of(q, group, of), len(buyers))
    return found if found is None or of is None else found / 100


def of_peer_mean(q: Question, of: str | None = None, among: str | None = None) -> float | None:
    own = own_sum(q, of)
    return ratio(own if of is None else own / 100, peer_mean(q, of, among))


def peer_season(q: Question, of: str | None = None, among: str | None = None) -> float | None:
    group = peers(q, among)
    if group is None:
        return None
    return ratio(sum_of(q.year_ahead(), group, of), sum_of(q.year_ago(), group, of))


MEASURES = {
    "AgainstPeers": against_peers,
    "OfPeerMean": of_peer_mean,
    "PeerChange": peer_change,
    "PeerMean": peer_mean,
    "PeerSeason": peer_season,
    "PerEvent": per_event,
    "PerMoney": per_money,
}
