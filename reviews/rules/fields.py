"""The fields of our forms beside which a refusal stands, where a rule of another app knows them by another name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from cha_engagement.core.refusals import Incomplete, Refusal
from restrictions.models import Restriction


def field_name(reference: str, field: str) -> str:
    """Return the name of a field about one of the restrictions of an appeal."""
    return f"{reference}-{field}"


def sentence_and_field(restriction: Restriction, refusal: Refusal) -> dict[str, Any]:
    """Return a refusal's parts on a page with several restrictions: it says which one it means, beside that one's field."""
    return {
        "sentence": f"{restriction}: {refusal.sentence}",
        "field": field_name(restriction.reference, refusal.field),
    }


@contextmanager
def name_refused_restriction(restriction: Restriction) -> Iterator[None]:
    try:
        yield
    except Incomplete as incomplete:
        raise Incomplete(
            *(replace(refusal, **sentence_and_field(restriction, refusal)) for refusal in incomplete.refusals)
        ) from incomplete


@contextmanager
def rename_refused_field(old: str, new: str) -> Iterator[None]:
    """Have a refusal of one field stand beside another: the first review of a new version is a review's next one."""
    try:
        yield
    except Incomplete as incomplete:
        raise Incomplete(
            *(
                replace(refusal, field=new) if refusal.field == old else refusal
                for refusal in incomplete.refusals
            )
        ) from incomplete
