from datetime import date, time
from hashlib import sha256
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from cha_engagement.core.records import Stale, atomic_action, lock_record, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.core.unsettled import mark_linked_unsettled
from cha_engagement.customers.actions import record_signposting, undo_signposting
from cha_engagement.letters import notifications, rules
from cha_engagement.letters.enums import HANDED_OVER, LetterEvent
from cha_engagement.letters.models import Letter, letter_path
from cha_engagement.letters.queries.parsed_letter import parse_letter
from cha_engagement.letters.queries.second_reader import (
    WORKING_DAYS_TO_CONFIRM,
    WORKING_DAYS_TO_READ,
    reason_to_read_afterwards,
)
from cha_engagement.letters.rendering import pdf
from cha_engagement.letters.rendering.letterhead import letterhead
from cha_engagement.letters.rendering.markdown import placeholder_names
from cha_engagement.letters.rendering.plain_text import render_plain_text
from cha_engagement.staff.models import StaffMember

from .second_reader import ask_to_confirm


def issue_letter(
    *, letter: Letter, by: StaffMember, version: int, unread_reason: str = "", digest: str = ""
) -> Letter:
    """Make a letter final: what it says, in plain words too, its PDF and the hash of that. Raises `Incomplete` with all that is missing.

    `unread_reason` says why it cannot wait for a second reader who was asked and is not there: one confirms it afterwards. `digest` is of
    what whoever issues it has seen, where they looked at it.

    The PDF is rendered before the transaction, so that nobody waits for it; all that is printed on it is compared inside.
    """
    raise_if_refused(rules.may_write(by, letter))
    if letter.version != version or not letter.can(LetterEvent.ISSUE):
        raise Stale(letter)
    parsed = parse_letter(letter)
    raise_if_incomplete(
        *rules.check_ready(letter, parsed),
        *rules.check_enclosures(letter),
        *rules.check_read(letter, parsed.overreach, unread_reason),
        *(rules.check_unchanged(letter, digest, parsed.text) if digest else ()),
    )
    issued_at, text = timezone.now(), parsed.text
    page = pdf.printed_page(letter, text=text, final=True)
    content = pdf.write_pdf(*page)
    with atomic_action():
        draft = lock_record(letter, version)
        if draft.replaces:  # nobody sends it while this one is issued: each is to know of the other
            draft.replaces = draft.replaces.reload_locked()
        parsed_now = parse_letter(draft)
        if (
            rules.check_ready(draft, parsed_now)
            or rules.check_read(draft, parsed_now.overreach, unread_reason)
            or pdf.printed_page(draft, text=parsed_now.text, final=True) != page
        ):
            raise Stale(draft)
        if unread_reason and rules.check_read(draft, parsed_now.overreach):
            draft = ask_to_confirm(draft, by, unread_reason, WORKING_DAYS_TO_CONFIRM)
        elif reason := reason_to_read_afterwards(draft):
            draft = ask_to_confirm(draft, by, reason, WORKING_DAYS_TO_READ)
        raise_if_refused(rules.may_write(by, draft))
        issued = writing.change_status(
            draft,
            LetterEvent.ISSUE,
            by=by,
            reason=f"Issued: {draft.title}",
            text=text,
            plain_text=render_plain_text(draft, text=text, final=True),
            addressee=draft.customer.postal_address,
            letterhead="\n\n".join(letterhead(draft)),
            pdf=default_storage.save(letter_path(draft, ""), ContentFile(content)),
            sha256=sha256(content).hexdigest(),
            issued_by=by,
            issued_at=issued_at,
        )
        notifications.notify_signatory(issued, by=by)
        return issued


@atomic_action()
def send_letter(
    *,
    letter: Letter,
    by: StaffMember,
    version: int,
    sent_by_channel: str,
    sent_on: date,
    sent_reason: str = "",
    handed_over_by: StaffMember | None = None,
    handed_over_time: time | None = None,
) -> Letter:
    """Mark a letter as sent: its customer is told of what it is about, and whom it signposts to is recorded (policy §8).

    `sent_reason` answers what makes it unlikely that it reached them. Beyond the policy: B23.
    """
    raise_if_refused(rules.may_send(by, letter))
    issued = lock_record(letter, version)
    if not issued.can(LetterEvent.SEND):
        raise Stale(issued)
    raise_if_incomplete(
        *rules.check_delivery(issued, sent_by_channel, sent_on, sent_reason, handed_over_by, handed_over_time)
    )
    is_handed_over = sent_by_channel in HANDED_OVER
    raise_if_refused(rules.may_send(by, issued))
    names_advice = "independent advice" in placeholder_names(letter.body)
    organisations = list(letter.advice.all()) if names_advice else []
    names = ", ".join(map(str, organisations))
    signpostings = [
        record_signposting(
            customer=issued.customer,
            by=by,
            submission=uuid4(),
            organisation=organisation,
            on=sent_on,
            event="",
        )
        for organisation in organisations
    ]
    sent = writing.change_status(
        issued,
        LetterEvent.SEND,
        by=by,
        reason=f"Sent: {letter.title}" + (f", telling of {names}" if organisations else ""),
        sent_by_channel=sent_by_channel,
        sent_on=sent_on,
        handed_over_by=handed_over_by if is_handed_over else None,
        handed_over_time=handed_over_time if is_handed_over else None,
        links={"signpostings": [*issued.signpostings.all(), *signpostings]},
        values={"sent_reason": sent_reason} if sent_reason else None,
    )
    sent.letter_kind.on_sent(sent, sent.received_on, by)
    return sent


@atomic_action()
def record_come_back(
    *, letter: Letter, by: StaffMember, version: int, came_back_on: date, came_back_reason: str
) -> Letter:
    """Record that a letter was returned: it is not sent any more, and nobody was told by it. Beyond the policy: B23."""
    raise_if_refused(rules.may_write(by, letter))
    sent = lock_record(letter, version)
    if not sent.can(LetterEvent.COME_BACK):
        raise Stale(sent)
    raise_if_incomplete(*rules.check_come_back(sent, came_back_on))
    raise_if_refused(rules.may_write(by, sent))
    received_on = sent.received_on
    returned = writing.change_status(
        sent,
        LetterEvent.COME_BACK,
        by=by,
        reason=f"{sent.title} came back, sent {sent.get_sent_by_channel_display().lower()}",
        values={"sent_reason": ""},
        sent_on=None,
        sent_by_channel="",
        came_back_on=came_back_on,
        came_back_reason=came_back_reason,
    )
    for signposting in returned.signpostings.filter(came_back_on=None):
        undo_signposting(signposting=signposting, by=by, came_back_on=came_back_on)
    mark_linked_unsettled(returned, "letters")
    returned.letter_kind.on_came_back(returned, received_on, by)
    return returned


@atomic_action()
def void_letter(*, letter: Letter, by: StaffMember, version: int, void_reason: str) -> Letter:
    """Withdraw a letter that has not been sent."""
    raise_if_refused(rules.may_void(by, letter.reload_locked()))
    return writing.change_status(
        letter,
        LetterEvent.VOID,
        by=by,
        reason=f"Withdrawn: {letter.title}",
        version=version,
        void_reason=void_reason,
    )
