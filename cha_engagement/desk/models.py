import json
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from django.contrib.auth.models import Permission as HeldPermission
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cha_engagement.core.records import SHORT, DerivedRow
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.models import forget_organisation
from cha_engagement.staff.interfaces import Part
from cha_engagement.staff.models import StaffMember

LONGEST_PATH = 500

Answers = dict[str, list[str]]


def answers_cipher(person: StaffMember) -> Fernet:
    """Return what encrypts one person's typed drafts: a row moved to somebody else cannot be read by them."""
    key = salted_hmac("desk.TypedDraft", str(person.pk), algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(key))


class TypedDraft(models.Model):
    """A form that somebody typed into and that has not been saved: theirs alone, until it is, or for thirty days.

    No record of a case: it has no history, and nobody else reads it. `path` is the page of the form, with its query.
    `answers` are encrypted.
    """

    person = models.ForeignKey(StaffMember, models.CASCADE, related_name="+")
    path = models.CharField(max_length=LONGEST_PATH)
    answers = models.BinaryField()
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "path"], name="one_typed_draft_a_page")]

    def __str__(self) -> str:
        return self.path

    @property
    def seconds_since_kept(self) -> str:
        """Return for how long it has been kept, as a script reads it."""
        return f"{(timezone.now() - self.kept_at).total_seconds():.3f}"

    def read_answers(self) -> Answers | None:
        """Return what was typed; None where the secret of this place has changed since."""
        try:
            return json.loads(answers_cipher(self.person).decrypt(bytes(self.answers)))
        except InvalidToken:
            return None


class FollowingLock(models.Model):
    """One row, locked while rows of events, tasks and searches are brought in step with records: by one transaction at a time.

    What the next one then reads is all that others committed, so that none takes a row of theirs for wrong or writes it twice.
    """

    def __str__(self) -> str:
        return "What follows from records"

    @classmethod
    def take(cls) -> None:
        """Wait until nobody else has it, and keep it to the end of this transaction.

        It is taken last, when all that an action locks is locked: nobody who has it waits for somebody who waits for it.
        """
        cls.objects.select_for_update().get_or_create(pk=1)
        forget_organisation()


class Event(DerivedRow):
    """A row of history that stands on a customer's timeline.

    `model` is the label of the record's model, `record` its key, and `history` that of the row. What the row says is copied: a page
    would ask ten histories for it.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, db_index=False, related_name="+")
    at = models.DateTimeField()
    model = models.CharField(max_length=60)
    record = models.PositiveBigIntegerField()
    history = models.PositiveBigIntegerField()
    event = models.CharField(max_length=40)
    reference = models.CharField(max_length=20)
    by = models.ForeignKey(StaffMember, models.PROTECT, null=True, db_index=False, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "history"], name="event_once")]
        indexes = [
            models.Index(fields=["customer", "-at", "-model", "-history"], name="event_newest"),
            models.Index(fields=["model", "record"], name="event_record"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.event}"


class SearchRow(DerivedRow):
    """The words of a record that a search finds, folded, with a space before and behind each. `model` is its label, `record` its key.

    Each database indexes them in its own way (`desk.search.index`). A record without words has no row.
    """

    model = models.CharField(max_length=60)
    record = models.PositiveBigIntegerField()
    words = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "record"], name="search_once")]

    def __str__(self) -> str:
        return f"{self.model} {self.record}"


class TaskRow(DerivedRow):
    """A task, as `staff.interfaces.Task` says it: it waits for whoever one of its grounds asks at the moment of reading."""

    kind = models.CharField(max_length=40)
    record = models.PositiveBigIntegerField()
    reference = models.CharField(max_length=20)
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=SHORT, blank=True)
    due_on = models.DateField()
    urgent_from = models.DateTimeField(null=True)
    danger = models.CharField(max_length=SHORT, blank=True)
    note = models.TextField(blank=True)
    note_about = models.ForeignKey(StaffMember, models.PROTECT, null=True, db_index=False, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "record"], name="task_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class HeldTask(models.Model):
    """Who has a task that waits for several: nobody else is asked while they are at work. Beyond the policy: B32.

    `by` is who took it or handed it over; nobody, where it was passed on because it was late. Only its end is added to a row: so it is known
    who had a task before. A task is named by its kind and the key of its record, as its row is written anew whenever what it says changes.
    """

    kind = models.CharField(max_length=40)
    record = models.PositiveBigIntegerField()
    holder = models.ForeignKey(StaffMember, models.PROTECT, db_index=False, related_name="+")
    by = models.ForeignKey(StaffMember, models.PROTECT, null=True, db_index=False, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record"], condition=models.Q(ended_at=None), name="held_task_once"
            )
        ]
        indexes = [
            models.Index(fields=["holder"], condition=models.Q(ended_at=None), name="held_task_of_holder"),
            models.Index(fields=["kind", "record"], name="held_task"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record}: {self.holder}"


class ChaseStage(models.IntegerChoices):
    """How far chasing a task has come."""

    NOTHING = 0, "Nothing was said"
    AHEAD = 1, "Due soon"
    DUE = 2, "Due today"
    LATE = 3, "Late"


class ChasedTask(models.Model):
    """What was said of a task when whoever has it was last told: how far chasing has come, and how often it was passed on.

    It begins anew where the task is due on another day. Nothing counts as said while nobody was there to hear it.
    """

    kind = models.CharField(max_length=40)
    record = models.PositiveBigIntegerField()
    due_on = models.DateField()
    stage = models.PositiveSmallIntegerField(choices=ChaseStage, default=ChaseStage.NOTHING)
    first_said_on = models.DateField(null=True)
    said_on = models.DateField(null=True)
    passed_on = models.DateField(null=True)
    times_passed_on = models.PositiveSmallIntegerField(default=0)
    nobody_since = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "record"], name="chased_task_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record}: {self.get_stage_display()}"


def person_of_ground() -> models.ForeignKey:
    return models.ForeignKey(StaffMember, models.PROTECT, null=True, db_index=False, related_name="+")


def permission_of_person() -> models.ForeignKey:
    """Return a key: a database that is asked whether somebody holds a permission by its name reads all that they hold."""
    return models.ForeignKey(HeldPermission, models.CASCADE, null=True, db_index=False, related_name="+")


class GroundRow(DerivedRow):
    """A ground of a task, as `staff.interfaces.Ground` says it. Permissions stand with a space between them, groups of them with a comma."""

    task = models.ForeignKey(TaskRow, models.CASCADE, related_name="grounds")
    permissions = models.CharField(max_length=200, blank=True)
    person = person_of_ground()
    managing = person_of_ground()
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    unmanaged = person_of_ground()
    manager_permission = permission_of_person()
    while_nobody = models.CharField(max_length=200, blank=True)
    back_by = models.DateField(null=True)
    must_be_back = models.BooleanField(default=False)
    must_read_record = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.task}: {self.permissions or self.person}"


class GroundPersonRow(DerivedRow):
    """Somebody with a part in a ground, as `staff.interfaces.GroundPerson` says it."""

    ground = models.ForeignKey(GroundRow, models.CASCADE, related_name="people")
    part = models.CharField(max_length=20, choices=[(part, part) for part in Part])
    person = models.ForeignKey(StaffMember, models.PROTECT, db_index=False, related_name="+")
    permission = permission_of_person()
    even_away = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.person} {self.part}"
