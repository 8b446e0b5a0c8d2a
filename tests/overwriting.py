"""Rows written past the actions: as data of an older version has them, or as somebody with the database in hand leaves them."""

from django.db.models import QuerySet


def overwrite_record(record, **values):
    """Change fields of a record in the database alone: no history, no version, and `record` still holds what it held."""
    QuerySet(type(record)).filter(pk=record.pk).update(**values)


def insert_record(record):
    """Store a record as it stands, with nothing that an action asks or adds."""
    QuerySet(type(record)).bulk_create([record])


def remove_record(record):
    """Delete a record and leave its history."""
    QuerySet(type(record)).filter(pk=record.pk)._raw_delete("default")
