"""Who may add to the evidence, and open it."""

from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember

from .models import Evidence


def may_upload(user: StaffMember) -> Refusal | None:
    if not user.has_perm("evidence.add_evidence"):
        return Refusal("Only staff who deal with customers add evidence.", "63")
    return None


def may_seal(user: StaffMember) -> Refusal | None:
    """Who may keep a file that may do harm: it is opened by nobody without a reason, and never by chance."""
    if not (user.has_perm("evidence.add_evidence") and user.has_perm("evidence.view_evidence")):
        return Refusal("Ask a manager to add this file: only they keep one sealed.", "63", "sealed_reason")
    return None


def may_open(user: StaffMember, evidence: Evidence) -> Refusal | None:
    if evidence.is_sealed and not user.has_perm("staff.view_history"):
        return Refusal("This file may do harm. Ask a manager what is in it.", "63")
    return None


def may_see_accesses(user: StaffMember) -> Refusal | None:
    if not user.has_perm("staff.view_history"):
        return Refusal(
            "Only managers, the Executive Team and data protection see who has opened a file.", "65"
        )
    return None
