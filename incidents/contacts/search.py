from collections.abc import Iterator

from cha_engagement.core.templatetags.ui import uk_datetime
from cha_engagement.customers.interfaces import SearchSource

from .models import Contact


def contact_facts(contact: Contact) -> Iterator[str]:
    yield uk_datetime(contact.occurred_at)
    yield contact.get_channel_display()
    yield f"With {contact.by}"


SEARCH_SOURCES = (
    SearchSource(
        code="contacts",
        title="Contacts",
        model=Contact,
        fields=("subject",),
        texts=lambda contact: [contact.subject],
        heading=lambda contact: contact.customer.name,
        facts=contact_facts,
        related=("customer", "by"),
    ),
)
