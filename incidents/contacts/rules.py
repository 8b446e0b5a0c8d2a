"""Rules of logging and correcting contacts. Policy §49."""

from django.utils.timezone import localdate

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember

from .models import Contact


def may_log_contact(user: StaffMember) -> Refusal | None:
    if not user.has_perm(Permission.LOG_CONTACTS):
        return Refusal("Only staff who deal with customers log contacts.", "49")
    return None


def may_correct_contact(user: StaffMember, contact: Contact) -> Refusal | None:
    """Let the colleague who had it put it right while they remember; afterwards it stays as it was counted."""
    if user.pk != contact.by_id or localdate(contact.created_at) != today():
        return Refusal("Only the one who logged a contact corrects it, on the day on which they did.", "49")
    return None
