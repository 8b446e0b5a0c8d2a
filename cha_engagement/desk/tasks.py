"""Keep a row for each task, in step with records.

What waits, and for whom, is said by the sources in `task_sources()` alone: `expected_tasks` asks them. They say it for any reader and any moment;
`desk.waiting` asks the rows for one reader, now.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib.auth.models import Permission as HeldPermission
from django.db import transaction
from django.db.models import Q, QuerySet, TextField, Value

from cha_engagement.core.records import RecordChanges, made_keys
from cha_engagement.core.statements import fill_up, kept_rows_of_all
from cha_engagement.staff.interfaces import (
    Ground,
    GroundPerson,
    Task,
    TaskLink,
    TaskSource,
    task_links,
    task_sources,
)

from .batches import sorted_batches
from .models import FollowingLock, GroundPersonRow, GroundRow, TaskRow

TOGETHER = 500  # records whose tasks are compared at once
KEY_FIELDS = {"customer", "note_about", "person", "managing", "unmanaged", "manager_permission"}
Asked = tuple[TaskSource, Collection[int]]
"""A source, and the keys of some of its records."""

TASK_FIELDS = [field.name for field in fields(Task) if field.name != "grounds"]
GROUND_FIELDS = [field.name for field in fields(Ground) if field.name != "people"]
Row = tuple[Any, ...]


def column(name: str) -> str:
    return f"{name}_id" if name in KEY_FIELDS else name


TASK_COLUMNS = ["pk", *map(column, TASK_FIELDS)]
GROUND_COLUMNS = [f"grounds__{name}" for name in ("pk", *map(column, GROUND_FIELDS))]
PERSON_COLUMNS = [
    f"grounds__people__{name}" for name in ("pk", "part", "person_id", "permission_id", "even_away")
]
"""What the rows of a task are read by: the key of each, and what it says."""


@cache
def permission_keys() -> dict[str, int]:
    """Return the key of each permission by its name: migrations alone make any."""
    names = HeldPermission.objects.values_list("content_type__app_label", "codename", "pk")
    return {f"{app_label}.{codename}": key for app_label, codename, key in names}


@cache
def permission_names() -> dict[int, str]:
    return {key: name for name, key in permission_keys().items()}


def forget_permission_keys(**kwargs: Any) -> None:
    permission_keys.cache_clear()
    permission_names.cache_clear()


def key_of(permission: str | None) -> int | None:
    return permission_keys()[permission] if permission else None


def name_of(key: int | None) -> Any:
    return permission_names()[key] if key else None


def expected_tasks(source: TaskSource, keys: Collection[int]) -> set[Task]:
    """Return what waits about some records of a source. Raises `ValueError` where it asks for what the source does not declare."""
    tasks = set(source.tasks(keys))
    watched = {(), *source.watched_permissions}
    for task in tasks:
        for ground in task.grounds:
            if (
                ground.permissions not in source.permissions
                or ground.while_nobody not in watched
                or (ground.must_read_record and not source.reader_permissions)
            ):
                raise ValueError(f"The source of {task.kind} does not declare what {ground} asks for.")
    return tasks


def stored_tasks(asked: Iterable[Asked]) -> dict[Task, int]:
    """Return the tasks about some records of some sources as their rows say them, each with the key of its row."""
    rows = kept_rows_of_all(
        (rows_of_tasks, (" ".join(source.kinds), *fill_up(list(keys)))) for source, keys in asked if keys
    )
    tasks: dict[Row, dict[Row, set[Row]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        ground_at, person_at = len(TASK_COLUMNS), len(TASK_COLUMNS) + len(GROUND_COLUMNS)
        tasks[row[:ground_at]][row[ground_at:person_at]].add(row[person_at:])
    return {read_task(task, grounds): task[0] for task, grounds in tasks.items()}


def rows_of_tasks(kinds: str, *records: int) -> QuerySet[Any]:
    """Return the rows of tasks of these kinds about records with these keys, each with one of its grounds and of the people in that, if there are any."""
    rows = TaskRow.objects.filter(kind__in=kinds.split(), record__in=records).order_by()
    return rows.values_list(*TASK_COLUMNS, *GROUND_COLUMNS, *PERSON_COLUMNS)


def read_task(row: Row, grounds: Mapping[Row, Iterable[Row]]) -> Task:
    read = (read_ground(ground, people) for ground, people in grounds.items() if ground[0])
    return Task(**dict(zip(TASK_FIELDS, row[1:], strict=True)), grounds=frozenset(read))


def read_ground(row: Row, people: Iterable[Row]) -> Ground:
    """Return what a row says. A permission or a part may be one that only an older version knew."""
    values = dict(zip(GROUND_FIELDS, row[1:], strict=True))
    values["permissions"] = tuple(values["permissions"].split())
    values["manager_permission"] = name_of(values["manager_permission"])
    values["while_nobody"] = tuple(
        tuple(group.split()) for group in values["while_nobody"].split(",") if group
    )
    read = (
        GroundPerson(part, person, name_of(permission), even_away)
        for key, part, person, permission, even_away in people
        if key
    )
    return Ground(**values, people=frozenset(read))


def write_tasks(tasks: Collection[Task]) -> None:
    rows = TaskRow.objects.bulk_create(
        TaskRow(**{column(name): getattr(task, name) for name in TASK_FIELDS}) for task in tasks
    )
    grounds = [
        (ground, ground_row(ground, row))
        for task, row in zip(tasks, rows, strict=True)
        for ground in sorted(task.grounds, key=repr)
    ]
    GroundRow.objects.bulk_create(row for _, row in grounds)
    GroundPersonRow.objects.bulk_create(
        GroundPersonRow(
            ground=row,
            part=person.part,
            person_id=person.person,
            permission_id=key_of(person.permission),
            even_away=person.even_away,
        )
        for ground, row in grounds
        for person in ground.people
    )


def ground_row(ground: Ground, task: TaskRow) -> GroundRow:
    values = {column(name): getattr(ground, name) for name in GROUND_FIELDS}
    values["permissions"] = join_permissions(ground.permissions)
    values["manager_permission_id"] = key_of(ground.manager_permission)
    values["while_nobody"] = join_groups(ground.while_nobody)
    return GroundRow(task=task, **values)


def join_permissions(permissions: Iterable[str]) -> str:
    return " ".join(permissions)


def join_groups(groups: Iterable[Iterable[str]]) -> str:
    return ",".join(map(join_permissions, groups))


def follow_changes(changes: RecordChanges) -> None:
    """Bring in step the tasks of records that were written, and of those whose tasks may depend on them."""
    keys_by_model = affected_keys(changes)
    sources = task_sources()
    numbered = [
        (number, key) for number, source in enumerate(sources) for key in keys_by_model.get(source.model, ())
    ]
    for some in sorted_batches(numbered, TOGETHER):
        keys_by_source = groupby(some, itemgetter(0))
        replace_tasks(
            [(sources[number], {key for _, key in pairs}) for number, pairs in keys_by_source], changes
        )


def affected_keys(changes: RecordChanges) -> Mapping[Any, set[int]]:
    keys: dict[Any, set[int]] = defaultdict(set)
    models = {source.model for source in task_sources()}
    for model, written in changes.items():
        if model in models:
            keys[model].update(pk for pk, before in written.items() if before != {})
    links = task_links()
    asked = []
    for number, link in enumerate(links):
        pointer, pointed_from = pointing_field(link)
        others: list[int] = []
        left: set[int] = set()
        for pk, before in changes.get(link.written, {}).items():
            if before is None:
                others += [] if link.changed_only else [pk]
            elif before.keys() & (link.fields | {pointer}) if link.fields else before:
                others.append(pk)
                left |= keys_before(before.get(pointer))
        # Those to which it leads now, and those to which it led before.
        for path, found in ((link.path, others), (pointed_from, left)):
            if found:
                asked.append((dependent_records, (str(number), path, *fill_up(list(found if path else ())))))
    for number, key in kept_rows_of_all(asked):
        keys[links[int(number)].model].add(key)
    return keys


def dependent_records(link: str, path: str, *keys: int) -> QuerySet[Any]:
    """Return those to which a path leads from records with these keys, each with the number of its link; all for a link without one.

    Of either those that its link narrows down.
    """
    model, records = task_links()[int(link)].model, task_links()[int(link)].records
    dependent = model._default_manager.filter(records, Q(**{f"{path}__in": keys}) if path else Q())
    return dependent.order_by().values_list(Value(link, TextField()), "pk")


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


def replace_tasks(asked: Collection[Asked], changes: RecordChanges | None = None) -> int:
    """Write the tasks about some records of some sources as they are to be, and return how many rows were not so.

    Of a record that is made in these `changes` nothing is stored yet.
    """
    made = made_keys(changes or {})
    expected = {task for source, keys in asked for task in expected_tasks(source, keys)}
    stored = stored_tasks((source, set(keys) - made.get(source.model, set())) for source, keys in asked)
    wrong = [pk for task, pk in stored.items() if task not in expected]
    missing = expected - stored.keys()
    if wrong:
        delete_tasks(wrong)
    if missing:
        write_tasks(missing)
    return len(wrong) + len(missing)


def delete_tasks(keys: Collection[int]) -> None:
    """Delete rows of tasks and all that belongs to them, from the bottom up: Django would read each of them before."""
    grounds, tasks = GroundRow.objects.filter(task__in=keys), TaskRow.objects.filter(pk__in=keys)
    people = GroundPersonRow.objects.filter(ground__in=grounds)
    for rows in (people, grounds, tasks):
        rows._raw_delete(rows.db)


def find_differing_tasks(source: TaskSource, keys: Collection[int]) -> set[Task]:
    """Return the tasks of some records that have no row, or have one and should not."""
    return expected_tasks(source, keys) ^ stored_tasks([(source, keys)]).keys()


def find_suspected_records(source: TaskSource) -> list[int]:
    """Return the keys of records whose rows seem wrong, while others may write: what was written in between seems so too."""
    keys = set(source.model._base_manager.values_list("pk", flat=True))
    keys.update(TaskRow.objects.filter(kind__in=source.kinds).values_list("record", flat=True))
    found = (find_differing_tasks(source, some) for some in sorted_batches(keys, TOGETHER))
    return sorted({task.record for tasks in found for task in tasks})


@transaction.atomic
def confirm_wrong_tasks(source: TaskSource, keys: Collection[int]) -> set[Task]:
    """Return the tasks of some records that have no row, or have one and should not, while nobody writes rows."""
    FollowingLock.take()
    return {task for some in sorted_batches(keys, TOGETHER) for task in find_differing_tasks(source, some)}


def find_wrong_tasks(source: TaskSource) -> set[Task]:
    """Return the tasks that have no row, or have one and should not."""
    suspected = find_suspected_records(source)
    return confirm_wrong_tasks(source, suspected) if suspected else set()


def tasks_of_unknown_kinds() -> QuerySet[TaskRow]:
    """Return the rows that an older version of this application has left, whose kinds nobody knows any more."""
    return TaskRow.objects.exclude(kind__in=[kind for source in task_sources() for kind in source.kinds])


def mend_tasks() -> int:
    """Bring every row in step, and return how many were not."""
    count = tasks_of_unknown_kinds().count()
    tasks_of_unknown_kinds().delete()
    for source in task_sources():
        for keys in sorted_batches(find_suspected_records(source), TOGETHER):
            # Others write between two of these.
            with transaction.atomic(durable=True):
                FollowingLock.take()
                count += replace_tasks([(source, keys)])
    return count
