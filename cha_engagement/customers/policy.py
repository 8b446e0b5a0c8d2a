from typing import Any

from cha_engagement.policy import Refusal
from cha_engagement.staff.models import StaffMember

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
