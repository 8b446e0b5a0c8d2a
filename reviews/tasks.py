"""Tasks of reviews and appeals: on which grounds each waits for somebody, and by when."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate

from cha_engagement.core.permissions import Permission
from cha_engagement.core.unsettled import is_unsettled
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.in_hand import letters_in_hand, ways_in_hand
from cha_engagement.organisation.calendar import add_days, start_of_day
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.interfaces import (
    ORDINARY,
    Chasing,
    Ground,
    NextPeople,
    Part,
    People,
    Task,
    TaskKind,
    TaskLink,
    TaskSource,
    people_with_part,
    person_or_others,
    task_about,
)
from incidents.models import Assessment, Incident
from restrictions.kinds import KIND_PERMISSIONS, KINDS
from restrictions.models import InterimMeasure, ManagementDecision, Restriction

from . import queries
from .enums import (
    OPEN_LATE,
    OPEN_STATUSES,
    AppealStatus,
    LatePromiseEvent,
    LatePromiseStatus,
    LetterCode,
    ReviewStatus,
)
from .models import Appeal, AppealedRestriction, LatePromise, Review
from .queries import involvement


class TaskCode(StrEnum):
    HOLD_REVIEW = "review.hold"
    WRITE_ABOUT_REVIEW = "review.write"
    NAME_SUBSTITUTE = "appeal.name"
    ACKNOWLEDGE_APPEAL = "appeal.acknowledge"
    CONFIRM_APPEAL = "appeal.confirm"
    EXPLAIN_SUSPENSIONS = "appeal.tell"
    DECIDE_APPEAL = "appeal.decide"
    WRITE_ABOUT_WITHDRAWAL = "appeal.close"
    WRITE_ABOUT_OUTCOME = "appeal.write"
    ANSWER_LATE = "late.answer"
    HAVE_LATE_HELD = "late.hold"
    WRITE_ABOUT_LATE = "late.write"


REVIEWS = Chasing("review_reminder_days", "review_escalation_days", add_days, (NextPeople.MANAGEMENT_TEAM,))

TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.HOLD_REVIEW: TaskKind("Hold the review", "review_hold", REVIEWS, "23"),
    TaskCode.NAME_SUBSTITUTE: TaskKind("Name who hears the appeal", "appeal_substitute", ORDINARY, "22"),
    TaskCode.ACKNOWLEDGE_APPEAL: TaskKind("Acknowledge the appeal", "appeal_acknowledge", ORDINARY, "22"),
    TaskCode.EXPLAIN_SUSPENSIONS: TaskKind(
        "Write to the customer about what applies meanwhile", "appeal", ORDINARY, "22", place="appeal_letter"
    ),
    TaskCode.DECIDE_APPEAL: TaskKind("Hear and decide the appeal", "appeal_decide", ORDINARY, "22"),
    TaskCode.WRITE_ABOUT_REVIEW: TaskKind(
        "Write to the customer about the review", "review", ORDINARY, "23", place="review_letter"
    ),
    TaskCode.CONFIRM_APPEAL: TaskKind(
        "Write to the customer that the appeal has reached us",
        "appeal",
        ORDINARY,
        "6.3",
        place="appeal_letter",
    ),
    TaskCode.WRITE_ABOUT_WITHDRAWAL: TaskKind(
        "Write to the customer that the appeal is closed, and what applies again",
        "appeal",
        ORDINARY,
        "22",
        place="appeal_letter",
    ),
    TaskCode.WRITE_ABOUT_OUTCOME: TaskKind(
        "Write to the customer about the outcome of the appeal",
        "appeal",
        ORDINARY,
        "6.3",
        place="appeal_letter",
    ),
    TaskCode.ANSWER_LATE: TaskKind(
        "Late: have it held, or answer for it",
        "late_promise",
        ORDINARY,
        "B25",
        place="late_promise_answer",
        otherwise="What is late for long is suspended unless it is held, answered for or protects somebody.",
    ),
    TaskCode.HAVE_LATE_HELD: TaskKind(
        "Late: have it held", "late_promise", ORDINARY, "B25", place="review_hold"
    ),
    TaskCode.WRITE_ABOUT_LATE: TaskKind(
        "Write to the customer about what is late",
        "late_promise",
        ORDINARY,
        "B25",
        place="late_promise_letter",
    ),
}

HOLD = (Permission.HOLD_REVIEWS,)
ESCALATED = (Permission.HOLD_REVIEWS, Permission.RECEIVE_ESCALATIONS)
HEAR = (Permission.HEAR_APPEALS,)
HEAR_AND_WRITE = (Permission.ISSUE_LETTERS, Permission.HEAR_APPEALS)
NAME_AND_WRITE = (Permission.ISSUE_LETTERS, Permission.RECEIVE_ESCALATIONS)
WRITE = (Permission.ISSUE_LETTERS,)
WRITE_AND_HOLD = (Permission.ISSUE_LETTERS, Permission.HOLD_REVIEWS)
NAMERS = (Permission.RECEIVE_ESCALATIONS,)


def review_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Yield reviews that come, ahead by the days that the association sets, and the letters about those that were held. Policy §23, 54."""
    organisation = Organisation.current()
    may_wait = Q(status=ReviewStatus.SCHEDULED) | Q(status=ReviewStatus.HELD) & is_unsettled(Review)
    reviews = Review.objects.filter(may_wait, pk__in=keys).select_related("restriction")
    for review in reviews.prefetch_related("letters"):
        kind_permission = KINDS[review.restriction.kind].permission
        needed = (kind_permission,) if kind_permission else ()
        hold = (*HOLD, *needed)
        presence = queries.permission_to_hold(review.restriction.kind)
        if review.status == ReviewStatus.HELD:
            letters = letters_in_hand(review.letters.all())
            if not letters.is_sent:
                grounds = person_or_others(
                    review.held_by_id, hold, hold, permission=presence, people=letters.absent_holders
                )
                due_on = localdate(review.held_at)
                yield task_about(review, TaskCode.WRITE_ABOUT_REVIEW, grounds, due_on=due_on)
            continue
        values: dict[str, Any] = {"due_on": review.due_on, "note": review.restriction.title}
        reminder = start_of_day(review.due_on - timedelta(days=organisation.review_reminder_days))
        grounds = person_or_others(
            review.restriction.imposed_by_id, hold, hold, permission=presence, since=reminder
        )
        yield task_about(review, TaskCode.HOLD_REVIEW, grounds, **values)


