"""Channels: every customer is left one that they can use. Policy §9; beyond the policy: B2, B29."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from cha_engagement.core.reasons import has_words
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.contact_plan import unreachable_channels
from cha_engagement.customers.enums import INBOUND_CHANNELS, Channel, ConfirmedWith
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import doubtful_channels
from cha_engagement.organisation.calendar import start_of_day
from cha_engagement.organisation.models import Organisation
from restrictions.contact_plan import (
    AnyRestriction,
    PlannedStep,
    applies_on,
    combine_into_plan,
    standing_restrictions,
)
from restrictions.enums import InterimStatus, RestrictionStatus
from restrictions.kinds.channels import channel_labels, channels_closed_by, ordered_channels
from restrictions.kinds.volume import is_way_in
from restrictions.models import InterimMeasure, Restriction

from .repetition import check_adds_something


def check_open_channel(restriction: AnyRestriction, customer: Customer) -> list[Refusal]:
    """Refuse a restriction that, with the customer's others, would leave no channel that they can use. Beyond the policy: B2."""
    others = [other for other in standing_restrictions(customer) if other != restriction]
    return check_open_channel_with(restriction, others, {Channel(code) for code in customer.cannot_use})


def check_ways_in(restriction: Restriction, before: Restriction | None = None) -> list[Refusal]:
    """Return the first reason why its customer could not reach us with a restriction, with its other ones. Policy §9; beyond the policy: B2, B29.

    A new version only eases, so needs that were recorded since do not hold it up, unless it closes one channel for another.
    """
    customer = restriction.customer
    is_swap = bool(restriction.customer_request)
    return (
        check_open_channel(restriction, customer)
        or check_needs_confirmed(restriction, customer)
        or (check_needs(restriction, customer) if before is None or is_swap else [])
        or (check_channels_left_open(restriction, customer, ()) if is_swap else [])
    )


def check_ways_in_again(restriction: AnyRestriction, customer: Customer) -> list[Refusal]:
    """Return why its customer could not reach us once something applies again, or longer: what they need may have changed since. B2.

    How they use what it leaves was asked when it was written.
    """
    no_channel = (
        check_open_channel(restriction, customer)
        if restriction.closed_channels or restriction.channel_limits
        else []
    )
    return no_channel or check_needs_confirmed(restriction, customer)


def check_step(step: PlannedStep, customer: Customer) -> list[Refusal]:
    """Return how a step, as far as it is filled in, would leave a customer no channel that they can use. Beyond the policy: B2, B29."""
    changing = [*step.adding, *step.without]
    staying = [other for other in standing_restrictions(customer) if other not in changing]
    unusable = {Channel(code) for code in customer.cannot_use}
    refusals = []
    for added in step.adding:
        others = [*staying, *(other for other in step.adding if other is not added)]
        refusals += check_open_channel_with(added, others, unusable)
        refusals += check_needs_confirmed_with(added, others, customer, step.confirmed_with)
    # A new version only eases unless its customer asked for it, and what stands already is not asked about again.
    new = [
        added
        for added in step.adding
        if added.pk is None and (not step.without or getattr(added, "customer_request", ""))
    ]
    refusals += [refusal for added in new for refusal in check_needs(added, customer)]
    refusals += [
        refusal
        for added in new
        if isinstance(added, Restriction) and not added.supersedes_id
        for refusal in check_adds_something(added, staying)
    ]
    return list(dict.fromkeys(refusals))


def check_open_channel_with(
    restriction: AnyRestriction,
    others: Iterable[AnyRestriction],
    unusable: set[Channel],
    unreachable: set[Channel] | None = None,
) -> list[Refusal]:
    """Refuse it with those others for somebody who cannot use these channels. Each counts on the days that it applies.

    `unreachable` are the channels that lead nowhere, where whoever asks of many has read the association's details.
    """
    restrictions = [restriction, *others]
    unreachable = unreachable_channels(Organisation.current()) if unreachable is None else unreachable
    for day in days_to_check(restriction, restrictions):
        applying = [other for other in restrictions if applies_on(other, day)]
        if refusals := check_way_in(applying, unusable, unreachable) or check_combination(
            restriction, applying
        ):
            return refusals
    return []


