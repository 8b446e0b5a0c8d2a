"""Incidents and evidence: on which of them somebody may decide, and what is left to others."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.staff.models import StaffMember
from incidents.enums import DANGERS
from incidents.models import Incident
from incidents.rules import is_left_to_management_team, may_decide_on, may_rely_on, must_explain_involvement
from restrictions.contact_plan import AnyRestriction
from restrictions.kinds import KINDS
from restrictions.models import ManagementDecision, Restriction
from restrictions.queries import evidence_about


def check_appeals(customer: Customer, incidents: Iterable[Incident]) -> Refusal | None:
    """Why an appeal keeps even what restricts least from being imposed on these incidents. Policy §14, 22."""
    least = Restriction(customer=customer, kind=next(iter(KINDS)), terms={})
    return next(check_bindings(least, incidents), None)


def check_involvement(
    user: StaffMember, incidents: Iterable[Incident], reason: str, evidence: Iterable[Evidence] = ()
) -> Iterator[Refusal]:
    """Whoever was affected by what they chose leaves it to another manager or, where nobody else is there, says why not. Policy §12, 13.

    To choose the evidence of an incident is to choose the incident.
    """
    incidents = [*incidents, *incidents_with_evidence(evidence)]
    if refusal := may_decide_on(user, incidents):
        yield replace(refusal, field="incidents")
    elif refusal := must_explain_involvement(user, incidents, reason):
        yield refusal


def check_complaints(
    user: StaffMember,
    incidents: Iterable[Incident],
    evidence: Iterable[Evidence] = (),
    decision: ManagementDecision | None = None,
) -> Iterator[Refusal]:
    """Leave to the Management Team what rests on the use of the complaints process alone, whichever measure it is. Policy §54."""
    if refusal := may_rely_on(user, incidents):
        yield refusal
    if refusal := may_rely_on(user, incidents_with_evidence(evidence), "evidence"):
        yield refusal
    basis = decision.incidents.all() if decision else ()
    if (
        basis
        and all(map(is_left_to_management_team, basis))
        and (refusal := may_rely_on(user, basis, "decision"))
    ):
        yield refusal


def incidents_with_evidence(evidence: Iterable[Evidence]) -> QuerySet[Incident]:
    return Incident.objects.filter(evidence__in=[piece.pk for piece in evidence]).distinct()


def check_chosen_records(
    customer: Customer, chosen: Iterable[Any], field: str, noun: str, paragraph: str, *, needed: bool = True
) -> Iterator[Refusal]:
    """A decision about one customer rests on what that customer did, and never on their household. Beyond the policy: B5."""
    if needed and not chosen:
        yield Refusal(f"Choose at least one {noun} that it rests on.", paragraph, field)
    if any(record.customer_id != customer.pk for record in chosen):
        yield Refusal(f"Choose only from what is recorded about {customer.name}.", "B5", field)


def check_evidence(
    customer: Customer, incidents: Iterable[Incident], evidence: Iterable[Evidence]
) -> Iterator[Refusal]:
    if not incidents and not evidence:
        yield Refusal(
            "Choose at least one incident or piece of evidence that it rests on.", "22", "incidents"
        )
    chosen = {piece.pk for piece in evidence}
    if chosen - set(evidence_about(customer).filter(pk__in=chosen).values_list("pk", flat=True)):
        yield Refusal(f"Choose only from the evidence about {customer.name}.", "B5", "evidence")


def check_assessed(incidents: Iterable[Incident], evidence: Iterable[Evidence] = ()) -> Iterator[Refusal]:
    """Nothing is decided or restricted on what no manager has assessed, nor on a file of that alone. Policy §22, 31."""
    for incident in incidents:
        if not incident.is_assessed:
            yield Refusal(
                f"No manager has assessed {incident} yet. Decide first what follows from it.",
                "22",
                "incidents",
            )
    for piece in evidence:
        if not any(incident.is_assessed for incident in piece.incidents.all()):
            yield Refusal(
                f"{piece} belongs to an incident that no manager has assessed yet. Decide first what follows from that.",
                "22",
                "evidence",
            )


def check_bindings(
    measure: AnyRestriction, incidents: Iterable[Incident], evidence: Iterable[Evidence] = ()
) -> Iterator[Refusal]:
    """What appeals have decided, or are still to decide, is not got round. Policy §22."""
    for source in hub.bindings:
        yield from source(measure, incidents, evidence)


def check_danger(incidents: Iterable[Incident], evidence: Iterable[Evidence]) -> Iterator[Refusal]:
    """Only what protects somebody from violence and the like goes without a review. Policy §23."""
    if not any(one.codes.intersection(DANGERS) for one in [*incidents, *incidents_with_evidence(evidence)]):
        yield Refusal(
            "None of these incidents is violence, a threat or harassment, so there is a review. Give the day of the first.",
            "23",
            "no_review_reason",
        )
