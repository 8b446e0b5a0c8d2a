"""The second reader of a letter: why somebody else reads it, whether they have, and who they are. Beyond the policy: B36.

They read it before it is issued, where its words may do what only a record may. It is another manager, or an executive who is asked for
this letter alone while no other manager is at work; never who wrote a part of it or signs it, nor whom its customer harmed while somebody
else is there. A digest keeps what they read: any other words are read anew.
"""

import json
from collections.abc import Callable
from copy import copy
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cha_engagement.core.interfaces import desks
from cha_engagement.core.permissions import Permission
from cha_engagement.customers.few.models import CaseForFew
from cha_engagement.customers.interfaces import CustomerRules
from cha_engagement.letters.enums import LetterEvent, LetterStatus
from cha_engagement.letters.interfaces import LetterReader
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.placeholders import filled_text
from cha_engagement.letters.rendering.plain_text import render_plain_text
from cha_engagement.letters.wording.overreach import Overreach, quote
from cha_engagement.letters.wording.own_words import added_words
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission

from .channels import applies_unknown_since, channels_closed_by_decision

WORKING_DAYS_TO_READ = 1
"""Working days after which a letter that nobody has read may be issued, with a reason."""
TIME_TO_READ_FOR_SAFETY = timedelta(hours=1)
"""The same for a letter about what applies at once for safety: its reader does not know of it yet."""
WORKING_DAYS_TO_CONFIRM = 5
WRITING_EVENTS = ("", LetterEvent.ISSUE)
"""The events of a letter's history by which somebody has written it: drafting and editing have no name."""


# Whether somebody has to read it


def reason_to_read(letter: Letter, overreach: list[Overreach]) -> str:
    """Return why somebody else reads it before it is issued; empty where nobody has to."""
    if letter.letter_kind.never_waits:
        return ""
    if overreach:
        return "Some of its words may limit what no restriction limits, or deny a right."
    if words := letter.letter_kind.own_words(letter):
        return f"What it restricts is said in words of our own: “{quote(words)}”"
    if letter.letter_kind.waits_only_for_limits or not (words := staff_words(letter)):
        return ""
    return (
        f"Something was decided about how we deal with {letter.customer.name}, or with somebody they live with. So a second person reads what "
        f"staff wrote: “{quote(words)}”"
    )


def reason_to_read_afterwards(letter: Letter) -> str:
    """Return why a letter that waits for nobody is read by somebody else once it is issued; empty where nobody has to."""
    if not (letter.letter_kind.never_waits or letter.letter_kind.waits_only_for_limits) or is_read(letter):
        return ""
    return "It is about something that cannot wait." if staff_words(letter) else ""


def staff_words(letter: Letter) -> str:
    """Return the own words of a letter to somebody whose engagement is managed; empty to anybody else."""
    return "" if channels_closed_by_decision(letter) is None else added_words(letter)


# Whether it was read


def reading_digest(letter: Letter, moment: datetime, text: str | None = None) -> str:
    """Return a digest of all that a letter said at a moment, from its head to what goes with it.

    Its days count from that moment. `text` is its own with the placeholders filled in as on that day, where it is known already.
    """
    letter_then = copy(letter)
    letter_then.issued_at = moment
    words = letter_then.plain_text or render_plain_text(
        letter_then, text=filled_text(letter_then) if text is None else text, final=True
    )
    enclosures = sorted(letter.enclosures.values_list("sha256", "title"))
    return sha256(json.dumps([words, letter_then.format, enclosures]).encode()).hexdigest()


def current_digest(letter: Letter, text: str | None = None) -> str:
    """Return a digest of what somebody sees who opens the letter now."""
    return reading_digest(letter, letter.issued_at or timezone.now(), text)


def is_read(letter: Letter) -> bool:
    """Return whether somebody else has read it as it is."""
    return letter.read_at is not None and letter.read_digest == reading_digest(letter, letter.read_at)


def is_waiting(letter: Letter) -> bool:
    """Return whether somebody is asked to read it, before it is issued or, where it was issued unread, after."""
    is_unread = letter.read_at is None and not letter.sent_back_reason
    return is_unread and (
        (letter.status == LetterStatus.ISSUED and bool(letter.unread_reason))
        or (letter.status == LetterStatus.DRAFT and bool(letter.asked_at))
    )


def waits_for_reader() -> Q:
    """Return `is_waiting` as a `Q` on letters."""
    asked = Q(status=LetterStatus.DRAFT, asked_at__isnull=False)
    unread = Q(status=LetterStatus.ISSUED) & ~Q(unread_reason="")
    return Q(read_at=None, sent_back_reason="") & (asked | unread)


