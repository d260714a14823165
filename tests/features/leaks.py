"""Twelve ways in which the future leaks into a feature, each planted in the engine or the catalogue.

Every function plants one, by pytest's ``monkeypatch``, and gives the catalogue to compute where that is part of it.
Each has been seen in somebody's code.
"""

from dataclasses import replace

import numpy as np
import pyarrow.compute as pc

from features import events, queries, store, sweep, unfold, windows
from features.catalogue import CATALOGUE
from features.company import Company
from features.events import Holds, Value
from features.measures import Mean


def late_correction(monkeypatch):
    """A record as it stands today, not as it stood: the newest version counts from the day it happened."""
    plain = windows.visible

    def newest(start, day, known, until, *rest):
        if known is not None and until is not None:
            known = np.where(until == windows.FOREVER, day, known)
        return plain(start, day, known, until, *rest)

    monkeypatch.setattr(sweep, "visible", newest)


def undated_dimension(monkeypatch):
    """A customer's row as it is today: industry and segment were always what they are now."""
    _tables(monkeypatch, "customers", _newest)


def boundary_instant(monkeypatch):
    """The first instant of the next day belongs to the as-of day."""
    _clock(monkeypatch, "INTERVAL 1 MICROSECOND")


def time_zone_at_midnight(monkeypatch):
    """Days are cut on another clock than the dataset's: the first hour of tomorrow is today."""
    _clock(monkeypatch, "INTERVAL 1 HOUR")


def target_encoding_over_the_cutoff(monkeypatch):
    """The mean of the segment is taken over what its customers bought until long after the date."""
    _surveyed_later(monkeypatch, 90)


def market_index_of_the_running_month(monkeypatch):
    """A month's index counts from its first day on, when nobody can know it."""
    return _on("market_index_change_90d", replace(events.MARKET, moment="month_on"))


def status_overwritten(monkeypatch):
    """A ticket's status is that of today's row."""
    return _reading(events.TICKETS, "resolved", "CAST(resolved_at IS NOT NULL AS DOUBLE)", "resolved_at")


def satisfaction_before_it_was_rated(monkeypatch):
    """The rating belongs to the day on which the ticket was opened."""
    return _reading(events.TICKETS, "rating", "satisfaction", "satisfaction")


def payment_date_on_an_unpaid_invoice(monkeypatch):
    """An invoice knows on the day it is issued when it will be paid."""
    days = "CAST(paid_at AS DATE) - CAST(issued_at AS DATE)"
    return _reading(events.INVOICES, "days_to_pay", days, "paid_at")


def window_one_day_too_long(monkeypatch):
    """The window ends on the day after the as-of date."""
    plain = windows.visible
    monkeypatch.setattr(sweep, "visible", lambda *args: plain(*args[:-1], args[-1] + np.int32(1)))


def cohort_mean_that_includes_tomorrow(monkeypatch):
    """What the other customers did is added up to the day after."""
    _surveyed_later(monkeypatch, 1)


def backfilled_row_without_known_at(monkeypatch):
    """Lines entered later lose the day of their entry on the way, and count from the day they happened."""
    _tables(monkeypatch, "trade", lambda rows: rows.drop_columns(["known_at"]))


LEAKS = (
    late_correction,
    undated_dimension,
    boundary_instant,
    time_zone_at_midnight,
    target_encoding_over_the_cutoff,
    market_index_of_the_running_month,
    status_overwritten,
    satisfaction_before_it_was_rated,
    payment_date_on_an_unpaid_invoice,
    window_one_day_too_long,
    cohort_mean_that_includes_tomorrow,
    backfilled_row_without_known_at,
)


def _tables(monkeypatch, name, changed):
    """Have every reader of a table see it changed."""
    plain = unfold.Records.__init__

    def opened(self, tables, *rest):
        plain(self, {**tables, name: changed(tables[name])}, *rest)

    monkeypatch.setattr(unfold.Records, "__init__", opened)


def _newest(rows):
    ordered = rows.append_column("at", pc.fill_null(rows["known_at"], pc.min(rows["known_at"]))).sort_by("at")
    last = ordered.append_column("row", np.arange(len(ordered)).reshape(1, -1))
    keep = last.group_by("customer_id").aggregate([("row", "max")])["row_max"]
    return ordered.take(keep).drop_columns(["known_at", "at"])


def _clock(monkeypatch, back):
    """Have days cut on a clock that is behind."""
    day = "CAST(CAST(CAST({} AS TIMESTAMP) - {} AS DATE) - DATE '1970-01-01' AS INTEGER)"
    monkeypatch.setattr(queries, "_day", lambda moment: day.format(moment, back))


def _surveyed_later(monkeypatch, days):
    """Have the sums over everybody taken some days after the as-of date."""
    plain = store._survey

    def later(records, dates, *rest):
        sums = plain(records, dates + np.int32(days), *rest).sums
        return Company({(name, day - days, word): told for (name, day, word), told in sums.items()})

    monkeypatch.setattr(store, "_survey", later)


def _on(name, stream):
    """Give the feature of that name, over another stream."""
    return (replace(next(feature for feature in CATALOGUE if feature.name == name), on=stream),)


def _reading(stream, name, sql, column):
    """Give a feature that is the mean of a value put into a stream to which it does not belong."""
    value = Value(name, Holds.NUMBER, sql, (column,))
    leaky = replace(stream, values=(*stream.values, value))
    like = next(
        feature for feature in CATALOGUE if feature.source == stream.table.name and feature.days == 90
    )
    return (replace(like, on=leaky, measure=Mean(name), where={}),)
