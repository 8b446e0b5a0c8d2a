"""Did it work? After which warnings, steps and measures nothing further happened. Beyond the policy: B12."""

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

from cha_engagement.core import hub
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import start_of_day
from incidents.letters import WARNING_LETTERS
from incidents.models import Incident
from incidents.queries import letters_that_warn
from incidents.restorative.enums import RestorativeKind
from incidents.restorative.models import RestorativeAction

from .enums import NEVER_IMPOSED
from .kinds import KINDS
from .models import Restriction

DAYS = 90  # in which nothing further is to have happened
LOOKED_BACK = 730  # days


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How often something was done, and how often no incident of its customer followed in `DAYS` days."""

    what: str
    times: int
    calm: int

    @property
    def share(self) -> int:
        """Per cent of the times, rounded."""
        return round(100 * self.calm / self.times)


def count_outcomes(today: date) -> Iterator[OutcomeCount]:
    """Of what was done in the last two years, and long enough ago to tell. What was never done is left out."""
    warned = Incident.objects.filter(warning="given", customer__isnull=False)
    written = letters_that_warn(Letter.objects.all())
    steps = RestorativeAction.objects.all()
    # A new version goes on with the same measure.
    imposed = Restriction.objects.exclude(status__in=NEVER_IMPOSED).filter(supersedes=None)
    yield from counts_by_value(warned, "occurred_at", today, "warning", {"given": "Warning given"})
    letters = {code: f"Letter sent: {hub.letter_kinds[code].title}" for code in WARNING_LETTERS}
    yield from counts_by_value(written, "sent_on", today, "kind", letters)
    yield from counts_by_value(steps, "on", today, "kind", dict(RestorativeKind.choices))
    titles = {code: kind.title for code, kind in KINDS.items()}
    # What happened before its first day is not held against it.
    yield from counts_by_value(imposed, "starts_on", today, "kind", titles)


def counts_by_value(
    done: QuerySet, on: str, today: date, by: str, labels: dict[str, str]
) -> Iterator[OutcomeCount]:
    """What followed on rows with a customer, done at the day or moment `on`, for each value of the field `by`."""
    first, last = today - timedelta(days=LOOKED_BACK), today - timedelta(days=DAYS)
    is_moment = isinstance(done.model._meta.get_field(on), DateTimeField)
    between = (start_of_day(first), start_of_day(last)) if is_moment else (first, last)
    # An index knows moments. What is near enough is found by these, and only then asked for its day.
    near = ExpressionWrapper(
        OuterRef(on) + timedelta(days=DAYS + 2), output_field=DateTimeField() if is_moment else DateField()
    )
    latest = ExpressionWrapper(OuterRef("done_on") + timedelta(days=DAYS), output_field=DateField())
    later = Incident.objects.filter(
        customer=OuterRef("customer"), occurred_at__gt=OuterRef(on), occurred_at__lt=near
    ).filter(occurred_at__date__gt=OuterRef("done_on"), occurred_at__date__lte=latest)
    known = done.filter(**{f"{on}__gte": between[0], f"{on}__lt": between[1]})
    known = known.annotate(done_on=TruncDate(on) if is_moment else F(on))
    counted = known.annotate(went_on=Exists(later)).values(by).order_by()
    counts = {
        row[by]: row for row in counted.annotate(times=Count("pk"), calm=Count("pk", filter=Q(went_on=False)))
    }
    for code, label in labels.items():
        if row := counts.get(code):
            yield OutcomeCount(label, row["times"], row["calm"])
