"""What one manager alone calls violence, a threat or harassment is confirmed by a second before it opens the strongest powers. Policy §23, 24."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import check_reason
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.few.queries import readers_among
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission
from incidents.enums import DANGERS, POSSIBLE_HARM, ZERO_TOLERANCE, Harm
from incidents.models import Incident
from incidents.queries import people_who_said_dangers, people_with_part

from .assessment import may_assess_incident, may_decide_on
from .corrections import first_report

WORST, BAD, OTHER = 2, 1, 0
"""How far categories can lead: to protection at once or without a review, to the answer that zero tolerance always meets, or to neither."""
DANGER_REASON_MISSING = "Say what makes it that, such as what was said or done."


def only_one_to_say_so(by: StaffMember, incident: Incident, codes: Collection[str]) -> StaffMember | None:
    """Return the manager who gives an incident these categories, where nobody else ever called it one of its dangers, or a worse one.

    That another danger stood before says nothing of this one.
    """
    said = people_who_said_dangers(incident)
    for rank, code in enumerate(DANGERS, start=1):
        as_bad = said[Harm.YES].union(*(said[worse] for worse in DANGERS[:rank]))
        if code in codes and as_bad <= {by.pk}:
            return by
    return None


def may_confirm_danger(user: StaffMember, incident: Incident) -> Refusal | None:
    """Let a second manager confirm what an incident was, who had no part in it while another is there. Policy §13, 24."""
    if refusal := may_assess_incident(user, incident):
        return refusal
    if not incident.danger_said_by_id:
        return Refusal("Nothing here waits to be confirmed.", "24")
    if user.pk == incident.danger_said_by_id:
        return Refusal("You said so: another manager confirms it.", "24")
    return may_decide_on(user, [incident])


def check_danger_confirmed(incident: Incident) -> list[Refusal]:
    """Ask for the second manager where one is there who had no part in it; where nobody is, the first acts, and it is confirmed afterwards.

    Policy §13, 23, 24.
    """
    if not incident.danger_said_by_id:
        return []
    barred = {incident.danger_said_by_id} | people_with_part([incident]).all
    others = readers_among(staff_with_permission(Permission.ASSESS_INCIDENTS), incident.customer_id)
    other = present_staff(others).exclude(pk__in=barred).first()
    if other is None:
        return []
    sentence = (
        f"Only {incident.danger_said_by} says that {incident} was violence, a threat or harassment, or so bad. Another manager confirms that on its page "
        f"first: {other} is there."
    )
    return [Refusal(sentence, "24", "incidents")]


def is_danger_as_reported(incident: Incident, relied_on_at: datetime) -> bool:
    """Return whether an incident is one of its dangers, by its first report, by what it said at a moment, or by more than one person's word since.

    What one manager alone calls it after that moment, when something came to rest on it, changes nothing. Policy §23, 24.
    """
    first = first_report(incident)
    reported = category_codes_of(first)
    # An answer on harm that abuse explains says nothing of the dangers.
    is_harm = first.harm == Harm.YES and reported.isdisjoint(ZERO_TOLERANCE)
    if is_harm or not reported.isdisjoint(DANGERS):
        return True
    relied_on = incident.history.filter(history_date__lte=relied_on_at).order_by("-sequence").first()
    if relied_on and not category_codes_of(relied_on).isdisjoint(DANGERS):
        return True
    return not incident.danger_said_by_id and not incident.category_codes.isdisjoint(DANGERS)


def category_codes_of(row: Any) -> set[str]:
    """Return the categories that a row of an incident's history says."""
    return {link.category_id for link in row.categories.all()}


def gravity(codes: Collection[str], harm: str) -> int:
    """Return how far an incident can lead, by its categories and what is said of harm."""
    if harm in POSSIBLE_HARM or not set(codes).isdisjoint(DANGERS):
        return WORST
    return OTHER if set(codes).isdisjoint(ZERO_TOLERANCE) else BAD


def is_raised(incident: Incident, codes: Collection[str], by: StaffMember, harm: str | None = None) -> bool:
    """Return whether these categories, or this answer on harm, are worse than what was said of an incident so far. Policy §24.

    Where nothing was said yet nothing is raised, nor where it is the reporter who says that somebody was harmed.
    """
    if not incident.category_codes and incident.harm != Harm.NO:
        return False
    said_harm = incident.harm if harm is None or by.pk == incident.reported_by_id else harm
    return gravity(codes, said_harm) > gravity(incident.category_codes, incident.harm)


def can_be_raised(incident: Incident) -> bool:
    """Return whether something was said of an incident that others could call worse."""
    was_said = incident.category_codes or incident.harm == Harm.NO
    return bool(was_said) and gravity(incident.category_codes, incident.harm) < WORST


def check_raised(
    incident: Incident, codes: Collection[str], by: StaffMember, reason: str, harm: str | None = None
) -> list[Refusal]:
    """Ask whoever calls an incident worse than was said for a reason of its own. Policy §24."""
    return check_reason(incident, "raised_reason", reason) if is_raised(incident, codes, by, harm) else []


def raised_values(
    incident: Incident, codes: Collection[str], by: StaffMember, reason: str, harm: str | None = None
) -> dict[str, Any]:
    """Return what an incident says of its being raised with these categories: nothing any more once it is no worse than was reported."""
    if is_raised(incident, codes, by, harm):
        return {"raised_reason": reason, "raised_by": by}
    if not incident.raised_reason:
        return {}
    first = first_report(incident)
    reported = gravity(category_codes_of(first), first.harm)
    if gravity(codes, incident.harm if harm is None else harm) <= reported:
        return {"raised_reason": "", "raised_by": None}
    return {}
