"""What staff word freely of a customer, and everybody reads who deals with them: it tells what they need, and limits nothing. B36."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cha_engagement import hub
from cha_engagement.policy import Refusal

from .models import Customer

READ_BY_ALL = ("name", "known_as", "address", "phones", "preferred_language", "accessibility_needs", "what")


def limits_in(text: str) -> Iterator[tuple[Refusal, bool]]:
    """What a text limits that it may not, each with whether that is a right."""
    for source in hub.limits:
        yield from source(text)


def limits_among(said: Mapping[str, Any], before: Customer | None = None) -> Iterator[tuple[Refusal, bool]]:
    """The same of all that is read by everybody and is not as it was `before`, each beside its field."""
    for name in READ_BY_ALL:
        text = said.get(name, "")
        if text and text != getattr(before, name, None):
            for limit, is_right in limits_in("\n\n".join(text) if isinstance(text, list) else text):
                yield replace(limit, field=name), is_right


def check_words(said: Mapping[str, Any], before: Customer | None = None) -> Iterator[Refusal]:
    """Refuse words that deny a right: staff do as the card says. What names ways of contact may mean something else. Policy §53, 54."""
    for limit, is_right in limits_among(said, before):
        if is_right:
            yield replace(limit, sentence=f"{limit.sentence} Say here only what they need from us.")
