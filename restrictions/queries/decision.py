from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, prefetch_related_objects

from cha_engagement.core.read_once import read_once
from cha_engagement.core.statements import (
    AskedText,
    give_related,
    kept_record_or_404,
    kept_records,
    kept_rows,
)
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.staff.models import StaffMember
from incidents.contacts.queries import contact_summary
from incidents.enums import Outcome
from incidents.models import Assessment, Incident
from incidents.queries import comparable_incidents, threats_awaiting_decision
from incidents.restorative.models import RestorativeAction
from restrictions.enums import ENDING_TRANSITIONS, NEVER_IMPOSED, RestrictionEvent, RestrictionStatus
from restrictions.kinds import KINDS
from restrictions.models import ManagementDecision, Restriction

from .restriction import select_list

DECIDED_EVENTS = (
    *ENDING_TRANSITIONS,
    RestrictionEvent.IMPOSE,
    RestrictionEvent.SUSPEND,
    RestrictionEvent.LOOK_AGAIN,
)
"""What somebody decides about a restriction, by its events: a review or an appeal that changes one is among these."""
MOST_COMPARED = 100  # incidents


@read_once
def incidents_to_choose(customer: Customer, user: StaffMember) -> QuerySet[Incident]:
    """Return the incidents that a decision about a customer may rest on, as far as this user sees them."""
    visible = Incident.objects.visible_to(user).filter(customer=customer)
    return visible.prefetch_related("categories").order_by("-occurred_at", "-pk")


def decided_notes(incidents: Iterable[Incident]) -> dict[str, str]:
    """Return a note for each incident that was decided on already, by its reference: by which decision, and when."""
    decided = ManagementDecision.objects.filter(incidents__in=incidents).order_by("decided_at", "pk")
    return {
        incident: f"Decided on already: {decision}, {uk_date(decided_at)}"
        for incident, decision, decided_at in decided.values_list(
            "incidents__reference", "reference", "decided_at"
        )
    }


def evidence_to_choose(customer: Customer, user: StaffMember) -> QuerySet[Evidence]:
    """Return the evidence about a customer that this user may see."""
    visible = Evidence.objects.visible_to(user).filter(pk__in=evidence_about(customer).values("pk"))
    return visible.order_by("-created_at", "-pk")


def initial_answers(customer: Customer, incidents: Iterable[Incident]) -> dict[str, Any]:
    """Return the answers that are known already, to begin a decision with: a question is asked once."""
    effects = [
        effect for incident in incidents for effect in (incident.effect_on_staff, incident.effect_on_service)
    ]
    return {
        "incidents": incidents,
        "effect": "\n".join(filter(None, effects)),
    }


def contact_amounts(customer: Customer) -> list[str]:
    """Return how much contact there was, for a decision that says what effect it has. Policy §10, 50; beyond the policy: B11."""
    amounts = (contact_summary(customer, days) for days in (7, 28))
    return [f"{amount}." for amount in amounts if amount]


def recorded_needs(customer: Customer, incidents: Iterable[Incident]) -> str:
    """Return what is recorded of a customer's needs, in a line. To repeat it is not to have considered it. Policy §9."""
    needs = [
        *map(str, customer.current_needs),
        customer.accessibility_needs,
        customer.vulnerability,
    ]
    if customer.cannot_use:
        needs.append(f"They cannot use: {customer.get_cannot_use_display()}")
    needs += [f"Agreed with them: {adjustment.what}" for adjustment in customer.agreed_adjustments]
    needs += [incident.needs_known for incident in incidents]
    return " · ".join(need.strip().rstrip(".") for need in needs if need)


def comparable_outcomes(
    incidents: Iterable[Incident], customer: Customer, reader: StaffMember
) -> dict[str, Any]:
    """Return what followed from comparable incidents of others, in numbers and without names. Policy §13."""
    comparable: Any = comparable_incidents([incident.pk for incident in incidents], besides=customer)
    comparable = comparable.leave_out_closed(reader)
    alike = list(comparable.values_list("pk", flat=True)[:MOST_COMPARED])
    outcomes = (
        Assessment.objects.filter(incident__in=alike)
        .order_by()
        .values_list("outcome")
        .annotate(Count("incident", distinct=True))
    )
    imposed = Restriction.objects.filter(incidents__in=alike).exclude(status__in=NEVER_IMPOSED)
    kinds = dict(imposed.order_by().values_list("kind").annotate(Count("customer", distinct=True)))
    return {
        "count": len(alike),
        "outcomes": [
            (Outcome(code).label, count) for code, count in sorted(outcomes, key=lambda row: -row[1])
        ],
        "kinds": [(kind.title, kinds[code]) for code, kind in KINDS.items() if code in kinds],
    }


def was_decided_since(customer: Customer, moment: datetime) -> bool:
    """Return whether engagement with a customer was decided on, restricted in any way or eased since a moment."""
    changed = Restriction.history.filter(
        customer=customer, history_date__gte=moment, event__in=DECIDED_EVENTS
    )
    return (
        customer.decisions.filter(decided_at__gte=moment).exists()
        or customer.interim_measures.filter(created_at__gte=moment).exists()
        or changed.exists()
    )


def decision_for_page(reference: str, user: StaffMember) -> ManagementDecision:
    """Return a decision that somebody may see, with all that its page tells of it. Raises `Http404` where there is none."""
    decision = kept_record_or_404(ManagementDecision, decision_to_show, AskedText(reference), user)
    incidents = kept_records(Incident, incidents_of_decision, decision.pk)
    prefetch_related_objects(incidents, "categories")
    give_related(decision, "incidents", incidents)
    give_related(
        decision, "restorative_actions", kept_records(RestorativeAction, work_of_decision, decision.pk)
    )
    return decision


def select_decision_page(decisions: QuerySet[ManagementDecision]) -> QuerySet[ManagementDecision]:
    return decisions.select_related("customer", "by")


def decision_to_show(reference: str, user: StaffMember) -> QuerySet[ManagementDecision]:
    return select_decision_page(ManagementDecision.objects.visible_to(user).filter(reference=reference))


def incidents_of_decision(decision: int) -> QuerySet[Incident]:
    return Incident.objects.filter(decisions=decision)


def work_of_decision(decision: int) -> QuerySet[RestorativeAction]:
    return RestorativeAction.objects.filter(decisions=decision)


def restrictions_under(decision: int, user: StaffMember) -> QuerySet[Restriction]:
    visible = select_list(Restriction.objects.visible_to(user))
    return visible.filter(decision=decision).order_by("-created_at", "-pk")


def proposals_about(customer: int, user: StaffMember) -> QuerySet[Restriction]:
    visible = select_list(Restriction.objects.visible_to(user))
    return visible.filter(customer=customer, status=RestrictionStatus.PROPOSED).order_by("created_at", "pk")


def is_warned_of_still(decision: ManagementDecision) -> bool:
    """Return whether the card still warns of an incident that a decision rests on."""
    return bool(kept_rows(threats_of_decision, decision.pk))


def threats_of_decision(decision: int) -> QuerySet[Any]:
    return threats_awaiting_decision().filter(decisions=decision).order_by().values_list("pk")


def evidence_about(customer: Customer) -> Any:
    return Evidence.objects.filter(incidents__customer=customer).distinct()


def was_decided_about(customer: Customer) -> bool:
    """Return whether engagement with a customer was ever decided to be managed actively, or restricted."""
    return customer.decisions.exists() or customer.restrictions.ever_imposed().exists()
