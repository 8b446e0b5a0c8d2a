"""Tasks about the records of customers themselves."""

from collections.abc import Collection, Iterator
from enum import StrEnum

from django.utils.timezone import localdate

from cha_engagement.core.permissions import Permission
from cha_engagement.staff.interfaces import (
    ORDINARY,
    Ground,
    Part,
    Task,
    TaskKind,
    TaskSource,
    people_with_part,
)

from .models import Customer, Merge

MERGE = (Permission.MERGE_CUSTOMERS,)


class TaskCode(StrEnum):
    CONFIRM_MERGE = "customer.merge"
    UNDO_MERGE = "customer.unmerge"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.CONFIRM_MERGE: TaskKind(
        "Say whether two records are of one customer", "customer_merge", ORDINARY, "B16"
    ),
    TaskCode.UNDO_MERGE: TaskKind(
        "Undo a merge: they are two customers", "customer_unmerge", ORDINARY, "B16", below_customer=True
    ),
}


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
    TaskSource(Customer, (TaskCode.CONFIRM_MERGE,), merge_tasks, (MERGE,)),
    TaskSource(Merge, (TaskCode.UNDO_MERGE,), unmerge_tasks, (MERGE,)),
)
