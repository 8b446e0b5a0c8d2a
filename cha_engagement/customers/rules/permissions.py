"""Rules for who may read and change what about customers."""

from collections.abc import Iterable
from typing import Any

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import is_of_closed_case
from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember

from .. import queries
from ..models import Customer
from .card_texts import NEEDS_FIELDS
from .lasting import is_under_decision

FREE_TEXT_FIELDS = (*NEEDS_FIELDS, "emergency_route")
"""Fields that are typed freely and stand on the card."""


def may_read_lists(user: StaffMember, _: Any = None) -> Refusal | None:
    """Refuse lists about customers, of all kinds, to whoever reads nothing about them. Policy §65."""
    if not user.has_perm(Permission.READ_CUSTOMERS):
        return Refusal("Your role cannot read about customers.", "65")
    return None


def may_read_card(user: StaffMember, _: Any = None) -> Refusal | None:
    """Refuse the look-up, and each page with a customer's card, to whoever does not deal with customers. Policy §65."""
    if not user.has_perm(Permission.READ_CARDS):
        return Refusal("Your role cannot read about customers.", "65")
    return None


def may_act_on_case(user: StaffMember, record: Any) -> Refusal | None:
    """Leave a case for few to its readers: whoever wrote a record of it goes on reading that one, and decides nothing. Beyond the policy: B33."""
    if is_of_closed_case(record, user):
        return Refusal("Only named colleagues can read this case. Leave this to one of them.", "B33")
    return None


def may_add_customer(user: StaffMember, _: Any = None) -> Refusal | None:
    if not user.has_perm(Permission.ADD_CUSTOMERS):
        return Refusal("Your role cannot add customers.")
    return None


def may_change_customer(user: StaffMember, customer: Customer) -> Refusal | None:
    if not user.has_perm(Permission.CHANGE_CUSTOMERS):
        return Refusal("Your role cannot change what is recorded about customers.")
    return None


def may_assign_customer(user: StaffMember, _: Any = None) -> Refusal | None:
    """Refuse to assign a customer to all but managers: whoever is assigned one reads what is recorded about them. Policy §65."""
    if not user.has_perm(Permission.ASSIGN_CUSTOMERS):
        return Refusal("Only a manager says who looks after a customer. Ask one.", "65")
    return None


def may_request_assignment(user: StaffMember, customer: Customer) -> Refusal | None:
    """Refuse a request for a customer by whoever may assign them, or has them already. Policy §65."""
    if not may_assign_customer(user):
        return Refusal("You can say yourself who looks after them.")
    if customer.assigned_to_id == user.pk:
        return Refusal("They are assigned to you already.")
    return may_change_customer(user, customer)


def can_read_every_case(user: StaffMember, customer: Customer) -> bool:
    """Return whether somebody reads all that happened with a customer: by their role, or as whoever looks after them. Policy §65."""
    return user.has_perm(Permission.READ_INCIDENTS) or customer.assigned_to_id == user.pk


def changes_to_oversee(user: StaffMember, customer: Customer, changed: Iterable[str]) -> list[str]:
    """Return the fields changed by this user that another colleague looks over. Beyond the policy: B1, B36.

    They are all of them where there is a warning and the user does not read why; free texts where there is a warning or a decision,
    whoever typed them, as staff do as the card says; and always that the customer died, as nobody writes to them or deals with them
    any more.
    """
    fields = list(changed)
    if not fields:
        return []
    deaths = [field for field in fields if field == "deceased_on"]
    has_warning = queries.has_warning(customer)
    if has_warning and not can_read_every_case(user, customer):
        return fields
    texts = [field for field in fields if field in FREE_TEXT_FIELDS]
    if texts and (has_warning or is_under_decision(customer)):
        return texts + deaths
    return deaths
