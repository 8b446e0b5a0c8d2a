"""Chase whatever waits, each morning: who has it is told ahead, on its day and while it is late; then it goes to somebody else.

How a kind of task is chased says its `TaskKind`. What waits for several is given to one of them when it is first spoken of; each person gets one
message a morning, which counts what there is. Policy §22, 23, 25.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.permissions import Permission
from cha_engagement.core.statements import kept_rows
from cha_engagement.customers.few.models import CaseForFew
from cha_engagement.organisation.calendar import add_working_days, is_working_day
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.interfaces import Chasing, NextPeople, said_each_morning, task_kinds
from cha_engagement.staff.models import ClosedCases, StaffMember
from cha_engagement.staff.queries import is_at_work

from .holding import give_task, note_holder
from .models import ChasedTask, ChaseStage, HeldTask, TaskRow
from .waiting import grounds_asking, grounds_of_others, people_able

HORIZON = timedelta(days=100)
"""Beyond the longest time ahead of its day at which anybody is reminded of a task."""


class Counted(StrEnum):
    """What a morning's message counts, in the order in which it says it: of one task, and of several."""

    CANNOT_WAIT = "cannot_wait"
    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    GIVEN = "given"
    COLLEAGUES = "colleagues"
    TEAM = "team"


PHRASES = {
    Counted.CANNOT_WAIT: ("cannot wait", "cannot wait"),
    Counted.LATE: ("is late", "are late"),
    Counted.TODAY: ("is due today", "are due today"),
    Counted.SOON: ("is due soon", "are due soon"),
    Counted.GIVEN: ("of these is yours from now on", "of these are yours from now on"),
    Counted.COLLEAGUES: ("is late with a colleague", "are late with colleagues"),
    Counted.TEAM: ("is late though it was passed on", "are late though they were passed on"),
}

Key = tuple[str, int]


def key_of(row: TaskRow | HeldTask | ChasedTask) -> Key:
    return row.kind, row.record


