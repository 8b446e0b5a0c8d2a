from typing import Any

from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember


def may_view_history(user: StaffMember, _: Any = None) -> Refusal | None:
    """Whoever may see the record, and holds the right to read what records said before."""
    if not user.has_perm("staff.view_history"):
        return Refusal("What a record said before is for managers and above.", "65")
    return None
