"""A decision to manage engagement actively, with all that is restricted under it at once."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from cha_engagement.core.records import idempotent, writing
from cha_engagement.core.refusals import Incomplete, Refusal, raise_if_incomplete, raise_if_refused
from cha_engagement.customers.actions import confirm_needs, take_how_confirmed
from cha_engagement.customers.models import Customer
from cha_engagement.customers.rules import check_how_confirmed
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from incidents.restorative.models import RestorativeAction
from restrictions import notifications, rules
from restrictions.enums import DecisionEvent, Explained
from restrictions.kinds import KINDS
from restrictions.models import InterimMeasure, ManagementDecision

from .decision import contact_limited, require_unchanged
from .imposing import complete_new_restriction, impose_restriction
from .interim import withdraw_drafts
from .unnotified import request_values


@idempotent(ManagementDecision)
def decide_management(
    *,
    customer: Customer,
    by: StaffMember,
    submission: UUID,
    incidents: Collection[Incident],
    restorative_actions: Collection[RestorativeAction],
    measures: Collection[Mapping[str, Any]] = (),
    training_for: StaffMember | None = None,
    involvement_reason: str = "",
    known: int | None = None,
    known_restrictions: int | None = None,
    closing: Collection[str] | None = None,
    **answers: Any,
) -> ManagementDecision:
    """Decide to manage engagement actively, and impose what is restricted: all of it or nothing. Policy §9 to 14, 18, 20 to 23; beyond the policy: B29.

    The decision is final. `answers` are its fields, and how, when and by whom its customer's needs were checked. Each of the `measures` holds what one restriction says, as `impose_restriction` takes
    it; of a kind there is one. Raises `Incomplete`, where a field of a measure has the name that `rules.measure_field` gives it.
    `known` is how many decisions about the customer there were for whoever decides, `known_restrictions` how many restrictions. Raises
    `Stale` where another has come. `closing` are the channels that they know are closed though another left them open.
    """
    raise_if_refused(rules.may_decide(by))
    require_unchanged(ManagementDecision.objects.filter(customer=customer.reload_locked()), known, submission)
    require_unchanged(customer.restrictions.ever_imposed(), known_restrictions, submission)
    how_confirmed = take_how_confirmed(answers)
    facts = answers | {"customer": customer}
    facts["involvement_reason"] = rules.reason_for_part(by, incidents, involvement_reason)
    links = {"incidents": incidents, "restorative_actions": restorative_actions}
    if refusals := [
        *check_facts(facts, links, by),
        *check_how_confirmed(answers.get("needs_confirmed_with"), how_confirmed, customer),
        *rules.check_training(training_for),
    ]:
        raise Incomplete(*refusals, *check_measures(customer, measures, involvement_reason, by=by))
    decision = write_decision(facts, links, how_confirmed, submission, by)
    if training_for:
        notifications.notify_of_training_need(training_for, by=by)
    raise_if_incomplete(*impose_measures(decision, measures, closing, involvement_reason, by=by))
    return decision


def check_facts(
    facts: Mapping[str, Any], links: Mapping[str, Collection[Any]], by: StaffMember
) -> list[Refusal]:
    """Return what is wrong or missing in a decision with these fields and links, its measures left out. Policy §13, 20, 22, 54."""
    incidents = links["incidents"]
    return [
        *rules.check_decision(ManagementDecision(**facts), incidents, links["restorative_actions"]),
        *rules.check_involvement(by, incidents, facts["involvement_reason"]),
        *rules.check_assessed(incidents),
        *rules.check_complaints(by, incidents),
    ]


def write_decision(
    facts: Mapping[str, Any],
    links: Mapping[str, Collection[Any]],
    how_confirmed: Mapping[str, Any],
    submission: UUID,
    by: StaffMember,
) -> ManagementDecision:
    """Write a decision, and what it settles: the customer's needs, and letters about interim measures that nobody has issued."""
    unexplained: dict[str, Any] = {}
    if facts["explained"] == Explained.NOT_EXPLAINED:
        keys = [incident.pk for incident in links["incidents"]]
        new = ManagementDecision(by=by, customer=facts["customer"])
        unexplained = request_values(new, keys, facts["not_explained_reason"], by=by)
    decision = writing.create_record(
        ManagementDecision,
        by=by,
        values={"by": by, **unexplained},
        reason="Decided to manage engagement actively",
        event=DecisionEvent.DECIDE,
        links=links,
        submission=submission,
        **facts,
    )
    notifications.notify_stand_in(decision)
    contact_limited.send(sender=ManagementDecision, record=decision, by=by)
    confirm_needs(
        customer=decision.customer, by=by, confirmed_with=decision.needs_confirmed_with, how=how_confirmed
    )
    for interim in InterimMeasure.objects.filter(incidents__in=links["incidents"]).distinct():
        withdraw_drafts(interim, by=by, reason=f"It was decided what follows: {decision}.")
    return decision


def check_measures(
    customer: Customer, measures: Collection[Mapping[str, Any]], involvement_reason: str, *, by: StaffMember
) -> list[Refusal]:
    """Return what is refused of any measure of a decision that is refused itself, so that both are said at once."""

    def check_measure(measure: Mapping[str, Any]) -> None:
        facts = {name: value for name, value in measure.items() if name not in ("incidents", "evidence")}
        facts |= {"customer": customer, "involvement_reason": involvement_reason}
        complete_new_restriction(facts, measure["incidents"], measure["evidence"], by=by)

    return refusals_of_measures(check_measure, measures)


def impose_measures(
    decision: ManagementDecision,
    measures: Collection[Mapping[str, Any]],
    closing: Collection[str] | None,
    involvement_reason: str,
    *,
    by: StaffMember,
) -> list[Refusal]:
    """Impose the measures of a decision, from the least restrictive on, and return what is refused of any."""

    def impose_measure(measure: Mapping[str, Any]) -> None:
        impose_restriction(
            decision=decision,
            by=by,
            submission=uuid5(decision.submission, measure["kind"]),
            involvement_reason=involvement_reason,
            closing=closing,
            **measure,
        )

    return refusals_of_measures(impose_measure, measures)


def refusals_of_measures(
    action: Callable[[Mapping[str, Any]], None], measures: Collection[Mapping[str, Any]]
) -> list[Refusal]:
    """Do something with each measure, from the least restrictive on, and return what is refused of any, beside its own questions."""
    refusals: list[Refusal] = []
    for measure in sorted(measures, key=lambda measure: [*KINDS].index(measure["kind"])):
        try:
            action(measure)
        except Incomplete as incomplete:
            refusals += [
                replace(refusal, field=rules.measure_field(measure["kind"], refusal.field))
                for refusal in incomplete.refusals
            ]
    return refusals