class Morning:
    """One morning's chasing: it finds out what there is to say, has tasks passed on, and only then tells people and writes down what was said.

    Run again on the same day it says and passes on nothing again; killed before its end, it says again what it had not written down.
    """

    def __init__(self, today: date):
        self.today, self.now = today, timezone.now()
        self.is_working_day = is_working_day(today)
        self.organisation = Organisation.current()
        self.people = {person.pk: person for person in people_at_work()}
        self.said = {key_of(chased): chased for chased in ChasedTask.objects.all()}
        held = HeldTask.objects.filter(ended_at=None)
        self.holders = {key_of(row): row.holder_id for row in held}
        self.load = Counter(self.holders.values())
        self.counts: dict[StaffMember, Counter[Counted]] = defaultdict(Counter)
        self.sentences: dict[StaffMember, dict[str, None]] = defaultdict(dict)
        """What each is told besides, once and in this order: what follows by itself, and what an app says each morning."""
        self.has_news: set[StaffMember] = set()
        self.written: list[ChasedTask] = []

    @cached_property
    def asked(self) -> dict[int, list[StaffMember]]:
        """The people at work for whom each task waits, whoever has it."""
        asked = defaultdict(list)
        for person in self.people.values():
            for (task,) in kept_rows(tasks_asking, person, self.now, self.today + HORIZON):
                asked[task].append(person)
        return asked

    @cached_property
    def waiting_for_anybody(self) -> set[int]:
        """The tasks that wait for whoever may do them, be anybody there or not."""
        # Of a case for few nobody is there but its readers, and it is closed to nobody who only asks whether something waits.
        few = CaseForFew.objects.standing().values_list("customer", flat=True)
        nobody = StaffMember(pk=0)
        nobody.find_closed_cases()  # what it finds with their permissions would take the place of the next
        nobody.closed_cases = ClosedCases(hidden=frozenset(), read=frozenset(few))
        return set(grounds_of_others(nobody, self.now).order_by().values_list("task", flat=True))

    def chase_all(self) -> int:
        """Chase whatever waits, and return how many are told."""
        tasks = TaskRow.objects.filter(kind__in=task_kinds(), due_on__lte=self.today + HORIZON)
        for task in tasks.order_by("due_on", "kind", "record"):
            if stage := self.stage_of(task):
                self.chase(task, stage)
        for person, sentence in said_each_morning(self.today):
            self.say(person, sentence)
            self.has_news.add(person)
        told = sum(self.tell(person) for person in self.has_news)
        told += self.tell_of_nobodys()
        with transaction.atomic():
            for chased in self.written:
                chased.save()
        return told

    def stage_of(self, task: TaskRow) -> ChaseStage | None:
        """Return how far a task is by its day; None where there is nothing to say of it yet."""
        chasing = task_kinds()[task.kind].chasing
        if task.due_on < self.today:
            return ChaseStage.LATE
        if task.due_on == self.today or self.is_urgent(task):
            return ChaseStage.DUE
        if chasing.ahead and chasing.count(self.today, self.interval(chasing.ahead)) >= task.due_on:
            return ChaseStage.AHEAD
        return None

    def is_urgent(self, task: TaskRow) -> bool:
        return bool(task.urgent_from and task.urgent_from <= self.now)

    def interval(self, name: str) -> int:
        return getattr(self.organisation, name)

    def chase(self, task: TaskRow, stage: ChaseStage) -> None:
        """Say where a task stands to whoever has it; give it to one where it waits for several, and pass it on where it is late for long."""
        asked = self.asked.get(task.pk, [])
        if not asked and task.pk not in self.waiting_for_anybody:
            self.forget_nobody(task)
            return
        if not self.is_working_day:
            self.remind_of_urgent(task, asked)
            return
        chased = self.said_of(task)
        holder = self.holder_of(task, asked) or self.give_to_one(task, asked)
        if holder is None:
            chased.nobody_since = chased.nobody_since or self.today
            self.written.append(chased)
            return
        chased.nobody_since = None
        is_news = stage > chased.stage or self.is_repeated(task, stage, chased)
        chased.stage, chased.first_said_on = stage, chased.first_said_on or self.today
        if self.is_late_for_long(task, chased) and self.pass_on(task, chased, holder):
            chased.times_passed_on += 1
            chased.passed_on = chased.said_on = self.today
            holder = self.people[self.holders.get(key_of(task), holder.pk)]
        self.count(holder, self.counted_as(task, stage), task, is_news=is_news)
        if is_news:
            chased.said_on = self.today
        self.written.append(chased)

    def forget_nobody(self, task: TaskRow) -> None:
        """Leave a task out of what waits with nobody, once it waits for nobody at all."""
        chased = self.said.get(key_of(task))
        if chased and chased.nobody_since:
            chased.nobody_since = None
            self.written.append(chased)

    def counted_as(self, task: TaskRow, stage: ChaseStage) -> Counted:
        if self.is_urgent(task):
            return Counted.CANNOT_WAIT
        return {ChaseStage.AHEAD: Counted.SOON, ChaseStage.DUE: Counted.TODAY, ChaseStage.LATE: Counted.LATE}[
            stage
        ]

    def remind_of_urgent(self, task: TaskRow, asked: Iterable[StaffMember]) -> None:
        """Say on days when few work that something cannot wait, to whoever has it or to all whom it asks: nobody is given anything."""
        if self.is_urgent(task):
            holder = self.people.get(self.holders.get(key_of(task), 0))
            for person in [holder] if holder else asked:
                self.count(person, Counted.CANNOT_WAIT, task, is_news=True)

    def said_of(self, task: TaskRow) -> ChasedTask:
        """Return what was said of a task: nothing, where it is due on another day now."""
        chased = self.said.get(key_of(task)) or ChasedTask(kind=task.kind, record=task.record)
        if chased.due_on != task.due_on:
            chased.due_on, chased.stage, chased.times_passed_on = task.due_on, ChaseStage.NOTHING, 0
            chased.first_said_on = chased.said_on = chased.passed_on = None
        return chased

    def is_repeated(self, task: TaskRow, stage: ChaseStage, chased: ChasedTask) -> bool:
        """Return whether what was said is said again: each morning of what cannot wait, once a week of what is late."""
        if chased.said_on == self.today:
            return False
        return self.is_urgent(task) or (stage == ChaseStage.LATE and is_first_of_week(self.today))

    def is_late_for_long(self, task: TaskRow, chased: ChasedTask) -> bool:
        """Return whether it is to be passed on: it has been late since its day, since it was first said, and since it was last passed on."""
        said = [day for day in (chased.first_said_on, chased.passed_on) if day]
        if self.is_urgent(task):
            return self.today >= add_working_days(max(said), self.interval("urgent_working_days"))
        chasing = chasing_of(task)
        return self.today >= chasing.count(max(task.due_on, *said), self.interval(chasing.passed_on))

    def holder_of(self, task: TaskRow, asked: Collection[StaffMember]) -> StaffMember | None:
        """Return who has a task and is there: who took it, was handed or given it, or is the only one whom it asks."""
        holder = self.people.get(self.holders.get(key_of(task), 0))
        if holder and (holder in asked or holder in self.able_people(task)):
            return holder
        return next(iter(asked)) if len(asked) == 1 else None

    def give_to_one(self, task: TaskRow, people: Collection[StaffMember]) -> StaffMember | None:
        """Give a task to one of those whom it asks: whom it names first, then the line manager of whoever it is about."""
        grounds = list(task.grounds.select_related("managing__line_manager__deputy"))
        first = {ground.person_id for ground in grounds if ground.person_id}
        first |= {
            manager.pk
            for ground in grounds
            if ground.managing and (manager := ground.managing.acting_line_manager)
        }
        chosen = self.choose(people, first)
        if chosen:
            self.give(task, chosen)
        return chosen

    def choose(self, people: Collection[StaffMember], first: Collection[int]) -> StaffMember | None:
        """Return one of some people: of those who come `first`, by key, or else who has fewest.

        An executive is chosen only where there is nobody else: whoever deals with a case does not hear the appeal about it. Policy §22.
        """
        return min(
            people,
            key=lambda person: (
                person.has_perm(Permission.HEAR_APPEALS),
                person.pk not in first,
                self.load[person.pk],
                person.pk,
            ),
            default=None,
        )

    def give(self, task: TaskRow, person: StaffMember) -> None:
        if give_task(task, person):
            self.holders[key_of(task)] = person.pk
            self.load[person.pk] += 1
            self.count(person, Counted.GIVEN, task, is_news=True)

    def pass_on(self, task: TaskRow, chased: ChasedTask, holder: StaffMember) -> bool:
        """Pass a task on that is late for long, and return whether anybody was there to hear it: never back to who had it before.

        The Management Team hears of what cannot wait at once, of what else is late for long after one more person had it.
        """
        note_holder(task, holder)
        steps = chasing_of(task).next_people
        is_for_team = steps[min(chased.times_passed_on, len(steps) - 1)] == NextPeople.MANAGEMENT_TEAM
        team = self.people_with(Permission.RECEIVE_ESCALATIONS)
        others = self.others_able(task)
        if is_for_team and team:
            others = [person for person in others if person in team]
        manager = holder.acting_line_manager
        is_heard = False
        if chosen := self.choose(others, {manager.pk} if manager else set()):
            self.give(task, chosen)
            is_heard = True
        elif not is_for_team and manager and manager.pk in self.people:
            self.count(manager, Counted.COLLEAGUES, task, is_news=True)
            is_heard = True
        if is_for_team or self.is_urgent(task) or not is_heard:
            for person in team:
                if person.pk != self.holders.get(key_of(task)):
                    self.count(person, Counted.TEAM, task, is_news=True)
            is_heard = is_heard or bool(team)
        return is_heard

    def others_able(self, task: TaskRow) -> list[StaffMember]:
        """Return the people at work who could do a task and have not had it yet."""
        had = set(
            HeldTask.objects.filter(kind=task.kind, record=task.record).values_list("holder", flat=True)
        )
        return [
            person
            for person in {*self.asked.get(task.pk, []), *self.able_people(task)}
            if person.pk not in had
        ]

    def able_people(self, task: TaskRow) -> list[StaffMember]:
        """Return the people at work who could do a task, were whoever has it not there."""
        keys = people_able(task).values_list("pk", flat=True)
        return [self.people[key] for key in keys if key in self.people]

    def people_with(self, permission: Permission) -> list[StaffMember]:
        return [person for person in self.people.values() if person.has_perm(permission)]

    # --- What is said ----------------------------------------------------------------------------------------------------

    def count(self, person: StaffMember, counted: Counted, task: TaskRow, *, is_news: bool) -> None:
        self.counts[person][counted] += 1
        if otherwise := task_kinds()[task.kind].otherwise:
            self.say(person, otherwise)
        if is_news:
            self.has_news.add(person)

    def say(self, person: StaffMember, sentence: str) -> None:
        self.sentences[person][sentence] = None

    def tell(self, person: StaffMember) -> int:
        return notify_staff(
            [person],
            text=" ".join(filter(None, (message_in_words(self.counts[person]), *self.sentences[person]))),
            path=reverse("home"),
            is_task=True,
            unique_key=f"morning {self.today}",
        )

    def tell_of_nobodys(self) -> int:
        """Tell those who give roles and those who answer for them what waits with nobody: as it begins to, and once a week."""
        nobodys = [chased.nobody_since for chased in self.written if chased.nobody_since]
        if not nobodys or not (self.today in nobodys or is_first_of_week(self.today)):
            return 0
        people = {
            *self.people_with(Permission.ADMINISTER),
            *self.people_with(Permission.HEAR_APPEALS),
            *self.people_with(Permission.RECEIVE_ESCALATIONS),
        }
        what = "1 task waits" if len(nobodys) == 1 else f"{len(nobodys)} tasks wait"
        return notify_staff(
            people,
            text=f"{what} with nobody: no one is there who could do it.",
            path=reverse("work_of_nobody"),
            is_task=True,
            unique_key=f"nobody {self.today}",
        )


