"""The letter about a decision under which nothing is restricted. Policy §12, 20, 22."""

from datetime import date
from uuid import uuid4

from django.db import transaction

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal, ask
from cha_engagement.letters.actions import draft_letter, link_letter
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import (
    check_placeholders,
    check_sections,
    required_placeholder,
    required_section,
)
from cha_engagement.staff.models import StaffMember
from restrictions.enums import STANDING, Explained
from restrictions.models import ManagementDecision, Restriction
from restrictions.rules import permissions

from .decided import decision_of, explain
from .statements import REQUIRED, WHY, still_applies, what_cannot_be_appealed

KIND = "management_decided"
SAID = dict(
    [
        required_placeholder("what this letter changes", "that nothing is restricted by it", "61.3"),
        required_placeholder("what may follow", "what happens next", "12"),
    ]
) | {
    name: REQUIRED[name]
    for name in ("what we have decided", "what cannot be appealed", "how to complain", "the ombudsman")
}
IN_WORDS_TO_THEM = WHY | dict(
    [
        required_section("What we will do", "what we will do", "20"),
        required_section("What we ask of you", "what we ask of them", "61.3"),
    ]
)


def may_write_alone(
    user: StaffMember, decision: ManagementDecision, letter: Letter | None = None
) -> Refusal | None:
    """A manager, where a letter explains the decision and nothing is restricted under it. Policy §12, 22."""
    if refusal := permissions.may_write(user, decision):
        return refusal
    if letter is None and (decision.explained != Explained.BY_LETTER or decision.explained_on):
        return Refusal("There is nothing to tell: how this decision was explained is recorded already.", "12")
    if letter is None and (standing := restricted(decision)):
        return Refusal(f"{standing} was imposed under this decision: its own letter explains both.", "12")
    return None


def restricted(decision: ManagementDecision) -> Restriction | None:
    return decision.restrictions.filter(status__in=STANDING).order_by("pk").first()


def check_still_true(letter: Letter) -> list[Refusal]:
    """Refuse a letter that says that nothing is restricted once something is."""
    standing = restricted(decision_of(letter))
    if standing is None:
        return []
    return [
        Refusal(
            f"{standing} was imposed since this was written, and its own letter explains both. Withdraw this one.",
            "12",
        )
    ]


@transaction.atomic
def write_alone(*, decision: ManagementDecision, by: StaffMember) -> Letter:
    """The letter that explains a decision by itself: the one that there is, or a new draft. Policy §12, 22."""
    decision = decision.locked()
    ask(permissions.may_write(by, decision))
    written = Letter.objects.not_withdrawn().filter(decisions=decision, kind=KIND).order_by("-pk").first()
    return written or draft_letter(
        customer=decision.customer, kind=KIND, about=decision, by=by, submission=uuid4()
    )


def statements(letter: Letter) -> PlaceholderTexts:
    return {
        "what we have decided": (
            "A manager has decided that we need to manage how we are in contact with you, so that we can go on giving you and others a good "
            "service. This is about a situation that has become difficult. It does not say that anybody is at fault."
        ),
        "what this letter changes": (
            "This decision does not restrict how you contact us, and takes nothing from you that you are entitled to."
        ),
        "what still applies": still_applies(letter.customer, "Everything else stays as it is."),
        "what may follow": (
            "We would like this to be enough. If it is not, a manager may have to look at restricting how we are in contact. We would tell you "
            "what, why, when we would look at it again, and how to appeal against it."
        ),
        "what cannot be appealed": what_cannot_be_appealed(),
    }


def sent(letter: Letter, on: date, by: StaffMember) -> None:
    explain(decision_of(letter), on, by)


hub.letter_kind(
    hub.LetterKind(
        code=KIND,
        title="How we will work with you",
        template="letters/management_decided.md",
        may_write=may_write_alone,
        about=decision_of,
        link_records=link_letter,
        placeholders=statements,
        check_ready=lambda letter: [
            *check_placeholders(letter, SAID),
            *check_sections(letter, IN_WORDS_TO_THEM),
        ],
        check_still_true=check_still_true,
        on_sent=sent,
    )
)
