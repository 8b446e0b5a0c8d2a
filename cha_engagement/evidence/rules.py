"""Rules for adding evidence and opening it."""

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember

from .models import Evidence


def may_upload(user: StaffMember) -> Refusal | None:
    if not user.has_perm(Permission.ADD_EVIDENCE):
        return Refusal("Only staff who deal with customers add evidence.", "63")
    return None


def may_seal(user: StaffMember) -> Refusal | None:
    """Refuse to keep a file that may do harm to all but managers: nobody opens it without a reason, or by chance."""
    if not (user.has_perm(Permission.ADD_EVIDENCE) and user.has_perm(Permission.READ_EVIDENCE)):
        return Refusal("Ask a manager to add this file: only they keep one sealed.", "63", "sealed_reason")
    return None


def may_open(user: StaffMember, evidence: Evidence) -> Refusal | None:
    if evidence.is_sealed and not user.has_perm(Permission.READ_HISTORY):
        return Refusal("This file may do harm. Ask a manager what is in it.", "63")
    return None


def may_see_accesses(user: StaffMember) -> Refusal | None:
    if not user.has_perm(Permission.READ_HISTORY):
        return Refusal(
            "Only managers, the Executive Team and Data Protection can see who has opened a file.", "65"
        )
    return None


def check_file_size(file: UploadedFile) -> list[Refusal]:
    largest = settings.EVIDENCE_MAX_BYTES
    if not file.size:
        return [Refusal("This file is empty. Choose it again, or another.", "", "file")]
    if file.size > largest:
        return [
            Refusal(
                f"This file is larger than {filesizeformat(largest)}. Choose a smaller one, or add it in parts.",
                "",
                "file",
            )
        ]
    return []
