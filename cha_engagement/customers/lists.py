"""The list of customers: what it is narrowed by, and what it says."""

from django.db.models import Q, QuerySet

from cha_engagement.core import hub
from cha_engagement.lists.forms import Choices, ListFilter, one_of, ticked
from cha_engagement.lists.queries import rare
from cha_engagement.staff.models import StaffMember

from .enums import Relationship
from .fields import CustomerField
from .models import Customer
from .queries import in_household_of
from .rules import may_read_lists


def flags() -> Choices:
    """What a look-up says of customers at once."""
    return [(code, flag.words) for code, flag in hub.flags.items()]


class CustomerFilter(ListFilter):
    relationship = one_of("Relationship", Relationship.choices)
    flag = one_of("What applies", flags)
    household = CustomerField(label="In the household of (reference)", required=False)
    assigned_to = ticked("Assigned to me")

    conditions = {
        "relationship": lambda relationship, user: Q(relationship=relationship),
        "flag": lambda code, user: rare(hub.flags[code].whose(), hub.flags[code].where()),
        "household": lambda customer, user: in_household_of(customer),
        "assigned_to": lambda _, user: Q(assigned_to=user),
    }


def rows(user: StaffMember) -> QuerySet[Customer]:
    return Customer.objects.visible_to(user).select_related("assigned_to")


hub.listing(
    hub.Listing(
        code="customers",
        title="Customers",
        may_read=may_read_lists,
        rows=rows,
        ordering=("-pk",),
        filter=CustomerFilter,
        columns={
            "Name": lambda customer: customer.name,
            "Relationship": lambda customer: customer.get_relationship_display(),
            "Address": lambda customer: customer.address_line,
            "Assigned to": lambda customer: customer.assigned_to,
            "Reference": lambda customer: customer.reference,
        },
        ready={"Assigned to me": "assigned_to=on"},
    )
)
