"""Tasks about letters: to finish, to read as a second person, to send, and to put right."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db.models import BigIntegerField, OuterRef, Q, QuerySet, Value
from django.utils.timezone import localdate

from cha_engagement.core.conditions import true_where
from cha_engagement.core.interfaces import desks
from cha_engagement.core.permissions import Permission
from cha_engagement.core.statements import fill_up, kept_records
from cha_engagement.customers.interfaces import CustomerRules
from cha_engagement.staff.interfaces import (
    ORDINARY,
    Ground,
    GroundPerson,
    Part,
    Task,
    TaskKind,
    TaskLink,
    TaskSource,
    people_with_part,
    person_or_others,
    task_about,
)
from cha_engagement.staff.models import StaffMember

from .enums import LetterStatus
from .letters import GENERAL
from .models import Letter
from .queries.channels import applies_unknown_since
from .queries.second_reader import is_waiting, writers


class TaskCode(StrEnum):
    FINISH_LETTER = "letter.finish"
    READ_LETTER = "letter.read"
    CONFIRM_LETTER = "letter.confirm"
    PUT_LETTER_RIGHT = "letter.put_right"
    SEND_LETTER = "letter.send"
    SEND_AGAIN = "letter.send_again"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.FINISH_LETTER: TaskKind("Finish and issue a letter", "letter", ORDINARY, "12"),
    TaskCode.READ_LETTER: TaskKind("Read a letter before it is issued", "letter_read", ORDINARY, "B36"),
    TaskCode.CONFIRM_LETTER: TaskKind(
        "Confirm or reverse a letter that was issued unread", "letter_read", ORDINARY, "B36"
    ),
    TaskCode.PUT_LETTER_RIGHT: TaskKind(
        "Put right a letter that was reversed", "letter_replace", ORDINARY, "B36"
    ),
    TaskCode.SEND_LETTER: TaskKind("Send a letter that was issued", "letter_sent", ORDINARY, "12"),
    TaskCode.SEND_AGAIN: TaskKind(
        "A letter came back: send it another way, or write a new one", "letter_sent", ORDINARY, "B23"
    ),
}

ISSUE = (Permission.ISSUE_LETTERS,)
READ = (Permission.READ_LETTERS,)
ISSUE_AND_READ = (Permission.ISSUE_LETTERS, Permission.READ_LETTERS)


def letter_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Yield what waits about drafts, and about issued letters that are not sent yet or that nobody has confirmed."""
    letters: list[Any] = kept_records(Letter, letters_that_may_wait, *fill_up(list(keys)))
    for letter in letters:
        if letter.status == LetterStatus.DRAFT:
            yield task_to_finish(letter)
            if is_waiting(letter):
                yield make_task(letter, TaskCode.READ_LETTER, grounds_of_readers(letter), letter.asked_at)
            continue
        if is_waiting(letter):
            yield make_task(
                letter, TaskCode.CONFIRM_LETTER, grounds_of_readers(letter), due_on=letter.confirm_by
            )
        if letter.confirm_by and letter.sent_back_reason and not letter.is_replaced:
            yield make_task(
                letter, TaskCode.PUT_LETTER_RIGHT, grounds_of_issuer(letter, ISSUE), due_on=letter.confirm_by
            )
        if letter.sent_on is None and not letter.is_replaced:
            own = Ground(ISSUE, person=letter.issued_by_id, must_read_record=True)
            grounds = grounds_of_issuer(letter, ISSUE_AND_READ) | {own}
            if letter.came_back_on:
                due_on = letter.came_back_on + timedelta(days=1)
                yield make_task(letter, TaskCode.SEND_AGAIN, grounds, due_on=due_on)
            else:
                yield make_task(letter, TaskCode.SEND_LETTER, grounds, letter.issued_at)


