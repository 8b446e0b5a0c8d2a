from collections.abc import Collection, Iterator
from enum import StrEnum

from django.utils.timezone import localdate

from cha_engagement.core.permissions import Permission
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import add_working_days, start_of_day
from cha_engagement.staff.interfaces import (
    ORDINARY,
    Ground,
    Task,
    TaskKind,
    TaskLink,
    TaskSource,
    person_or_others,
)
from incidents.contacts.models import Contact
from restrictions.models import Restriction

from . import queries
from .models import Breach, BreachStatus


class TaskCode(StrEnum):
    SETTLE_BREACH = "breach.settle"
    TELL_CUSTOMER = "breach.tell"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.SETTLE_BREACH: TaskKind(
        "Say whether a contact went against a restriction", "contact", ORDINARY, "B8", place="breach_confirm"
    ),
    TaskCode.TELL_CUSTOMER: TaskKind(
        "Tell a customer of contacts that count", "contact", ORDINARY, "B26", place="breach_notice"
    ),
}
IMPOSE = (Permission.IMPOSE_RESTRICTIONS,)
WORKING_DAYS_TO_TELL = 5


def breach_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask about one's own contacts; a manager about others' too, where whoever had the contact has left. Beyond the policy: B8."""
    for breach in Breach.objects.filter(pk__in=keys, status=BreachStatus.SUGGESTED).select_related("contact"):
        contact = breach.contact
        yield Task(
            TaskCode.SETTLE_BREACH,
            breach.pk,
            contact.reference,
            person_or_others(contact.by_id, (), IMPOSE, even_away=True),
            customer=contact.customer_id,
            due_on=localdate(breach.created_at),
        )
    yield from notice_tasks(keys)


def notice_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask for one notice of all that counts and was not told to a customer, a week after their last one. Beyond the policy: B26.

    It is asked for once, by the first of them to be confirmed.
    """
    asked = Breach.objects.filter(pk__in=keys).values("restriction__customer")
    for customer in Customer.objects.filter(pk__in=asked):
        first = queries.breaches_to_tell(customer).order_by("settled_at", "pk").first()
        if first is None or first.pk not in keys:
            continue
        next_day = queries.next_notice_on(customer)
        due_on = add_working_days(localdate(first.settled_at), WORKING_DAYS_TO_TELL)
        yield Task(
            TaskCode.TELL_CUSTOMER,
            first.pk,
            first.contact.reference,
            frozenset({Ground(IMPOSE, since=start_of_day(next_day) if next_day else None)}),
            customer=customer.pk,
            due_on=max(due_on, next_day or due_on),
        )


TASK_SOURCES = (TaskSource(Breach, tuple(TASK_KINDS), breach_tasks, ((), IMPOSE)),)
TASK_LINKS = (
    TaskLink(Contact, Breach, "contact", frozenset({"customer"}), changed_only=True),
    TaskLink(Breach, Breach, "restriction__customer__restrictions__breaches"),
    TaskLink(
        Restriction,
        Breach,
        "restriction__customer__restrictions",
        frozenset({"status", "customer"}),
        changed_only=True,
    ),
    TaskLink(Letter, Breach, "restriction__customer__letters", frozenset({"status"})),
)