def chasing_of(task: TaskRow) -> Chasing:
    return task_kinds()[task.kind].chasing


def people_at_work() -> QuerySet[StaffMember]:
    return (
        StaffMember.objects.filter(is_at_work(), is_active=True, groups__isnull=False)
        .distinct()
        .order_by("pk")
    )


def tasks_asking(user: StaffMember, now: Any, until: date) -> QuerySet[Any]:
    grounds = grounds_asking(user, now).filter(task__due_on__lte=until)
    return grounds.order_by().values_list("task").distinct()


def is_first_of_week(day: date) -> bool:
    """Return whether a day is the first working day of its week."""
    monday = day - timedelta(days=day.weekday())
    return is_working_day(day) and not any(map(is_working_day, days_between(monday, day)))


def days_between(day: date, end: date) -> Iterator[date]:
    while day < end:
        yield day
        day += timedelta(days=1)


def message_in_words(counts: Counter[Counted]) -> str:
    """Return what a message counts: "1 task cannot wait, 3 are late and 1 is due today."; nothing where there is none."""
    if not counts:
        return ""
    phrases = [
        f"{counts[counted]} {PHRASES[counted][counts[counted] > 1]}"
        for counted in Counted
        if counts[counted] and counted != Counted.GIVEN
    ]
    number, _, rest = phrases[0].partition(" ")
    phrases[0] = f"{number} task{'s' if number != '1' else ''} {rest}"
    *first, last = phrases
    words = f"{', '.join(first)} and {last}." if first else f"{last}."
    given = counts[Counted.GIVEN]
    if given and given == counts.total() - given:
        return f"{words} {'It is' if given == 1 else 'All are'} yours from now on."
    return f"{words} {given} {PHRASES[Counted.GIVEN][given > 1]}." if given else words


def forget_done_tasks() -> int:
    """Forget who had what is done, and what was said of it."""
    waits = Exists(TaskRow.objects.filter(kind=OuterRef("kind"), record=OuterRef("record")))
    count, _ = ChasedTask.objects.filter(~waits).delete()
    HeldTask.objects.filter(~waits).delete()
    return count
