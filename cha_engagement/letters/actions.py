"""How a letter comes about: drafted, edited, issued, sent; withdrawn or replaced where it was a mistake."""

import re
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template import Context, Engine
from django.utils import timezone

from cha_engagement.core import hub
from cha_engagement.core.reasons import check_reason
from cha_engagement.core.records import Stale, idempotent, lock_record, writing
from cha_engagement.core.refusals import ask, require
from cha_engagement.customers.actions import signpost
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.actions import check_size
from cha_engagement.evidence.storage import sha256_of
from cha_engagement.organisation import calendar
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import StaffMember

from . import notifications
from .enums import LetterStatus, SignedAs
from .models import Enclosure, Letter, letter_path
from .queries import second_reader
from .rendering import pdf, placeholders, plain_text
from .rendering.markdown import escaped, place_names
from .rules import delivery, drafting
from .wording import contacts, findings
from .wording.enclosures import check_enclosed, check_enclosure


@idempotent(Letter)
def draft(
    *, customer: Customer, kind: str, about: Any, by: StaffMember, submission: UUID, subject: str = ""
) -> Letter:
    """A draft of a letter of this kind about a record of the app that registered the kind.

    Where its writer should not sign it, it is drafted in the team's name.
    """
    ask(drafting.may_draft(by, hub.letter_kinds[kind], about))
    from_team = hub.letter_kinds[kind].from_team or placeholders.objection(
        customer, by, SignedAs.PERSON, withheld=findings.withheld(customer)
    )
    letter = writing.create_record(
        Letter,
        by=by,
        reason=f"{hub.letter_kinds[kind].title} drafted",
        links={"advice": AdviceOrganisation.objects.filter(is_active=True)},
        submission=submission,
        customer=customer,
        kind=kind,
        subject=subject,
        body=first_text(hub.letter_kinds[kind], customer, about),
        format=customer.preferred_format,
        signed_as=SignedAs.TEAM if from_team else SignedAs.PERSON,
        signatory=by,
        drafted_by=by,
    )
    letter.letter_kind.link_records(about, letter, by)
    return letter


def point(record: Any, letter: Letter, by: StaffMember, reason: str = "Letter drafted") -> None:
    """Make a record point to a letter that tells of it."""
    current = record.locked()
    writing.save_record(current, by=by, reason=reason, links={"letters": [*current.letters.all(), letter]})


def first_text(kind: hub.LetterKind, customer: Customer, about: Any) -> str:
    """What a letter says before anybody has edited it. Its template is ours; everything it is given is escaped."""
    data = escaped({"customer_name": customer.name, **kind.context(about)})
    text = Engine.get_default().get_template(kind.template).render(Context(data, autoescape=False))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


@transaction.atomic
def edit(
    *, letter: Letter, by: StaffMember, version: int, advice: Any, enclosures: Any = None, **changes: Any
) -> Letter:
    """Change what a draft says, who signs it, whose advice it tells of and which `enclosures` stay with it, where any are named. Raises `Stale` when it is no draft any more."""
    draft = lock_record(letter, version)
    if draft.status != LetterStatus.DRAFT:
        raise Stale(draft)
    ask(drafting.may_edit(by, draft))
    require(
        placeholders.objection(
            draft.customer,
            changes["signatory"],
            changes["signed_as"],
            withheld=findings.withheld(draft.customer),
        ),
        drafting.fits(changes.get("body", draft.body)),
    )
    links = {"advice": advice} if enclosures is None else {"advice": advice, "enclosures": enclosures}
    before = second_reader.seen(draft)
    return read_anew(
        writing.edit_record(draft, by=by, reason="Draft edited", links=links, **changes), before, by
    )


def read_anew(draft: Letter, before: str, by: StaffMember) -> Letter:
    """Forget who read a draft, or was asked to, where it says something else than before."""
    if draft.asked_at is None or draft.issued_at or second_reader.seen(draft) == before:
        return draft
    return writing.save_record(
        draft,
        by=by,
        reason="It was changed, so a second person reads it again",
        reader=None,
        asked_at=None,
        read_at=None,
        read_digest="",
    )


