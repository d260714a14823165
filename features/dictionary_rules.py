"""The prose of the dictionary: the rules that every feature keeps, whatever it measures."""

RULES = """## Rules

**Question.** A feature answers for one customer on one day, the as-of date. It is a number, or unknown (an
empty cell of the store). It reads only the records of that customer, except where it is said to look at
other customers.

**Days.** The day of a moment is its calendar day on the clock of the dataset's time zone. Differences of
days are differences of calendar days, whatever the hour. A day counts as its midnight where moments are
ordered.

**Events.** Each record gives at most one event to a stream, on the moment that the stream names; a record
where that moment is empty gives none. The day of the moment is the day on which the event *happened*. A
value that needs a column that the table lacks does not exist, nor do the features that read it; where a
moment or a condition speaks of a column that the table lacks, that column is empty.

**Known.** An event was *known* from the day of its record's `known_at` on, and never before it happened; a
record without `known_at` was known when it happened. Rows of one table with the same key (see
`docs/reference/contract.md`) are versions of one record, in the order of `known_at`, a row without one
first. A version counts until the day on which the next one is known; from that day on only the next one
does, with all its dates and values, those that it leaves empty too, and even where what it says happens
later. A row with `withdrawn_at` counts until that day and not from it on.

**Visible.** So an event is visible on the as-of date if it happened on or before that day, its row was
known on or before that day, and its row was neither replaced nor withdrawn on or before that day. Nothing
else is ever read.

**Window.** A window of w days is `(as_of - w, as_of]`: events that happened on the day as_of are inside, on
the day as_of - w outside. A feature without a window reads every visible event. The window before is
`(as_of - 2w, as_of - w]`; the same window a year ago is `(as_of - 365 - w, as_of - 365]`, always 365 days
back. A measure that is asked over such an earlier window counts its own windows, periods and days from the
last day of that window; what is visible is always decided on the as-of date.

**Order.** Where the order of events matters, they stand by their moment, and events of one moment by the
key of their record, compared as UTF-8 text. Orders stand by their moment and then by `order_id`. Order
lines and returns have no order among themselves, so no measure of theirs depends on one, beyond the last
digit of a sum of fractions.

**Filters.** `kind in a/b` keeps the events whose text is one of those; events where it is unknown are
dropped. It holds for the stream of the feature alone, not for the other streams that a measure names.

**Money** is a whole number of cents (hundredths of the currency): amounts have two decimals, and are
rounded to the nearest cent where they do not. Sums are exact. Unknown money counts as 0 in sums. A feature
in money is in the currency's unit (cents / 100).

**Unknown.** An unknown value is left out of means, extremes, trends and counts of texts. A number made from
an unknown one is unknown. A ratio whose lower number is 0 or unknown is unknown. All else is double
precision without rounding.
"""

STREAMS = """## Streams

Each stream is one kind of event. A value of a text is known where the text is not empty, and texts are
compared exactly.
"""

MEASURES = """## Measures

A measure gives one number from the events of a stream in a window: w is the window's length, `of` and `by`
name values of the stream, or other measures. `as_of` is the last day of the window. A measure that is a
case of another shares what stands there. "Without any event" tells the number where no event of the stream is
visible, of the customer nor, where a measure looks at peers, of any of them.
"""
