from datetime import date
from enum import StrEnum

from django.db.models import F, Q, QuerySet

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import task_rows
from cha_engagement.staff.interfaces import TaskKind
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import limit_to_permissions, present_staff, staff_with_permission

from .enums import RestorativeStatus
from .models import RestorativeAction


class TaskCode(StrEnum):
    REENGAGE = "restorative.reengage"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.REENGAGE: TaskKind("Take contact up again", "restorative_action", "19")
}


@limit_to_permissions(Permission.RECORD_RESTORATIVE_ACTIONS)
def pauses_to_end(user: StaffMember, today: date) -> QuerySet:
    """Ask the owner of a pause to take contact up again, or a manager where the owner is not there. Policy §19."""
    paused = RestorativeAction.objects.filter(status=RestorativeStatus.TO_DO)
    condition = Q(owner=user)
    if user.has_perm(Permission.ASSESS_INCIDENTS):
        condition |= Q(reengage_on__lte=today) & ~Q(
            owner__in=present_staff(staff_with_permission(Permission.RECORD_RESTORATIVE_ACTIONS))
        )
        condition |= ~Q(owner__in=staff_with_permission(Permission.RECORD_RESTORATIVE_ACTIONS))
    return task_rows(paused.filter(condition), TaskCode.REENGAGE, due_on=F("reengage_on"))
