from datetime import date

from django.db.models import QuerySet
from django.db.models.functions import TruncDate

from cha_engagement.core.records import task_rows
from cha_engagement.staff.interfaces import TaskKind
from cha_engagement.staff.models import StaffMember

from .enums import AgreementStatus
from .models import Agreement

TASK_KINDS = {"agreement.answer": TaskKind("Say whether you agree to deal with a customer", "agreement")}


def agreements_to_answer(user: StaffMember, today: date) -> QuerySet:
    """Ask a colleague whether they agree to deal with a customer who harmed them. Beyond the policy: B40."""
    asked = Agreement.objects.filter(person=user, status=AgreementStatus.ASKED)
    return task_rows(asked, "agreement.answer", due_on=TruncDate("created_at"))
