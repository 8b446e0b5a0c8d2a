from collections.abc import Collection, Iterator
from enum import StrEnum

from django.utils.timezone import localdate

from cha_engagement.core.permissions import Permission
from cha_engagement.staff.interfaces import Task, TaskKind, TaskLink, TaskSource, person_or_others
from incidents.contacts.models import Contact

from .models import Breach, BreachStatus


class TaskCode(StrEnum):
    SETTLE_BREACH = "breach.settle"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.SETTLE_BREACH: TaskKind("Say whether a contact went against a restriction", "contact", "B8"),
}
IMPOSE = (Permission.IMPOSE_RESTRICTIONS,)


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


TASK_SOURCES = (TaskSource(Breach, tuple(TASK_KINDS), breach_tasks, ((), IMPOSE)),)
TASK_LINKS = (TaskLink(Contact, Breach, "contact", frozenset({"customer"}), changed_only=True),)
