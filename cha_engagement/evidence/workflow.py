"""Evidence comes in, and is opened."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import PurePath
from uuid import UUID, uuid5

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from cha_engagement import records
from cha_engagement.policy import Refusal, ask, require
from cha_engagement.reasons import check_words
from cha_engagement.records import SHORT
from cha_engagement.staff.models import StaffMember

from . import contents, policy
from .models import Evidence, EvidenceAccess
from .storage import open_checked, sha256_of

OPENING_MISSING = "Say what you need it for."
NOT_HARMFUL = Refusal("This file can be kept as it is. Leave the reason empty.", "63", "sealed_reason")


@records.once(Evidence)
def upload(
    *, file: UploadedFile, summary: str, by: StaffMember, submission: UUID, sealed_reason: str = ""
) -> Evidence:
    """Keep a file and its hash. The file is on disk before its record is written.

    One that may do harm is kept only by a manager, sealed, with a reason.
    """
    ask(policy.may_upload(by))
    name = safe_name(file.name or "")
    if sealed_reason:
        ask(policy.may_seal(by))
        require(check_size(file), check_harmful(file))
        content_type = "application/octet-stream"
    else:
        require(check_size(file))
        require(*check_kept(file, by))
        content_type = contents.read_kind(file, name).media_type
    return records.create(
        Evidence,
        by=by,
        reason="Evidence kept sealed" if sealed_reason else "Evidence added",
        move="add",
        submission=submission,
        sha256=sha256_of(file),
        file=file,
        original_name=name,
        content_type=content_type,
        size=file.size,
        summary=summary,
        sealed_reason=sealed_reason,
        uploaded_by=by,
    )


def upload_together(
    *,
    files: Collection[UploadedFile],
    field: str,
    summary: str,
    by: StaffMember,
    submission: UUID,
    sealed_reason: str = "",
) -> list[Evidence]:
    """Keep files that came together; of these, `sealed_reason` seals those that may do harm. What is refused stands beside their `field`."""
    harmful = [file for file in files if contents.check_contents(file, safe_name(file.name or ""))]
    if sealed_reason:
        require(None if harmful else NOT_HARMFUL)
    refusals = [
        refusal
        for file in files
        for refusal in (check_size(file), *(() if sealed_reason else check_kept(file, by)))
        if refusal
    ]
    require(*(replace(one, field=field) if one.field == "file" else one for one in dict.fromkeys(refusals)))
    return [
        upload(
            file=file,
            summary=summary,
            by=by,
            submission=uuid5(submission, str(number)),
            sealed_reason=sealed_reason if file in harmful else "",
        )
        for number, file in enumerate(files)
    ]


def check_kept(file: UploadedFile, by: StaffMember) -> Iterator[Refusal]:
    """Yield why a file is not kept as it is and, for whoever may seal it, what that asks for."""
    if refusal := contents.check_contents(file, safe_name(file.name or "")):
        yield refusal
        if not policy.may_seal(by):
            yield Refusal("If this very file must be kept, say here why.", "", "sealed_reason")


def check_harmful(file: UploadedFile) -> Refusal | None:
    """Return why a file need not be sealed."""
    if contents.check_contents(file, safe_name(file.name or "")):
        return None
    return NOT_HARMFUL


def check_size(file: UploadedFile) -> Refusal | None:
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


def open_file(*, evidence: Evidence, by: StaffMember, address: str | None, reason: str = "") -> File:
    """The file, once it is written down who opens it, and of a sealed one why. Raises `Altered` when it is not what was uploaded."""
    ask(policy.may_open(by, evidence))
    if evidence.is_sealed:
        require(check_words(reason, OPENING_MISSING, "63", "reason"))
    EvidenceAccess.objects.create(evidence=evidence, by=by, address=address, reason=reason)
    return open_checked(evidence.file, evidence.sha256)
