"""The letter about what is restricted under a decision."""

from datetime import date
from typing import Any

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.letters.actions import link_letter
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import check_placeholders, check_sections
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from restrictions.actions import notify_customer_by_letter, record_explained
from restrictions.enums import STANDING
from restrictions.models import ManagementDecision
from restrictions.queries import decision_in, restrictions_in, unnotified_restrictions
from restrictions.rules import may_write_decision_letter

from .statements import (
    EASING,
    REQUIRED,
    WHY,
    closed_ways,
    decided,
    durations,
    each,
    how_to_appeal,
    in_own_words,
    reviews,
    ways_left,
    what_cannot_be_appealed,
    words,
)


def attach(decision: ManagementDecision, letter: Letter, by: StaffMember) -> None:
    """A letter that puts another right tells of what that one did."""
    for restriction in (
        restrictions_in(letter.replaces) if letter.replaces else unnotified_restrictions(decision)
    ):
        link_letter(restriction, letter, by)
    link_letter(decision, letter, by)


def check_still_true(letter: Letter) -> list[Refusal]:
    """Refuse a letter whose restrictions have ended or changed since it was drafted: it would tell the customer what is no longer so."""
    over = [one.reference for one in restrictions_in(letter) if one.status not in STANDING]
    if not over:
        return []
    have = "has" if len(over) == 1 else "have"
    return [
        Refusal(
            f"{' and '.join(over)} {have} ended or changed since this was written. Withdraw the letter, and write a new one.",
            "12",
        )
    ]


def left_out(letter: Letter) -> list[Refusal]:
    """What was imposed since the letter was drafted: its customer should read of everything at once."""
    if letter.replaces_id:
        return []
    return [
        Refusal(
            f"{one} was imposed since this draft was begun. Withdraw the draft and begin a new one, which tells of both.",
            "12",
        )
        for one in unnotified_restrictions(decision_in(letter))
        if not one.not_told_reason
    ]


def missing(letter: Letter) -> list[Refusal]:
    return [
        *check_placeholders(letter, REQUIRED),
        *check_sections(letter, WHY | EASING),
        *left_out(letter),
    ]


def sent(letter: Letter, on: date, by: StaffMember) -> None:
    record_explained(decision_in(letter), on, by)
    notify_customer_by_letter(letter, on, by)


def first_words(decision: ManagementDecision) -> dict[str, Any]:
    """What the draft says in the words of those who decided. Whoever writes the letter can put them better."""
    told = unnotified_restrictions(decision)
    return {
        "why": words(told, lambda one: one.reason),
        "easing": words(told, lambda one: one.easing_conditions),
    }


def statements(letter: Letter) -> PlaceholderTexts:
    told, organisation = restrictions_in(letter), Organisation.current()
    closed = closed_ways(letter.customer, told)
    return {
        **ways_left(letter.customer, told),
        "what we have decided": decided(told, organisation, closed),
        "from when and until when": durations(told),
        "reviews": each(told, reviews),
        "how to appeal": how_to_appeal(letter),
        "what cannot be appealed": what_cannot_be_appealed(),
    }


hub.letter_kind(
    hub.LetterKind(
        code="restriction_decided",
        title="How we will be in contact with you",
        template="letters/restriction_decided.md",
        may_write=may_write_decision_letter,
        about=decision_in,
        context=first_words,
        link_records=attach,
        placeholders=statements,
        check_ready=missing,
        check_still_true=check_still_true,
        on_sent=sent,
        own_words=lambda letter: in_own_words(restrictions_in(letter)),
    )
)
