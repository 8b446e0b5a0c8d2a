from typing import Any

from django.db.models import QuerySet

from cha_engagement.core import hub
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from . import rules
from .models import Contact


def prefetch_for_page(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    return contacts.select_related("customer", "by")


def page_context(contact: Contact, user: StaffMember) -> dict[str, Any]:
    """All that a contact's page shows this reader: what it was, what is to be said of it, what is left."""
    return {
        "contact": contact,
        "questions": [one for source in hub.contact_questions for one in source(contact, user)],
        "notes": contact_notes(contact.customer),
        "may": {
            "log": not rules.may_log_contact(user),
            "correct": not rules.may_correct_contact(user, contact),
            "history": user.has_perm("staff.view_history"),
        },
    }


def contact_notes(customer: Customer) -> list[str]:
    """What whoever logs a contact of this customer should know."""
    return [note for source in hub.contact_notes for note in source(customer)]
