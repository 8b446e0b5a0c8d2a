from restrictions.breaches.models import Breach, BreachStatus
from restrictions.enums import STANDING, InterimStatus
from restrictions.models import InterimMeasure, Restriction

from .enums import ObjectedTo
from .models import Objection


def people_objected_to(objection: Objection) -> set[int]:
    """Return the keys of those who wrote the note or counted the contact that a customer objects to, and who wrote the objection down."""
    if objection.about == ObjectedTo.COUNTED:
        breaches = Breach.objects.filter(
            restriction__customer=objection.customer_id, status=BreachStatus.CONFIRMED
        )
        people = {*breaches.order_by().values_list("settled_by", flat=True)}
    else:
        standing = Restriction.objects.filter(customer=objection.customer_id, status__in=STANDING)
        interim = InterimMeasure.objects.filter(customer=objection.customer_id, status=InterimStatus.IN_FORCE)
        wrote = standing.order_by().values_list("imposed_by", "proposed_by")
        people = {person for row in wrote for person in row}
        people |= {*interim.order_by().values_list("by", flat=True)}
    return {person for person in (*people, objection.received_by_id) if person}
