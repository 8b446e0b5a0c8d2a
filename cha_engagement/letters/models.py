import uuid
from datetime import date
from functools import reduce
from operator import or_
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.interfaces import readable_through_others
from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonField, ReasonLine
from cha_engagement.core.records import LONG, SHORT, CaseQuerySet, CaseRecord, RecordWithStatus
from cha_engagement.customers.enums import Format
from cha_engagement.customers.models import Customer, Signposting
from cha_engagement.letters.interfaces import LetterKind, letter_kinds
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import StaffMember

from .enums import CAN_COME_BACK, HANDED_OVER, TRANSITIONS, LetterEvent, LetterStatus, SentBy, SignedAs

POST_WORKING_DAYS = 2
"""From the day on which a letter is posted to that on which it counts as received. Beyond the policy: B23."""


def assumed_receipt(letter_date: date) -> date:
    """Return the day from which a letter of a date counts days for its reader: when it is received if it is posted at once. Beyond the policy: B23."""
    return add_working_days(letter_date, POST_WORKING_DAYS)


def letter_path(letter: "Letter", filename: str) -> str:
    return f"letters/{uuid.uuid4().hex}.pdf"


def enclosure_path(enclosure: "Enclosure", filename: str) -> str:
    return f"enclosures/{uuid.uuid4().hex}.pdf"


class EnclosureQuerySet(CaseQuerySet, models.QuerySet["Enclosure"]):
    customer_paths = ("letters__customer",)

    def leave_out_closed(self, user: StaffMember) -> Self:
        """Leave that to the letters: one may go with letters to several customers."""
        return self

    def visible_by_role(self, user: StaffMember) -> "EnclosureQuerySet":
        """Return what goes with the letters that they may read."""
        return self.filter(letters__in=Letter.objects.visible_to(user)).distinct()


class Enclosure(CaseRecord):
    """A PDF that goes with letters. One in another `language` is a translation: without a `title`, of the letter itself. Policy §9, 12.

    It knows no letter: letters point to it. `sha256` is over the file as received, in hexadecimal.
    """

    PREFIX = "ENC"

    file = models.FileField(upload_to=enclosure_path)
    sha256 = models.CharField(max_length=64)
    title = models.CharField("what it is", max_length=SHORT, blank=True)
    language = models.CharField("in which language", max_length=60, blank=True)
    translated_by = models.CharField("who translated it", max_length=SHORT, blank=True)

    objects = EnclosureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="enclosure_says_what_it_is",
                condition=~Q(title="") & Q(language="", translated_by="")
                | ~Q(language="") & ~Q(translated_by=""),
            )
        ]

    def __str__(self) -> str:
        title = self.title or "This letter"
        return f"{title} in {self.language}, translated by {self.translated_by}" if self.language else title

    def get_absolute_url(self) -> str:
        return reverse("letter_enclosure", args=[self.reference])