def issued_unread_from(letter: Letter) -> datetime | None:
    """Return from when a letter may be issued though nobody has read it; None while nobody is asked, or it was sent back."""
    if letter.asked_at is None or letter.sent_back_reason:
        return None
    if applies_unknown_since(letter):
        return letter.asked_at + TIME_TO_READ_FOR_SAFETY
    asked_on = timezone.localdate(letter.asked_at)
    wait = calendar.add_working_days(asked_on, WORKING_DAYS_TO_READ) - asked_on
    return letter.asked_at + timedelta(days=wait.days)


def has_waited(letter: Letter) -> bool:
    """Return whether those who were asked had their time to read a letter."""
    unread_from = issued_unread_from(letter)
    return unread_from is not None and timezone.now() >= unread_from


# Who reads it


def managers() -> QuerySet[StaffMember]:
    return staff_with_permission(Permission.ISSUE_LETTERS).filter(
        pk__in=staff_with_permission(Permission.READ_LETTERS).values("pk")
    )


def can_read_others_letters(user: StaffMember) -> bool:
    return user.has_perm(Permission.ISSUE_LETTERS) and user.has_perm(Permission.READ_LETTERS)


def writing_history() -> QuerySet:
    """Return the rows of history in which somebody wrote a part of a letter.

    A merge, by which a letter goes over to another customer, writes none of it.
    """
    history = Letter.history.model.objects
    previous = history.filter(id=OuterRef("id"), sequence=OuterRef("sequence") - 1)
    is_merge = Exists(previous.exclude(customer=OuterRef("customer")))
    return history.filter(~is_merge, event__in=WRITING_EVENTS, history_user__isnull=False)


def writers(letter: Letter) -> set[int]:
    """Return the keys of those who wrote a part of a letter, or sign it."""
    rows = writing_history().filter(id=letter.pk)
    return {*rows.values_list("history_user", flat=True), letter.signatory_id}


def harmed_staff(letter: Letter) -> set[int]:
    """Return the keys of managers and executives whom a letter's customer harmed and who have not agreed to deal with them. Beyond the policy: B40."""
    people = (managers() | staff_with_permission(Permission.HEAR_APPEALS)).distinct()
    return {
        person.pk
        for person in people
        if any(desk.check_signatory(letter.customer, person) for desk in desks(LetterReader))
    }


def possible_readers(letter: Letter) -> QuerySet[StaffMember]:
    """Return the managers at work who can read a letter: those whom its customer harmed only where nobody else can."""
    able = present_staff(managers()).exclude(pk__in=writers(letter))
    unharmed = able.exclude(pk__in=harmed_staff(letter))
    return unharmed if unharmed.exists() else able


def stand_in_executive(letter: Letter) -> StaffMember | None:
    """Return the executive who is asked while no other manager is at work; None while one is, or nobody is there at all.

    Always the same one, so that the others stay clear to hear an appeal.
    """
    return first_executive(letter, present_staff)


def confirming_executive(letter: Letter) -> StaffMember | None:
    """Return the executive who confirms afterwards where there is no other manager at all, at work or away."""
    return first_executive(letter, lambda people: people)


def first_executive(letter: Letter, among: Callable[[QuerySet], QuerySet]) -> StaffMember | None:
    """Return the first executive who can read a letter where no manager can, both `among` the staff that it asks."""
    barred = writers(letter) | harmed_staff(letter)
    if among(managers()).exclude(pk__in=barred).exists():
        return None
    return among(staff_with_permission(Permission.HEAR_APPEALS)).exclude(pk__in=barred).order_by("pk").first()


def is_reader_spared(user: StaffMember) -> Q:
    """Return which letters this manager is spared: their customer harmed them, and somebody else is asked or there to read them.

    One question to the database, however many letters and managers there are. Of a case for few nobody is there but its readers.
    Beyond the policy: B33, B40.
    """
    present = present_staff(managers()).annotate(customer=OuterRef("customer"))
    own_writing = writing_history().filter(id=OuterRef(OuterRef("pk")), history_user=OuterRef("pk"))
    others = present.exclude(pk=OuterRef("signatory")).exclude(Exists(own_writing))
    case = CaseForFew.objects.standing().filter(customer=OuterRef("customer"))
    others = others.filter(~Exists(case) | Exists(case.filter(readers=OuterRef("pk"))))
    is_harmed = Q(pk__in=[])
    for desk in desks(CustomerRules):
        others = others.exclude(desk.is_to_be_spared(OuterRef("pk")))
        is_harmed |= desk.is_to_be_spared(user.pk)
    return is_harmed & ~Q(reader=user) & (Q(reader__isnull=False) | Q(Exists(others)))