def check_way_in(
    applying: Collection[AnyRestriction], unusable: set[Channel], unreachable: set[Channel]
) -> list[Refusal]:
    """Refuse restrictions that apply together and leave no channel that counts, and say of each why it does not. Beyond the policy: B2."""
    # Who agreed to be reached through somebody alone is; what else applies must leave a channel for when that ends.
    closed = channels_closed_by(other for other in applying if not other.is_only_route)
    why_not = {
        "Closed": closed,
        "Limited too far to rely on": scarce_channels(applying) - closed,
        "They cannot use": unusable,
        "We keep no number or address for": unreachable - closed - unusable,
    }
    if not set(INBOUND_CHANNELS) <= set().union(*why_not.values()):
        return []
    reasons = {
        reason: channel_labels(channel for channel in INBOUND_CHANNELS if channel in channels)
        for reason, channels in why_not.items()
    }
    sentences = " ".join(f"{reason}: {labels}." for reason, labels in reasons.items() if labels)
    return [
        Refusal(
            f"Together with what is in force this would leave no way to reach us. {sentences} Leave one open.",
            "B2",
        )
    ]


def scarce_channels(restrictions: Iterable[AnyRestriction]) -> set[Channel]:
    """Return the channels that these limit so far that they are no way in: no time at which somebody answers, or no more than the floor. B2."""
    limiting = [restriction for restriction in restrictions if isinstance(restriction, Restriction)]
    return {channel for channel in INBOUND_CHANNELS if not is_way_in(channel, limiting)}


def check_combination(restriction: AnyRestriction, applying: Iterable[AnyRestriction]) -> list[Refusal]:
    """Refuse limits that leave too little together with those of others that apply. An interim measure closes channels, and limits nothing else.

    Beyond the policy: B2.
    """
    if isinstance(restriction, InterimMeasure):
        return []
    others = [other for other in applying if isinstance(other, Restriction) and other is not restriction]
    return restriction.kind_rules.check_combination(restriction, others)


def days_to_check(restriction: AnyRestriction, restrictions: Iterable[AnyRestriction]) -> set[date]:
    """Return the days of a restriction on which some of these begin: the most apply together on one of them."""
    first_days = {other.earliest_first_day for other in restrictions}
    return {restriction.earliest_first_day} | {day for day in first_days if applies_on(restriction, day)}


def customers_at_risk(restrictions: QuerySet[Any]) -> QuerySet[Any]:
    """Return the customers of some restrictions who may be left no channel, each with what is `imposed` on them, and what as `interim`. B2.

    No restriction is imposed that would do so: it comes about when the channels that somebody can use become fewer, their email addresses
    that nobody blocks, the hours in which somebody answers, or the association's numbers and addresses.
    """
    imposed = Restriction.objects.filter(status=RestrictionStatus.IMPOSED)
    interim = InterimMeasure.objects.filter(status=InterimStatus.IN_FORCE)
    email_blocked = imposed.filter(kind="block_email").values("customer")
    timed = imposed.filter(kind="volume").values("customer")
    restricted = Customer.objects.filter(pk__in=restrictions.values("customer"))
    at_risk = ~Q(cannot_use=[]) | Q(pk__in=email_blocked) | Q(pk__in=timed)
    if not unreachable_channels(Organisation.current()):
        restricted = restricted.filter(at_risk)
    return restricted.prefetch_related(
        Prefetch("restrictions", imposed, to_attr="imposed"),
        Prefetch("interim_measures", interim, to_attr="interim"),
    )


def measures_leaving_no_channel(
    customer: Any,
) -> Iterator[tuple[datetime | None, datetime | None, AnyRestriction]]:
    """Yield what closes or limits a channel to a customer at risk while they are left none that they can use, with the moments between which that is so.

    An interim measure counts up to its last day.
    """
    first_days = [None, *sorted({interim.ends_on + timedelta(days=1) for interim in customer.interim})]
    for first_day, next_day in pairwise([*first_days, None]):
        interim = [measure for measure in customer.interim if not first_day or measure.ends_on >= first_day]
        applying = [*customer.imposed, *interim]
        if has_no_channel(customer, applying):
            for restriction in applying:
                if restriction.closed_channels or restriction.channel_limits:
                    yield (
                        first_day and start_of_day(first_day),
                        next_day and start_of_day(next_day),
                        restriction,
                    )


def has_no_channel(customer: Customer, applying: list[AnyRestriction]) -> bool:
    unusable = {Channel(code) for code in customer.cannot_use}
    unreachable = unreachable_channels(Organisation.current())
    return any(
        check_open_channel_with(restriction, applying, unusable, unreachable) for restriction in applying
    )


