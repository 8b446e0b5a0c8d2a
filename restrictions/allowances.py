"""How much of their allowances customers have used up, and what is left. Policy §21.5, 49, 50.

Only contacts that count do, from the first day of a restriction on: what came before it is not held against anybody.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from cha_engagement.core.hub import CardLine
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import start_of_day, today
from incidents.contacts.charts import count_with_noun
from incidents.contacts.models import Contact
from restrictions.kinds.channels import channels_in_words, join_words
from restrictions.kinds.volume import next_period_start, period_start

from .kinds.kind import Allowance
from .models import Restriction

CURRENT_PERIODS = {"day": "today", "week": "this week", "month": "this month"}


class CountedContact(NamedTuple):
    """A contact that counts, on its day here."""

    day: date
    channel: str
    minutes: int


class AllowanceUsage(NamedTuple):
    """How much of an allowance is used up."""

    contacts: int
    minutes: int


def counted_contacts(
    customer: Customer, restrictions: Iterable[Restriction], until: datetime
) -> list[CountedContact]:
    """What counts towards their allowances at a moment, whatever their number: one query, none where nothing is counted."""
    day = timezone.localdate(until)
    periods = [
        period_start(allowed.every, day) for one in restrictions if (allowed := one.kind_rules.allowance(one))
    ]
    if not periods:
        return []
    found = Contact.objects.counting().filter(
        customer=customer, occurred_at__gte=start_of_day(min(periods)), occurred_at__lte=until
    )
    return [
        CountedContact(timezone.localdate(moment), channel, minutes)
        for moment, channel, minutes in found.values_list("occurred_at", "channel", "minutes")
    ]


def allowance_usage(
    restriction: Restriction, allowed: Allowance, contacts: Iterable[CountedContact], day: date
) -> AllowanceUsage:
    """What of an allowance these use up in the day, week or month in which a day lies."""
    first = max(period_start(allowed.every, day), restriction.starts_on)
    theirs = [one.minutes for one in contacts if one.channel in allowed.channels and one.day >= first]
    return AllowanceUsage(len(theirs), sum(theirs))


def remaining_lines(
    customer: Customer, standing: Collection[Restriction], closed: Collection[str] = ()
) -> list[CardLine]:
    """What is left to a customer now of what these restrictions allow by channels that are not closed; before anything else where that is nothing."""
    contacts = counted_contacts(customer, standing, timezone.now())
    return [
        remaining_line(allowed, allowance_usage(one, allowed, contacts, today()), still_open)
        for one in standing
        if (allowed := one.kind_rules.allowance(one))
        and (still_open := [way for way in allowed.channels if way not in closed])
    ]


def remaining_line(allowed: Allowance, gone: AllowanceUsage, still_open: Collection[str]) -> CardLine:
    amounts = [(allowed.contacts, gone.contacts, "contact"), (allowed.minutes, gone.minutes, "minute")]
    rest = [(most, max(most - spent, 0), name) for most, spent, name in amounts if most is not None]
    by = channels_in_words(still_open)
    if all(remaining for _, remaining, _ in rest):
        said = join_words(f"{remaining} of {count_with_noun(most, name)}" for most, remaining, name in rest)
        return CardLine("do", f"Left {CURRENT_PERIODS[allowed.every]} {by}: {said}.")
    again = uk_date(next_period_start(allowed.every, today()))
    spent = join_words(count_with_noun(most, name) for most, remaining, name in rest if not remaining)
    return CardLine(
        "stop",
        f"Nothing is left {CURRENT_PERIODS[allowed.every]} {by} of {spent}. It begins again on {again}. What is always open to them never counts.",
    )
