"""What is recorded about a customer with a reason: that they died, and that we reach them in another way. Policy §23; beyond the policy: B2."""

from collections.abc import Mapping
from typing import Any

from cha_engagement.core.interfaces import desks
from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import check_reason, check_words
from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember

from ..interfaces import CustomerRules
from ..models import Customer

DETAILS = ("phones", "emails", "address", "postcode")
"""Fields that say how we reach somebody."""
DETAILS_REASON_MISSING = "Say why you take away or replace how we reach them: who said so, and when."


def check_death(user: StaffMember, before: Customer, values: Mapping[str, Any]) -> list[Refusal]:
    """Ask how it is known that somebody died, and leave it to a manager to take that back, with why. Policy §23."""
    died_on = values.get("deceased_on", before.deceased_on)
    source = values.get("death_source", before.death_source)
    if died_on:
        is_new = died_on != before.deceased_on or source != before.death_source
        return check_reason(Customer, "death_source", source) if is_new else []
    if not before.deceased_on:
        sentence = "Say on which day they died, or take out how you know of it."
        return [Refusal(sentence, "23", "deceased_on")] if source else []
    if not user.has_perm(Permission.ASSIGN_CUSTOMERS):
        sentence = "Only a manager takes back that somebody died. Leave the day as it is, and tell one."
        return [Refusal(sentence, "23", "deceased_on")]
    words = "" if source == before.death_source else source
    return check_words(
        words, "Say how you know that they are alive: who said so, and when.", "23", "death_source"
    )


def check_details_replaced(customer: Customer, values: Mapping[str, Any], reason: str) -> list[Refusal]:
    """Ask why a way in which we reach somebody under a decision goes, and refuse to leave none. Policy §12; beyond the policy: B2."""
    if not replaced_details(customer, values) or not is_under_decision(customer):
        return []
    emptied = [
        name for name in DETAILS if getattr(customer, name) and not values.get(name, getattr(customer, name))
    ]
    return [
        *(refusal for desk in desks(CustomerRules) for refusal in desk.check_details_kept(customer, emptied)),
        *check_words(reason, DETAILS_REASON_MISSING, "12", "details_reason"),
    ]


def is_under_decision(customer: Customer) -> bool:
    return any(desk.is_under_decision(customer) for desk in desks(CustomerRules))


def replaced_details(customer: Customer, values: Mapping[str, Any]) -> list[str]:
    """Return the fields of how we reach somebody of which something that was there goes; what is only added takes nothing away."""
    return [
        name for name in DETAILS if name in values and loses_something(getattr(customer, name), values[name])
    ]


def loses_something(before: Any, after: Any) -> bool:
    if isinstance(before, list):
        return not set(before) <= set(after or [])
    return bool(before) and before.split() != (after or "").split()
