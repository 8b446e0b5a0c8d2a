"""Bring the rows of events, tasks and searches in step: at the end of each action, and after whatever else decides what they say."""

from typing import Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from cha_engagement.core.records import RecordChanges
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember

from . import events, tasks
from .models import FollowingLock
from .search import rows as search_rows


def follow_changes(changes: RecordChanges, **kwargs: Any) -> None:
    FollowingLock.take()
    events.follow_changes(changes)
    tasks.follow_changes(changes)
    search_rows.follow_changes(changes)


@transaction.atomic
def note_settings(instance: Any, **kwargs: Any) -> None:
    """Note what the association's details are before they are saved, while nobody else saves them."""
    FollowingLock.take()
    instance.stored_details = Organisation.objects.filter(pk=1).values().first()


@transaction.atomic
def follow_settings(instance: Any, **kwargs: Any) -> None:
    """Bring in step what depends on the association's details, which were saved."""
    FollowingLock.take()
    before = instance.stored_details
    if before is not None:
        before = {name: value for name, value in before.items() if value != getattr(instance, name)}
    tasks.follow_changes({Organisation: {1: before}})


@transaction.atomic
def follow_account(instance: StaffMember, created: bool, update_fields: Any, **kwargs: Any) -> None:
    """Bring in step what depends on whether an account is open, where that may have changed."""
    if not created and (update_fields is None or "is_active" in update_fields):
        FollowingLock.take()
        tasks.follow_changes({StaffMember: {instance.pk: {"is_active": not instance.is_active}}})


def mend_after_migrating(plan: Any = None, **kwargs: Any) -> None:
    """Mend all rows after a migration: a newer version may know other kinds, and say other things of the same records.

    Not before all that this version needs is migrated. A test's flush has no `plan` and leaves no row: what is indexed of them goes too.
    """
    if plan is None:
        search_rows.rebuild_indexes()
        return
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        search_rows.make_indexes()
        events.mend_events()
        tasks.mend_tasks()
        search_rows.mend_words()
