from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Any

from cha_engagement.core.permissions import Permission
from cha_engagement.organisation.calendar import start_of_day
from cha_engagement.staff.interfaces import (
    ORDINARY,
    Ground,
    GroundPerson,
    Part,
    Task,
    TaskKind,
    TaskLink,
    TaskSource,
    person_or_others,
    task_about,
)
from incidents.models import Incident

from .enums import RestorativeStatus
from .models import RestorativeAction


class TaskCode(StrEnum):
    REENGAGE = "restorative.reengage"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.REENGAGE: TaskKind("Take contact up again", "restorative_complete", ORDINARY, "19")
}

RECORD = (Permission.RECORD_RESTORATIVE_ACTIONS,)
RECORD_AND_ASSESS = (Permission.RECORD_RESTORATIVE_ACTIONS, Permission.ASSESS_INCIDENTS)


def pause_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask the owner of a pause to take contact up again, or a manager where the owner is not there. Policy §19."""
    pauses: Any = RestorativeAction.objects.filter(pk__in=keys, status=RestorativeStatus.TO_DO)
    for pause in pauses:
        day = pause.reengage_on
        absent = GroundPerson(Part.ABSENT, pause.owner_id, Permission.RECORD_RESTORATIVE_ACTIONS)
        grounds = person_or_others(
            pause.owner_id,
            RECORD,
            RECORD_AND_ASSESS,
            permission=Permission.RECORD_RESTORATIVE_ACTIONS,
            even_away=True,
        )
        grounds |= {Ground(RECORD_AND_ASSESS, since=start_of_day(day), people=frozenset({absent}))}
        yield task_about(pause, TaskCode.REENGAGE, grounds, due_on=day)


TASK_SOURCES = (TaskSource(RestorativeAction, tuple(TASK_KINDS), pause_tasks, (RECORD, RECORD_AND_ASSESS)),)
TASK_LINKS = (TaskLink(RestorativeAction, Incident, "restorative_actions"),)
