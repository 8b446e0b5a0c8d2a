"""The letter about a decision under which nothing is restricted. Policy §12, 20, 22."""

from datetime import date

from cha_engagement.core.refusals import Refusal
from cha_engagement.letters.actions import link_letter
from cha_engagement.letters.interfaces import LetterKind
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.files import render_placeholders
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import (
    check_placeholders,
    check_sections,
    required_placeholder,
    required_section,
)
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from restrictions.actions import record_explained, undo_explained
from restrictions.contact_plan import AnyRestriction, restrictions_applying
from restrictions.enums import LetterCode
from restrictions.letters.placeholders import (
    REASON_SECTION,
    REQUIRED_PLACEHOLDERS,
    is_withheld,
    still_applying_data,
)
from restrictions.models import InterimMeasure, Restriction
from restrictions.queries import decision_in, standing_restriction_under
from restrictions.rules import check_to_be_explained, may_write_explanation

PLACEHOLDERS = dict(
    [
        required_placeholder("what this letter changes", "that nothing is restricted by it", "61.3"),
        required_placeholder("what may follow", "what happens next", "12"),
    ]
) | {
    name: REQUIRED_PLACEHOLDERS[name]
    for name in (
        "what we have decided",
        "our policy",
        "what cannot be appealed",
        "how to complain",
        "the ombudsman",
    )
}
SECTIONS = REASON_SECTION | dict(
    [
        required_section("What we will do", "what we will do", "20"),
        required_section("What we ask of you", "what we ask of them", "61.3"),
    ]
)


def check_nothing_restricted(letter: Letter) -> list[Refusal]:
    """Refuse a letter that says that nothing is restricted once something is."""
    restriction = standing_restriction_under(decision_in(letter))
    if restriction is None:
        return []
    return [
        Refusal(
            f"{restriction} was imposed since this was written, and its own letter explains both. Withdraw this one.",
            "12",
        )
    ]


def placeholders(letter: Letter) -> PlaceholderTexts:
    names = ("what we have decided", "what this letter changes", "what still applies", "what may follow")
    repeated = list(filter(is_repeated, restrictions_applying(letter.customer, today())))
    data = {
        **still_applying_data(letter.customer),
        "can_appeal": False,
        "is_restricted_already": bool(repeated),
        "can_appeal_before": any(isinstance(restriction, Restriction) for restriction in repeated),
    }
    return {
        **render_placeholders("management_decided", *names, **data),
        **render_placeholders("shared", "our policy", "what cannot be appealed", **data),
    }


def is_repeated(restriction: AnyRestriction) -> bool:
    """Return whether this letter says of something in force that it applies: by its title, by its days or by the channels it closes."""
    if is_withheld(restriction):
        return False
    is_told = isinstance(restriction, InterimMeasure) or restriction.customer_notified_on is not None
    return is_told or bool(restriction.closed_channels)


def record_decision_explained(letter: Letter, on: date, by: StaffMember) -> None:
    record_explained(decision_in(letter), on, by)


def undo_decision_explained(letter: Letter, on: date, by: StaffMember) -> None:
    undo_explained(decision_in(letter), on, by)


DECISION_LETTER = LetterKind(
    code=LetterCode.MANAGEMENT_DECIDED,
    title="How we will work with you",
    may_write=may_write_explanation,
    about=decision_in,
    link_records=link_letter,
    placeholders=placeholders,
    check_ready=lambda letter: [
        *check_to_be_explained(decision_in(letter)),
        *check_placeholders(letter, PLACEHOLDERS),
        *check_sections(letter, SECTIONS),
    ],
    check_still_true=check_nothing_restricted,
    on_sent=record_decision_explained,
    on_came_back=undo_decision_explained,
)
