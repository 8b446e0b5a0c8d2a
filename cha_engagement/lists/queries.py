"""What stands around a list."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from cha_engagement.core.hub import Listing
from cha_engagement.staff.requests import StaffRequest

from .forms import ListFilter
from .models import KeptFilter
from .rules import may_export

FEW = 1_000


def rare(keys: QuerySet[Any], otherwise: Q) -> Q:
    """Rows with these keys. Where they are few, they themselves: to look for them along a long list would take long."""
    few = list(keys.order_by()[: FEW + 1])
    return Q(pk__in=few) if len(few) <= FEW else otherwise


def around(request: StaffRequest, listing: Listing, asked: ListFilter) -> dict[str, Any]:
    """What narrows it now and can be taken off, what else it can be narrowed to at once, and what can be done with it."""
    query = asked.query()
    kept = list(KeptFilter.objects.filter(owner=request.user, listing=listing.code).order_by("name", "pk"))
    # A kept filter that makes no sense any more is known by the address that it leads to.
    now = {query, request.GET.urlencode()}
    named = [*listing.ready.items(), *((one.name, one.query) for one in kept)]
    return {
        "listing": listing,
        "filters": [{"title": name, "url": f"?{asks}", "current": asks in now} for name, asks in named],
        "is_whole": not query,
        "chips": [
            {"text": asked.in_words(name), "url": f"?{asked.query(without=name)}"} for name in asked.answers
        ],
        "kept": next((one for one in kept if one.query in now), None),
        "keep_url": f"{reverse('filter_keep', args=[listing.code])}?{query}",
        "may_export": may_export(request.user) is None,
        "export_url": f"{reverse('list_export', args=[listing.code])}?{query}",
    }
