"""Tell staff something, and write down who came to read more and who read what."""

import re
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from cha_engagement.core.converters import ReferenceConverter
from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import MESSAGE, SHORT
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.core.templatetags.ui import uk_date

from . import rules
from .interfaces import keep_readers
from .mail import queue_notices
from .models import AccessGrounds, AccessKind, AccessLogEntry, Email, Notice, StaffMember, WiderAccess
from .queries import overseeing_manager, present_staff, staff_lacking_permission, staff_with_permission

NOTICES_KEPT_FOR = timedelta(days=90)
"""How long what somebody has read is kept."""
REFERENCE_IN_PATH = re.compile(ReferenceConverter.regex)


def notify_staff(
    recipients: Iterable[StaffMember | None],
    *,
    text: str,
    path: str,
    shown_text: str = "",
    reference: str = "",
    is_task: bool = False,
    unique_key: str = "",
    repeat: bool = True,
    fallback_after: timedelta | None = None,
    tells_all: bool = False,
) -> int:
    """Tell each active recipient once, on the work list and by email, and return the number of those told.

    `text` holds no name of a customer, no category and no case detail; a long name may cut its end off. `shown_text` may hold what its recipient
    reads anyhow: it stands on the work list in its place, and in no email. `path` is the page it leads to. A notice that `is_task` is mailed only, as the work list has the task anyhow. Nobody gets a second notice of the
    same `unique_key`, though the job that sends it runs twice; nor, unless `repeat`, one that they have yet to read. With `fallback_after`
    the email of a task leaves after that time, and only where nobody who was told before has opened the page meanwhile.

    What is about a case for few goes to its readers alone, unless it `tells_all`, which leads to the customer's page, as that opens for all (B33).
    """
    people = {person for person in recipients if person and person.is_active}
    if not tells_all:
        people = {*keep_readers(about_reference(path) or reference, people, is_task=is_task)}
    values = {
        "text": Truncator(text).chars(MESSAGE),
        "shown_text": Truncator(shown_text).chars(SHORT),
        "path": path,
        "reference": reference,
        "read_at": timezone.now() if is_task else None,
        "is_task": is_task,
        "is_fallback": fallback_after is not None,
    }
    if not repeat:
        unread = Notice.objects.filter(text=values["text"], path=path, read_at=None, recipient__in=people)
        people -= {notice.recipient for notice in unread.select_related("recipient")}
    if unique_key:
        results = [
            Notice.objects.get_or_create(recipient=person, unique_key=unique_key, defaults=values)
            for person in people
        ]
        notices = [notice for notice, is_new in results if is_new]
    else:
        notices = Notice.objects.bulk_create(Notice(recipient=person, **values) for person in people)
    queue_notices((notice for notice in notices if notice.recipient.email), after=fallback_after)
    return len(notices)


def about_reference(path: str) -> str:
    """Return the reference in an address, empty where there is none."""
    found = REFERENCE_IN_PATH.search(path)
    return found[0] if found else ""


def warn_of_last_day(
    recipients: Iterable[StaffMember], *, of: str, ends_on: date | None, today: date, text: str, **notice: Any
) -> int:
    """Tell people once ahead and once on its last day that something ends by itself; return how many were told.

    `{when}` in a text stands for the day, or for today. What `of` names is told apart from what else ends then; `notice` is as in `notify_staff`.
    """
    when = "today" if ends_on == today else f"on {uk_date(ends_on)}"
    if shown_text := notice.pop("shown_text", ""):
        notice["shown_text"] = shown_text.replace("{when}", when)
    unique_key = f"{of} ends on {ends_on}: {when}"
    return notify_staff(recipients, text=text.replace("{when}", when), unique_key=unique_key, **notice)


def hide_shown_texts(references: Collection[str], readers: Collection[StaffMember]) -> None:
    """Show to all but the readers of a case for few no more than an email says, in messages that they had before. Beyond the policy: B33."""
    leads_there = Q(path__regex=rf"/({'|'.join(sorted(references))})([^0-9]|$)")
    told = Notice.objects.filter(Q(reference__in=references) | leads_there).exclude(recipient__in=readers)
    told.exclude(shown_text="").update(shown_text="")


def mark_notices_opened(notices: Iterable[Notice], *, by: StaffMember) -> None:
    """Note when somebody first opened the page of a task since they were told of it, or were to be told later."""
    unopened = [notice.pk for notice in notices if notice.recipient_id == by.pk and notice.opened_at is None]
    if unopened:
        Notice.objects.filter(pk__in=unopened).update(opened_at=timezone.now())


def drop_fallback_emails(path: str) -> None:
    """Send none of the fallbacks that still wait about the task of a page."""
    Email.objects.filter(notice__is_task=True, notice__is_fallback=True, notice__path=path).delete()


def mark_notice_read(notice: Notice, *, by: StaffMember) -> None:
    """Take a notice off the work list of its recipient, who has seen it."""
    if notice.recipient_id == by.pk and notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])


def mark_notices_read(*, by: StaffMember, up_to: int) -> int:
    """Take notices off the work list of a member of staff, up to the one with this key, and return how many: those that came since were not seen."""
    return Notice.objects.filter(recipient=by, read_at=None, pk__lte=up_to).update(read_at=timezone.now())


