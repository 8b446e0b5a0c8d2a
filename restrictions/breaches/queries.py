from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import cast

from django.db.models import QuerySet
from django.utils import timezone

from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from incidents.contacts.models import Contact
from restrictions.allowances import CountedContact, allowance_usage, counted_contacts
from restrictions.contact_plan import restrictions_applying
from restrictions.enums import STANDING, LetterCode, RestrictionEvent
from restrictions.models import Restriction

from .models import Breach

PERIODS = {"day": "that day", "week": "that week", "month": "that month"}


def restrictions_known_at(contact: Contact) -> list[Restriction]:
    """Return what applied to a customer when they were in contact, and they had been told of: nobody keeps to what they do not know.

    On the day on which they are told it counts from the moment of which it is recorded. Beyond the policy: B23.
    """
    day = timezone.localdate(contact.occurred_at)
    return [
        restriction
        for restriction in restrictions_applying(contact.customer, day)
        if isinstance(restriction, Restriction)
        and restriction.is_told_on(day)
        and cast(datetime, restriction.imposed_at) <= contact.occurred_at
        and (restriction.customer_notified_on != day or was_told_by(restriction, contact.occurred_at))
    ]


def was_told_by(restriction: Restriction, moment: datetime) -> bool:
    return restriction.history.filter(event=RestrictionEvent.TELL, history_date__lte=moment).exists()


def apparent_breaches(contact: Contact) -> dict[Restriction, str]:
    """Return the restrictions that a contact seems to go against, each with why. What never counts goes against none."""
    if not contact.counts:
        return {}
    restrictions = restrictions_known_at(contact)
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


def describe_one_word(breach: Breach) -> str:
    """Say that a contact counts on the word of whoever logged it, where nobody else has said so. Beyond the policy: B8."""
    return f"On the word of {breach.contact.by} alone." if breach.rests_on_one_word else ""


NOTICE_DAYS = 7  # from one notice to the next


def add_earlier_versions(restrictions: Iterable[Restriction]) -> set[int]:
    """Return the keys of these restrictions and of all versions before them: what counted against one goes on counting."""
    keys = {restriction.pk for restriction in restrictions}
    found = keys
    while found:
        found = set(
            Restriction.objects.filter(superseded_by__in=found).values_list("pk", flat=True)
        ).difference(keys)
        keys |= found
    return keys


def breaches_to_tell(customer: Customer) -> QuerySet[Breach]:
    """Return what a notice would tell a customer: all that counts against what stands, but for what is not told now. Beyond the policy: B26."""
    standing = add_earlier_versions(Restriction.objects.filter(customer=customer, status__in=STANDING))
    return Breach.objects.unnotified().filter(restriction__in=standing, not_told_reason="")


def breaches_to_tell_at_review(restriction: Restriction) -> QuerySet[Breach]:
    """Return what the letter about a review tells: all that counts against a restriction or a version before it, and was not told. B26."""
    return Breach.objects.unnotified().filter(restriction__in=add_earlier_versions([restriction]))


def next_notice_on(customer: Customer) -> date | None:
    """Return the first day on which a customer can have another notice: one a week at most, of everything together. Beyond the policy: B26."""
    notices = Letter.objects.exclude_withdrawn().filter(customer=customer, kind=LetterCode.BREACH_NOTICE)
    if latest := notices.order_by("-created_at", "-pk").first():
        return timezone.localdate(latest.created_at) + timedelta(days=NOTICE_DAYS)
    return None
