"""Tasks that apps give: what waits for a member of staff."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from cha_engagement.core.interfaces import desks, merge_codes
from cha_engagement.core.permissions import Permission


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of task: its name on the work list, the URL name of the page where it is done, and the paragraph that asks for it."""

    title: str
    url_name: str
    paragraph: str = ""


class Part(StrEnum):
    """The part that somebody has in a ground, besides those who are named by it."""

    NOT_ASKED = "not_asked"
    ASKED_ALONE = "asked_alone"
    NOT_COUNTED = "not_counted"
    IS_THERE = "is_there"
    IS_NOT_THERE = "is_not_there"


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground on which a task waits for somebody: all that it says has to hold at the moment of reading. People are given by their keys.

    Somebody is there while their account is open, they are not away (unless `even_away`), and they hold `presence_permission`, if it is given.

    - `permissions`: who reads holds all of these.
    - `person`: it is this person; `managing`: it is whoever manages this person today (policy §57).
    - `since`, `until`: from this moment on, and before that one.
    - `without`: while this person is not there; `beside`: while this person is.
    - `unmanaged`: while nobody who manages this person is there, whereby a line manager with the part `NOT_COUNTED` does not count.
    - `while_nobody`: while nobody who holds these permissions is there, or by `back_by`, but for those `NOT_COUNTED`; `nor`: and nobody who
      holds these.
    - `must_be_back`: who reads is back by `back_by`.
    - `must_read_record`: who reads may read the record.
    - `people`: more parts, each with a key. Of those who are `ASKED_ALONE` it is one, of those `NOT_ASKED` none. All who have the part
      `IS_THERE` are, and nobody who has the part `IS_NOT_THERE`.
    """

    permissions: tuple[Permission, ...] = ()
    person: int | None = None
    managing: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    without: int | None = None
    beside: int | None = None
    unmanaged: int | None = None
    presence_permission: Permission | None = None
    even_away: bool = False
    while_nobody: tuple[Permission, ...] = ()
    nor: tuple[Permission, ...] = ()
    back_by: date | None = None
    must_be_back: bool = False
    must_read_record: bool = False
    people: frozenset[tuple[Part, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for somebody, on any of some grounds, whoever reads and whenever.

    `record` is the key of the record that waits, `reference` that of the page to open. It is about a `customer`, by key, whose name is
    shown, or about the person of this `name`. It is due on `due_on`, or where there is no such day every day; it is urgent from
    `urgent_from`. `note` is what its line says besides, or `note_about` whose first name it says.
    """

    kind: str
    record: int
    reference: str
    grounds: frozenset[Ground]
    customer: int | None = None
    name: str = ""
    due_on: date | None = None
    urgent_from: datetime | None = None
    note: str = ""
    note_about: int | None = None


@dataclass(frozen=True, slots=True)
class TaskSource:
    """What waits about the records of one model.

    `tasks(records)` are the tasks of some of its records, given as a queryset. They depend on nothing but what is written in records and
    settings: neither on who asks nor on when. `permissions` are those that their grounds ask for together, and `groups` those of which
    somebody may be there (`while_nobody`): a page asks which of them its reader holds. `asks_readers` are those of a ground that asks
    only whoever may read the record. One that `follows_settings` depends on the association's details too.
    """

    model: Any
    kinds: Sequence[str]
    tasks: Callable[[Any], Iterable[Task]]
    permissions: Sequence[tuple[Permission, ...]]
    groups: Sequence[tuple[Permission, ...]] = ()
    asks_readers: tuple[Permission, ...] = ()
    follows_settings: bool = False


@dataclass(frozen=True, slots=True)
class TaskLink:
    """Records of a `model` whose tasks may change when a record of `written` is: those along `path` from the model to it, all without a path.

    `fields` are those of it on which they depend; empty, where any may matter. One that is new matters where it is `new_too`: to most
    others nothing leads to it yet.
    """

    written: Any
    model: Any
    path: str
    fields: frozenset[str] = frozenset()
    new_too: bool = False


class Tasks:
    task_kinds: Mapping[str, TaskKind] = {}
    """By a code of its own, which tasks carry."""

    task_sources: Sequence[TaskSource] = ()
    task_links: Sequence[TaskLink] = ()


def task_sources() -> list[TaskSource]:
    return [source for desk in desks(Tasks) for source in desk.task_sources]


def task_links() -> list[TaskLink]:
    return [link for desk in desks(Tasks) for link in desk.task_links]


def task_kinds() -> dict[str, TaskKind]:
    """Return every kind of task by its code."""
    return merge_codes([desk.task_kinds for desk in desks(Tasks)])
