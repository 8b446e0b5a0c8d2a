"""What every record of a case has: a reference people can read out, a version, and a history chained by hash."""

import functools
import hashlib
import json
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Self, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim
from django.dispatch import receiver
from django.utils import timezone
from django.utils.text import capfirst
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from .reasons import check_given
from .refusals import Refusal, require

SHORT = 200  # characters: a line
LONG = 10_000  # characters: about four pages
MOST_LINES = (
    500  # of a text of up to so many characters: a PDF with more of them would keep everybody waiting
)
FIRST_YEAR, LAST_YEAR = 1900, 2999  # that any record may name

Record = TypeVar("Record", bound="Chained")


class ReferenceSequence(models.Model):
    """The last number given out for a prefix in a year. Numbers are never reused; a rolled-back one may be missing."""

    prefix = models.CharField(max_length=3)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="one_sequence_a_year")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}-{self.last:04}"

    @classmethod
    def next(cls, prefix: str) -> str:
        """The next reference, such as `INC-2026-0042`. Call inside a transaction."""
        year = timezone.localdate().year
        sequence, _ = cls.objects.select_for_update().get_or_create(prefix=prefix, year=year)
        sequence.last += 1
        sequence.save()
        return str(sequence)


class ChainedHistory(models.Model):
    """One row of a record's history: what it said from then on, and a digest over the row before it and itself."""

    move = models.CharField(max_length=40, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64)

    class Meta:
        abstract = True


class HistoryOfModel(HistoryManager):
    @classmethod
    @functools.cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        """Made once: the library makes the class anew whenever a history is asked for."""
        return super().from_queryset(queryset_class, class_name)


class History(HistoricalRecords):
    """History that is written by `write` alone, so that every row has its author, its reason and its place in the chain."""

    def finalize(self, sender: type[models.Model], **kwargs: Any) -> None:
        super().finalize(sender, **kwargs)
        if issubclass(sender, Chained) and not sender._meta.abstract:
            sender.history_writer = self

    def post_save(
        self, instance: models.Model, created: bool, using: str | None = None, **kwargs: Any
    ) -> None:
        if not kwargs.get("raw"):
            refuse_past_write(instance)

    def m2m_changed(self, instance: models.Model, action: str, **kwargs: Any) -> None:
        if action.startswith("pre_"):
            refuse_past_write(instance)

    def create_historical_record_m2ms(self, history_instance: Any, instance: Any) -> None:
        """Keep what it is linked to, by key: the library would read each linked record, and the record again with it."""
        for field, links in history_instance.linked.items():
            kept = self.m2m_models[field]
            kept._default_manager.bulk_create(kept(history=history_instance, **link) for link in links)


def refuse_past_write(record: models.Model) -> None:
    if not hasattr(record, "skip_history_when_saving"):
        raise RuntimeError(f"{type(record).__name__} is saved through records.create or records.write")


class Chained(models.Model):
    """A model whose every change is kept: who, when, why, and what it said before.

    `history_length` is the number of rows its history must have, so that a cut end shows.
    Models with many-to-many facts name them in `_history_m2m_fields`.
    """

    history_length = models.PositiveIntegerField(default=0, editable=False)
    history_writer: ClassVar[History]
    # What django-simple-history adds, and what it reads while a row is written.
    save_without_historical_record: Callable[[], None]
    skip_history_when_saving: bool
    _history_user: Any
    _change_reason: str
    _move: str
    _links: Mapping[str, Any]
    history = History(inherit=True, bases=[ChainedHistory], history_manager=HistoryOfModel)

    class Meta:
        abstract = True


