"""What is open for a member of staff about customers."""

from collections.abc import Iterator

from django.urls import reverse

from cha_engagement.core.permissions import Permission
from cha_engagement.staff.interfaces import OpenRecord
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import falls_to_managers

from ..models import Customer


def open_work(person: StaffMember, reader: StaffMember, page: str) -> Iterator[OpenRecord]:
    """Return the customers whom somebody looks after, with the address of a page about each. Policy §57."""
    theirs = Customer.objects.filter(assigned_to=person, merged_into=None, deceased_on=None)
    readable = set(
        Customer.objects.visible_to(reader).filter(assigned_to=person).values_list("pk", flat=True)
    )
    falls_to = falls_to_managers(person)
    for customer in theirs.only("pk", "reference", "name"):
        shown = (customer.name, reverse(page, args=[customer.reference])) if customer.pk in readable else ()
        yield OpenRecord("Customers to look after", falls_to, (Permission.LOG_INCIDENTS,), *shown)
