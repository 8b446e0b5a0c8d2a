"""Evidence comes in, and is opened."""

import mimetypes
from pathlib import PurePath
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from cha_engagement import records
from cha_engagement.policy import Refusal, ask, require
from cha_engagement.records import SHORT
from cha_engagement.staff.models import StaffMember

from . import policy
from .models import Evidence, EvidenceAccess
from .storage import open_checked, sha256_of


@records.once(Evidence)
def upload(*, file: UploadedFile, summary: str, by: StaffMember, submission: UUID) -> Evidence:
    """Keep a file and its hash. The file is on disk before its record is written."""
    ask(policy.may_upload(by))
    require(refusal_of(file))
    name = safe_name(file.name or "")
    return records.create(
        Evidence,
        by=by,
        reason="Evidence added",
        move="add",
        submission=submission,
        sha256=sha256_of(file),
        file=file,
        original_name=name,
        content_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        size=file.size,
        summary=summary,
        uploaded_by=by,
    )


def refusal_of(file: UploadedFile) -> Refusal | None:
    """Why a file cannot be kept."""
    most = settings.EVIDENCE_MAX_BYTES
    if not file.size:
        return Refusal("This file is empty. Choose it again, or another.", "", "file")
    if file.size > most:
        return Refusal(
            f"This file is larger than {filesizeformat(most)}. Choose a smaller one, or add it in parts.",
            "",
            "file",
        )
    return None


def safe_name(name: str) -> str:
    """A file's own name as a line that any computer takes: no folders, no control characters, the ending kept."""
    base = PurePath(name.replace("\\", "/")).name
    base = "".join(character for character in base if character.isprintable()).strip(" .") or "file"
    stem, ending = PurePath(base).stem, PurePath(base).suffix[:20]
    return stem[: SHORT - len(ending)] + ending


def open_file(evidence: Evidence, *, by: StaffMember, address: str | None) -> File:
    """The file, once it is written down who opens it. Raises `Altered` when it is not what was uploaded."""
    EvidenceAccess.objects.create(evidence=evidence, by=by, address=address)
    return open_checked(evidence.file, evidence.sha256)
