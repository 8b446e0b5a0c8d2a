"""Rules of conversations with staff. Policy §57."""

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import is_managed_by

from .models import Conversation


def may_hold_conversation(user: StaffMember, conversation: Conversation) -> Refusal | None:
    """Let the line manager or their deputy hold it, and any manager too, since it should be as soon as possible. Policy §57.

    One that a colleague has taken is left to them while they are there, and to the line manager.
    """
    if conversation.staff_member_id == user.pk:
        return Refusal("Somebody else talks with you about this.", "57")
    taken_by = conversation.taken_by
    if not user.has_perm(Permission.ASSESS_INCIDENTS):
        refusal = Refusal("Their line manager, or another manager, talks with them.", "57")
    elif taken_by and taken_by != user and taken_by.is_active and not taken_by.is_away:
        refusal = Refusal(f"{taken_by} will talk with them, and ticks it off.", "57")
    else:
        return None
    managed = StaffMember.objects.filter(is_managed_by(user), pk=conversation.staff_member_id)
    return None if managed.exists() else refusal
