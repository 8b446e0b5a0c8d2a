from django.db.models import QuerySet

from cha_engagement.core.templatetags.ui import uk_datetime
from cha_engagement.customers.models import Customer
from restrictions.breaches.models import Breach
from restrictions.enums import STANDING, InterimStatus
from restrictions.models import InterimMeasure, Restriction

from .enums import ObjectedTo
from .models import Objection


def counted_contacts(customer: Customer) -> QuerySet[Breach]:
    """Return the contacts that count against what is restricted for a customer."""
    return Breach.objects.confirmed().filter(restriction__customer=customer)


def describe_counted(breach: Breach) -> str:
    """Return a contact that counts in a line, with what it counts against."""
    return f"{uk_datetime(breach.contact.occurred_at)}: {breach.why} ({breach.restriction.title_in_sentence})"


def people_objected_to(objection: Objection) -> set[int]:
    """Return the keys of those who wrote the note, or logged or counted the contact, that a customer objects to, and who wrote the objection down."""
    if objection.about == ObjectedTo.COUNTED:
        counted = counted_contacts(objection.customer).order_by().values_list("settled_by", "contact__by")
        people = {person for row in counted for person in row}
    else:
        standing = Restriction.objects.filter(customer=objection.customer_id, status__in=STANDING)
        interim = InterimMeasure.objects.filter(customer=objection.customer_id, status=InterimStatus.IN_FORCE)
        wrote = standing.order_by().values_list("imposed_by", "proposed_by")
        people = {person for row in wrote for person in row}
        people |= {*interim.order_by().values_list("by", flat=True)}
    return {person for person in (*people, objection.received_by_id) if person}