class LetterQuerySet(CaseQuerySet, models.QuerySet["Letter"]):
    def visible_by_role(self, user: StaffMember) -> "LetterQuerySet":
        """Return letters to the customers they are assigned, what their role reads, and what records above show them.

        One that was never issued is for those who may issue it. Whoever is asked to read one sees that one, until they have (B36).
        """
        if user.has_perm(Permission.READ_LETTERS):
            return self
        return self.filter(reduce(or_, self.visibility_conditions(user)), self.issued_condition(user))

    def split_by_reason(self, user: StaffMember) -> "list[LetterQuerySet]":
        """Return the rows visible to a user, split by the reason for which they see them."""
        if user.has_perm(Permission.READ_LETTERS):
            return [self]
        issued = self.issued_condition(user)
        return [self.filter(condition, issued) for condition in self.visibility_conditions(user)]

    @staticmethod
    def visibility_conditions(user: StaffMember) -> list[Q]:
        is_assigned = (
            Q(customer__in=Customer.objects.filter(assigned_to=user).order_by().values("pk"))
            if user.has_perm(Permission.READ_CUSTOMERS)
            else Q(pk__in=[])
        )
        is_asked = Q(pk__in=Letter.objects.waiting_for_reader().filter(reader=user).order_by().values("pk"))
        return [is_assigned, is_asked, readable_through_others(Letter, user)]

    @staticmethod
    def issued_condition(user: StaffMember) -> Q:
        return Q() if user.has_perm(Permission.ISSUE_LETTERS) else Q(issued_at__isnull=False)

    def exclude_withdrawn(self) -> "LetterQuerySet":
        return self.exclude(status=LetterStatus.VOID)

    def filter_sendable(self) -> "LetterQuerySet":
        """Leave those that may still be sent."""
        return self.exclude_withdrawn().filter(sent_on=None)

    def filter_issued(self) -> "LetterQuerySet":
        return self.filter(status=LetterStatus.ISSUED)

    def filter_sent(self) -> "LetterQuerySet":
        return self.filter(sent_on__isnull=False)

    def waiting_for_reader(self) -> "LetterQuerySet":
        """Leave those that a second reader is asked to read: drafts, and what was issued unread."""
        is_draft = Q(status=LetterStatus.DRAFT, asked_at__isnull=False)
        return self.filter(
            is_draft | Q(status=LetterStatus.ISSUED, confirm_by__isnull=False),
            read_at=None,
            sent_back_reason="",
        )


