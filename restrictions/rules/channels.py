"""Channels: every customer is left one that they can use. Policy §9; beyond the policy: B2, B29."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from cha_engagement.core.reasons import has_words
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import INBOUND_CHANNELS, Channel
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import doubtful_channels
from restrictions.contact_plan import AnyRestriction, combine_into_plan, standing_restrictions
from restrictions.kinds.channels import channel_labels, channels_closed_by, in_channel_order
from restrictions.models import InterimMeasure, Restriction


def restrictions_leaving_no_channel(measures: QuerySet[Any]) -> list[int]:
    """Return those of some measures in force, as ids, that close a channel to customers who are left none that they can use. B2.

    No restriction is imposed that would do so: it comes about when the channels that somebody can use become fewer, or their
    email addresses that nobody blocks.
    """
    imposed, interim = Restriction.objects.filter(status="imposed"), InterimMeasure.objects.in_force()
    blocked = imposed.filter(kind="block_email").values("customer")
    restricted = Customer.objects.filter(pk__in=measures.values("customer"))
    needing: QuerySet[Any] = restricted.filter(~Q(cannot_use=[]) | Q(pk__in=blocked)).prefetch_related(
        Prefetch("restrictions", imposed, to_attr="imposed"),
        Prefetch("interim_measures", interim, to_attr="interim"),
    )
    found: list[AnyRestriction] = []
    for customer in needing:
        together = [*customer.imposed, *customer.interim]
        if has_no_channel(customer, together):
            found += [one for one in together if one.closed_channels]
    return [one.pk for one in found if isinstance(one, measures.model)]


def has_no_channel(customer: Customer, together: list[AnyRestriction]) -> bool:
    unusable = {Channel(code) for code in customer.cannot_use}
    return any(check_open_channel_with(one, together, unusable) for one in together)


def check_open_channel(new: AnyRestriction, customer: Customer) -> Refusal | None:
    """Why this one, with the customer's others, would leave no way to us that they can use. Beyond the policy: B2."""
    others = [one for one in standing_restrictions(customer) if one != new]
    return check_open_channel_with(new, others, {Channel(code) for code in customer.cannot_use})


def check_needs(new: AnyRestriction, customer: Customer) -> Refusal | None:
    """Ask how a customer will use what is left, where what is recorded of their needs puts all of it in doubt. Policy §9; B2."""
    doubtful = doubtful_channels(customer)
    if not (doubtful and new.closed_channels) or has_words(new.open_channels_reason):
        return None
    plan = combine_into_plan([new, *(one for one in standing_restrictions(customer) if one != new)])
    left = [way for way in plan.open_channels if way not in customer.cannot_use]
    if plan.routes or not left or not set(left) <= set(doubtful):
        return None
    words = ", ".join(dict.fromkeys(f"“{doubtful[way]}”" for way in left))
    return Refusal(
        f"What is recorded of their needs says {words}, and this leaves them: {channel_labels(left)}. Leave another way open, or say how "
        "they will use what is left.",
        "B2",
        "open_channels_reason",
    )


def check_other_restrictions_promises(
    new: Restriction, customer: Customer, seen: Collection[str]
) -> Refusal | None:
    """Show whoever imposes a restriction which channels it closes that others left open in their words. Beyond the policy: B29."""
    others = [one for one in standing_restrictions(customer) if one != new]
    promised = {code for one in others if isinstance(one, Restriction) for code in one.terms.get("open", [])}
    closing = in_channel_order((promised & new.closed_channels) - channels_closed_by(others))
    if not set(closing) - set(seen):
        return None
    left = combine_into_plan([new, *others]).open_channels
    return Refusal(
        f"This closes what another restriction left open: {channel_labels(closing)}. With both, they can reach us by: {channel_labels(left) or 'none'}.",
        "B29",
        "closing",
    )


def check_open_channel_with(
    new: AnyRestriction, others: Iterable[AnyRestriction], unusable: set[Channel]
) -> Refusal | None:
    """The same, with those others and for somebody who cannot use these channels. They count on the days that they stand."""
    together = [new, *others]
    for day in days_to_check(new, together):
        at_once = [one for one in together if applies_on(one, day)]
        # Who agreed to be reached through somebody alone is; what else stands must leave a way for when that ends.
        closed = channels_closed_by(one for one in at_once if not one.is_only_route)
        if set(INBOUND_CHANNELS) <= closed | unusable:
            shut = channel_labels(way for way in INBOUND_CHANNELS if way in closed)
            cannot = (
                f" They cannot use: {channel_labels(way for way in INBOUND_CHANNELS if way in unusable)}."
                if unusable
                else ""
            )
            return Refusal(
                f"Together with what is in force this would leave no way in. Closed: {shut}.{cannot} Leave one open.",
                "B2",
            )
        if refusal := new.check_combination(one for one in at_once if one is not new):
            return refusal
    return None


def days_to_check(new: AnyRestriction, together: Iterable[AnyRestriction]) -> set[date]:
    """The days of a measure on which some others begin: the most stand together on one of these."""
    begin = {one.starts_on for one in together}
    return {new.starts_on} | {day for day in begin if applies_on(new, day)}


def applies_on(one: AnyRestriction, day: date) -> bool:
    return one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)
