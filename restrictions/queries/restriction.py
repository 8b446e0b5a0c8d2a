from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import can_phone, emergency_routes
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from restrictions.enums import ENDING_TRANSITIONS, STANDING, RestrictionEvent, RestrictionStatus
from restrictions.models import InterimMeasure, Restriction


def ending_event(restriction: Restriction) -> Any:
    """Return the row of its history in which it ended, or None: when, and by whom (nobody: the calendar)."""
    if restriction.status == RestrictionStatus.PROPOSED or restriction.can(RestrictionEvent.LIFT):
        return None
    endings = restriction.history.filter(event__in=ENDING_TRANSITIONS).select_related("history_user")
    return endings.order_by("-sequence").first()


def customers_without_emergency_route() -> list[int]:
    """Return the customers under restrictions who can use no emergency route that is kept, as ids. Beyond the policy: B2."""
    at_risk = Customer.objects.exclude(cannot_use=[]).filter(emergency_route="")
    standing = Restriction.objects.filter(status__in=STANDING).values("customer")
    interim = InterimMeasure.objects.in_force().values("customer")
    restricted = at_risk.filter(pk__in=standing.union(interim))
    organisation = Organisation.current()
    return [
        customer.pk
        for customer in restricted
        if not can_phone(customer) and not emergency_routes(customer, organisation)
    ]


def select_list(restrictions: QuerySet[Restriction]) -> QuerySet[Restriction]:
    return restrictions.select_related("customer", "named_contact", "deputy")


def select_page(restrictions: QuerySet[Restriction]) -> QuerySet[Restriction]:
    return restrictions.select_related(
        "customer",
        "decision",
        "named_contact",
        "deputy",
        "proposed_by",
        "imposed_by",
        "supersedes",
        "superseded_by",
    ).prefetch_related("incidents__categories", "evidence")


def annotate_readability(restrictions: QuerySet[Restriction], user: StaffMember) -> QuerySet[Any]:
    """Annotate each with `is_readable_in_full`: whether this reader reads its reasons too."""
    readable = Restriction.objects.readable_in_full_by(user).filter(pk=OuterRef("pk"))
    return restrictions.annotate(is_readable_in_full=Exists(readable))
