"""Tasks about incidents: whose they are, and when they are due."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    When,
)
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import Urgency, task_rows
from cha_engagement.core.unsettled import is_unsettled
from cha_engagement.letters.models import Letter
from cha_engagement.staff.interfaces import TaskKind
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import (
    is_managed_by_any,
    limit_to_permissions,
    present_staff,
    staff_with_permission,
)

from .enums import ZERO_TOLERANCE, Category, IncidentStatus
from .interfaces import FollowUp, is_followed_by
from .models import Incident
from .queries import (
    assessed_incidents,
    can_be,
    has_category,
    incidents_awaiting_decision,
    incidents_awaiting_letter,
    is_awaiting_letter,
    is_undecided,
)

ASSESS_WITHIN = timedelta(days=5)
CLOSE_AFTER = timedelta(days=5)
EVERY_MANAGER_AFTER = timedelta(hours=1)
"""The time after which what cannot wait, and nobody has taken, is shown to every manager (policy §57)."""


class TaskCode(StrEnum):
    ASSESS_INCIDENT = "incident.assess"
    DECIDE_ON_INCIDENT = "incident.decide"
    WRITE_ABOUT_INCIDENT = "incident.write"
    CLOSE_INCIDENT = "incident.close"
    FINISH_REPORT = "incident.finish"
    IDENTIFY_PERSON = "incident.identify"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.ASSESS_INCIDENT: TaskKind("Decide what follows", "incident", "25"),
    TaskCode.DECIDE_ON_INCIDENT: TaskKind("Decide on active management", "incident", "22"),
    TaskCode.WRITE_ABOUT_INCIDENT: TaskKind("Write a letter about what we expect", "incident", "29"),
    TaskCode.CLOSE_INCIDENT: TaskKind("Close an incident", "incident", "62"),
    TaskCode.FINISH_REPORT: TaskKind(
        "Add what your report of an incident still needs", "incident_edit", "62"
    ),
    TaskCode.IDENTIFY_PERSON: TaskKind("Say who it was, once that is known", "incident_edit", "3"),
}


def managed_staff(people: Iterable[StaffMember] | QuerySet[StaffMember]) -> QuerySet[StaffMember]:
    return StaffMember.objects.filter(is_managed_by_any(people))


@limit_to_permissions(Permission.ASSESS_INCIDENTS)
def incidents_to_assess(user: StaffMember, today: date) -> QuerySet:
    """Ask a manager to assess incidents of their own team, and those that no line manager can take. Policy §25.

    Another's too once it has waited, zero tolerance after an hour. The use of the complaints process is put to the Management Team
    at once: a manager cannot choose all that may follow (policy §54).
    """
    waiting = Incident.objects.filter(status=IncidentStatus.WITH_MANAGER).annotate(
        is_zero_tolerance_now=Case(When(can_be(*ZERO_TOLERANCE), then=True), default=False)
    )
    now = timezone.now()
    affects_manager = Incident.affected_staff.through.objects.filter(
        incident=OuterRef("pk"), staffmember=OuterRef("reported_by__line_manager")
    )
    is_own = Q(reported_by__in=managed_staff([user]))
    if user.has_perm(Permission.JUDGE_COMPLAINTS_PROCESS):
        is_own |= Q(has_category(Category.COMPLAINTS_PROCESS))
    is_urgent = Q(is_zero_tolerance_now=True)
    entered_by_manager = is_urgent & Q(entered_by=F("reported_by__line_manager"))
    is_nobodys = (
        ~Q(reported_by__in=managed_staff(present_staff(staff_with_permission(Permission.ASSESS_INCIDENTS))))
        | Exists(affects_manager)
        | entered_by_manager
    )
    is_late = Q(waiting_since__lt=now - ASSESS_WITHIN) | is_urgent & Q(
        waiting_since__lt=now - EVERY_MANAGER_AFTER
    )
    return task_rows(
        waiting.filter(is_own | is_nobodys | is_late),
        TaskCode.ASSESS_INCIDENT,
        urgency=Case(
            When(is_urgent, then=Urgency.AT_ONCE), default=Urgency.IN_TURN, output_field=IntegerField()
        ),
        due_on=Case(
            When(is_urgent, then=TruncDate("waiting_since")),
            default=day_after("waiting_since", ASSESS_WITHIN),
        ),
        customer_name=Coalesce("customer__name", "unidentified_person"),
        note=F("reported_by__first_name"),
    )


def day_after(field: str, delay: timedelta) -> TruncDate:
    """Return the day some time after the moment in a field."""
    return TruncDate(ExpressionWrapper(F(field) + delay, output_field=DateTimeField()))


def is_left_to(user: StaffMember, permission: Permission = Permission.ASSESS_INCIDENTS) -> Q:
    """Return a `Q` on incidents that a user assessed, and those whose assessor is not there to go on, or may not."""
    assessors = present_staff(staff_with_permission(permission))
    return Q(assessor_now=user.pk) | ~Q(assessor_now__in=assessors.values("pk"))


def is_left_to_management_team() -> Q:
    """Return `rules.is_left_to_management_team` of incidents that are assessed, as a `Q`."""
    return Q(complaints_alone=True) & ~Q(has_category(*ZERO_TOLERANCE))


@limit_to_permissions(Permission.ASSESS_INCIDENTS)
def incidents_to_decide_on(user: StaffMember, today: date) -> QuerySet:
    """Ask for the decision on active management that a manager found necessary. Policy §20, 22, 54."""
    waiting = incidents_awaiting_decision().filter(is_unsettled(Incident))
    condition = ~is_left_to_management_team() & is_left_to(user)
    if user.has_perm(Permission.JUDGE_COMPLAINTS_PROCESS):
        condition |= is_left_to_management_team() & is_left_to(user, Permission.JUDGE_COMPLAINTS_PROCESS)
    due_on = day_after("waiting_since", ASSESS_WITHIN)
    return task_rows(waiting.filter(condition), TaskCode.DECIDE_ON_INCIDENT, due_on=due_on)


@limit_to_permissions(Permission.ASSESS_INCIDENTS)
def letters_to_write(user: StaffMember, today: date) -> QuerySet:
    """Ask for the letter that a manager found necessary, of somebody else where that manager is not there. Policy §29, 31, 54."""
    waiting = incidents_awaiting_letter(Letter.objects.filter_sent_or_in_hand()).filter(
        is_unsettled(Incident)
    )
    on_complaints = Q(has_category(Category.COMPLAINTS_PROCESS)) | is_left_to_management_team()
    condition = ~on_complaints & is_left_to(user)
    if user.has_perm(Permission.JUDGE_COMPLAINTS_PROCESS):
        condition |= on_complaints & is_left_to(user, Permission.JUDGE_COMPLAINTS_PROCESS)
    due_on = day_after("waiting_since", ASSESS_WITHIN)
    return task_rows(waiting.filter(condition), TaskCode.WRITE_ABOUT_INCIDENT, due_on=due_on)


@limit_to_permissions(Permission.CLOSE_INCIDENTS)
def incidents_to_close(user: StaffMember, today: date) -> QuerySet:
    """Ask to close what was assessed some days ago, and of which nothing is needed, undecided or paused any more. Policy §62."""
    settled = assessed_incidents(Incident.objects.filter(status=IncidentStatus.ASSESSED, is_complete=True))
    settled = settled.filter(~is_undecided(), ~is_awaiting_letter(Letter.objects.filter_sent_or_in_hand()))
    settled = settled.exclude(is_followed_by(FollowUp.PAUSE))
    return task_rows(
        settled.filter(is_left_to(user), waiting_since__lt=timezone.now() - CLOSE_AFTER),
        TaskCode.CLOSE_INCIDENT,
        due_on=day_after("waiting_since", 2 * CLOSE_AFTER),
        customer_name=Coalesce("customer__name", "unidentified_person"),
    )


@limit_to_permissions(Permission.LOG_INCIDENTS)
def incidents_to_complete(user: StaffMember, today: date) -> QuerySet:
    """Ask a reporter for what their report still needs. Policy §26, 62."""
    incomplete = Incident.objects.filter(is_complete=False)
    return incidents_to_add_to(incomplete, user, TaskCode.FINISH_REPORT, due_on=TruncDate("created_at"))


@limit_to_permissions(Permission.LOG_INCIDENTS)
def incidents_to_identify(user: StaffMember, today: date) -> QuerySet:
    """Ask a reporter who an unidentified person was, where nothing else is needed. Policy §3.

    It is due when a manager decides what follows, as that depends on it. It may never be known: the task ends when the incident is
    closed.
    """
    unidentified = Incident.objects.filter(is_complete=True, customer=None)
    due_on = day_after("created_at", ASSESS_WITHIN)
    return incidents_to_add_to(unidentified, user, TaskCode.IDENTIFY_PERSON, due_on=due_on)


def incidents_to_add_to(
    incidents: QuerySet[Incident], user: StaffMember, kind: str, *, due_on: TruncDate
) -> QuerySet:
    """Ask the reporter; a manager where the reporter deals with customers no more."""
    condition = Q(reported_by=user)
    if user.has_perm(Permission.ASSESS_INCIDENTS):
        condition |= ~Q(reported_by__in=staff_with_permission(Permission.LOG_INCIDENTS))
    return task_rows(
        incidents.filter(condition).exclude(status=IncidentStatus.CLOSED),
        kind,
        due_on=due_on,
        customer_name=Coalesce("customer__name", "unidentified_person"),
    )
