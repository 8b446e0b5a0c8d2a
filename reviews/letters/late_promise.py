"""The letter that a review or a hearing is late, and what that means for the customer. Beyond the policy: B25."""

from typing import Any

from cha_engagement.letters.actions import link_letter
from cha_engagement.letters.enums import OmbudsmanStage
from cha_engagement.letters.interfaces import LetterKind
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.files import render_markdown, render_placeholders
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import check_placeholders, required_placeholder
from cha_engagement.staff.models import StaffMember
from restrictions import letters as restrictions
from restrictions.enums import RestrictionStatus
from restrictions.models import Restriction

from .. import queries, rules
from ..enums import LatePromiseStatus, LetterCode
from ..models import LatePromise
from .common import required_placeholders, terms_in_full

PLACEHOLDERS = required_placeholders("how to complain", "the ombudsman") | dict(
    [
        required_placeholder("what this means for you", "what applies until it is held", "B25"),
        required_placeholder("what happens next", "what happens next", "B25"),
    ]
)


def promise_of_letter(letter: Letter) -> LatePromise:
    return letter.late_promises.select_related("review", "appeal", "customer").get()


def link_promise(promise: LatePromise, letter: Letter, by: StaffMember | None) -> None:
    """Link what is late and, where that is a hearing, the appeal: the letter says what applies while it is heard."""
    link_letter(promise, letter, by)
    if promise.appeal:
        link_letter(promise.appeal, letter, by)


def late_context(promise: LatePromise) -> dict[str, Any]:
    return {"is_hearing": promise.appeal_id is not None, "promised_on": promise.promised_on}


def placeholders(letter: Letter) -> PlaceholderTexts:
    promise = promise_of_letter(letter)
    plan = restrictions.plan_told_of(letter.customer, [])
    concerned = queries.promised_restrictions(promise)
    applying = [restriction for restriction in concerned if not is_suspended(restriction)]
    data = late_context(promise) | {"put_off_to": day_in_letter(promise)}
    return {
        **restrictions.channel_placeholders(letter.customer, []),
        "what this means for you": restrictions.join_paragraphs(
            [
                *(meaning_text(restriction, plan.closed_channels, data) for restriction in concerned),
                *terms_in_full(applying, plan),
            ]
        ),
        **render_placeholders("late_promise", "what happens next", **data),
    }


def day_in_letter(promise: LatePromise) -> Any:
    """Return the day to which it was put off, where that still lies ahead."""
    return promise.put_off_to if promise.status == LatePromiseStatus.PUT_OFF else None


def is_suspended(restriction: Restriction) -> bool:
    return restriction.status == RestrictionStatus.SUSPENDED


def meaning_text(restriction: Restriction, closed_channels: Any, data: dict[str, Any]) -> str:
    suspended = is_suspended(restriction)
    return render_markdown(
        "letters/late_promise/meaning.md",
        title=restriction.kind_rules.letter_title,
        is_suspended=suspended,
        reopened=restrictions.reopened_text(restriction, closed_channels) if suspended else "",
        **data,
    )


def ombudsman_stage(letter: Letter) -> OmbudsmanStage:
    promise = promise_of_letter(letter)
    open_appeals = map(queries.open_appeals, queries.promised_restrictions(promise))
    return OmbudsmanStage.APPEAL_OPEN if any(open_appeals) else OmbudsmanStage.NOTHING_TO_APPEAL


LATE_LETTER = LetterKind(
    code=LetterCode.LATE_PROMISE,
    title="We are late, and what that means for you",
    may_write=rules.may_write_late_letter,
    about=promise_of_letter,
    context=late_context,
    link_records=link_promise,
    placeholders=placeholders,
    check_ready=lambda letter: check_placeholders(letter, PLACEHOLDERS),
    check_still_true=rules.check_late_letter_still_true,
    ombudsman_stage=ombudsman_stage,
    from_team=True,
)
