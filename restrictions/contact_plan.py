"""What a customer can do to reach us, from all that is in force together. Beyond the policy: B29."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q

from cha_engagement.customers.contact_plan import ContactPlan, PlannedChannel
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import today

from .enums import STANDING
from .models import InterimMeasure, Restriction

AnyRestriction = Restriction | InterimMeasure


def contact_plan(
    customer: Customer,
    on: date | None = None,
    *,
    adding: Collection[AnyRestriction] = (),
    without: Collection[AnyRestriction] = (),
) -> ContactPlan:
    """Return how a customer can reach us on a day, today where none is given.

    `adding` are measures that count whatever their days, such as one that is about to be imposed; those in `without` do not.
    """
    applying = [one for one in restrictions_applying(customer, on or today()) if one not in adding]
    return combine_into_plan([one for one in [*applying, *adding] if one not in without])


def combine_into_plan(measures: Iterable[AnyRestriction]) -> ContactPlan:
    """Return what these measures make of all channels together."""
    measures = tuple(measures)
    leading = tuple((one, words) for one in measures if (words := one.person_to_ask_for))
    return ContactPlan(
        {channel: plan_channel(channel, measures, leading) for channel in Channel},
        measures,
        tuple(dict.fromkeys(filter(None, (one.additional_route for one in measures)))),
    )


def plan_channel(
    channel: Channel, measures: Iterable[AnyRestriction], leading: tuple[tuple[AnyRestriction, str], ...]
) -> PlannedChannel:
    return PlannedChannel(
        channel,
        tuple(one for one in measures if channel in one.closed_channels),
        tuple((one, words) for one in measures if (words := one.channel_limits.get(channel, ""))),
        leading,
    )


def restrictions_applying(customer: Customer, day: date) -> list[AnyRestriction]:
    """Return what restricts a customer on a day: what is suspended meanwhile does not."""
    days = Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gte=day))
    restrictions = Restriction.objects.filter(days, customer=customer, status="imposed")
    interim = InterimMeasure.objects.filter(days, customer=customer, status="in_force")
    return [
        *restrictions.select_related("customer", "named_contact", "deputy").order_by("imposed_at", "pk"),
        *interim.order_by("pk"),
    ]


def also_closing(
    restriction: Restriction, measures: Iterable[AnyRestriction]
) -> dict[AnyRestriction, set[Channel]]:
    """Return which of these close channels that a restriction closes, and which: they stay closed when it ends or is eased."""
    closed = restriction.closed_channels
    return {one: both for one in measures if one != restriction and (both := one.closed_channels & closed)}


def standing_restrictions(customer: Customer) -> list[AnyRestriction]:
    """All that limits how a customer engages with us, or will.

    What is suspended counts: it applies again when its appeal ends, whatever was imposed meanwhile.
    """
    restrictions = Restriction.objects.filter(customer=customer, status__in=STANDING)
    interim = InterimMeasure.objects.in_force().filter(customer=customer)
    return [*restrictions.select_related("customer"), *interim]