def appeal_tasks(keys: Collection[int]) -> Iterator[Task]:
    appeals = Appeal.objects.filter(pk__in=keys)
    open_appeals = list(appeals.filter(status__in=OPEN_STATUSES).prefetch_related("letters"))
    if open_appeals:
        involved = {
            appeal.pk: people for appeal, people in involvement.people_involved_in_open_appeals().items()
        }
        for appeal in open_appeals:
            yield from tasks_while_open(appeal, involved.get(appeal.pk, set()))
    ended = appeals.filter(is_unsettled(Appeal), queries.has_no_outcome_letter(Letter.objects.filter_sent()))
    for appeal in ended.prefetch_related("letters"):
        yield task_to_tell_outcome(appeal)


def tasks_while_open(appeal: Appeal, involved: set[int]) -> Iterator[Task]:
    """Ask who hears an appeal for what comes next: acknowledged, confirmed in a letter, decided. Policy §6.3, 22.

    Before all of these, where nobody is left to hear it, somebody is named.
    """
    not_asked = people_with_part(Part.NOT_ASKED, involved)
    substitute = appeal.substitute_id if appeal.substitute_id not in involved else None
    for (kind, due_on), patterns in steps_by_letters(appeal).items():
        grounds = set()
        for people in patterns:
            grounds.add(Ground(HEAR_AND_WRITE, people=people | not_asked))
            if substitute:
                grounds.add(Ground(WRITE, person=substitute, people=people))
        yield task_about(appeal, kind, grounds, due_on=due_on)
    if substitute is None:
        not_counted = people_with_part(Part.NOT_COUNTED, involved)
        grounds = {
            Ground(
                NAME_AND_WRITE,
                while_nobody=(HEAR,),
                must_be_back=True,
                people=not_asked | not_counted,
                back_by=appeal.decide_by,
            )
        }
        # While there is nobody to name somebody either, whoever may not hear it themselves does.
        grounds |= {
            Ground(
                HEAR_AND_WRITE,
                person=person,
                while_nobody=(HEAR, NAMERS),
                people=not_counted,
                back_by=appeal.decide_by,
            )
            for person in involved
        }
        yield task_about(
            appeal,
            TaskCode.NAME_SUBSTITUTE,
            grounds,
            due_on=next_step(appeal, [letter for letter in appeal.letters.all() if letter.sent_on])[1],
        )


