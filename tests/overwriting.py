"""Rows written past the actions: as data of an older version has them, or as somebody with the database in hand leaves them."""

from django.db.models import QuerySet

has_overwritten = False
"""Whether the test that runs has: what follows from its records need not be in step."""


def note_overwriting():
    global has_overwritten
    has_overwritten = True


def overwrite_record(record, **values):
    """Change fields of a record in the database alone: no history, no version, and `record` still holds what it held."""
    note_overwriting()
    QuerySet(type(record)).filter(pk=record.pk).update(**values)


def insert_record(record):
    """Store a record as it stands, with nothing that an action asks or adds."""
    note_overwriting()
    QuerySet(type(record)).bulk_create([record])


def remove_rows(rows):
    """Delete rows of a history."""
    note_overwriting()
    for row in rows:
        row.delete()


def remove_record(record):
    """Delete a record and leave its history."""
    note_overwriting()
    QuerySet(type(record)).filter(pk=record.pk)._raw_delete("default")
