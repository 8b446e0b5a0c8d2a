from typing import Any

from cha_engagement.policy import Refusal
from cha_engagement.staff.models import StaffMember


def may_read_exports(user: StaffMember, _: Any = None) -> Refusal | None:
    """What colleagues took away as files is for whoever answers for the data. Policy §65."""
    if not user.has_perm("lists.view_export"):
        return Refusal("Only data protection reads which lists were exported.", "65")
    return None
