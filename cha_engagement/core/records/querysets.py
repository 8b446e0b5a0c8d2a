"""Querysets of records, which are read by many and written one by one."""

from functools import reduce
from operator import or_
from typing import Any, Never, Self

from django.db import models
from django.db.models import Q


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


class CaseQuerySet(ReadOnlyQuerySet):
    """A base of querysets of records of a customer's case, which may be closed to all but named readers. Beyond the policy: B33.

    `customer_paths` lead from a record to its customer. Whoever wrote it, by one of the fields `written_by`, goes on reading it.
    Subclasses say who reads an open case, in `visible_by_role` and where it helps a page in `split_by_reason`.
    """

    customer_paths: tuple[str, ...] = ("customer",)
    written_by: tuple[str, ...] = ()

    def visible_to(self, user: Any) -> Any:
        """Return what a user may read: by their role, and of no case that is closed to them."""
        return self.leave_out_closed(user).visible_by_role(user)

    def visible_by_reason(self, user: Any) -> list[Any]:
        return self.leave_out_closed(user).split_by_reason(user)

    def visible_by_role(self, user: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not say who reads an open case")

    def split_by_reason(self, user: Any) -> list[Any]:
        """Return the rows of `visible_by_role` for each reason why a user sees one: here, of all reasons at once."""
        return [self.visible_by_role(user)]

    def leave_out_closed(self, user: Any) -> Self:
        """Leave out the cases that are closed to a user, but for what they wrote themselves. Beyond the policy: B33.

        Hardly any is closed: for whoever reads them all it asks nothing.
        """
        if not user.closed_customers:
            return self
        own = (Q(**{field: user}) for field in self.written_by)
        condition = reduce(or_, own, ~self.is_about(user.closed_customers))
        return self.filter(condition)  # type: ignore[attr-defined]

    def is_about(self, customers: frozenset[int]) -> Q:
        """Return which rows are about one of some customers, by their keys."""
        keys = sorted(customers)
        return reduce(or_, (Q(**{f"{path}__in": keys}) for path in self.customer_paths), Q(pk__in=[]))


class RecordQuerySet(ReadOnlyQuerySet, models.QuerySet):
    """The queryset of a record whose model says nothing else."""


def is_of_closed_case(record: Any, user: Any) -> bool:
    """Return whether the case of a record is closed to a user, who may read it all the same where they wrote it. Beyond the policy: B33."""
    manager: Any = type(record)._default_manager
    records = manager.all()
    if not user.closed_customers or not isinstance(records, CaseQuerySet):
        return False
    if records.customer_paths == ("customer",) and hasattr(record, "customer_id"):
        return record.customer_id in user.closed_customers
    return manager.filter(records.is_about(user.closed_customers), pk=record.pk).exists()


def leaves_nothing_out(records: models.QuerySet[Any]) -> bool:
    """Return whether a query is for every record of its model, so that nobody has to ask it.

    It refuses one that is put together of others, or a part of one: these say nothing of what they leave out.
    """
    if records.query.combinator or records.query.is_sliced:
        raise TypeError(
            "Write it with conditions alone: what a union or a slice leaves out, nobody sees in it."
        )
    return not records.query.where
