"""The pages about one customer: which tabs a reader has, and what stands above all of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from cha_engagement.core.interfaces import desks
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.customers.enums import ActionGroup, CustomerTab
from cha_engagement.customers.interfaces import Action, CustomerPage
from cha_engagement.customers.models import Customer
from cha_engagement.customers.rules import may_read_card
from cha_engagement.lists.interfaces import ListDefinition, list_definitions
from cha_engagement.organisation import calendar
from cha_engagement.staff.interfaces import task_kinds
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.requests import StaffRequest

from . import queries
from .models import TaskRow
from .queries import WorkSection, due_in_words, work_section
from .waiting import waiting_deadlines

Offer = Callable[[StaffMember], bool]


def holds_any(*permissions: Permission) -> Offer:
    """Return the offer of a tab to whoever has one of some permissions."""
    return lambda user: any(map(user.has_perm, permissions))


def reads_list(code: str) -> Offer:
    """Return the offer of a tab to whoever may read the list that it shows."""
    return lambda user: list_definitions()[code].may_read(user) is None


TABS: dict[CustomerTab, tuple[str, Offer | None]] = {
    CustomerTab.OVERVIEW: ("customer", None),
    CustomerTab.TIMELINE: ("customer_timeline", None),
    CustomerTab.INCIDENTS: ("customer_incidents", reads_list(CustomerTab.INCIDENTS)),
    CustomerTab.CONTACTS: ("contacts", holds_any(Permission.READ_CUSTOMERS)),
    CustomerTab.RESTRICTIONS: ("customer_restrictions", None),
    CustomerTab.LETTERS: ("customer_letters", reads_list(CustomerTab.LETTERS)),
    CustomerTab.NOTES: ("customer_notes", holds_any(Permission.LOG_INCIDENTS, Permission.READ_INCIDENTS)),
    CustomerTab.DETAILS: ("customer_details", None),
}
"""The name of each page's address, and to whom it is offered; None where to whoever reads the card."""

CUSTOMER_HEADINGS = {"customer", "who"}
"""Columns of a list that say whose record it is, in small letters: of one customer's records they would repeat their name."""


@dataclass(frozen=True, slots=True)
class TabLink:
    title: str
    url: str
    current: bool


def tab_links(customer: Customer, user: StaffMember, current: CustomerTab) -> list[TabLink]:
    """Return the tabs that a reader may see."""
    return [
        TabLink(str(tab.label), reverse(url_name, args=[customer.reference]), tab == current)
        for tab, (url_name, is_offered) in TABS.items()
        if is_offered is None or is_offered(user)
    ]


def customer_frame(request: StaffRequest, reference: str, tab: CustomerTab) -> dict[str, Any]:
    """Return what each tab shows: the customer, what applies to them, what can be begun, and the other tabs. Refuse whoever may not read the card."""
    customer = find_customer(request, reference)
    actions = queries.customer_actions(customer, request.user)
    return {
        "customer": customer,
        "actions": actions,
        "tab_actions": [action for action in actions if action.tab == tab],
        "card": queries.customer_card(customer, request.user),
        "tab": tab,
        "tabs": tab_links(customer, request.user, tab),
    }


def find_customer(request: StaffRequest, reference: str) -> Customer:
    """Return a customer to whoever may read their card, with what the parts of their page ask for."""
    visible = Customer.objects.visible_to(request.user)
    prefetched = [records for desk in desks(CustomerPage) for records in desk.prefetched]
    customer = get_object_or_404(
        visible.select_related("assigned_to__line_manager", "needs_confirmed_by").prefetch_related(
            *prefetched
        ),
        reference=reference,
    )
    raise_if_refused(may_read_card(request.user))
    queries.note_lacking(customer)
    return customer


def find_closed_customer(request: StaffRequest, reference: str) -> Customer | None:
    """Return the customer whose case is closed to whoever asks, if it is: hardly anybody's is. Beyond the policy: B33."""
    if not request.user.closed_customers:
        return None
    known = Customer.objects.known_to(request.user).filter(merged_into=None)
    customer = known.filter(pk__in=request.user.closed_customers, reference=reference).first()
    if customer:
        raise_if_refused(may_read_card(request.user))
        queries.note_lacking(customer)
    return customer


def find_known_customer(request: StaffRequest, reference: str) -> Customer:
    """Return a customer to whoever deals with them, also where their case is closed to them: they log what happens. Beyond the policy: B33."""
    return find_closed_customer(request, reference) or find_customer(request, reference)


def list_of_customer(definition: ListDefinition) -> ListDefinition:
    """Return a list as it stands on the page of one customer: without the columns that say whose record it is."""
    columns = [column for column in definition.columns if column.heading.lower() not in CUSTOMER_HEADINGS]
    return replace(definition, columns=columns)


def group_actions(actions: Iterable[Action]) -> list[tuple[str, list[Action]]]:
    """Return actions by the headings of a menu, in their order, those without any left out."""
    groups: dict[str, list[Action]] = {group: [] for group in ActionGroup.values}
    for action in actions:
        groups[action.group].append(action)
    return [(str(ActionGroup(group).label), found) for group, found in groups.items() if found]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a reader can do next for a customer: a task with its day, and how many `others` wait, or an action.

    `action` is the one by which it is done, where the menu has it.
    """

    title: str
    url: str
    hint: str = ""
    others: int = 0
    action: Action | None = None


def next_step(request: StaffRequest, customer: Customer, actions: Sequence[Action]) -> NextStep | None:
    """Return what presses most of all that waits about a customer for whoever reads; where nothing does, the first of some actions."""
    deadlines = waiting_deadlines(request)
    today = calendar.today()
    shown = ("pk", "kind", "record", "reference", "danger", "note", "due_on", "note_about__first_name")
    tasks = TaskRow.objects.filter(customer=customer).values_list(*shown, named=True)
    waiting = [task for task in tasks if task.pk in deadlines]
    if not waiting:
        return NextStep(actions[0].title, actions[0].url, action=actions[0]) if actions else None

    def is_now(task: Any) -> bool:
        return work_section(deadlines[task.pk], today) == WorkSection.NOW

    first = min(
        waiting,
        key=lambda task: (
            not is_now(task),
            not (is_now(task) and task.danger),
            task.due_on or today,
            task.kind,
            task.record,
        ),
    )
    kind = task_kinds()[first.kind]
    due = "At once" if is_now(first) else due_in_words(first.due_on or today, today)
    hint = " · ".join(filter(None, (first.danger, first.note, first.note_about__first_name, due)))
    action = next((action for action in actions if action.task == first.kind), None)
    url = kind.url(first.reference, customer.reference)
    return NextStep(kind.title, url, hint, len(waiting) - 1, action)
