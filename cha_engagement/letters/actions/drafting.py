import re
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from cha_engagement.core.records import Stale, atomic_action, idempotent, lock_record, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.rules import check_file_size
from cha_engagement.evidence.storage import sha256_of
from cha_engagement.letters import rules
from cha_engagement.letters.enums import LetterEvent, LetterStatus, SignedAs
from cha_engagement.letters.interfaces import LetterKind, letter_kinds
from cha_engagement.letters.models import Enclosure, Letter
from cha_engagement.letters.queries.second_reader import current_digest
from cha_engagement.letters.rendering.files import render_markdown
from cha_engagement.letters.wording.staff_names import has_names_withheld
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import StaffMember

from .second_reader import forget_reading


@idempotent(Letter)
def draft_letter(
    *, customer: Customer, kind: str, about: Any, by: StaffMember, submission: UUID, subject: str = ""
) -> Letter:
    """Draft a letter of this kind about a record of the app that registered the kind.

    Where its writer should not sign it, it is drafted in the team's name.
    """
    letter_kind = letter_kinds()[kind]
    raise_if_refused(rules.may_draft(by, letter_kind, about))
    return write_draft(letter_kind, customer, about, by=by, holder=by, submission=submission, subject=subject)


def leave_draft(*, customer: Customer, kind: str, about: Any, holder: StaffMember) -> Letter:
    """Draft a letter for which the calendar asks, and leave it with somebody who may finish and issue it."""
    letter_kind = letter_kinds()[kind]
    raise_if_refused(rules.may_draft(holder, letter_kind, about))
    return write_draft(letter_kind, customer, about, by=None, holder=holder)


def write_draft(
    letter_kind: LetterKind,
    customer: Customer,
    about: Any,
    *,
    by: StaffMember | None,
    holder: StaffMember,
    **fields: Any,
) -> Letter:
    """Write the draft that whoever holds it finishes; `by` nobody where the calendar asks for it."""
    from_team = letter_kind.from_team or rules.check_signatory(
        customer,
        holder,
        SignedAs.PERSON,
        names_withheld=has_names_withheld(customer),
        from_panel=letter_kind.from_panel,
    )
    letter = writing.create_record(
        Letter,
        by=by,
        reason=f"Drafted: {letter_kind.title}",
        links={"advice": AdviceOrganisation.objects.filter(is_active=True)},
        customer=customer,
        kind=letter_kind.code,
        body=initial_body(letter_kind, customer, about),
        format=customer.preferred_format,
        signed_as=SignedAs.TEAM if from_team else SignedAs.PERSON,
        signatory=holder,
        drafted_by=holder,
        **fields,
    )
    letter_kind.link_records(about, letter, by)
    return letter


def link_letter(record: Any, letter: Letter, by: StaffMember | None, reason: str = "Letter drafted") -> None:
    """Make a record point to a letter that tells of it."""
    record = record.reload_locked()
    writing.save_record(record, by=by, reason=reason, links={"letters": [*record.letters.all(), letter]})


def initial_body(kind: LetterKind, customer: Customer, about: Any) -> str:
    """Return what a letter says before anybody has edited it."""
    text = render_markdown(kind.template, customer_name=customer.name, **kind.context(about))
    return re.sub(r"\n{3,}", "\n\n", text)


@atomic_action()
def edit_draft(
    *, letter: Letter, by: StaffMember, version: int, advice: Any, enclosures: Any = None, **changes: Any
) -> Letter:
    """Change what a draft says, who signs it, whose advice it tells of and which `enclosures` stay with it, where any are named.

    Raises `Stale` when it is no draft any more.
    """
    draft = lock_record(letter, version)
    if draft.status != LetterStatus.DRAFT:
        raise Stale(draft)
    raise_if_refused(rules.may_write(by, draft))
    raise_if_incomplete(
        *rules.check_signatory(
            draft.customer,
            changes["signatory"],
            changes["signed_as"],
            names_withheld=has_names_withheld(draft.customer),
            from_panel=draft.letter_kind.from_panel,
        ),
        *rules.check_length(changes.get("body", draft.body)),
    )
    links = {"advice": advice} if enclosures is None else {"advice": advice, "enclosures": enclosures}
    digest = current_digest(draft)
    edited = writing.edit_record(draft, by=by, reason="Draft edited", links=links, **changes)
    return forget_reading(edited, digest, by)


@idempotent(Enclosure)
def enclose_file(
    *,
    letter: Letter,
    by: StaffMember,
    submission: UUID,
    file: UploadedFile,
    title: str = "",
    language: str,
    translated_by: str,
) -> Enclosure:
    """Enclose a PDF with a letter. An issued letter never changes: from then on only translations of it come in. Policy §9, 12, 61."""
    letter = letter.reload_locked()
    raise_if_refused(rules.may_enclose(by, letter))
    if letter.status == LetterStatus.VOID or (letter.issued_at and title):
        raise Stale(letter)
    wrong_size = check_file_size(file)
    raise_if_incomplete(
        *wrong_size,
        *([] if wrong_size else rules.check_enclosure(file, letter.customer)),
        *rules.check_enclosure_labels(title, language, translated_by),
    )
    digest = current_digest(letter)
    enclosure = writing.create_record(
        Enclosure,
        by=by,
        reason=f"Enclosed with {letter.reference}",
        submission=submission,
        sha256=sha256_of(file),
        file=file,
        title=title,
        language=language,
        translated_by=translated_by,
    )
    writing.save_record(
        letter,
        by=by,
        reason=f"Translation attached: {enclosure}" if language else f"Enclosed: {enclosure}",
        event=LetterEvent.TRANSLATE if language else "",
        links={"enclosures": [*letter.enclosures.all(), enclosure]},
    )
    forget_reading(letter, digest, by)
    return enclosure


@idempotent(Letter)
def replace_letter(*, letter: Letter, by: StaffMember, submission: UUID) -> Letter:
    """Draft a letter with the same words as one that was issued, to put a mistake right: what was issued never changes."""
    raise_if_refused(rules.may_write(by, letter))
    if letter.issued_at is None:
        raise Stale(letter)
    fields = ("customer", "kind", "subject", "body", "wording_reason", "format", "signed_as", "signatory")
    draft = writing.create_record(
        Letter,
        by=by,
        reason=f"Drafted to replace {letter.reference}",
        # A translation says what the other letter said.
        links={"advice": letter.advice.all(), "enclosures": letter.enclosures.exclude(title="")},
        submission=submission,
        drafted_by=by,
        replaces=letter,
        **{name: getattr(letter, name) for name in fields},
    )
    draft.letter_kind.link_records(draft.letter_kind.about(letter), draft, by)
    return draft