def next_step(appeal: Appeal, letters: Iterable[Letter]) -> tuple[str, date]:
    """Return what comes next for whoever hears an appeal, and by when, where these letters were sent or are about to be.

    What applies meanwhile is told on the day on which it changed.
    """
    if appeal.status == AppealStatus.RECEIVED:
        return TaskCode.ACKNOWLEDGE_APPEAL, appeal.acknowledge_by
    if not any(letter.kind == LetterCode.APPEAL_RECEIVED for letter in letters):
        return TaskCode.CONFIRM_APPEAL, appeal.acknowledge_by
    counted = Letter.objects.filter(pk__in=[letter.pk for letter in letters])
    if queries.wrongly_explained(counted).filter(appeal=appeal).exists():
        changes = AppealedRestriction.history.filter(appeal=appeal).order_by("-history_date")
        return TaskCode.EXPLAIN_SUSPENSIONS, localdate(changes.values_list("history_date", flat=True)[0])
    return TaskCode.DECIDE_APPEAL, appeal.decide_by


def steps_by_letters(appeal: Appeal) -> dict[tuple[str, date], list[People]]:
    """Return what comes next, with each way in which those who have letters in hand are at work or not where it does."""
    steps: dict[tuple[str, date], list[People]] = defaultdict(list)
    for letters, people in ways_in_hand(appeal.letters.all()):
        steps[next_step(appeal, letters)].append(people)
    return steps


def task_to_tell_outcome(appeal: Appeal) -> Task:
    """Ask for the letter about an appeal that was decided, or withdrawn so that something applies again. Policy §6.3, 22."""
    kinds = (LetterCode.APPEAL_OUTCOME, LetterCode.APPEAL_WITHDRAWN)
    letters = letters_in_hand(letter for letter in appeal.letters.all() if letter.kind in kinds)
    grounds = person_or_others(
        appeal.decided_by_id,
        (),
        HEAR,
        permission=Permission.HEAR_APPEALS,
        people=letters.absent_holders,
    )
    is_withdrawn = appeal.status == AppealStatus.WITHDRAWN
    due_on: Any = appeal.withdrawn_on if is_withdrawn else appeal.heard_on
    return task_about(
        appeal,
        TaskCode.WRITE_ABOUT_WITHDRAWAL if is_withdrawn else TaskCode.WRITE_ABOUT_OUTCOME,
        grounds,
        due_on=due_on,
    )


