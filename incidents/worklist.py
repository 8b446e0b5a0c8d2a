"""What incidents ask of whom, and by when."""

from collections.abc import Iterable
from datetime import date, timedelta

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

from cha_engagement.core import hub
from cha_engagement.core.hub import TaskKind
from cha_engagement.core.records import Urgency, task_rows
from cha_engagement.core.unsettled import unsettled
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import (
    is_managed_by_any,
    limit_to_permissions,
    present_staff,
    staff_with_permission,
)

from .enums import ZERO_TOLERANCE, Category
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
from .rules import JUDGE_COMPLAINTS_PROCESS

ASSESS_WITHIN = timedelta(days=5)
CLOSE_AFTER = timedelta(days=5)
EVERY_MANAGER_AFTER = timedelta(hours=1)
"""When nobody has taken what cannot wait, it is shown to every manager (policy §57)."""

hub.task_kinds |= {
    "incident.assess": TaskKind("Decide what follows", "incident", "25"),
    "incident.decide": TaskKind("Decide on active management", "incident", "22"),
    "incident.write": TaskKind("Write a letter about what we expect", "incident", "29"),
    "incident.close": TaskKind("Close an incident", "incident", "62"),
    "incident.finish": TaskKind("Add what your report of an incident still needs", "incident_edit", "62"),
    "incident.identify": TaskKind("Say who it was, once that is known", "incident_edit", "3"),
}

ASSESS = "incidents.assess_incident"


def managed_staff(people: Iterable[StaffMember] | QuerySet[StaffMember]) -> QuerySet[StaffMember]:
    return StaffMember.objects.filter(is_managed_by_any(people))


@hub.worklist.add
@limit_to_permissions(ASSESS)
def incidents_to_assess(user: StaffMember, today: date) -> QuerySet:
    """One's own team's, and what no line manager can take; another's too once it has waited, zero tolerance after an hour. Policy §25.

    About the use of the complaints process it is asked of the Management Team at once: a manager cannot choose all that may follow (policy §54).
    """
    waiting = Incident.objects.filter(status="with_manager").annotate(
        is_zero_tolerance_now=Case(When(can_be(*ZERO_TOLERANCE), then=True), default=False)
    )
    now = timezone.now()
    affects_manager = Incident.affected_staff.through.objects.filter(
        incident=OuterRef("pk"), staffmember=OuterRef("reported_by__line_manager")
    )
    mine = Q(reported_by__in=managed_staff([user]))
    if user.has_perm(JUDGE_COMPLAINTS_PROCESS):
        mine |= Q(has_category(Category.COMPLAINTS_PROCESS))
    urgent = Q(is_zero_tolerance_now=True)
    entered_by_manager = urgent & Q(entered_by=F("reported_by__line_manager"))
    nobodys = (
        ~Q(reported_by__in=managed_staff(present_staff(staff_with_permission(ASSESS))))
        | Exists(affects_manager)
        | entered_by_manager
    )
    late = Q(waiting_since__lt=now - ASSESS_WITHIN) | urgent & Q(waiting_since__lt=now - EVERY_MANAGER_AFTER)
    in_five_days = ExpressionWrapper(F("waiting_since") + ASSESS_WITHIN, output_field=DateTimeField())
    return task_rows(
        waiting.filter(mine | nobodys | late),
        "incident.assess",
        urgency=Case(
            When(urgent, then=Urgency.AT_ONCE), default=Urgency.IN_TURN, output_field=IntegerField()
        ),
        due_on=Case(When(urgent, then=TruncDate("waiting_since")), default=TruncDate(in_five_days)),
        customer_name=Coalesce("customer__name", "unidentified_person"),
        note=F("reported_by__first_name"),
    )


def is_left_to(user: StaffMember, permission: str = ASSESS) -> Q:
    """What one assessed oneself; another's too when they are not there to go on with it, or may not."""
    return Q(assessor_now=user.pk) | ~Q(
        assessor_now__in=present_staff(staff_with_permission(permission)).values("pk")
    )


def is_left_to_management_team() -> Q:
    """`policy.is_left_to_judges` of incidents that are assessed, as a `Q`."""
    return Q(complaints_alone=True) & ~Q(has_category(*ZERO_TOLERANCE))


