"""The contact plan: how a customer can reach us, from all that is in force together. Beyond the policy: B29."""

from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from cha_engagement.core.read_once import read_once
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.statements import kept_records
from cha_engagement.customers.contact_plan import ContactPlan, PlannedChannel, unreachable_channels
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import Organisation

from .enums import STANDING, Begins, RestrictionStatus
from .kinds.withhold_staff_details import WithholdStaffDetails
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

    `adding` are restrictions that count whatever their days, such as one that is about to be imposed; those in `without` do not.
    """
    in_force = restrictions_applying(customer, on or today())
    counting = [*(restriction for restriction in in_force if restriction not in adding), *adding]
    plan = combine_into_plan([restriction for restriction in counting if restriction not in without])
    channels = {
        channel: replace(planned, is_unusable=channel in customer.cannot_use)
        for channel, planned in plan.channels.items()
    }
    return replace(plan, channels=channels)


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """A customer's plan before a step and after it.

    Each channel that a page shows stands in one list, as it is afterwards: `changed` are those that are neither more nor less limited,
    such as through another person.
    """

    before: ContactPlan
    after: ContactPlan

    @property
    def less(self) -> list[PlannedChannel]:
        """Return the channels that are more limited afterwards, or so that nobody can tell."""
        return [after for before, after in self.shown_pairs if not is_at_most_as_limited(before, after)]

    @property
    def more(self) -> list[PlannedChannel]:
        """Return the channels that are less limited afterwards, where they lead somewhere."""
        return [
            after
            for before, after in self.shown_pairs
            if is_at_most_as_limited(before, after)
            and not is_at_most_as_limited(after, before)
            and not after.leads_nowhere
        ]

    @property
    def same(self) -> list[PlannedChannel]:
        return [after for before, after in self.equal_pairs if {*before.words} == {*after.words}]

    @property
    def changed(self) -> list[PlannedChannel]:
        return [after for before, after in self.equal_pairs if {*before.words} != {*after.words}]

    @property
    def equal_pairs(self) -> list[tuple[PlannedChannel, PlannedChannel]]:
        return [
            (before, after)
            for before, after in self.shown_pairs
            if is_at_most_as_limited(before, after) and is_at_most_as_limited(after, before)
        ]

    @property
    def shown_pairs(self) -> list[tuple[PlannedChannel, PlannedChannel]]:
        shown = {planned.channel for plan in (self.before, self.after) for planned in plan.shown_channels}
        return [
            (before, self.after.channels[before.channel]) for before in self.before if before.channel in shown
        ]

    @property
    def new_measures(self) -> list[AnyRestriction]:
        """Return what is new and is shown by no channel."""
        return sources_apart_from_channels(self.after, self.before)

    @property
    def ended_measures(self) -> list[AnyRestriction]:
        return sources_apart_from_channels(self.before, self.after)


def is_at_most_as_limited(before: PlannedChannel, after: PlannedChannel) -> bool:
    """Return whether afterwards a channel is closed for no longer, limited no further, and through somebody only where it was before."""
    if after.closed_by and (after.closed_until or date.max) > (before.closed_until or date.max):
        return False
    return is_limited_no_further(before, after)


def is_limited_no_further(before: PlannedChannel, after: PlannedChannel) -> bool:
    """Return whether afterwards a channel is closed, limited and through somebody only where it was before, for however long."""
    if before.closed_by:
        return True
    if after.closed_by:
        return False
    limits_no_further = all(
        any(is_limit_no_stricter(limit, new_limit) for limit in before.limited_by)
        for new_limit in after.limited_by
    )
    return limits_no_further and bool(before.led_by) >= bool(after.led_by)


def is_limit_no_stricter(before: tuple[Any, str], after: tuple[Any, str]) -> bool:
    """Return whether a limit is the same as another, or one that its kind compares and finds no stricter."""
    (source, words), (new_source, new_words) = before, after
    if words == new_words:
        return True
    kind = new_source.kind_rules
    return (
        kind.compares_limits
        and source.kind == new_source.kind
        and not kind.check_not_more_restrictive(source, new_source)
    )


def sources_apart_from_channels(plan: ContactPlan, other: ContactPlan) -> list[AnyRestriction]:
    """Return what one plan comes from, another does not, and no channel shows: what changes no contact, or leads to somebody else."""
    return [
        source
        for source in plan.sources
        if source not in other.sources and (source.additional_route or not source.changes_contact)
    ]


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step about to be taken: it adds restrictions and interim measures to those of a customer, and takes some away.

    `lacking` is what has to be filled in before it can be said. `confirmed_with` is with whom their needs are confirmed by what is
    answered with it; empty where nothing is.
    """

    adding: tuple[AnyRestriction, ...] = ()
    without: tuple[AnyRestriction, ...] = ()
    lacking: tuple[Refusal, ...] = ()
    confirmed_with: str = ""

    def __bool__(self) -> bool:
        return bool(self.adding or self.without)

    @property
    def begins_on(self) -> date:
        """Return the day on which all of it can count: today, or the first day of what begins later."""
        return max(
            [today(), *(restriction.earliest_first_day for restriction in (*self.adding, *self.without))]
        )


