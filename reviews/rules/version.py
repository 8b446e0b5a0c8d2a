"""A new version of a restriction, whether a review varies it or a panel eases it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cha_engagement.core.refusals import Refusal
from restrictions.models import Restriction

from ..enums import AppealOutcome, ReviewOutcome

CHANGEABLE_FIELDS = {"named_contact", "deputy", "ends_on"}
"""Fields of a new version that can differ for the customer, apart from its terms, its words and its next review."""


def unsaved_version(restriction: Restriction, changes: Mapping[str, Any]) -> Restriction:
    """Return what these changes would make of a restriction; its last day may follow from its terms."""
    length = restriction.length_of_version(changes.get("ends_on"))
    version = Restriction(
        customer=restriction.customer, kind=restriction.kind, lasts_months=length, **changes
    )
    version.ends_on = version.last_day
    return version


def has_changed_in(before: Restriction, after: Restriction, names: Iterable[str]) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in names)


def check_still_restricts(version: Restriction, ending: ReviewOutcome | AppealOutcome) -> list[Refusal]:
    """Lead to the outcome that ends a restriction, where its new version closes or blocks too little to be one. Policy §12, 14."""
    return [
        replace(refusal, sentence=f"{refusal.sentence} To end the restriction, choose “{ending.label}”.")
        for refusal in version.kind_rules.check_terms(version)
        if refusal.field in ("closed", "blocked") and not version.terms[refusal.field]
    ]
