"""Allowances of contact: what customers have used up, and what is left. Policy §21.5, 49, 50.

Only contacts that count are counted, from the first day of a restriction on which its customer knows of it: what came before that is not
held against anybody. Beyond the policy: B23.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import CardSection
from cha_engagement.customers.interfaces import CardLine
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import start_of_day, today
from incidents.contacts.models import Contact
from incidents.contacts.queries import count_with_noun
from restrictions.kinds.channels import channels_in_words, join_words
from restrictions.kinds.volume import following_period_start, period_start

from .kinds.kind import Allowance
from .models import Restriction

CURRENT_PERIODS = {"day": "today", "week": "this week", "month": "this month"}


class CountedContact(NamedTuple):
    """A contact that counts, with its moment."""

    moment: datetime
    channel: str
    minutes: int

    @property
    def day(self) -> date:
        """Return its day here."""
        return timezone.localdate(self.moment)


class AllowanceUsage(NamedTuple):
    """A part of an allowance that is used up."""

    contacts: int
    minutes: int


def counted_contacts(
    customer: Customer, restrictions: Iterable[Restriction], until: datetime
) -> list[CountedContact]:
    """Return the contacts that count towards their allowances until a moment: one query, none where nothing is counted."""
    day = timezone.localdate(until)
    allowances = (restriction.kind_rules.allowance(restriction) for restriction in restrictions)
    periods = [period_start(allowance.every, day) for allowance in allowances if allowance]
    if not periods:
        return []
    contacts = Contact.objects.exclude_never_counting().filter(
        customer=customer, occurred_at__gte=start_of_day(min(periods)), occurred_at__lte=until
    )
    return [CountedContact(*contact) for contact in contacts.values_list("occurred_at", "channel", "minutes")]


def allowance_usage(
    restriction: Restriction, allowance: Allowance, contacts: Iterable[CountedContact], day: date
) -> AllowanceUsage:
    """Return what these contacts use up of an allowance in the day, week or month in which a day lies.

    On the day on which they are told it counts from the moment of which it is recorded. Beyond the policy: B23.
    """
    first = max(period_start(allowance.every, day), restriction.earliest_first_day)
    counted = [
        contact
        for contact in contacts
        if contact.channel in allowance.channels
        and contact.day >= first
        and restriction.is_told_on(contact.day)
    ]
    if any(contact.day == restriction.customer_notified_on for contact in counted):
        counted = [contact for contact in counted if contact.moment >= restriction.told_at]
    return AllowanceUsage(len(counted), sum(contact.minutes for contact in counted))


def remaining_lines(
    customer: Customer, restrictions: Collection[Restriction], closed: Collection[str] = ()
) -> list[CardLine]:
    """Return what is left to a customer now of what these restrictions allow by channels that are not closed.

    It stands before anything else on the card where that is nothing.
    """
    contacts = counted_contacts(customer, restrictions, timezone.now())
    return [
        remaining_line(allowance, allowance_usage(restriction, allowance, contacts, today()), still_open)
        for restriction in restrictions
        if (allowance := restriction.kind_rules.allowance(restriction))
        and (still_open := [channel for channel in allowance.channels if channel not in closed])
    ]


def remaining_line(allowance: Allowance, usage: AllowanceUsage, still_open: Collection[str]) -> CardLine:
    amounts = [(allowance.contacts, usage.contacts, "contact"), (allowance.minutes, usage.minutes, "minute")]
    rest = [(most, max(most - used, 0), unit) for most, used, unit in amounts if most is not None]
    period, channels = CURRENT_PERIODS[allowance.every], channels_in_words(still_open)
    if all(remaining for _, remaining, _ in rest):
        amount = join_words(f"{remaining} of {count_with_noun(most, unit)}" for most, remaining, unit in rest)
        return CardLine(CardSection.DO, f"Left {period} {channels}: {amount}.")
    next_start = uk_date(following_period_start(allowance.every, today()))
    used_up = join_words(count_with_noun(most, unit) for most, remaining, unit in rest if not remaining)
    return CardLine(
        CardSection.STOP,
        f"Nothing is left {period} {channels} of {used_up}. It begins again on {next_start}. What is always open to them never counts.",
    )
