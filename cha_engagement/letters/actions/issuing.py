"""How a letter comes about: drafted, edited, issued, sent; withdrawn or replaced where it was a mistake."""

from datetime import date
from hashlib import sha256
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from cha_engagement.core.records import Stale, lock_record, writing
from cha_engagement.core.refusals import ask, require
from cha_engagement.customers.actions import record_signposting
from cha_engagement.letters import notifications, rules
from cha_engagement.letters.models import Letter, letter_path
from cha_engagement.letters.queries import parsed_letter, second_reader
from cha_engagement.letters.rendering import letterhead, pdf, plain_text
from cha_engagement.letters.rendering.markdown import placeholder_names
from cha_engagement.staff.models import StaffMember

from .second_reader import ask_to_confirm


def issue_letter(
    *, letter: Letter, by: StaffMember, version: int, unread_reason: str = "", digest: str = ""
) -> Letter:
    """Make the letter final: what it says, in plain words too, its PDF and the hash of that. Raises `Incomplete` with all that is missing.

    `unread_reason` says why it cannot wait for a second person who was asked and is not there: one confirms it afterwards. `digest` is of
    what whoever issues it has seen, where they looked at it.

    The PDF is rendered before the transaction, so that nobody waits for it; all that is printed on it is compared inside.
    """
    ask(rules.may_write(by, letter))
    if letter.version != version or not letter.can("issue"):
        raise Stale(letter)
    reading = parsed_letter.parse_letter(letter)
    require(
        *rules.check_ready(letter, reading),
        *rules.check_enclosures(letter),
        rules.check_read(letter, reading.overreach, unread_reason),
        rules.check_unchanged(letter, digest, reading.text) if digest else None,
    )
    issued_at, text = timezone.now(), reading.text
    page = pdf.printed_page(letter, text=text, final=True)
    content = pdf.write_pdf(*page)
    with transaction.atomic():
        draft = lock_record(letter, version)
        if draft.replaces:  # nobody sends it while this one is issued: each is to know of the other
            draft.replaces = draft.replaces.locked()
        now = parsed_letter.parse_letter(draft)
        unread = rules.check_read(draft, now.overreach, unread_reason)
        if (
            rules.check_ready(draft, now)
            or unread
            or pdf.printed_page(draft, text=now.text, final=True) != page
        ):
            raise Stale(draft)
        if rules.check_read(draft, now.overreach):
            draft = ask_to_confirm(draft, by, unread_reason, second_reader.CONFIRM_WORKING_DAYS)
        elif why := second_reader.reason_to_read_afterwards(draft):
            draft = ask_to_confirm(draft, by, why, second_reader.WAIT_WORKING_DAYS)
        issued = writing.change_status(
            draft,
            "issue",
            by=by,
            reason=f"{draft.title} issued",
            may=rules.may_write,
            text=text,
            plain_text=plain_text.render_plain_text(draft, text=text, final=True),
            addressee=draft.customer.postal_address,
            letterhead="\n\n".join(letterhead.letterhead(draft)),
            pdf=default_storage.save(letter_path(draft, ""), ContentFile(content)),
            sha256=sha256(content).hexdigest(),
            issued_by=by,
            issued_at=issued_at,
        )
        notifications.issued_in_name(issued, by=by)
        return issued


@transaction.atomic
def send_letter(
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
    ask(rules.may_send(by, letter))
    issued = lock_record(letter, version)
    if not issued.can("send"):
        raise Stale(issued)
    require(*rules.check_delivery(issued, sent_by_channel, sent_on, sent_reason))
    told = list(letter.advice.all()) if "independent advice" in placeholder_names(letter.body) else []
    names = ", ".join(map(str, told))
    sent = writing.change_status(
        issued,
        "send",
        by=by,
        reason=f"{letter.title} sent, telling of {names}" if told else f"{letter.title} sent",
        may=rules.may_send,
        sent_by_channel=sent_by_channel,
        sent_on=sent_on,
        values={"sent_reason": sent_reason} if sent_reason else None,
    )
    for organisation in told:
        record_signposting(
            customer=sent.customer, by=by, submission=uuid4(), organisation=organisation, on=sent_on, event=""
        )
    sent.letter_kind.on_sent(sent, sent_on, by)
    return sent


def void_letter(*, letter: Letter, by: StaffMember, version: int, void_reason: str) -> Letter:
    """Withdraw a letter that has not been sent."""
    return writing.change_status(
        letter,
        "void",
        by=by,
        reason=f"{letter.title} withdrawn",
        may=rules.may_void,
        version=version,
        void_reason=void_reason,
    )
