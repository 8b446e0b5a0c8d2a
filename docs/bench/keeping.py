"""Do what the application does each night, and its server by itself: forget what is settled, and count how rows are spread."""

from django.db import connection

from cha_engagement.core import table_statistics, unsettled
from cha_engagement.desk.events import rebuild_events
from cha_engagement.desk.search.rows import rebuild_words
from cha_engagement.desk.tasks import mend_tasks

from .filling import BASE, run


def mark_unsettled() -> None:
    """Mark as unsettled what waits of the records that were made past the actions."""
    for model, watch in unsettled.watches.items():
        waiting = model._default_manager.filter(watch.waiting(), pk__gt=BASE)
        kind = model._meta.label_lower
        unsettled.UnsettledRecord.objects.bulk_create(
            unsettled.UnsettledRecord(kind=kind, record=key) for key in waiting.values_list("pk", flat=True)
        )


def keep_rows() -> None:
    """Make the rows of timelines, of My work and of searches, as actions would have."""
    rebuild_events()
    mend_tasks()
    rebuild_words()


def settle() -> None:
    unsettled.forget_settled()
    table_statistics.refresh_statistics()
    if connection.vendor == "postgresql":
        run("VACUUM ANALYZE")  # autovacuum, not waited for
