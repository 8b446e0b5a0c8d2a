"""What staff word freely of a customer, and everybody reads who deals with them: it tells what they need, and limits nothing. B36."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cha_engagement.core import hub
from cha_engagement.core.hub import Limit
from cha_engagement.core.refusals import Refusal

from .models import Customer

NEEDS = ("accessibility_needs", "vulnerability", "what")
"""What says in words of staff what somebody needs, adjustments (`what`) among it."""
READ_BY_ALL = ("name", "known_as", "address", "phones", "preferred_language", *NEEDS)
"""What no word may limit in; `emergency_route` has a check of its own."""


def limits_in(text: str) -> Iterator[Limit]:
    """Return what a text limits that it may not."""
    for source in hub.limits:
        yield from source(text)


def limits_among(said: Mapping[str, Any], before: Customer | None = None) -> Iterator[Limit]:
    """Return what texts on a card limit that they did not `before`, each beside its field."""
    for name in READ_BY_ALL:
        known = set(limits_in(as_text(getattr(before, name, ""))))
        for limit in limits_in(as_text(said.get(name))):
            if limit not in known:
                yield limit._replace(refusal=replace(limit.refusal, field=name))


def as_text(said: Any) -> str:
    return "\n\n".join(said) if isinstance(said, list) else said or ""


def check_words(said: Mapping[str, Any], before: Customer | None = None) -> Iterator[Refusal]:
    """Refuse words that deny a right and can mean nothing else: staff do as the card says. Policy §53, 54."""
    for limit in limits_among(said, before):
        if limit.denies_right and limit.is_plain:
            yield replace(
                limit.refusal, sentence=f"{limit.refusal.sentence} Say here only what they need from us."
            )


def may_deny_right(said: Mapping[str, Any], before: Customer | None = None) -> bool:
    """Whether words may deny a right, though they may as well say what somebody needs: a manager looks at them. Beyond the policy: B36."""
    return any(limit.denies_right and not limit.is_plain for limit in limits_among(said, before))
