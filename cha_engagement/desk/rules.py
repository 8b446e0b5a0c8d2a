from typing import Any

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.staff.models import StaffMember


def may_view_history(user: StaffMember, record: Any = None) -> Refusal | None:
    """Let whoever holds the permission, and may see the record, read its history; not of what they wrote in a case that is closed to them (B33)."""
    if not user.has_perm(Permission.READ_HISTORY):
        return Refusal("Only managers and above can see what a record said before.", "65")
    return may_act_on_case(user, record) if record else None


def may_see_work_of_others(user: StaffMember) -> Refusal | None:
    """Let whoever gives work to others see what waits for them. Policy §57; beyond the policy: B32."""
    if not user.has_perm(Permission.ASSIGN_INCIDENTS):
        return Refusal("Only managers and above can see what waits for others.", "57")
    return None
