from datetime import date
from enum import StrEnum

from django.db.models import Case, DateField, F, QuerySet, Value, When

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import task_rows
from cha_engagement.staff.interfaces import TaskKind
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import limit_to_permissions

from .models import Block, BlockStatus


class TaskCode(StrEnum):
    BLOCK = "block.block"
    UNBLOCK = "block.unblock"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.BLOCK: TaskKind("Block an address or account", "block", "31"),
    TaskCode.UNBLOCK: TaskKind("Unblock an address or account", "block", "31"),
}


@limit_to_permissions(Permission.IMPOSE_RESTRICTIONS)
def block_tasks(user: StaffMember, today: date) -> QuerySet:
    """Ask every manager to block, and to unblock again: it is done where the address or the page is kept. Policy §31, 32.1."""
    kind = Case(When(status=BlockStatus.BLOCKED, then=Value(TaskCode.UNBLOCK)), default=Value(TaskCode.BLOCK))
    return task_rows(
        Block.objects.undone(),
        kind,
        due_on=Value(today, output_field=DateField()),
        customer_name="restriction__customer__name",
        note=F("target"),
    )
