"""Tasks about the records of customers themselves."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Any

from django.utils.timezone import localdate

from cha_engagement.core.permissions import Permission
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.staff.interfaces import (
    ORDINARY,
    TIDYING,
    Ground,
    Part,
    Task,
    TaskKind,
    TaskLink,
    TaskSource,
    people_with_part,
)
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import closed_on

from .models import Customer, Merge

MERGE = (Permission.MERGE_CUSTOMERS,)
ASSIGN = (Permission.ASSIGN_CUSTOMERS,)
WORKING_DAYS_TO_ASSIGN = 5


class TaskCode(StrEnum):
    CONFIRM_MERGE = "customer.merge"
    UNDO_MERGE = "customer.unmerge"
    ASSIGN = "customer.assign"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.CONFIRM_MERGE: TaskKind(
        "Say whether two records are of one customer", "customer_merge", ORDINARY, "B16"
    ),
    TaskCode.UNDO_MERGE: TaskKind(
        "Undo a merge: they are two customers", "customer_unmerge", ORDINARY, "B16", below_customer=True
    ),
    TaskCode.ASSIGN: TaskKind(
        "Say who looks after a customer: a colleague has left", "customer_assign", TIDYING, "65"
    ),
}


def customer_tasks(keys: Collection[int]) -> Iterator[Task]:
    yield from merge_tasks(keys)
    yield from leaver_tasks(keys)


def leaver_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask managers who looks after the customers of a colleague whose account is closed. Policy §57, 65."""
    left = Customer.objects.filter(
        pk__in=keys, assigned_to__is_active=False, merged_into=None, deceased_on=None
    ).select_related("assigned_to")
    for customer in left:
        leaver: Any = customer.assigned_to
        yield Task(
            TaskCode.ASSIGN,
            customer.pk,
            customer.reference,
            frozenset({Ground(ASSIGN)}),
            customer=customer.pk,
            due_on=add_working_days(
                closed_on(leaver) or localdate(customer.created_at), WORKING_DAYS_TO_ASSIGN
            ),
            note_about=leaver.pk,
        )


def merge_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask any manager but the one who asked, to whom nobody else may be left. Beyond the policy: B16."""
    for customer in Customer.objects.filter(pk__in=keys, merge_asked__isnull=False, merged_into=None):
        people = people_with_part(Part.NOT_ASKED, filter(None, [customer.merge_asked_by_id]))
        yield Task(
            TaskCode.CONFIRM_MERGE,
            customer.pk,
            customer.reference,
            frozenset({Ground(MERGE, people=people)}),
            customer=customer.pk,
            due_on=localdate(customer.created_at),
        )


def unmerge_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask any manager but the one who asked to undo a merge. Beyond the policy: B16."""
    asked = Merge.objects.filter(pk__in=keys, undone_at=None, undo_asked_by__isnull=False)
    for merge in asked:
        people = people_with_part(Part.NOT_ASKED, filter(None, [merge.undo_asked_by_id]))
        yield Task(
            TaskCode.UNDO_MERGE,
            merge.pk,
            merge.reference,
            frozenset({Ground(MERGE, people=people)}),
            customer=merge.kept_id,
            due_on=localdate(merge.created_at),
        )


TASK_SOURCES = (
    TaskSource(Customer, (TaskCode.CONFIRM_MERGE, TaskCode.ASSIGN), customer_tasks, (MERGE, ASSIGN)),
    TaskSource(Merge, (TaskCode.UNDO_MERGE,), unmerge_tasks, (MERGE,)),
)
TASK_LINKS = (TaskLink(StaffMember, Customer, "assigned_to", frozenset({"is_active"}), changed_only=True),)