def plan_changes(customer: Customer, step: PlannedStep) -> PlanChanges:
    """Return how a customer can reach us without a step and with it, on the day from which it counts.

    What waits for them to be told counts in both: it begins by then, if they are told.
    """
    day = step.begins_on
    waiting = [*waiting_restrictions(customer, day)]
    adding = [restriction for restriction in step.adding if applies_on(restriction, day)]
    return PlanChanges(
        contact_plan(customer, day, adding=waiting),
        contact_plan(customer, day, adding=[*waiting, *adding], without=step.without),
    )


def changes_at_end(ending: AnyRestriction) -> PlanChanges | None:
    """Return how a customer can reach us on the last day of something and on the day after; None where no last day is known.

    What waits for them to be told counts on both days. What ends on the same day does not count after it either.
    """
    last_day = ending.earliest_last_day if isinstance(ending, Restriction) else ending.ends_on
    if last_day is None:
        return None
    return changes_after(ending.customer, last_day, ending=[ending])


def changes_after(
    customer: Customer, last_day: date, *, ending: Collection[AnyRestriction] = ()
) -> PlanChanges:
    """Return how a customer can reach us on a day and on the day after, with what waits for them to be told on both.

    `ending` counts on that day, whatever its days, and not after it.
    """
    day_after = last_day + timedelta(days=1)
    waiting = [other for other in waiting_restrictions(customer, day_after) if other not in ending]
    return PlanChanges(
        contact_plan(customer, last_day, adding=[*waiting, *ending]),
        contact_plan(customer, day_after, adding=waiting, without=ending),
    )


@read_once
def waiting_restrictions(customer: Customer, day: date) -> list[Restriction]:
    """Return what is imposed and begins once the customer has been told, which may be by this day. Beyond the policy: B23."""
    return [
        restriction
        for restriction in kept_records(Restriction, imposed_until_told, customer.pk)
        if restriction.is_waiting_to_begin and applies_on(restriction, day)
    ]


def imposed_until_told(customer: int) -> QuerySet[Restriction]:
    imposed = Restriction.objects.filter(
        customer=customer, status=RestrictionStatus.IMPOSED, begins=Begins.WHEN_TOLD
    )
    return imposed.select_related("customer", "named_contact", "deputy").order_by("pk")


def applies_on(restriction: AnyRestriction, day: date) -> bool:
    """Return whether a restriction applies on a day or, where it begins once its customer is told, may apply."""
    return restriction.earliest_first_day <= day and (
        restriction.ends_on is None or day <= restriction.ends_on
    )


