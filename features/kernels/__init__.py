"""The loops: each takes sorted columns and one range of rows per question, and gives one number each.

``low[q] : high[q]`` is the range of question ``q`` (one customer on one as-of date). A loop sees the rows
inside the range and nothing else. Unknown is NaN. Money comes in whole minor units, so its sums are exact.
"""
