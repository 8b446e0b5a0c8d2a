"""Find the tasks that wait for somebody now, by the rows that `desk.tasks` keeps.

Who reads and what time it is decide here alone, so that an hour that passes, an absence or another role writes nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.contrib.auth.models import Group
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import Exact, IsNull
from django.utils import timezone

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import leaves_nothing_out
from cha_engagement.core.statements import kept_keys, kept_rows, kept_rows_of_all
from cha_engagement.customers.few.models import CaseForFew
from cha_engagement.organisation import calendar
from cha_engagement.staff.interfaces import Part, task_sources
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import (
    is_at_work,
    is_covered,
    is_managed_by,
    is_present,
    keys_with_permission,
)
from cha_engagement.staff.requests import StaffRequest

from .models import GroundPersonRow, GroundRow, HeldTask, TaskRow
from .tasks import join_groups, join_permissions


def waiting_tasks(user: StaffMember) -> QuerySet[TaskRow]:
    """Return what waits for somebody now."""
    now = timezone.now()
    is_waiting = Q(pk__in=kept_keys(waiting_task_keys, user, now)) | Q(
        pk__in=kept_keys(held_task_keys, user, now)
    )
    return TaskRow.objects.filter(is_waiting)


class Whose(StrEnum):
    """Whose work a page shows: what waits for its reader, for those whose line manager they are, or for anybody."""

    MINE = "mine"
    TEAM = "team"
    EVERYBODY = "everybody"


class Deadline(NamedTuple):
    """By when a task is to be done: on a day, and at once from a moment on, where there is one."""

    urgent_from: datetime | None
    due_on: date


def waiting_deadlines(request: StaffRequest) -> dict[int, Deadline]:
    """Return the tasks that wait now for whoever asks for a page, by their keys. Asked once a request: for the numbers, and for the list."""
    cache = vars(request)
    if "waiting_deadlines" not in cache:
        asked = (request.user, timezone.now())
        rows = kept_rows_of_all([(waiting_task_rows, asked), (held_task_rows, asked)])
        cache["waiting_deadlines"] = {key: Deadline(*deadline) for key, *deadline in rows}
        cache["waiting_count"] = len(cache["waiting_deadlines"])
    return cache["waiting_deadlines"]


def waiting_count(request: StaffRequest) -> int:
    """Return how many tasks wait now for whoever asks for a page. Their days, which most pages do not show, take as long to read as to find."""
    cache = vars(request)
    if "waiting_count" not in cache:
        asked = (request.user, timezone.now())
        rows = kept_rows_of_all([(waiting_task_keys, asked), (held_task_keys, asked)])
        cache["waiting_count"] = len({*rows})
    return cache["waiting_count"]


def deadlines_of_others(user: StaffMember, whose: Whose) -> dict[int, Deadline]:
    """Return the tasks that wait now for somebody of a reader's team, or for anybody, by their keys."""
    find = {Whose.TEAM: task_rows_of_team, Whose.EVERYBODY: task_rows_of_everybody}[whose]
    return {key: Deadline(*deadline) for key, *deadline in kept_rows(find, user, timezone.now())}


def task_rows_of_team(user: StaffMember, now: datetime) -> QuerySet[Any]:
    team = StaffMember.objects.filter(is_managed_by(user)).values("pk")
    is_of_team = Q(person__in=team) | Q(Exists(holdings().filter(holder__in=team)))
    return deadline_rows(grounds_of_others(user, now).filter(is_of_team))


def task_rows_of_everybody(user: StaffMember, now: datetime) -> QuerySet[Any]:
    return deadline_rows(grounds_of_others(user, now))


def people_asked(user: StaffMember, tasks: Collection[int]) -> dict[int, list[int]]:
    """Return the keys of those for whom each of some tasks waits now by name; none of one that anybody with a role may take."""
    grounds = grounds_of_others(user, timezone.now()).filter(task__in=tasks)
    people: defaultdict[int, list[int]] = defaultdict(list)
    held = grounds.annotate(holder=Subquery(holdings().values("holder")[:1])).exclude(holder=None)
    people.update({task: [holder] for task, holder in held.order_by().values_list("task", "holder")})
    named = grounds.filter(person__isnull=False).exclude(task__in=[*people])
    for task, person in named.order_by("person__first_name").values_list("task", "person").distinct():
        people[task].append(person)
    return people


def waiting_task_keys(user: StaffMember, now: datetime) -> QuerySet[Any]:
    return grounds_for(user, now).order_by().values("task")


def held_task_keys(user: StaffMember, now: datetime) -> QuerySet[Any]:
    return held_grounds(user, now).order_by().values("task")


