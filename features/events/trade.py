"""What the customer bought and returned."""

from features import sources
from features.events.stream import Holds, Stream, Value, cents, code, flag, money, number

_BOUGHT = "`is_return` is not true"

LINES = Stream(
    "trade.lines",
    sources.TRADE,
    moment="ordered_at",
    where="NOT coalesce(is_return, false)",
    ties=("amount", "margin", "quantity", "list_price", "unit_price"),
    meaning="an order line bought; lines have no order among themselves within a day",
    only=_BOUGHT,
    values=(
        money("amount"),
        money("margin"),
        Value(
            "costed",
            Holds.MONEY,
            f"CASE WHEN margin IS NOT NULL THEN {cents('amount')} ELSE 0 END",
            ("amount", "margin"),
            "`amount` in cents where `margin` is known, else 0",
        ),
        number("quantity"),
        code("order_id"),
        code("product_id"),
        code("product_line"),
        flag("is_trial"),
        number("unit_price"),
        Value(
            "margin_share",
            Holds.NUMBER,
            "CASE WHEN amount > 0 THEN margin / amount END",
            ("amount", "margin"),
            "`margin` / `amount` where `amount` is above 0, else unknown",
        ),
        Value(
            "discount",
            Holds.NUMBER,
            "CASE WHEN list_price > 0 THEN 1 - unit_price / list_price END",
            ("list_price", "unit_price"),
            "1 - `unit_price` / `list_price` where `list_price` is above 0, else unknown",
        ),
    ),
)

ORDERS = Stream(
    "trade.orders",
    sources.TRADE,
    moment="ordered_at",
    where="NOT coalesce(is_return, false)",
    merged=("order_id",),
    meaning="an order: those lines of `trade.lines` of one customer, one day and one `order_id` that are visible",
    when="`ordered_at`, the earliest of those lines",
    only=_BOUGHT,
    values=(
        Value(
            "amount",
            Holds.MONEY,
            f"CAST(sum({cents('amount')}) AS BIGINT)",
            ("amount",),
            "sum of `amount` in cents over its lines",
        ),
        Value(
            "size",
            Holds.NUMBER,
            f"CAST(sum({cents('amount')}) AS DOUBLE) / 100",
            ("amount",),
            "the same sum in the currency's unit (cents / 100)",
        ),
        Value("lines", Holds.NUMBER, "CAST(count(*) AS DOUBLE)", (), "number of its lines"),
        Value(
            "margin_share",
            Holds.NUMBER,
            f"CASE WHEN sum(CASE WHEN margin IS NOT NULL THEN {cents('amount')} END) > 0 "
            f"THEN CAST(sum({cents('margin')}) AS DOUBLE) "
            f"/ CAST(sum(CASE WHEN margin IS NOT NULL THEN {cents('amount')} END) AS DOUBLE) END",
            ("amount", "margin"),
            "sum of `margin` / sum of `amount` (both in cents) over its lines with a known `margin`; unknown where "
            "there are none or that amount is not above 0",
        ),
        Value(
            "is_urgent",
            Holds.NUMBER,
            "CAST(bool_or(is_urgent) AS DOUBLE)",
            ("is_urgent",),
            "1 where `is_urgent` is true on any of its lines, 0 where it is false on those known; unknown where it "
            "is known on none",
        ),
        Value(
            "is_trial",
            Holds.NUMBER,
            "CAST(bool_or(is_trial) AS DOUBLE)",
            ("is_trial",),
            "the same for `is_trial`",
        ),
    ),
)

RETURNS = Stream(
    "trade.returns",
    sources.TRADE,
    moment="ordered_at",
    where="is_return",
    meaning="a line returned or cancelled; like order lines, without an order among themselves",
    only="`is_return` is true",
    values=(
        Value(
            "amount",
            Holds.MONEY,
            cents("-amount"),
            ("amount",),
            "minus `amount`, in cents (what came back counts as positive)",
        ),
        code("order_id"),
    ),
)
