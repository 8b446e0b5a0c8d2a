"""Each morning the decisions that wait after violence or a threat are asked for. Policy §24."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db.models import F
from django.utils import timezone

from cha_engagement.core.permissions import Permission
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.staff.interfaces import keep_readers
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import first_nonempty_group, present_staff, staff_with_permission

from . import notifications, queries
from .models import Incident

ESCALATED_AFTER = 1  # working day


def remind_of_undecided_threats(today: date) -> str:
    """Send each who can act one message a day, of all that waits for them, however often this runs."""
    waiting: dict[StaffMember, list[Incident]] = defaultdict(list)
    for incident in queries.undecided_threats().annotate(assessor=F("assessor_now")):
        people = list(people_to_remind(incident, today))
        for person in keep_readers(incident.reference, people, is_task=True):
            waiting[person].append(incident)
    count = sum(
        notifications.remind_of_threats(person, incidents, today) for person, incidents in waiting.items()
    )
    return f"{count} reminded of what waits after violence or a threat."


def people_to_remind(incident: Incident, today: date) -> Iterator[StaffMember]:
    """Yield the assessor while they are there, or else who is to decide; after a working day the Management Team too.

    Policy §24, 25.
    """
    assessor = present_staff(staff_with_permission(Permission.ASSESS_INCIDENTS)).filter(
        pk=getattr(incident, "assessor", None) or 0
    )
    people = list(assessor) or queries.managers_to_tell(incident).at_once
    if add_working_days(timezone.localdate(incident.waiting_since), ESCALATED_AFTER) < today:
        team = staff_with_permission(Permission.RECEIVE_ESCALATIONS)
        people += first_nonempty_group(present_staff(team), team)
    yield from dict.fromkeys(people)
