"""How much contact there was: in charts against the same customer's earlier level, and in a line. Policy §49, 50; B8, B11.

Contacts that never count against a customer are no part of it.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from cha_engagement.core.charts import Chart, Series
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import start_of_day, today

from .models import Contact

EARLIER_TIME = timedelta(weeks=12)
"""How far back the earlier level is taken from, where there was contact so long ago."""


@dataclass(frozen=True, slots=True)
class ChartSpan:
    """A time to look at: so many parts of so many days each. A week begins on Monday."""

    code: str
    title: str
    each: str
    days: int
    count: int

    def firsts(self, day: date) -> list[date]:
        """The first day of each part, the last of which holds `day`."""
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
    """Contacts and minutes, all together and by channel; none where nothing was logged. Two queries."""
    firsts = span.firsts(today())
    since = firsts[0] - EARLIER_TIME
    found = list(
        Contact.objects.counting()
        .filter(customer=customer, occurred_at__gte=start_of_day(since))
        .annotate(day=TruncDate("occurred_at"))
        .order_by()
        .values("day", "channel")
        .annotate(number=Count("pk"), time=Sum("minutes"))
    )
    if not found:
        return []

    def place(day: date) -> int:
        """In which part a day lies; below 0 before the first."""
        return (day - firsts[0]).days // span.days

    before = days_covered(customer, firsts[0], since) / span.days
    labels = [uk_date(first) for first in firsts]
    return [
        Chart(title, span.each, labels, chart_series(found, what, span, place, before))
        for title, what in {"Contacts": "number", "Minutes": "time"}.items()
    ]


def days_covered(customer: Customer, day: date, since: date) -> int:
    """How many days from `since` to this one their log covers: it begins with their first contact."""
    first = Contact.objects.filter(customer=customer).aggregate(first=Min("occurred_at"))["first"]
    return max((day - max(since, timezone.localdate(first))).days, 0)


def chart_series(
    found: Sequence[Mapping[str, Any]],
    what: str,
    span: ChartSpan,
    place: Callable[[date], int],
    parts: float,
) -> list[Series]:
    """With the level before, if at least one whole part of that time is known: of less, it says nothing."""
    made: Counter[tuple[str, int]] = Counter()
    before: Counter[str] = Counter()
    for row in found:
        for title in ("", row["channel"]):
            if (part := place(row["day"])) < 0:
                before[title] += row[what]
            else:
                made[title, part] += row[what]
    used = {row["channel"] for row in found}
    titles = {"": "All"} | {channel.value: str(channel.label) for channel in Channel if channel in used}
    return [
        Series(
            title,
            [made[code, part] for part in range(span.count)],
            before[code] / parts if parts >= 1 else None,
        )
        for code, title in titles.items()
    ]


def contact_summary(customer: Customer, days: int) -> str | None:
    """How much there was in the last days: "14 contacts, 186 minutes, 5 staff, in the 7 days to 25 November 2026".

    Empty where nothing counted in them; None where nothing was ever logged. One query.
    """
    day = today()
    recent = Q(about="", occurred_at__gte=start_of_day(day - timedelta(days=days - 1)))
    said = Contact.objects.filter(customer=customer).aggregate(
        ever=Count("pk"),
        number=Count("pk", filter=recent),
        time=Sum("minutes", filter=recent),
        staff=Count("by", filter=recent, distinct=True),
    )
    if not said["number"]:
        return "" if said["ever"] else None
    contacts, minutes = count_with_noun(said["number"], "contact"), count_with_noun(said["time"], "minute")
    return f"{contacts}, {minutes}, {said['staff']} staff, in the {days} days to {uk_date(day)}"


def count_with_noun(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
