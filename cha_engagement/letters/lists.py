"""The list of letters: its filters and columns."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from cha_engagement.core.templatetags.ui import status_tag, uk_date
from cha_engagement.customers.fields import CustomerField
from cha_engagement.customers.lists import customer_column
from cha_engagement.customers.rules import may_read_lists
from cha_engagement.lists.forms import Choices, ListFilter, choice_field, date_field, tick_field
from cha_engagement.lists.interfaces import Cell, Column, ListDefinition, field_column
from cha_engagement.organisation.calendar import start_of_day
from cha_engagement.staff.models import StaffMember

from .enums import LetterStatus
from .interfaces import letter_kinds
from .models import Letter

SENT, CAME_BACK = "sent", "came_back"


def stage_choices() -> Choices:
    """Return the stages of a letter, as its page calls them."""
    return [
        (LetterStatus.DRAFT, LetterStatus.DRAFT.label),
        (LetterStatus.ISSUED, "Issued, to be sent"),
        (SENT, "Sent"),
        (CAME_BACK, "Came back"),
        (LetterStatus.VOID, LetterStatus.VOID.label),
    ]


def stage_condition(stage: str) -> Q:
    if stage == SENT:
        return Q(sent_on__isnull=False)
    not_sent = Q(sent_on=None)
    if stage == CAME_BACK:
        return not_sent & Q(status=LetterStatus.ISSUED, came_back_on__isnull=False)
    if stage == LetterStatus.ISSUED:
        return not_sent & Q(status=LetterStatus.ISSUED, came_back_on=None)
    return not_sent & Q(status=stage)


def kind_choices() -> Choices:
    return sorted(((code, kind.title) for code, kind in letter_kinds().items()), key=lambda choice: choice[1])


class LetterFilter(ListFilter):
    stage = choice_field("Stage", stage_choices)
    kind = choice_field("What it is about", kind_choices)
    since = date_field("Begun on or after")
    until = date_field("Begun on or before")
    customer = CustomerField(label="Customer’s reference", required=False)
    drafted_by = tick_field("Drafted by me")

    conditions = {
        "stage": lambda stage, user: stage_condition(stage),
        "kind": lambda code, user: Q(kind=code),
        "since": lambda day, user: Q(created_at__gte=start_of_day(day)),
        "until": lambda day, user: Q(created_at__lt=start_of_day(day + timedelta(days=1))),
        "customer": lambda customer, user: Q(customer=customer),
        "drafted_by": lambda _, user: Q(drafted_by=user),
    }


def add_details(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    return letters.select_related("customer")


def visible_letters(user: StaffMember) -> QuerySet[Letter]:
    return add_details(Letter.objects.visible_to(user))


def stage_in_words(letter: Letter) -> Any:
    return letter.stage[1]


def show_stage(cell: Cell) -> SafeString:
    return status_tag(cell.row.stage[0], cell.value)


def sent_on_or_came_back(letter: Letter) -> date | str | None:
    """Return the day on which it was sent, or that it came back; None where it never went out."""
    return f"Came back on {uk_date(letter.came_back_on)}" if letter.has_come_back else letter.sent_on


LETTERS = ListDefinition(
    code="letters",
    title="Letters",
    may_read=may_read_lists,
    rows=visible_letters,
    ordering=("-created_at", "-id"),
    filter_class=LetterFilter,
    rows_by_reason=Letter.objects.visible_by_reason,
    add_details=add_details,
    caption="Letters, newest first",
    columns=(
        Column(
            "Letter",
            lambda letter: letter.title,
            url=Letter.get_absolute_url,
            names_row=True,
            below=field_column(Letter, "reference"),
        ),
        customer_column(),
        Column("Begun", lambda letter: localdate(letter.created_at), is_in_order=True),
        Column("Stage", stage_in_words, show=show_stage),
        Column("Sent on", sent_on_or_came_back, blank="Not sent"),
    ),
    ready_filters={"To be sent": "stage=issued", "Came back": "stage=came_back"},
)
