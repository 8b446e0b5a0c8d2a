"""Incidents and evidence: on which of them somebody may decide, and what is left to others."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate

from cha_engagement.core.interfaces import desks
from cha_engagement.core.reasons import check_reason
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.staff.models import StaffMember
from incidents.enums import DANGERS, ZERO_TOLERANCE, Harm
from incidents.models import Incident
from incidents.rules import (
    check_danger_confirmed,
    check_involvement_explained,
    has_part,
    is_danger_as_reported,
    is_left_to_management_team,
    may_decide_on,
    may_rely_on,
)
from restrictions.contact_plan import AnyRestriction
from restrictions.interfaces import RestrictionRules
from restrictions.kinds import KINDS
from restrictions.models import ManagementDecision, NewSince, Restriction
from restrictions.queries import evidence_about

RECENT_MONTHS = 1
"""What applies at once can rest on what happened so long ago: by then a manager has had the time to decide. Beyond the policy: B21, B23."""


def check_alive(customer: Customer) -> list[Refusal]:
    """Refuse to decide on somebody who has died: nobody is left who could be told, or appeal. Policy §22, 23."""
    if not customer.deceased_on:
        return []
    sentence = (
        f"{customer.name} died on {uk_date(customer.deceased_on)}, so nothing is decided or restricted. If somebody else gets in touch in their "
        "place, record it about that person. If the day is wrong, correct it first."
    )
    return [Refusal(sentence, "22", "incidents")]


def check_chosen_records(
    customer: Customer, records: Iterable[Any], field: str, noun: str, paragraph: str, *, needed: bool = True
) -> list[Refusal]:
    """Refuse to decide about one customer on records of another, of their household included. Beyond the policy: B5."""
    refusals = []
    if needed and not records:
        refusals.append(Refusal(f"Choose at least one {noun} that it rests on.", paragraph, field))
    if any(record.customer_id != customer.pk for record in records):
        refusals.append(Refusal(f"Choose only from what is recorded about {customer.name}.", "B5", field))
    return refusals


def check_decided_before(record: NewSince, incidents: Collection[Incident]) -> list[Refusal]:
    """Ask what is new since, where all the incidents that something is to rest on were decided on already. Policy §22; beyond the policy: B21.

    A decision is final: nobody decides anew, nor sets an interim measure until somebody does, because the first answer seems too little.
    An incident that nobody has decided on says by itself what is new.
    """
    decisions = ManagementDecision.objects.filter(incidents__in=[incident.pk for incident in incidents])
    decided = {*decisions.values_list("incidents", flat=True)}
    if not incidents or any(incident.pk not in decided for incident in incidents):
        return []
    if record.new_since:
        return check_reason(type(record), "new_since", record.new_since)
    last = decisions.latest("decided_at", "pk")
    return [
        Refusal(
            f"{' and '.join(map(str, incidents))} {'was' if len(incidents) == 1 else 'were'} decided on already, last on "
            f"{uk_date(localdate(last.decided_at))} with {last}. Say what is new since, or rest this on something that nobody has decided on.",
            "22",
            "new_since",
        )
    ]


def check_evidence(
    customer: Customer, incidents: Iterable[Incident], evidence: Iterable[Evidence]
) -> list[Refusal]:
    refusals = []
    if not incidents and not evidence:
        refusals.append(
            Refusal("Choose at least one incident or piece of evidence that it rests on.", "22", "incidents")
        )
    chosen = {piece.pk for piece in evidence}
    if chosen - set(evidence_about(customer).filter(pk__in=chosen).values_list("pk", flat=True)):
        refusals.append(Refusal(f"Choose only from the evidence about {customer.name}.", "B5", "evidence"))
    return refusals


def check_assessed(incidents: Iterable[Incident], evidence: Iterable[Evidence] = ()) -> list[Refusal]:
    """Refuse to decide or restrict on what no manager has assessed, or on a file of that alone. Policy §22, 31."""
    return [
        *(
            Refusal(
                f"No manager has assessed {incident} yet. Decide first what follows from it.",
                "22",
                "incidents",
            )
            for incident in incidents
            if not incident.is_assessed
        ),
        *(
            Refusal(
                f"{piece} belongs to an incident that no manager has assessed yet. Decide first what follows from that.",
                "22",
                "evidence",
            )
            for piece in evidence
            if not any(incident.is_assessed for incident in piece.incidents.all())
        ),
    ]


def check_involvement(
    user: StaffMember, incidents: Iterable[Incident], reason: str, evidence: Iterable[Evidence] = ()
) -> list[Refusal]:
    """Leave what affected somebody to another manager or, where nobody else is there, ask why not. Policy §12, 13.

    To choose the evidence of an incident is to choose the incident.
    """
    incidents = [*incidents, *incidents_with_evidence(evidence)]
    if refusal := may_decide_on(user, incidents):
        return [replace(refusal, field="incidents")]
    return check_involvement_explained(user, incidents, reason)


def reason_for_part(
    user: StaffMember, incidents: Iterable[Incident], reason: str, evidence: Iterable[Evidence] = ()
) -> str:
    """Return why somebody decides on what they had a part in: nothing where they had none in what they chose, whatever a form asked. Policy §13."""
    return reason if reason and has_part(user, [*incidents, *incidents_with_evidence(evidence)]) else ""


def check_complaints(
    user: StaffMember,
    incidents: Iterable[Incident],
    evidence: Iterable[Evidence] = (),
    decision: ManagementDecision | None = None,
) -> list[Refusal]:
    """Leave to the Management Team what rests on the use of the complaints process alone, of whichever kind it is. Policy §54."""
    decided_on = decision.incidents.all() if decision else ()
    is_decided_on_complaints = bool(decided_on) and all(map(is_left_to_management_team, decided_on))
    refusals = (
        may_rely_on(user, incidents),
        may_rely_on(user, incidents_with_evidence(evidence), "evidence"),
        may_rely_on(user, decided_on, "decision") if is_decided_on_complaints else None,
    )
    return [refusal for refusal in refusals if refusal]


def incidents_with_evidence(evidence: Iterable[Evidence]) -> QuerySet[Incident]:
    return Incident.objects.filter(evidence__in=[piece.pk for piece in evidence]).distinct()


def check_bindings(
    restriction: AnyRestriction, incidents: Iterable[Incident], evidence: Iterable[Evidence] = ()
) -> list[Refusal]:
    """Refuse to get round what appeals have decided, or are still to decide. Policy §22."""
    return [
        refusal
        for desk in desks(RestrictionRules)
        for refusal in desk.check_bindings(restriction, incidents, evidence)
    ]


def check_appeals(
    customer: Customer, incidents: Iterable[Incident], decision: ManagementDecision | None = None
) -> list[Refusal]:
    """Return why an appeal keeps even what restricts least from being imposed on these incidents. Policy §14, 22."""
    least = Restriction(customer=customer, kind=next(iter(KINDS)), terms={}, decision=decision)
    return check_bindings(least, incidents)


def check_danger(incidents: Iterable[Incident], evidence: Iterable[Evidence]) -> list[Refusal]:
    """Refuse to leave a review out where nobody is to be protected from violence or the like. Policy §23."""
    dangers = [
        incident for incident in [*incidents, *incidents_with_evidence(evidence)] if is_danger(incident)
    ]
    if dangers:
        return first_unless_confirmed(dangers)
    return [
        Refusal(
            "None of these incidents is violence, a threat or harassment, so there is a review. Give the day of the first.",
            "23",
            "no_review_reason",
        )
    ]


def protects_from_danger(restriction: Restriction) -> bool:
    """Return whether a restriction rests on violence, a threat or harassment, as first reported or as known since. Beyond the policy: B25.

    What one manager alone calls an incident once it was imposed does not count.
    """
    first_version = restriction
    while first_version.supersedes:
        first_version = first_version.supersedes
    incidents = {*restriction.incidents.all(), *incidents_with_evidence(restriction.evidence.all())}
    imposed_at = first_version.imposed_at or first_version.created_at
    return any(is_danger_as_reported(incident, imposed_at) for incident in incidents)


def is_danger(incident: Incident) -> bool:
    return not incident.category_codes.isdisjoint(DANGERS)


def first_unless_confirmed(dangers: Iterable[Incident]) -> list[Refusal]:
    """Return what is refused of these incidents, where no one of them is known by more than one person's word. Policy §23, 24."""
    refused = [check_danger_confirmed(incident) for incident in dangers]
    return refused[0] if refused and all(refused) else []


