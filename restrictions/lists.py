"""The lists of restrictions and of decisions: their filters and columns."""

from datetime import timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from cha_engagement.core.labels import field_label
from cha_engagement.customers.fields import CustomerField
from cha_engagement.customers.lists import customer_column
from cha_engagement.customers.rules import may_read_lists
from cha_engagement.lists.forms import Choices, ListFilter, choice_field, date_field, tick_field
from cha_engagement.lists.interfaces import (
    Column,
    ListDefinition,
    Order,
    field_column,
    show_due_day,
    show_status,
)
from cha_engagement.lists.queries import match_keys
from cha_engagement.organisation.calendar import start_of_day, today
from cha_engagement.staff.models import StaffMember

from .enums import STANDING, Explained, RestrictionStatus
from .interfaces import next_review_on
from .kinds import KINDS
from .kinds.channels import closed_in_words
from .kinds.closed_channels import CLOSABLE, ClosedChannels
from .models import LastDay, ManagementDecision, Restriction
from .queries import select_list


def kind_choices() -> Choices:
    """Return the kinds from the least to the most restrictive, with each channel that one of them can close. Policy §14."""
    choices = []
    for code, kind in KINDS.items():
        if code == ClosedChannels.code:
            choices += [(f"{code}:{channel}", closed_in_words([channel])) for channel in CLOSABLE]
            choices.append((code, "Any way of contact closed"))
        else:
            choices.append((code, kind.title))
    return choices


def kind_condition(choice: str) -> Q:
    """Return which restrictions one of the `kind_choices` means."""
    code, _, channel = choice.partition(":")
    closes = Q(terms__closed__icontains=f'"{channel}"') if channel else Q()
    return Q(kind=code) & closes


BEGINS_LATER = "later"
"""The status of what is imposed for a day that is still ahead: no page calls that in force."""


def status_choices() -> Choices:
    for code, label in RestrictionStatus.choices:
        yield code, label
        if code == RestrictionStatus.IMPOSED:
            yield BEGINS_LATER, "Begins later"


def status_condition(status: str) -> Q:
    if status == BEGINS_LATER:
        return Q(status=RestrictionStatus.IMPOSED) & (Q(starts_on=None) | Q(starts_on__gt=today()))
    if status == RestrictionStatus.IMPOSED:
        return Q(status=RestrictionStatus.IMPOSED, starts_on__lte=today())
    return Q(status=status)


def keys_with_status(status: str) -> QuerySet[Any]:
    return Restriction.objects.filter(status_condition(status)).values_list("pk", flat=True)


def is_unnotified() -> Q:
    """Return the condition that a customer does not know of it yet: a letter in the post has not reached them."""
    return Q(customer_notified_on=None) | Q(customer_notified_on__gt=today())


def standing_condition(*alternatives: Q, **conditions: Any) -> Q:
    condition = Q(*alternatives, status__in=STANDING, **conditions)
    return match_keys(Restriction.objects.filter(condition).values_list("pk", flat=True), condition)


class RestrictionFilter(ListFilter):
    status = choice_field("Status", status_choices)
    kind = choice_field("What", kind_choices)
    ends_by = date_field("Ends on or before")
    untold = tick_field("The customer is not told yet")
    withheld = tick_field("The customer is not told, for a reason")
    unreviewed = tick_field("Without reviews")

    conditions = {
        "status": lambda status, user: match_keys(keys_with_status(status), status_condition(status)),
        "kind": lambda choice, user: kind_condition(choice),
        "ends_by": lambda day, user: standing_condition(ends_on__lte=day),
        "untold": lambda _, user: standing_condition(is_unnotified(), not_notified_reason=""),
        "withheld": lambda _, user: standing_condition(
            ~Q(not_notified_reason="") | ~Q(unnotified_request="")
        ),
        "unreviewed": lambda _, user: standing_condition(review_months=None),
    }


def visible_restrictions(user: StaffMember) -> QuerySet[Restriction]:
    return select_list(Restriction.objects.visible_to(user))


BY_LAST_DAY = Order(
    "ends",
    ("ends_last", "id"),
    "Restrictions, the one that ends first at the top",
    {"ends_last": LastDay("ends_on")},
    filters=("status",),
)
BY_NEXT_REVIEW = Order(
    "review",
    ("review_last", "id"),
    "Restrictions, the one that is reviewed first at the top",
    {"review_last": lambda: LastDay(next_review_on())},
    filters=None,
)
RESTRICTIONS = ListDefinition(
    code="restrictions",
    title="Restrictions",
    may_read=may_read_lists,
    rows=visible_restrictions,
    ordering=("-created_at", "-id"),
    filter_class=RestrictionFilter,
    rows_by_reason=Restriction.objects.visible_by_reason,
    add_details=select_list,
    caption="Restrictions, newest first",
    columns=(
        Column(
            "Restriction",
            lambda restriction: restriction.title,
            url=Restriction.get_absolute_url,
            names_row=True,
            below=field_column(Restriction, "reference"),
        ),
        customer_column(),
        field_column(Restriction, "starts_on", blank="None"),
        Column(
            "Next review",
            lambda restriction: restriction.next_review_on,
            blank="None",
            show=show_due_day,
            order=BY_NEXT_REVIEW,
        ),
        field_column(Restriction, "ends_on", blank="None set", order=BY_LAST_DAY),
        field_column(Restriction, "status", show=show_status),
    ),
    ready_filters={"Not told yet": "untold=on", "Not told, for a reason": "withheld=on"},
)


class DecisionFilter(ListFilter):
    since = date_field("Decided on or after")
    until = date_field("Decided on or before")
    explained = choice_field(field_label(ManagementDecision, "explained"), Explained.choices)
    customer = CustomerField(label="Customer’s reference", required=False)
    by = tick_field("Decided by me")

    conditions = {
        "since": lambda day, user: Q(decided_at__gte=start_of_day(day)),
        "until": lambda day, user: Q(decided_at__lt=start_of_day(day + timedelta(days=1))),
        "explained": lambda explained, user: Q(explained=explained),
        "customer": lambda customer, user: Q(customer=customer),
        "by": lambda _, user: Q(by=user),
    }


def visible_decisions(user: StaffMember) -> QuerySet[ManagementDecision]:
    restrictions = Prefetch(
        "restrictions",
        Restriction.objects.visible_to(user).select_related("named_contact", "deputy").order_by("pk"),
    )
    decisions = ManagementDecision.objects.visible_to(user)
    return decisions.select_related("customer", "by").prefetch_related(restrictions)


def restricted_under(decision: ManagementDecision) -> str:
    return "; ".join(restriction.title for restriction in decision.restrictions.all())


DECISIONS = ListDefinition(
    code="decisions",
    title="Decisions",
    may_read=may_read_lists,
    rows=visible_decisions,
    ordering=("-decided_at", "-id"),
    filter_class=DecisionFilter,
    caption="Decisions to manage engagement actively, newest first",
    columns=(
        Column(
            "Decision",
            lambda decision: decision.title,
            url=ManagementDecision.get_absolute_url,
            names_row=True,
            is_in_order=True,
            below=field_column(ManagementDecision, "reference"),
        ),
        customer_column(),
        Column("What is restricted", restricted_under, blank="Nothing yet"),
        field_column(ManagementDecision, "by"),
    ),
    ready_filters={"Not explained": f"explained={Explained.NOT_EXPLAINED}"},
)
