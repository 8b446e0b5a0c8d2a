"""Build the page of a list, and its conditions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from cha_engagement.core.conditions import single_value
from cha_engagement.lists.interfaces import Cell, ChosenOrder, Column, FewKeys, ListDefinition
from cha_engagement.staff.requests import StaffRequest

from .forms import ListFilter
from .models import SavedFilter
from .rules import may_export

FEW = 1_000


def match_keys(keys: QuerySet[Any], otherwise: Q) -> Q:
    """Return a `Q` for rows with these keys, which names them where they are few.

    To look for a few rows along a long list would take long. Where they are many, `otherwise` is the condition.
    """
    first_keys = list(keys.order_by()[: FEW + 1])
    return FewKeys(pk__in=single_value(first_keys)) if len(first_keys) <= FEW else otherwise


def list_context(
    request: StaffRequest, definition: ListDefinition, list_filter: ListFilter, order: ChosenOrder
) -> dict[str, Any]:
    """Return what the page of a list says of its filter, of other filters, and of what can be done with it."""
    query = list_filter.query_string()
    saved_filters = list(
        SavedFilter.objects.filter(owner=request.user, list_code=definition.code).order_by("name", "pk")
    )
    # A saved filter that makes no sense any more is known by the address that it leads to.
    current_queries = {query, request.GET.urlencode()}
    named_queries = [
        *definition.ready_filters.items(),
        *((saved_filter.name, saved_filter.query) for saved_filter in saved_filters),
    ]
    filters = [
        {"title": name, "url": f"?{named_query}", "current": named_query in current_queries}
        for name, named_query in named_queries
    ]
    headings = table_headings(definition, order, list_filter)
    return {
        "definition": definition,
        "table_caption": caption_in(order, definition),
        "headings": headings,
        "orders": [heading for heading in headings if heading.url],
        "filters": filters and [{"title": "All", "url": "?", "current": not query}, *filters],
        "chips": [
            {
                "text": list_filter.describe(name),
                "url": f"?{add_order(list_filter.query_string(without=name), order)}",
            }
            for name in list_filter.answers
        ],
        "saved_filter": next(
            (saved_filter for saved_filter in saved_filters if saved_filter.query in current_queries), None
        ),
        "save_url": f"{reverse('filter_save', args=[definition.code])}?{query}",
        "may_export": may_export(request.user) is None,
        "export_url": f"{reverse('list_export', args=[definition.code])}?{add_order(query, order)}",
    }


def add_order(query: str, order: ChosenOrder) -> str:
    """Return the answers of a filter with the order in which the list is shown."""
    return "&".join(filter(None, (query, order.address(order.other))))


def caption_in(order: ChosenOrder, definition: ListDefinition) -> str:
    caption = order.other.caption if order.other else definition.caption
    return f"{caption}, in reverse order" if order.is_reversed else caption


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column: whether the list is in its order, and the address that orders the list by it, or turns it round."""

    column: Column
    url: str = ""
    sort: str = ""


def table_headings(definition: ListDefinition, order: ChosenOrder, list_filter: ListFilter) -> list[Heading]:
    query, offered = (
        list_filter.query_string(),
        definition.orders_with(list_filter.answers, list_filter.is_small),
    )
    direction = "descending" if order.names[0].startswith("-") else "ascending"
    headings = []
    for column in definition.columns:
        if not column.is_in_order and column.order not in offered:
            headings.append(Heading(column))
            continue
        address = order.address(column.order, turned=True)
        url = f"?{'&'.join(filter(None, (query, address)))}"
        headings.append(Heading(column, url, direction if column.order == order.other else ""))
    return headings


def table_cells(columns: Sequence[Column], rows: Iterable[Any]) -> list[list[Cell]]:
    """Return the cells of each row, in the order of the columns."""
    return [[Cell.of(column, row) for column in columns] for row in rows]
