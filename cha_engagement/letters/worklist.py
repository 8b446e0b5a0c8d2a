from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Case, DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import task_rows
from cha_engagement.staff.interfaces import TaskKind
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import limit_to_permissions, staff_covered_by

from .enums import LetterStatus
from .models import Letter
from .queries.second_reader import letters_waiting_for


class TaskCode(StrEnum):
    FINISH_LETTER = "letter.finish"
    READ_LETTER = "letter.read"
    CONFIRM_LETTER = "letter.confirm"
    PUT_LETTER_RIGHT = "letter.put_right"
    SEND_LETTER = "letter.send"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.FINISH_LETTER: TaskKind("Finish and issue a letter", "letter", "12"),
    TaskCode.READ_LETTER: TaskKind("Read a letter before it is issued", "letter_read", "B36"),
    TaskCode.CONFIRM_LETTER: TaskKind(
        "Confirm or reverse a letter that was issued unread", "letter_read", "B36"
    ),
    TaskCode.PUT_LETTER_RIGHT: TaskKind("Put right a letter that was reversed", "letter_replace", "B36"),
    TaskCode.SEND_LETTER: TaskKind("Send a letter that was issued", "letter", "12"),
}


def unfinished_drafts(user: StaffMember, today: date) -> QuerySet:
    """Return the letters that they began to write."""
    own_drafts = Letter.objects.visible_to(user).filter(status=LetterStatus.DRAFT, drafted_by=user)
    note = Case(
        When(read_at__isnull=False, then=Value("Read: ready to issue")),
        When(~Q(sent_back_reason=""), then=Value("Sent back")),
        When(asked_at__isnull=False, then=Value("With a second reader")),
        default=Value(""),
    )
    return task_rows(own_drafts, TaskCode.FINISH_LETTER, due_on=day_after("created_at"), note=note)


@limit_to_permissions(Permission.ISSUE_LETTERS)
def letters_to_read(user: StaffMember, today: date) -> QuerySet:
    """Return the drafts of colleagues that wait for a second reader. Beyond the policy: B36."""
    waiting = letters_waiting_for(user, status=LetterStatus.DRAFT, asked_at__isnull=False)
    return task_rows(waiting, TaskCode.READ_LETTER, due_on=day_after("asked_at"))


@limit_to_permissions(Permission.ISSUE_LETTERS)
def letters_to_confirm(user: StaffMember, today: date) -> QuerySet:
    """Return the letters that colleagues issued unread. Beyond the policy: B36."""
    unread = letters_waiting_for(user, status=LetterStatus.ISSUED, confirm_by__isnull=False)
    return task_rows(unread, TaskCode.CONFIRM_LETTER, due_on=F("confirm_by"))


@limit_to_permissions(Permission.ISSUE_LETTERS)
def letters_to_put_right(user: StaffMember, today: date) -> QuerySet:
    """Return the letters that they issued unread, and sent, and somebody has reversed since: another takes their place.

    Another's too, where they are not there to do it. Beyond the policy: B36.
    """
    reversed_ = Letter.objects.filter(
        issued_by__in=staff_covered_by(user, Permission.ISSUE_LETTERS).values("pk"),
        status=LetterStatus.ISSUED,
        confirm_by__isnull=False,
    )
    reversed_ = reversed_.exclude(sent_back_reason="").exclude_replaced()
    return task_rows(reversed_, TaskCode.PUT_LETTER_RIGHT, due_on=F("confirm_by"))


@limit_to_permissions(Permission.ISSUE_LETTERS)
def unsent_letters(user: StaffMember, today: date) -> QuerySet:
    """Return the letters that they issued and nobody has marked as sent; another's too, where they are not there to send it.

    Those whose place another letter has taken are not to be sent.
    """
    is_theirs = Q(issued_by=user)
    if user.has_perm(Permission.READ_LETTERS):
        is_theirs = Q(issued_by__in=staff_covered_by(user, Permission.ISSUE_LETTERS).values("pk"))
    letters = Letter.objects.visible_to(user).filter(is_theirs, status=LetterStatus.ISSUED, sent_on=None)
    return task_rows(letters.exclude_replaced(), TaskCode.SEND_LETTER, due_on=day_after("issued_at"))


def day_after(moment: str) -> TruncDate:
    return TruncDate(ExpressionWrapper(F(moment) + timedelta(days=1), output_field=DateTimeField()))
