"""Define the list of customers: its filter and its columns."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from cha_engagement.core.labels import field_label
from cha_engagement.lists.forms import Choices, ListFilter, choice_field, tick_field
from cha_engagement.lists.interfaces import Column, ListDefinition, field_column
from cha_engagement.lists.queries import match_keys
from cha_engagement.staff.models import StaffMember

from .enums import NeedCode, Relationship
from .fields import CustomerField
from .interfaces import flags
from .models import Customer, Need
from .queries import is_in_household_of, what_applies
from .rules import may_read_lists


def flag_choices() -> Choices:
    return [(code, flag.words) for code, flag in flags().items()]


def customers_with_need(code: str) -> QuerySet[Any]:
    """Return the keys of the customers of whom this need is recorded now."""
    return Need.objects.current().filter(code=code).values_list("customer", flat=True)


def customers_of(user: StaffMember) -> QuerySet[Any]:
    return Customer.objects.filter(assigned_to=user).values_list("pk", flat=True)


class CustomerFilter(ListFilter):
    relationship = choice_field(field_label(Customer, "relationship"), Relationship.choices)
    flag = choice_field("What applies", flag_choices)
    need = choice_field("What they need", NeedCode.choices)
    household = CustomerField(label="In the household of (reference)", required=False)
    assigned_to = tick_field("Assigned to me")

    conditions = {
        "relationship": lambda relationship, user: Q(relationship=relationship),
        "flag": lambda code, user: match_keys(flags()[code].customer_keys(), flags()[code].condition()),
        "need": lambda code, user: match_keys(customers_with_need(code), Q(pk__in=customers_with_need(code))),
        "household": lambda customer, user: is_in_household_of(customer),
        "assigned_to": lambda _, user: match_keys(customers_of(user), Q(assigned_to=user)),
    }


def add_what_applies(customers: Sequence[Any]) -> None:
    lines = what_applies(customers)
    for customer in customers:
        customer.what_applies = lines[customer.pk]


def customer_column() -> Column:
    """Return the column of a list of records that says whose each is, and leads to their page."""
    return Column(
        "Customer",
        lambda record: record.customer.name,
        url=lambda record: record.customer.get_absolute_url(),
    )


def customer_rows(user: StaffMember) -> QuerySet[Customer]:
    return Customer.objects.visible_to(user).select_related("assigned_to")


CUSTOMERS = ListDefinition(
    code="customers",
    title="Customers",
    may_read=may_read_lists,
    rows=customer_rows,
    ordering=("sort_name", "id"),
    filter_class=CustomerFilter,
    caption="Customers by name, from A",
    columns=(
        field_column(
            Customer,
            "name",
            url=Customer.get_absolute_url,
            names_row=True,
            is_in_order=True,
            below=field_column(Customer, "reference"),
        ),
        Column("What applies", lambda customer: customer.what_applies, blank="Nothing"),
        field_column(Customer, "relationship"),
        Column(
            field_label(Customer, "address"), lambda customer: customer.address_line, blank="Not recorded"
        ),
        field_column(Customer, "assigned_to", blank="Nobody yet"),
    ),
    complete_rows=add_what_applies,
    ready_filters={"Assigned to me": "assigned_to=on"},
)