@idempotent(Enclosure)
def enclose(
    *,
    letter: Letter,
    by: StaffMember,
    submission: UUID,
    file: UploadedFile,
    title: str = "",
    language: str,
    translated_by: str,
) -> Enclosure:
    """Let a PDF go with a letter. What was issued never changes: from then on only translations of it come in. Policy §9, 12, 61."""
    letter = letter.locked()
    ask(drafting.may_enclose(by, letter))
    if letter.status == LetterStatus.VOID or (letter.issued_at and title):
        raise Stale(letter)
    require(
        check_size(file) or check_enclosure(file, letter.customer),
        *drafting.unsaid(title, language, translated_by),
    )
    before = second_reader.seen(letter)
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
        event="translate" if language else "",
        links={"enclosures": [*letter.enclosures.all(), enclosure]},
    )
    read_anew(letter, before, by)
    return enclosure


def ask_reader(*, letter: Letter, by: StaffMember, version: int) -> Letter:
    """Ask a second person to read a draft that is ready otherwise; asked again, it may be somebody else. Beyond the policy: B36.

    What is enclosed is looked into before the transaction: it takes long. A draft that changes meanwhile is refused as stale.
    """
    ask(drafting.may_edit(by, letter))
    enclosed = list(check_enclosed(letter))
    with transaction.atomic():
        draft = lock_record(letter, version)
        ask(drafting.may_edit(by, draft))
        if draft.status != LetterStatus.DRAFT or second_reader.is_read(draft):
            raise Stale(draft)
        require(*placeholders.missing(draft), *enclosed)
        goes_on = draft.asked_at if not draft.sent_back_reason else None
        asked = writing.save_record(
            draft,
            by=by,
            reason="A second person is asked to read it",
            event="ask_reader",
            reader=second_reader.stand_in(draft),
            asked_at=goes_on or timezone.now(),
            read_at=None,
            read_digest="",
            sent_back_reason="",
        )
        notifications.reader_wanted(asked)
        return asked


@transaction.atomic
def finish_reading(
    *, letter: Letter, by: StaffMember, version: int, digest: str, is_ready: bool, sent_back_reason: str = ""
) -> Letter:
    """A second person has read it as it looks: it is ready, or goes back with a reason. Beyond the policy: B36.

    `digest` is of what they saw. What was issued unread is confirmed or reversed so; reversed, it is withdrawn where it was not sent.
    """
    current = lock_record(letter, version)
    ask(second_reader.may_read(by, current))
    if not second_reader.is_waiting(current):
        raise Stale(current)
    issued = current.issued_at is not None
    if is_ready:
        now = timezone.now()
        require(second_reader.check_seen(current, digest))
        current = writing.save_record(
            current,
            by=by,
            reason="A second person has confirmed it"
            if issued
            else "Read by a second person: ready to issue",
            event="confirm" if issued else "read",
            reader=by,
            read_at=now,
            read_digest=second_reader.digest(current, now),
        )
    else:
        require(check_reason(Letter, "sent_back_reason", sent_back_reason))
        current = writing.save_record(
            current,
            by=by,
            reason=f"Reversed: {sent_back_reason}" if issued else f"Sent back: {sent_back_reason}",
            event="reverse" if issued else "send_back",
            reader=by,
            sent_back_reason=sent_back_reason,
        )
        if issued and current.can("void"):
            writing.change_status(
                current, "void", by=by, reason=f"{current.title} withdrawn", void_reason=sent_back_reason
            )
    notifications.reading_finished(current, by=by)
    return current


