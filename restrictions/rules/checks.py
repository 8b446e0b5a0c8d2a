"""What the policy wants said, and known, before a step is taken. Each refusal names the field to answer."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate

from cha_engagement.core import hub
from cha_engagement.core.reasons import ReasonField, ReasonLine, check_reasons, has_words
from cha_engagement.core.records import SHORT
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import INBOUND_CHANNELS, Channel
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import doubtful_channels
from cha_engagement.evidence.models import Evidence
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.staff.models import StaffMember
from incidents.agreements.rules import check_people
from incidents.enums import DANGERS, THREATS
from incidents.models import Incident
from incidents.restorative.enums import RestorativeOutcome
from incidents.restorative.models import RestorativeAction
from incidents.rules import is_left_to_judges, may_decide_on, may_rest_on, must_explain_involvement

from ..contact_plan import Measure, plan_of, standing
from ..enums import STANDING, Basis, Explained, Known
from ..kinds.ways import closed_by, in_order, labels
from ..models import InterimMeasure, ManagementDecision, Restriction

MOST_MONTHS = 60
"""From one review to the next."""

NEW_MONTHS = 1
"""How long an interim measure can rest on what happened: by then a manager has had the time to decide. Beyond the policy: B21."""

REASONS = ("effect", "normal_operation", "alternatives_considered", "proportionality")
CHOICES = {
    "disability": Refusal("Say whether a disability may explain the behaviour.", "9", "disability"),
    "vulnerability": Refusal("Say whether the customer is thought vulnerable.", "18", "vulnerability"),
    "basis": Refusal("Say why restorative work is not enough.", "20", "basis"),
    "explained": Refusal("Say whether this will be explained to the customer.", "12", "explained"),
}
"""What every decision answers, in words and by choosing. Policy §9 to 14, 18, 20."""


def of_decision(
    decision: ManagementDecision,
    incidents: Iterable[Incident],
    restorative_actions: Iterable[RestorativeAction],
) -> Iterator[Refusal]:
    """What a decision still has to say."""
    yield from about(decision.customer, incidents, "incidents", "incident", "22")
    yield from about(
        decision.customer, restorative_actions, "restorative_actions", "restorative step", "20", needed=False
    )
    yield from check_reasons(decision, REASONS)
    yield from (refusal for name, refusal in CHOICES.items() if not getattr(decision, name))
    if decision.basis == Basis.TRIED_AND_FAILED and not any(map(did_not_restore, restorative_actions)):
        yield Refusal(
            "Choose restorative work that was tried and did not restore the relationship. How it went is recorded with it.",
            "20",
            "restorative_actions",
        )
    needed = {
        "needs_considered": not decision.no_adjustment_needed,
        "training_need": not decision.no_training_need,
        "basis_reason": decision.basis in (Basis.NOT_POSSIBLE, Basis.NOT_APPROPRIATE),
        "disability_considered": decision.disability == Known.YES,
        "vulnerability_considered": decision.vulnerability == Known.YES,
        "safeguarding_considered": decision.customer.under_18,
        "not_explained_reason": decision.explained == Explained.NOT_EXPLAINED,
    }
    yield from check_reasons(decision, (name for name, is_needed in needed.items() if is_needed))
    if decision.no_training_need and decision.training_need:
        yield Refusal(
            "You wrote about a training need, and ticked that none is part of it. Take one of them away.",
            "13",
            "training_need",
        )


def did_not_restore(action: RestorativeAction) -> bool:
    return action.outcome in (RestorativeOutcome.PARTLY, RestorativeOutcome.NOT_RESTORED)


def of_involvement(
    user: StaffMember, incidents: Iterable[Incident], reason: str, evidence: Iterable[Evidence] = ()
) -> Iterator[Refusal]:
    """Whoever was affected by what they chose leaves it to another manager or, where nobody else is there, says why not. Policy §12, 13.

    To choose the evidence of an incident is to choose the incident.
    """
    incidents = [*incidents, *incidents_with(evidence)]
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
    if refusal := may_rest_on(user, incidents):
        yield refusal
    if refusal := may_rest_on(user, incidents_with(evidence), "evidence"):
        yield refusal
    basis = decision.incidents.all() if decision else ()
    if basis and all(map(is_left_to_judges, basis)) and (refusal := may_rest_on(user, basis, "decision")):
        yield refusal


def incidents_with(evidence: Iterable[Evidence]) -> QuerySet[Incident]:
    return Incident.objects.filter(evidence__in=[piece.pk for piece in evidence]).distinct()


def of_training(person: StaffMember | None) -> Refusal | None:
    """A colleague's training need goes to their line manager, and nowhere else. Policy §13."""
    if person and not person.acting_line_manager:
        return Refusal(
            f"No line manager is recorded for {person}. Talk with them yourself.", "13", "training_for"
        )
    return None


