from collections import defaultdict
from collections.abc import Collection

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import capfirst

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import ActionGroup, CardSection, Channel
from cha_engagement.customers.interfaces import Action, CardLine, SideBox, SideBoxRow
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from incidents.enums import Category
from incidents.models import Incident

from . import rules
from .models import ContactRequest
from .queries import channels_to_offer, requests_before, route_in_words, standing_requests

RARE = "contact requests"
"""The name among the records that few customers have."""
MOST_ROWS = 20


def requests_of(customer: int) -> QuerySet[ContactRequest]:
    return ContactRequest.objects.filter(customer=customer)


def contact_request_lines(customer: Customer) -> list[CardLine]:
    """Say whom a customer was asked not to contact, and how they reach us instead. It limits nothing. Policy §42.1."""
    if customer.lacks(RARE) or customer.deceased_on:
        return []
    requests = standing_requests(customer)
    open_channels = channels_to_offer(customer) if requests else []
    return [request_line(request, open_channels) for request in requests]


def request_line(request: ContactRequest, open_channels: Collection[Channel]) -> CardLine:
    route = route_in_words(request, open_channels)
    to_colleague = f"Asked on {uk_date(request.on)} not to contact you; {route}. If they do all the same, log an incident."
    return CardLine(
        CardSection.WHO,
        f"{capfirst(request.in_words)}; {route}.",
        to_reader={request.colleague_id: to_colleague},
    )


def customer_notes(customers: Collection[Customer]) -> dict[int, list[str]]:
    """Return by the key of each customer whom they were asked not to contact, for whoever logs something about them. One query."""
    standing = ContactRequest.objects.standing().filter(customer__in=[customer.pk for customer in customers])
    notes = defaultdict(list)
    for request in standing.select_related("colleague").order_by("-on", "-pk"):
        notes[request.customer_id].append(f"They were {request.in_words}.")
    return notes


def incident_notes(incidents: Collection[Incident]) -> dict[int, list[str]]:
    """Return by the key of each incident whom its customer had been asked before its day not to contact. Policy §42.1."""
    return {
        incident: [
            f"They were {asked.request.full_words}{', whom this affected' if asked.is_affected else ''}."
            for asked in requests
        ]
        for incident, requests in requests_before(incidents).items()
    }


def category_notes(customer: Customer | None, incident: Incident | None) -> dict[str, str]:
    """Return what makes it harassment: contact with a colleague after having been asked not to. Policy §42.1."""
    if incident:
        requests = [asked.request for asked in requests_before([incident])[incident.pk]]
    else:
        requests = standing_requests(customer) if customer else []
    if not requests:
        return {}
    asked = "; ".join(request.in_words for request in requests)
    return {
        Category.HARASSMENT: f"They were {asked}. To go on contacting them after that is harassment (policy §42.1)."
    }


def customer_actions(customer: Customer, user: StaffMember) -> list[Action]:
    if rules.may_record_contact_request(user):
        return []
    url = reverse("contact_request_new", args=[customer.reference])
    return [Action("Record that they were asked not to contact a colleague", url, group=ActionGroup.DECIDE)]


def contact_requests_box(customer: Customer, user: StaffMember) -> SideBox:
    """Show whom they were ever asked not to contact, the latest first."""
    title = "Asked not to contact"
    if customer.lacks(RARE):
        return SideBox(title, [])
    visible = ContactRequest.objects.visible_to(user).filter(customer=customer)
    rows = [
        SideBoxRow(
            f"{request.colleague}, {uk_date(request.on)}",
            request.get_absolute_url(),
            request.status,
            request.get_status_display(),
        )
        for request in visible.select_related("colleague").order_by("-on", "-pk")[:MOST_ROWS]
    ]
    return SideBox(title, rows)
