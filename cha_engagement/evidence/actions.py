"""Keep files as evidence, and open them."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import PurePath
from typing import Any
from uuid import UUID, uuid5

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile

from cha_engagement.core.reasons import check_words
from cha_engagement.core.records import SHORT, idempotent, writing
from cha_engagement.core.refusals import Incomplete, Refusal, raise_if_incomplete, raise_if_refused
from cha_engagement.staff.actions import log_file_opening
from cha_engagement.staff.models import StaffMember

from . import contents, rules
from .models import Evidence, EvidenceEvent
from .storage import open_verified, sha256_of

OPENING_REASON_MISSING = "Say what you need it for."
SEALING_REASON_MISSING = Refusal("If this very file must be kept, say here why.", "", "sealed_reason")
NOT_HARMFUL = Refusal("This file can be kept as it is. Leave the reason empty.", "63", "sealed_reason")


def upload_evidence(
    *, file: UploadedFile, summary: str, by: StaffMember, submission: UUID, sealed_reason: str = ""
) -> Evidence:
    """Keep a file and its hash. The file is on disk before its record is written.

    A file that may do harm is kept only by a manager, sealed, with a reason.
    """
    (kind,) = classify_files([file], by, sealed_reason)
    return create_evidence(
        file=file, kind=kind, summary=summary, by=by, submission=submission, sealed_reason=sealed_reason
    )


def upload_evidence_files(
    *,
    files: Collection[UploadedFile],
    field: str,
    summary: str,
    by: StaffMember,
    submission: UUID,
    sealed_reason: str = "",
) -> list[Evidence]:
    """Keep files that came together; `sealed_reason` seals those of them that may do harm. Refusals name their `field`."""
    kinds = classify_files(files, by, sealed_reason, field) if files or sealed_reason else []
    return [
        create_evidence(
            file=file,
            kind=kind,
            summary=summary,
            by=by,
            submission=uuid5(submission, str(number)),
            sealed_reason="" if kind else sealed_reason,
        )
        for number, (file, kind) in enumerate(zip(files, kinds, strict=True))
    ]


@idempotent(Evidence)
def create_evidence(
    *,
    file: UploadedFile,
    kind: contents.Kind | None,
    summary: str,
    by: StaffMember,
    submission: UUID,
    sealed_reason: str,
) -> Evidence:
    """Keep a file that was classified. Without a `kind` it is sealed."""
    return writing.create_record(
        Evidence,
        by=by,
        reason="Evidence added" if kind else "Evidence kept sealed",
        event=EvidenceEvent.ADD,
        submission=submission,
        sha256=sha256_of(file),
        file=file,
        original_name=safe_file_name(file.name or ""),
        content_type=kind.media_type if kind else "application/octet-stream",
        size=file.size,
        summary=summary,
        sealed_reason=sealed_reason,
        uploaded_by=by,
    )


def classify_files(
    files: Collection[UploadedFile], by: StaffMember, sealed_reason: str, field: str = "file"
) -> list[contents.Kind | None]:
    """Return the kinds of files that came together, None for those that are to be sealed.

    Raises `Refused`, and `Incomplete` where a file is harmful: for whoever may seal it, with a question for the reason.
    """
    raise_if_refused(rules.may_upload(by))
    if sealed_reason:
        raise_if_refused(rules.may_seal(by))
    wrong_sizes = dict.fromkeys(refusal for file in files for refusal in rules.check_file_size(file))
    raise_if_incomplete(*(replace(refusal, field=field) for refusal in wrong_sizes))
    kinds: list[contents.Kind | None] = []
    harmful: dict[Refusal, None] = {}
    for file in files:
        result = classify_file(file)
        if isinstance(result, contents.Harmful):
            kinds.append(None)
            harmful[Refusal(str(result), "", field)] = None
        else:
            kinds.append(result)
    if sealed_reason and not harmful:
        raise Incomplete(NOT_HARMFUL)
    if harmful and not sealed_reason:
        raise_if_incomplete(*harmful, *([] if rules.may_seal(by) else [SEALING_REASON_MISSING]))
    return kinds


def classify_file(file: Any) -> contents.Kind | contents.Harmful:
    """Return the kind of a file that was sent, or why it may do harm. It takes long, so the result is kept with the file.

    A form asks this before the transaction in which its action asks it again. A file that is too large is for the action to refuse.
    """
    if not hasattr(file, "classification"):
        try:
            file.classification = contents.read_kind(file, safe_file_name(file.name or ""))
        except contents.Harmful as harmful:
            file.classification = harmful
    return file.classification


def classify_files_ahead(files: Collection[UploadedFile]) -> None:
    """Classify files before the transaction that is to keep them, unless one of them is refused for its size."""
    if not any(map(rules.check_file_size, files)):
        for file in files:
            classify_file(file)


def safe_file_name(name: str) -> str:
    """Return a file's own name as any computer takes it: no folders, no control characters, the ending kept."""
    base = PurePath(name.replace("\\", "/")).name
    base = "".join(character for character in base if character.isprintable()).strip(" .") or "file"
    stem, ending = PurePath(base).stem, PurePath(base).suffix[:20]
    return stem[: SHORT - len(ending)] + ending


def open_evidence(*, evidence: Evidence, by: StaffMember, address: str, reason: str = "") -> File:
    """Return the file, once it is written down who opens it, from where, and of a sealed one why.

    Raises `Altered` where it is not the file that was uploaded.
    """
    raise_if_refused(rules.may_open(by, evidence))
    if evidence.is_sealed:
        raise_if_incomplete(*check_words(reason, OPENING_REASON_MISSING, "63", "reason"))
    log_file_opening(reference=evidence.reference, by=by, address=address, reason=reason)
    return open_verified(evidence.file, evidence.sha256)