def issue(
    *, letter: Letter, by: StaffMember, version: int, unread_reason: str = "", digest: str = ""
) -> Letter:
    """Make the letter final: what it says, in plain words too, its PDF and the hash of that. Raises `Incomplete` with all that is missing.

    `unread_reason` says why it cannot wait for a second person who was asked and is not there: one confirms it afterwards. `digest` is of
    what whoever issues it has seen, where they looked at it.

    The PDF is rendered before the transaction, so that nobody waits for it; all that is printed on it is compared inside.
    """
    ask(drafting.may_issue(by, letter))
    if letter.version != version or not letter.can("issue"):
        raise Stale(letter)
    reading = placeholders.read(letter)
    require(
        *placeholders.missing(letter, reading),
        *check_enclosed(letter),
        second_reader.check_read(letter, reading.overreach, unread_reason),
        second_reader.check_seen(letter, digest, reading.text) if digest else None,
    )
    issued_at, text = timezone.now(), reading.text
    page = pdf.page(letter, text=text, final=True)
    content = pdf.write(*page)
    with transaction.atomic():
        draft = lock_record(letter, version)
        if draft.replaces:  # nobody sends it while this one is issued: each is to know of the other
            draft.replaces = draft.replaces.locked()
        now = placeholders.read(draft)
        unread = second_reader.check_read(draft, now.overreach, unread_reason)
        if placeholders.missing(draft, now) or unread or pdf.page(draft, text=now.text, final=True) != page:
            raise Stale(draft)
        if second_reader.check_read(draft, now.overreach):
            draft = issue_unread(draft, by, unread_reason, second_reader.CONFIRM_WORKING_DAYS)
        elif why := second_reader.why_read_after(draft):
            draft = issue_unread(draft, by, why, second_reader.WAIT_WORKING_DAYS)
        issued = writing.change_status(
            draft,
            "issue",
            by=by,
            reason=f"{draft.title} issued",
            may=drafting.may_issue,
            text=text,
            plain_text=plain_text.render(draft, text=text, final=True),
            addressee=draft.customer.postal_address,
            letterhead="\n\n".join(contacts.letterhead(draft)),
            pdf=default_storage.save(letter_path(draft, ""), ContentFile(content)),
            sha256=sha256(content).hexdigest(),
            issued_by=by,
            issued_at=issued_at,
        )
        notifications.issued_in_name(issued, by=by)
        return issued


def issue_unread(draft: Letter, by: StaffMember, unread_reason: str, working_days: int) -> Letter:
    """Write down why it could not wait, and within how many working days somebody confirms it. Beyond the policy: B36."""
    unread = writing.save_record(
        draft,
        by=by,
        reason="Issued before anybody else had read it",
        unread_reason=unread_reason,
        confirm_by=calendar.add_working_days(calendar.today(), working_days),
        reader=draft.reader or second_reader.last_resort(draft),
        read_at=None,
        read_digest="",
    )
    notifications.reader_wanted(unread)
    return unread


@transaction.atomic
def send(
    *,
    letter: Letter,
    by: StaffMember,
    version: int,
    sent_by_channel: str,
    sent_on: date,
    sent_reason: str = "",
) -> Letter:
    """The letter went to the customer. What it is about is told so, and to whom it signposts is recorded (policy §8).

    `sent_reason` answers what makes it unlikely that it reached them. Beyond the policy: B23.
    """
    ask(drafting.may_send(by, letter))
    issued = lock_record(letter, version)
    if not issued.can("send"):
        raise Stale(issued)
    require(*delivery.check_delivery(issued, sent_by_channel, sent_on, sent_reason))
    told = list(letter.advice.all()) if "independent advice" in place_names(letter.body) else []
    names = ", ".join(map(str, told))
    sent = writing.change_status(
        issued,
        "send",
        by=by,
        reason=f"{letter.title} sent, telling of {names}" if told else f"{letter.title} sent",
        may=drafting.may_send,
        sent_by_channel=sent_by_channel,
        sent_on=sent_on,
        values={"sent_reason": sent_reason} if sent_reason else None,
    )
    for organisation in told:
        signpost(
            customer=sent.customer, by=by, submission=uuid4(), organisation=organisation, on=sent_on, event=""
        )
    sent.letter_kind.on_sent(sent, sent_on, by)
    return sent


def void(*, letter: Letter, by: StaffMember, version: int, void_reason: str) -> Letter:
    """Withdraw a letter that has not been sent."""
    return writing.change_status(
        letter,
        "void",
        by=by,
        reason=f"{letter.title} withdrawn",
        may=drafting.may_void,
        version=version,
        void_reason=void_reason,
    )


@idempotent(Letter)
def replace(*, letter: Letter, by: StaffMember, submission: UUID) -> Letter:
    """A draft with the same words as a letter that was issued, to put a mistake right: what was issued never changes."""
    ask(drafting.may_replace(by, letter))
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
