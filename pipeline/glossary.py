# ruff: noqa: RUF001  (apostrophes as they are printed)
"""The words of the page: one meaning each, the same as in the README and in the code."""

MEANINGS = {
    "demand": "how much, how often and how recently the customer buys",
    "competitor": "signs of another supplier",
    "price": "discounts, prices paid and what they do to orders",
    "service": "complaints, repairs, and how they end",
    "relationship": "contacts, answers, who still talks",
    "payment": "late, disputed and open invoices",
    "strategic": "joint projects and contracts",
    "market": "the customer’s industry and region",
    "season": "the time of the year",
    "profile": "what kind of customer it is",
}
LEFT_OUT = {
    "no purchase": "had not bought by then",
    "one purchase only": "a rhythm needs at least two",
    "buys too seldom": "its usual pause is too long for the silence that confirms a departure (label.confirm_days)",
    "silent too long": "silent so long past its rhythm that there is nothing left to warn of",
    "next purchase not expected": "would not buy within the horizon even if it stays",
}
GLOSSARY = (
    ("as-of date", "the day a question is asked; nothing known after it is used to answer"),
    (
        "customers asked about",
        "those whose records on the as-of date allow an answer; the others are on no list",
    ),
    ("left, leaver", "departed in the window ahead, by the label rule of the dataset"),
    ("going, gone", "a leaver that still buys after the as-of date; one that no longer does"),
    (
        "probability",
        "the chance that the customer leaves within the horizon, calibrated on dates after training",
    ),
    ("tier", "high above 80%, medium 30% to 80%, low below 30%"),
    (
        "base",
        "the probability of the average customer on the same date, of everybody or of the segment (explain.base)",
    ),
    (
        "contribution, points",
        "a signed part of the probability in percentage points; with the base they add up",
    ),
    ("cause", "the business reason that a contribution speaks of"),
    ("typical", "the middle value (median) on the date among the customers that the base is the average of"),
    ("its own usual", "the middle value (median) of the customer itself on its past as-of dates"),
    ("champion", "the model that serves; chosen before the test dates were looked at"),
    ("base rate", "the same probability for everybody: the share that left in earlier times"),
    ("cadence rule", "days since the last purchase against the customer’s usual pause; no model at all"),
    ("precision, recall", "of the listed, the share that left; of the leavers, the share that was listed"),
    ("lift at 10%", "how many times more leavers there are in the highest tenth than among all"),
    ("PR-AUC", "precision averaged over all lengths of the list; to be held against the share that left"),
    ("ROC-AUC", "how often a leaver is ranked above a stayer; 0.5 is chance, 1 is perfect and, here, a leak"),
    ("Brier, log loss", "how far the probabilities are from what happened; lower is better"),
    ("calibrated", "of the customers given 60%, about 60% leave"),
    (
        "95% interval",
        "of 100 such ranges, from other customers of the same kind, about 95 hold the true figure",
    ),
    ("certified, refuted", "shown with 95% confidence: the tier keeps its word, or it does not"),
)
