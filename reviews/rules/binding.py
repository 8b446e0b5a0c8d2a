"""An appeal binds: nothing goes round what is heard, and what a panel ended or eased is not imposed again. Policy §22; beyond the policy: B28.

To close or limit a channel that was given back, or to lead it through somebody, takes it away again, whatever the kind and however little
is limited: a panel that thinks less would do eases it, and ends nothing. The contact plans of both say so (`rules.takes_back`).
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from typing import cast

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from cha_engagement.core.refusals import Refusal
from cha_engagement.core.statements import kept_records
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from incidents.models import Incident
from restrictions.contact_plan import AnyRestriction, standing_restrictions
from restrictions.enums import ENDING_TRANSITIONS, STANDING
from restrictions.kinds.channels import limited_channels
from restrictions.models import InterimMeasure, Restriction
from restrictions.rules import is_as_restrictive, is_at_most_as_restrictive, restrictiveness, takes_back

from ..enums import OPEN_STATUSES, AppealOutcome, AppealStatus
from ..models import AppealedRestriction

AppealCheck = Callable[[AppealedRestriction, AnyRestriction, Collection[Incident]], list[Refusal]]
CHANGING_OUTCOMES = (AppealOutcome.UPHELD, AppealOutcome.PARTLY_UPHELD)


def check_appeals(
    measure: AnyRestriction, incidents: Iterable[Incident], evidence: Iterable[Evidence]
) -> list[Refusal]:
    """Refuse what the first appeal of the customer stands against: to impose a measure on these."""
    cited = cited_incidents(incidents, evidence)
    for check, binding in binding_appeals(measure.customer):
        for appealed in binding:
            if refusals := check(appealed, measure, cited):
                return refusals
    return []


def check_merge(kept: Customer, other: Customer) -> list[Refusal]:
    """Let nothing imposed on one record of a customer go round what a panel decided on another, once the two are one."""
    return check_merged_measures(kept, other) or check_merged_measures(other, kept)


def check_merged_measures(restricted: Customer, appellant: Customer) -> list[Refusal]:
    """Check the measures on one record of a customer against the appeals on another."""
    bound = [(check, appealed) for check, binding in binding_appeals(appellant) for appealed in binding]
    for measure in standing_restrictions(restricted) if bound else ():
        incidents = measure.incidents.all()
        evidence = measure.evidence.all() if isinstance(measure, Restriction) else ()
        cited = cited_incidents(incidents, evidence)
        for check, appealed in bound:
            if not is_newer_than_verdict(measure, appealed):
                continue
            for refusal in check(appealed, measure, cited):
                return [Refusal(f"{refusal.sentence} End {measure} first.", refusal.paragraph)]
    return []


def is_newer_than_verdict(measure: AnyRestriction, appealed: AppealedRestriction) -> bool:
    """Tell whether a measure was first imposed after what is appealed ended, or a panel decided on it."""
    if decided_at := appealed.appeal.decided_at:
        return first_imposed_at(measure) > decided_at
    restriction = appealed.restriction
    return restriction.status not in STANDING and first_imposed_at(measure) > ending_moment(restriction)


def first_imposed_at(measure: AnyRestriction) -> datetime:
    """Return when a measure was first imposed: a version of a restriction, when the first of its versions was."""
    if isinstance(measure, InterimMeasure):
        return measure.created_at
    while measure.supersedes:
        measure = measure.supersedes
    return cast(datetime, measure.imposed_at)


def binding_appeals(customer: Customer) -> Iterator[tuple[AppealCheck, list[AppealedRestriction]]]:
    """Yield what is being heard, and what a panel has changed, each with the check of what goes against it."""
    binding = kept_records(AppealedRestriction, appealed_that_binds, customer.pk)
    for check, is_decided in ((check_against_open_appeal, False), (check_against_verdict, True)):
        yield (
            check,
            [
                appealed
                for appealed in binding
                if (appealed.appeal.status == AppealStatus.DECIDED) == is_decided
            ],
        )


def appealed_that_binds(customer: int) -> QuerySet[AppealedRestriction]:
    is_decided = Q(appeal__status=AppealStatus.DECIDED, outcome__in=CHANGING_OUTCOMES)
    binding = Q(appeal__status__in=OPEN_STATUSES) | is_decided
    appealed = AppealedRestriction.objects.filter(binding, appeal__customer=customer)
    return appealed.select_related("appeal", "restriction__customer", "varied_to__customer")


def cited_incidents(incidents: Iterable[Incident], evidence: Iterable[Evidence]) -> list[Incident]:
    """Return the incidents that a measure rests on, those of its files among them, each once."""
    through_files = Incident.objects.filter(evidence__in=[piece.pk for piece in evidence])
    return list({incident.pk: incident for incident in [*incidents, *through_files]}.values())


def check_against_open_appeal(
    appealed: AppealedRestriction, measure: AnyRestriction, cited: Collection[Incident]
) -> list[Refusal]:
    """While it is heard, let nobody impose anything new on the same incidents, nor the same again once it was lifted."""
    restriction = appealed.restriction
    if shared := [str(incident) for incident in cited if incident.pk in appealed.incident_keys]:
        return [
            Refusal(
                f"{appealed.appeal} is being heard about {' and '.join(shared)}. Until it is decided nothing "
                "new is imposed on that. For a new danger, set an interim measure on what has happened since.",
                "22",
                "incidents",
            )
        ]
    if restriction.status in STANDING or not is_same_again(restriction, measure):
        return []
    if any(is_new_ground(incident, ending_moment(restriction), measure) for incident in cited):
        return []
    return [
        Refusal(
            f"{restriction} ended while {appealed.appeal} is being heard. Until that is decided, the same or "
            "harsher can only rest on something that has happened since.",
            "22",
            "incidents",
        )
    ]


def check_against_verdict(
    appealed: AppealedRestriction, measure: AnyRestriction, cited: Collection[Incident]
) -> list[Refusal]:
    """Let nobody impose again what a panel ended or eased, under any decision, without something that happened since."""
    decided_at = cast(datetime, appealed.appeal.decided_at)
    if not is_against_verdict(appealed, measure, cited):
        return []
    if any(is_new_ground(incident, decided_at, measure) for incident in cited):
        return []
    return [
        Refusal(
            f"A panel changed {appealed.restriction} on {uk_date(localdate(decided_at))} ({appealed.appeal}). The same, or harsher, "
            "needs an incident that happened after that and that a manager has assessed.",
            "22",
            "incidents",
        )
    ]


def is_against_verdict(
    appealed: AppealedRestriction, measure: AnyRestriction, cited: Collection[Incident]
) -> bool:
    """Tell whether a measure takes away what a panel gave back, or limits contact on incidents that it has weighed already."""
    before, after = appealed.restriction, appealed.varied_to
    if takes_back(before, after, measure):
        return True
    rests_on_the_same = any(incident.pk in appealed.incident_keys for incident in cited)
    if isinstance(measure, InterimMeasure):
        return rests_on_the_same
    if after and after.kind == measure.kind:
        return not is_at_most_as_restrictive(after, measure)
    return is_as_restrictive(before, measure) or (
        rests_on_the_same
        and (bool(limited_channels(measure)) or restrictiveness(measure) >= restrictiveness(before))
    )


def is_same_again(restriction: Restriction, measure: AnyRestriction) -> bool:
    """Tell whether a measure takes away what a restriction did, or limits it."""
    if takes_back(restriction, None, measure):
        return True
    return isinstance(measure, Restriction) and is_as_restrictive(restriction, measure)


def ending_moment(restriction: Restriction) -> datetime:
    return cast(
        datetime, restriction.history.filter(event__in=ENDING_TRANSITIONS).latest("sequence").history_date
    )


def is_new_ground(incident: Incident, moment: datetime, measure: AnyRestriction) -> bool:
    """Tell whether an incident counts from after a moment, and a manager has assessed it.

    An interim measure cannot wait for that.
    """
    if incident.created_at <= moment:
        return False
    return incident.counts_from > moment and (incident.is_assessed or isinstance(measure, InterimMeasure))
