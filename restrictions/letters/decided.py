"""The letter about what is restricted under a decision."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef

from cha_engagement.core import hub
from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Refusal, ask
from cha_engagement.letters.actions import draft_letter, link_letter
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import check_placeholders, check_sections
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from restrictions import actions
from restrictions.enums import STANDING
from restrictions.models import ManagementDecision, Restriction
from restrictions.rules import permissions

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

NEW_VERSION, ITS_END = "a new version of a restriction", "the end of a restriction"
"""What a letter of an app above may tell instead: names for `hub.tells`."""


def untold(decision: ManagementDecision) -> list[Restriction]:
    """The restrictions that a letter about a decision would tell of: those of which no letter tells or is about to.

    What names somebody else since it was told is told again. What it was decided not to tell is told by a letter of its own, so
    that no other gives it away. Policy §12, 23.
    """
    found = list(
        Restriction.objects.filter(decision=decision, told_on=None, status__in=STANDING)
        .filter(~Exists(Letter.objects.unsent().filter(restrictions=OuterRef("pk"))))
        .exclude(hub.told_by_holders(NEW_VERSION), letters=None)
        .select_related("named_contact", "deputy", "customer")
        .order_by("imposed_at", "pk")
    )
    return [one for one in found if not one.not_told_reason] or found


def covered(letter: Letter) -> list[Restriction]:
    """The restrictions that a letter tells of."""
    found = letter.restrictions.select_related("named_contact", "deputy", "customer")
    return list(found.order_by("imposed_at", "pk"))


def decision_of(letter: Letter) -> ManagementDecision:
    return letter.decisions.get()


def may_write(
    user: StaffMember, decision: ManagementDecision, letter: Letter | None = None
) -> Refusal | None:
    """Whoever may impose all that the letter tells of: one letter tells the customer of everything. Policy §12, 22, 54."""
    if refusal := permissions.may_write(user, decision):
        return refusal
    told = covered(letter) if letter else untold(decision)
    if not told:
        return Refusal("There is nothing to tell: impose a restriction under this decision first.", "12")
    return next(filter(None, (permissions.may_restrict(user, one.kind) for one in told)), None)


@transaction.atomic
def write(*, decision: ManagementDecision, by: StaffMember) -> Letter:
    """The letter about a decision: the draft that there is or, where something is still to tell, a new one. Policy §12, 22."""
    decision = decision.locked()
    ask(permissions.may_write(by, decision))
    waiting = decision.letters.filter(kind="restriction_decided", sent_on=None).order_by("-pk")
    begun = waiting.filter(status="draft").first()
    if not begun and not untold(decision):
        begun = waiting.filter(status="issued").first()
    return begun or draft_letter(
        customer=decision.customer,
        kind="restriction_decided",
        about=decision,
        by=by,
        submission=uuid4(),
    )


def attach(decision: ManagementDecision, letter: Letter, by: StaffMember) -> None:
    """A letter that puts another right tells of what that one did."""
    for restriction in covered(letter.replaces) if letter.replaces else untold(decision):
        link_letter(restriction, letter, by)
    link_letter(decision, letter, by)


def check_still_true(letter: Letter) -> list[Refusal]:
    """Refuse a letter whose restrictions have ended or changed since it was drafted: it would tell the customer what is no longer so."""
    over = [one.reference for one in covered(letter) if one.status not in STANDING]
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
        for one in untold(decision_of(letter))
        if not one.not_told_reason
    ]


def missing(letter: Letter) -> list[Refusal]:
    return [
        *check_placeholders(letter, REQUIRED),
        *check_sections(letter, WHY | EASING),
        *left_out(letter),
    ]


def tell(letter: Letter, on: date, by: StaffMember) -> None:
    """The customer knows now of what the letter tells, as far as it still stands."""
    for restriction in covered(letter):
        if restriction.status in STANDING:
            actions.tell(restriction=restriction, on=on, by=by, letter=letter)


def explain(decision: ManagementDecision, on: date, by: StaffMember) -> None:
    """Explained once, a decision stays so."""
    decision = decision.locked()
    if decision.explained_on is None:
        writing.save_record(decision, by=by, reason="Explained in a letter", explained_on=on)


def sent(letter: Letter, on: date, by: StaffMember) -> None:
    explain(decision_of(letter), on, by)
    tell(letter, on, by)


def first_words(decision: ManagementDecision) -> dict[str, Any]:
    """What the draft says in the words of those who decided. Whoever writes the letter can put them better."""
    told = untold(decision)
    return {
        "why": words(told, lambda one: one.reason),
        "easing": words(told, lambda one: one.easing_conditions),
    }


def statements(letter: Letter) -> PlaceholderTexts:
    told, organisation = covered(letter), Organisation.current()
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
        may_write=may_write,
        about=decision_of,
        context=first_words,
        link_records=attach,
        placeholders=statements,
        check_ready=missing,
        check_still_true=check_still_true,
        on_sent=sent,
        own_words=lambda letter: in_own_words(covered(letter)),
    )
)
