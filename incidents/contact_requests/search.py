from collections.abc import Iterator

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.interfaces import SearchSource

from .models import ContactRequest

TEXT_FIELDS = ("why", "taken_back_reason")


def contact_request_facts(request: ContactRequest) -> Iterator[str]:
    yield f"Asked on {uk_date(request.on)} by {request.asked_by}"
    yield f"Not to contact {request.colleague}"


SEARCH_SOURCES = (
    SearchSource(
        code="contact-requests",
        title="Requests not to contact a colleague",
        model=ContactRequest,
        fields=TEXT_FIELDS,
        texts=lambda request: [getattr(request, name) for name in TEXT_FIELDS],
        heading=lambda request: request.customer.name,
        facts=contact_request_facts,
        related=("customer", "asked_by", "colleague"),
    ),
)
