from collections.abc import Collection, Iterator
from enum import StrEnum

from django.utils.timezone import localdate

from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.second_reader import waits_for_reader
from cha_engagement.staff.interfaces import ORDINARY, Ground, Task, TaskKind, TaskLink, TaskSource, task_about

from .enums import AgreementStatus
from .models import Agreement


class TaskCode(StrEnum):
    ANSWER = "agreement.answer"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.ANSWER: TaskKind("Say whether you agree to deal with a customer", "agreement", ORDINARY)
}


def agreement_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask a colleague whether they agree to deal with a customer who harmed them. Beyond the policy: B40."""
    for agreement in Agreement.objects.filter(pk__in=keys, status=AgreementStatus.ASKED):
        grounds = {Ground(person=agreement.person_id)}
        yield task_about(agreement, TaskCode.ANSWER, grounds, due_on=localdate(agreement.created_at))


TASK_SOURCES = (TaskSource(Agreement, tuple(TASK_KINDS), agreement_tasks, ((),)),)
TASK_LINKS = (TaskLink(Agreement, Letter, "customer__agreements", records=waits_for_reader()),)
