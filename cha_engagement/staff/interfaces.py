"""Tasks that apps give, what waits for a member of staff, what is open for them, and cases that are closed to all but named readers."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.interfaces import desks, merge_codes
from cha_engagement.core.permissions import Permission
from cha_engagement.organisation.calendar import add_working_days

if TYPE_CHECKING:
    from .models import StaffMember


class NextPeople(StrEnum):
    """To whom a task goes that nobody has done: to one person by name, to the Management Team."""

    ONE = "one"
    MANAGEMENT_TEAM = "management_team"


@dataclass(frozen=True, slots=True)
class Chasing:
    """How kinds of task are chased, by the names of intervals of the association's details.

    Whoever has the task is told `ahead` of its day, on the day and each week while it is late. Each time that it has been late for another
    `passed_on` it goes to the `next_people`, and to the last of these again and again. `count(day, number)` counts days. What cannot wait is
    chased alike whatever its kind: each morning, and passed on as the association sets. What is only `tidying` stands behind the rest.
    """

    ahead: str
    passed_on: str
    count: Callable[[date, int], date]
    next_people: tuple[NextPeople, ...] = (NextPeople.ONE, NextPeople.MANAGEMENT_TEAM)
    tidying: bool = False


ORDINARY = Chasing("reminder_working_days", "escalation_working_days", add_working_days)
TIDYING = Chasing("", "tidying_working_days", add_working_days, (NextPeople.MANAGEMENT_TEAM,), tidying=True)
"""Of what nobody waits for: a report that is not complete, an incident that is not closed."""


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of task: its name on the work list, the URL name of the page where it is done, how it is chased, and the paragraph that asks for it.

    Where that page is one of the customer, its address says which record it is about under the name of `about`; or, `below_customer`, by the
    record's reference after that of the customer. Where the page has more on it, `place` is the id of the button or link that does it.
    `otherwise` is a sentence of what happens by itself while nobody does it.
    """

    title: str
    url_name: str
    chasing: Chasing
    paragraph: str = ""
    about: str = ""
    below_customer: bool = False
    place: str = ""
    otherwise: str = ""

    def url(self, reference: str, customer_reference: str) -> str:
        """Return the address of the page where it is done for a record with this reference, and its place there."""
        if self.about:
            return f"{reverse(self.url_name, args=[customer_reference])}?{urlencode({self.about: reference})}"
        args = [customer_reference, reference] if self.below_customer else [reference]
        return reverse(self.url_name, args=args) + (f"#{self.place}" if self.place else "")


class Part(StrEnum):
    """The part that somebody has in a ground, besides whom it names.

    - `NOT_ASKED`: it asks anybody but them.
    - `NOT_COUNTED`: that they are there keeps nobody else from being asked: neither as one who manages somebody (`unmanaged`), nor as one who
      holds some permissions (`while_nobody`).
    - `PRESENT`, `ABSENT`: it holds while they are there, or are not.
    """

    NOT_ASKED = "not_asked"
    NOT_COUNTED = "not_counted"
    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class GroundPerson:
    """Somebody, by key, with a part in a ground.

    They are there while their account is open, they are not away, and they hold the `permission`, if one is given. Where `even_away`, whoever is
    away is there too.
    """

    part: Part
    person: int
    permission: Permission | None = None
    even_away: bool = False


People = frozenset[GroundPerson]


