from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from cha_engagement.core.permissions import Permission
from cha_engagement.organisation.calendar import start_of_day
from cha_engagement.staff.interfaces import Ground, Task, TaskKind, TaskLink, TaskSource
from incidents.models import Incident

from .enums import RestorativeStatus
from .models import RestorativeAction


class TaskCode(StrEnum):
    REENGAGE = "restorative.reengage"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.REENGAGE: TaskKind("Take contact up again", "restorative_action", "19")
}

RECORD = (Permission.RECORD_RESTORATIVE_ACTIONS,)
RECORD_AND_ASSESS = (Permission.RECORD_RESTORATIVE_ACTIONS, Permission.ASSESS_INCIDENTS)


def pause_tasks(actions: QuerySet[RestorativeAction]) -> Iterator[Task]:
    """Ask the owner of a pause to take contact up again, or a manager where the owner is not there. Policy §19."""
    pauses: Any = actions.filter(status=RestorativeStatus.TO_DO)
    for pause in pauses:
        day = pause.reengage_on
        without: dict[str, Any] = {"without": pause.owner_id, "presence_permission": RECORD[0]}
        yield Task(
            TaskCode.REENGAGE,
            pause.pk,
            pause.reference,
            frozenset(
                {
                    Ground(RECORD, person=pause.owner_id),
                    Ground(RECORD_AND_ASSESS, since=start_of_day(day), **without),
                    Ground(RECORD_AND_ASSESS, even_away=True, **without),
                }
            ),
            customer=pause.customer_id,
            due_on=day,
        )


TASK_SOURCES = (TaskSource(RestorativeAction, tuple(TASK_KINDS), pause_tasks, (RECORD, RECORD_AND_ASSESS)),)
TASK_LINKS = (TaskLink(RestorativeAction, Incident, "restorative_actions", new_too=True),)
