from datetime import date
from enum import StrEnum

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import TruncDate
from django.utils import timezone

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import Urgency, task_rows
from cha_engagement.staff.interfaces import TaskKind
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff
from incidents.worklist import EVERY_MANAGER_AFTER, managed_staff

from .enums import ConversationStatus
from .models import Conversation


class TaskCode(StrEnum):
    HOLD_CONVERSATION = "conversation.hold"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.HOLD_CONVERSATION: TaskKind("Talk with a colleague who ended a contact", "conversation", "57")
}


def conversations_to_hold(user: StaffMember, today: date) -> QuerySet:
    """Ask for a conversation with a colleague who ended a contact, as soon as possible. Policy §57.

    One that somebody took who is not there now waits anew. The customer is not named: a line manager whose role does not open
    incidents is asked too.
    """
    present = present_staff(StaffMember.objects.filter(is_active=True))
    waiting = Conversation.objects.exclude(status=ConversationStatus.HELD).exclude(staff_member=user)
    is_taken, is_of_own_team = Q(taken_by__in=present), Q(staff_member__in=managed_staff([user]))
    condition = is_of_own_team & ~is_taken
    if user.has_perm(Permission.ASSESS_INCIDENTS):
        is_late = Q(created_at__lt=timezone.now() - EVERY_MANAGER_AFTER)
        is_nobodys = ~Q(staff_member__in=managed_staff(present)) | is_late
        condition |= Q(taken_by=user) | ~is_taken & is_nobodys
    else:
        condition |= is_of_own_team & Q(taken_by=user)
    return task_rows(
        waiting.filter(condition),
        TaskCode.HOLD_CONVERSATION,
        urgency=Urgency.AT_ONCE,
        due_on=TruncDate("created_at"),
        customer_name=Value(""),
        note=F("staff_member__first_name"),
    )
