"""Records that have come to an end and of which something may still follow, such as a letter.

What still waits about ended records is looked for among these alone: for the rows of tasks, on the card, and by daily reminders.

Each app says with `watch_transitions` which transitions bring a record here, and what still waits. A record leaves with the daily job, once nothing
of it does. One that is here for too long is asked about in vain; one that were missing would be forgotten, so nothing else takes them out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.dispatch import receiver

from .records import status_changed


class UnsettledRecord(models.Model):
    """A record of which something may still follow. `kind` is the label of its model, such as `reviews.review`; `record` is its key."""

    kind = models.CharField(max_length=40)
    record = models.PositiveBigIntegerField()

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["kind", "record"], name="unsettled_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record}"


@dataclass(frozen=True, slots=True)
class Watch:
    """One model's part: `transitions` bring a record here, `waiting()` is a `Q` on those of which something may follow, now or later."""

    transitions: tuple[str, ...]
    waiting: Callable[[], models.Q]


watches: dict[Any, Watch] = {}


def watch_transitions(
    model: Any, *transitions: str
) -> Callable[[Callable[[], models.Q]], Callable[[], models.Q]]:
    """Decorate a function without arguments that returns a `Q`: records of which something may follow after these transitions."""

    def register(waiting: Callable[[], models.Q]) -> Callable[[], models.Q]:
        watches[model] = Watch(transitions, waiting)
        return waiting

    return register


def unsettled_keys(model: Any) -> models.QuerySet[Any]:
    return UnsettledRecord.objects.filter(kind=model._meta.label_lower).values("record")


def is_unsettled(model: Any) -> models.Q:
    """Return a `Q` on those records of a model of which something may still follow."""
    return models.Q(pk__in=unsettled_keys(model))


@receiver(status_changed)
def mark_unsettled(sender: Any, record: Any, transition: str, **kwargs: Any) -> None:
    if sender in watches and transition in watches[sender].transitions:
        write_unsettled(sender, [record.pk])


def mark_linked_unsettled(record: Any, field: str) -> None:
    """Bring back the records that point to this one by a many-to-many field: what settled them was undone, as when a letter came back."""
    for model in watches:
        if any(
            link.name == field and link.related_model is type(record) for link in model._meta.many_to_many
        ):
            linked = model._default_manager.filter(**{field: record})
            write_unsettled(model, linked.order_by().values_list("pk", flat=True))


def write_unsettled(model: Any, keys: Iterable[int]) -> None:
    """Write the rows of records even where they are there, so that `forget_settled` waits for what this transaction changes."""
    kind = model._meta.label_lower
    UnsettledRecord.objects.bulk_create(
        [UnsettledRecord(kind=kind, record=key) for key in keys],
        update_conflicts=True,
        update_fields=["record"],
        unique_fields=["kind", "record"],
    )


def forget_settled() -> int:
    """Delete the rows of those of which nothing more follows; return how many these were."""
    count = 0
    for model, watch in watches.items():
        waiting = model._default_manager.filter(is_unsettled(model)).filter(watch.waiting())
        rows = UnsettledRecord.objects.filter(kind=model._meta.label_lower)
        settled = rows.exclude(record__in=waiting.order_by().values("pk"))
        with transaction.atomic():
            locked = [row.pk for row in settled.select_for_update()]
            # Asked again: whoever held one of them until now may have brought it back.
            count += settled.filter(pk__in=locked).delete()[0]
    return count