class Letter(RecordWithStatus):
    """A letter to a customer. Once issued it never changes: its PDF is kept with its hash. Policy §12, 61.

    `kind` is a code of `interfaces.letter_kinds`; a general one has a `subject` of its own. `body` is Markdown that a manager edits, with
    placeholders; `text` is the same with the placeholders filled in, as issued, and `plain_text` the whole letter in plain words, from
    letterhead to signature. `advice` is the independent advice it tells of (policy §8), `signpostings` record that it did.
    `enclosures` are what goes with it, and translations that were made of it since.
    `wording_reason` says why wording that was pointed out stays all the same (policy §61.1).
    `after_death_reason` says why it is written to somebody who has died, `sent_reason` how it reached them where that was in doubt.
    Of one that was handed over it says who did (`handed_over_by`) and at what time of the day `sent_on`.
    One that came back is not sent any more: `came_back_on` and `came_back_reason` say of the last time when, and what happened (B23).
    `addressee` is the address that stands on it, `letterhead` what stands at its head of ways to reach us, both as issued.
    `reader`, `asked_at`, `read_at` and `read_digest` are of a second person who reads it as it will look before it is issued, or after, where
    nobody was there (`unread_reason`, `confirm_by`); `sent_back_reason` is why they did not agree. Beyond the policy: B36.
    `sha256` is over the PDF, in hexadecimal. `replaces` is the letter whose mistake it puts right.
    """

    PREFIX = "LET"
    TRANSITIONS = TRANSITIONS["Letter"]
    _history_m2m_fields = ("advice", "enclosures", "signpostings")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=40)
    subject = models.CharField("what it is about", max_length=SHORT, blank=True)
    status = models.CharField(max_length=10, choices=LetterStatus, default=LetterStatus.DRAFT)
    body = models.TextField("text", max_length=20_000)
    wording_reason = ReasonLine(
        "why this wording stays",
        max_length=SHORT,
        blank=True,
        missing="Say why this wording stays, or leave this empty.",
        paragraph="61.1",
    )
    after_death_reason = ReasonLine(
        "why it is written after their death",
        max_length=SHORT,
        blank=True,
        missing="Say why it is written to somebody who has died.",
        paragraph="61",
    )
    format = models.CharField(max_length=20, choices=Format, default=Format.STANDARD)
    signed_as = models.CharField("signed by", max_length=10, choices=SignedAs, default=SignedAs.PERSON)
    signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="who signs"
    )
    advice = models.ManyToManyField(
        AdviceOrganisation, blank=True, related_name="+", verbose_name="independent advice to tell them of"
    )
    enclosures = models.ManyToManyField(
        Enclosure, blank=True, related_name="letters", verbose_name="what is enclosed"
    )
    signpostings = models.ManyToManyField(
        Signposting, blank=True, editable=False, related_name="letters", verbose_name="whom it told them of"
    )
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+")
    text = models.TextField(max_length=40_000, blank=True)
    plain_text = models.TextField(max_length=50_000, blank=True)
    addressee = models.TextField(max_length=600, blank=True)
    letterhead = models.TextField(max_length=1200, blank=True)
    pdf = models.FileField(upload_to=letter_path, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    sent_by_channel = models.CharField("how it was sent", max_length=20, choices=SentBy, blank=True)
    sent_on = models.DateField(null=True)
    sent_reason = ReasonField(
        "how it reached them",
        max_length=LONG,
        blank=True,
        missing="Say how the letter reached them, and why that way.",
        paragraph="61.3",
    )
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="who handed it over",
    )
    handed_over_time = models.TimeField("at what time", null=True, blank=True)
    came_back_on = models.DateField("day it came back", null=True)
    came_back_reason = ReasonField(
        "what happened", max_length=LONG, blank=True, missing="Say what happened to it.", paragraph="B23"
    )
    void_reason = ReasonLine(
        "why it is withdrawn",
        max_length=SHORT,
        blank=True,
        missing="Say why the letter is withdrawn.",
        paragraph="61",
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="who read it as a second person, or is asked to",
    )
    asked_at = models.DateTimeField("when a second reader was asked", null=True)
    read_at = models.DateTimeField("when a second person read it", null=True)
    read_digest = models.CharField("fingerprint of what they read", max_length=64, blank=True)
    sent_back_reason = ReasonLine(
        "why it was sent back",
        max_length=SHORT,
        blank=True,
        missing="Say what has to change.",
        paragraph="B36",
    )
    unread_reason = ReasonField(
        "why it was issued before a second person had read it",
        max_length=LONG,
        blank=True,
        missing="Say why it could not wait.",
        paragraph="B36",
    )
    confirm_by = models.DateField("until when a second person confirms or reverses it", null=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    objects = LetterQuerySet.as_manager()

    class Meta:
        permissions = [("issue_letter", "Can draft, issue and send letters")]
        indexes = [
            models.Index(fields=["customer", "status"], name="letter_customer"),
            models.Index(fields=["-created_at", "-id"], name="letter_newest"),
            models.Index(fields=["drafted_by", "-created_at", "-id"], name="letter_drafter"),
            models.Index(fields=["kind", "sent_on"], name="letter_kind"),
            models.Index(fields=["drafted_by"], condition=Q(status=LetterStatus.DRAFT), name="letter_drafts"),
            models.Index(
                fields=["asked_at"],
                condition=Q(status=LetterStatus.DRAFT, asked_at__isnull=False),
                name="letter_asked",
            ),
            models.Index(
                fields=["confirm_by"],
                condition=Q(status=LetterStatus.ISSUED, confirm_by__isnull=False),
                name="letter_unread",
            ),
            models.Index(
                fields=["issued_by"],
                condition=Q(status=LetterStatus.ISSUED, sent_on=None),
                name="letter_unsent",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="letter_issued_is_whole",
                condition=Q(status=LetterStatus.ISSUED, issued_by__isnull=False, issued_at__isnull=False)
                & ~Q(sha256="")
                & ~Q(pdf="")
                | Q(status=LetterStatus.DRAFT, issued_by=None, issued_at=None, sha256="")
                | Q(status=LetterStatus.VOID),
            ),
            models.CheckConstraint(
                name="letter_void_has_reason",
                condition=Q(status=LetterStatus.VOID) & ~Q(void_reason="")
                | ~Q(status=LetterStatus.VOID) & Q(void_reason=""),
            ),
            models.CheckConstraint(
                name="letter_sent_is_whole",
                condition=Q(sent_on=None, sent_by_channel="")
                | Q(sent_on__isnull=False) & ~Q(sent_by_channel=""),
            ),
            models.CheckConstraint(
                name="letter_handed_over_is_whole",
                condition=Q(
                    sent_by_channel__in=HANDED_OVER,
                    handed_over_by__isnull=False,
                    handed_over_time__isnull=False,
                )
                | ~Q(sent_by_channel__in=HANDED_OVER) & Q(handed_over_by=None, handed_over_time=None),
            ),
            models.CheckConstraint(
                name="letter_came_back_is_whole",
                condition=Q(came_back_on=None, came_back_reason="")
                | Q(came_back_on__isnull=False) & ~Q(came_back_reason=""),
            ),
            models.CheckConstraint(
                name="letter_read_is_whole",
                condition=Q(read_at=None, read_digest="")
                | Q(read_at__isnull=False, reader__isnull=False) & ~Q(read_digest=""),
            ),
            models.CheckConstraint(
                name="letter_unread_is_confirmed",
                condition=Q(unread_reason="", confirm_by=None)
                | ~Q(unread_reason="") & Q(confirm_by__isnull=False),
            ),
            models.CheckConstraint(
                name="letter_sent_is_issued", condition=Q(sent_on=None) | Q(status=LetterStatus.ISSUED)
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("letter", args=[self.reference])

    def can(self, transition: str) -> bool:
        """Return whether the table allows this transition: what was sent is neither sent again nor withdrawn, and alone comes back."""
        return (self.sent_on is not None) == (transition == LetterEvent.COME_BACK) and super().can(transition)

    @property
    def can_come_back(self) -> bool:
        """Return whether it was sent by a channel that can return it: what was handed over has reached its reader."""
        return self.can(LetterEvent.COME_BACK) and self.sent_by_channel in CAN_COME_BACK

    @property
    def address(self) -> str:
        """Return the lines below its reader's name: as issued, or as they would be now."""
        return self.addressee or self.customer.postal_address

    @property
    def letter_date(self) -> date:
        """Return the day that stands on it, from which it counts days: that of its issue, today while it is a draft."""
        return timezone.localdate(self.issued_at)

    @property
    def listed_enclosures(self) -> list[Enclosure]:
        """Return what the letter itself lists: a translation that was attached after its issue stands beside it."""
        return [
            enclosure
            for enclosure in self.enclosures.all()
            if self.issued_at is None or enclosure.created_at <= self.issued_at
        ]

    @property
    def stage(self) -> tuple[str, str]:
        """Return how far it has come, in code and words: what was issued may have been sent."""
        if self.sent_on:
            return "sent", "Sent"
        if self.has_come_back:
            return "came_back", "Came back"
        return self.status, self.get_status_display()

    @property
    def has_come_back(self) -> bool:
        """Return whether it came back and has neither gone out again nor been withdrawn. Beyond the policy: B23."""
        return bool(self.came_back_on) and self.sent_on is None and self.status == LetterStatus.ISSUED

    @property
    def received_on(self) -> date | None:
        """Return the day on which it counts as having reached its reader: two working days after it was posted, else the day itself.

        Beyond the policy: B23.
        """
        if self.sent_on and self.sent_by_channel == SentBy.LETTER:
            return add_working_days(self.sent_on, POST_WORKING_DAYS)
        return self.sent_on

    @property
    def replaces_sent_letter(self) -> bool:
        """Return whether it takes the place of a letter that its reader had when it was written: of any other it says nothing."""
        sent_on = self.replaces and self.replaces.sent_on
        return bool(sent_on and sent_on <= self.letter_date)

    def get_kind_display(self) -> str:
        return self.letter_kind.title

    @property
    def letter_kind(self) -> LetterKind:
        return letter_kinds()[self.kind]

    @property
    def title(self) -> str:
        """Return what stands above its text: its own subject, or its kind's."""
        return self.subject or self.letter_kind.title

    @property
    def page_title(self) -> str:
        return f"{self.letter_kind.title} ({self.reference})"