def of_restriction(
    restriction: Restriction,
    incidents: Iterable[Incident],
    evidence: Iterable[Evidence],
    before: Restriction | None = None,
    proposer: StaffMember | None = None,
) -> Iterator[Refusal]:
    """What a restriction still has to say, beyond what the version `before` it said already. Policy §3, 21 to 23, 61.2.

    `proposer` is whoever proposes it, where nobody imposes it yet.
    """
    unchanged = unchanged_reasons(restriction, before)
    yield from restriction.measure.faults(restriction)
    yield from of_people(restriction, proposer)
    yield from restriction.measure.check_new_texts(restriction, before)
    yield from about(restriction.customer, incidents, "incidents", "incident", "22", needed=False)
    yield from of_evidence(restriction.customer, incidents, evidence)
    yield from of_dates(restriction, unchanged)
    if restriction.no_review_reason and "no_review_reason" not in unchanged:
        yield from check_danger(incidents, evidence)
    needed = {"reason", "easing_conditions"}
    if restriction.customer.speaks_for_others:
        needed.add("other_route")
    yield from check_reasons(restriction, sorted(needed - unchanged))
    if len(restriction.staff_instruction) > SHORT:
        yield Refusal(
            f"Say it in {SHORT} characters: the minimum that staff need.", "65", "staff_instruction"
        )


def of_people(restriction: Restriction, proposer: StaffMember | None = None) -> list[Refusal]:
    """Whether those whom its terms name were harmed and have not agreed: asked at the latest by whoever imposes it. Beyond the policy: B40."""
    people = {name: getattr(restriction, name) for name in restriction.measure.people}
    return check_people(restriction.customer, people, len(people), by=proposer)


def unchanged_reasons(restriction: Restriction, before: Restriction | None) -> set[str]:
    """The reasons that a new version gives word for word as the one before it: they were asked when that was written."""
    if before is None:
        return set()
    reasons = [
        field.name
        for field in Restriction._meta.concrete_fields
        if isinstance(field, ReasonField | ReasonLine)
    ]
    return {name for name in reasons if getattr(restriction, name) == getattr(before, name)}


def about(
    customer: Customer, chosen: Iterable[Any], field: str, noun: str, paragraph: str, *, needed: bool = True
) -> Iterator[Refusal]:
    """A decision about one customer rests on what that customer did, and never on their household. Beyond the policy: B5."""
    if needed and not chosen:
        yield Refusal(f"Choose at least one {noun} that it rests on.", paragraph, field)
    if any(record.customer_id != customer.pk for record in chosen):
        yield Refusal(f"Choose only from what is recorded about {customer.name}.", "B5", field)


def of_evidence(
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
    measure: Measure, incidents: Iterable[Incident], evidence: Iterable[Evidence] = ()
) -> Iterator[Refusal]:
    """What appeals have decided, or are still to decide, is not got round. Policy §22."""
    for source in hub.bindings:
        yield from source(measure, incidents, evidence)


def evidence_about(customer: Customer) -> Any:
    return Evidence.objects.filter(incidents__customer=customer).distinct()


