"""The list of incidents: its filters and columns."""

from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cha_engagement.core.labels import field_label
from cha_engagement.core.permissions import Permission
from cha_engagement.core.templatetags.ui import danger_words
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.fields import CustomerField
from cha_engagement.customers.rules import may_read_lists
from cha_engagement.lists.forms import ListFilter, choice_field, date_field, tick_field
from cha_engagement.lists.interfaces import Cell, Column, ListDefinition, field_column, show_status
from cha_engagement.lists.queries import match_keys
from cha_engagement.organisation.calendar import start_of_day
from cha_engagement.staff.models import StaffMember

from .enums import ZERO_TOLERANCE, Category, IncidentStatus
from .models import Incident
from .queries import has_category_in_long_list, prefetch_for_list


def has_answer(field: str, answer: str, user: StaffMember) -> Q:
    """Return the condition that a field has this answer, by an index where that is quicker.

    Where the answer is common, a user who does not see all is led along their own incidents, not along everybody's.
    """
    indexed = Q(**{field: answer})
    unindexed = Q(Exact(Coalesce(F(field), Value("")), answer))
    sees_all = user.has_perm(Permission.READ_INCIDENTS)
    keys = Incident.objects.filter(indexed).values_list("pk", flat=True)
    return match_keys(keys, indexed if sees_all else unindexed)


class IncidentFilter(ListFilter):
    status = choice_field("Status", IncidentStatus.choices)
    category = choice_field("What kind", Category.choices)
    channel = choice_field(field_label(Incident, "channel"), Channel.choices)
    since = date_field("Happened on or after")
    until = date_field("Happened on or before")
    customer = CustomerField(label="Customer’s reference", required=False)
    zero_tolerance = tick_field("Zero tolerance")
    reported_by = tick_field("Reported by me")
    assigned_to = tick_field("Assigned to me")

    conditions = {
        "status": lambda status, user: has_answer("status", status, user),
        "category": lambda code, user: has_category_in_long_list(code),
        "channel": lambda channel, user: has_answer("channel", channel, user),
        "since": lambda day, user: Q(occurred_at__gte=start_of_day(day)),
        "until": lambda day, user: Q(occurred_at__lt=start_of_day(day + timedelta(days=1))),
        "customer": lambda customer, user: Q(customer=customer),
        "zero_tolerance": lambda _, user: has_category_in_long_list(*ZERO_TOLERANCE),
        "reported_by": lambda _, user: Q(reported_by=user),
        "assigned_to": lambda _, user: Q(assigned_to=user),
    }

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", "This day comes before the first one. Choose a later day.")
        return self.cleaned_data


def visible_rows(user: StaffMember) -> QuerySet[Incident]:
    return prefetch_for_list(Incident.objects.visible_to(user))


def customer_url(incident: Incident) -> str:
    return incident.customer.get_absolute_url() if incident.customer else ""


def kinds_in_words(incident: Incident) -> str:
    return str(incident.kinds_in_words)


def show_kinds(cell: Cell) -> SafeString:
    return format_html(
        '<a class="govuk-link" href="{}">{}</a>', cell.url, danger_words(*cell.row.kinds_in_words)
    )


INCIDENTS = ListDefinition(
    code="incidents",
    title="Incidents",
    may_read=may_read_lists,
    rows=visible_rows,
    ordering=("-occurred_at", "-id"),
    filter_class=IncidentFilter,
    rows_by_reason=Incident.objects.visible_by_reason,
    add_details=prefetch_for_list,
    caption="Incidents, newest first",
    columns=(
        Column(
            "Incident",
            kinds_in_words,
            url=Incident.get_absolute_url,
            show=show_kinds,
            names_row=True,
            below=field_column(Incident, "reference"),
        ),
        Column("Who", lambda incident: incident.person_name, url=customer_url),
        Column("When", lambda incident: incident.occurred_at, is_in_order=True),
        field_column(Incident, "status", show=show_status),
    ),
)
