"""An appeal binds: nothing goes round what is heard, and what a panel ended or eased is not imposed again. Policy §22; beyond the policy: B28.

It takes something away again to close or limit a channel that was given back, whatever the kind and however little is limited: a panel
that thinks less would do eases it, and ends nothing.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from typing import cast

from django.db.models import Min, QuerySet
from django.utils.timezone import localdate

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from incidents.models import Incident
from restrictions.comparison import at_most_as_restrictive, is_as_harsh, rank
from restrictions.contact_plan import Measure, standing
from restrictions.enums import ENDS, STANDING
from restrictions.models import InterimMeasure, Restriction

from .enums import OPEN, AppealOutcome
from .models import AppealedRestriction

Check = Callable[[AppealedRestriction, Measure, Collection[Incident]], Refusal | None]
CHANGED = (AppealOutcome.UPHELD, AppealOutcome.PARTLY_UPHELD)
"""What a panel decides that ends or eases a restriction."""


@hub.bindings.add
def check_appeals(
    measure: Measure, incidents: Iterable[Incident], evidence: Iterable[Evidence]
) -> Iterator[Refusal]:
    """Yield the first appeal of the customer that stands against imposing a measure on these."""
    cited = cited_by(incidents, evidence)
    for check, found in appeals_of(measure.customer):
        for one in found:
            if refusal := check(one, measure, cited):
                yield refusal
                return


@hub.merge_checks.add
def check_merge(kept: Customer, other: Customer) -> Refusal | None:
    """What was imposed on one record of a customer does not go round what a panel decided on another, once the two are one."""
    return check_beside(kept, other) or check_beside(other, kept)


def check_beside(restricted: Customer, heard: Customer) -> Refusal | None:
    findings = [(check, one) for check, found in appeals_of(heard) for one in found]
    for measure in standing(restricted) if findings else ():
        incidents = measure.incidents.all()
        files = measure.evidence.all() if isinstance(measure, Restriction) else ()
        cited = cited_by(incidents, files)
        for check, one in findings:
            if is_since_finding(measure, one) and (refusal := check(one, measure, cited)):
                return Refusal(f"{refusal.sentence} End {measure} first.", refusal.paragraph)
    return None


def is_since_finding(measure: Measure, appealed: AppealedRestriction) -> bool:
    """Whether a measure was first imposed after what is appealed ended, or a panel decided on it."""
    if decided_at := appealed.appeal.decided_at:
        return began_at(measure) > decided_at
    return appealed.restriction.status not in STANDING and began_at(measure) > ended_at(appealed.restriction)


def began_at(measure: Measure) -> datetime:
    """Return when it was first imposed: what a review or a panel eased began as what it came from."""
    if isinstance(measure, InterimMeasure):
        return measure.created_at
    while measure.supersedes:
        measure = measure.supersedes
    return cast(datetime, measure.imposed_at)


def appeals_of(customer: Customer) -> Iterator[tuple[Check, QuerySet[AppealedRestriction]]]:
    """Yield what binds because it is being heard, and because it was found, with how each is asked."""
    appealed = AppealedRestriction.objects.filter(appeal__customer=customer)
    appealed = appealed.select_related("appeal", "restriction__customer", "varied_to__customer")
    yield check_heard, appealed.filter(appeal__status__in=OPEN)
    yield check_finding, appealed.filter(appeal__status="decided", outcome__in=CHANGED)


def cited_by(incidents: Iterable[Incident], evidence: Iterable[Evidence]) -> list[Incident]:
    """Return the incidents that a measure rests on, those of its files among them, each once."""
    held = Incident.objects.filter(evidence__in=[piece.pk for piece in evidence])
    return list({incident.pk: incident for incident in [*incidents, *held]}.values())


def check_heard(
    appealed: AppealedRestriction, measure: Measure, cited: Collection[Incident]
) -> Refusal | None:
    """While it is heard nothing new is imposed on the same incidents, nor the same again once it was lifted meanwhile."""
    restriction = appealed.restriction
    if shared := [str(incident) for incident in cited if incident.pk in appealed.basis]:
        return Refusal(
            f"{appealed.appeal} is being heard about {' and '.join(shared)}. Until it is decided nothing "
            "new is imposed on that. For a new danger, set an interim measure on what has happened since.",
            "22",
            "incidents",
        )
    if restriction.status in STANDING or not takes_away(restriction, measure):
        return None
    if any(is_since(incident, ended_at(restriction), measure) for incident in cited):
        return None
    return Refusal(
        f"{restriction} ended while {appealed.appeal} is being heard. The same, or harsher, waits for that to be decided, or "
        "rests on something that has happened since.",
        "22",
        "incidents",
    )


def check_finding(
    appealed: AppealedRestriction, measure: Measure, cited: Collection[Incident]
) -> Refusal | None:
    """What a panel ended or eased is not imposed again, by anybody or under any decision, without something that happened since."""
    decided_at = cast(datetime, appealed.appeal.decided_at)
    if not takes_again(appealed, measure, cited):
        return None
    if any(is_since(incident, decided_at, measure) for incident in cited):
        return None
    return Refusal(
        f"A panel changed {appealed.restriction} on {uk_date(localdate(decided_at))} ({appealed.appeal}). The same, or harsher, "
        "needs an incident that happened after that and that a manager has assessed.",
        "22",
        "incidents",
    )


def takes_again(appealed: AppealedRestriction, measure: Measure, cited: Collection[Incident]) -> bool:
    """Whether a measure takes away what a panel gave back, or limits contact on the incidents that it has weighed already."""
    before, left = appealed.restriction, appealed.varied_to
    if (touched(before) - (touched(left) if left else set())) & touched(measure):
        return True
    on_the_same = any(incident.pk in appealed.basis for incident in cited)
    if isinstance(measure, InterimMeasure):
        return on_the_same
    if left and left.kind == measure.kind:
        return not at_most_as_restrictive(left, measure)
    return is_as_harsh(before, measure) or (
        on_the_same and (bool(touched(measure)) or rank(measure) >= rank(before))
    )


def takes_away(restriction: Restriction, measure: Measure) -> bool:
    """Whether a measure takes away what a restriction did, or limits it."""
    if touched(restriction) & touched(measure):
        return True
    return isinstance(measure, Restriction) and is_as_harsh(restriction, measure)


def touched(measure: Measure) -> set[Channel]:
    """Return the channels that a measure closes or limits."""
    return measure.closed_ways | measure.limits.keys()


def ended_at(restriction: Restriction) -> datetime:
    return cast(datetime, restriction.history.filter(event__in=ENDS).latest("sequence").history_date)


def is_since(incident: Incident, moment: datetime, measure: Measure) -> bool:
    """Whether an incident happened after a moment, whatever its history ever said, and a manager has assessed it.

    An interim measure cannot wait for that.
    """
    if incident.created_at <= moment:
        return False
    earliest = Incident.history.filter(id=incident.pk).aggregate(earliest=Min("occurred_at"))["earliest"]
    return earliest > moment and (incident.is_assessed or isinstance(measure, InterimMeasure))
