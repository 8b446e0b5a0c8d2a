"""When a restriction begins, and what is counted from its first day. Beyond the policy: B23."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.dispatch import Signal
from django.utils.timezone import localdate

from cha_engagement.letters.models import Letter
from cha_engagement.organisation import calendar
from restrictions.enums import Begins
from restrictions.models import Restriction

first_day_changed = Signal()
"""Sent when a restriction that was imposed has another first day, or none any more: with the `restriction`, and `by` whom."""


def settle_beginning(restriction: Restriction) -> dict[str, Any]:
    """Set when a restriction begins that is about to be imposed, and return what was set: what waits to be told of has no first day yet.

    A kind that binds staff alone begins at once, whatever was chosen.
    """
    if restriction.kind_rules.binds_staff_alone:
        restriction.begins = Begins.BINDS_STAFF
    if restriction.begins != Begins.FOR_SAFETY:
        restriction.at_once_reason = ""
    waits = restriction.begins == Begins.WHEN_TOLD
    restriction.starts_on = None if waits else restriction.first_day_after(calendar.today())
    return {name: getattr(restriction, name) for name in ("begins", "at_once_reason", "starts_on")}


def days_counted_from(restriction: Restriction, first_day: date | None) -> dict[str, Any]:
    """Return what becomes of a restriction's days where its first is this one, or is not known any more."""
    first_review = None if has_counted_review(restriction) else restriction.first_review_on
    if first_day:
        return {
            "starts_on": first_day,
            "ends_on": restriction.last_day_from(first_day),
            "first_review_on": restriction.first_review_from(first_day, first_review),
        }
    ends_on = (
        restriction.kind_rules.terms_end_on(restriction) if restriction.lasts_months else restriction.ends_on
    )
    return {"starts_on": None, "ends_on": ends_on, "first_review_on": first_review}


def has_counted_review(restriction: Restriction) -> bool:
    """Return whether its first review was counted from its first day."""
    first_day = restriction.starts_on
    return first_day is not None and restriction.first_review_on == restriction.first_review_from(
        first_day, None
    )


def days_when_told(restriction: Restriction, on: date) -> dict[str, Any]:
    """Return the days of a restriction of which its customer is told on a day: it has none where that is after its last."""
    if restriction.begins != Begins.WHEN_TOLD:
        return {}
    first_day = restriction.first_day_after(on)
    last_day = restriction.last_day_from(first_day)
    return days_counted_from(restriction, None if last_day and last_day < first_day else first_day)


def days_when_withheld(restriction: Restriction) -> dict[str, Any]:
    """Return the days of a restriction of which its customer is not to be told: they count from its imposition."""
    if restriction.begins != Begins.WHEN_TOLD:
        return {}
    return days_counted_from(restriction, restriction.first_day_after(localdate(restriction.imposed_at)))


def beginning_of_version(old: Restriction) -> dict[str, Any]:
    """Return when the next version of a restriction begins: what applies goes on, and what waits goes on waiting.

    Of what they are not to be told its version applies too, and would wait as it did were they told after all.
    """
    if old.has_begun and (old.begins != Begins.WHEN_TOLD or old.is_customer_told):
        begins = old.begins if old.begins == Begins.BINDS_STAFF else Begins.GOES_ON
        return {"begins": begins, "starts_on": calendar.today()}
    starts_on = None if old.begins == Begins.WHEN_TOLD else old.starts_on
    if old.not_notified_reason:
        starts_on = old.first_day_after(calendar.today())
    return {
        "begins": old.begins,
        "at_once_reason": old.at_once_reason,
        "not_before": old.not_before,
        "starts_on": starts_on,
    }


def beginning_once_told_anew(restriction: Restriction) -> dict[str, Any]:
    """Return what becomes of the first day of a restriction of which its customer is told anew: what they knew of goes on."""
    if restriction.begins != Begins.WHEN_TOLD:
        return {}
    if restriction.has_begun and restriction.is_customer_told:
        return {"begins": Begins.GOES_ON}
    return days_counted_from(restriction, None)


def beginning_once_undone(restriction: Restriction, told_on: date | None) -> dict[str, Any]:
    """Return how a restriction begins where its customer counts as told of it on a day, or not at all, after a letter came back."""
    if restriction.begins == Begins.WHEN_TOLD and not restriction.not_notified_reason:
        return days_when_told(restriction, told_on) if told_on else days_counted_from(restriction, None)
    if restriction.begins == Begins.GOES_ON and not told_on and not goes_on_from_something(restriction):
        return {"begins": Begins.WHEN_TOLD, **days_counted_from(restriction, None)}
    return {}


def goes_on_from_something(restriction: Restriction) -> bool:
    """Return whether its customer knows of a version of it, or one began for safety."""
    versions = [restriction, *earlier_versions(restriction)]
    known = Letter.objects.filter_sent().filter(restrictions__in=versions)
    return known.exists() or any(version.begins == Begins.FOR_SAFETY for version in versions)


def earlier_versions(restriction: Restriction) -> Iterator[Restriction]:
    while restriction.supersedes:
        restriction = restriction.supersedes
        yield restriction


def later_versions(restriction: Restriction) -> Iterator[Restriction]:
    while newer := Restriction.objects.filter(supersedes=restriction).first():
        yield newer
        restriction = newer
