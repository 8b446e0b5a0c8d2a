"""The letter about what is restricted under a decision."""

from collections.abc import Collection
from datetime import date
from typing import Any

from cha_engagement.core.refusals import Refusal
from cha_engagement.letters.actions import link_letter
from cha_engagement.letters.enums import OmbudsmanStage
from cha_engagement.letters.interfaces import LetterKind
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.files import render_placeholders
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import check_placeholders, check_sections
from cha_engagement.staff.models import StaffMember
from restrictions.actions import (
    notify_customer_by_letter,
    record_explained,
    undo_explained,
    undo_notification_by_letter,
)
from restrictions.enums import STANDING, LetterCode, RestrictionStatus
from restrictions.letters.changes import changes_text
from restrictions.letters.effects import EFFECTS, effect_placeholders
from restrictions.letters.placeholders import (
    EASING_SECTION,
    REASON_SECTION,
    REQUIRED_PLACEHOLDERS,
    appeal_text,
    channel_placeholders,
    decision_text,
    durations_text,
    join_paragraphs,
    offer_to_explain_text,
    paragraph_by_kind,
    plan_told_of,
    review_text,
    text_in_own_words,
    texts_by_kind,
)
from restrictions.models import ManagementDecision, Restriction
from restrictions.queries import (
    decision_in,
    is_renamed_since,
    is_withheld_since,
    leave_out_withheld,
    restrictions_in,
    unnotified_restrictions,
)
from restrictions.rules import check_to_be_explained, may_write_decision_letter


def link_records(decision: ManagementDecision, letter: Letter, by: StaffMember) -> None:
    """Link a letter to what it tells of: one that puts another right tells of what that one did."""
    replaced = letter.replaces
    restrictions = (
        leave_out_withheld(restrictions_in(replaced)) if replaced else unnotified_restrictions(decision)
    )
    for restriction in restrictions:
        link_letter(restriction, letter, by)
    link_letter(decision, letter, by)


def check_restrictions_stand(letter: Letter) -> list[Refusal]:
    """Refuse a letter whose restrictions have ended or changed since it was drafted: it would tell the customer what is no longer so."""
    over = [
        restriction.reference for restriction in restrictions_in(letter) if restriction.status not in STANDING
    ]
    if not over:
        return []
    have = "has" if len(over) == 1 else "have"
    return [
        Refusal(
            f"{' and '.join(over)} {have} ended or changed since this was written. Withdraw the letter, and write a new one.",
            "12",
        )
    ]


def check_restrictions_apply(letter: Letter) -> list[Refusal]:
    """Refuse a letter that says of a restriction what does not hold now: it ended, is suspended, or names somebody else since its issue."""
    restrictions = restrictions_in(letter)
    suspended = [
        Refusal(
            f"{restriction} is suspended, and this letter says that it applies. Write once it applies again.",
            "22",
        )
        for restriction in restrictions
        if restriction.status == RestrictionStatus.SUSPENDED
    ]
    renamed = [
        Refusal(
            f"{restriction} names somebody else since this was issued. Withdraw the letter, and write a new one.",
            "12",
        )
        for restriction in restrictions
        if is_renamed_since(restriction, letter)
    ]
    return [
        *check_restrictions_stand(letter),
        *suspended,
        *renamed,
        *check_not_to_confirm(letter),
        *check_none_withheld(letter),
    ]


def check_not_to_confirm(letter: Letter) -> list[Refusal]:
    """Refuse to tell of what somebody asks not to be told, until a second person has answered. Policy §12; beyond the policy: B36."""
    return [
        Refusal(
            f"A colleague asks that the customer is not told of {restriction}. Another manager answers that on its page first.",
            "B36",
        )
        for restriction in restrictions_in(letter)
        if restriction.unnotified_request
    ]


