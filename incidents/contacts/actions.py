"""The only place where a contact changes."""

from typing import Any
from uuid import UUID

from django.dispatch import Signal

from cha_engagement.core.records import atomic_action, idempotent, lock_record, writing
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from . import rules
from .enums import ContactEvent
from .models import Contact
from .queries import count_with_noun

contact_logged = Signal()
"""Sent by `Contact` inside the transaction in which a contact is logged or corrected: `contact`, `by`."""


@idempotent(Contact)
def log_contact(*, customer: Customer, by: StaffMember, submission: UUID, **facts: Any) -> Contact:
    """Log a contact; `facts` are fields of `Contact`. Policy §49, 50; beyond the policy: B8."""
    raise_if_refused(rules.may_log_contact(by))
    contact = writing.create_record(
        Contact,
        by=by,
        values={"by": by},
        reason=describe_contact(Contact(**facts)),
        event=ContactEvent.LOG,
        submission=submission,
        customer=customer,
        **facts,
    )
    contact_logged.send(sender=Contact, contact=contact, by=by)
    return contact


@atomic_action()
def correct_contact(*, contact: Contact, by: StaffMember, version: int, **facts: Any) -> Contact:
    """Put a contact right on its day: what it said before stays in its history."""
    current = lock_record(contact, version)
    raise_if_refused(rules.may_correct_contact(by, current))
    facts_before = counted_facts(current)
    for name, value in facts.items():
        setattr(current, name, value)
    corrected = writing.save_record(
        current, by=by, reason=describe_contact(current), event=ContactEvent.CORRECT, **facts
    )
    # Other words change nothing of what was decided on it, whatever became of the restrictions meanwhile.
    if counted_facts(corrected) != facts_before:
        contact_logged.send(sender=Contact, contact=corrected, by=by)
    return corrected


def counted_facts(contact: Contact) -> tuple[Any, ...]:
    """Return the facts that a limit looks at, with the moment to the minute, as it is typed."""
    moment = contact.occurred_at.replace(second=0, microsecond=0)
    return contact.channel, moment, contact.minutes, contact.about


def describe_contact(contact: Contact) -> str:
    """Return a contact in few words, since there are many on a timeline."""
    return f"{contact.get_channel_display()}, {count_with_noun(contact.minutes, 'minute')}: {contact.subject}"
