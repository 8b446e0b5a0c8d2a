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
from cha_engagement.core.refusals import Refusal
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission

from ..models import Letter
from ..rendering import placeholders, plain_text
from ..wording.overreach import Overreach, quote
from ..wording.own_words import added_words, closed_by_records

WAIT_WORKING_DAYS = 1
"""After which a letter that nobody has read may be issued, with a reason."""
CONFIRM_WORKING_DAYS = 5
WRITES = ("", "issue")
"""The events of a letter by which somebody has written it: drafting and editing have no name."""
EXECUTIVE = "reviews.hear_appeal"


# Whether somebody has to read it


def why_read(letter: Letter, found: list[Overreach]) -> str:
    """Return why somebody else reads it before it is issued; empty where nobody has to."""
    if letter.letter_kind.never_waits:
        return ""
    if found:
        return "Some of its words may limit what no restriction limits, or deny a right."
    if worded := letter.letter_kind.own_words(letter):
        return f"What it restricts is said in words of our own: “{quote(worded)}”"
    if letter.letter_kind.waits_only_for_limits or not (worded := words_of_staff(letter)):
        return ""
    return (
        f"Something was decided about how we deal with {letter.customer.name}, or with somebody they live with. So a second person reads what "
        f"staff wrote: “{quote(worded)}”"
    )


def why_read_after(letter: Letter) -> str:
    """Return why a letter that waits for nobody is read by somebody else once it is issued; empty where nobody has to."""
    if not (letter.letter_kind.never_waits or letter.letter_kind.waits_only_for_limits) or is_read(letter):
        return ""
    return "It tells of what cannot wait." if words_of_staff(letter) else ""


def words_of_staff(letter: Letter) -> str:
    """Return what staff worded of a letter to somebody whose engagement is managed; empty to anybody else."""
    return "" if closed_by_records(letter) is None else added_words(letter)


def check_read(letter: Letter, found: list[Overreach], unread_reason: str = "") -> Refusal | None:
    """Refuse to issue what somebody else has to read and has not, but for a reason once it has waited."""
    if not why_read(letter, found) or is_read(letter) or (unread_reason and has_waited(letter)):
        return None
    return Refusal("Somebody else reads this letter before it is issued. Ask for a second reader.", "B36")


# Whether it was read


def digest(letter: Letter, moment: datetime, text: str | None = None) -> str:
    """Return a digest of all that a letter said to whoever read it at a moment, from its head to what goes with it: its days count from there.

    `text` is its own with the places filled in as on that day, where it is known already.
    """
    then = copy(letter)
    then.issued_at = moment
    said = then.plain_text or plain_text.render(
        then, text=placeholders.filled(then) if text is None else text, final=True
    )
    enclosed = sorted(letter.enclosures.values_list("sha256", "title"))
    return sha256(json.dumps([said, then.format, enclosed]).encode()).hexdigest()


def seen(letter: Letter, text: str | None = None) -> str:
    """Return a digest of what somebody sees who opens it now."""
    return digest(letter, letter.issued_at or timezone.now(), text)


def check_seen(letter: Letter, known: str, text: str | None = None) -> Refusal | None:
    if known == seen(letter, text):
        return None
    return Refusal("It reads differently since you opened this page. Read it again.", "B36")


def is_read(letter: Letter) -> bool:
    """Whether somebody else has read it as it is."""
    return letter.read_at is not None and letter.read_digest == digest(letter, letter.read_at)


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


def wrote() -> QuerySet:
    """Return the history in which somebody wrote a part of a letter. It goes over to another customer by a merge, which writes none of it."""
    history = Letter.history.model.objects
    before = history.filter(id=OuterRef("id"), sequence=OuterRef("sequence") - 1)
    merged = Exists(before.exclude(customer=OuterRef("customer")))
    return history.filter(~merged, event__in=WRITES, history_user__isnull=False)


def writers(letter: Letter) -> set[int]:
    """Return the keys of those who wrote a part of it, or sign it."""
    theirs = wrote().filter(id=letter.pk)
    return {*theirs.values_list("history_user", flat=True), letter.signatory_id}


def harmed(letter: Letter) -> set[int]:
    """Return the keys of managers and executives whom its customer harmed and who have not agreed to deal with them. Beyond the policy: B40."""
    people = (managers() | staff_with_permission(EXECUTIVE)).distinct()
    return {
        one.pk for one in people if any(object_to(letter.customer, one) for object_to in hub.signatory_checks)
    }


def others(letter: Letter) -> QuerySet[StaffMember]:
    """The managers at work who read it: those whom its customer harmed only where nobody else does."""
    able = present_staff(managers()).exclude(pk__in=writers(letter))
    clear = able.exclude(pk__in=harmed(letter))
    return clear if clear.exists() else able


def stand_in(letter: Letter) -> StaffMember | None:
    """Return the executive who is asked while no other manager is at work; None while one is, or nobody is there at all.

    Always the same one, so that the others stay clear to hear an appeal.
    """
    return first_executive(letter, present_staff)


def last_resort(letter: Letter) -> StaffMember | None:
    """Return the executive who confirms afterwards where there is no other manager at all, at work or away."""
    return first_executive(letter, lambda people: people)


def first_executive(letter: Letter, there: Callable[[QuerySet], QuerySet]) -> StaffMember | None:
    barred = writers(letter) | harmed(letter)
    if there(managers()).exclude(pk__in=barred).exists():
        return None
    return there(staff_with_permission(EXECUTIVE)).exclude(pk__in=barred).order_by("pk").first()


def may_read(user: StaffMember, letter: Letter) -> Refusal | None:
    if user.pk in writers(letter):
        return Refusal("You wrote or sign this letter, so somebody else reads it.", "B36")
    if Letter.objects.filter(left_out(user), pk=letter.pk).exists():
        return Refusal(
            "What this customer did affected you, and you have not agreed to deal with them. Somebody else is there to read it.",
            "B40",
        )
    if user.pk != letter.reader_id and not (
        user.has_perm("letters.issue_letter") and user.has_perm("letters.view_letter")
    ):
        return Refusal("Another manager reads this letter, or somebody whom they ask.", "B36")
    return None


def left_out(user: StaffMember) -> Q:
    """Of letters: that their customer harmed this manager, and somebody else is asked or there to read them. Beyond the policy: B40.

    One question to the database, however many letters and managers there are.
    """
    there = present_staff(managers()).annotate(customer=OuterRef("customer"))
    theirs = wrote().filter(id=OuterRef(OuterRef("pk")), history_user=OuterRef("pk"))
    clear = there.exclude(pk=OuterRef("signatory")).exclude(Exists(theirs))
    harmed_them = Q(pk__in=[])
    for harmed_by in hub.harmed:
        clear = clear.exclude(harmed_by(OuterRef("pk")))
        harmed_them |= harmed_by(user.pk)
    return harmed_them & ~Q(reader=user) & (Q(reader__isnull=False) | Q(Exists(clear)))


def readable_by(user: StaffMember) -> Q:
    """The letters that a user may read as their second reader, as a `Q`, whether they wait or not."""
    asked = Q(reader=user)
    if not (user.has_perm("letters.issue_letter") and user.has_perm("letters.view_letter")):
        return asked
    theirs = wrote().filter(id=OuterRef("pk"), history_user=user)
    return asked | (~Q(signatory=user) & Q(~Exists(theirs)))


def waiting_for(user: StaffMember, **which: Any) -> QuerySet[Letter]:
    """Return which letters wait for this user to read them. Whom a customer harmed is asked only where nobody else is there."""
    return Letter.objects.waiting_for_reader().filter(readable_by(user), **which).exclude(left_out(user))
