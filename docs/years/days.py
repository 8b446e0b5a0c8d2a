"""Let days pass: the daily job in the morning, then what comes in and what people do of what waits for them."""

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from typing import Any

import time_machine
from django.db import transaction
from django.utils import timezone

from cha_engagement.core.interfaces import daily_jobs, daily_reminders
from cha_engagement.core.records import Stale, atomic_action
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.desk.chasing import people_at_work
from cha_engagement.desk.models import TaskRow
from cha_engagement.desk.waiting import waiting_tasks
from cha_engagement.organisation.calendar import is_working_day, today
from cha_engagement.staff.interfaces import task_sources
from cha_engagement.staff.models import StaffMember

from .arriving import log_what_comes
from .doing import DO
from .seeing import Seen

Effort = Callable[[TaskRow, StaffMember], bool]
"""Whether somebody does a task."""

EFFORTS: dict[str, Effort] = {
    "nobody": lambda task, person: False,
    # Whoever leaves something leaves it for good: it is done once it is somebody's who does it.
    "half": lambda task, person: (task.record + person.pk) % 2 == 0,
    "everybody": lambda task, person: True,
}


def pass_days(count: int, effort: str, checked: Collection[int]) -> Seen:
    """Let so many days pass with an effort, and return what was seen, and how long the lists were on some of them."""
    seen = Seen()
    first = today()
    for number in range(1, count + 1):
        day = first + timedelta(days=number)
        with time_machine.travel(moment_of(day, time(7))):
            begin_day(day)
            seen.look(day)
            if number in checked:
                seen.count_lists(number)
        if effort != "nobody" and is_working_day(day):
            with time_machine.travel(moment_of(day, time(10))):
                work_a_day(EFFORTS[effort], seen)
                seen.look_at_emails(day)
    return seen


def begin_day(day: date) -> None:
    """Run the daily job, but for what compares: nothing has been changed past the application."""
    for job in daily_jobs():
        with atomic_action():
            job(day)
    for reminder in daily_reminders():
        reminder(day)


def moment_of(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))


def work_a_day(does: Effort, seen: Seen) -> None:
    log_what_comes()
    models = {kind: source.model for source in task_sources() for kind in source.kinds}
    for person in people_at_work():
        for task in waiting_tasks(person).filter(kind__in=DO, due_on__lte=today()):
            if does(task, person):
                record = models[task.kind]._default_manager.filter(pk=task.record).first()
                if record:
                    do(task.kind, record, person, seen)


def do(kind: str, record: Any, person: StaffMember, seen: Seen) -> None:
    """Do a task in a transaction of its own, and note it or why it was refused."""
    try:
        with transaction.atomic():
            DO[kind](record, person)
    except Stale:  # a colleague has done it in the same hour
        return
    except (Refused, Incomplete) as refused:
        seen.refused[kind, str(refused)] += 1
    else:
        seen.done[kind] += 1