def of_dates(restriction: Restriction, unchanged: Collection[str] = ()) -> Iterator[Refusal]:
    """Policy §23: a first review and an interval, or a reason for having none. Asked again when a proposal is imposed later."""
    starts_on, ends_on, first = restriction.starts_on, restriction.ends_on, restriction.first_review_on
    if starts_on < today():
        yield Refusal(
            "The first day cannot lie in the past: nobody is restricted before they can know of it.",
            "",
            "starts_on",
        )
    if ends_on and ends_on < starts_on:
        yield Refusal(f"The last day cannot lie before the first, {uk_date(starts_on)}.", "", "ends_on")
    if restriction.no_review_reason:
        yield from check_reasons(restriction, {"no_review_reason"}.difference(unchanged))
        if first or restriction.review_months:
            yield Refusal("Give either a first review or a reason for having none.", "23", "no_review_reason")
        return
    if not first:
        yield Refusal(
            "Give the day of the first review, or say below why there is none.", "23", "first_review_on"
        )
    elif first > (latest := add_months(today(), MOST_MONTHS)):
        yield Refusal(
            f"The first review is too far ahead. Choose a day up to {uk_date(latest)}.",
            "23",
            "first_review_on",
        )
    elif first <= starts_on:
        yield Refusal(
            f"The first review comes after the first day, {uk_date(starts_on)}.", "23", "first_review_on"
        )
    elif ends_on and starts_on <= ends_on < first:
        yield Refusal(
            f"It ends on {uk_date(ends_on)}: choose a day before that for the next time it is looked at.",
            "23",
            "first_review_on",
        )
    if not restriction.review_months:
        yield Refusal("Say how many months lie between reviews.", "23", "review_months")


def check_danger(incidents: Iterable[Incident], evidence: Iterable[Evidence]) -> Iterator[Refusal]:
    """Only what protects somebody from violence and the like goes without a review. Policy §23."""
    if not any(one.codes.intersection(DANGERS) for one in [*incidents, *incidents_with(evidence)]):
        yield Refusal(
            "None of these incidents is violence, a threat or harassment, so there is a review. Give the day of the first.",
            "23",
            "no_review_reason",
        )


def way_in(new: Measure, customer: Customer) -> Refusal | None:
    """Why this one, with the customer's others, would leave no way to us that they can use. Beyond the policy: B2."""
    others = [one for one in standing(customer) if one != new]
    return way_in_beside(new, others, {Channel(code) for code in customer.cannot_use})


def check_needs(new: Measure, customer: Customer) -> Refusal | None:
    """Ask how a customer will use what is left, where what is recorded of their needs puts all of it in doubt. Policy §9; B2."""
    doubtful = doubtful_channels(customer)
    if not (doubtful and new.closed_ways) or has_words(new.way_in_reason):
        return None
    plan = plan_of([new, *(one for one in standing(customer) if one != new)])
    left = [way for way in plan.open_channels if way not in customer.cannot_use]
    if plan.routes or not left or not set(left) <= set(doubtful):
        return None
    words = ", ".join(dict.fromkeys(f"“{doubtful[way]}”" for way in left))
    return Refusal(
        f"What is recorded of their needs says {words}, and this leaves them: {labels(left)}. Leave another way open, or say how "
        "they will use what is left.",
        "B2",
        "way_in_reason",
    )


def check_closing(new: Restriction, customer: Customer, seen: Collection[str]) -> Refusal | None:
    """Show whoever imposes a restriction which channels it closes that others left open in their words. Beyond the policy: B29."""
    others = [one for one in standing(customer) if one != new]
    promised = {code for one in others if isinstance(one, Restriction) for code in one.terms.get("open", [])}
    closing = in_order((promised & new.closed_ways) - closed_by(others))
    if not set(closing) - set(seen):
        return None
    left = plan_of([new, *others]).open_channels
    return Refusal(
        f"This closes what another restriction left open: {labels(closing)}. With both, they can reach us by: {labels(left) or 'none'}.",
        "B29",
        "closing",
    )


def way_in_beside(new: Measure, others: Iterable[Measure], unusable: set[Channel]) -> Refusal | None:
    """The same, with those others and for somebody who cannot use these channels. They count on the days that they stand."""
    together = [new, *others]
    for day in first_days(new, together):
        at_once = [one for one in together if stands_on(one, day)]
        # Who agreed to be reached through somebody alone is; what else stands must leave a way for when that ends.
        closed = closed_by(one for one in at_once if not one.leaves_no_other)
        if set(INBOUND_CHANNELS) <= closed | unusable:
            shut = labels(way for way in INBOUND_CHANNELS if way in closed)
            cannot = (
                f" They cannot use: {labels(way for way in INBOUND_CHANNELS if way in unusable)}."
                if unusable
                else ""
            )
            return Refusal(
                f"Together with what is in force this would leave no way in. Closed: {shut}.{cannot} Leave one open.",
                "B2",
            )
        if refusal := new.clash(one for one in at_once if one is not new):
            return refusal
    return None


