from collections.abc import Collection, Iterator
from enum import StrEnum

from cha_engagement.core.permissions import Permission
from cha_engagement.organisation.calendar import add_working_days
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
from restrictions.breaches.models import Breach
from restrictions.models import InterimMeasure, Restriction

from .enums import ObjectionStatus
from .models import Objection
from .queries import people_objected_to


class TaskCode(StrEnum):
    ANSWER_OBJECTION = "objection.answer"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.ANSWER_OBJECTION: TaskKind(
        "Answer what a customer objects to", "objection_answer", ORDINARY, "65"
    ),
}
IMPOSE = (Permission.IMPOSE_RESTRICTIONS,)
WORKING_DAYS_TO_ANSWER = 5


def objection_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask managers for an answer, as `may_answer_objection` lets them, until there is one. Policy §65; beyond the policy: B26."""
    for objection in Objection.objects.filter(pk__in=keys, status=ObjectionStatus.OPEN):
        due_on = add_working_days(objection.received_on, WORKING_DAYS_TO_ANSWER)
        involved = people_objected_to(objection)
        not_counted = people_with_part(Part.NOT_COUNTED, involved)
        grounds = {
            Ground(IMPOSE, people=people_with_part(Part.NOT_ASKED, involved)),
            Ground(IMPOSE, while_nobody=(IMPOSE,), people=not_counted),
        }
        yield task_about(
            objection,
            TaskCode.ANSWER_OBJECTION,
            grounds,
            due_on=due_on,
            note=objection.get_about_display(),
        )


TASK_SOURCES = (
    TaskSource(Objection, tuple(TASK_KINDS), objection_tasks, (IMPOSE,), watched_permissions=((IMPOSE,),)),
)
WRITERS = frozenset({"status", "customer", "imposed_by", "proposed_by", "by"})
TASK_LINKS = (
    TaskLink(Restriction, Objection, "customer__restrictions", WRITERS),
    TaskLink(InterimMeasure, Objection, "customer__interim_measures", WRITERS),
    TaskLink(Breach, Objection, "customer__restrictions__breaches", frozenset({"status", "settled_by"})),
)
