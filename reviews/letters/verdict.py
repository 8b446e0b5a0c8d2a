"""The letter about the outcome of an appeal."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cha_engagement.core.refusals import Refusal
from cha_engagement.letters.actions import link_letter
from cha_engagement.letters.enums import OmbudsmanStage
from cha_engagement.letters.interfaces import LetterKind
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.files import render_markdown, render_placeholders
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import check_placeholders, check_sections, required_placeholder
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from restrictions import actions, queries
from restrictions import letters as restrictions
from restrictions.enums import STANDING, RestrictionStatus
from restrictions.models import Restriction
from restrictions.queries import ending_event

from .. import rules
from ..enums import AppealOutcome, LetterCode, ReviewStatus
from ..models import Appeal, AppealedRestriction
from ..queries import appeal_of_letter
from .appeal import substitute_data
from .common import (
    CONTINUING_PLACEHOLDERS,
    OUTCOME_PLACEHOLDERS,
    link_ended,
    terms_in_full,
)

VERDICT_PLACEHOLDERS = OUTCOME_PLACEHOLDERS | dict(
    [required_placeholder("what is left", "what is left to them", "6.3")]
)


def remaining_version(appealed: AppealedRestriction) -> Restriction | None:
    """Return the version that the customer lives with after an appeal, if any. What its late review suspends does not apply (B25)."""
    restriction = appealed.varied_to or appealed.restriction
    return restriction if restriction.status == RestrictionStatus.IMPOSED else None


def remaining_versions(all_appealed: list[AppealedRestriction]) -> list[Restriction]:
    return list(filter(None, map(remaining_version, all_appealed)))


def link_remaining(appeal: Appeal, letter: Letter, by: StaffMember) -> None:
    for restriction in remaining_versions(list(appeal.appealed.all())):
        link_letter(restriction, letter, by)
    link_letter(appeal, letter, by)


def verdict_placeholders(letter: Letter) -> PlaceholderTexts:
    all_appealed = list(appeal_of_letter(letter).appealed.all())
    remaining = remaining_versions(all_appealed)
    plan = restrictions.plan_told_of(letter.customer, remaining)
    changes = restrictions.changes_text(
        letter.customer, [*filter(None, map(version_before, all_appealed))], remaining
    )
    placeholders: PlaceholderTexts = {
        **restrictions.channel_placeholders(letter.customer, remaining),
        "what we have decided": restrictions.join_paragraphs(
            [*map(verdict_text, all_appealed), changes, *terms_in_full(remaining, plan)]
        ),
        **render_placeholders("appeal_outcome", "what is left", ombudsman=Organisation.current().ombudsman),
    }
    if not remaining:
        return placeholders
    return placeholders | {
        "from when and until when": restrictions.join_paragraphs(
            [restrictions.durations_text(remaining), *map(reapplication_text, all_appealed)]
        ),
        "reviews": restrictions.paragraph_by_kind(
            remaining,
            lambda restriction: restrictions.review_text(restriction, next_review_day(restriction)),
        ),
    }


def reapplication_text(appealed: AppealedRestriction) -> str:
    """Say from when on it applies, where it did not while it was heard. Policy §22, 61.3."""
    if not appealed.suspended or not remaining_version(appealed) or appealed.varied_to:
        return ""
    return render_markdown(
        "letters/appeal_outcome/reapplication.md",
        title=appealed.restriction.kind_rules.letter_title,
        again_from=timezone.localdate(appealed.appeal.decided_at),
    )


def next_review_day(restriction: Restriction) -> date | None:
    scheduled = restriction.reviews.filter(status=ReviewStatus.SCHEDULED)
    return scheduled.values_list("due_on", flat=True).first()


def version_before(appealed: AppealedRestriction) -> Restriction | None:
    """Return what applied until an appeal was decided: what was suspended, or had ended, did not."""
    restriction = appealed.restriction
    has_ended = restriction.status in (RestrictionStatus.LIFTED, RestrictionStatus.EXPIRED)
    if appealed.suspended or (has_ended and has_ended_before(restriction, appealed.appeal.decided_at)):
        return None
    return restriction


def verdict_text(appealed: AppealedRestriction) -> str:
    return render_markdown(
        "letters/appeal_outcome/verdict.md",
        title=appealed.restriction.kind_rules.letter_title,
        outcome=AppealOutcome(appealed.outcome),
        is_eased=appealed.varied_to is not None,
        was_suspended=appealed.suspended,
        **effect_data(appealed),
    )


def effect_data(appealed: AppealedRestriction) -> dict[str, Any]:
    """Return what became of a restriction by the verdict, or by a review or its last day, be it before the verdict or since. Policy §12."""
    latest = appealed.varied_to or appealed.restriction
    if latest.status in STANDING:
        if not appealed.varied_to:
            return {"waits_for_review": latest.status == RestrictionStatus.SUSPENDED}
        return {
            "eased": restrictions.eased_text(appealed.restriction, appealed.varied_to),
            "is_requested": bool(appealed.varied_to.customer_request),
            "opens_no_channel": restrictions.opens_no_channel(appealed.restriction, appealed.varied_to),
        }
    if latest.status == RestrictionStatus.SUPERSEDED:
        return {"is_changed_since": True}
    if latest.status == RestrictionStatus.OVERTURNED:
        return {"is_overturned": True}
    return {
        "ended_on": queries.ended_on(latest),
        "has_ended_before": has_ended_before(latest, appealed.appeal.decided_at),
    }


def has_ended_before(restriction: Restriction, decided_at: datetime | None) -> bool:
    """Tell whether it was lifted before an appeal was decided, or its last day had passed by then."""
    ended_at = ending_event(restriction).history_date
    return ended_at < decided_at or queries.ended_on(restriction) < timezone.localdate(decided_at)


def verdict_context(appeal: Appeal) -> dict[str, Any]:
    all_appealed = list(appeal.appealed.all())
    reasons = {appealed.restriction: appealed.reasons for appealed in all_appealed}
    remaining = remaining_versions(all_appealed)
    easing = restrictions.texts_by_kind(remaining, lambda restriction: restriction.easing_conditions)
    return {
        "goes_on": bool(remaining),
        **substitute_data(appeal),
        "why": restrictions.texts_by_kind(reasons, reasons.__getitem__),
        "easing": easing if remaining else [],
    }


def check_verdict_letter(letter: Letter) -> list[Refusal]:
    if not remaining_versions(list(appeal_of_letter(letter).appealed.all())):
        return [
            *check_placeholders(letter, VERDICT_PLACEHOLDERS),
            *check_sections(letter, restrictions.REASON_SECTION),
        ]
    return [
        *check_placeholders(letter, VERDICT_PLACEHOLDERS | CONTINUING_PLACEHOLDERS),
        *check_sections(letter, restrictions.REASON_SECTION | restrictions.EASING_SECTION),
    ]


def record_verdict_notified(letter: Letter, on: date, by: StaffMember) -> None:
    actions.notify_customer_by_letter(letter, on, by)
    unvaried = appeal_of_letter(letter).appealed.filter(varied_to=None).select_related("restriction")
    link_ended((appealed.restriction for appealed in unvaried), letter, by)


def own_words_text(letter: Letter) -> str:
    """Return what a panel's new versions restrict by words of staff alone."""
    eased = (appealed.varied_to for appealed in appeal_of_letter(letter).appealed.all())
    return restrictions.text_in_own_words(filter(None, eased))


OUTCOME_LETTER = LetterKind(
    code=LetterCode.APPEAL_OUTCOME,
    title="The outcome of your appeal",
    may_write=rules.may_write_letter,
    about=appeal_of_letter,
    context=verdict_context,
    from_panel=True,
    link_records=link_remaining,
    placeholders=verdict_placeholders,
    check_ready=check_verdict_letter,
    ombudsman_stage=lambda letter: OmbudsmanStage.APPEAL_DECIDED,
    check_still_true=restrictions.check_restrictions_stand,
    on_sent=record_verdict_notified,
    on_came_back=actions.undo_notification_by_letter,
    own_words=own_words_text,
)
