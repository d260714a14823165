"""What ``forewarn wallet`` prints: our share of what customers import, and the lines that rivals take over."""
# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)

import pandas as pd
from rich.console import Console
from rich.text import Text

from pipeline import words
from pipeline.terminal import console, plain_table

HEADS = (
    ("customer", "客户"),
    ("line", "产品线"),
    ("rival", "竞争对手"),
    ("trial", "首次发货"),
    ("since", "开始"),
    ("its share", "其份额"),
    ("a year", "年金额"),
    ("strength", "强度"),
)
RIGHT = ("its share", "a year", "strength")


def tell(
    wallet: pd.DataFrame,
    switches: pd.DataFrame,
    currency: str,
    shown: int,
    *,
    zh: bool,
    out: Console | None = None,
) -> None:
    """Print our share of all imports now, and the switches with the most money at stake."""
    out = out or console()
    ours, others = wallet["value_us"].sum(), wallet["value_others"].sum()
    share = words.share(ours / (ours + others) if ours + others else None, 0)
    stake = words.money(float(switches["value"].sum()), currency)
    customers, rows = switches["customer_id"].nunique(), len(switches)
    if zh:
        told = f"{wallet['customer_id'].nunique():,}家客户有海关记录，其已知进口中{share}来自我方。"
        told += f"竞争对手正在{customers:,}家客户处接手{rows:,}条产品线，每年涉及{stake}。"
    else:
        told = f"{words.count(wallet['customer_id'].nunique(), 'customer')} with customs records; "
        told += f"{share} of what they are known to import is ours. Rivals take over "
        told += (
            f"{words.count(rows, 'product line')} at {words.count(customers, 'customer')}, {stake} a year."
        )
    out.print(Text(told))
    if not rows:
        return
    out.print()
    table = plain_table()
    for head in HEADS:
        table.add_column(head[zh], justify="right" if head[0] in RIGHT else "left")
    largest = switches.sort_values("value", ascending=False, kind="stable").head(shown)
    for row in largest.to_dict("records"):
        table.add_row(
            *(words.line(row[name]) for name in ("customer_id", "product_line", "rival")),
            "" if pd.isna(row["trial_on"]) else f"{row['trial_on']:%Y-%m-%d}",
            f"{row['since_on']:%Y-%m-%d}",
            f"{row['share_before']:.0%} → {row['share_now']:.0%}",
            words.money(round(row["value"]), currency),
            f"{row['strength']:.2f}",
        )
    out.print(table)
    if rows > shown:
        out.print()
        out.print(
            f"另有{rows - shown:,}条；'--json' 给出全部。"
            if zh
            else f"{rows - shown:,} more; '--json' gives all of them."
        )
