"""Restrictions, as whoever reviews them or hears appeals against them looks at them."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.timezone import localdate

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.staff.models import StaffMember
from restrictions.contact_plan import AnyRestriction, also_closing
from restrictions.enums import STANDING, RestrictionStatus
from restrictions.interfaces import News
from restrictions.kinds.channels import channel_labels, ordered_channels
from restrictions.models import Restriction

from ..enums import ReviewOutcome, ReviewStatus
from ..models import AppealedRestriction, Review


def standing_restrictions() -> QuerySet[Restriction]:
    """Return the restrictions that are in force, suspended, or imposed for a day to come, as a form lists them."""
    restrictions = Restriction.objects.filter(status__in=STANDING)
    return restrictions.select_related("named_contact", "deputy").order_by(
        F("starts_on").asc(nulls_last=True), "pk"
    )


def restrictions_known_to(user: StaffMember, customer: Customer) -> QuerySet[Restriction]:
    """Return what somebody logs an appeal against: what they read of a customer, and what the card or a letter has told.

    What is imposed for a day to come, and not told of yet, nobody appeals against. Policy §65.
    """
    on_card = Restriction.objects.in_force().filter(customer=customer).values("pk")
    readable = Restriction.objects.visible_to(user).filter(customer=customer).values("pk")
    return standing_restrictions().filter(
        Q(pk__in=on_card) | Q(pk__in=readable) | Q(customer_notified_on__isnull=False), customer=customer
    )


def version_chains(restrictions: Iterable[Restriction]) -> dict[int, list[int]]:
    """Return, by the key of each restriction, its own key and those of the versions that it came from, in one query at most."""
    restrictions = list(restrictions)
    customers = {restriction.customer_id for restriction in restrictions if restriction.supersedes_id}
    predecessors: dict[int, Any] = {}
    if customers:
        later = Restriction.objects.filter(customer__in=customers, supersedes__isnull=False)
        predecessors = dict(later.values_list("pk", "supersedes"))
    chains: dict[int, list[int]] = {}
    for restriction in restrictions:
        chain = chains[restriction.pk] = [restriction.pk]
        while chain[-1] in predecessors:
            chain.append(predecessors[chain[-1]])
    return chains


def held_reviews(restriction: Any) -> QuerySet[Review]:
    """Return the reviews of a restriction, given as a record or an expression, that were held."""
    return Review.objects.filter(restriction=restriction, status=ReviewStatus.HELD)


def latest_next_review(restriction: Restriction) -> date | None:
    """Return the last day on which a panel may have it looked at next: when it is due anyway; None where it has no review.

    Where that day has come, the hearing counts as looking at it, and the next interval begins.
    """
    scheduled = (
        review.due_on for review in restriction.reviews.all() if review.status == ReviewStatus.SCHEDULED
    )
    due_on = next(scheduled, None)
    if due_on is None:
        return None
    return due_on if due_on > today() else add_months(today(), restriction.review_months or 1)


def restriction_line(restriction: Restriction) -> str:
    """Return a restriction in a line, in words that anybody who deals with the customer may read."""
    since = (
        f"since {uk_date(restriction.starts_on)}" if restriction.starts_on else "not begun: they are not told"
    )
    return f"{restriction.title}, {since} ({restriction})"


def channels_kept_closed(restriction: Restriction, measures: Collection[AnyRestriction]) -> str:
    """Say to staff what others of these measures keep closed, whatever is decided on a restriction. Beyond the policy: B29."""
    if restriction.status not in STANDING:
        return ""
    return " ".join(
        f"{measure.title} ({measure}) closes this too, and keeps it closed whatever you decide here: {channel_labels(ordered_channels(channels))}."
        for measure, channels in also_closing(restriction, measures).items()
    )


def appealed_channels_kept_closed(
    all_appealed: Iterable[AppealedRestriction], measures: Collection[AnyRestriction]
) -> Iterator[str]:
    """Say to staff, by each restriction under appeal, what others of these measures keep closed whatever is decided on it. Beyond the policy: B29."""
    for appealed in all_appealed:
        restriction = appealed.restriction
        if text := channels_kept_closed(restriction, measures):
            yield f"{restriction.title} ({restriction}): {text}"


def channels_still_closed(decided: Review | AppealedRestriction, measures: Collection[AnyRestriction]) -> str:
    """Say to staff which channels a review or a panel opened, and what had closed them too and still does. Beyond the policy: B29.

    Empty where it opened none, and once the version that it led to is not what is in force.
    """
    restriction, version = decided.restriction, decided.new_version
    is_in_force = version.status == RestrictionStatus.IMPOSED if version else decided.has_ended_restriction
    if not is_in_force or decided.decided_at is None:
        return ""
    opened = restriction.closed_channels - (version.closed_channels if version else set())
    closing = {
        measure: channels
        for measure in measures
        if measure not in (restriction, version) and (channels := measure.closed_channels & opened)
    }
    there = measures_at(closing, decided.decided_at)
    return " ".join(
        f"Stays closed by {measure.title} ({measure}): {channel_labels(ordered_channels(channels))}."
        for measure, channels in closing.items()
        if measure in there
    )


def measures_at(measures: Collection[AnyRestriction], moment: datetime) -> set[AnyRestriction]:
    """Return which of these measures were there at a moment, or the first version that each came from. Two queries at most."""
    chains = version_chains(measure for measure in measures if isinstance(measure, Restriction))
    first_versions = [chain[-1] for chain in chains.values()]
    imposed = Restriction.objects.filter(pk__in=first_versions, imposed_at__lte=moment)
    imposed_keys = set(imposed.values_list("pk", flat=True)) if first_versions else set()
    return {
        measure
        for measure in measures
        if (
            chains[measure.pk][-1] in imposed_keys
            if isinstance(measure, Restriction)
            else measure.starts_on <= localdate(moment)
        )
    }


def told_in_review_or_verdict(news: News) -> Q:
    """Return of which restrictions the letter about a review, or about a panel's verdict, tells some news."""
    if news == News.NEW_VERSION:
        return Q(supersedes__reviews__outcome=ReviewOutcome.VARY) | Q(eased_by__isnull=False)
    return Q(reviews__outcome=ReviewOutcome.LIFT)