@hub.worklist.add
@limit_to_permissions(ASSESS)
def incidents_to_decide_on(user: StaffMember, today: date) -> QuerySet:
    """Active management that a manager found necessary is decided on. Policy §20, 22, 54."""
    waiting = incidents_awaiting_decision().filter(unsettled(Incident))
    in_five_days = ExpressionWrapper(F("waiting_since") + ASSESS_WITHIN, output_field=DateTimeField())
    mine = ~is_left_to_management_team() & is_left_to(user)
    if user.has_perm(JUDGE_COMPLAINTS_PROCESS):
        mine |= is_left_to_management_team() & is_left_to(user, JUDGE_COMPLAINTS_PROCESS)
    return task_rows(waiting.filter(mine), "incident.decide", due_on=TruncDate(in_five_days))


@hub.worklist.add
@limit_to_permissions(ASSESS)
def letters_to_write(user: StaffMember, today: date) -> QuerySet:
    """A letter that a manager found necessary is written, and by somebody else where its writer is not there. Policy §29, 31, 54."""
    waiting = incidents_awaiting_letter(Letter.objects.sent_or_in_hand()).filter(unsettled(Incident))
    on_complaints = Q(has_category(Category.COMPLAINTS_PROCESS)) | is_left_to_management_team()
    mine = ~on_complaints & is_left_to(user)
    if user.has_perm(JUDGE_COMPLAINTS_PROCESS):
        mine |= on_complaints & is_left_to(user, JUDGE_COMPLAINTS_PROCESS)
    in_five_days = ExpressionWrapper(F("waiting_since") + ASSESS_WITHIN, output_field=DateTimeField())
    return task_rows(waiting.filter(mine), "incident.write", due_on=TruncDate(in_five_days))


@hub.worklist.add
@limit_to_permissions("incidents.close_incident")
def incidents_to_close(user: StaffMember, today: date) -> QuerySet:
    """What was assessed some days ago, and of which nothing is needed, undecided or paused any more. Policy §62."""
    settled = assessed_incidents(Incident.objects.filter(status="assessed", is_complete=True))
    settled = settled.filter(~is_undecided(), ~is_awaiting_letter(Letter.objects.sent_or_in_hand()))
    settled = settled.exclude(hub.rested_on("incidents.Incident", "pause"))
    in_ten_days = ExpressionWrapper(F("waiting_since") + 2 * CLOSE_AFTER, output_field=DateTimeField())
    return task_rows(
        settled.filter(is_left_to(user), waiting_since__lt=timezone.now() - CLOSE_AFTER),
        "incident.close",
        due_on=TruncDate(in_ten_days),
        customer_name=Coalesce("customer__name", "unidentified_person"),
    )


@hub.worklist.add
@limit_to_permissions("incidents.add_incident")
def incidents_to_complete(user: StaffMember, today: date) -> QuerySet:
    """What one reported and of which something is still needed. Policy §26, 62."""
    return incidents_to_add_to(
        Incident.objects.filter(is_complete=False), user, "incident.finish", due_on=TruncDate("created_at")
    )


@hub.worklist.add
@limit_to_permissions("incidents.add_incident")
def incidents_to_identify(user: StaffMember, today: date) -> QuerySet:
    """What one reported of somebody who is not known yet, and of which nothing else is needed. Policy §3.

    Due when a manager decides what follows, as that depends on it. It may never be known: the task ends when the incident is closed.
    """
    unknown = Incident.objects.filter(is_complete=True, customer=None)
    in_five_days = ExpressionWrapper(F("created_at") + ASSESS_WITHIN, output_field=DateTimeField())
    return incidents_to_add_to(unknown, user, "incident.identify", due_on=TruncDate(in_five_days))


def incidents_to_add_to(
    incidents: QuerySet[Incident], user: StaffMember, kind: str, *, due_on: TruncDate
) -> QuerySet:
    """Asked of whoever reported it; a manager's where they deal with customers no more."""
    mine = Q(reported_by=user)
    if user.has_perm(ASSESS):
        mine |= ~Q(reported_by__in=staff_with_permission("incidents.add_incident"))
    return task_rows(
        incidents.filter(mine).exclude(status="closed"),
        kind,
        due_on=due_on,
        customer_name=Coalesce("customer__name", "unidentified_person"),
    )
