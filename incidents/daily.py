"""Each morning what was decided after violence or a threat, and is not carried out, is asked for: until then cards warn. Policy §24."""

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

from . import queries
from .models import Incident

ESCALATED_AFTER = 1  # working day
MAX_NAMED = 3
"""Incidents that a message names; it says only how many the rest are."""


def warnings_not_carried_out(today: date) -> Iterator[tuple[StaffMember, str]]:
    """Yield who is told of which incidents that were assessed. Before that, deciding what follows cannot wait, and is chased as a task."""
    waiting: dict[StaffMember, list[Incident]] = defaultdict(list)
    assessed = queries.undecided_threats().filter(queries.ASSESSED)
    for incident in assessed.annotate(assessor=F("assessor_now")):
        people = list(people_to_remind(incident, today))
        for person in keep_readers(incident.reference, people, is_task=True):
            waiting[person].append(incident)
    for person, incidents in waiting.items():
        named = ", ".join(map(str, incidents[:MAX_NAMED]))
        more = f" and {len(incidents) - MAX_NAMED} more" if len(incidents) > MAX_NAMED else ""
        yield (
            person,
            f"Until a decision is carried out, the card says to speak to a manager before any contact: {named}{more}.",
        )


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
