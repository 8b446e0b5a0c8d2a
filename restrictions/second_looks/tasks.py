from collections.abc import Collection, Iterator
from enum import StrEnum

from cha_engagement.staff.interfaces import (
    ORDINARY,
    Ground,
    Part,
    Task,
    TaskKind,
    TaskLink,
    TaskSource,
    people_with_part,
    task_about,
)
from incidents.models import Assessment, Incident
from restrictions.models import InterimMeasure, Restriction
from restrictions.tasks import DECIDE, HEAR, INVOLVEMENT, KINDS_PERMISSIONS

from . import queries
from .enums import SecondLookStatus
from .models import SecondLook


class TaskCode(StrEnum):
    LOOK = "secondlook.answer"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.LOOK: TaskKind(
        "Confirm or reverse what somebody decided though they had a part in it", "second_look", ORDINARY, "13"
    ),
}


def second_look_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask managers for a second look, as `may_look` lets them, and the executive who was given it alone. Policy §13."""
    waiting = SecondLook.objects.filter(pk__in=keys, status=SecondLookStatus.WAITING)
    for look in queries.select_page(waiting):
        if not look.is_waiting:
            continue
        others = people_with_part(Part.NOT_ASKED, queries.people_who_do_not_look(look))
        grounds = {Ground(queries.permissions_to_look(look), people=others)}
        if look.reader_id:
            grounds.add(Ground(HEAR, person=look.reader_id, people=others))
        yield task_about(look, TaskCode.LOOK, grounds, due_on=look.due_on)


PERMISSIONS = tuple((*DECIDE, *permissions) for permissions in KINDS_PERMISSIONS)
TASK_SOURCES = (TaskSource(SecondLook, tuple(TASK_KINDS), second_look_tasks, (*PERMISSIONS, HEAR)),)
TASK_LINKS = (
    TaskLink(Restriction, SecondLook, "customer__restrictions", frozenset({"status", "customer"})),
    TaskLink(InterimMeasure, SecondLook, "interim", frozenset({"status"}), changed_only=True),
    TaskLink(Incident, SecondLook, "customer__incidents", INVOLVEMENT, changed_only=True),
    TaskLink(Assessment, SecondLook, "customer__incidents__assessments"),
)
