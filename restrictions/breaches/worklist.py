from datetime import date
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import task_rows
from cha_engagement.staff.interfaces import TaskKind
from cha_engagement.staff.models import StaffMember

from .models import Breach, BreachStatus


class TaskCode(StrEnum):
    SETTLE_BREACH = "breach.settle"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.SETTLE_BREACH: TaskKind("Say whether a contact went against a restriction", "contact", "B8"),
}


def breach_tasks(user: StaffMember, today: date) -> QuerySet:
    """Ask about one's own contacts; a manager about others' too, where whoever had the contact has left. Beyond the policy: B8."""
    answerable = Q(contact__by=user)
    if user.has_perm(Permission.IMPOSE_RESTRICTIONS):
        answerable |= Q(contact__by__is_active=False)
    return task_rows(
        Breach.objects.filter(answerable, status=BreachStatus.SUGGESTED),
        TaskCode.SETTLE_BREACH,
        due_on=TruncDate("created_at"),
        record="contact__reference",
        customer_name="contact__customer__name",
    )
