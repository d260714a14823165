"""What became of a known leaver, in words: one meaning each, for the terminal and the page."""

from models.cases import EARLY, GRACE, MISSES

MEANINGS = {
    EARLY: "listed on a date before the last purchase",
    MISSES[0]: "asked about on no test date in the 120 days before",
    MISSES[1]: f"listed only after the last purchase, up to {GRACE} days",
    MISSES[2]: "above the average of its date, but others came first",
    MISSES[3]: "never above the average of its date",
}
