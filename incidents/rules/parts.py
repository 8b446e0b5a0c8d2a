"""Whoever is named in an incident in error says so, and another manager confirms it. Policy §13, 22."""

from cha_engagement.core.interfaces import desks
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.few.queries import readers_among
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission
from incidents.interfaces import IncidentRules
from incidents.models import Incident
from incidents.queries import namers

NO_PART = "Says that they had no part in it"
NO_PART_MISSING = "Say why you had no part in it, such as: I was only sent a copy."
SETTLED_REASON_MISSING = "Say how you know."


def may_contest_part(user: StaffMember, incident: Incident) -> Refusal | None:
    """Let whoever is named, and did not enter it, say that they had no part in it. Policy §13."""
    named = {*incident.affected_staff.all(), *incident.witnesses.all()}
    if incident.reported_by != incident.entered_by:
        named.add(incident.reported_by)
    if user not in named:
        return Refusal("Only a colleague who is named in it says that they had no part in it.", "13")
    if user in incident.contested_by.all():
        return Refusal("You have said so. Another manager looks into it.", "13")
    return None


def may_settle_parts(user: StaffMember, incident: Incident) -> Refusal | None:
    if not user.has_perm(Permission.ASSESS_INCIDENTS):
        return Refusal("Only a manager says whether somebody was named in error.", "13")
    return may_act_on_case(user, incident)


def check_settler(user: StaffMember, incident: Incident, person: StaffMember) -> list[Refusal]:
    """Leave it to a manager who neither is that person nor named them, nor decided on what is under appeal, while one is there. Policy §13, 22."""
    if user == person:
        return [Refusal("Another manager says whether you had a part in it.", "13", "person")]
    if person not in incident.contested_by.all():
        return [Refusal(f"{person} has not said that they had no part in it.", "13", "person")]
    if not (reason := reason_to_leave(user, incident, person)):
        return []
    managers = readers_among(
        staff_with_permission(Permission.ASSESS_INCIDENTS), incident.customer_id, user
    ).exclude(pk=person.pk)
    able = (manager for manager in present_staff(managers) if not reason_to_leave(manager, incident, person))
    other = next(able, None)
    return [Refusal(f"{reason} Leave this to {other}, who is there.", "13", "person")] if other else []


def reason_to_leave(manager: StaffMember, incident: Incident, person: StaffMember) -> str:
    if manager.pk in namers(incident, person):
        return f"You named {person}."
    refusals = (desk.may_name_others(manager, incident) for desk in desks(IncidentRules))
    return next((refusal.sentence for refusal in refusals if refusal), "")
