"""Reads of contacts, and how much contact there was. Policy §49, 50; beyond the policy: B8, B11.

Contacts that never count against a customer are left out of charts and summaries.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from cha_engagement.core.charts import Chart, Series
from cha_engagement.core.interfaces import desks
from cha_engagement.core.statements import kept_rows
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import start_of_day, today

from .interfaces import ContactPages
from .models import Contact

EARLIER_TIME = timedelta(weeks=12)
"""The time before a chart from which the earlier level is taken, where there was contact so long ago."""


def prefetch_for_page(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    return contacts.select_related("customer", "by")


def contact_notes(customer: Customer) -> list[str]:
    """Return notes for whoever logs a contact of this customer."""
    return [note for desk in desks(ContactPages) for note in desk.contact_notes(customer)]


def channels_closed_to(customer: Customer) -> set[Channel]:
    """Return the channels that are closed to a customer today."""
    return set().union(*(desk.channels_closed_to(customer) for desk in desks(ContactPages)))


@dataclass(frozen=True, slots=True)
class ChartSpan:
    """A time to look at, in `count` parts of so many `days` each. A week begins on Monday."""

    code: str
    title: str
    unit: str
    days: int
    count: int

    def first_days(self, day: date) -> list[date]:
        """Return the first day of each part, the last of which holds `day`."""
        last = day - timedelta(days=day.weekday() if self.days > 1 else 0)
        return [last - timedelta(days=self.days * ago) for ago in reversed(range(self.count))]


CHART_SPANS = {
    span.code: span
    for span in (
        ChartSpan("days", "4 weeks by day", "day", 1, 28),
        ChartSpan("weeks", "12 weeks by week", "week", 7, 12),
        ChartSpan("half", "26 weeks by week", "week", 7, 26),
    )
}


def find_span(code: str) -> ChartSpan:
    return CHART_SPANS.get(code, CHART_SPANS["days"])


def contact_charts(customer: Customer, span: ChartSpan) -> list[Chart]:
    """Return charts of contacts and minutes, in all and by channel; none where nothing was logged. Two queries."""
    first_days = span.first_days(today())
    since = first_days[0] - EARLIER_TIME
    daily_totals = list(
        Contact.objects.exclude_never_counting()
        .filter(customer=customer, occurred_at__gte=start_of_day(since))
        .annotate(day=TruncDate("occurred_at"))
        .order_by()
        .values("day", "channel")
        .annotate(contacts=Count("pk"), minutes=Sum("minutes"))
    )
    if not daily_totals:
        return []
    parts_before = days_covered(customer, first_days[0], since) / span.days
    labels = [uk_date(day) for day in first_days]
    return [
        Chart(title, span.unit, labels, chart_series(daily_totals, amount, span, first_days[0], parts_before))
        for title, amount in {"Contacts": "contacts", "Minutes": "minutes"}.items()
    ]


def days_covered(customer: Customer, day: date, since: date) -> int:
    """Return how many days from `since` to this one the log covers: it begins with the customer's first contact."""
    first = Contact.objects.filter(customer=customer).aggregate(first=Min("occurred_at"))["first"]
    return max((day - max(since, timezone.localdate(first))).days, 0)


def chart_series(
    daily_totals: Sequence[Mapping[str, Any]],
    amount: str,
    span: ChartSpan,
    first_day: date,
    parts_before: float,
) -> list[Series]:
    """Return a series for all channels and one for each, with the level before.

    The level is left out where less than one part of the time before is known: of so little, it says nothing.
    """
    within: Counter[tuple[str, int]] = Counter()
    before: Counter[str] = Counter()
    for total in daily_totals:
        part = (total["day"] - first_day).days // span.days
        for code in ("", total["channel"]):
            if part < 0:
                before[code] += total[amount]
            else:
                within[code, part] += total[amount]
    used = {total["channel"] for total in daily_totals}
    titles = {"": "All"} | {channel.value: str(channel.label) for channel in Channel if channel in used}
    return [
        Series(
            title,
            [within[code, part] for part in range(span.count)],
            before[code] / parts_before if parts_before >= 1 else None,
        )
        for code, title in titles.items()
    ]


def contact_summary(customer: Customer, days: int) -> str | None:
    """Return such as "14 contacts, 186 minutes, 5 staff, in the 7 days to 25 November 2026", for the last days.

    Empty where nothing counted in them; None where nothing was ever logged. One query.
    """
    day = today()
    rows = kept_rows(total_rows, customer.pk, start_of_day(day - timedelta(days=days - 1)))
    if not rows:
        return None
    [(contacts, minutes, staff)] = rows
    if not contacts:
        return ""
    amounts = f"{count_with_noun(contacts, 'contact')}, {count_with_noun(minutes, 'minute')}"
    return f"{amounts}, {staff} staff, in the {days} days to {uk_date(day)}"


def total_rows(customer: int, since: datetime) -> QuerySet[Any, tuple[int, int, int]]:
    """Return contacts, minutes and people that count since then, in a row if anything was ever logged."""
    is_recent = Q(about="", occurred_at__gte=since)
    return (
        Contact.objects.filter(customer=customer)
        .order_by()
        .values("customer")
        .annotate(
            contacts=Count("pk", filter=is_recent),
            total_minutes=Sum("minutes", filter=is_recent),
            staff=Count("by", filter=is_recent, distinct=True),
        )
        .values_list("contacts", "total_minutes", "staff")
    )


def count_with_noun(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
