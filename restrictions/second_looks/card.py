from django.db.models import Q

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.interfaces import SideBox, SideBoxRow
from cha_engagement.staff.models import StaffMember
from restrictions.contact_plan import AnyRestriction
from restrictions.models import ManagementDecision, Restriction

from .enums import SecondLookStatus
from .models import SecondLook
from .queries import keys_in_question, select_page


def second_look_box(record: ManagementDecision | AnyRestriction, user: StaffMember) -> SideBox | None:
    """Say who else looks at it, or looked: a restriction's own second look, else that of its decision."""
    if isinstance(record, Restriction):
        about = Q(restriction=record)
        if record.decision_id:
            about |= Q(decision=record.decision_id)
    else:
        about = Q(decision=record) if isinstance(record, ManagementDecision) else Q(interim=record)
    visible = select_page(SecondLook.objects.visible_to(user).filter(about))
    looks = sorted(visible, key=lambda look: look.restriction_id is None)
    if isinstance(record, Restriction):
        looks = [look for look in looks if record.pk in keys_in_question(look)]
    if not looks:
        return None
    (look, *_) = looks
    row = SideBoxRow(describe(look), look.get_absolute_url(), note=look.reason)
    return SideBox("Decided though they had a part in it", [row])


def describe(look: SecondLook) -> str:
    if look.is_waiting:
        return f"Waits for a second person until {uk_date(look.due_on)}"
    if look.status == SecondLookStatus.WAITING:
        return "It ended before a second person looked at it"
    return f"{look.get_status_display()} by {look.looked_by}, {uk_date(look.looked_at)}"