def check_none_withheld(letter: Letter) -> list[Refusal]:
    """Refuse a letter that would tell of what it was decided not to tell. One about that alone, begun since, means to. Policy §12; beyond the policy: B36."""
    restrictions = restrictions_in(letter)
    is_alone = len(restrictions) == 1
    return [
        Refusal(f"{restriction} is not told: discard this letter and begin a new one.", "12")
        for restriction in restrictions
        if restriction.not_notified_reason and not (is_alone and not is_withheld_since(restriction, letter))
    ]


def check_nothing_newer(letter: Letter) -> list[Refusal]:
    """Refuse a draft that leaves out what was imposed since: its customer should read of everything at once."""
    if letter.replaces_id:
        return []
    return [
        Refusal(
            f"{restriction} was imposed since this draft was begun. Withdraw the draft and begin a new one, which tells of both.",
            "12",
        )
        for restriction in unnotified_restrictions(decision_in(letter))
        if not restriction.not_notified_reason
    ]


def check_ready(letter: Letter) -> list[Refusal]:
    return [
        *check_placeholders(letter, REQUIRED_PLACEHOLDERS | EFFECTS),
        *check_sections(letter, REASON_SECTION | EASING_SECTION),
        *check_to_be_explained(decision_in(letter)),
        *check_nothing_newer(letter),
    ]


def record_decision_notified(letter: Letter, on: date, by: StaffMember) -> None:
    record_explained(decision_in(letter), on, by)
    notify_customer_by_letter(letter, on, by)


def undo_decision_notified(letter: Letter, on: date, by: StaffMember) -> None:
    undo_explained(decision_in(letter), on, by)
    undo_notification_by_letter(letter, on, by)


def draft_context(decision: ManagementDecision) -> dict[str, Any]:
    """Return the words of those who decided, for the draft: whoever writes the letter can put them better."""
    restrictions = unnotified_restrictions(decision)
    return {
        "why": texts_by_kind(restrictions, lambda restriction: restriction.reason),
        "their_side": decision.their_side,
        "easing": texts_by_kind(restrictions, lambda restriction: restriction.easing_conditions),
    }


def placeholders(letter: Letter) -> PlaceholderTexts:
    restrictions = restrictions_in(letter)
    plan = plan_told_of(letter.customer, restrictions)
    return {
        **channel_placeholders(letter.customer, restrictions),
        **effect_placeholders(letter.customer, restrictions),
        "what we have decided": join_paragraphs(
            [
                decision_text(restrictions, plan),
                changes_since_told(letter, restrictions),
                offer_to_explain_text(plan),
            ]
        ),
        "from when and until when": durations_text(restrictions),
        "reviews": paragraph_by_kind(restrictions, review_text),
        "how to appeal": appeal_text(letter),
        **render_placeholders("shared", "our policy", "what cannot be appealed", can_appeal=True),
    }


def changes_since_told(letter: Letter, restrictions: Collection[Restriction]) -> str:
    """Say what is less, more and as before, where the customer was told of an earlier version of something. Policy §61.3; beyond the policy: B28, B29."""
    before = [told for restriction in restrictions if (told := last_told_version(restriction))]
    return changes_text(letter.customer, before, restrictions) if before else ""


def last_told_version(restriction: Restriction) -> Restriction | None:
    """Return the last version before this one of which the customer was told; None where there is none."""
    version = restriction.supersedes
    while version and not version.customer_notified_on:
        version = version.supersedes
    return version


RESTRICTION_LETTER = LetterKind(
    code=LetterCode.RESTRICTION_DECIDED,
    title="How we will be in contact with you",
    may_write=may_write_decision_letter,
    about=decision_in,
    context=draft_context,
    link_records=link_records,
    placeholders=placeholders,
    check_ready=check_ready,
    check_still_true=check_restrictions_apply,
    ombudsman_stage=lambda letter: OmbudsmanStage.CAN_APPEAL,
    on_sent=record_decision_notified,
    on_came_back=undo_decision_notified,
    own_words=lambda letter: text_in_own_words(restrictions_in(letter)),
)