def letters_that_may_wait(*keys: int) -> QuerySet[Any]:
    """Return those of some letters that are drafts, are not sent or were to be confirmed, each with whether it `is_replaced`."""
    is_open = Q(status=LetterStatus.DRAFT) | Q(status=LetterStatus.ISSUED) & (
        Q(sent_on=None) | Q(confirm_by__isnull=False)
    )
    replaced = Letter.objects.filter(replaces__isnull=False, status=LetterStatus.ISSUED)
    letters: QuerySet[Any] = Letter.objects.filter(is_open, pk__in=keys)
    return letters.annotate(is_replaced=true_where(Q(pk__in=replaced.values("replaces"))))


def make_task(
    letter: Letter, kind: str, grounds: frozenset[Ground], since: Any = None, note: str = "", **values: Any
) -> Task:
    """Return a task about a letter, which says what it is and is due on the day after a moment where it names no day.

    One that tells of what applies at once, for safety, is urgent: until it is sent its reader does not know. Beyond the policy: B23.
    """
    values["urgent_from"] = applies_unknown_since(letter)
    if since:
        values["due_on"] = localdate(since + timedelta(days=1))
    return task_about(
        letter, kind, grounds, note=" · ".join(filter(None, [letter.letter_kind.title, note])), **values
    )


def task_to_finish(letter: Letter) -> Task:
    """Ask whoever began to write a letter, while they may read it; others, where that one has left and nothing else asks for it."""
    if letter.read_at:
        note = "Read: ready to issue"
    elif letter.sent_back_reason:
        note = "Sent back"
    else:
        note = "With a second reader" if letter.asked_at else ""
    grounds = {
        Ground(READ, person=letter.drafted_by_id),
        Ground(ISSUE, person=letter.drafted_by_id, must_read_record=True),
    }
    if letter.kind == GENERAL:
        has_left = GroundPerson(Part.ABSENT, letter.drafted_by_id, Permission.ISSUE_LETTERS, even_away=True)
        grounds.add(Ground(ISSUE_AND_READ, people=frozenset({has_left})))
    return make_task(letter, TaskCode.FINISH_LETTER, frozenset(grounds), letter.created_at, note=note)


def grounds_of_issuer(letter: Letter, others: tuple[Permission, ...]) -> frozenset[Ground]:
    """Ask whoever issued a letter; others where that one is not there, or issues letters no more."""
    return person_or_others(letter.issued_by_id, others, others, permission=Permission.ISSUE_LETTERS)


def grounds_of_readers(letter: Letter) -> frozenset[Ground]:
    """Return on which grounds reading a letter waits for somebody: for its reader, and for managers who neither wrote nor sign it. B36.

    Where nobody was named, managers whom its customer harmed are asked too, while no other is at work (B40).
    """
    barred = {person for person in writers(letter) if person}
    spared = staff_to_spare(letter) - barred
    not_asked = people_with_part(Part.NOT_ASKED, barred)
    grounds = {Ground(ISSUE_AND_READ, people=people_with_part(Part.NOT_ASKED, barred | spared))}
    if letter.reader_id:
        grounds.add(Ground(ISSUE, person=letter.reader_id))
    elif spared:
        people = not_asked | people_with_part(Part.NOT_COUNTED, barred | spared)
        grounds.add(Ground(ISSUE_AND_READ, while_nobody=(ISSUE_AND_READ,), people=people))
    return frozenset(grounds)


def staff_to_spare(letter: Letter) -> set[int]:
    """Return the keys of those whom a letter's customer harmed, and who have not agreed to deal with them. Beyond the policy: B40."""
    customer = Value(letter.customer_id, BigIntegerField())
    is_harmed = Q(pk__in=[])
    for desk in desks(CustomerRules):
        is_harmed |= desk.is_to_be_spared(OuterRef("pk"))
    harmed = StaffMember.objects.annotate(customer=customer).filter(is_harmed)
    return set(harmed.order_by().values_list("pk", flat=True))


TASK_SOURCES = (
    TaskSource(
        Letter,
        tuple(TASK_KINDS),
        letter_tasks,
        (ISSUE, READ, ISSUE_AND_READ),
        watched_permissions=((ISSUE_AND_READ,),),
        reader_permissions=ISSUE,
    ),
)
TASK_LINKS = (TaskLink(Letter, Letter, "replaced_by"),)