def people_with_part(part: Part, people: Iterable[int]) -> People:
    return frozenset(GroundPerson(part, person) for person in people)


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground on which a task waits for somebody: all that it says has to hold at the moment of reading. People are given by their keys.

    Whom it asks:

    - `permissions`: whoever holds all of these.
    - `person`: this person alone; `managing`: whoever manages this person today (policy §57).
    - `must_be_back`: whoever is back by `back_by`; `must_read_record`: whoever may read the record.

    When it holds:

    - `since`, `until`: from this moment on, and before that one.
    - `unmanaged`: while nobody who manages this person is there; they have to hold the `manager_permission`, if one is given.
    - `while_nobody`: for each of these groups of permissions, while nobody who holds all of it is there, or back by `back_by`.
    - `people`: as the part of each says.
    """

    permissions: tuple[Permission, ...] = ()
    person: int | None = None
    managing: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    unmanaged: int | None = None
    manager_permission: Permission | None = None
    while_nobody: tuple[tuple[Permission, ...], ...] = ()
    back_by: date | None = None
    must_be_back: bool = False
    must_read_record: bool = False
    people: People = frozenset()


def person_or_others(
    person: int | None,
    own: tuple[Permission, ...],
    others: tuple[Permission, ...],
    *,
    permission: Permission | None = None,
    even_away: bool = False,
    people: People = frozenset(),
    **more: Any,
) -> frozenset[Ground]:
    """Return the grounds on which something waits for a person who holds some permissions, and for others while that person is not there.

    `permission` and `even_away` say who is there, as in `GroundPerson`; `people` and whatever `more` is given hold for both. Where it is
    nobody's own, it is for the others.
    """
    if person is None:
        return frozenset({Ground(others, people=people, **more)})
    absent = GroundPerson(Part.ABSENT, person, permission, even_away)
    return frozenset(
        {
            Ground(own, person=person, people=people, **more),
            Ground(others, people=people | {absent}, **more),
        }
    )


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for somebody, on any of some grounds, whoever reads and whenever.

    `record` is the key of the record that waits, `reference` that of the page to open. It is about a `customer`, by key, whose name is
    shown, or about the person of this `name`. It is due on `due_on`, a day that stays, and urgent from `urgent_from`. `danger` is the worst that it is about, in a word or two, where staff may come to harm. `note` is what its line says besides, and
    `note_about` the colleague whose first name it says; their whole name, where it is about nobody else.
    """

    kind: str
    record: int
    reference: str
    grounds: frozenset[Ground]
    due_on: date
    customer: int | None = None
    name: str = ""
    urgent_from: datetime | None = None
    danger: str = ""
    note: str = ""
    note_about: int | None = None


def task_about(record: Any, kind: str, grounds: Iterable[Ground], due_on: date, **values: Any) -> Task:
    """Return a task about a record of a case: its page opens, and its customer is named."""
    return Task(
        kind, record.pk, record.reference, frozenset(grounds), due_on, customer=record.customer_id, **values
    )


def deadline_at_once(moment: datetime) -> dict[str, Any]:
    """Return by when something is to be done that cannot wait, from a moment on."""
    return {"due_on": timezone.localdate(moment), "urgent_from": moment}


