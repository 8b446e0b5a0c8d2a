"""Records as rows of the work list: columns of the same names, so that many can be united."""

from enum import IntEnum
from typing import Any

from django.db import models
from django.db.models.functions import Cast, Coalesce, Concat


class Urgency(IntEnum):
    """The urgency of a row of the work list: lower ones stand first."""

    AT_ONCE = 0
    IN_TURN = 1


def task_rows(
    records: models.QuerySet,
    kind: Any,
    *,
    due_on: Any,
    record: str = "reference",
    customer_name: Any = "customer__name",
    urgency: Any = Urgency.IN_TURN,
    note: Any = "",
) -> models.QuerySet:
    """Return records as rows of a work list, in columns whose names no model has for a field.

    `row_urgency`, `row_due_on`, `row_key`, `row_kind`, `row_record`, `row_customer_name` and `row_note`. `kind` is one
    of `staff.interfaces.task_kinds`, or an expression for one. `due_on` is an expression for a date. `record` names the field with the reference of the page
    to open; `customer_name`, a field or an expression, is whom it is about. `urgency` and `note` are values or
    expressions.
    """
    text = models.TextField()

    def expression(value: Any, field: models.Field) -> Any:
        return value if hasattr(value, "resolve_expression") else models.Value(value, output_field=field)

    return records.order_by().values(
        row_urgency=expression(urgency, models.IntegerField()),
        row_due_on=due_on,
        row_key=Concat(expression(kind, text), models.Value("."), Cast("pk", text), output_field=text),
        row_kind=expression(kind, text),
        row_record=Cast(record, text),
        row_customer_name=Cast(Coalesce(customer_name, models.Value(""), output_field=text), text),
        row_note=Cast(expression(note, text), text),
    )
