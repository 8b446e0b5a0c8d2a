from datetime import date
from enum import StrEnum

from django.db.models import QuerySet
from django.db.models.functions import TruncDate

from cha_engagement.core.records import task_rows
from cha_engagement.staff.interfaces import TaskKind
from cha_engagement.staff.models import StaffMember

from .enums import AgreementStatus
from .models import Agreement


class TaskCode(StrEnum):
    ANSWER = "agreement.answer"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.ANSWER: TaskKind("Say whether you agree to deal with a customer", "agreement")
}


def agreements_to_answer(user: StaffMember, today: date) -> QuerySet:
    """Ask a colleague whether they agree to deal with a customer who harmed them. Beyond the policy: B40."""
    asked = Agreement.objects.filter(person=user, status=AgreementStatus.ASKED)
    return task_rows(asked, TaskCode.ANSWER, due_on=TruncDate("created_at"))
