"""What incidents ask of whom, and by when."""

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

from cha_engagement import hub
from cha_engagement.hub import TaskKind
from cha_engagement.records import AT_ONCE, IN_TURN, tasks
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import stands_in_for

from .enums import ZERO_TOLERANCE
from .models import Incident, RestorativeAction, Talk

ASSESS_WITHIN = timedelta(days=5)
EVERY_MANAGER_AFTER = timedelta(hours=1)
"""When nobody has taken what cannot wait, it is shown to every manager (policy §57)."""

hub.task_kinds |= {
    "incident.assess": TaskKind("Decide what follows", "incident", "25"),
    "incident.finish": TaskKind("Add what is still needed", "incident_edit", "62"),
    "incident.talk": TaskKind("Talk with a colleague who ended a contact", "incident", "57"),
    "restorative.reengage": TaskKind("Take contact up again", "restorative_action", "19"),
}

zero_tolerance = Exists(
    Incident.categories.through.objects.filter(incident=OuterRef("pk"), category__in=ZERO_TOLERANCE)
)


def my_reports(user: StaffMember) -> QuerySet[StaffMember]:
    return StaffMember.objects.filter(stands_in_for(user))


@hub.worklist.add
def to_assess(user: StaffMember, today: date) -> QuerySet:
    """One's own team's; another's too once it has waited, zero tolerance after an hour. Policy §25."""
    waiting = Incident.objects.filter(status="with_manager").annotate(is_zero_tolerance_now=zero_tolerance)
    if not user.has_perm("incidents.assess_incident"):
        waiting = waiting.none()
    now = timezone.now()
    mine = Q(reported_by__in=my_reports(user)) | Q(reported_by__line_manager=None)
    urgent = Q(is_zero_tolerance_now=True)
    late = Q(created_at__lt=now - ASSESS_WITHIN) | urgent & Q(created_at__lt=now - EVERY_MANAGER_AFTER)
    in_five_days = ExpressionWrapper(F("created_at") + ASSESS_WITHIN, output_field=DateTimeField())
    return tasks(
        waiting.filter(mine | late),
        "incident.assess",
        urgency=Case(When(urgent, then=AT_ONCE), default=IN_TURN, output_field=IntegerField()),
        due_on=Case(When(urgent, then=TruncDate("created_at")), default=TruncDate(in_five_days)),
        customer_name=Coalesce("customer__name", "unidentified_person"),
        note=F("reported_by__first_name"),
    )


@hub.worklist.add
def to_finish(user: StaffMember, today: date) -> QuerySet:
    """What one reported and of which something is still needed. Policy §26, 62."""
    unfinished = Incident.objects.filter(reported_by=user, is_complete=False).exclude(status="closed")
    return tasks(
        unfinished,
        "incident.finish",
        due_on=TruncDate("created_at"),
        customer_name=Coalesce("customer__name", "unidentified_person"),
    )


@hub.worklist.add
def to_talk(user: StaffMember, today: date) -> QuerySet:
    """A colleague ended a contact: as soon as possible. Policy §57."""
    waiting = Talk.objects.exclude(status="held").exclude(staff_member=user)
    mine = Q(staff_member__in=my_reports(user)) & ~Q(status="taken") | Q(taken_by=user)
    if user.has_perm("incidents.assess_incident"):
        mine |= Q(status="open", created_at__lt=timezone.now() - EVERY_MANAGER_AFTER)
    return tasks(
        waiting.filter(mine),
        "incident.talk",
        urgency=AT_ONCE,
        due_on=TruncDate("created_at"),
        record="incident__reference",
        customer_name=Coalesce("incident__customer__name", "incident__unidentified_person"),
        note=F("staff_member__first_name"),
    )


@hub.worklist.add
def to_reengage(user: StaffMember, today: date) -> QuerySet:
    """A pause ends and contact is taken up again. Policy §19."""
    return tasks(
        RestorativeAction.objects.filter(owner=user, status="to_do"),
        "restorative.reengage",
        due_on=F("reengage_on"),
    )
