from collections.abc import Iterator

from cha_engagement.core.templatetags.ui import uk_datetime
from cha_engagement.customers.interfaces import SearchSource

from .models import Incident

TEXT_FIELDS = (
    "facts",
    "unidentified_person",
    "location",
    "other_category",
    "expected_contact",
    "action_taken",
    "action_not_taken",
    "demand",
    "request_made",
    "request_difficulty",
    "affected_others",
    "effect_on_staff",
    "effect_on_service",
    "needs_known",
)
"""What people wrote, the story first: whoever sees an incident reads all of it."""


def incident_facts(incident: Incident) -> Iterator[str]:
    yield uk_datetime(incident.occurred_at)
    yield incident.get_channel_display()
    yield f"Reported by {incident.reported_by}"


SEARCH_SOURCES = (
    SearchSource(
        code="incidents",
        title="Incidents",
        model=Incident,
        fields=TEXT_FIELDS,
        texts=lambda incident: [getattr(incident, name) for name in TEXT_FIELDS],
        heading=lambda incident: incident.person_name,
        facts=incident_facts,
        related=("customer", "reported_by"),
    ),
)
