from datetime import date, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet
from django.db.models.functions import TruncDate

from cha_engagement import hub
from cha_engagement.hub import TaskKind
from cha_engagement.records import tasks
from cha_engagement.staff.models import StaffMember

from .models import Letter

hub.task_kinds |= {
    "letter.finish": TaskKind("Finish and issue a letter", "letter", "12"),
    "letter.send": TaskKind("Send a letter that was issued", "letter", "12"),
}


@hub.worklist.add
def drafts(user: StaffMember, today: date) -> QuerySet:
    """What they began to write."""
    mine = Letter.objects.visible_to(user).filter(status="draft", drafted_by=user)
    return tasks(mine, "letter.finish", due_on=day_after("created_at"))


@hub.worklist.add
def unsent(user: StaffMember, today: date) -> QuerySet:
    """What they issued and nobody has marked as sent."""
    mine = Letter.objects.visible_to(user).filter(status="issued", sent_on=None, issued_by=user)
    return tasks(mine, "letter.send", due_on=day_after("issued_at"))


def day_after(moment: str) -> TruncDate:
    return TruncDate(ExpressionWrapper(F(moment) + timedelta(days=1), output_field=DateTimeField()))
