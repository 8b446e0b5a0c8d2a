from typing import Any

from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember


def may_export(user: StaffMember, _: Any = None) -> Refusal | None:
    """Refuse a list as a file to whoever may only read it on its page. Policy §65; beyond the policy: B19."""
    if not user.has_perm("lists.export"):
        return Refusal("Your role does not take lists away as files.", "65")
    return None


def may_read_exports(user: StaffMember, _: Any = None) -> Refusal | None:
    """What colleagues took away as files is for whoever answers for the data. Policy §65."""
    if not user.has_perm("lists.view_export"):
        return Refusal("Only data protection reads which lists were exported.", "65")
    return None