def of_interim(interim: InterimMeasure, incidents: Iterable[Incident]) -> Iterator[Refusal]:
    """What an interim measure has to say, on one screen. Beyond the policy: B2, B5, B21."""
    yield from about(interim.customer, incidents, "incidents", "incident", "B21")
    yield from check_reasons(interim, ("what", "reason", "told"))
    yield from check_new(incidents)
    yield from check_chain(interim.customer, incidents)
    if interim.closed and (refusal := way_in(interim, interim.customer)):
        yield replace(refusal, field="closed")
    elif refusal := check_needs(interim, interim.customer):
        yield refusal


def check_chain(customer: Customer, incidents: Iterable[Incident]) -> Iterator[Refusal]:
    """After an interim measure only a decision follows, or something new: never another on what was known then. Beyond the policy: B21."""
    if carried := [str(incident) for incident in incidents if incident.interim_measures.exists()]:
        yield Refusal(
            f"{' and '.join(carried)} carried an interim measure before. Rest this on what is new alone, or decide on active "
            "management instead.",
            "B21",
            "incidents",
        )
        return
    last = customer.interim_measures.order_by("-starts_on", "-pk").first()
    if last and incidents and all(localdate(one.created_at) < last.starts_on for one in incidents):
        yield Refusal(
            f"These were known when {last} was set on {uk_date(last.starts_on)}. Decide on active management instead.",
            "B21",
            "incidents",
        )


def check_new(incidents: Iterable[Incident]) -> Iterator[Refusal]:
    """An interim measure is for what is new. Beyond the policy: B21."""
    since = add_months(today(), -NEW_MONTHS)
    if old := [str(incident) for incident in incidents if localdate(incident.occurred_at) < since]:
        yield Refusal(
            f"{' and '.join(old)} happened more than a month ago. Rest this on what is new alone, or decide on active management instead.",
            "B21",
            "incidents",
        )


def check_closes_again(
    interim: InterimMeasure, user: StaffMember, incidents: Iterable[Incident]
) -> Refusal | None:
    """Who closed a way for a while and left it undecided does not close it again on something slight. Beyond the policy: B21."""
    if any(incident.codes.intersection(THREATS) for incident in incidents):
        return None
    for one in interim.customer.interim_measures.undecided().filter(by=user):
        if again := in_order(one.closed_ways & interim.closed_ways):
            return Refusal(
                f"You closed this with {one}, and no decision on active management has followed: {labels(again)}. Decide now, or leave it "
                "to another manager. After violence or a threat it can be closed again.",
                "B21",
                "closed",
            )
    return None


def check_extension(interim: InterimMeasure) -> Refusal | None:
    """Why an interim measure cannot be made longer: it can once, after violence or a threat. Beyond the policy: B21."""
    if interim.extended_at:
        return Refusal("It was made longer once. Decide on active management, or let it lapse.", "B21")
    if not any(incident.codes.intersection(THREATS) for incident in interim.incidents.all()):
        return Refusal(
            "Only after violence or a threat is it made longer. Decide on active management, or let it lapse.",
            "B21",
        )
    return None


def first_days(new: Measure, together: Iterable[Measure]) -> set[date]:
    """The days of a measure on which some others begin: the most stand together on one of these."""
    begin = {one.starts_on for one in together}
    return {new.starts_on} | {day for day in begin if stands_on(new, day)}


def stands_on(one: Measure, day: date) -> bool:
    return one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)


def leaving_unexplained(decision: ManagementDecision) -> Refusal | None:
    """Why it cannot be recorded now that a decision is not explained. Policy §12."""
    if decision.explained != Explained.BY_LETTER or decision.explained_on:
        return Refusal("How this decision was explained is recorded already.", "12")
    if decision.restrictions.filter(status__in=STANDING, told_on=None, not_told_reason="").exists():
        return Refusal(
            "Write the letter about the restrictions under it, or record for each why they are not told.",
            "12",
        )
    return None
