"""What one manager alone calls violence, a threat or harassment is confirmed by a second before it opens the strongest powers. Policy §23, 24."""

from collections.abc import Collection

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission
from incidents.enums import DANGERS
from incidents.models import Incident
from incidents.queries import people_who_said_danger, people_with_part

from .assessment import may_assess_incident, may_decide_on

DANGER_REASON_MISSING = "Say what makes it that, such as what was said or done."


def only_one_to_say_so(by: StaffMember, incident: Incident, codes: Collection[str]) -> StaffMember | None:
    """Return the manager who assesses an incident with these categories, where nobody else ever called it such a danger."""
    is_danger = not set(codes).isdisjoint(DANGERS)
    return by if is_danger and people_who_said_danger(incident) <= {by.pk} else None


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
    other = present_staff(staff_with_permission(Permission.ASSESS_INCIDENTS)).exclude(pk__in=barred).first()
    if other is None:
        return []
    sentence = (
        f"Only {incident.danger_said_by} says that {incident} was violence, a threat or harassment. Another manager confirms that on its page "
        f"first: {other} is there."
    )
    return [Refusal(sentence, "24", "incidents")]
