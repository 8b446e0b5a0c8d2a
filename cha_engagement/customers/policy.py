from collections.abc import Collection
from typing import Any

from cha_engagement.policy import Refusal
from cha_engagement.staff.models import StaffMember

from . import queries
from .models import Customer


def may_look_up(user: StaffMember, _: Any = None) -> Refusal | None:
    """Whether anything about customers is theirs to read, lists of all kinds included. Policy §65."""
    if not user.has_perm("customers.view_customer"):
        return Refusal("Your role does not read about customers.", "65")
    return None


def may_add(user: StaffMember, _: Any = None) -> Refusal | None:
    if not user.has_perm("customers.add_customer"):
        return Refusal("Your role does not add customers.")
    return None


def may_change(user: StaffMember, customer: Customer) -> Refusal | None:
    if not user.has_perm("customers.change_customer"):
        return Refusal("Your role does not change what is recorded about customers.")
    return None


def may_be_here(user: StaffMember, customer: Customer, ruled_out: Collection[str]) -> Refusal | None:
    """Whether somebody new may be here already: one record for each customer. Beyond the policy: B16."""
    alike = {likeness.customer.reference for likeness in queries.alike(customer, user)}
    if alike.difference(ruled_out):
        return Refusal(
            "They may be here already. Choose them above, or say that it is none of these.",
            "B16",
            "ruled_out",
        )
    return None