class CaseRecord(Chained):
    """A record of a case that has a page of its own.

    `reference` is unique and never reused. `version` goes up with each change: a form that shows an older one is
    stale. `submission` is the form's own number, so that a form sent twice makes one record; `is_repeat` is whether
    `once` has found this one rather than made it.
    """

    PREFIX: ClassVar[str]
    is_repeat = False

    reference = models.CharField(max_length=20, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.reference

    def locked(self) -> Self:
        """The record as it is now, its row locked until the transaction ends.

        Not its key: others may go on to make records that point to it, and two who do so at once never wait for each other.
        """
        return type(self)._default_manager.select_for_update(no_key=True).get(pk=self.pk)


def create(
    model: type[Record],
    *,
    by: Any,
    reason: str,
    move: str = "",
    links: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    unchanged: Collection[str] = (),
    **fields: Any,
) -> Record:
    """A new record with its reference and the first row of its history, many-to-many `links` included.

    A model with a field `by` of its own, such as a decision, is made in that person's name. `values` are fields too:
    those that share a name with an argument here, such as a restriction's own `reason`, can only be given there.
    `unchanged` are the names of texts that the version before said already: they were asked when it was written.
    """
    fields |= values or {}
    if issubclass(model, CaseRecord):
        fields["reference"] = ReferenceSequence.next(model.PREFIX)
    if hasattr(model, "by"):
        fields["by"] = by
    return write(model(**fields), by=by, reason=reason, move=move, links=links, unchanged=unchanged)


def check_lengths_and_years(record: models.Model, names: Iterable[str]) -> Iterator[Refusal]:
    """Whatever a form let through: no database of ours bounds a long text, nor either of them a year; SQLite not even a line."""
    fields = {field.name: field for field in record._meta.concrete_fields}
    for name in names:
        if (field := fields.get(name)) is None or isinstance(field, models.FileField | models.UUIDField):
            continue
        value, longest = getattr(record, field.attname), getattr(field, "max_length", None)
        label = capfirst(field.verbose_name)
        if longest and isinstance(value, str) and len(value) > longest:
            yield Refusal(f"“{label}” has {len(value)} characters. Shorten it to {longest}.", "", name)
        if longest and longest <= LONG and isinstance(value, str) and value.count("\n") >= MOST_LINES:
            yield Refusal(
                f"“{label}” has {value.count(chr(10)) + 1} lines. Shorten it to {MOST_LINES}.", "", name
            )
        if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
            yield Refusal(f"“{label}”: check the year, which is {value.year}.", "", name)


def write(
    record: Record,
    *,
    by: Any,
    reason: str,
    move: str = "",
    links: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    unchanged: Collection[str] = (),
    **changes: Any,
) -> Record:
    """Save changes to a record and its many-to-many `links` as exactly one row of history.

    `by` is the member of staff, or None for the calendar. `reason` is shown in the timeline and the history. `values` are
    changes too, and `unchanged` is, as in `create`. Raises `Incomplete` where a reason among what is new says nothing.
    """
    changes |= values or {}
    for name, value in changes.items():
        setattr(record, name, value)
    adding = record._state.adding
    names = vars(record) if adding else changes
    asked = {name: value for name, value in names.items() if name not in unchanged}
    require(*check_given(record, asked), *check_lengths_and_years(record, names))
    if isinstance(record, CaseRecord) and not adding:
        record.version += 1
    record.history_length += 1
    record.save_without_historical_record()
    record.skip_history_when_saving = True
    for name, value in (links or {}).items():
        if adding:
            getattr(record, name).add(*value)
        else:
            getattr(record, name).set(value)
    del record.skip_history_when_saving
    record._history_user, record._change_reason, record._move = by, reason, move
    record._links = links or {}
    record.history_writer.create_historical_record(record, "+" if adding else "~")
    return record


@receiver(pre_create_historical_record)
def seal_history_row(sender: Any, instance: Any, history_instance: Any, **kwargs: Any) -> None:
    """Number the row and chain it to the one before, over what it is about to store."""
    if not issubclass(sender, ChainedHistory):
        return
    row = history_instance
    row.sequence, row.move = instance.history_length, instance._move
    for field in row._meta.concrete_fields:
        setattr(row, field.attname, as_read_back(field, getattr(row, field.attname)))
    row.linked = {
        field: links_to(field, instance)
        for field in row._history_m2m_fields
        if row.sequence > 1 or field.name in instance._links
    }
    keys = {
        field.name: [link[field.m2m_reverse_name()] for link in links] for field, links in row.linked.items()
    }
    before = sender._default_manager.filter(id=instance.pk, sequence=row.sequence - 1).order_by()
    previous = before.values_list("digest", flat=True).first() if row.sequence > 1 else ""
    row.digest = digest(row, previous or "", keys)


def as_read_back(field: models.Field, value: Any) -> Any:
    """A value of a field as its database gives it back: times in UTC, a number or key that came as text as what it is."""
    value = field.to_python(value)
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def links_to(field: Any, record: Any) -> list[dict[str, Any]]:
    """The rows that say what a many-to-many field of a record holds."""
    return list(
        field.remote_field.through._default_manager.filter(**{field.m2m_field_name(): record}).values()
    )


def digest(row: Any, previous: str, links: Mapping[str, Iterable[Any]]) -> str:
    """SHA-256, in hexadecimal, over a row of history as stored, its links and the digest of the row before it.

    `links` are keys, by the name of the field. What is empty or has its default says nothing: a field that comes to a model later
    breaks no chain that began before.
    """
    said: dict[str, Any] = {
        field.attname: field.value_to_string(row)
        for field in row._meta.concrete_fields
        if field.attname not in {"digest", "history_id"}
        and getattr(row, field.attname) not in [*field.empty_values, field.default]
    }
    said |= {name: sorted(map(str, keys)) for name, keys in links.items() if keys}
    text = json.dumps(said, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256((previous + text).encode()).hexdigest()


def links_of(row: Any) -> dict[str, list[Any]]:
    """The keys that a row of history is linked to, by the name of the field."""
    kept = row.instance_type.history_writer.m2m_models
    return {
        field.name: list(
            kept[field]._default_manager.filter(history=row).values_list(field.m2m_reverse_name(), flat=True)
        )
        for field in row._history_m2m_fields
    }


def broken_link(record: Chained) -> int | None:
    """The sequence number of the first row of history that was changed, removed or added by hand; None when whole."""
    previous = ""
    rows = list(record.history.order_by("sequence"))
    for expected, row in enumerate(rows, start=1):
        if row.sequence != expected or row.digest != digest(row, previous, links_of(row)):
            return expected
        previous = row.digest
    return None if len(rows) == record.history_length else len(rows) + 1


def once(model: type[CaseRecord]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a verb that creates a record safe to repeat: the second time its `submission` leads to the first record."""

    def decorate(verb: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(verb)
        def only_once(*, submission: uuid.UUID, **kwargs: Any) -> Any:
            try:
                with transaction.atomic():
                    return made_before(model, submission) or verb(submission=submission, **kwargs)
            except IntegrityError:
                if record := made_before(model, submission):
                    return record
                raise

        return only_once

    return decorate


def made_before(model: type[CaseRecord], submission: uuid.UUID) -> Any:
    """The record that a form with this number has made, marked as one; None when there is none."""
    record = model._default_manager.filter(submission=submission).first()
    if record:
        record.is_repeat = True
    return record


AT_ONCE, IN_TURN = 0, 1
"""How urgent a row of the work list is."""


def tasks(
    records: models.QuerySet,
    kind: Any,
    *,
    due_on: Any,
    record: str = "reference",
    customer_name: Any = "customer__name",
    urgency: Any = IN_TURN,
    note: Any = "",
) -> models.QuerySet:
    """Records as rows of a work list, in columns whose names no model has for a field.

    `row_urgency`, `row_due_on`, `row_key`, `row_kind`, `row_record`, `row_customer_name` and `row_note`. `kind` is one
    of `hub.task_kinds`, or an expression for one. `due_on` is an expression for a date. `record` names the field with the reference of the page
    to open; `customer_name`, a field or an expression, is whom it is about. `urgency` and `note` are values or
    expressions.
    """
    text = models.TextField()

    def expression(value: Any, field: models.Field) -> Any:
        return value if hasattr(value, "resolve_expression") else models.Value(value, output_field=field)

    return records.order_by().values(
        row_urgency=expression(urgency, models.IntegerField()),
        row_due_on=due_on,
        row_key=Concat(expression(kind, text), models.Value("."), Cast("pk", text), output_field=text),
        row_kind=expression(kind, text),
        row_record=Cast(record, text),
        row_customer_name=Cast(Coalesce(customer_name, models.Value(""), output_field=text), text),
        row_note=Cast(expression(note, text), text),
    )


def events(records: models.QuerySet) -> models.QuerySet:
    """The moves of some records as rows of a timeline: `row_at`, `row_key`, `row_kind`, `row_record`, `row_who`, `row_text`.

    `kind` is the model's name and the move, such as `incident.assess`. Changes that are no move are left to the
    record's own history page.
    """
    model = records.model
    history = model.history.model
    name = model._meta.model_name
    text = models.TextField()
    return (
        history._default_manager.filter(id__in=records.order_by().values("pk"))
        .exclude(move="")
        .order_by()
        .values(
            row_at=models.F("history_date"),
            row_key=Concat(models.Value(f"{name}."), Cast("history_id", text), output_field=text),
            row_kind=Concat(models.Value(f"{name}."), "move", output_field=text),
            row_record=Cast("reference", text),
            row_who=Coalesce(
                NullIf(
                    Trim(Concat("history_user__first_name", models.Value(" "), "history_user__last_name")),
                    models.Value(""),
                ),
                "history_user__username",
                models.Value("The daily job"),
                output_field=text,
            ),
            row_text=Coalesce("history_change_reason", models.Value(""), output_field=text),
        )
    )