@dataclass(frozen=True, slots=True)
class TaskSource:
    """A source of tasks: the records of one model, and what waits about them.

    `tasks(keys)` are the tasks of some of its records, given by their keys. They depend on nothing but what is written in records and
    settings: neither on who asks nor on when. For the page it is declared what their grounds ask for: `permissions` are what a reader holds, each
    of them together; `watched_permissions` whatever `while_nobody` says; `reader_permissions` what whoever is asked only where they may read
    the record holds.
    """

    model: Any
    kinds: Sequence[str]
    tasks: Callable[[Collection[int]], Iterable[Task]]
    permissions: Sequence[tuple[Permission, ...]]
    watched_permissions: Sequence[tuple[tuple[Permission, ...], ...]] = ()
    reader_permissions: tuple[Permission, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskLink:
    """Records of a `model` whose tasks may change when a record of `written` is: those along `path` from the model to it, all without a path.

    `fields` are those of it on which they depend; empty, where any may matter. One that is new matters too, but where a link is for `changed_only`:
    nothing leads to it yet. `records` narrow down those of the model to those that can wait for what it says.
    """

    written: Any
    model: Any
    path: str
    fields: frozenset[str] = frozenset()
    changed_only: bool = False
    records: Q = field(default_factory=Q, compare=False)


CLOSED_CASE, OPEN_CASE = "closed case", "case for few"
"""What a row of the `closed_case_queries` says of its customer: that the case is closed to the reader, or is theirs to read."""


class CaseReaders:
    """What an app says of cases that are closed to all but named readers. Beyond the policy: B33."""

    closed_case_queries: Sequence[Callable[..., QuerySet[Any]]] = ()
    """Each `(reader, now)`, by key, to rows of one of the words above and the key of a customer as a text: functions whose statement is kept."""

    def keep_readers(
        self, reference: str, people: Iterable["StaffMember"], *, is_task: bool
    ) -> Collection["StaffMember"] | None:
        """Return whom to tell about a record instead of some people, some of whom may not read its case; None where they may."""
        return None


def keep_readers(
    reference: str, people: Collection["StaffMember"], *, is_task: bool
) -> Collection["StaffMember"]:
    """Return whom to tell about a record with this reference: of a case for few its readers alone. Beyond the policy: B33."""
    for desk in desks(CaseReaders) if people and reference else ():
        kept = desk.keep_readers(reference, people, is_task=is_task)
        if kept is not None:
            return kept
    return people


def closed_case_sources() -> list[Callable[..., QuerySet[Any]]]:
    return [find for desk in desks(CaseReaders) for find in desk.closed_case_queries]


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """Something open for a member of staff: in a word or two of what is open, and on whom it falls without them.

    `needs` are permissions without which they cannot do it any more. Where its reader may read it, it has a `title`, and the `url` of the form by
    which somebody else gets it, or of its page where there is none.
    """

    what: str
    falls_to: str
    needs: tuple[Permission, ...] = ()
    title: str = ""
    url: str = ""


class OpenWork:
    kinds_of_open_work: Sequence[str] = ()
    """Kinds of task about the records that it gives, which are not given as tasks a second time."""

    def open_work(
        self, person: "StaffMember", reader: "StaffMember", *, is_absence: bool
    ) -> Iterable[OpenRecord]:
        """Return what is open for somebody who goes away, or else leaves, as this reader is shown it."""
        return ()


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """What is open of one kind for somebody and falls on the same: how much, and as far as the reader may read it, which."""

    what: str
    falls_to: str
    count: int
    shown: list[OpenRecord]
    count_left_out: int


def kinds_given_as_records() -> list[str]:
    """Return the kinds of task whose records are open work by themselves."""
    return [kind for desk in desks(OpenWork) for kind in desk.kinds_of_open_work]


NOBODY_THERE = "Falls on nobody who is there"
MOST_SHOWN = 10
"""Of one group: who has more hands them over from the list that they are in."""


def open_groups(
    person: "StaffMember",
    reader: "StaffMember",
    *,
    is_absence: bool = False,
    keeps: Collection[str] | None = None,
) -> list[OpenGroup]:
    """Return what is open for somebody in groups; of one who stays and `keeps` some permissions, what these do not let them do any more."""
    groups: dict[tuple[str, str], list[OpenRecord]] = {}
    for desk in reversed(desks(OpenWork)):
        for record in desk.open_work(person, reader, is_absence=is_absence):
            if keeps is None or not set(record.needs) <= set(keeps):
                groups.setdefault((record.what, record.falls_to), []).append(record)
    result = []
    for (what, falls_to), records in groups.items():
        shown = [record for record in records if record.title][:MOST_SHOWN]
        result.append(OpenGroup(what, falls_to, len(records), shown, len(records) - len(shown)))
    # What nobody could do is what somebody has to be found for.
    return sorted(result, key=lambda group: group.falls_to != NOBODY_THERE)


class Tasks:
    task_kinds: Mapping[str, TaskKind] = {}
    """By a code of its own, which tasks carry."""

    task_sources: Sequence[TaskSource] = ()
    task_links: Sequence[TaskLink] = ()


class MorningMessages:
    def said_each_morning(self, today: date) -> Iterable[tuple["StaffMember", str]]:
        """Yield what else somebody is told each morning, besides how much waits for them: whom, and a sentence that names no customer."""
        return ()


def said_each_morning(today: date) -> list[tuple["StaffMember", str]]:
    return [said for desk in desks(MorningMessages) for said in desk.said_each_morning(today)]


def task_sources() -> list[TaskSource]:
    return [source for desk in desks(Tasks) for source in desk.task_sources]


def task_links() -> list[TaskLink]:
    return [link for desk in desks(Tasks) for link in desk.task_links]


def task_kinds() -> dict[str, TaskKind]:
    """Return every kind of task by its code."""
    return merge_codes([desk.task_kinds for desk in desks(Tasks)])
