"""The letters that explain a decision to manage engagement actively, and whatever else is recorded of one that was taken."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.dispatch import Signal

from cha_engagement.core.records import Stale, atomic_action, writing
from cha_engagement.core.refusals import Refusal, raise_if_incomplete, raise_if_refused
from cha_engagement.letters.actions import draft_letter
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from restrictions import rules
from restrictions.enums import LetterCode
from restrictions.models import ManagementDecision
from restrictions.queries import unnotified_restrictions

contact_limited = Signal()
"""Sent inside the transaction, by the record's class, once somebody decided, restricted or set an interim measure: `record`, `by`."""


def require_unchanged(records: QuerySet[Any], known: int | None, submission: UUID) -> None:
    """Raise `Stale` where a colleague has added to the `known` number of records since somebody looked.

    The record of a form that is sent twice is no addition.
    There may be fewer as well: a merge was taken back, or the number was made up.
    """
    others = records.exclude(submission=submission)
    if known is None or (count := others.count()) == known:
        return
    if count > known >= 0:
        raise Stale(others.latest("pk"))
    raise_if_incomplete(
        Refusal("This form is out of date. Copy what you typed, and open it again.", field="known")
    )


@atomic_action()
def draft_decision_letter(*, decision: ManagementDecision, by: StaffMember) -> Letter:
    """Return the draft of the letter about a decision: the one that there is or, where something is still to tell, a new one. Policy §12, 22."""
    decision = decision.reload_locked()
    raise_if_refused(rules.may_write_letter(by, decision))
    unsent = decision.letters.filter(kind=LetterCode.RESTRICTION_DECIDED, sent_on=None).order_by("-pk")
    letter = unsent.filter(status=LetterStatus.DRAFT).first()
    if not letter and not unnotified_restrictions(decision):
        letter = unsent.filter(status=LetterStatus.ISSUED).first()
    return letter or draft_letter(
        customer=decision.customer,
        kind=LetterCode.RESTRICTION_DECIDED,
        about=decision,
        by=by,
        submission=uuid4(),
    )


def record_explained(decision: ManagementDecision, on: date, by: StaffMember) -> None:
    """Record the day on which a decision was explained, which stays the first. To nobody who had died by then. Beyond the policy: B23."""
    decision = decision.reload_locked()
    if decision.explained_on is None and not decision.customer.has_died_by(on):
        writing.save_record(decision, by=by, reason="Explained in a letter", explained_on=on)


def undo_explained(decision: ManagementDecision, on: date, by: StaffMember) -> None:
    """Undo that a decision was explained by a letter that came back, which counted as received on a day. Beyond the policy: B23."""
    decision = decision.reload_locked()
    if decision.explained_on == on:
        explaining = decision.letters.filter_sent()
        explained_on = min(filter(None, (letter.received_on for letter in explaining)), default=None)
        writing.save_record(
            decision, by=by, reason="Not explained: the letter came back", explained_on=explained_on
        )


@atomic_action()
def draft_explanation(*, decision: ManagementDecision, by: StaffMember) -> Letter:
    """Return the letter that explains a decision by itself: the one that there is, or a new draft. Policy §12, 22."""
    decision = decision.reload_locked()
    raise_if_refused(rules.may_write_letter(by, decision))
    kind = LetterCode.MANAGEMENT_DECIDED
    letter = Letter.objects.exclude_withdrawn().filter(decisions=decision, kind=kind).order_by("-pk").first()
    return letter or draft_letter(
        customer=decision.customer, kind=kind, about=decision, by=by, submission=uuid4()
    )
