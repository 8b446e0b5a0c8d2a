"""What the application does each night, and its server by itself: it forgets what is settled, and knows how its rows are spread."""

from django.db import connection

from cha_engagement.core import statistics, unsettled

from .filling import BASE, run


def keep_in_mind() -> None:
    """What waits of the records that were made past the workflow."""
    for model, watch in unsettled.watched.items():
        waiting = model._default_manager.filter(watch.waiting(), pk__gt=BASE)
        kind = model._meta.label_lower
        unsettled.Unsettled.objects.bulk_create(
            unsettled.Unsettled(kind=kind, record=key) for key in waiting.values_list("pk", flat=True)
        )


def settle() -> None:
    unsettled.settle()
    statistics.keep()
    if connection.vendor == "postgresql":
        run("VACUUM ANALYZE")  # autovacuum, not waited for
