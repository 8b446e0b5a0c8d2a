"""Find the tasks that are somebody's, and on whom each falls once they are not there. Policy §57."""

from collections.abc import Collection, Iterator
from functools import cached_property

from django.db.models import Exists, Q
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.permissions import Permission
from cha_engagement.core.templatetags.ui import lower_first
from cha_engagement.customers.few.models import CaseForFew
from cha_engagement.staff.interfaces import (
    NOBODY_THERE,
    OpenRecord,
    Part,
    kinds_given_as_records,
    task_kinds,
    task_sources,
)
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import falls_to_in_words, keys_with_permission

from .chasing import people_at_work
from .models import GroundRow, TaskRow
from .queries import task_in_words
from .rules import may_hand_over_tasks, may_see_work_of_others
from .waiting import Whose, deadlines_of_others, grounds_for, holdings, tasks_able

SEVERAL = {
    Permission.HEAR_APPEALS: "executives",
    Permission.RECEIVE_ESCALATIONS: "the Management Team",
    Permission.ASSESS_INCIDENTS: "managers",
}
"""What several people are called on whom something falls, by the first of these permissions that all of them have."""


def open_tasks(person: StaffMember, reader: StaffMember, *, is_absence: bool) -> Iterator[OpenRecord]:
    """Return what somebody has or is asked for by name, and what nobody else who is there could do."""
    others = Others(person, is_absence=is_absence)
    is_held = Exists(holdings().filter(holder=person))
    asking = grounds_for(person, timezone.now()).filter(while_nobody="")
    grounds = GroundRow.objects.filter(Q(is_held) | Q(pk__in=asking.order_by().values("pk")))
    held_or_named = Q(is_held) | Q(person=person.pk)
    theirs = set(grounds.filter(held_or_named).order_by().values_list("task", flat=True))
    tasks = TaskRow.objects.filter(pk__in=grounds.order_by().values("task"))
    tasks = tasks.exclude(kind__in=kinds_given_as_records())
    tasks = tasks.select_related("customer", "note_about").prefetch_related(
        "grounds__people", "grounds__managing"
    )
    found = [(task, others.falls_to(task)) for task in tasks.order_by("due_on", "kind", "record")]
    found = [(task, falls_to) for task, falls_to in found if task.pk in theirs or falls_to == NOBODY_THERE]
    addresses = Addresses(reader, person, [task for task, _ in found])
    for task, falls_to in found:
        shown = addresses.shown(task)
        # Whoever may not read which tasks these are reads of what kind.
        what = "Tasks" if shown else f"Tasks: {lower_first(task_kinds()[task.kind].title)}"
        yield OpenRecord(what, falls_to, others.needs(task), *shown)


class Others:
    """Those who are there besides one person, and what falls on them."""

    def __init__(self, person: StaffMember, *, is_absence: bool):
        self.person, self.is_absence = person, is_absence
        self.people = {other.pk: other for other in people_at_work().exclude(pk=person.pk)}
        self.models = {kind: source.model for source in task_sources() for kind in source.kinds}
        self.holders: dict[Permission, set[int]] = {}

    @cached_property
    def readers_of_few(self) -> dict[int, set[int]]:
        cases = CaseForFew.objects.standing().prefetch_related("readers")
        return {case.customer_id: {reader.pk for reader in case.readers.all()} for case in cases}

    def people_holding(self, permissions: Collection[Permission]) -> set[int]:
        found = set(self.people)
        for permission in permissions:
            if permission not in self.holders:
                keys = keys_with_permission(permission).values_list("staffmember", flat=True)
                self.holders[permission] = set(keys)
            found &= self.holders[permission]
        return found

    def needs(self, task: TaskRow) -> tuple[Permission, ...]:
        """Return what lets this person do a task now."""
        asked = [ground.permissions.split() for ground in task.grounds.all() if not ground.while_nobody]
        # On whichever ground asks for least it stays theirs.
        least = sorted(filter(self.person.has_perms, asked), key=len)
        return tuple(map(Permission, least[0])) if least else ()

    def falls_to(self, task: TaskRow) -> str:
        """Return on whom a task falls: on whoever is asked anyhow, else on whoever is asked while nobody of these is there."""
        grounds = list(task.grounds.all())
        able = self.able(task, [ground for ground in grounds if not ground.while_nobody])
        stand_ins = set() if able else self.able(task, [ground for ground in grounds if ground.while_nobody])
        there = able or stand_ins
        several = next((name for held, name in SEVERAL.items() if there <= self.people_holding([held])), "")
        words = falls_to_in_words([self.people[key] for key in sorted(there)], several or "whoever can do it")
        return f"{words}, who stands in" if len(there) == 1 and there <= stand_ins | self.deputy else words

    @property
    def deputy(self) -> set[int]:
        return {self.person.deputy_id} if self.is_absence and self.person.deputy_id else set()

    def able(self, task: TaskRow, grounds: Collection[GroundRow]) -> set[int]:
        found: set[int] = set()
        for ground in grounds:
            asked = self.asked_on(ground)
            found |= self.readers(task, asked) if ground.must_read_record else asked
        if task.customer_id in self.readers_of_few:
            found &= self.readers_of_few[task.customer_id]
        return found

    def readers(self, task: TaskRow, asked: Collection[int]) -> set[int]:
        """Return those of some people who may read the record of a task."""
        model = self.models[task.kind]
        return {
            key for key in asked if model.objects.visible_to(self.people[key]).filter(pk=task.record).exists()
        }

    def asked_on(self, ground: GroundRow) -> set[int]:
        people = self.people_holding([Permission(name) for name in ground.permissions.split()])
        people -= {row.person_id for row in ground.people.all() if row.part == Part.NOT_ASKED}
        if ground.person_id:
            return people & {ground.person_id}
        if ground.managing:
            is_theirs = ground.managing.line_manager_id == self.person.pk
            return people & (self.deputy if is_theirs else {ground.managing.line_manager_id})
        return people


class Addresses:
    """Where a reader goes about somebody's tasks: to hand one over where they may say who does it, else to the task itself."""

    def __init__(self, reader: StaffMember, person: StaffMember, tasks: Collection[TaskRow]):
        self.kinds = task_kinds()
        keys = {task.pk for task in tasks}
        self.readable = keys if reader == person else set()
        if not may_see_work_of_others(reader):
            self.readable = self.readable | keys.intersection(deadlines_of_others(reader, Whose.EVERYBODY))
        self.given_by_reader = set() if may_hand_over_tasks(reader) else tasks_able(reader, self.readable)

    def shown(self, task: TaskRow) -> tuple[str, ...]:
        """Return what a task is and the address, where the reader may read it."""
        if task.pk not in self.readable:
            return ()
        if task.pk in self.given_by_reader:
            return task_in_words(task), reverse("task_hand_over", args=[task.pk])
        customer = task.customer.reference if task.customer else ""
        return task_in_words(task), self.kinds[task.kind].url(task.reference, customer)