def combine_into_plan(restrictions: Iterable[AnyRestriction]) -> ContactPlan:
    """Return what these restrictions make of all channels together."""
    restrictions = tuple(restrictions)
    imposed = [restriction for restriction in restrictions if isinstance(restriction, Restriction)]
    is_named = all(restriction.kind != WithholdStaffDetails.code for restriction in imposed)
    leading = tuple(
        (restriction, words)
        for restriction in imposed
        if (words := restriction.kind_rules.person_to_ask_for(restriction, is_named=is_named))
    )
    limiting = [(restriction, restriction.channel_limits) for restriction in restrictions]
    routes = filter(None, (restriction.additional_route for restriction in restrictions))
    return ContactPlan(
        {
            channel: PlannedChannel(
                channel,
                closed_by=tuple(
                    restriction for restriction in restrictions if channel in restriction.closed_channels
                ),
                limited_by=tuple(
                    (restriction, limits[channel]) for restriction, limits in limiting if limits.get(channel)
                ),
                led_by=leading,
            )
            for channel in Channel
        },
        restrictions,
        tuple(dict.fromkeys(routes)),
    )


def term_rows(restriction: Restriction, plan: ContactPlan) -> list[tuple[str, str]]:
    """Return the terms of a restriction in full, as a page shows them: of what it leaves open, what is by the plan. Beyond the policy: B29."""
    shown = copy(restriction)
    if restriction.terms.get("open"):
        closed = unreachable_channels(Organisation.current())
        if restriction.status in STANDING:
            closed |= plan.channels_closed_without(restriction)
        shown.terms = restriction.terms | {
            "open": [code for code in restriction.terms["open"] if code not in closed]
        }
    return restriction.kind_rules.term_rows(shown)


def restrictions_applying(customer: Customer, day: date) -> list[AnyRestriction]:
    """Return what restricts a customer on a day: what is suspended meanwhile does not.

    What restricts them by another record, such as a pause that a later app keeps, joins here with what a plan asks of an interim
    measure: its days, the channels it closes, and words for what limits or leads them.
    """
    restrictions, measures = read_applying(customer.pk, day)
    own = [*map(copy, restrictions)]
    for restriction in own:
        restriction.customer = customer
    return [*own, *measures]


@read_once
def read_applying(customer: int, day: date) -> tuple[list[Restriction], list[InterimMeasure]]:
    restrictions = kept_records(Restriction, restrictions_in_force, customer, day)
    return restrictions, kept_records(InterimMeasure, interim_measures_in_force, customer, day)


def restrictions_in_force(customer: int, day: date) -> QuerySet[Restriction]:
    in_force = Restriction.objects.in_force(day).filter(customer=customer)
    return in_force.select_related("named_contact", "deputy").order_by("imposed_at", "pk")


def interim_measures_in_force(customer: int, day: date) -> QuerySet[InterimMeasure]:
    return InterimMeasure.objects.in_force(day).filter(customer=customer).order_by("pk")


def also_closing(
    restriction: Restriction, others: Iterable[AnyRestriction]
) -> dict[AnyRestriction, set[Channel]]:
    """Return which of these close channels that a restriction closes, and which: they stay closed when it ends or is eased."""
    closed = restriction.closed_channels
    return {
        other: both for other in others if other != restriction and (both := other.closed_channels & closed)
    }


@read_once
def standing_restrictions(customer: Customer) -> list[AnyRestriction]:
    """Return all that limits how a customer engages with us, or will.

    What is suspended counts: it applies again when its appeal ends, whatever was imposed meanwhile.
    """
    return [
        *kept_records(Restriction, restrictions_that_stand, customer.pk),
        *kept_records(InterimMeasure, interim_measures_in_force, customer.pk, today()),
    ]


def restrictions_that_stand(customer: int) -> QuerySet[Restriction]:
    return Restriction.objects.filter(customer=customer, status__in=STANDING).select_related("customer")