def check_needs_confirmed(
    restriction: AnyRestriction, customer: Customer, confirmed_with: str = ""
) -> list[Refusal]:
    """Keep post and one more channel open to somebody with whom it is not confirmed what they can use. Policy §9; beyond the policy: B2.

    So it is asked of each restriction that closes a channel by which they reach us, of a new version too, and where all contact goes
    through somebody alone: whoever was not asked has not agreed. `confirmed_with` is what is answered with it; without, the customer's
    record says it.
    """
    others = [other for other in standing_restrictions(customer) if other != restriction]
    return check_needs_confirmed_with(restriction, others, customer, confirmed_with)


def check_needs_confirmed_with(
    restriction: AnyRestriction, others: Iterable[AnyRestriction], customer: Customer, confirmed_with: str
) -> list[Refusal]:
    """Return what `check_needs_confirmed` refuses of a restriction with those others."""
    answer = confirmed_with or customer.needs_confirmed_with
    is_confirmed = answer in (ConfirmedWith.CUSTOMER, ConfirmedWith.REPRESENTATIVE)
    if is_confirmed or not restriction.closed_channels.intersection(INBOUND_CHANNELS):
        return []
    restrictions = [restriction, *others]
    unusable = {*customer.cannot_use, *doubtful_channels(customer), Channel.LETTER}
    unusable |= unreachable_channels(Organisation.current())
    for day in days_to_check(restriction, restrictions):
        applying = [other for other in restrictions if applies_on(other, day)]
        closed = channels_closed_by(applying)
        if Channel.LETTER in closed or set(INBOUND_CHANNELS) <= closed | unusable | scarce_channels(applying):
            closed_labels = channel_labels(channel for channel in INBOUND_CHANNELS if channel in closed)
            return [
                Refusal(
                    "It is not confirmed with them what they need, so post and one more way that they can use stay open. This would close, "
                    f"with what is in force: {closed_labels}. Leave these two open, or ask them and write it on their page.",
                    "B2",
                    "closed",
                )
            ]
    return []


def check_needs(restriction: AnyRestriction, customer: Customer) -> list[Refusal]:
    """Ask how a customer will use what is left, where what is recorded of their needs puts all of it in doubt. Policy §9; B2."""
    doubtful = doubtful_channels(customer)
    if not (doubtful and restriction.closed_channels) or has_words(restriction.open_channels_reason):
        return []
    plan = combine_into_plan([restriction, *measures_on_first_day(restriction, customer)])
    useless = {*customer.cannot_use, *unreachable_channels(Organisation.current())}
    useless |= scarce_channels(plan.sources)
    usable = [channel for channel in plan.open_channels if channel not in useless]
    if plan.routes or not usable or not set(usable) <= set(doubtful):
        return []
    needs = ", ".join(dict.fromkeys(f"“{doubtful[channel]}”" for channel in usable))
    return [
        Refusal(
            f"What is recorded of their needs says {needs}, and this leaves them: {channel_labels(usable)}. Leave another way open, or say "
            "how they will use what is left.",
            "B2",
            "open_channels_reason",
        )
    ]


def measures_on_first_day(restriction: AnyRestriction, customer: Customer) -> list[AnyRestriction]:
    """Return what else stands on the first day of a restriction: what begins later or has ended by then closes nothing beside it."""
    return [
        other
        for other in standing_restrictions(customer)
        if other != restriction and applies_on(other, restriction.earliest_first_day)
    ]


def check_channels_left_open(
    restriction: Restriction, customer: Customer, confirmed: Collection[str]
) -> list[Refusal]:
    """Show whoever imposes a restriction which channels it closes that others left open in their words. Beyond the policy: B29.

    `confirmed` are those that they know of and mean to close.
    """
    others = measures_on_first_day(restriction, customer)
    left_open = {
        code
        for other in standing_restrictions(customer)
        if other != restriction and isinstance(other, Restriction)
        for code in other.terms.get("open", [])
    }
    closing = ordered_channels((left_open & restriction.closed_channels) - channels_closed_by(others))
    if not set(closing) - set(confirmed):
        return []
    plan = combine_into_plan([restriction, *others])
    still_open = channel_labels(plan.named_channels or plan.open_channels) or "none"
    return [
        Refusal(
            f"This closes what another restriction left open: {channel_labels(closing)}. With both, they can reach us by: {still_open}.",
            "B29",
            "closing",
        )
    ]
