"""Take an incident, and hand it over. A manager assigns it to anybody: `incidents.actions.assign_incident`."""

from cha_engagement.core.records import atomic_action, lock_record, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.customers.interfaces import check_people
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from incidents.notifications import notify_assigned

from . import rules


@atomic_action()
def take_incident(*, incident: Incident, by: StaffMember) -> Incident:
    """Let somebody who reads an incident deal with it, where nobody does. Beyond the policy: B32."""
    current = incident.reload_locked()
    raise_if_refused(rules.may_take_incident(by, current))
    return writing.save_record(current, by=by, reason=f"Taken by {by}", assigned_to=by)


@atomic_action()
def hand_over_incident(
    *, incident: Incident, by: StaffMember, version: int, assigned_to: StaffMember
) -> Incident:
    """Hand an incident to a colleague who reads it anyhow. Beyond the policy: B32."""
    current = lock_record(incident, version)
    raise_if_refused(rules.may_hand_over_incident(by, current))
    raise_if_incomplete(*rules.check_handed_to(assigned_to, current))
    if current.customer:
        raise_if_incomplete(*check_people(current.customer, {"assigned_to": assigned_to}, by=by))
    handed_over = writing.save_record(
        current, by=by, reason=f"Handed over to {assigned_to}", assigned_to=assigned_to
    )
    notify_assigned(handed_over)
    return handed_over
