import uuid

from django.utils import timezone

from cha_engagement.core.records import writing
from cha_engagement.customers.enums import Channel
from incidents.models import Incident


def log_incident(customer, officer, **links):
    """Return an incident with one row of history, past the action that would add more."""
    return writing.create_record(
        Incident,
        by=officer,
        reason="Logged",
        event="log",
        links=links,
        submission=uuid.uuid4(),
        customer=customer,
        reported_by=officer,
        entered_by=officer,
        occurred_at=timezone.now(),
        counts_from=timezone.now(),
        channel=Channel.PHONE,
        facts="Shouted.",
    )
