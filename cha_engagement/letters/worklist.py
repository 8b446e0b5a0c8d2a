from datetime import date, timedelta

from django.db.models import Case, DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from cha_engagement.core import hub
from cha_engagement.core.hub import TaskKind
from cha_engagement.core.records import task_rows
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import limit_to_permissions, staff_covered_by

from .models import Letter
from .queries import second_reader

ISSUE = "letters.issue_letter"

hub.task_kinds |= {
    "letter.finish": TaskKind("Finish and issue a letter", "letter", "12"),
    "letter.read": TaskKind("Read a letter before it is issued", "letter_read", "B36"),
    "letter.confirm": TaskKind("Confirm or reverse a letter that was issued unread", "letter_read", "B36"),
    "letter.put_right": TaskKind("Put right a letter that was reversed", "letter_replace", "B36"),
    "letter.send": TaskKind("Send a letter that was issued", "letter", "12"),
}


@hub.worklist.add
def drafts(user: StaffMember, today: date) -> QuerySet:
    """What they began to write."""
    mine = Letter.objects.visible_to(user).filter(status="draft", drafted_by=user)
    note = Case(
        When(read_at__isnull=False, then=Value("Read: ready to issue")),
        When(~Q(sent_back_reason=""), then=Value("Sent back")),
        When(asked_at__isnull=False, then=Value("With a second reader")),
        default=Value(""),
    )
    return task_rows(mine, "letter.finish", due_on=day_after("created_at"), note=note)


@hub.worklist.add
@limit_to_permissions(ISSUE)
def to_read(user: StaffMember, today: date) -> QuerySet:
    """What a colleague wrote and may not issue before somebody else has read it. Beyond the policy: B36."""
    asked = second_reader.letters_waiting_for(user, status="draft", asked_at__isnull=False)
    return task_rows(asked, "letter.read", due_on=day_after("asked_at"))


@hub.worklist.add
@limit_to_permissions(ISSUE)
def to_confirm(user: StaffMember, today: date) -> QuerySet:
    """What a colleague issued while nobody was there to read it. Beyond the policy: B36."""
    unread = second_reader.letters_waiting_for(user, status="issued", confirm_by__isnull=False)
    return task_rows(unread, "letter.confirm", due_on=F("confirm_by"))


@hub.worklist.add
@limit_to_permissions(ISSUE)
def to_put_right(user: StaffMember, today: date) -> QuerySet:
    """What they issued unread, and sent, and somebody has reversed since: another letter takes its place. Beyond the policy: B36.

    Another's too, where they are not there to do it.
    """
    reversed_ = Letter.objects.filter(
        issued_by__in=staff_covered_by(user, ISSUE).values("pk"), status="issued", confirm_by__isnull=False
    )
    reversed_ = reversed_.exclude(sent_back_reason="").not_replaced()
    return task_rows(reversed_, "letter.put_right", due_on=F("confirm_by"))


@hub.worklist.add
@limit_to_permissions(ISSUE)
def unsent(user: StaffMember, today: date) -> QuerySet:
    """What they issued and nobody has marked as sent; another's too, where they are not there to send it.

    What another letter has taken the place of is not to be sent.
    """
    mine = Q(issued_by=user)
    if user.has_perm("letters.view_letter"):
        mine = Q(issued_by__in=staff_covered_by(user, ISSUE).values("pk"))
    letters = Letter.objects.visible_to(user).filter(mine, status="issued", sent_on=None)
    return task_rows(letters.not_replaced(), "letter.send", due_on=day_after("issued_at"))


def day_after(moment: str) -> TruncDate:
    return TruncDate(ExpressionWrapper(F(moment) + timedelta(days=1), output_field=DateTimeField()))
