from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal

from .models import StaffMember


def may_read_wider_access(user: StaffMember) -> Refusal | None:
    """Refuse who came to read what to all but those who answer for the data. Policy §65."""
    if not user.has_perm(Permission.READ_WIDER_ACCESS):
        return Refusal("Only Data Protection can see who was given access to more.", "65")
    return None