def is_recent(incident: Incident) -> bool:
    """Return whether an incident is new enough for something to apply at once because of it."""
    return localdate(incident.counts_from) >= add_months(today(), -RECENT_MONTHS)


def check_danger_at_once(
    restriction: Restriction, incidents: Iterable[Incident], evidence: Iterable[Evidence]
) -> list[Refusal]:
    """Let a restriction begin before its customer is told on a new danger alone, which its decision is about. Beyond the policy: B23."""
    every = [*incidents, *incidents_with_evidence(evidence)]
    decision = restriction.decision
    if decision:
        decided_on = set(decision.incidents.values_list("pk", flat=True))
        every = [incident for incident in every if incident.pk in decided_on]
    dangers = [incident for incident in every if is_danger(incident) and is_recent(incident)]
    if dangers or not (incidents or evidence):
        return first_unless_confirmed(dangers)
    return [
        Refusal(
            "Only violence, a threat or harassment in the last month that the decision is about lets this begin before they are told. Choose "
            "such an incident, or let it begin when they have been told.",
            "B23",
            "begins",
        )
    ]


def check_urgency(incidents: Iterable[Incident]) -> list[Refusal]:
    """Let a channel be closed before anything is decided after zero tolerance or harassment alone. Policy §24, 41; beyond the policy: B21, B23."""
    urgent = [incident for incident in incidents if is_urgent(incident)]
    if urgent:
        return first_unless_confirmed(urgent)
    return [
        Refusal(
            "Only after violence, a threat, abuse or harassment is a way of contact closed before anything is decided. Leave all open, or "
            "decide on active management.",
            "B21",
            "closed",
        )
    ]


def is_urgent(incident: Incident) -> bool:
    is_kind = not incident.category_codes.isdisjoint({*ZERO_TOLERANCE, *DANGERS})
    return is_kind or (incident.harm == Harm.YES and incident.may_be_zero_tolerance)
