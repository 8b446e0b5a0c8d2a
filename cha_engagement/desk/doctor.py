"""Find what would have work wait with nobody, in plain sentences without the name of a customer. Policy §57."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone

from cha_engagement.core.templatetags.ui import lower_first, uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.organisation import calendar
from cha_engagement.staff.interfaces import task_kinds
from cha_engagement.staff.models import Email, Notice, StaffMember
from cha_engagement.staff.queries import line_managers_above, people_in_roles, present_staff
from cha_engagement.staff.roles import NEEDED_ROLES
from cha_engagement.staff.rules import WantedAccount, unfit_deputy

from .models import TaskRow
from .queries import waiting_with_nobody

LONGEST_SILENCE = timedelta(days=8)
"""Within which a daily job that runs has told somebody of what is late: it says so once a week."""


def find_faults() -> Iterator[str]:
    yield from empty_roles()
    yield from unfit_line_management()
    yield from customers_of_leavers()
    yield from nobodys_tasks()
    yield from given_up_emails()
    yield from silence()


def empty_roles() -> Iterator[str]:
    for role in NEEDED_ROLES:
        people = people_in_roles(role.roles)
        if not present_staff(people).exists():
            why = "All who have it are away" if people.exists() else "Nobody has it"
            yield f"Nobody is there to {role.does} (role {role.title}). {why}."


def unfit_line_management() -> Iterator[str]:
    """Yield circles of line managers, each once, and whom somebody could not stand in for."""
    people = (
        StaffMember.objects.filter(is_active=True).select_related("line_manager", "deputy").order_by("pk")
    )
    circles = set()
    for person in people:
        above = line_managers_above(person)
        circle = frozenset(above[: above.index(person) + 1]) if person in above else frozenset()
        if circle and circle not in circles:
            circles.add(circle)
            yield f"These are line managers of each other in a circle: {', '.join(sorted(map(str, circle)))}."
        for name in ("line_manager", "deputy"):
            colleague = getattr(person, name)
            if colleague and not colleague.is_active:
                yield f"The {name.replace('_', ' ')} of {person} has left."
        yield from unfit_deputy(WantedAccount.of_person(person))


def customers_of_leavers() -> Iterator[str]:
    left = Customer.objects.filter(assigned_to__is_active=False, merged_into=None, deceased_on=None)
    if count := left.count():
        yield f"{count} customer{' is' if count == 1 else 's are'} assigned to somebody who has left."


def nobodys_tasks() -> Iterator[str]:
    kinds, days = task_kinds(), defaultdict(list)
    for task in waiting_with_nobody():
        days[task.kind].append((calendar.today() - task.nobody_since).days)
    for kind, waited in sorted(days.items()):
        what = "1 waits" if len(waited) == 1 else f"{len(waited)} wait"
        yield f"Nobody can {lower_first(kinds[kind].title)}: {what}, for up to {max(waited)} days."


def given_up_emails() -> Iterator[str]:
    if count := Email.objects.filter(due_at=None).count():
        yield f"{count} email{' was' if count == 1 else 's were'} given up."


def silence() -> Iterator[str]:
    """Yield that the daily job has told nobody anything for long, though something is late."""
    said = last_morning()
    is_late = TaskRow.objects.filter(due_on__lt=calendar.today() - LONGEST_SILENCE).exists()
    if is_late and (said is None or calendar.today() - said > LONGEST_SILENCE):
        yield f"The daily job {f'last told anybody what waits on {uk_date(said)}' if said else 'has told nobody what waits'}. Does it run?"


def last_morning() -> date | None:
    """Return the day on which the daily job last told somebody what waits for them."""
    last = Notice.objects.filter(unique_key__startswith="morning ").order_by("-pk").first()
    return timezone.localdate(last.created_at) if last else None
