"""Who decides what follows from an incident, and which decisions fit it."""

from collections.abc import Collection, Iterable

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import check_reason
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import Relationship
from cha_engagement.customers.few.queries import readers_among
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission
from incidents.enums import POSSIBLE_HARM, ZERO_TOLERANCE, Category, Harm, Outcome, Warning
from incidents.models import Assessment, Incident
from incidents.queries import people_with_part

from ..interfaces import FollowUp
from .incident import is_referenced


def may_assess_incident(user: StaffMember, incident: Incident) -> Refusal | None:
    if not user.has_perm(Permission.ASSESS_INCIDENTS):
        return Refusal("Only a manager decides what follows from an incident.", "25")
    return may_act_on_case(user, incident)


def may_decide_on(user: StaffMember, incidents: Iterable[Incident]) -> Refusal | None:
    """Let nobody decide on what they had a part in while another manager is there who can. Policy §12, 13."""
    incidents = list(incidents)
    involved = people_with_part(incidents)
    if user.pk not in involved.all:
        return None
    others = staff_with_permission(Permission.ASSESS_INCIDENTS).exclude(pk__in=involved.all)
    for customer in {incident.customer_id for incident in incidents}:
        others = readers_among(others, customer, user)
    if other := present_staff(others).first():
        part = "were affected" if user.pk in involved.affected else "reported or entered it"
        sentence = f"You {part} yourself, so another manager decides: {other} is there."
        return Refusal(sentence, "13", "involvement_reason")
    return None


def has_part(user: StaffMember, incidents: Iterable[Incident]) -> bool:
    """Return whether some incident affected a user, or is zero tolerance that they reported. Policy §13.

    Whether they only saw it is for another manager to find.
    """
    return user.pk in people_with_part(incidents).all


def is_asked_why(user: StaffMember, incidents: Iterable[Incident]) -> bool:
    """Return whether a form asks why somebody decides on what they had a part in: where another manager is there, that one decides. Policy §13.

    What was typed there meanwhile stays all the same.
    """
    incidents = list(incidents)
    return has_part(user, incidents) and may_decide_on(user, incidents) is None


def check_handler(person: StaffMember | None, incident: Incident) -> list[Refusal]:
    """Let nobody deal with zero tolerance, or what may be, that they reported or were affected by, whoever hands it to them. Policy §13, 58."""
    is_worst = incident.may_be_zero_tolerance or incident.is_zero_tolerance
    if person is None or not is_worst or not has_part(person, [incident]):
        return []
    sentence = f"{person} reported this or was affected by it, so a colleague deals with it."
    return [Refusal(sentence, "13", "assigned_to")]


def check_involvement_explained(
    user: StaffMember, incidents: Iterable[Incident], reason: str
) -> list[Refusal]:
    """Ask whoever had a part in it, and may decide since nobody else is there, to say why. Policy §12, 13."""
    if not has_part(user, incidents):
        return []
    return check_reason(Assessment, "involvement_reason", reason)


def may_choose_outcome(
    user: StaffMember, outcome: str, incident: Incident, codes: Iterable[str] | None = None
) -> Refusal | None:
    """Let the Management Team alone find somebody's use of the complaints process unacceptable. Policy §54.

    A letter about it says so, and so does active management for nothing else. `codes` are the categories that the incident will
    have, where these are others.
    """
    codes = incident.category_codes if codes is None else set(codes)
    judges = outcome == Outcome.WARNING_LETTER and Category.COMPLAINTS_PROCESS in codes
    if outcome in (Outcome.WARNING_LETTER, Outcome.ACTIVE_MANAGEMENT):
        complaints_alone = is_still_about_complaints_alone(incident.complaints_alone, codes)
        judges = judges or (complaints_alone and not codes.intersection(ZERO_TOLERANCE))
    if not judges or user.has_perm(Permission.JUDGE_COMPLAINTS_PROCESS):
        return None
    measure = "a letter" if outcome == Outcome.WARNING_LETTER else "active management"
    return Refusal(
        f"Only a Management Team member decides on {measure} about the use of the complaints process. {management_team_hint()}",
        "54",
        "outcome",
    )


def may_rely_on(user: StaffMember, incidents: Iterable[Incident], field: str = "incidents") -> Refusal | None:
    """Let nobody outside the Management Team rest a decision on the use of the complaints process alone. Policy §54."""
    if user.has_perm(Permission.JUDGE_COMPLAINTS_PROCESS):
        return None
    references = [incident.reference for incident in incidents if is_left_to_management_team(incident)]
    if not references:
        return None
    return Refusal(
        f"{' and '.join(dict.fromkeys(references))}: this is about the use of the complaints process alone. Leave it out, or leave the decision "
        f"to a Management Team member. {management_team_hint()}",
        "54",
        field,
    )


def is_still_about_complaints_alone(
    was_alone: bool, codes: Iterable[str], by: StaffMember | None = None
) -> bool:
    """Return whether an incident is about the use of the complaints process and nothing else, with these categories.

    One that was once said to be so stays so, whatever it is called later, until somebody says otherwise who is a member of the
    Management Team on that day.
    """
    codes = set(codes)
    if Category.COMPLAINTS_PROCESS in codes and codes <= {Category.COMPLAINTS_PROCESS, Category.OTHER}:
        return True
    return was_alone and not (by and by.has_perm(Permission.JUDGE_COMPLAINTS_PROCESS))


