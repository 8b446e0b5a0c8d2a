"""Keep a row for each task, in step with records, and find those that wait for somebody now.

What waits, and for whom, is said by the sources in `task_sources()` alone: `expected_tasks` asks them. They say it for any reader and any moment;
`waiting_tasks` asks the rows for one reader, now, so that an hour that passes, an absence or another role writes nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.models import Permission as HeldPermission
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.db.models.lookups import Exact, IsNull
from django.utils import timezone

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import RecordChanges
from cha_engagement.core.statements import kept_keys, kept_rows
from cha_engagement.organisation import calendar
from cha_engagement.staff import interfaces
from cha_engagement.staff.interfaces import Ground, Part, TaskLink, TaskSource, task_links, task_sources
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import is_managed_by, is_present, staff_with_permission

from .batches import in_batches
from .models import FollowingLock, GroundPerson, Task, TaskGround

TOGETHER = 500  # records whose tasks are compared at once
KEY_FIELDS = {"customer", "note_about", "person", "managing", "without", "beside", "unmanaged"}
TASK_FIELDS = [field.name for field in fields(interfaces.Task) if field.name != "grounds"]
GROUND_FIELDS = [field.name for field in fields(Ground) if field.name != "people"]
PERMISSION_FIELDS = ("permissions", "while_nobody", "nor")


def column(name: str) -> str:
    return f"{name}_id" if name in KEY_FIELDS else name


def expected_tasks(source: TaskSource, keys: Collection[int] | None = None) -> set[interfaces.Task]:
    """Return what waits about all records of a source, or about those with these keys."""
    records = source.model._default_manager.all()
    return set(source.tasks(records if keys is None else records.filter(pk__in=keys)))


def stored_tasks(source: TaskSource, keys: Collection[int] | None = None) -> dict[interfaces.Task, int]:
    """Return the tasks of a source as their rows say them, each with the key of its row."""
    rows = Task.objects.filter(kind__in=source.kinds)
    if keys is not None:
        rows = rows.filter(record__in=keys)
    return {read_task(row): row.pk for row in rows.prefetch_related("grounds__people")}


def read_task(row: Task) -> interfaces.Task:
    values = {name: getattr(row, column(name)) for name in TASK_FIELDS}
    return interfaces.Task(**values, grounds=frozenset(map(read_ground, row.grounds.all())))


def read_ground(row: TaskGround) -> Ground:
    values = {name: getattr(row, column(name)) for name in GROUND_FIELDS}
    for name in PERMISSION_FIELDS:
        values[name] = tuple(map(Permission, values[name].split()))
    values["presence_permission"] = (row.presence_permission and Permission(row.presence_permission)) or None
    people = frozenset((Part(person.part), person.person_id) for person in row.people.all())
    return Ground(**values, people=people)


def write_tasks(source: TaskSource, tasks: Iterable[interfaces.Task]) -> None:
    tasks = list(tasks)
    for task in tasks:
        for ground in task.grounds:
            groups = {ground.while_nobody, ground.nor} - {()}
            if ground.permissions not in source.permissions or not groups <= set(source.groups):
                raise ValueError(f"The source of {task.kind} does not declare what {ground} asks for.")
    rows = Task.objects.bulk_create(
        Task(**{column(name): getattr(task, name) for name in TASK_FIELDS}) for task in tasks
    )
    grounds = [
        (ground, ground_row(ground, row))
        for task, row in zip(tasks, rows, strict=True)
        for ground in sorted(task.grounds, key=repr)
    ]
    TaskGround.objects.bulk_create(row for _, row in grounds)
    GroundPerson.objects.bulk_create(
        GroundPerson(ground=row, part=part, person_id=person)
        for ground, row in grounds
        for part, person in ground.people
    )


def ground_row(ground: Ground, task: Task) -> TaskGround:
    values = {column(name): getattr(ground, name) for name in GROUND_FIELDS}
    for name in PERMISSION_FIELDS:
        values[name] = " ".join(values[name])
    values["presence_permission"] = ground.presence_permission or ""
    return TaskGround(task=task, **values)


def follow_changes(changes: RecordChanges) -> None:
    """Bring in step the tasks of records that were written, and of those whose tasks may depend on them."""
    keys_by_model = affected_keys(changes)
    for source in task_sources():
        if keys := keys_by_model.get(source.model):
            replace_tasks(source, keys)


def affected_keys(changes: RecordChanges) -> Mapping[Any, set[int]]:
    keys: dict[Any, set[int]] = defaultdict(set)
    models = {source.model for source in task_sources()}
    for model, written in changes.items():
        if model in models:
            keys[model].update(pk for pk, before in written.items() if before != {})
    for link in task_links():
        pointer, pointed_from = pointing_field(link)
        others: list[int] = []
        left: set[int] = set()
        for pk, before in changes.get(link.written, {}).items():
            if before is None:
                others += [pk] if link.new_too else []
            elif before.keys() & (link.fields | {pointer}) if link.fields else before:
                others.append(pk)
                left |= keys_before(before.get(pointer))
        # Those to which it leads now, and those to which it led before.
        for path, found in ((link.path, others), (pointed_from, left)):
            if found:
                dependent = link.model._default_manager.filter(**{f"{path}__in": found} if path else {})
                keys[link.model].update(dependent.order_by().values_list("pk", flat=True))
    return keys


@cache
def pointing_field(link: TaskLink) -> tuple[str, str]:
    """Return the field by which a written record points back along the path of a link, and the path to what it points to.

    Both are empty where the last step leads to it by a field of another record: where that changes, that other is written.
    """
    *steps, last = link.path.split("__")
    model = link.model
    for step in steps:
        model = model._meta.get_field(step).related_model
    relation = model._meta.get_field(last) if last else None
    if relation is None or not relation.auto_created:
        return "", ""
    return relation.field.name, "__".join(steps) or "pk"


def keys_before(value: Any) -> set[int]:
    """Return the keys of the records to which a field pointed."""
    return set(value) if isinstance(value, frozenset) else {value} - {None}


def replace_tasks(source: TaskSource, keys: Collection[int] | None = None) -> int:
    """Write the tasks of a source as they are to be, and return how many rows were not so."""
    expected, stored = expected_tasks(source, keys), stored_tasks(source, keys)
    wrong = [pk for task, pk in stored.items() if task not in expected]
    missing = expected - stored.keys()
    if wrong:
        Task.objects.filter(pk__in=wrong).delete()
    if missing:
        write_tasks(source, missing)
    return len(wrong) + len(missing)


def follow_settings() -> None:
    """Bring in step what depends on the association's details."""
    for source in task_sources():
        if source.follows_settings:
            replace_tasks(source)


