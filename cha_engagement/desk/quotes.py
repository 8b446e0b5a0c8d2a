"""Quote below an event of a timeline what was said or written then, as far as its reader may read it."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.text import Truncator

from cha_engagement.core.paging import Page
from cha_engagement.customers.interfaces import EventSource, event_sources
from cha_engagement.staff.models import StaffMember

from .rules import may_view_history

QUOTE_LENGTH = 400
"""How many characters of what was said stand below an event; the record has all."""


def quote_events(page: Page, user: StaffMember) -> Page:
    """Add to the events of a page the words of their records as they were then. Each model takes two queries."""
    sources = {
        (source.model._meta.label_lower, event): source
        for source in event_sources()
        for event in source.words
    }
    events_by_model: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in page.rows:
        if (event["model"], event["event"]) in sources:
            events_by_model[event["model"]].append(event)
    for model, events in events_by_model.items():
        quotes = quotes_by_history(sources[model, events[0]["event"]], events, user)
        for event in events:
            event["words"] = Truncator(quotes.get(event["history"], "")).chars(QUOTE_LENGTH)
    return page


def quotes_by_history(
    source: EventSource, events: Collection[dict[str, Any]], user: StaffMember
) -> dict[int, str]:
    """Return the words of some events of one model, by the key of their row of history.

    Words that the record has no longer are for whoever may view its history, and left out for others.
    """
    model = source.model
    visible = model.objects.visible_to(user).in_bulk({event["record"] for event in events})
    rows = model.history.filter(history_id__in=[event["history"] for event in events], id__in=visible)
    versions = {row.history_id: (row.event, row.instance) for row in rows}
    records = [*visible.values(), *(version for _, version in versions.values())]
    prefetch_related_objects(records, *source.related)
    may_view = may_view_history(user) is None
    quotes = {}
    for key, (event, version) in versions.items():
        words = source.words[event]
        text = words(version)
        if may_view or text == words(visible[version.pk]):
            quotes[key] = text
    return quotes
