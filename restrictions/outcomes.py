"""Did it work? After which warnings, steps and measures nothing further happened. Beyond the policy: B12."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from cha_engagement import hub
from cha_engagement.letters.models import Letter
from incidents.enums import RestorativeKind
from incidents.letters import WARNING_LETTERS
from incidents.models import Incident, RestorativeAction
from incidents.queries import letters_that_warn

from .enums import NEVER_IMPOSED
from .kinds import KINDS
from .models import Restriction

DAYS = 90  # in which nothing further is to have happened
LOOKED_BACK = 730  # days


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often something was done, and how often no incident of its customer followed in `DAYS` days."""

    what: str
    times: int
    calm: int

    @property
    def share(self) -> int:
        """Per cent of the times, rounded."""
        return round(100 * self.calm / self.times)


def outcomes(today: date) -> Iterator[Outcome]:
    """Of what was done in the last two years, and long enough ago to tell. What was never done is left out."""
    warned = Incident.objects.filter(warning="given", customer__isnull=False)
    written = letters_that_warn(Letter.objects.all())
    steps = RestorativeAction.objects.all()
    # A new version goes on with the same measure.
    imposed = Restriction.objects.exclude(status__in=NEVER_IMPOSED).filter(supersedes=None)
    yield from told(
        warned.annotate(done_on=TruncDate("occurred_at")), today, "warning", {"given": "Warning given"}
    )
    letters = {code: f"Letter sent: {hub.letter_kinds[code].title}" for code in WARNING_LETTERS}
    yield from told(written.annotate(done_on=F("sent_on")), today, "kind", letters)
    yield from told(steps.annotate(done_on=F("on")), today, "kind", dict(RestorativeKind.choices))
    titles = {code: kind.title for code, kind in KINDS.items()}
    # What happened before its first day is not held against it.
    yield from told(imposed.annotate(done_on=F("starts_on")), today, "kind", titles)


def told(done: QuerySet, today: date, by: str, labels: dict[str, str]) -> Iterator[Outcome]:
    """What followed on rows with `done_on` and a customer, for each value of the field `by`."""
    latest = ExpressionWrapper(OuterRef("done_on") + timedelta(days=DAYS), output_field=DateField())
    later = Incident.objects.filter(
        customer=OuterRef("customer"),
        occurred_at__date__gt=OuterRef("done_on"),
        occurred_at__date__lte=latest,
    )
    known = done.filter(
        done_on__lt=today - timedelta(days=DAYS), done_on__gte=today - timedelta(days=LOOKED_BACK)
    )
    counted = known.annotate(went_on=Exists(later)).values(by).order_by()
    counts = {
        row[by]: row for row in counted.annotate(times=Count("pk"), calm=Count("pk", filter=Q(went_on=False)))
    }
    for code, label in labels.items():
        if row := counts.get(code):
            yield Outcome(label, row["times"], row["calm"])
