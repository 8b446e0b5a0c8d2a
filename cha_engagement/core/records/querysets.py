"""Querysets of records, which are read by many and written one by one."""

from typing import Any, Never

from django.db import models


class ReadOnlyQuerySet:
    """A base of querysets that write nothing: many rows written at once would have no history."""

    def update(self, **kwargs: Any) -> Never:
        raise self.error("update")

    def delete(self) -> Never:
        raise self.error("delete")

    def bulk_create(self, *args: Any, **kwargs: Any) -> Never:
        raise self.error("bulk_create")

    def bulk_update(self, *args: Any, **kwargs: Any) -> Never:
        raise self.error("bulk_update")

    def visible_by_reason(self, user: Any) -> list[Any]:
        """Return the rows of `visible_to` for each reason why a user sees one, together all of them: here, of all reasons at once."""
        return [self.visible_to(user)]  # type: ignore[attr-defined]

    def error(self, method: str) -> RuntimeError:
        name = self.model.__name__  # type: ignore[attr-defined]
        return RuntimeError(
            f"{name}.objects.{method} keeps no history: write each record through cha_engagement.core.records.writing"
        )


class RecordQuerySet(ReadOnlyQuerySet, models.QuerySet):
    """The queryset of a record whose model says nothing else."""


def leaves_nothing_out(records: models.QuerySet[Any]) -> bool:
    """Return whether a query is for every record of its model, so that nobody has to ask it.

    It refuses one that is put together of others, or a part of one: these say nothing of what they leave out.
    """
    if records.query.combinator or records.query.is_sliced:
        raise TypeError(
            "Write it with conditions alone: what a union or a slice leaves out, nobody sees in it."
        )
    return not records.query.where
