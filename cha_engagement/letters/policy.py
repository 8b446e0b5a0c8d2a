"""Who may write to a customer."""

from cha_engagement.policy import Refusal
from cha_engagement.staff.models import StaffMember

from .models import Letter


def may_draft(user: StaffMember) -> Refusal | None:
    if not user.has_perm("letters.issue_letter"):
        return Refusal("Only managers, and the Executive Team for appeals, write these letters.", "61")
    return None


def may_issue(user: StaffMember, letter: Letter) -> Refusal | None:
    return may_draft(user)


may_edit = may_send = may_void = may_replace = may_issue
