"""Rules of conversations with staff. Policy §57."""

from django.utils.timezone import localdate

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import is_managed_by

from .models import Conversation

LEFT_TO_TAKER = 1
"""The working days after it is asked for during which a talk is left to whoever took it."""


def may_hold_conversation(user: StaffMember, conversation: Conversation) -> Refusal | None:
    """Let the line manager or their deputy hold it, and any manager too, since it should be as soon as possible. Policy §57.

    One that a colleague has taken is left to them while they are there, and to the line manager; not for longer than a working day, as
    somebody waits to be talked with.
    """
    if conversation.staff_member_id == user.pk:
        return Refusal("Somebody else talks with you about this.", "57")
    taken_by = conversation.taken_by
    if not user.has_perm(Permission.ASSESS_INCIDENTS):
        refusal = Refusal("Their line manager, or another manager, talks with them.", "57")
    elif taken_by and taken_by != user and is_left_to_taker(conversation, taken_by):
        refusal = Refusal(f"{taken_by} will talk with them, and ticks it off.", "57")
    else:
        return None
    managed = StaffMember.objects.filter(is_managed_by(user), pk=conversation.staff_member_id)
    return None if managed.exists() else refusal


def is_left_to_taker(conversation: Conversation, taken_by: StaffMember) -> bool:
    last_day = add_working_days(localdate(conversation.created_at), LEFT_TO_TAKER)
    return taken_by.is_active and not taken_by.is_away and today() <= last_day
