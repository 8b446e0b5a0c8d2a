from collections.abc import Collection, Iterator
from enum import StrEnum

from cha_engagement.core.permissions import Permission
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.staff.interfaces import Ground, Task, TaskKind, TaskLink, TaskSource, task_about

from .enums import ObjectionStatus
from .models import Objection


class TaskCode(StrEnum):
    ANSWER_OBJECTION = "objection.answer"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.ANSWER_OBJECTION: TaskKind("Answer what a customer objects to", "objection_answer", "65"),
}
IMPOSE = (Permission.IMPOSE_RESTRICTIONS,)
WORKING_DAYS_TO_ANSWER = 5


def objection_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask every manager for an answer, until there is one. Policy §65; beyond the policy: B26."""
    for objection in Objection.objects.filter(pk__in=keys, status=ObjectionStatus.OPEN):
        due_on = add_working_days(objection.received_on, WORKING_DAYS_TO_ANSWER)
        yield task_about(
            objection,
            TaskCode.ANSWER_OBJECTION,
            {Ground(IMPOSE)},
            due_on=due_on,
            note=objection.get_about_display(),
        )


TASK_SOURCES = (TaskSource(Objection, tuple(TASK_KINDS), objection_tasks, (IMPOSE,)),)
TASK_LINKS: tuple[TaskLink, ...] = ()
