"""Outcomes: after which warnings, restorative steps and restrictions nothing further happened. Beyond the policy: B12."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import (
    Count,
    DateField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import TruncDate

from cha_engagement.letters.interfaces import letter_kinds
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import start_of_day
from cha_engagement.staff.models import StaffMember
from incidents.enums import Warning, WarningLetter
from incidents.models import Incident
from incidents.queries import letters_that_warn
from incidents.restorative.enums import RestorativeKind
from incidents.restorative.models import RestorativeAction

from .enums import NEVER_IMPOSED
from .kinds import KINDS
from .kinds.channels import closed_in_words
from .kinds.closed_channels import ClosedChannels
from .models import Restriction

DAYS = 90  # in which nothing further is to have happened
LOOKED_BACK = 730  # days


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """The times that something was done, and those after which no incident of its customer followed in `DAYS` days."""

    label: str
    total: int
    calm: int

    @property
    def share(self) -> int:
        """Return the per cent of calm times, rounded."""
        return round(100 * self.calm / self.total)


def count_outcomes(today: date, reader: StaffMember) -> Iterator[OutcomeCount]:
    """Count what was done in the last two years, and long enough ago to tell. What was never done is left out, and so are cases closed to the reader."""
    warned = Incident.objects.leave_out_closed(reader).filter(warning=Warning.GIVEN, customer__isnull=False)
    letters = letters_that_warn(Letter.objects.leave_out_closed(reader))
    steps = RestorativeAction.objects.leave_out_closed(reader)
    # A new version goes on with the same restriction.
    imposed = Restriction.objects.leave_out_closed(reader).exclude(status__in=NEVER_IMPOSED)
    imposed = imposed.filter(supersedes=None)
    yield from counts_by_value(warned, "occurred_at", today, "warning", {Warning.GIVEN: "Warning given"})
    letter_titles = {code: f"Letter sent: {letter_kinds()[code].title}" for code in WarningLetter.values}
    yield from counts_by_value(letters, "sent_on", today, "kind", letter_titles)
    yield from counts_by_value(steps, "on", today, "kind", dict(RestorativeKind.choices))
    # What happened before its first day is not held against it.
    closed = imposed.filter(kind=ClosedChannels.code)
    closings = {json.dumps(codes): closed_in_words(codes) for codes in closed_together(closed)}
    yield from counts_by_value(closed, "starts_on", today, "terms__closed", closings)
    kind_titles = {code: kind.title for code, kind in KINDS.items() if code != ClosedChannels.code}
    yield from counts_by_value(imposed, "starts_on", today, "kind", kind_titles)


def closed_together(restrictions: QuerySet) -> list[list[str]]:
    """Return the channels that restrictions close, each set once."""
    return sorted(restrictions.order_by().values_list("terms__closed", flat=True).distinct())


def counts_by_value(
    records: QuerySet, day_field: str, today: date, field: str, labels: dict[str, str]
) -> Iterator[OutcomeCount]:
    """Count what followed on records of customers for each value of a field that has a label.

    `day_field` holds the day or the moment at which each was done.
    """
    first, last = today - timedelta(days=LOOKED_BACK), today - timedelta(days=DAYS)
    is_moment = isinstance(records.model._meta.get_field(day_field), DateTimeField)
    since, before = (start_of_day(first), start_of_day(last)) if is_moment else (first, last)
    # An index knows moments. Incidents that are near enough are found by these, and only then asked for their day.
    near = ExpressionWrapper(
        OuterRef(day_field) + timedelta(days=DAYS + 2),
        output_field=DateTimeField() if is_moment else DateField(),
    )
    latest = ExpressionWrapper(OuterRef("done_on") + timedelta(days=DAYS), output_field=DateField())
    later = Incident.objects.filter(
        customer=OuterRef("customer"), occurred_at__gt=OuterRef(day_field), occurred_at__lt=near
    ).filter(counts_from__date__gt=OuterRef("done_on"), counts_from__date__lte=latest)
    done = records.filter(**{f"{day_field}__gte": since, f"{day_field}__lt": before})
    done = done.annotate(done_on=TruncDate(day_field) if is_moment else F(day_field))
    counted = done.annotate(went_on=Exists(later)).values(field).order_by()
    rows = counted.annotate(total=Count("pk"), calm=Count("pk", filter=Q(went_on=False)))
    # A list of codes, out of JSON, is known by its text.
    rows_by_value = {
        value if isinstance(value := row[field], str) else json.dumps(value): row for row in rows
    }
    for value, label in labels.items():
        if row := rows_by_value.get(value):
            yield OutcomeCount(label, row["total"], row["calm"])
