"""The letter about the outcome of a review."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.contact_plan import ContactPlan
from cha_engagement.letters.actions import link_letter
from cha_engagement.letters.enums import OmbudsmanStage
from cha_engagement.letters.interfaces import LetterKind
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.files import render_markdown, render_placeholders
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import check_placeholders, check_sections, required_placeholder
from cha_engagement.staff.models import StaffMember
from restrictions import actions
from restrictions import letters as restrictions
from restrictions.breaches.letters import breaches_in, check_still_counts, counted_text
from restrictions.breaches.models import Breach
from restrictions.breaches.queries import breaches_to_tell_at_review
from restrictions.models import Restriction

from .. import queries, rules
from ..enums import LetterCode, ReviewOutcome
from ..models import Review
from .common import (
    CONTINUING_PLACEHOLDERS,
    OUTCOME_PLACEHOLDERS,
    link_ended,
    required_placeholders,
    terms_in_full,
)

COUNTED = dict([required_placeholder("what we counted", "which contacts were counted against them", "B26")])


def review_of_letter(letter: Letter) -> Review:
    return queries.reviews_for_page(letter.reviews.all()).get()


def resulting_version(review: Review) -> Restriction:
    """Return what the customer lives with after a review."""
    is_varied = review.outcome == ReviewOutcome.VARY
    return review.restriction.superseded_by if is_varied else review.restriction


def is_continued(review: Review) -> bool:
    return review.outcome != ReviewOutcome.LIFT


def link_review(review: Review, letter: Letter, by: StaffMember) -> None:
    if is_continued(review):
        link_letter(resulting_version(review), letter, by)
        for breach in breaches_to_tell_in(letter, review):
            link_letter(breach, letter, by)
    link_letter(review, letter, by)


def breaches_to_tell_in(letter: Letter, review: Review) -> QuerySet[Breach]:
    """Return the contacts of which a letter tells; one that puts another right tells of those of that one that still count."""
    if letter.replaces:
        return letter.replaces.breaches.confirmed()
    return breaches_to_tell_at_review(review.restriction)


def check_review_still_true(letter: Letter) -> list[Refusal]:
    return [*restrictions.check_restrictions_stand(letter), *check_still_counts(letter)]


def review_placeholders(letter: Letter) -> PlaceholderTexts:
    review = review_of_letter(letter)
    restriction = resulting_version(review)
    applying = [restriction] if is_continued(review) else []
    plan = restrictions.plan_told_of(letter.customer, applying)
    placeholders: PlaceholderTexts = {
        **restrictions.channel_placeholders(letter.customer, applying),
        "what we have decided": outcome_text(review, restriction, plan),
    }
    if not applying:
        return placeholders
    return placeholders | {
        "from when and until when": restrictions.duration_text(restriction),
        "reviews": restrictions.review_text(restriction, review.next_review_on),
        **render_placeholders(
            "review_outcome", "what we counted", contacts=counted_text(breaches_in(letter))
        ),
        "how to appeal": open_appeal_text(restriction) or restrictions.appeal_text(letter),
        **render_placeholders("shared", "what cannot be appealed", can_appeal=True),
    }


def outcome_text(review: Review, restriction: Restriction, plan: ContactPlan) -> str:
    if review.outcome == ReviewOutcome.LIFT:
        still_applying = restrictions.still_applying_data(review.customer)
        return restrictions.join_paragraphs(
            [
                restrictions.ended_text(restriction, review.held_on),
                restrictions.changes_text(review.customer, [restriction], []),
                render_markdown("letters/shared/what_still_applies.md", **still_applying),
            ]
        )
    is_varied = review.outcome == ReviewOutcome.VARY
    outcome = render_markdown(
        "letters/review_outcome/outcome.md",
        title=restriction.kind_rules.letter_title,
        is_varied=is_varied,
        suspended_on=queries.suspended_until_review(review),
        again_from=review.held_on,
        eased=restrictions.eased_text(review.restriction, restriction) if is_varied else "",
        opens_no_channel=is_varied and restrictions.opens_no_channel(review.restriction, restriction),
    )
    changes = (
        restrictions.changes_text(review.customer, [review.restriction], [restriction]) if is_varied else ""
    )
    return restrictions.join_paragraphs([outcome, changes, *terms_in_full([restriction], plan)])


def open_appeal_text(restriction: Restriction) -> str:
    """Return what is said in place of how to appeal, where the customer has done so already."""
    appeal = queries.open_appeals(restriction).first()
    if appeal is None:
        return ""
    return render_markdown(
        "letters/review_outcome/already_appealed.md",
        received_on=appeal.received_on,
        reference=appeal.reference,
    )


def ombudsman_stage_after_review(letter: Letter) -> OmbudsmanStage:
    review = review_of_letter(letter)
    if not is_continued(review):
        return OmbudsmanStage.NOTHING_TO_APPEAL
    return (
        OmbudsmanStage.APPEAL_OPEN
        if queries.open_appeals(resulting_version(review))
        else OmbudsmanStage.CAN_APPEAL
    )


def review_context(review: Review) -> dict[str, Any]:
    continuing = [resulting_version(review)] if is_continued(review) else []
    return {
        "goes_on": is_continued(review),
        "has_counted": bool(continuing) and breaches_to_tell_at_review(review.restriction).exists(),
        "why": [{"about": "", "text": review.reasons}],
        "their_side": review.their_side,
        "easing": [{"about": "", "text": restriction.easing_conditions} for restriction in continuing],
    }


def check_review_letter(letter: Letter) -> list[Refusal]:
    if not is_continued(review_of_letter(letter)):
        return [
            *check_placeholders(letter, OUTCOME_PLACEHOLDERS),
            *check_sections(letter, restrictions.REASON_SECTION),
        ]
    required = OUTCOME_PLACEHOLDERS | CONTINUING_PLACEHOLDERS
    required |= required_placeholders("how to appeal", "what cannot be appealed")
    if letter.breaches.exists():
        required |= COUNTED
    return [
        *check_placeholders(letter, required),
        *check_sections(letter, restrictions.REASON_SECTION | restrictions.EASING_SECTION),
    ]


def record_review_notified(letter: Letter, on: date, by: StaffMember) -> None:
    actions.notify_customer_by_letter(letter, on, by)
    review = review_of_letter(letter)
    if not is_continued(review):
        link_ended([review.restriction], letter, by)


REVIEW_LETTER = LetterKind(
    code=LetterCode.REVIEW_OUTCOME,
    title="The outcome of our review",
    may_write=rules.may_write_letter,
    about=review_of_letter,
    context=review_context,
    link_records=link_review,
    placeholders=review_placeholders,
    check_ready=check_review_letter,
    ombudsman_stage=ombudsman_stage_after_review,
    check_still_true=check_review_still_true,
    on_sent=record_review_notified,
    on_came_back=actions.undo_notification_by_letter,
)
