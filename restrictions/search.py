from collections.abc import Iterator

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.interfaces import SearchSource

from .models import Restriction


def talk_facts(restriction: Restriction) -> Iterator[str]:
    if restriction.talked_on:
        yield uk_date(restriction.talked_on)
    yield f"Explained: {restriction.title}"


SEARCH_SOURCES = (
    SearchSource(
        code="talks",
        title="Talks",
        model=Restriction,
        fields=("how_explained",),
        texts=lambda restriction: [restriction.how_explained],
        heading=lambda restriction: restriction.customer.name,
        facts=talk_facts,
        related=("customer", "named_contact", "deputy"),
    ),
)
