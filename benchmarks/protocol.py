"""`make bench-protocol`: Online Retail II under the published protocol, beside the bars set for it.

It reads what `make run DATASET=online_retail_ii` has left: trained on cutoffs to 2011-03-10, calibrated on
2011-06-10, tested on 2011-09-10. The published figures are those of the best public system found on these data
(churn-value, September 2026).
"""

import sys
from typing import Any

from benchmarks.results import Figure, at_least, at_most, equal, publish
from pipeline.frames import read_json
from pipeline.paths import ROOT, Paths

TEST = "2011-09-10"
PUBLISHED = {
    "logistic": {"pr_auc": 0.540, "roc_auc": 0.761, "brier": 0.190},
    "boosted": {"pr_auc": 0.565, "roc_auc": 0.771, "brier": 0.176},
    "forest": {"pr_auc": 0.540, "roc_auc": 0.761, "brier": 0.190},  # the published logistic regression
}


def figures(report: dict[str, Any], ingest: dict[str, Any]) -> list[Figure]:
    """Give every figure of the protocol beside its bar."""
    families = report["families"]
    champion = families[report["champion"]]["test"][TEST]

    def value(found: Any) -> float:
        return float(found["value"] if isinstance(found, dict) else found)

    rows = [
        equal("lines after cleaning", ingest["tables"]["trade"]["kept"], 791_717),
        equal("customers", value(champion["customers"]), 1920),
        equal("share that left, in thousandths", round(1000 * value(champion["observed"])), 308),
        at_least(f"champion ({report['champion']}): PR-AUC", value(champion["pr_auc"]), 0.575),
        at_least("champion: ROC-AUC", value(champion["roc_auc"]), 0.775),
        at_most("champion: Brier", value(champion["brier"]), 0.174),
        at_most(
            "champion: mean p less observed, absolute",
            abs(value(champion["mean_p"]) - value(champion["observed"])),
            0.03,
        ),
    ]
    for family, published in PUBLISHED.items():
        ours = families[family]["test"][TEST]
        rows += [
            at_least(f"{family}: PR-AUC", value(ours["pr_auc"]), published["pr_auc"]),
            at_least(f"{family}: ROC-AUC", value(ours["roc_auc"]), published["roc_auc"]),
            at_most(f"{family}: Brier", value(ours["brier"]), published["brier"]),
        ]
    return rows


def main() -> int:
    paths = Paths(ROOT, "online_retail_ii")
    report = read_json(paths.report / "metrics.json", made_by="make run DATASET=online_retail_ii")
    return publish("protocol", figures(report, read_json(paths.report / "ingest.json")))


if __name__ == "__main__":
    sys.exit(main())
