from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cha_engagement.core.statements import AskedText, give_related, kept_record_or_404, kept_records
from cha_engagement.customers.models import Customer, Need
from cha_engagement.customers.queries import can_use_emergency_line, emergency_routes
from cha_engagement.evidence.models import Evidence
from cha_engagement.organisation.calendar import start_of_day
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from restrictions.enums import (
    ENDING_TRANSITIONS,
    STANDING,
    InterimStatus,
    RestrictionEvent,
    RestrictionStatus,
)
from restrictions.interfaces import next_review_on
from restrictions.kinds.third_party import ThirdParty, has_mandate, speaker_name
from restrictions.models import InterimMeasure, ManagementDecision, Restriction


def ending_event(restriction: Restriction) -> Any:
    """Return the row of its history in which it ended, or None: when, and by whom (nobody: the calendar)."""
    if restriction.status == RestrictionStatus.PROPOSED or restriction.can(RestrictionEvent.LIFT):
        return None
    return next(iter(kept_records(Restriction.history.model, endings_of, restriction.pk)), None)


def endings_of(restriction: int) -> QuerySet[Any]:
    endings = Restriction.history.filter(id=restriction, event__in=ENDING_TRANSITIONS)
    return endings.select_related("history_user").order_by("-sequence")[:1]


def customers_who_need_a_route(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Return those of some customers whom not every emergency line serves, and for whom no other route is kept. Beyond the policy: B2."""
    return customers.filter(~Q(cannot_use=[]) | Q(needs_interpreter=True), emergency_route="")


def customers_without_emergency_route(
    customers: QuerySet[Customer],
) -> Iterator[tuple[Customer, datetime | None]]:
    """Yield those of some customers under restrictions who can use no emergency route that is kept. Beyond the policy: B2.

    With each is the moment from which they are under none, where only interim measures are in force.
    """
    without_route = customers_who_need_a_route(customers)
    if not without_route.exists():
        return  # as for nearly everybody who is added: the rest takes Django three times as long
    standing = Restriction.objects.filter(status__in=STANDING, customer=OuterRef("pk"))
    interim = InterimMeasure.objects.filter(status=InterimStatus.IN_FORCE, customer=OuterRef("pk"))
    at_risk: QuerySet[Any] = without_route.annotate(
        is_restricted=Exists(standing),
        interim_until=Subquery(interim.order_by("-ends_on").values("ends_on")[:1]),
    )
    organisation = Organisation.current()
    for customer in at_risk.filter(Q(is_restricted=True) | Q(interim_until__isnull=False)):
        if not can_use_emergency_line(customer) and not emergency_routes(customer, organisation):
            last_day = None if customer.is_restricted else customer.interim_until
            yield customer, last_day and start_of_day(last_day + timedelta(days=1))


def customers_with_unconfirmed_needs(customers: QuerySet[Customer]) -> QuerySet[Any]:
    """Return those of some living customers under restrictions whose recorded needs nobody has confirmed since they were changed. Policy §9.

    Each `is_restricted`, or is under interim measures alone until the end of the day `interim_until`. `restricted_at` is when the first of
    these came, `need_recorded_at` when the last of their needs did, and `unconfirmed_at` since when nobody has confirmed them.
    """
    history = Customer.history.model.objects.filter(id=OuterRef("pk"))
    confirmed = Customer.history.model.objects.filter(
        id=OuterRef("id"), sequence__gt=OuterRef("sequence"), needs_confirmed_on__isnull=False
    )
    unconfirmed = history.filter(~Exists(confirmed), needs_confirmed_on=None).order_by("sequence")
    needs = Need.objects.current().filter(customer=OuterRef("pk"))
    standing = Restriction.objects.filter(status__in=STANDING, customer=OuterRef("pk"))
    interim = InterimMeasure.objects.filter(status=InterimStatus.IN_FORCE, customer=OuterRef("pk"))
    return (
        customers.filter(
            ~Q(accessibility_needs="") | Q(Exists(needs)), needs_confirmed_on=None, deceased_on=None
        )
        .annotate(
            is_restricted=Exists(standing),
            interim_until=Subquery(interim.order_by("-ends_on").values("ends_on")[:1]),
            restricted_at=Coalesce(
                Subquery(standing.order_by("imposed_at").values("imposed_at")[:1]),
                Subquery(interim.order_by("created_at").values("created_at")[:1]),
            ),
            need_recorded_at=Subquery(needs.order_by("-created_at").values("created_at")[:1]),
            unconfirmed_at=Subquery(unconfirmed.values("history_date")[:1]),
        )
        .filter(Q(is_restricted=True) | Q(interim_until__isnull=False))
    )


def explained_together(restriction: Restriction, visible: QuerySet[Restriction]) -> QuerySet[Restriction]:
    """Return what else the same decision restricts that a talk can explain, of what somebody sees: not what is not to be told."""
    same_decision = visible.filter(
        decision=restriction.decision_id, status__in=STANDING, not_notified_reason=""
    )
    return same_decision.exclude(pk=restriction.pk).order_by("imposed_at", "pk")


def select_list(restrictions: QuerySet[Restriction]) -> QuerySet[Restriction]:
    details = restrictions.select_related("customer", "named_contact", "deputy")
    return details.annotate(next_review_on=next_review_on())


def restriction_for_page(reference: str, user: StaffMember) -> Any:
    """Return a restriction that somebody may see, with all that its page tells of it. Raises `Http404` where there is none."""
    restriction = kept_record_or_404(Restriction, restriction_to_show, AskedText(reference), user)
    give_related(restriction, "incidents", kept_records(Incident, incidents_of_restriction, restriction.pk))
    give_related(restriction, "evidence", kept_records(Evidence, evidence_of_restriction, restriction.pk))
    return restriction


def restriction_to_show(reference: str, user: StaffMember) -> QuerySet[Restriction]:
    visible = Restriction.objects.visible_to(user).filter(reference=reference)
    return annotate_readability(select_people(visible), user)


def incidents_of_restriction(restriction: int) -> QuerySet[Incident]:
    return Incident.objects.filter(restrictions=restriction)


def evidence_of_restriction(restriction: int) -> QuerySet[Evidence]:
    return Evidence.objects.filter(restrictions=restriction)


def select_page(restrictions: QuerySet[Restriction]) -> QuerySet[Restriction]:
    return select_people(restrictions).prefetch_related("incidents", "evidence")


def select_people(restrictions: QuerySet[Restriction]) -> QuerySet[Restriction]:
    return restrictions.select_related(
        "customer",
        "decision",
        "named_contact",
        "deputy",
        "proposed_by",
        "imposed_by",
        "unnotified_requested_by",
        "unnotified_reader",
        "unnotified_confirmed_by",
        "supersedes",
        "superseded_by",
    )


LINKED_RECORDS: dict[str, type[ManagementDecision | Restriction]] = {
    "decision": ManagementDecision,
    "supersedes": Restriction,
    "superseded_by": Restriction,
}
"""Records that the facts of a restriction lead to, each with its model: not everybody who reads them may open these."""


def annotate_readability(restrictions: QuerySet[Restriction], user: StaffMember) -> QuerySet[Any]:
    """Annotate each with `is_readable_in_full`, whether this reader reads its reasons too, and with which of the `LINKED_RECORDS` they may open."""
    readable = Restriction.objects.readable_in_full_by(user).filter(pk=OuterRef("pk"))
    may_open = {
        f"may_open_{name}": Exists(model.objects.visible_to(user).filter(pk=OuterRef(name)))
        for name, model in LINKED_RECORDS.items()
    }
    return restrictions.annotate(is_readable_in_full=Exists(readable), **may_open)


def readable_links(restriction: Any) -> dict[str, str]:
    """Return the addresses of the `LINKED_RECORDS` that the reader may open, of a restriction as `annotate_readability` returns it."""
    readable = [name for name in LINKED_RECORDS if getattr(restriction, f"may_open_{name}")]
    return {name: getattr(restriction, name).get_absolute_url() for name in readable}


def representatives(customer: Customer, day: date) -> list[str]:
    """Return the names of those who are recorded as speaking for a customer on a day: other customers, and whom a mandate names."""
    people = customer.spoken_for_by.filter(merged_into=None, deceased_on=None).order_by("sort_name", "pk")
    through = Restriction.objects.filter(customer=customer, kind=ThirdParty.code, status__in=STANDING)
    speakers = [
        speaker_name(restriction) for restriction in through.order_by("pk") if has_mandate(restriction, day)
    ]
    return list(dict.fromkeys([*(person.name for person in people), *speakers]))


def people_at_work_on(customer: Customer) -> set[StaffMember]:
    """Return who imposed what stands, and whom the customer deals with because of it; who decided last where nothing does. Beyond the policy: B33."""
    standing = Restriction.objects.filter(customer=customer, status__in=STANDING)
    standing = standing.select_related("imposed_by", "named_contact", "deputy")
    people = {
        person
        for restriction in standing
        for person in (restriction.imposed_by, restriction.named_contact, restriction.deputy)
    }
    last = ManagementDecision.objects.filter(customer=customer).select_related("by").order_by("-pk").first()
    return {person for person in [*people, last and last.by] if person}
