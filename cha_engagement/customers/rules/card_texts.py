"""Rules for words of staff on a card, which everybody reads who deals with the customer: they tell needs, and limit nothing. B36."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cha_engagement.core.interfaces import desks
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.interfaces import CustomerRules, Limit

from .. import queries
from ..models import Customer

NEEDS_FIELDS = ("accessibility_needs", "vulnerability", "needs", "what")
"""Fields in which staff say what somebody needs, the words beside each of their `needs` and adjustments (`what`) among them."""
CARD_FIELDS = ("name", "known_as", "address", "phones", "preferred_language", *NEEDS_FIELDS)
"""Fields in which no word may limit anything; `emergency_route` has a rule of its own."""


def find_limits(text: str) -> Iterator[Limit]:
    """Yield what a text limits that it may not."""
    for desk in desks(CustomerRules):
        yield from desk.find_limits(text)


def new_limits(values: Mapping[str, Any], before: Customer | None = None) -> Iterator[Limit]:
    """Yield what values of a card limit that those `before` did not, each with its field."""
    for name in CARD_FIELDS:
        known = set(find_limits(value_as_text(recorded_value(before, name))))
        for limit in find_limits(value_as_text(values.get(name))):
            if limit not in known:
                yield limit._replace(refusal=replace(limit.refusal, field=name))


def recorded_value(customer: Customer | None, name: str) -> Any:
    if customer and name == "needs":
        return queries.notes_by_need(customer)
    return getattr(customer, name, "")


def value_as_text(value: Any) -> str:
    values = [*value.values()] if isinstance(value, Mapping) else value
    return "\n\n".join(values) if isinstance(values, list) else values or ""


def check_card_texts(values: Mapping[str, Any], before: Customer | None = None) -> list[Refusal]:
    """Refuse words that deny a right and can mean nothing else: staff do as the card says. Policy §53, 54."""
    return [
        replace(limit.refusal, sentence=f"{limit.refusal.sentence} Say here only what they need from us.")
        for limit in new_limits(values, before)
        if limit.denies_right and limit.is_plain
    ]


def can_limit(values: Mapping[str, Any], before: Customer | None = None) -> bool:
    """Return whether words may limit something, though they may as well tell a need: a manager looks at them. Beyond the policy: B36."""
    return any(new_limits(values, before))
