from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from incidents.contacts.models import Contact
from restrictions.allowances import CountedContact, allowance_usage, counted_contacts
from restrictions.enums import RestrictionEvent
from restrictions.models import Restriction

PERIODS = {"day": "that day", "week": "that week", "month": "that month"}


def restrictions_known_at(contact: Contact) -> QuerySet[Restriction]:
    """Return what applied to a customer when they were in contact, and they had been told of: nobody keeps to what they do not know.

    On the day on which they are told it counts from the moment of which it is recorded. Beyond the policy: B23.
    """
    day = timezone.localdate(contact.occurred_at)
    told_by_then = Restriction.history.filter(
        id=OuterRef("pk"), event=RestrictionEvent.TELL, history_date__lte=contact.occurred_at
    )
    return (
        Restriction.objects.in_force(day)
        .filter(
            Q(customer_notified_on__lt=day) | Q(Exists(told_by_then.order_by()), customer_notified_on=day),
            customer=contact.customer_id,
            imposed_at__lte=contact.occurred_at,
        )
        .select_related("named_contact", "deputy")
        .order_by("pk")
    )


def apparent_breaches(contact: Contact) -> dict[Restriction, str]:
    """Return the restrictions that a contact seems to go against, each with why. What never counts goes against none."""
    if not contact.counts:
        return {}
    restrictions = list(restrictions_known_at(contact))
    counted = counted_contacts(contact.customer, restrictions, contact.occurred_at)
    reasons = {
        restriction: restriction.kind_rules.apparent_breach(restriction, contact)
        or allowance_exceeded(restriction, contact, counted)
        for restriction in restrictions
    }
    return {restriction: why for restriction, why in reasons.items() if why}


def allowance_exceeded(restriction: Restriction, contact: Contact, counted: Iterable[CountedContact]) -> str:
    """Return how far a contact takes them above what is allowed, or an empty text; it is among those `counted` itself."""
    allowance = restriction.kind_rules.allowance(restriction)
    if not allowance or contact.channel not in allowance.channels:
        return ""
    usage = allowance_usage(restriction, allowance, counted, timezone.localdate(contact.occurred_at))
    period = PERIODS[allowance.every]
    if allowance.contacts is not None and usage.contacts > allowance.contacts:
        return f"It was contact number {usage.contacts} {period}: they are allowed {allowance.contacts}."
    if allowance.minutes is not None and usage.minutes > allowance.minutes:
        return f"It made {usage.minutes} minutes {period}: they are allowed {allowance.minutes}."
    return ""
