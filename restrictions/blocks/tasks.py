from collections.abc import Collection, Iterator
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from cha_engagement.core.permissions import Permission
from cha_engagement.organisation.calendar import start_of_day
from cha_engagement.staff.interfaces import ORDINARY, Ground, Task, TaskKind, TaskLink, TaskSource
from restrictions.enums import RestrictionEvent, RestrictionStatus
from restrictions.models import Restriction

from .models import Block, BlockStatus


class TaskCode(StrEnum):
    BLOCK = "block.block"
    UNBLOCK = "block.unblock"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.BLOCK: TaskKind("Block an address or account", "block", ORDINARY, "31"),
    TaskCode.UNBLOCK: TaskKind("Unblock an address or account", "block", ORDINARY, "31"),
}
IMPOSE = (Permission.IMPOSE_RESTRICTIONS,)
NO_LONGER_IN_FORCE = (
    RestrictionEvent.LIFT,
    RestrictionEvent.OVERTURN,
    RestrictionEvent.VARY,
    RestrictionEvent.EXPIRE,
    RestrictionEvent.SUSPEND,
)


def block_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask every manager to block, and to unblock again: it is done where the address or the page is kept. Policy §31, 32.1.

    What another restriction of the same customer blocks too stays blocked.
    """
    imposed = RestrictionStatus.IMPOSED
    may_wait = Q(status=BlockStatus.BLOCKED) | Q(restriction__status=imposed)
    for block in Block.objects.filter(may_wait, pk__in=keys).select_related("restriction"):
        if block.status == BlockStatus.BLOCKED:
            wanting = Restriction.objects.filter(
                customer=block.restriction.customer_id, blocks__target=block.target, status=imposed
            )
            kind, grounds = TaskCode.UNBLOCK, grounds_outside(wanting.distinct())
        else:
            kind, grounds = TaskCode.BLOCK, {ground_within(block.restriction)}
        if grounds:
            yield Task(
                kind,
                block.pk,
                block.reference,
                frozenset(grounds),
                due_on(block, grounds),
                customer=block.restriction.customer_id,
                note=block.target,
            )


def due_on(block: Block, grounds: Collection[Ground]) -> date:
    """Return the first day on which it waits to be blocked or unblocked."""
    restriction = block.restriction
    if block.status != BlockStatus.BLOCKED:
        return restriction.starts_on or restriction.not_before or localdate(restriction.imposed_at)
    moments = [ground.since for ground in grounds if ground.since]
    if len(moments) == len(grounds):
        return localdate(min(moments))
    over = restriction.history.filter(event__in=NO_LONGER_IN_FORCE).order_by("sequence").last()
    return localdate(over.history_date if over else block.blocked_at)


def ground_within(restriction: Restriction) -> Ground:
    """Return the ground that holds while a restriction is in force."""
    last_day = restriction.ends_on
    until = start_of_day(last_day + timedelta(days=1)) if last_day else None
    return Ground(IMPOSE, since=start_of_day(restriction.earliest_first_day), until=until)


def grounds_outside(restrictions: QuerySet[Restriction]) -> set[Ground]:
    """Return the grounds that hold while none of some restrictions is in force."""
    grounds, free_from = set(), date.min
    for first_day, last_day in restrictions.order_by("starts_on").values_list("starts_on", "ends_on"):
        if first_day and first_day > free_from:
            since = start_of_day(free_from) if free_from > date.min else None
            grounds.add(Ground(IMPOSE, since=since, until=start_of_day(first_day)))
        if last_day is None:
            return grounds
        free_from = max(free_from, last_day + timedelta(days=1))
    return grounds | {Ground(IMPOSE, since=start_of_day(free_from) if free_from > date.min else None)}


TASK_SOURCES = (TaskSource(Block, tuple(TASK_KINDS), block_tasks, (IMPOSE,)),)
TASK_LINKS = (
    TaskLink(Restriction, Block, "restriction__customer__restrictions"),
    TaskLink(Block, Block, "restriction__customer__restrictions__blocks"),
)
