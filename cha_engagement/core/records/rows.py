"""Records and their history as rows of the work list and of timelines: columns of the same names, so that many can be united."""

from enum import IntEnum
from typing import Any

from django.db import models
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim


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


def event_rows(records: models.QuerySet) -> models.QuerySet:
    """Return the events of some records as rows of a timeline.

    `row_at`, `row_key`, `row_kind`, `row_record`, `row_who` and `row_text`. `row_kind` is the model's name and the event, such as
    `incident.assess`. Changes that are no event are left to the record's own history page.
    """
    model = records.model
    history = model.history.model
    name = model._meta.model_name
    text = models.TextField()
    return (
        history._default_manager.filter(id__in=records.order_by().values("pk"))
        .exclude(event="")
        .order_by()
        .values(
            row_at=models.F("history_date"),
            row_key=Concat(models.Value(f"{name}."), Cast("history_id", text), output_field=text),
            row_kind=Concat(models.Value(f"{name}."), "event", output_field=text),
            row_record=Cast("reference", text),
            row_who=Coalesce(
                NullIf(
                    Trim(Concat("history_user__first_name", models.Value(" "), "history_user__last_name")),
                    models.Value(""),
                ),
                "history_user__username",
                models.Value("The daily job"),
                output_field=text,
            ),
            row_text=Coalesce("history_change_reason", models.Value(""), output_field=text),
        )
    )
