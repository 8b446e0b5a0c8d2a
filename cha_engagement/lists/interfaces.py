"""Lists that apps give: each has a page with a filter, filters can be saved, and its rows be taken away as a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter, methodcaller
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cha_engagement.core.interfaces import desks
from cha_engagement.core.labels import field_label
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import status_tag, uk_date, uk_datetime
from cha_engagement.organisation.calendar import today

REVERSED = "reversed"
"""What an address says of its `order` where a list is asked for the other way round; behind the code of another order, of that one."""


class FewKeys(Q):
    """A condition that names all rows that fit, which are so few that sorting them costs little."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a list along an index of its own, besides the one that it has by itself.

    `code` stands in its address, and `caption` says what comes first. `names` are those of what it goes by, as in `ListDefinition.ordering`;
    those that are no fields are `annotations`, each an expression or what returns it. With the answers to the questions in `filters` an index
    serves it too: with any other answer the list keeps its own order, since all that fits would have to be sorted. Where that is little
    (`FewKeys`) it is sorted; where `filters` is None, no index serves it and it is offered then alone.
    """

    code: str
    names: Sequence[str]
    caption: str
    annotations: Mapping[str, Any] = field(default_factory=dict)
    filters: Sequence[str] | None = ()


@dataclass(frozen=True, slots=True)
class ChosenOrder:
    """The order in which a list is shown: its own, or another; and whether it is turned round."""

    own: Sequence[str]
    other: Order | None
    is_reversed: bool

    @property
    def names(self) -> list[str]:
        """Return the order as a queryset takes it: an index is walked either way."""
        names = self.other.names if self.other else self.own
        if not self.is_reversed:
            return [*names]
        return [name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in names]

    def annotate(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Add what rows are ordered by, where that is no field."""
        added = self.other.annotations if self.other else {}
        return rows.annotate(**{name: value() if callable(value) else value for name, value in added.items()})

    def address(self, other: Order | None, *, turned: bool = False) -> str:
        """Return what an address says for an order; `turned`, the other way round than now where it is this one."""
        is_reversed = (self.is_reversed != turned) if other == self.other else False
        parts = [other.code] if other else []
        code = "-".join([*parts, *([REVERSED] if is_reversed else [])])
        return f"order={code}" if code else ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list, in its table and in its file.

    `value(row)` is what the file has. The table says it in words, or `blank` where there is none, and as a link where `url(row)` is
    given and leads somewhere. Where a cell shows more than that, such as a tag, `show(cell)` returns its HTML.
    A column that `is_in_order` shows what the list is ordered by: its heading turns the order round. Another can have an `order` of its own, by
    which its heading orders the list. A column that `names_row` is the heading of each row. What stands `below` its value in the table is a column of its own in the file.
    """

    heading: str
    value: Callable[[Any], Any]
    blank: str = ""
    url: Callable[[Any], str] | None = None
    show: "Callable[[Cell], SafeString] | None" = None
    names_row: bool = False
    is_in_order: bool = False
    order: Order | None = None
    below: "Column | None" = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the table of a list: the value of a row in a column.

    Its HTML is put together here and by no template: a page has a hundred cells, and as many includes take longer than all the rest of it.
    """

    column: Column
    row: Any
    value: Any

    @classmethod
    def of(cls, column: Column, row: Any) -> "Cell":
        return cls(column, row, column.value(row))

    @property
    def words(self) -> str:
        if isinstance(self.value, datetime):
            return uk_datetime(self.value)
        if isinstance(self.value, date):
            return uk_date(self.value)
        return self.column.blank if self.is_blank else str(self.value)

    @property
    def is_blank(self) -> bool:
        return self.value in (None, "")

    @property
    def url(self) -> str:
        return self.column.url(self.row) if self.column.url else ""

    @property
    def html(self) -> SafeString:
        content = (self.column.show or show_value)(self)
        below = Cell.of(self.column.below, self.row).words if self.column.below else ""
        if below:
            content = format_html('{}<span class="app-table__below">{}</span>', content, below)
        if self.column.names_row:
            return format_html('<th scope="row">{}</th>', content)
        return format_html('<td data-label="{}">{}</td>', self.column.heading, content)


