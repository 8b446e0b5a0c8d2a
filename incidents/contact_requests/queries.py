"""Whom customers were asked not to contact. Policy §42.1."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.timezone import localdate

from cha_engagement.core.statements import fill_up, kept_records
from cha_engagement.customers.contact_plan import channel_addresses, unreachable_channels
from cha_engagement.customers.enums import CHANNEL_PHRASES, INBOUND_CHANNELS, Channel
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.models import Organisation
from incidents.contacts.queries import channels_closed_to
from incidents.models import Incident

from .models import ContactRequest

WITH_ADDRESS = (Channel.PHONE, Channel.EMAIL, Channel.MESSAGE)
"""Channels that staff name with the number or address: the others say where by themselves."""


def prefetch_for_page(requests: QuerySet[ContactRequest]) -> QuerySet[ContactRequest]:
    return requests.select_related("customer", "colleague", "asked_by", "by")


def standing_requests(customer: Customer) -> list[ContactRequest]:
    """Return what a customer is asked now, the latest first."""
    standing = ContactRequest.objects.standing().filter(customer=customer)
    return list(standing.select_related("colleague").order_by("-on", "-pk"))


def channels_to_offer(customer: Customer) -> list[Channel]:
    """Return the channels by which a customer can reach us today: open to them, usable, and with an address of ours."""
    unusable = {
        *channels_closed_to(customer),
        *customer.cannot_use,
        *unreachable_channels(Organisation.current()),
    }
    return [channel for channel in INBOUND_CHANNELS if channel not in unusable]


def route_in_words(request: ContactRequest, open_channels: Collection[Channel]) -> str:
    """Return how a customer reaches us instead. A way that was closed since is named nowhere. Policy §5, 42.1."""
    channel = Channel(request.open_channel)
    if channel not in open_channels:
        return "they reach us by the ways that are open to them"
    address = channel_addresses(Organisation.current()).get(channel, "") if channel in WITH_ADDRESS else ""
    return f"they reach us {CHANNEL_PHRASES[channel]}{f' ({address})' if address else ''}"


class AskedBefore(NamedTuple):
    """What a customer had been asked before an incident, and whether it affected the colleague whom they were asked not to contact."""

    request: ContactRequest
    is_affected: bool


def requests_before(incidents: Iterable[Incident]) -> dict[int, list[AskedBefore]]:
    """Return by the key of each incident what its customer had been asked before its day, and was still asked on it.

    One query, and another where anything was.
    """
    incidents = list(incidents)
    requests: dict[int | None, list[ContactRequest]] = defaultdict(list)
    if customers := {incident.customer_id for incident in incidents if incident.customer_id}:
        for request in kept_records(ContactRequest, requests_to_customers, *fill_up([*customers])):
            requests[request.customer_id].append(request)
    affected = affected_pairs(incidents) if requests else set()
    return {
        incident.pk: [
            AskedBefore(request, (incident.pk, request.colleague_id) in affected)
            for request in requests[incident.customer_id]
            if request.stood_on(localdate(incident.occurred_at))
        ]
        for incident in incidents
    }


def requests_to_customers(*customers: int) -> QuerySet[ContactRequest]:
    recorded = ContactRequest.objects.filter(customer__in=customers)
    return recorded.select_related("colleague").order_by("on", "pk")


def affected_pairs(incidents: Iterable[Incident]) -> set[tuple[int, int]]:
    """Return the keys of each incident and of each colleague whom it affected."""
    links = Incident.affected_staff.through.objects.filter(
        incident__in=[incident.pk for incident in incidents]
    )
    return {*links.values_list("incident", "staffmember")}
