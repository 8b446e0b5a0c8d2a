from django.utils import timezone

from cha_engagement.core.reasons import check_reason
from cha_engagement.core.records import Stale, atomic_action, lock_record, writing
from cha_engagement.core.refusals import raise_if_incomplete, raise_if_refused
from cha_engagement.letters import notifications, rules
from cha_engagement.letters.enums import LetterEvent, LetterStatus
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.second_reader import (
    confirming_executive,
    current_digest,
    is_read,
    is_waiting,
    stand_in_executive,
)
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember


def forget_reading(draft: Letter, digest: str, by: StaffMember) -> Letter:
    """Forget who read a draft, or was asked to, where it says something else than when it had this digest."""
    if draft.asked_at is None or draft.issued_at or current_digest(draft) == digest:
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


def ask_second_reader(*, letter: Letter, by: StaffMember, version: int) -> Letter:
    """Ask a second reader for a draft that is ready otherwise; asked again, it may be somebody else. Beyond the policy: B36.

    Enclosures are checked before the transaction: it takes long. A draft that changes meanwhile is refused as stale.
    """
    raise_if_refused(rules.may_write(by, letter))
    enclosure_refusals = rules.check_enclosures(letter)
    with atomic_action():
        draft = lock_record(letter, version)
        raise_if_refused(rules.may_write(by, draft))
        if draft.status != LetterStatus.DRAFT or is_read(draft):
            raise Stale(draft)
        raise_if_incomplete(*rules.check_ready(draft), *enclosure_refusals)
        asked_before = draft.asked_at if not draft.sent_back_reason else None
        updated = writing.save_record(
            draft,
            by=by,
            reason="A second person is asked to read it",
            event=LetterEvent.ASK_READER,
            reader=stand_in_executive(draft),
            asked_at=asked_before or timezone.now(),
            read_at=None,
            read_digest="",
            sent_back_reason="",
        )
        notifications.notify_readers(updated)
        return updated


@atomic_action()
def finish_reading(
    *, letter: Letter, by: StaffMember, version: int, digest: str, is_ready: bool, sent_back_reason: str = ""
) -> Letter:
    """Record what a second reader found: the letter is ready, or goes back with a reason. Beyond the policy: B36.

    `digest` is of what they saw. A letter that was issued unread is confirmed or reversed so; reversed, it is withdrawn where it was not sent.
    """
    current = lock_record(letter, version)
    raise_if_refused(rules.may_read(by, current))
    if not is_waiting(current):
        raise Stale(current)
    is_issued = current.issued_at is not None
    if is_ready:
        raise_if_incomplete(*rules.check_unchanged(current, digest))
        current = writing.save_record(
            current,
            by=by,
            reason="A second person has confirmed it"
            if is_issued
            else "Read by a second person: ready to issue",
            event=LetterEvent.CONFIRM if is_issued else LetterEvent.READ,
            reader=by,
            read_at=timezone.now(),
            read_digest=digest,
        )
    else:
        raise_if_incomplete(*check_reason(Letter, "sent_back_reason", sent_back_reason))
        current = writing.save_record(
            current,
            by=by,
            reason=f"Reversed: {sent_back_reason}" if is_issued else f"Sent back: {sent_back_reason}",
            event=LetterEvent.REVERSE if is_issued else LetterEvent.SEND_BACK,
            reader=by,
            sent_back_reason=sent_back_reason,
        )
        if is_issued and current.can(LetterEvent.VOID):
            writing.change_status(
                current,
                LetterEvent.VOID,
                by=by,
                reason=f"Withdrawn: {current.title}",
                void_reason=sent_back_reason,
            )
    notifications.notify_writers(current, by=by)
    return current


def ask_to_confirm(draft: Letter, by: StaffMember, unread_reason: str, working_days: int) -> Letter:
    """Ask somebody to confirm a letter that is issued unread, within so many working days. Beyond the policy: B36."""
    unread = writing.save_record(
        draft,
        by=by,
        reason="Issued before anybody else had read it",
        unread_reason=unread_reason,
        confirm_by=calendar.add_working_days(calendar.today(), working_days),
        reader=draft.reader or confirming_executive(draft),
        read_at=None,
        read_digest="",
    )
    notifications.notify_readers(unread)
    return unread
