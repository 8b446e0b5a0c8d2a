from collections.abc import Collection, Hashable
from copy import copy
from typing import Any, NamedTuple, Never

from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from simple_history.models import HistoricalRecords

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import MESSAGE, SHORT, ReadOnlyQuerySet


class AccountHistory(HistoricalRecords):
    """History of an account, its roles included. To sign in changes nothing."""

    def post_save(
        self, instance: Any, created: bool, update_fields: Collection[str] | None = None, **kwargs: Any
    ) -> None:
        if update_fields != {"last_login"}:
            super().post_save(instance, created, **kwargs)


class ClosedCases(NamedTuple):
    """The customers, by key, whose case is closed to all but named readers: to whom it is `hidden`, and who may `read` it."""

    hidden: frozenset[int] = frozenset()
    read: frozenset[int] = frozenset()


class StaffMember(AbstractUser):
    """A member of staff who signs in. Never deleted, only deactivated: what they did stays theirs.

    `away_until` is the last day of an absence; `deputy` stands in until then. `groups` are roles: change them from
    here (`person.groups`), as history is kept by account. A superuser would pass every question about permissions, so there is none.
    """

    is_active = models.BooleanField(
        "may sign in",
        default=True,
        help_text="Accounts are closed, never deleted: what somebody did stays theirs.",
    )
    job_title = models.CharField(max_length=SHORT, blank=True)
    team = models.CharField(max_length=SHORT, blank=True)
    phone = models.CharField("direct line", max_length=40, blank=True)
    line_manager = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reports")
    deputy = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="deputises_for")
    away_until = models.DateField("away until and including", null=True, blank=True)

    groups = models.ManyToManyField(  # type: ignore[assignment]
        Group, verbose_name="roles", blank=True, related_name="user_set", related_query_name="user"
    )

    history = AccountHistory(excluded_fields=["password", "last_login"], m2m_fields=["groups"])

    closed_cases: ClosedCases | None = None
    """As `RolesBackend` found them with their permissions."""

    reads_about: int | None = None
    """The key of the one customer of whom they are asked what they see; None where it is of all."""

    class Meta:
        verbose_name = "member of staff"
        verbose_name_plural = "members of staff"
        ordering = ["first_name", "last_name", "username"]
        permissions = [("view_history", "Can read what records said before, and who changed them")]
        constraints = [
            models.CheckConstraint(condition=models.Q(is_superuser=False), name="no_superuser"),
            # One signs in by a username in whatever case.
            models.UniqueConstraint(
                Lower("username"),
                name="one_account_a_username",
                violation_error_message="Another account has this username.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def role_names(self) -> frozenset[str]:
        return frozenset(self.groups.values_list("name", flat=True)) if self.pk else frozenset()

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()  # a link for a new password is asked for in any case

    @property
    def access(self) -> Hashable:
        """Return what decides, beside who they are, what they read today and what waits for them."""
        permissions = frozenset(self.get_all_permissions())
        return permissions, self.away_until, self.reads_about is not None, self.closed_cases

    @property
    def closed_customers(self) -> frozenset[int]:
        """Return the keys of the customers whose case is closed to them. Beyond the policy: B33."""
        return self.find_closed_cases().hidden

    @property
    def customers_for_few(self) -> frozenset[int]:
        """Return the keys of the customers whose case is closed to others, and not to them. Beyond the policy: B33."""
        return self.find_closed_cases().read

    def find_closed_cases(self) -> ClosedCases:
        """Return what is asked with their permissions; nothing of somebody whose account is closed, and who reads nothing."""
        self.get_all_permissions()
        return self.closed_cases or ClosedCases()

    def narrow_to_customer(self, customer: int) -> "StaffMember":
        """Return them as a reader of what belongs to one customer, given by key: they read through the appeals of this one alone.

        Of this one they see as much as ever, and find it at once: an appeal leads to no record of another (B5), but for a letter that was
        withdrawn for that. Files are never asked for so: one may be about several customers.
        """
        reader = copy(self)
        reader.reads_about = customer
        return reader

    @property
    def is_away(self) -> bool:
        return bool(self.away_until and self.away_until >= timezone.localdate())

    @property
    def acting_line_manager(self) -> "StaffMember | None":
        """The line manager, or their deputy while they are away; nobody once that account is closed (policy §57)."""
        manager = self.line_manager
        if manager is None or not manager.is_active:
            return None
        deputy = manager.deputy if manager.is_away else None
        return deputy if deputy and deputy.is_active else manager


class AccessGrounds(models.TextChoices):
    """The step of a colleague by which somebody came to read more."""

    CUSTOMER_ASSIGNED = "customer_assigned", "The customer was assigned to them"
    INCIDENT_ASSIGNED = "incident_assigned", "The incident was assigned to them"
    NAMED = "named", "They were named as having part in the incident"
    MERGED = "merged", "Another record was merged into that of their customer"
    NOTE_OPENED = "note_opened", "A manager opened a note up to them"
    NAMED_READER = "named_reader", "They were named among the few who can read the case"
    TAKEN_OFF = "taken_off", "They were taken off the few who can read the case"
    OPENED_IN_DANGER = (
        "opened_in_danger",
        "They opened a case that only named colleagues read, as somebody was in danger",
    )


class WiderAccess(models.Model):
    """One step of a colleague by which somebody came to read more: for Data Protection to look through. Policy §65.

    `reference` and `path` are of the record that they read since. `notified` is the manager who was told, if there was one to tell.
    """

    reader = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    grounds = models.CharField(max_length=20, choices=AccessGrounds)
    reference = models.CharField(max_length=20)
    path = models.CharField(max_length=SHORT)
    notified = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.reader} reads {self.reference}"


ONLY_ADDED_TO = "the access log is only added to"


class AccessKind(models.TextChoices):
    """The kinds of access that are written down."""

    FILE_OPENED = "file_opened", "A file was opened"
    LIST_EXPORTED = "list_exported", "A list was saved as a file"
    CASE_READ = "case_read", "A page of a case was read that only named colleagues can read"


class AccessLogQuerySet(ReadOnlyQuerySet, models.QuerySet["AccessLogEntry"]):
    def file_openings(self, reference: str) -> "AccessLogQuerySet":
        """Return the openings of a file, the latest first."""
        return self.filter(kind=AccessKind.FILE_OPENED, reference=reference).order_by("-at", "-pk")

    def case_reads(self) -> "AccessLogQuerySet":
        return self.filter(kind=AccessKind.CASE_READ)

    def list_exports(self) -> "AccessLogQuerySet":
        return self.filter(kind=AccessKind.LIST_EXPORTED)

    def error(self, method: str) -> RuntimeError:
        return RuntimeError(f"AccessLogEntry.objects.{method}: {ONLY_ADDED_TO}")


class AccessLogEntry(models.Model):
    """One access to protected data, written before the first byte of it is sent. Policy §63, 65; beyond the policy: B19.

    Rows are only ever added. `address` is the visitor's own network address, as the trusted proxy saw it; it is None where no request
    was made. `reference` names the record, `label` is the title of a list, or whose case it was. `reason` says why a sealed file was opened. `filtered_by`
    has the filter of a list in the words of its page, a line each, and is empty where it was the whole list.
    """

    kind = models.CharField(max_length=20, choices=AccessKind)
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    address = models.GenericIPAddressField("network address", null=True)
    reference = models.CharField(max_length=20, blank=True)
    label = models.CharField(max_length=SHORT, blank=True)
    reason = models.CharField("why", max_length=SHORT, blank=True)
    filtered_by = models.TextField(blank=True)
    row_count = models.PositiveIntegerField(null=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        default_permissions = ["view"]
        verbose_name = "entry of the access log"
        verbose_name_plural = "access log"
        indexes = [
            models.Index(fields=["reference", "-at"], name="access_log_reference"),
            models.Index(fields=["kind", "-id"], name="access_log_kind"),
        ]
        constraints = [
            models.CheckConstraint(
                name="access_log_names_what",
                condition=models.Q(kind__in=[AccessKind.FILE_OPENED, AccessKind.CASE_READ], row_count=None)
                & ~models.Q(reference="")
                | models.Q(kind=AccessKind.LIST_EXPORTED, row_count__isnull=False) & ~models.Q(label=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reference or self.label} by {self.by} at {self.at}"

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """Add a row. Raises `RuntimeError` where it would change one, by whichever way it is saved."""
        if not self._state.adding or kwargs.get("force_update") or kwargs.get("update_fields"):
            raise RuntimeError(ONLY_ADDED_TO)
        super().save_base(*args, **kwargs | {"force_insert": (type(self),)})

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise RuntimeError(ONLY_ADDED_TO)


class Notice(models.Model):
    """A message to a member of staff: shown on their work list until read, and sent by email.

    Its text holds no name of a customer, no category and no case detail: `reference` leads to the record for whoever may see it. `shown_text`
    is what its page says instead, with names, and no email.
    No recipient gets two of one `unique_key`, such as the reminder of one day; most notices have none.
    One that `is_task` is sent by email alone, as the work list has the task; `opened_at` is when its recipient first opened the page of that.
    A fallback is sent only where nobody who was told before has opened that page by then.
    """

    recipient = models.ForeignKey(StaffMember, models.PROTECT, related_name="notices")
    text = models.CharField(max_length=MESSAGE)
    shown_text = models.CharField(max_length=SHORT, blank=True, editable=False)
    reference = models.CharField(max_length=20, blank=True)
    path = models.CharField("where it leads", max_length=SHORT)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    is_task = models.BooleanField(default=False, editable=False)
    is_fallback = models.BooleanField(default=False, editable=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    unique_key = models.CharField(max_length=SHORT, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "unique_key"],
                condition=~models.Q(unique_key=""),
                name="notice_sent_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["recipient", "created_at"], condition=models.Q(read_at=None), name="notice_unread"
            ),
            models.Index(fields=["path"], condition=models.Q(is_task=True), name="notice_of_task"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def words(self) -> str:
        """Return what its recipient reads of it here: with names, while their role lets them know of customers. Policy §65."""
        shows_names = self.shown_text and self.recipient.has_perm(Permission.READ_CARDS)
        return self.shown_text if shows_names else self.text


class EmailKind(models.TextChoices):
    NOTICE = "notice", "A notice"
    PASSWORD = "password", "A link to choose a password"
    ADDRESS = "address", "Notice that the address of an account was changed"


class Email(models.Model):
    """An email that waits to be sent, or was given up. It is written when it is sent, and then its row goes.

    So a link with which a password can be chosen stands in no row, and no email goes to an account that was closed meanwhile.
    """

    kind = models.CharField(max_length=10, choices=EmailKind)
    notice = models.OneToOneField(Notice, models.CASCADE, null=True, related_name="email")
    address = models.EmailField("email address", max_length=320, blank=True)
    created_at = models.DateTimeField("asked for", default=timezone.now)
    due_at = models.DateTimeField("not before", null=True, default=timezone.now)
    attempts = models.PositiveSmallIntegerField("times tried", default=0)

    class Meta:
        verbose_name = "email not sent yet"
        verbose_name_plural = "emails not sent yet"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["due_at"], name="email_due")]
        constraints = [
            # A notice goes to the address that its recipient has on the day.
            models.CheckConstraint(
                condition=models.Q(kind=EmailKind.NOTICE, notice__isnull=False, address="")
                | (~models.Q(kind=EmailKind.NOTICE) & ~models.Q(address="") & models.Q(notice__isnull=True)),
                name="email_to_whom",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.created_at:%Y-%m-%d %H:%M}"


class SignIn(models.Model):
    """One signing in with a browser, whose typed text may still come once that session is over (`last_sign_in`).

    It goes when they sign out or sign in there again, when their account is closed, and with time.
    """

    person = models.ForeignKey(StaffMember, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.person} at {self.at}"


class WrongPassword(models.Model):
    """An attempt to sign in that failed, or is not over yet. Nothing of what was typed is in it: `throttle` makes both digests.

    `source` is a browser known to the account where it `is_known`, else an address. Rows older than a day are not counted.
    """

    account = models.CharField(max_length=32)
    source = models.CharField(max_length=32)
    is_known = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"], name="wrong_password_account"),
            models.Index(fields=["source", "at"], name="wrong_password_source"),
        ]

    def __str__(self) -> str:
        return f"{self.account} at {self.at}"
