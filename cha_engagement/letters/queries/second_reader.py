"""A second person reads a letter before it is issued, where its words may do what only a record may. Beyond the policy: B36.

Who: another manager, or an executive who is asked for this letter alone while no other manager is at work. Not whoever wrote a part of
it, nor whoever signs it, nor whom its customer harmed while somebody else is there. What they read is kept by a digest: any other words are read anew.
"""

import json
from collections.abc import Callable
from copy import copy
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cha_engagement.core import hub
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering import placeholders, plain_text
from cha_engagement.letters.wording.overreach import Overreach, quote
from cha_engagement.letters.wording.own_words import added_words
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission

from .channels import channels_closed_by_decision

WAIT_WORKING_DAYS = 1
"""After which a letter that nobody has read may be issued, with a reason."""
CONFIRM_WORKING_DAYS = 5
WRITING_EVENTS = ("", "issue")
"""The events of a letter by which somebody has written it: drafting and editing have no name."""
EXECUTIVE_PERMISSION = "reviews.hear_appeal"


# Whether somebody has to read it


def reason_to_read(letter: Letter, found: list[Overreach]) -> str:
    """Return why somebody else reads it before it is issued; empty where nobody has to."""
    if letter.letter_kind.never_waits:
        return ""
    if found:
        return "Some of its words may limit what no restriction limits, or deny a right."
    if worded := letter.letter_kind.own_words(letter):
        return f"What it restricts is said in words of our own: “{quote(worded)}”"
    if letter.letter_kind.waits_only_for_limits or not (worded := staff_words(letter)):
        return ""
    return (
        f"Something was decided about how we deal with {letter.customer.name}, or with somebody they live with. So a second person reads what "
        f"staff wrote: “{quote(worded)}”"
    )


def reason_to_read_afterwards(letter: Letter) -> str:
    """Return why a letter that waits for nobody is read by somebody else once it is issued; empty where nobody has to."""
    if not (letter.letter_kind.never_waits or letter.letter_kind.waits_only_for_limits) or is_read(letter):
        return ""
    return "It tells of what cannot wait." if staff_words(letter) else ""


def staff_words(letter: Letter) -> str:
    """Return what staff worded of a letter to somebody whose engagement is managed; empty to anybody else."""
    return "" if channels_closed_by_decision(letter) is None else added_words(letter)


# Whether it was read


def reading_digest(letter: Letter, moment: datetime, text: str | None = None) -> str:
    """Return a digest of all that a letter said to whoever read it at a moment, from its head to what goes with it: its days count from there.

    `text` is its own with the places filled in as on that day, where it is known already.
    """
    then = copy(letter)
    then.issued_at = moment
    said = then.plain_text or plain_text.render_plain_text(
        then, text=placeholders.filled_text(then) if text is None else text, final=True
    )
    enclosed = sorted(letter.enclosures.values_list("sha256", "title"))
    return sha256(json.dumps([said, then.format, enclosed]).encode()).hexdigest()


def current_digest(letter: Letter, text: str | None = None) -> str:
    """Return a digest of what somebody sees who opens it now."""
    return reading_digest(letter, letter.issued_at or timezone.now(), text)


def is_read(letter: Letter) -> bool:
    """Whether somebody else has read it as it is."""
    return letter.read_at is not None and letter.read_digest == reading_digest(letter, letter.read_at)


def is_waiting(letter: Letter) -> bool:
    """Whether somebody is asked to read it, before it is issued or, where it was issued unread, after."""
    unread = letter.read_at is None and not letter.sent_back_reason
    return unread and (
        (letter.status == "issued" and bool(letter.unread_reason))
        or (letter.status == "draft" and bool(letter.asked_at))
    )


def has_waited(letter: Letter) -> bool:
    """Whether a working day has gone by since somebody was asked."""
    if letter.asked_at is None or letter.sent_back_reason:
        return False
    asked_on = timezone.localdate(letter.asked_at)
    days = calendar.add_working_days(asked_on, WAIT_WORKING_DAYS) - asked_on
    return timezone.now() >= letter.asked_at + timedelta(days=days.days)