def waiting_task_rows(user: StaffMember, now: datetime) -> QuerySet[Any]:
    return deadline_rows(grounds_for(user, now))


def held_task_rows(user: StaffMember, now: datetime) -> QuerySet[Any]:
    return deadline_rows(held_grounds(user, now))


def deadline_rows(grounds: QuerySet[GroundRow]) -> QuerySet[Any]:
    return grounds.order_by().values_list("task", "task__urgent_from", "task__due_on")


def grounds_for(user: StaffMember, now: datetime) -> QuerySet[GroundRow]:
    """Return the grounds on which something waits for somebody at a moment of today, but what somebody else has and is there to do.

    Of a case for few nobody is there but its readers. Beyond the policy: B33.
    """
    is_free = ~Q(Exists(holdings_of_others(user)))
    if user.customers_for_few:
        readers = case_read_by(OuterRef(OuterRef("task__customer")), "holder")
        by_readers = holdings_of_others(user).filter(Exists(readers))
        is_free |= is_of_case_for_few(user) & ~Q(Exists(by_readers))
    return grounds_asking(user, now).filter(is_free)


def held_grounds(user: StaffMember, now: datetime) -> QuerySet[GroundRow]:
    """Return the grounds of what somebody has, whoever else is there meanwhile, but those on which they are not asked while others are."""
    not_asked = GroundPersonRow.objects.filter(ground=OuterRef("pk"), part=Part.NOT_ASKED, person=user.pk)
    held = HeldTask.objects.filter(holder=user.pk, ended_at=None)
    return GroundRow.objects.filter(
        # More than what they have, and found by an index: the grounds of all tasks are not gone through for the few of one person.
        Q(task__in=TaskRow.objects.filter(kind__in=held.values("kind"), record__in=held.values("record"))),
        is_of_readable_case(user),
        is_within(now),
        ~Exists(not_asked),
        Exists(holdings().filter(holder=user.pk)),
        while_nobody="",
    )


def holder_of(task: TaskRow) -> StaffMember | None:
    """Return who has a task by name."""
    held = HeldTask.objects.filter(kind=task.kind, record=task.record, ended_at=None)
    return StaffMember.objects.filter(pk__in=held.values("holder")).first()


def holdings() -> QuerySet[HeldTask]:
    """Return who has the task of a ground."""
    return HeldTask.objects.filter(
        kind=OuterRef("task__kind"), record=OuterRef("task__record"), ended_at=None
    ).order_by()


def holdings_of_others(user: StaffMember) -> QuerySet[HeldTask]:
    """Return who else has the task of a ground, is there, and may be asked on it."""
    barred = GroundPersonRow.objects.filter(
        ground=OuterRef(OuterRef("pk")), part=Part.NOT_ASKED, person=OuterRef("holder")
    )
    return holdings().filter(~Exists(barred), is_present("holder")).exclude(holder=user.pk)


def grounds_asking(user: StaffMember, now: datetime) -> QuerySet[GroundRow]:
    """Return the grounds on which something would wait for somebody at a moment of today, whoever has it."""
    today = calendar.today()
    held = {
        permissions
        for source in task_sources()
        for permissions in source.permissions
        if user.has_perms(permissions)
    }
    managed = StaffMember.objects.filter(is_managed_by(user)).values("pk")
    held_permissions = [join_permissions(permissions) for permissions in sorted(held)]
    grounds = grounds_at(user, now).filter(
        Q(person=None) | Q(person=user.pk) | is_left_to_reader(user),
        Q(managing=None) | Q(managing__in=managed),
        is_readable(user),
        Q(permissions__in=held_permissions) | is_beyond_readers(user, held),
    )
    if user.is_away and user.away_until != today:
        grounds = grounds.filter(Q(must_be_back=False) | Q(back_by__gte=user.away_until))
    return grounds


def grounds_at(user: StaffMember, now: datetime) -> QuerySet[GroundRow]:
    """Return the grounds on which something waits for anybody at a moment of today, but those on which this reader is not to be asked."""
    return GroundRow.objects.filter(
        is_of_readable_case(user),
        is_within(now),
        Q(unmanaged=None) | is_unmanaged(user),
        ~Exists(spoiling_people(user)),
        is_nobody_there(user),
    )


def is_within(now: datetime) -> Q:
    return (Q(since=None) | Q(since__lte=now)) & (Q(until=None) | Q(until__gt=now))


def is_of_readable_case(user: StaffMember) -> Q:
    """Return a `Q` on grounds: the case is not closed to the reader. Tasks of a closed one are for its readers alone. Beyond the policy: B33."""
    if not user.closed_customers:
        return Q()
    return Q(task__customer=None) | ~Q(task__customer__in=sorted(user.closed_customers))