def late_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Yield what is late for long, for the Management Team until it is held, and the letters about it. Beyond the policy: B25.

    Once their customer has died, what ends each restriction is a task of its own.
    """
    is_on = Organisation.current().suspends_late_promises
    promises = LatePromise.objects.filter(pk__in=keys, status__in=OPEN_LATE, customer__deceased_on=None)
    for promise in promises.select_related("review").prefetch_related("letters"):
        restrictions = queries.promised_restrictions(promise)
        note = "; ".join(restriction.title for restriction in restrictions)
        permissions = {KINDS[restriction.kind].permission for restriction in restrictions}
        needed = tuple(sorted(filter(None, permissions)))
        since = None
        if promise.put_off_to and promise.status == LatePromiseStatus.PUT_OFF:
            since = start_of_day(promise.put_off_to - timedelta(days=7))
        ground = Ground((*ESCALATED, *needed), since=since)
        is_answered = promise.status == LatePromiseStatus.SUSPENDED or queries.is_suspension_decided(promise)
        kind = TaskCode.ANSWER_LATE if is_on and not is_answered else TaskCode.HAVE_LATE_HELD
        yield task_about(promise, kind, {ground}, due_on=promise.answer_by, note=note)
        yield from tasks_to_write_about(promise)


def tasks_to_write_about(promise: LatePromise) -> Iterator[Task]:
    """Yield the letter that it was put off, until that day or staff are told that it is suspended after all, and the one that it is suspended.

    A letter about how it was before counts as none.
    """
    until = None
    due_on: Any
    if promise.status == LatePromiseStatus.SUSPENDED:
        due_on = promise.suspends_on
    elif promise.put_off_to and not promise.suspends_on:
        changes = promise.history.filter(event=LatePromiseEvent.PUT_OFF)
        due_on = localdate(changes.values_list("history_date", flat=True)[0])
        until = start_of_day(promise.put_off_to)
    else:
        return
    letters = letters_in_hand(
        letter for letter in promise.letters.all() if not letter.letter_kind.check_still_true(letter)
    )
    if not letters.is_sent:
        ground = Ground(WRITE_AND_HOLD, until=until, people=letters.absent_holders)
        yield task_about(promise, TaskCode.WRITE_ABOUT_LATE, {ground}, due_on=due_on)


REVIEW_PERMISSIONS = tuple(
    (*permissions, *more)
    for permissions in (HOLD, ESCALATED)
    for more in ((), *((kind,) for kind in KIND_PERMISSIONS))
)
OPEN_APPEAL_TASKS = (
    TaskCode.NAME_SUBSTITUTE,
    TaskCode.ACKNOWLEDGE_APPEAL,
    TaskCode.CONFIRM_APPEAL,
    TaskCode.EXPLAIN_SUSPENSIONS,
    TaskCode.DECIDE_APPEAL,
)
TASK_SOURCES = (
    TaskSource(
        Review,
        (TaskCode.HOLD_REVIEW, TaskCode.WRITE_ABOUT_REVIEW),
        review_tasks,
        REVIEW_PERMISSIONS,
    ),
    TaskSource(
        Appeal,
        (*OPEN_APPEAL_TASKS, TaskCode.WRITE_ABOUT_WITHDRAWAL, TaskCode.WRITE_ABOUT_OUTCOME),
        appeal_tasks,
        ((), HEAR, HEAR_AND_WRITE, NAME_AND_WRITE, WRITE),
        watched_permissions=((HEAR,), (HEAR, NAMERS)),
    ),
    TaskSource(
        LatePromise,
        (TaskCode.ANSWER_LATE, TaskCode.HAVE_LATE_HELD, TaskCode.WRITE_ABOUT_LATE),
        late_tasks,
        (WRITE_AND_HOLD, *((*ESCALATED, *more) for more in ((), *((kind,) for kind in KIND_PERMISSIONS)))),
    ),
)
TASK_LINKS = (
    TaskLink(
        Organisation,
        Review,
        "",
        frozenset({"review_reminder_days"}),
        records=Q(status=ReviewStatus.SCHEDULED),
    ),
    TaskLink(
        Organisation,
        LatePromise,
        "",
        frozenset({"promises_adopted_on"}),
        records=Q(status__in=OPEN_LATE),
    ),
    TaskLink(Customer, LatePromise, "customer", frozenset({"deceased_on"}), changed_only=True),
    TaskLink(Restriction, Review, "restriction", changed_only=True),
    TaskLink(Review, Restriction, "reviews", changed_only=True),
    TaskLink(Letter, Review, "letters"),
    TaskLink(Letter, Appeal, "letters"),
    TaskLink(Letter, LatePromise, "letters"),
    TaskLink(Restriction, LatePromise, "review__restriction", changed_only=True),
    TaskLink(Restriction, LatePromise, "appeal__appealed__restriction", changed_only=True),
    TaskLink(AppealedRestriction, Appeal, "appealed"),
    TaskLink(Restriction, Appeal, "appealed__versions", changed_only=True),
    TaskLink(Review, Appeal, "appealed__versions__reviews", changed_only=True),
    TaskLink(ManagementDecision, Appeal, "appealed__restriction__decision", changed_only=True),
    *(
        TaskLink(model, Appeal, f"appealed__{path}__incidents{rest}", changed_only=not rest)
        for path in involvement.PATHS_TO_INCIDENTS
        for model, rest in (
            (Incident, ""),
            (Assessment, "__assessments"),
            (InterimMeasure, "__interim_measures"),
        )
    ),
)
