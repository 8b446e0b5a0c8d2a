"""The history of a record, one row for each change, kept by django-simple-history.

All that we override of the library, and all that we call inside it, is in this module. tests/core/records/test_history.py fails
when the library changes under it.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.dispatch import receiver
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from ..statements import kept_rows_of_all
from .chain import compute_digest, read_back, seal_values
from .derived import is_derived

Links = dict[Any, list[dict[str, Any]]]
"""By many-to-many field of a record, the rows that say what it is linked to."""


class ChainedRow(models.Model):
    """A row of a history, which has besides the fields of its record an event, a number and a place in the chain.

    `event` is what happened, such as `impose`, as a timeline shows it; empty for a plain edit. `seals` and `digest` are those of
    `chain.py`.
    """

    event = models.CharField(max_length=40, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    seals = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        abstract = True


class ChainedHistoryManager(HistoryManager):
    """A manager whose class is made once: the library makes it anew whenever a history is asked for."""

    @classmethod
    @functools.cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


class ChainedHistory(HistoricalRecords):
    """History to which `append_row` alone adds, so that every row has its author, its reason and its place in the chain."""

    def __init__(self) -> None:
        super().__init__(inherit=True, bases=[ChainedRow], history_manager=ChainedHistoryManager)

    def fields_included(self, model: Any) -> list[models.Field]:
        """Leave out what follows from a record by itself."""
        return [field for field in super().fields_included(model) if not is_derived(field)]

    def finalize(self, sender: type[models.Model], **kwargs: Any) -> None:
        super().finalize(sender, **kwargs)
        if issubclass(sender, self.cls) and not sender._meta.abstract:
            sender.history_writer = self  # type: ignore[attr-defined]
            models.signals.pre_save.connect(self.pre_save, sender=sender, weak=False)

    def pre_save(self, instance: models.Model, raw: bool, **kwargs: Any) -> None:
        if not raw:
            refuse_unwritten_change(instance)

    def post_save(self, *args: Any, **kwargs: Any) -> None:
        """Add no row: `append_row` does, once the links are saved too."""

    def pre_delete(self, instance: models.Model, **kwargs: Any) -> None:
        refuse_unwritten_change(instance)

    def m2m_changed(self, instance: models.Model, action: str, **kwargs: Any) -> None:
        if action.startswith("pre_"):
            refuse_unwritten_change(instance)

    def create_historical_record_m2ms(self, history_instance: Any, instance: Any) -> None:
        """Keep links by key: the library would read each linked record, and the record again with it."""
        for field, links in history_instance.linked.items():
            link_model = self.m2m_models[field]
            link_model._default_manager.bulk_create(
                link_model(history=history_instance, **link) for link in links
            )


def refuse_unwritten_change(record: models.Model) -> None:
    if not hasattr(record, "skip_history_when_saving"):
        raise RuntimeError(
            f"{type(record).__name__} is written through the functions of cha_engagement.core.records.writing"
        )


def save_without_row(record: Any) -> None:
    """Save a record to which `append_row` adds its row of history."""
    record.save_without_historical_record()


@contextmanager
def changing_links(record: Any) -> Iterator[None]:
    """Let many-to-many links of a record be changed, for which `append_row` adds its row of history."""
    record.skip_history_when_saving = True
    try:
        yield
    finally:
        del record.skip_history_when_saving


def append_row(record: Any, links: Links, *, is_new: bool, by: Any, reason: str, event: str) -> None:
    """Add one row of history with what a record holds now, and the rows that say what it is linked to."""
    record._history_user, record._change_reason = by, reason
    record._event, record._links = event, links
    record.history_writer.create_historical_record(record, "+" if is_new else "~")


@receiver(pre_create_historical_record)
def seal_row(sender: Any, instance: Any, history_instance: Any, **kwargs: Any) -> None:
    """Number a row and chain it to the one before, over what it is about to store."""
    if not issubclass(sender, ChainedRow):
        return
    row = history_instance
    row.sequence, row.event = instance.history_length, instance._event
    for field in row._meta.concrete_fields:
        setattr(row, field.attname, read_back(field, getattr(row, field.attname)))
    row.linked = instance._links
    keys = {field.name: linked_keys(field, links) for field, links in row.linked.items()}
    row.seals = seal_values(row_values(row, keys))
    before = sender._default_manager.filter(id=instance.pk, sequence=row.sequence - 1).order_by()
    previous = before.values_list("digest", flat=True).first() if row.sequence > 1 else ""
    row.digest = compute_digest(row.seals, previous or "")


def row_values(row: Any, keys: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return what a row of history says, by the name of the field, in the form in which it is sealed.

    `keys` are what it is linked to, by the name of the many-to-many field.
    """
    values = {
        field.name: field_value(field, row)
        for field in row._meta.concrete_fields
        if field.name not in ("history_id", "seals", "digest")
    }
    return {**values, **keys}


def field_value(field: models.Field, instance: models.Model) -> Any:
    value = getattr(instance, field.attname)
    return None if value in field.empty_values else field.value_to_string(instance)


def make_links(record: Any, name: str, linked: Iterable[Any]) -> list[dict[str, Any]]:
    """Link a new record to others by a many-to-many field, and return the rows that say so. It has none yet, which nobody has to ask."""
    field = record._meta.get_field(name)
    own, other, target = field.m2m_column_name(), field.m2m_reverse_name(), field.related_model._meta.pk
    keys = [read_back(target, getattr(link, "pk", link)) for link in linked]
    link_model = field.remote_field.through
    links = link_model._default_manager.bulk_create(
        link_model(**{own: record.pk, other: key}) for key in dict.fromkeys(keys)
    )
    return [{"id": link.pk, own: record.pk, other: getattr(link, other)} for link in links]


def stored_links(record: Any) -> Links:
    """Return the rows that say what a record is linked to. One query for all its fields."""
    fields = {field.name: field for field in link_fields(type(record))}
    links: Links = {field: [] for field in fields.values()}
    asked = [(rows_of_links, (record._meta.label_lower, name, record.pk)) for name in fields]
    for name, key, other in kept_rows_of_all(asked):
        field = fields[name]
        other = read_back(field.related_model._meta.pk, other)
        links[field].append({"id": key, field.m2m_column_name(): record.pk, field.m2m_reverse_name(): other})
    return links


def rows_of_links(label: str, name: str, record: int) -> QuerySet[Any]:
    """Return the links of a record by a field: the name of that, the key of the link and, as a text, that of the other record."""
    field: Any = apps.get_model(label)._meta.get_field(name)
    links = field.remote_field.through._default_manager.filter(**{field.m2m_column_name(): record})
    other = Cast(field.m2m_reverse_name(), TextField())
    return links.order_by().values_list(Value(name, TextField()), "pk", other)


def linked_keys(field: Any, links: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted(str(link[field.m2m_reverse_name()]) for link in links)


def history_link_model(field: Any) -> type[models.Model]:
    """Return the model that keeps what a many-to-many field of a record held."""
    return field.model.history_writer.m2m_models[field]


def link_fields(model: Any) -> list[Any]:
    """Return the many-to-many fields of a model whose links its history keeps."""
    return list(model.history.model._history_m2m_fields)