def is_left_to_reader(user: StaffMember) -> Q:
    """Return a `Q` on grounds of a case for few: they name somebody who may not read it, so that a reader who is a manager does it. Beyond the policy: B33."""
    if not user.has_perm(Permission.ASSIGN_CUSTOMERS):
        return Q(pk__in=[])
    named = Exists(case_read_by(OuterRef("task__customer"), "person"))
    return is_of_case_for_few(user) & Q(person__isnull=False) & ~Q(named)


def is_beyond_readers(user: StaffMember, held: Collection[tuple[Permission, ...]]) -> Q:
    """Return a `Q` on grounds of a case for few: no reader holds what they ask for, so that a reader who is a manager sees that. Beyond the policy: B33.

    `held` is what this reader holds.
    """
    result = Q(pk__in=[])
    if not user.customers_for_few or not user.has_perm(Permission.ASSIGN_CUSTOMERS):
        return result
    asked = dict.fromkeys(permissions for source in task_sources() for permissions in source.permissions)
    for permissions in asked:
        if permissions not in held:
            is_reader = Exists(case_read_by(OuterRef(OuterRef("task__customer")), "pk"))
            able = staff_with_permissions(permissions).filter(is_reader)
            # What is found by a column of its own comes first: SQLite would look for people who are able for each ground there is.
            result |= (
                is_of_case_for_few(user) & Q(permissions=join_permissions(permissions)) & ~Q(Exists(able))
            )
    return result


def is_of_case_for_few(user: StaffMember) -> Q:
    """Return a `Q` on grounds: the case is for few, and this reader is one of these. Hardly anybody is: of others nothing is asked."""
    return Q(task__customer__in=sorted(user.customers_for_few))


def case_read_by(customer: OuterRef, person: str) -> QuerySet[CaseForFew]:
    """Return the case for few of a ground's customer, where the person in a field of a row is one of its readers."""
    cases = CaseForFew.objects.standing().filter(customer=customer, readers=OuterRef(person))
    return cases.order_by()


def grounds_of_others(user: StaffMember, now: datetime) -> QuerySet[GroundRow]:
    """Return the grounds on which something waits for anybody who can do it, as this reader is shown it: for nobody who left."""
    can_do_it = Q(person=None)
    sources = task_sources()
    for permissions in dict.fromkeys(permissions for source in sources for permissions in source.permissions):
        people = staff_with_permissions(permissions).values("pk")
        can_do_it |= Q(permissions=join_permissions(permissions), person__in=people)
    return grounds_at(user, now).filter(can_do_it)


def staff_with_permissions(permissions: Iterable[Permission]) -> QuerySet[StaffMember]:
    """Return the active members of staff who hold all of these permissions."""
    people = StaffMember.objects.filter(is_active=True)
    for permission in permissions:
        people = people.filter(pk__in=keys_with_permission(permission))
    return people.order_by()


def people_able(task: TaskRow) -> QuerySet[StaffMember]:
    """Return the active members of staff who could do a task, whether it waits for them now or for others.

    Not those on whom it falls only while nobody else is there, nor those whom no ground may ask; of a case for few its readers alone.
    """
    able = Q(pk__in=[])
    for ground in task.grounds.filter(while_nobody="").prefetch_related("people"):
        barred = [row.person_id for row in ground.people.all() if row.part == Part.NOT_ASKED]
        people = staff_with_permissions(map(Permission, ground.permissions.split())).exclude(pk__in=barred)
        if ground.person_id:
            people = people.filter(pk=ground.person_id)
        elif ground.managing_id:
            people = people.filter(reports=ground.managing_id)
        elif ground.must_read_record:
            continue
        able |= Q(pk__in=people.values("pk"))
    people = StaffMember.objects.filter(able, is_active=True)
    case = CaseForFew.objects.standing().filter(customer=task.customer_id).first()
    return people.filter(pk__in=case.readers.values("pk")) if case else people


def tasks_able(user: StaffMember, tasks: Collection[int]) -> set[int]:
    """Return those of some tasks, by key, that somebody could do, by the same as `people_able` says of one."""
    grounds = GroundRow.objects.filter(task__in=tasks, while_nobody="").select_related("managing")
    return {
        ground.task_id
        for ground in grounds.prefetch_related("people")
        if user.has_perms(ground.permissions.split())
        and is_among_asked(user, ground)
        and (user.pk, Part.NOT_ASKED) not in {(row.person_id, row.part) for row in ground.people.all()}
    }


def is_among_asked(user: StaffMember, ground: GroundRow) -> bool:
    if ground.person_id:
        return ground.person_id == user.pk
    if ground.managing:
        return ground.managing.line_manager_id == user.pk
    return not ground.must_read_record


