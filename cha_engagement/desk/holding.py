"""Have a task be somebody's, and nobody's in particular again. Policy §57; beyond the policy: B32."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.interfaces import task_kinds
from cha_engagement.staff.models import StaffMember

from . import rules
from .models import HeldTask, TaskRow


def give_task(task: TaskRow, person: StaffMember, *, by: StaffMember | None = None) -> bool:
    """Have a task be somebody's alone, and return whether nobody else came to have it meanwhile."""
    try:
        with transaction.atomic():
            end_holding(task)
            HeldTask.objects.create(kind=task.kind, record=task.record, holder=person, by=by)
    except IntegrityError:
        return False
    return True


def note_holder(task: TaskRow, person: StaffMember) -> None:
    """Write down that a task was somebody's whom it alone asked, before it is passed on."""
    about = {"kind": task.kind, "record": task.record, "holder": person}
    if not HeldTask.objects.filter(**about).exists():
        HeldTask.objects.create(**about, ended_at=timezone.now())


def end_holdings_of(*, instance: Any, action: str, pk_set: Any, reverse: bool, **kwargs: Any) -> None:
    """Leave what somebody has to whoever can do it, whenever their roles become fewer: it may have been by one of these."""
    if action not in ("post_remove", "post_clear"):
        return
    people = StaffMember.objects.filter(pk__in=pk_set or []) if reverse else [instance]
    HeldTask.objects.filter(holder__in=people, ended_at=None).update(ended_at=timezone.now())


def end_holdings_of_leaver(*, instance: StaffMember, **kwargs: Any) -> None:
    """Leave what somebody has to whoever can do it, once their account is closed."""
    if not instance.is_active:
        HeldTask.objects.filter(holder=instance, ended_at=None).update(ended_at=timezone.now())


def end_holding(task: TaskRow) -> None:
    held = HeldTask.objects.filter(kind=task.kind, record=task.record, ended_at=None)
    held.update(ended_at=timezone.now())


def hand_over_task(
    *, task: TaskRow, by: StaffMember, person: StaffMember | None, known_holder: str
) -> TaskRow:
    """Have one person do what waits for several, or leave it to all of them again; whoever is given it is told.

    `known_holder` is the username of whoever had it when the page was opened, empty for nobody. Refused where somebody else has it now.
    """
    raise_if_refused(rules.may_hand_over_task(by, task))
    raise_if_incomplete(*rules.check_holder_unchanged(task, known_holder))
    if person is None:
        end_holding(task)
        return task
    raise_if_incomplete(*rules.check_holder(person, task))
    if give_task(task, person, by=by) and person != by:
        kind = task_kinds()[task.kind]
        notify_staff(
            [person],
            text=f"{by} has given you a task about {task.reference}.",
            path=kind.url(task.reference, task.customer.reference if task.customer else ""),
            reference=task.reference,
            is_task=True,
        )
    return task
