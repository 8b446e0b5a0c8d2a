"""Records that have come to an end and of which something may still follow, such as a letter. The work list looks among these alone.

Each app says with `watch` which transitions bring a record here, and what still waits. A record leaves with the daily job, once nothing of it
does. One that is here for too long is asked about in vain; one that were missing would be forgotten, so nothing else takes them out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.dispatch import receiver

from .records import status_changed


class Unsettled(models.Model):
    """`kind` is the label of a model, such as `reviews.review`; `record` is the key of a row."""

    kind = models.CharField(max_length=40)
    record = models.PositiveBigIntegerField()

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["kind", "record"], name="unsettled_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record}"


@dataclass(frozen=True, slots=True)
class Watch:
    """`transitions` bring a record here. `waiting()` is a `Q` on the model: of which something may follow, now or later."""

    transitions: tuple[str, ...]
    waiting: Callable[[], models.Q]


watched: dict[Any, Watch] = {}


def watch(model: Any, *transitions: str) -> Callable[[Callable[[], models.Q]], Callable[[], models.Q]]:
    """Decorate `() -> Q`: of which records of a model something may still follow once one of these transitions was made."""

    def register(waiting: Callable[[], models.Q]) -> Callable[[], models.Q]:
        watched[model] = Watch(transitions, waiting)
        return waiting

    return register


def keys(model: Any) -> models.QuerySet[Any]:
    return Unsettled.objects.filter(kind=model._meta.label_lower).values("record")


def unsettled(model: Any) -> models.Q:
    """Of which records something may still follow."""
    return models.Q(pk__in=keys(model))


@receiver(status_changed)
def keep_in_mind(sender: Any, record: Any, transition: str, **kwargs: Any) -> None:
    if sender in watched and transition in watched[sender].transitions:
        one = Unsettled(kind=sender._meta.label_lower, record=record.pk)
        # Its row is written even where it is there, so that `settle` waits for what this transaction changes.
        Unsettled.objects.bulk_create(
            [one], update_conflicts=True, update_fields=["record"], unique_fields=["kind", "record"]
        )


def settle() -> int:
    """Forget those of which nothing more follows; returns how many."""
    count = 0
    for model, watch in watched.items():
        waiting = model._default_manager.filter(unsettled(model)).filter(watch.waiting())
        here = Unsettled.objects.filter(kind=model._meta.label_lower)
        followed_up = here.exclude(record__in=waiting.order_by().values("pk"))
        with transaction.atomic():
            locked = [one.pk for one in followed_up.select_for_update()]
            # Asked again: whoever held one of them until now may have brought it back.
            count += followed_up.filter(pk__in=locked).delete()[0]
    return count