def is_left_to_management_team(incident: Incident) -> bool:
    """Return whether the Management Team alone lets anything rest on an incident. Policy §54.

    Zero tolerance found in it is for any manager (policy §24), for as long as a manager's assessment finds it there.
    """
    return incident.complaints_alone and not (incident.is_assessed and incident.is_zero_tolerance)


def management_team_hint() -> str:
    """Return the sentence that names a member of the Management Team, one who is there if possible."""
    members = staff_with_permission(Permission.JUDGE_COMPLAINTS_PROCESS)
    member = present_staff(members).first() or members.first()
    return f"Leave it to {member}." if member else "Leave it to one of them."


def check_outcome(incident: Incident, outcome: str, codes: Iterable[str]) -> list[Refusal]:
    """Refuse an outcome that does not fit an incident with these categories. Policy §3, 22, 24."""
    return check_fit(incident, outcome) or check_response(incident, outcome, codes)


def is_kind_unknown(incident: Incident, codes: Collection[str]) -> bool:
    """Return whether an incident with these categories may still be zero tolerance, as far as anybody has said what it was. Policy §24."""
    return not codes and incident.harm != Harm.NO


def check_harm_answered(incident: Incident, codes: Iterable[str]) -> list[Refusal]:
    """Ask a manager what it was, where its reporter said that somebody was harmed, or may have been. Policy §24."""
    if codes or incident.harm not in POSSIBLE_HARM:
        return []
    sentence = "Its reporter said that somebody was or may have been threatened, hurt or abused. Choose what kind of thing it was."
    return [Refusal(sentence, "24", "categories")]


def is_for_police(incident: Incident) -> bool:
    """Return whether an incident is, or may be, what is normally reported to the police. Policy §33, 34."""
    codes = incident.category_codes
    return incident.may_be_zero_tolerance or not codes.isdisjoint(
        {Category.PHYSICAL_THREAT, Category.VIOLENCE}
    )


def check_fit(incident: Incident, outcome: str) -> list[Refusal]:
    """Refuse to manage engagement with nobody known, and to use a contract that there is not. Policy §3, 22."""
    customer = incident.customer
    if outcome == Outcome.INTERIM_MEASURE and not is_referenced(incident, FollowUp.INTERIM_MEASURE):
        return [Refusal("No interim measure rests on this incident.", "24", "outcome")]
    if outcome == Outcome.ACTIVE_MANAGEMENT and customer is None:
        sentence = "To manage engagement actively, link the incident to its customer first."
        return [Refusal(sentence, "22", "outcome")]
    if outcome == Outcome.ACTIVE_MANAGEMENT and customer and customer.deceased_on:
        sentence = f"{customer.name} has died, so nothing is managed actively. Choose that no response was possible, or another."
        return [Refusal(sentence, "22", "outcome")]
    is_contractor = customer and (customer.under_contract or customer.relationship == Relationship.CONTRACTOR)
    if outcome == Outcome.UNDER_CONTRACT and not is_contractor:
        sentence = "Only something a contractor did can be dealt with under a contract."
        return [Refusal(sentence, "3", "outcome")]
    return []


def check_response(incident: Incident, outcome: str, codes: Iterable[str]) -> list[Refusal]:
    """Refuse to leave violence, threats and abuse without a response. Policy §24."""
    is_urgent = not set(codes).isdisjoint(ZERO_TOLERANCE)
    was_warned = incident.warning == Warning.GIVEN
    if is_urgent and outcome in (Outcome.NO_ACTION, Outcome.OTHER):
        sentence = "Violence, threats and abuse always meet a response. Choose which it is, or that none was possible."
    elif is_urgent and outcome == Outcome.RESTORATIVE and not was_warned:
        sentence = "Nobody warned them, so restorative work alone is no response. Choose another, and record the work beside it."
    elif outcome == Outcome.WARNED and not was_warned:
        sentence = (
            "Nobody warned them, as far as the incident says. Choose another, or put that right there first."
        )
    elif outcome == Outcome.NOT_POSSIBLE and not is_urgent:
        sentence = "No response is needed here: choose that there is no further action."
    else:
        return []
    return [Refusal(sentence, "24", "outcome")]


def may_write_letter(user: StaffMember, incident: Incident, letter: Letter | None = None) -> Refusal | None:
    """Let a manager write a letter about an incident, once a manager has decided that one follows. Policy §29, 31, 54."""
    refusal = may_assess_incident(user, incident)
    if refusal := refusal or may_choose_outcome(user, Outcome.WARNING_LETTER, incident):
        return refusal
    if incident.customer is None:
        return Refusal("Link the incident to its customer first: a letter needs somebody to read it.", "29")
    latest = incident.assessments.first()
    if letter is None and (latest is None or latest.outcome != Outcome.WARNING_LETTER):
        return Refusal("A manager first decides that a letter about what we expect follows.", "31")
    return None