def find_differing_tasks(source: TaskSource, keys: Collection[int]) -> set[interfaces.Task]:
    """Return the tasks of some records that have no row, or have one and should not."""
    return expected_tasks(source, keys) ^ stored_tasks(source, keys).keys()


def find_suspected_records(source: TaskSource) -> list[int]:
    """Return the keys of records whose rows seem wrong, while others may write: what was written in between seems so too."""
    keys = set(source.model._base_manager.values_list("pk", flat=True))
    keys.update(Task.objects.filter(kind__in=source.kinds).values_list("record", flat=True))
    found = (find_differing_tasks(source, some) for some in in_batches(keys, TOGETHER))
    return sorted({task.record for tasks in found for task in tasks})


@transaction.atomic
def confirm_wrong_tasks(source: TaskSource, keys: Collection[int]) -> set[interfaces.Task]:
    """Return the tasks of some records that have no row, or have one and should not, while nobody writes rows."""
    FollowingLock.take()
    return {task for some in in_batches(keys, TOGETHER) for task in find_differing_tasks(source, some)}


def find_wrong_tasks(source: TaskSource) -> set[interfaces.Task]:
    """Return the tasks that have no row, or have one and should not."""
    suspected = find_suspected_records(source)
    return confirm_wrong_tasks(source, suspected) if suspected else set()


def tasks_of_unknown_kinds() -> QuerySet[Task]:
    """Return the rows that an older version of this application has left, whose kinds nobody knows any more."""
    return Task.objects.exclude(kind__in=[kind for source in task_sources() for kind in source.kinds])


def mend_tasks() -> int:
    """Bring every row in step, and return how many were not."""
    count = tasks_of_unknown_kinds().count()
    tasks_of_unknown_kinds().delete()
    for source in task_sources():
        for keys in in_batches(find_suspected_records(source), TOGETHER):
            with transaction.atomic():
                FollowingLock.take()
                count += replace_tasks(source, keys)
    return count


# Reading


def waiting_tasks(user: StaffMember) -> QuerySet[Task]:
    """Return what waits for somebody now."""
    return Task.objects.filter(pk__in=kept_keys(waiting_task_keys, user, timezone.now()))


def waiting_count(user: StaffMember) -> int:
    return len({*kept_rows(waiting_task_keys, user, timezone.now())})


def waiting_task_keys(user: StaffMember, now: datetime) -> QuerySet[Any]:
    return grounds_for(user, now).order_by().values("task")


