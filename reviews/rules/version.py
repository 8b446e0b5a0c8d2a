"""A new version of a restriction, whether a review varies it or a panel eases it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from django.utils.timezone import localdate

from cha_engagement.core.reasons import check_reason
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.organisation.calendar import today
from restrictions.models import Restriction
from restrictions.rules import check_not_more_restrictive, is_swap

from ..enums import AppealOutcome, ReviewOutcome

CHANGEABLE_FIELDS = {"named_contact", "deputy", "ends_on"}
"""Fields of a new version that can differ for the customer, apart from its terms, its words and its next review."""


REQUEST_FIELDS = ("customer_requested_on", "customer_request")
UNREQUESTED_SWAP = "Something else opens in return: where they asked for that, tick “They asked for this” and say how. Otherwise it is a decision of its own."
TOO_LITTLE_OPENS = (
    "As many ways to reach us have to open in return: ways that they can use and that nothing else closes."
)


def unsaved_version(restriction: Restriction, changes: Mapping[str, Any]) -> Restriction:
    """Return what these changes would make of a restriction; its last day may follow from its terms."""
    length = restriction.length_of_version(changes.get("ends_on"))
    version = Restriction(
        customer=restriction.customer,
        kind=restriction.kind,
        other_route=restriction.other_route,
        lasts_months=length,
        **changes,
    )
    version.ends_on = version.last_day
    return version


def check_instruction_kept(
    restriction: Restriction, version: Restriction, changes: Mapping[str, Any]
) -> list[Refusal]:
    """Leave what staff do about a restriction as it is, or as is usual: nobody can tell whether other words take more away. Policy §14, 22; B28."""
    usual = (None, "", restriction.staff_instruction, version.kind_rules.usual_instruction(version))
    if changes.get("staff_instruction") in usual:
        return []
    sentence = "Nothing else is told to staff here. Leave it as it is, or empty for the usual words. Only a fresh decision takes more away."
    return [Refusal(sentence, "14", "staff_instruction")]


def check_version(
    restriction: Restriction, version: Restriction, look_by: date | None = None
) -> list[Refusal]:
    """Let a new version take no more away, and close one channel for another only as its customer asked. Policy §14, 22; B28.

    `look_by` is the last day for its next review.
    """
    refusals = check_not_more_restrictive(restriction, version, look_by)
    about_channels = [refusal for refusal in refusals if refusal.field == version.kind_rules.channel_term]
    if not about_channels:
        return refusals
    others = [refusal for refusal in refusals if refusal not in about_channels]
    if not is_swap(restriction, version):
        note = f" {TOO_LITTLE_OPENS}" if version.customer_request else ""
    elif version.customer_request:
        return others
    else:
        note = f" {UNREQUESTED_SWAP}"
    noted = [replace(refusal, sentence=f"{refusal.sentence}{note}") for refusal in about_channels]
    return [*noted, *others]


def check_request(restriction: Restriction, changes: Mapping[str, Any]) -> list[Refusal]:
    """Ask when its customer asked for a change, and in which words, where it is said that they did. Beyond the policy: B28."""
    if not {*REQUEST_FIELDS} & changes.keys():
        return []
    requested_on = changes.get("customer_requested_on")
    imposed_on = localdate(cast(datetime, restriction.imposed_at))
    refusals = check_reason(Restriction, "customer_request", changes.get("customer_request"))
    if requested_on is None or not imposed_on <= requested_on <= today():
        sentence = (
            f"Say on which day they asked, from {uk_date(imposed_on)}, when this was imposed, until today."
        )
        refusals.append(Refusal(sentence, "B28", "customer_requested_on"))
    return refusals


def has_changed_in(before: Restriction, after: Restriction, names: Iterable[str]) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in names)


def check_still_restricts(version: Restriction, ending: ReviewOutcome | AppealOutcome) -> list[Refusal]:
    """Lead to the outcome that ends a restriction, where its new version closes or blocks too little to be one. Policy §12, 14."""
    return [
        replace(refusal, sentence=f"{refusal.sentence} To end the restriction, choose “{ending.label}”.")
        for refusal in version.kind_rules.check_terms(version)
        if refusal.field in ("closed", "blocked") and not version.terms[refusal.field]
    ]
