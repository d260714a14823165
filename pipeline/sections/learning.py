"""Are the data enough? What ``forewarn learn`` found, when it has been asked."""

from typing import Any

import pandas as pd

from models import learning_plot
from pipeline import findings, words
from pipeline.sections.sources import Sources

FIGURES = {
    "learning": "How the figures grow with history, customers and days looked back, with 95% intervals"
}
VARIED = {"history": "training dates", "customers": "customers", "windows": "days looked back"}


def view(sources: Sources) -> dict[str, Any] | None:
    """Give the answer and a table a study."""
    told = sources.learning
    if told is None:
        return None
    judged = told["judged_on"]
    return {
        "sentence": told["sentence"],
        "family": words.family(told["family"]),
        "judged": f"{words.count(judged['rows'], 'row')} of {words.count(judged['customers'], 'customer')}",
        "dates": f"{judged['dates'][0]} to {judged['dates'][-1]}"
        if len(judged["dates"]) > 1
        else judged["dates"][0],
        "studies": [
            {
                "varied": VARIED.get(name, name),
                "rows": [
                    {
                        "size": f"{row['size']:,}" if row["size"] else "all",
                        "leavers": row["leavers"],
                        **{
                            figure: findings.estimate(row[figure])
                            for figure in ("pr_auc", "roc_auc", "log_loss")
                        },
                        "all_better_by": findings.estimate(row["all_better_by"]["log_loss"]),
                    }
                    for row in rows
                ],
            }
            for name, rows in told["studies"].items()
        ],
    }


def drawn(sources: Sources) -> dict[str, str]:
    """Draw the studies."""
    if sources.learning is None:
        return {}
    studies = {name: pd.json_normalize(rows) for name, rows in sources.learning["studies"].items()}
    return {"learning": learning_plot.curves(studies, {name: VARIED.get(name, name) for name in studies})}