def show_value(cell: Cell) -> SafeString:
    """Return what a cell says, as a link where it leads somewhere."""
    if url := cell.url:
        return format_html('<a class="govuk-link" href="{}">{}</a>', url, cell.words)
    if cell.is_blank:
        return format_html('<span class="app-quiet">{}</span>', cell.words)
    if isinstance(cell.value, date):
        return format_html('<span class="app-table__day">{}</span>', cell.words)
    return format_html("{}", cell.words)


def show_status(cell: Cell) -> SafeString:
    """Return the status of a row as a tag."""
    return status_tag(cell.row.status, cell.value)


def show_due_day(cell: Cell) -> SafeString:
    """Return the day by which something is due: a tag says that it is overdue."""
    day = show_value(cell)
    if cell.is_blank or cell.value >= today():
        return day
    return format_html("{} {}", day, status_tag("overdue", "Overdue"))


def field_column(model: type[Model], name: str, **details: Any) -> Column:
    """Return the column of a field: its label is the heading, and a choice is said in words."""
    has_choices = bool(model._meta.get_field(name).choices)  # type: ignore[union-attr]
    value = methodcaller(f"get_{name}_display") if has_choices else attrgetter(name)
    return Column(field_label(model, name), value, **details)


@dataclass(frozen=True, slots=True)
class ListDefinition:
    """A list that can be filtered, whose filters can be saved, and which can be taken away as a file.

    `code` is the name of its URL. `may_read(user)` refuses whoever has no business with it. `rows(user)` are those visible to them,
    with the details of a row, and `caption` says in which order; `filter_class` is a `lists.forms.ListFilter`. `columns` are those of the
    table and of the file. `ready_filters` are filters that everybody has, by name, as in the list's address. Where a reader
    sees rows for several reasons, `rows_by_reason(user)` are those of each, bare, and `add_details` adds the details of a row. What is asked once for
    several rows `complete_rows` sets on them.
    """

    code: str
    title: str
    may_read: Callable[[Any], Refusal | None]
    rows: Callable[[Any], QuerySet[Any]]
    ordering: Sequence[str]
    filter_class: type[Any]
    caption: str
    columns: Sequence[Column]
    ready_filters: Mapping[str, str] = field(default_factory=dict)
    rows_by_reason: Callable[[Any], Sequence[QuerySet[Any]]] | None = None
    add_details: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    complete_rows: Callable[[Sequence[Any]], None] = lambda rows: None

    def choose_order(
        self, address: QueryDict, answered: Iterable[str] = (), *, is_small: bool = False
    ) -> ChosenOrder:
        """Return the order that an address asks for, of those that an index serves with the answers that the filter has, or of all of few rows."""
        asked = address.get("order", "")
        code = asked.removesuffix(REVERSED).removesuffix("-")
        is_reversed = asked in (REVERSED, f"{code}-{REVERSED}")
        other = next((order for order in self.orders_with(answered, is_small) if order.code == code), None)
        return ChosenOrder(self.ordering, other, is_reversed and (other is not None or not code))

    def orders_with(self, answered: Iterable[str], is_small: bool = False) -> list[Order]:
        """Return the orders besides its own that an index serves with these answers; all where few rows fit."""
        orders = [column.order for column in self.columns if column.order]
        return [
            order
            for order in orders
            if is_small or (order.filters is not None and {*answered} <= {*order.filters})
        ]

    @property
    def file_columns(self) -> list[Column]:
        """Return the columns of the file: what stands below another in the table, such as a reference, comes before it here."""
        return [part for column in self.columns for part in (column.below, column) if part]


class Lists:
    lists: Sequence[ListDefinition] = ()


def list_definitions() -> dict[str, ListDefinition]:
    """Return every list by its code."""
    return {definition.code: definition for desk in desks(Lists) for definition in desk.lists}