def forget_old_notices() -> int:
    """Remove what was read long ago, and return how much: but who was told of a task, which the page of that shows, stays."""
    old = Notice.objects.filter(read_at__lt=timezone.now() - NOTICES_KEPT_FOR, email=None)
    return old.exclude(is_task=True, unique_key="").delete()[0]


def report_given_up_emails() -> int:
    """Tell Administrators that emails were given up, and return how many are told: none who has yet to read it."""
    if not Email.objects.filter(due_at=None).exists():
        return 0
    return notify_staff(
        present_staff(staff_with_permission(Permission.ADMINISTER)),
        text="Emails could not be sent and were given up.",
        path=reverse("admin:staff_email_changelist"),
        repeat=False,
    )


@transaction.atomic
def set_absence(*, person: StaffMember, by: StaffMember, away_until: date | None) -> StaffMember:
    """Say until when somebody is away, or that they are back; whoever is to know is told. Policy §57."""
    raise_if_refused(rules.may_set_absence(by, person))
    raise_if_incomplete(*rules.check_absence_ends(away_until))
    if person.away_until != away_until:
        person.away_until = away_until
        person.save(update_fields=["away_until"])
        notify_of_absence(person, by=by)
    return person


def notify_of_absence(person: StaffMember, *, by: StaffMember) -> None:
    """Tell somebody and their line manager of an absence; and of what nobody is there to do, those who give roles and answer for them."""
    if not person.is_away or person.away_until is None:
        return
    notify_staff(
        {person, person.line_manager} - {by},
        text=f"{person} is away until {uk_date(person.away_until)}.",
        path=reverse("home"),
    )
    notify_of_empty_roles(rules.roles_left_empty(person, away_until=person.away_until), besides=person)


def notify_of_empty_roles(sentences: Iterable[str], *, besides: StaffMember) -> None:
    """Tell those who give roles, and those who answer for them, what nobody is there to do."""
    responsible = (Permission.ADMINISTER, Permission.HEAR_APPEALS)
    people = {colleague for name in responsible for colleague in staff_with_permission(name)} - {besides}
    for sentence in sentences:
        notify_staff(people, text=sentence, path=reverse("work_of_nobody"))


def lock_accounts() -> None:
    """Wait until nobody else changes an account: who looks whether they take the last of a role away sees what others have taken."""
    list(Group.objects.select_for_update().order_by("pk"))


def note_password_link(person: StaffMember) -> None:
    """Write into the history of an account that somebody else had a link to choose a password sent."""
    person._change_reason = "Was sent a link to choose a password"  # type: ignore[attr-defined]
    person.save(update_fields=["email"])  # which is as it was: the row is what counts


def refuse_assignment(answers: Collection[str]) -> None:
    """Raise `TypeError` where the answers about a record would assign it: that is an action of its own, a manager's. Policy §65."""
    if "assigned_to" in answers:
        raise TypeError("a record is assigned by `assign`")


def record_wider_access(
    *, readers: Collection[StaffMember], by: StaffMember, record: Any, grounds: AccessGrounds
) -> None:
    """Write down who reads a record from now on by what `by` did, and tell a manager of each. Policy §65."""
    for reader in staff_lacking_permission(readers, Permission.READ_INCIDENTS) if readers else ():
        manager = overseeing_manager(reader, by)
        notify_staff(
            [manager],
            text=f"{reader} can now read {record}, because of what {by} did.",
            path=record.get_absolute_url(),
            reference=record.reference,
        )
        WiderAccess.objects.create(
            reader=reader,
            by=by,
            grounds=grounds,
            reference=record.reference,
            path=record.get_absolute_url(),
            notified=manager,
        )


def record_case_access(
    people: Iterable[StaffMember], *, by: StaffMember, record: Any, grounds: AccessGrounds
) -> None:
    """Write down who may read a case for few from now on, or may no longer, whatever their role. Beyond the policy: B33."""
    for reader in people:
        WiderAccess.objects.create(
            reader=reader,
            by=by,
            grounds=grounds,
            reference=record.reference,
            path=record.get_absolute_url(),
        )


def log_file_opening(*, reference: str, by: StaffMember, address: str | None, reason: str = "") -> None:
    """Write down who opens a file, from where, and of a sealed one why. Policy §63, 65."""
    AccessLogEntry.objects.create(
        kind=AccessKind.FILE_OPENED, by=by, address=address, reference=reference, reason=reason
    )


def log_case_reading(*, reference: str, customer: str, by: StaffMember, address: str | None) -> None:
    """Write down who opens a page of a case for few, and from where. Beyond the policy: B33."""
    AccessLogEntry.objects.create(
        kind=AccessKind.CASE_READ, by=by, address=address, reference=reference, label=customer
    )


def log_list_export(
    *, title: str, filtered_by: str, row_count: int, by: StaffMember, address: str | None
) -> None:
    """Write down who takes which list away, and from where. Policy §65; beyond the policy: B19."""
    AccessLogEntry.objects.create(
        kind=AccessKind.LIST_EXPORTED,
        by=by,
        address=address,
        label=title,
        filtered_by=filtered_by,
        row_count=row_count,
    )