def holds(person: str, permission: Any) -> Q:
    """Return a `Q` on rows with a person: that one holds the permission in a field, or none is given there."""
    seen_from_inside = OuterRef(permission if isinstance(permission, OuterRef) else permission.name)
    held = Group.permissions.through.objects.filter(group__user=OuterRef(person), permission=seen_from_inside)
    return Q(IsNull(permission, True)) | Q(Exists(held))


def is_unmanaged(user: StaffMember) -> Q:
    """Return a `Q` on grounds: nobody who counts manages this person and is there. Policy §57.

    Of a case for few nobody is there but its readers. Beyond the policy: B33.
    """
    result = ~Q(Exists(managed_people()))
    if user.customers_for_few:
        result |= is_of_case_for_few(user) & ~Q(Exists(managed_people(by_readers=True)))
    return result


def managed_people(*, by_readers: bool = False) -> QuerySet[StaffMember]:
    """Return the person of a ground, while somebody who counts manages them and is there, perhaps as one of its readers."""

    def can_take_it(person: str) -> Q:
        not_counted = GroundPersonRow.objects.filter(
            ground=OuterRef(OuterRef("pk")), part=Part.NOT_COUNTED, person=OuterRef(person)
        )
        can = is_present(person) & holds(person, OuterRef("manager_permission")) & ~Q(Exists(not_counted))
        if by_readers:
            can &= Q(Exists(case_read_by(OuterRef(OuterRef("task__customer")), person)))
        return can

    managed = StaffMember.objects.filter(
        can_take_it("line_manager") | is_covered() & can_take_it("line_manager__deputy"),
        pk=OuterRef("unmanaged"),
        line_manager__is_active=True,
    )
    return managed.order_by()


def spoiling_people(user: StaffMember) -> QuerySet[GroundPersonRow]:
    """Return the parts by which a ground does not hold for this reader now. Of a case for few nobody is there but its readers."""
    is_back = Q(even_away=True) | is_at_work("person")
    is_there = Q(person__is_active=True) & is_back & holds("person", F("permission"))
    if user.customers_for_few:
        is_reader = Q(Exists(case_read_by(OuterRef("ground__task__customer"), "person")))
        is_there &= ~Q(ground__task__customer__in=sorted(user.customers_for_few)) | is_reader
    # Said once: PostgreSQL works out each time what is said twice.
    is_spoilt = Exact(truth_of(Q(part=Part.ABSENT)), truth_of(is_there))
    return GroundPersonRow.objects.filter(
        Q(part=Part.NOT_ASKED, person=user.pk) | Q(part__in=[Part.ABSENT, Part.PRESENT]) & Q(is_spoilt),
        ground=OuterRef("pk"),
    )


def truth_of(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, BooleanField())


def is_nobody_there(user: StaffMember) -> Q:
    """Return a `Q` on grounds: of each group that has to be gone nobody is there, or back by the day that counts.

    Of a case for few nobody is there but its readers. Beyond the policy: B33.
    """
    today = calendar.today()
    is_back = (
        is_at_work()
        | Q(away_until__lte=OuterRef("back_by"))
        | Q(away_until=today) & Q(IsNull(OuterRef("back_by"), False))
    )
    not_counted = GroundPersonRow.objects.filter(
        ground=OuterRef(OuterRef("pk")), part=Part.NOT_COUNTED, person=OuterRef("pk")
    )
    result = Q(while_nobody="")
    for groups in dict.fromkeys(groups for source in task_sources() for groups in source.watched_permissions):
        are_gone = Q(while_nobody=join_groups(groups))
        for permissions in groups:
            people = staff_with_permissions(permissions).filter(is_back, ~Exists(not_counted))
            is_gone = ~Q(Exists(people))
            if user.customers_for_few:
                is_reader = Exists(case_read_by(OuterRef(OuterRef("task__customer")), "pk"))
                is_gone |= is_of_case_for_few(user) & ~Q(Exists(people.filter(is_reader)))
            are_gone &= is_gone
        result |= are_gone
    return result


def is_readable(user: StaffMember) -> Q:
    """Return a `Q` on grounds: the reader may read the record, where only then it waits for them."""
    result = Q(must_read_record=False)
    for source in task_sources():
        if source.reader_permissions and user.has_perms(source.reader_permissions):
            is_about = Q(task__kind__in=source.kinds)
            visible = source.model.objects.visible_to(user)
            if not leaves_nothing_out(visible):
                # Their keys at once: what a reader may see would be worked out anew for each ground.
                records = TaskRow.objects.filter(kind__in=source.kinds).values("record")
                is_about &= Q(task__record__in=visible.filter(pk__in=records).order_by().values("pk"))
            result |= is_about
    return result
