"""Rules of notes: factual, respectful, and read by whoever needs to. Policy §62, 65; beyond the policy: B32."""

from collections.abc import Sequence

from django.utils.timezone import localdate

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.letters.wording.overreach import find_overreach
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember

from .models import Note


def may_write_note(user: StaffMember) -> Refusal | None:
    if not user.has_perm(Permission.LOG_INCIDENTS):
        return Refusal("Only staff who deal with customers write notes.", "65")
    return None


def may_notify_colleagues(user: StaffMember, note: Note) -> Refusal | None:
    """Leave a note of a case for few to its readers, whoever wrote it. Policy §65; beyond the policy: B33."""
    return may_write_note(user) or may_act_on_case(user, note)


def may_correct_note(user: StaffMember, note: Note) -> Refusal | None:
    """Let its writer put it right on its day; afterwards others go by it, and another note says what is so."""
    if user.pk != note.by_id or localdate(note.created_at) != today():
        return Refusal("Only the one who wrote a note corrects it, on the day on which they did.", "62")
    return None


def check_note_words(text: str) -> list[Refusal]:
    """Refuse words that take something away from a customer: that is a decision, which has a form and a letter. Policy §54; beyond the policy: B5."""
    return [
        Refusal(overreach.sentence, overreach.kind.paragraph, "text")
        for overreach in find_overreach([text])
        if overreach.is_plain
    ]


def check_notified(user: StaffMember, note: Note, strangers: Sequence[StaffMember]) -> list[Refusal]:
    """Refuse to tell colleagues of a note that they do not read, unless a manager who reads its case opens it up to them. Policy §65; beyond the policy: B33."""
    if not strangers:
        return []
    if refusal := may_act_on_case(user, note):
        return [Refusal(refusal.sentence, refusal.paragraph, "notified")]
    if user.has_perm(Permission.ASSIGN_INCIDENTS):
        return []
    names = " and ".join(map(str, strangers))
    return [
        Refusal(f"{names} cannot read this. Only a manager can open a note up to them.", "65", "notified")
    ]