def grounds_for(user: StaffMember, now: datetime) -> QuerySet[TaskGround]:
    """Return the grounds on which something waits for somebody at a moment of today."""
    today = calendar.today()
    held = {
        permissions
        for source in task_sources()
        for permissions in source.permissions
        if user.has_perms(permissions)
    }
    managed = StaffMember.objects.filter(is_managed_by(user)).values("pk")
    grounds = TaskGround.objects.filter(
        Q(person=None) | Q(person=user.pk),
        Q(managing=None) | Q(managing__in=managed),
        Q(since=None) | Q(since__lte=now),
        Q(until=None) | Q(until__gt=now),
        Q(without=None) | ~Exists(is_there_by_ground("without")),
        Q(beside=None) | Exists(is_there_by_ground("beside")),
        Q(unmanaged=None) | is_unmanaged(),
        permissions__in=[" ".join(permissions) for permissions in sorted(held)],
    )
    if user.is_away and user.away_until != today:
        grounds = grounds.filter(Q(must_be_back=False) | Q(back_by__gte=user.away_until))
    return grounds.filter(
        ~Exists(spoiling_people(user)), is_one_of_those_asked(user), is_nobody_there(), is_readable(user)
    )


def holds_what_ground_asks(person: str) -> Q:
    """Return a `Q` in a query of staff inside one of grounds: somebody holds what counts as being there."""
    asked = OuterRef("presence_permission")
    held = HeldPermission.objects.filter(group__user=OuterRef(person)).annotate(
        label=Concat("content_type__app_label", Value("."), "codename")
    )
    return Q(Exact(asked, Value(""))) | Q(
        Exists(held.filter(label=OuterRef(OuterRef("presence_permission"))))
    )


def is_there_by_ground(field: str) -> QuerySet[StaffMember]:
    is_back = (
        Q(away_until=None) | Q(away_until__lt=calendar.today()) | Q(Exact(OuterRef("even_away"), Value(True)))
    )
    return StaffMember.objects.filter(
        is_back, holds_what_ground_asks("pk"), pk=OuterRef(field), is_active=True
    ).order_by()


def is_unmanaged() -> Q:
    """Return a `Q` on grounds: nobody who counts manages this person and is there. Policy §57."""

    def can_take_it(person: str) -> Q:
        not_counted = GroundPerson.objects.filter(
            ground=OuterRef(OuterRef("pk")), part=Part.NOT_COUNTED, person=OuterRef(person)
        )
        return is_present(person) & holds_what_ground_asks(person) & ~Q(Exists(not_counted))

    is_covered = Q(line_manager__away_until__gte=calendar.today(), line_manager__deputy__is_active=True)
    managed = StaffMember.objects.filter(
        can_take_it("line_manager") | is_covered & can_take_it("line_manager__deputy"),
        pk=OuterRef("unmanaged"),
        line_manager__is_active=True,
    )
    return ~Q(Exists(managed.order_by()))


def spoiling_people(user: StaffMember) -> QuerySet[GroundPerson]:
    """Return the parts by which a ground does not hold for this reader now."""
    is_there = is_present("person")
    is_gone = Q(person__is_active=False) | Q(person__away_until__gte=calendar.today())
    return GroundPerson.objects.filter(
        Q(part=Part.NOT_ASKED, person=user.pk)
        | Q(part=Part.IS_NOT_THERE) & is_there
        | Q(part=Part.IS_THERE) & is_gone,
        ground=OuterRef("pk"),
    )


def is_one_of_those_asked(user: StaffMember) -> Q:
    asked = GroundPerson.objects.filter(ground=OuterRef("pk"), part=Part.ASKED_ALONE)
    return ~Q(Exists(asked)) | Q(Exists(asked.filter(person=user.pk)))


def is_nobody_there() -> Q:
    """Return a `Q` on grounds: of the group that has to be gone nobody is there, or back by the day that counts."""
    today = calendar.today()
    is_back = (
        Q(away_until=None)
        | Q(away_until__lt=today)
        | Q(away_until__lte=OuterRef("back_by"))
        | Q(away_until=today) & Q(IsNull(OuterRef("back_by"), False))
    )
    not_counted = GroundPerson.objects.filter(
        ground=OuterRef(OuterRef("pk")), part=Part.NOT_COUNTED, person=OuterRef("pk")
    )
    are_gone, others_are_gone = Q(while_nobody=""), Q(nor="")
    for group in dict.fromkeys(group for source in task_sources() for group in source.groups):
        people = StaffMember.objects.filter(is_back, ~Exists(not_counted), is_active=True)
        for permission in group:
            people = people.filter(pk__in=staff_with_permission(permission).values("pk"))
        is_gone = ~Q(Exists(people.order_by()))
        are_gone |= Q(while_nobody=" ".join(group)) & is_gone
        others_are_gone |= Q(nor=" ".join(group)) & is_gone
    return are_gone & others_are_gone


def is_readable(user: StaffMember) -> Q:
    """Return a `Q` on grounds: the reader may read the record, where only then it waits for them."""
    result = Q(must_read_record=False)
    for source in task_sources():
        if source.asks_readers and user.has_perms(source.asks_readers):
            visible = source.model.objects.visible_to(user).filter(pk=OuterRef("task__record"))
            result |= Q(Exists(visible.order_by()), task__kind__in=source.kinds)
    return result
