"""Tasks about incidents: on which grounds each waits for somebody, and by when."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils.timezone import localdate

from cha_engagement.core.conditions import true_where
from cha_engagement.core.permissions import Permission
from cha_engagement.core.statements import fill_up, kept_records
from cha_engagement.core.unsettled import unsettled_keys
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.in_hand import letters_in_hand
from cha_engagement.letters.queries.second_reader import waits_for_reader
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.staff.interfaces import (
    ORDINARY,
    TIDYING,
    Ground,
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

from .enums import OTHER_MANAGERS_AFTER, ZERO_TOLERANCE, Category, IncidentStatus, Outcome
from .interfaces import FollowUp, is_followed_by
from .models import Assessment, Incident
from .queries import can_be, has_category, is_undecided, last_assessment_value, namers, staff_with_part

ASSESS_WITHIN = timedelta(days=5)
CLOSE_AFTER = timedelta(days=5)


class TaskCode(StrEnum):
    ASSESS_INCIDENT = "incident.assess"
    DECIDE_ON_INCIDENT = "incident.decide"
    WRITE_ABOUT_INCIDENT = "incident.write"
    CLOSE_INCIDENT = "incident.close"
    FINISH_REPORT = "incident.finish"
    IDENTIFY_PERSON = "incident.identify"
    SETTLE_PART = "incident.part"
    CONFIRM_DANGER = "incident.danger"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.ASSESS_INCIDENT: TaskKind("Decide what follows", "incident_assess", ORDINARY, "25"),
    TaskCode.DECIDE_ON_INCIDENT: TaskKind(
        "Decide on active management", "decide", ORDINARY, "22", about="incident"
    ),
    TaskCode.WRITE_ABOUT_INCIDENT: TaskKind(
        "Write a letter about what we expect", "incident", ORDINARY, "29", place="incident_letter"
    ),
    TaskCode.CLOSE_INCIDENT: TaskKind("Close an incident", "incident_close", TIDYING, "62"),
    TaskCode.FINISH_REPORT: TaskKind(
        "Add what your report of an incident still needs", "incident_more", TIDYING, "62"
    ),
    TaskCode.SETTLE_PART: TaskKind(
        "Say whether a colleague was named in error", "incident_parts", ORDINARY, "13"
    ),
    TaskCode.CONFIRM_DANGER: TaskKind(
        "Confirm that it was violence, a threat or harassment", "incident_danger", ORDINARY, "24"
    ),
    TaskCode.IDENTIFY_PERSON: TaskKind("Say who it was, once that is known", "incident_edit", TIDYING, "3"),
}

ASSESS = (Permission.ASSESS_INCIDENTS,)
JUDGE = (Permission.ASSESS_INCIDENTS, Permission.JUDGE_COMPLAINTS_PROCESS)
CLOSE = (Permission.CLOSE_INCIDENTS,)
LOG = (Permission.LOG_INCIDENTS,)
LOG_AND_ASSESS = (Permission.LOG_INCIDENTS, Permission.ASSESS_INCIDENTS)


def incidents_that_may_wait(*keys: int) -> QuerySet[Any]:
    """Return those of some incidents that are not closed, and those of which a decision or a letter may still follow."""
    contested = Incident.contested_by.through.objects.filter(incident=OuterRef("pk"))
    is_contested = Q(Exists(contested))
    may_wait = ~Q(status=IncidentStatus.CLOSED) | Q(pk__in=unsettled_keys(Incident)) | is_contested
    may_wait |= Q(danger_said_by__isnull=False)
    unsettled = Q(Exists(unsettled_keys(Incident).filter(record=OuterRef("pk"))))
    return (
        Incident.objects.filter(may_wait, pk__in=keys)
        .annotate(outcome_now=last_assessment_value("outcome"), assessor_now=last_assessment_value("by"))
        .annotate(
            may_be_worst=true_where(can_be(*ZERO_TOLERANCE)),
            is_worst=true_where(Q(has_category(*ZERO_TOLERANCE))),
            on_complaints=true_where(Q(has_category(Category.COMPLAINTS_PROCESS))),
            is_undecided_now=true_where(is_undecided()),
            is_unsettled_now=true_where(unsettled),
            is_contested=true_where(is_contested),
            is_paused=true_where(is_followed_by(FollowUp.PAUSE)),
        )
    )


def incident_tasks(keys: Collection[int]) -> Iterator[Task]:
    rows: list[Any] = kept_records(Incident, incidents_that_may_wait, *fill_up(list(keys)))
    with_manager = [row for row in rows if row.status == IncidentStatus.WITH_MANAGER]
    with_part = staff_with_part(with_manager)
    prefetch_related_objects(rows, "categories")
    prefetch_related_objects([row for row in rows if row.outcome_now == Outcome.WARNING_LETTER], "letters")
    for incident in with_manager:
        yield task_to_assess(incident, with_part[incident.pk])
    for incident in rows:
        if incident.is_assessed:
            yield from tasks_after_assessment(incident)
        if incident.danger_said_by_id:
            yield task_to_confirm_danger(incident)
        if incident.is_contested:
            yield task_to_settle_part(incident)
        if incident.status != IncidentStatus.CLOSED:
            yield from tasks_of_reporter(incident)


def unidentified_name(incident: Incident) -> str:
    return "" if incident.customer_id else incident.unidentified_person


def task_to_assess(incident: Any, with_part: set[int]) -> Task:
    """Ask a manager to assess incidents of their own team, and those that no line manager can take. Policy §25.

    Another's too once it has waited, zero tolerance after a quarter of an hour. The use of the complaints process is put to the Management Team
    at once: a manager cannot choose all that may follow (policy §54). A line manager or a deputy who had a part in it does not count as one who
    can take it, and is asked while nobody else is there, as in `rules.may_decide_on`.
    """
    is_urgent, since, reporter = incident.may_be_worst, incident.waiting_since, incident.reported_by_id
    not_asked, not_counted = (
        people_with_part(part, with_part) for part in (Part.NOT_ASKED, Part.NOT_COUNTED)
    )
    later = since + (OTHER_MANAGERS_AFTER if is_urgent else ASSESS_WITHIN)
    grounds = {
        Ground(ASSESS, managing=reporter, people=not_asked),
        Ground(
            ASSESS,
            unmanaged=reporter,
            manager_permission=Permission.ASSESS_INCIDENTS,
            people=not_asked | not_counted,
        ),
        Ground(ASSESS, since=later, people=not_asked),
    }
    if with_part:
        grounds.add(Ground(ASSESS, while_nobody=(ASSESS,), people=not_counted))
    if incident.on_complaints:
        grounds.add(Ground(JUDGE, people=not_asked))
    return task_about(
        incident,
        TaskCode.ASSESS_INCIDENT,
        grounds,
        name=unidentified_name(incident),
        due_on=localdate(since if is_urgent else since + ASSESS_WITHIN),
        urgent_from=since if is_urgent else None,
        note_about=reporter,
        **incident.kinds_in_words._asdict(),
    )


def task_to_confirm_danger(incident: Any) -> Task:
    """Ask another manager whether it was what one alone says, within five working days. Policy §24."""
    grounds = {Ground(ASSESS, people=people_with_part(Part.NOT_ASKED, {incident.danger_said_by_id}))}
    name, due_on = unidentified_name(incident), add_working_days(localdate(incident.waiting_since), 5)
    return task_about(incident, TaskCode.CONFIRM_DANGER, grounds, name=name, due_on=due_on)


def task_to_settle_part(incident: Any) -> Task:
    """Ask a manager whether colleagues were named in error: neither one of them nor who named them, while another is there. Policy §13, 22."""
    grounds = set()
    for person in incident.contested_by.all():
        named_by = namers(incident, person)
        not_asked = people_with_part(Part.NOT_ASKED, {person.pk})
        grounds.add(Ground(ASSESS, people=not_asked | people_with_part(Part.NOT_ASKED, named_by)))
        not_counted = people_with_part(Part.NOT_COUNTED, {person.pk, *named_by})
        grounds.add(Ground(ASSESS, while_nobody=(ASSESS,), people=not_asked | not_counted))
    name, due_on = unidentified_name(incident), add_working_days(localdate(incident.waiting_since), 5)
    return task_about(incident, TaskCode.SETTLE_PART, grounds, name=name, due_on=due_on)


def tasks_after_assessment(incident: Any) -> Iterator[Task]:
    """Yield the decision or the letter that a manager found necessary, and at last the closing. Policy §20, 22, 29, 31, 54, 62.

    Each is asked of whoever assessed it, of others where that one is not there, or may not.
    """
    since, for_management_team = incident.waiting_since, incident.complaints_alone and not incident.is_worst
    letters = (
        letters_in_hand(incident.letters.all())
        if incident.outcome_now == Outcome.WARNING_LETTER and incident.customer_id
        else None
    )
    due_on = localdate(since + ASSESS_WITHIN)
    if incident.is_unsettled_now and incident.is_undecided_now:
        grounds = grounds_of_assessor(incident, JUDGE if for_management_team else ASSESS)
        words = incident.kinds_in_words._asdict()
        yield task_about(incident, TaskCode.DECIDE_ON_INCIDENT, grounds, due_on=due_on, **words)
    if incident.is_unsettled_now and letters and not letters.is_sent:
        permissions = JUDGE if for_management_team or incident.on_complaints else ASSESS
        grounds = grounds_of_assessor(incident, permissions, people=letters.absent_holders)
        yield task_about(
            incident, TaskCode.WRITE_ABOUT_INCIDENT, grounds, due_on=due_on, note=str(incident.kinds_in_words)
        )
    is_settled = incident.is_complete and not incident.is_undecided_now and not incident.is_paused
    if incident.status == IncidentStatus.ASSESSED and is_settled:
        # While somebody has the letter in hand it is as good as written.
        parts: list[People] = [frozenset()]
        if letters and not letters.is_sent:
            parts = [people_with_part(Part.PRESENT, [person]) for person in letters.holders]
        all_grounds = [
            ground
            for people in parts
            for ground in grounds_of_assessor(incident, CLOSE, since=since + CLOSE_AFTER, people=people)
        ]
        if all_grounds:
            yield task_about(
                incident,
                TaskCode.CLOSE_INCIDENT,
                all_grounds,
                name=unidentified_name(incident),
                due_on=localdate(since + 2 * CLOSE_AFTER),
                note=str(incident.kinds_in_words),
            )


def grounds_of_assessor(incident: Any, permissions: tuple[Permission, ...], **more: Any) -> frozenset[Ground]:
    """Return the grounds on which something waits for whoever assessed an incident, and for others while they cannot go on."""
    needed = Permission.JUDGE_COMPLAINTS_PROCESS if permissions == JUDGE else Permission.ASSESS_INCIDENTS
    return person_or_others(incident.assessor_now, permissions, permissions, permission=needed, **more)


def tasks_of_reporter(incident: Any) -> Iterator[Task]:
    """Ask the reporter, by the next working day, for what their report still needs or, where that is all, who an unidentified person was. Policy §3, 26, 62.

    Where the reporter deals with customers no more, a manager is asked. Who it was is due when a manager decides what follows, as that depends on
    it. It may never be known: the task ends when the incident is closed.
    """
    if incident.is_complete and incident.customer_id:
        return
    if incident.is_complete:
        kind, due_on = TaskCode.IDENTIFY_PERSON, localdate(incident.created_at + ASSESS_WITHIN)
    else:
        kind, due_on = TaskCode.FINISH_REPORT, add_working_days(localdate(incident.created_at), 1)
    yield task_about(
        incident,
        kind,
        person_or_others(
            incident.reported_by_id,
            LOG,
            LOG_AND_ASSESS,
            permission=Permission.LOG_INCIDENTS,
            even_away=True,
        ),
        name=unidentified_name(incident),
        due_on=due_on,
    )


TASK_SOURCES = (
    TaskSource(
        Incident,
        tuple(TASK_KINDS),
        incident_tasks,
        (ASSESS, JUDGE, CLOSE, LOG, LOG_AND_ASSESS),
        watched_permissions=((ASSESS,),),
    ),
)
TASK_LINKS = (
    TaskLink(Assessment, Incident, "assessments"),
    TaskLink(Letter, Incident, "letters"),
    TaskLink(
        Incident,
        Letter,
        "customer__incidents",
        frozenset({"customer", "affected_staff"}),
        records=waits_for_reader(),
    ),
)
