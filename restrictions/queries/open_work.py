"""What is open for a member of staff about restrictions."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse

from cha_engagement.core.permissions import Permission
from cha_engagement.staff.interfaces import OpenRecord
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import falls_to_managers

from ..enums import STANDING, RestrictionStatus
from ..models import Restriction


def open_work(person: StaffMember, reader: StaffMember) -> Iterator[OpenRecord]:
    """Return the restrictions in which somebody is named contact or deputy, and those that they proposed. Policy §12, 21.1."""
    managers = falls_to_managers(person)
    named = Restriction.objects.filter(Q(named_contact=person) | Q(deputy=person), status__in=STANDING)
    readable = readable_keys(named, reader)
    for restriction in named.select_related("customer", "named_contact", "deputy"):
        is_contact = restriction.named_contact == person
        other = restriction.deputy if is_contact else restriction.named_contact
        is_there = other and other != person and other.is_active and not other.is_away
        yield OpenRecord(
            "Restrictions as named contact" if is_contact else "Restrictions as deputy of the named contact",
            f"Goes to {other}, who is named too" if is_there else managers,
            (Permission.LOG_INCIDENTS,),
            *shown(restriction, readable, "restriction_rename"),
        )
    proposed = Restriction.objects.filter(proposed_by=person, status=RestrictionStatus.PROPOSED)
    readable = readable_keys(proposed, reader)
    for restriction in proposed.select_related("customer"):
        yield OpenRecord(
            "Restrictions proposed and not decided on",
            managers,
            (Permission.PROPOSE_RESTRICTIONS,),
            *shown(restriction, readable, "restriction"),
        )


def readable_keys(restrictions: QuerySet[Restriction], reader: StaffMember) -> set[int]:
    visible = Restriction.objects.visible_to(reader).filter(pk__in=restrictions.order_by().values("pk"))
    return set(visible.values_list("pk", flat=True))


def shown(restriction: Restriction, readable: set[int], page: str) -> tuple[str, ...]:
    """Return its title and the address of a page, where its reader may read it."""
    if restriction.pk not in readable:
        return ()
    return f"{restriction.title}: {restriction.customer.name}", reverse(page, args=[restriction.reference])
