"""Lists that apps give: each has a page with a filter, filters can be saved, and its rows be taken away as a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from cha_engagement.core.interfaces import desks
from cha_engagement.core.refusals import Refusal


@dataclass(frozen=True, slots=True)
class ListDefinition:
    """A list that can be filtered, whose filters can be saved, and which can be taken away as a file.

    `code` is the name of its URL. `may_read(user)` refuses whoever has no business with it. `rows(user)` are those visible to them,
    with the details of a row; `filter_class` is a `lists.forms.ListFilter`. `columns` gives the values of a row by the heading on the
    page, and the file has the same. `ready_filters` are filters that everybody has, by name, as in the list's address. Where a reader
    sees rows for several reasons, `rows_by_reason(user)` are those of each, bare, and `add_details` adds the details of a row.
    """

    code: str
    title: str
    may_read: Callable[[Any], Refusal | None]
    rows: Callable[[Any], QuerySet[Any]]
    ordering: Sequence[str]
    filter_class: type[Any]
    columns: Mapping[str, Callable[[Any], Any]]
    ready_filters: Mapping[str, str] = field(default_factory=dict)
    rows_by_reason: Callable[[Any], Sequence[QuerySet[Any]]] | None = None
    add_details: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None


class Lists:
    lists: Sequence[ListDefinition] = ()


def list_definitions() -> dict[str, ListDefinition]:
    """Return every list by its code."""
    return {definition.code: definition for desk in desks(Lists) for definition in desk.lists}
