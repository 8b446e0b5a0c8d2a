"""Letters about an appeal apart from its outcome: it has arrived, what applies while it is heard, it was withdrawn."""

from typing import Any

from cha_engagement.customers.enums import Channel
from cha_engagement.letters.actions import link_letter
from cha_engagement.letters.enums import OmbudsmanStage
from cha_engagement.letters.interfaces import LetterKind
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.files import render_markdown, render_placeholders
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import check_placeholders, required_placeholder
from cha_engagement.staff.models import StaffMember
from restrictions import letters as restrictions
from restrictions.enums import STANDING, RestrictionStatus
from restrictions.kinds.withhold_staff_details import are_names_withheld

from .. import queries, rules
from ..enums import LetterCode
from ..models import Appeal, AppealedRestriction
from .common import required_placeholders, terms_in_full

ARRIVAL_PLACEHOLDERS = required_placeholders("the ombudsman") | dict(
    [
        required_placeholder("where your appeal stands", "which stage the appeal has reached", "6.3"),
        required_placeholder("who will hear it", "who will hear it, and by when", "22"),
        required_placeholder("what it can lead to", "what it can lead to", "6.3"),
        required_placeholder("what applies meanwhile", "whether the restrictions apply meanwhile", "22"),
    ]
)
MEANWHILE_PLACEHOLDERS = {
    name: ARRIVAL_PLACEHOLDERS[name]
    for name in ("the ombudsman", "where your appeal stands", "who will hear it", "what applies meanwhile")
}
WITHDRAWAL_PLACEHOLDERS = required_placeholders("how to complain", "the ombudsman") | dict(
    [
        required_placeholder("what applies now", "what applies now", "22"),
        required_placeholder("what is left", "what is left to them", "6.3"),
    ]
)


def link_appeal(appeal: Appeal, letter: Letter, by: StaffMember) -> None:
    """Link the appeal alone: before its outcome a letter tells of no restriction."""
    link_letter(appeal, letter, by)


def arrival_placeholders(letter: Letter) -> PlaceholderTexts:
    appeal = queries.appeal_of_letter(letter)
    closed_channels = restrictions.channels_closed_to(letter.customer, [])
    return {
        **restrictions.channel_placeholders(letter.customer, []),
        **render_placeholders(
            "appeal_received",
            "where your appeal stands",
            "who will hear it",
            "what it can lead to",
            received_on=appeal.received_on,
            reference=appeal.reference,
            decide_by=appeal.decide_by,
            **substitute_data(appeal),
        ),
        "what applies meanwhile": suspensions_text(appeal, closed_channels),
    }


def meanwhile_placeholders(letter: Letter) -> PlaceholderTexts:
    """Say in full what applies: the letter may take back what another opened."""
    appeal, plan = queries.appeal_of_letter(letter), restrictions.plan_told_of(letter.customer, [])
    applying = [
        appealed.restriction
        for appealed in appeal.appealed.all()
        if appealed.restriction.status == RestrictionStatus.IMPOSED
    ]
    return arrival_placeholders(letter) | {
        "what applies meanwhile": restrictions.join_paragraphs(
            [suspensions_text(appeal, plan.closed_channels), *terms_in_full(applying, plan)]
        )
    }


def substitute_data(appeal: Appeal) -> dict[str, Any]:
    """Return whether somebody was named to hear it, and who, as far as the customer may know. Policy §21.3, 22."""
    person = appeal.substitute
    if person is None:
        return {"has_substitute": False}
    name = "" if are_names_withheld(appeal.customer) else str(person)
    return {"has_substitute": True, "substitute": ", ".join(filter(None, (name, person.job_title)))}


def suspensions_text(appeal: Appeal, closed_channels: set[Channel]) -> str:
    return restrictions.join_paragraphs(
        suspension_text(appealed, closed_channels) for appealed in appeal.appealed.all()
    )


def suspension_text(appealed: AppealedRestriction, closed_channels: set[Channel]) -> str:
    restriction = appealed.restriction
    is_suspended = restriction.status == RestrictionStatus.SUSPENDED
    return render_markdown(
        "letters/appeal_received/suspension.md",
        title=restriction.kind_rules.letter_title,
        has_ended=restriction.status not in STANDING,
        is_suspended=is_suspended,
        reopened=restrictions.reopened_text(restriction, closed_channels) if is_suspended else "",
    )


def withdrawal_placeholders(letter: Letter) -> PlaceholderTexts:
    all_appealed = list(queries.appeal_of_letter(letter).appealed.all())
    applying = [appealed.restriction for appealed in all_appealed if appealed.restriction.status in STANDING]
    plan = restrictions.plan_told_of(letter.customer, applying)
    return {
        **restrictions.channel_placeholders(letter.customer, applying),
        "what applies now": restrictions.join_paragraphs(
            [*map(resumption_text, all_appealed), *terms_in_full(applying, plan)]
        ),
        **render_placeholders("appeal_withdrawn", "what is left"),
    }


def resumption_text(appealed: AppealedRestriction) -> str:
    return render_markdown(
        "letters/appeal_withdrawn/resumption.md",
        title=appealed.restriction.kind_rules.letter_title,
        has_ended=appealed.restriction.status not in STANDING,
        was_suspended=appealed.suspended,
    )


def ombudsman_stage_after_withdrawal(letter: Letter) -> OmbudsmanStage:
    """Return that what stands can be appealed anew; what has ended cannot."""
    standing = queries.appeal_of_letter(letter).appealed.filter(restriction__status__in=STANDING)
    return OmbudsmanStage.CAN_APPEAL if standing.exists() else OmbudsmanStage.NOTHING_TO_APPEAL


RECEIVED_LETTER = LetterKind(
    code=LetterCode.APPEAL_RECEIVED,
    title="We have received your appeal",
    may_write=rules.may_write_letter,
    about=queries.appeal_of_letter,
    link_records=link_appeal,
    placeholders=arrival_placeholders,
    check_ready=lambda letter: check_placeholders(letter, ARRIVAL_PLACEHOLDERS),
    ombudsman_stage=lambda letter: OmbudsmanStage.APPEAL_OPEN,
    check_still_true=rules.check_suspensions_unchanged,
)
MEANWHILE_LETTER = LetterKind(
    code=LetterCode.APPEAL_MEANWHILE,
    title="What applies while we hear your appeal",
    may_write=rules.may_explain_suspensions,
    about=queries.appeal_of_letter,
    link_records=link_appeal,
    placeholders=meanwhile_placeholders,
    check_ready=lambda letter: check_placeholders(letter, MEANWHILE_PLACEHOLDERS),
    ombudsman_stage=lambda letter: OmbudsmanStage.APPEAL_OPEN,
    check_still_true=rules.check_suspensions_unchanged,
)
WITHDRAWN_LETTER = LetterKind(
    code=LetterCode.APPEAL_WITHDRAWN,
    title="You have taken your appeal back",
    may_write=rules.may_write_letter,
    about=queries.appeal_of_letter,
    link_records=link_appeal,
    placeholders=withdrawal_placeholders,
    check_ready=lambda letter: check_placeholders(letter, WITHDRAWAL_PLACEHOLDERS),
    ombudsman_stage=ombudsman_stage_after_withdrawal,
)
