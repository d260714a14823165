"""Who gets an e-mail of what: one letter an address and run, with everything that this address was not told yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from pipeline.delivery.desk import Desk, Row, gravity, roles
from pipeline.delivery.events import ESCALATED, alert_parts, escalation_parts, plan_parts, shock_parts
from pipeline.delivery.mail import composed
from pipeline.delivery.message import Item, Message, key_of, message_key
from pipeline.delivery.outbox import Unknown
from pipeline.delivery.settings import Delivery
from pipeline.delivery.templates import Letter, rendered

ACCOUNT_MANAGER = "account_manager"


@dataclass
class Post:
    """What goes to one address: items by key, with the alerts, escalations, plans and falls of markets in them."""

    address: str
    language: str
    items: dict[str, Item] = field(default_factory=dict)
    alerts: dict[str, Row] = field(default_factory=dict)
    plans: dict[str, Row] = field(default_factory=dict)
    shocks: dict[str, Row] = field(default_factory=dict)
    escalations: dict[str, Row] = field(default_factory=dict)

    def of(self, kind: str) -> dict[str, Row]:
        return {
            "alert": self.alerts,
            ESCALATED: self.escalations,
            "plan": self.plans,
            "market": self.shocks,
        }[kind]


def messages(
    desk: Desk,
    settings: Delivery,
    currency: str,
    moment: datetime,
    unknown: Unknown,
) -> tuple[list[Message], dict[str, int]]:
    """Give the letters of a day, and how many of its items have a role without an address, by role.

    ``unknown`` tells which items were not written down for their address before.
    """
    posts, nobody = _posts(desk, settings)
    new = unknown([item for post in posts.values() for item in post.items.values()])
    letters = []
    for address in sorted(posts):
        post = posts[address]
        items = [item for key, item in post.items.items() if key in new]
        if items:
            letters.append(_letter(desk, settings, currency, moment, post, items))
    return letters, nobody


def _posts(desk: Desk, settings: Delivery) -> tuple[dict[str, Post], dict[str, int]]:
    posts: dict[str, Post] = {}
    nobody: dict[str, int] = {}
    told: list[tuple[str, Row, tuple[str, ...], list[str]]] = [
        *(("alert", row, alert_parts(row), roles(row.get("told"))) for row in desk.alerts),
        *((ESCALATED, row, escalation_parts(row), [row["to"]]) for row in desk.escalations),
        *(("market", row, shock_parts(row), roles(row.get("told"))) for row in desk.shocks),
        *(("plan", row, plan_parts(row), roles(row.get("owner_role"))) for row in desk.plans),
    ]
    for kind, row, parts, wanted in told:
        for role in wanted:
            addresses = _addresses(settings, role, desk.people.get(row.get("customer_id", ""), {}))
            if not addresses:
                nobody[role] = nobody.get(role, 0) + 1
            for address in addresses:
                language = settings.languages.get(role, "en")
                post = posts.setdefault(address, Post(address, language))
                key = key_of(desk.dataset, "mail", address, *parts)
                post.items[key] = Item(key, kind, row.get("customer_id", ""), row.get("alert_id"))
                post.of(kind)[key] = row
    return posts, nobody


def _addresses(settings: Delivery, role: str, person: Mapping[str, object]) -> list[str]:
    """Give who is written to: the customer's own account manager where the settings know him, else the role."""
    own = settings.mail.owners.get(str(person.get("owner")))
    return [own] if role == ACCOUNT_MANAGER and own else settings.mail.to.get(role, [])


def _letter(
    desk: Desk, settings: Delivery, currency: str, moment: datetime, post: Post, items: list[Item]
) -> Message:
    keys = {item.key for item in items}
    named = (desk.dataset, "mail", post.address, *sorted(keys))
    alerts = {row["customer_id"]: row for key, row in post.alerts.items() if key in keys}
    plans = {row["customer_id"]: row for key, row in post.plans.items() if key in keys}
    shocks = [row for key, row in post.shocks.items() if key in keys]
    late: dict[str, list[Row]] = {}
    for key, row in post.escalations.items():
        if key in keys:
            late.setdefault(row["customer_id"], []).append(row)
    subject, text, html = rendered(Letter(desk, currency, alerts, plans, shocks, late), post.language)
    key = message_key(*named)
    body = composed(key, str(settings.mail.sender), post.address, subject, text, html, moment)
    rank = min((gravity(row["level"]) for row in [*alerts.values(), *chain(*late.values())]), default=9)
    return Message(key, "mail", post.address, "letter", body, tuple(items), rank)