# Who reads it


def managers() -> QuerySet[StaffMember]:
    return staff_with_permission("letters.issue_letter").filter(
        pk__in=staff_with_permission("letters.view_letter").values("pk")
    )


def writing_history() -> QuerySet:
    """Return the history in which somebody wrote a part of a letter. It goes over to another customer by a merge, which writes none of it."""
    history = Letter.history.model.objects
    before = history.filter(id=OuterRef("id"), sequence=OuterRef("sequence") - 1)
    merged = Exists(before.exclude(customer=OuterRef("customer")))
    return history.filter(~merged, event__in=WRITING_EVENTS, history_user__isnull=False)


def writers(letter: Letter) -> set[int]:
    """Return the keys of those who wrote a part of it, or sign it."""
    theirs = writing_history().filter(id=letter.pk)
    return {*theirs.values_list("history_user", flat=True), letter.signatory_id}


def harmed_staff(letter: Letter) -> set[int]:
    """Return the keys of managers and executives whom its customer harmed and who have not agreed to deal with them. Beyond the policy: B40."""
    people = (managers() | staff_with_permission(EXECUTIVE_PERMISSION)).distinct()
    return {
        one.pk for one in people if any(object_to(letter.customer, one) for object_to in hub.signatory_checks)
    }


def other_managers(letter: Letter) -> QuerySet[StaffMember]:
    """The managers at work who read it: those whom its customer harmed only where nobody else does."""
    able = present_staff(managers()).exclude(pk__in=writers(letter))
    clear = able.exclude(pk__in=harmed_staff(letter))
    return clear if clear.exists() else able


def stand_in_executive(letter: Letter) -> StaffMember | None:
    """Return the executive who is asked while no other manager is at work; None while one is, or nobody is there at all.

    Always the same one, so that the others stay clear to hear an appeal.
    """
    return first_executive(letter, present_staff)


def confirming_executive(letter: Letter) -> StaffMember | None:
    """Return the executive who confirms afterwards where there is no other manager at all, at work or away."""
    return first_executive(letter, lambda people: people)


def first_executive(letter: Letter, there: Callable[[QuerySet], QuerySet]) -> StaffMember | None:
    barred = writers(letter) | harmed_staff(letter)
    if there(managers()).exclude(pk__in=barred).exists():
        return None
    return there(staff_with_permission(EXECUTIVE_PERMISSION)).exclude(pk__in=barred).order_by("pk").first()


def is_reader_spared(user: StaffMember) -> Q:
    """Of letters: that their customer harmed this manager, and somebody else is asked or there to read them. Beyond the policy: B40.

    One question to the database, however many letters and managers there are.
    """
    there = present_staff(managers()).annotate(customer=OuterRef("customer"))
    theirs = writing_history().filter(id=OuterRef(OuterRef("pk")), history_user=OuterRef("pk"))
    clear = there.exclude(pk=OuterRef("signatory")).exclude(Exists(theirs))
    harmed_them = Q(pk__in=[])
    for harmed_by in hub.harmed:
        clear = clear.exclude(harmed_by(OuterRef("pk")))
        harmed_them |= harmed_by(user.pk)
    return harmed_them & ~Q(reader=user) & (Q(reader__isnull=False) | Q(Exists(clear)))


def is_readable_by(user: StaffMember) -> Q:
    """The letters that a user may read as their second reader, as a `Q`, whether they wait or not."""
    asked = Q(reader=user)
    if not (user.has_perm("letters.issue_letter") and user.has_perm("letters.view_letter")):
        return asked
    theirs = writing_history().filter(id=OuterRef("pk"), history_user=user)
    return asked | (~Q(signatory=user) & Q(~Exists(theirs)))


def letters_waiting_for(user: StaffMember, **which: Any) -> QuerySet[Letter]:
    """Return which letters wait for this user to read them. Whom a customer harmed is asked only where nobody else is there."""
    return (
        Letter.objects.waiting_for_reader()
        .filter(is_readable_by(user), **which)
        .exclude(is_reader_spared(user))
    )
