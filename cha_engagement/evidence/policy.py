"""Who may add to the evidence, and open it."""

from cha_engagement.policy import Refusal
from cha_engagement.staff.models import StaffMember


def may_upload(user: StaffMember) -> Refusal | None:
    if not user.has_perm("evidence.add_evidence"):
        return Refusal("Only staff who deal with customers add evidence.", "63")
    return None


def may_see_accesses(user: StaffMember) -> Refusal | None:
    if not user.has_perm("staff.view_history"):
        return Refusal(
            "Only managers, the Executive Team and data protection see who has opened a file.", "65"
        )
    return None
