"""Developments about a customer since the last decision, for the pages of a review and its pack. Policy §23; B8, B10."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import chain
from operator import attrgetter
from typing import Any, cast

from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from cha_engagement.core.statements import fill_up, kept_records, kept_rows
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from incidents.contacts.models import Contact
from incidents.contacts.queries import count_with_noun
from incidents.models import Incident
from incidents.restorative.models import RestorativeAction
from restrictions.allowances import AllowanceUsage, CountedContact, allowance_usage
from restrictions.breaches.models import Breach, BreachStatus
from restrictions.breaches.queries import describe_one_word
from restrictions.kinds.kind import Allowance
from restrictions.kinds.volume import following_period_start, period_start
from restrictions.models import ManagementDecision, Restriction

from ..models import Appeal, Review
from .restriction import held_reviews, version_chains


@dataclass(frozen=True, slots=True)
class Development:
    """One thing that happened. `record` is where it can be read: on paper, where nothing can be followed, by its reference."""

    text: str
    on: date | None = None
    record: Any = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class DevelopmentGroup:
    title: str
    developments: list[Development] = field(default_factory=list)


def previous_review(review: Review) -> Review | None:
    """Return the review of the same restriction that was held before this one."""
    values = review.restriction_id, review.pk or NO_REVIEW, review.created_at
    return next(iter(kept_records(Review, reviews_before, *values)), None)


def reviews_before(restriction: int, review: int, moment: datetime) -> QuerySet[Review]:
    earlier = held_reviews(restriction).exclude(pk=review).filter(created_at__lt=moment)
    return earlier.order_by("-held_at")[:1]


def version_keys(review: Review) -> list[int]:
    """Return the restriction of a review and all that it came from, read once for each page."""
    restriction: Any = review.restriction
    if not hasattr(restriction, "version_keys"):
        restriction.version_keys = version_chains([restriction])[restriction.pk]
    return restriction.version_keys


def founding_values(review: Review) -> tuple[int, ...]:
    return review.restriction.decision_id or NO_DECISION, *fill_up(version_keys(review))


def founding_keys(decision: int, *versions: int) -> QuerySet[Any]:
    """Return the incidents that a restriction was imposed on: by itself, by a file, or through its decision."""
    by_itself = Restriction.incidents.through.objects.filter(restriction__in=versions)
    by_file = Incident.evidence.through.objects.filter(evidence__restrictions__in=versions)
    by_decision = ManagementDecision.incidents.through.objects.filter(managementdecision=decision)
    return by_itself.values_list("incident").union(
        by_file.values_list("incident"), by_decision.values_list("incident")
    )


def developments_for_page(review: Review, user: StaffMember) -> dict[str, Any]:
    """Return everything about the customer since the review before this one or, where there is none, since the restriction was imposed, as far as this user may read it."""
    previous = previous_review(review)
    moment = cast(datetime, previous.held_at if previous else review.restriction.imposed_at)
    day = timezone.localdate(moment)
    confirmed, suggested = breaches(review, user, moment)
    contacts = contacts_made(review, user, moment)
    adjustments = [Development(adjustment.what) for adjustment in review.customer.agreed_adjustments]
    groups = [
        DevelopmentGroup("Incidents", incidents(review, user, moment)),
        DevelopmentGroup(
            "Contacts",
            [*count_by_channel(contacts), *compare_with_allowance(review.restriction, contacts, day)],
        ),
        DevelopmentGroup("Contacts against it", confirmed),
        DevelopmentGroup("Contacts that may be against it, of which nobody has said yet", suggested),
        DevelopmentGroup("Restorative work", restorative_work(review, user, moment)),
        DevelopmentGroup("Adjustments in force", adjustments),
        DevelopmentGroup("Letters issued", letters(review, previous, user, moment)),
        DevelopmentGroup("Appeals", appeals(review, user, moment)),
    ]
    empty_groups = [group for group in groups if not group.developments]
    return {"review": review, "since": day, "groups": groups, "empty_groups": empty_groups}


def developments_about(restrictions: Collection[Restriction], user: StaffMember) -> dict[str, Any]:
    """Return what has happened about restrictions under appeal since the first of them was last reviewed or imposed, for a page.

    It takes as many queries as one restriction does.
    """
    if not restrictions:
        return {}
    first: Any = min(restrictions, key=attrgetter("imposed_at", "pk"))
    first.version_keys = [*chain.from_iterable(version_chains(restrictions).values())]
    return developments_for_page(Review(restriction=first, customer=first.customer), user)


def incidents(review: Review, user: StaffMember, moment: datetime) -> list[Development]:
    values: tuple[Any, ...] = user, review.customer_id, moment, *founding_values(review)
    new = kept_records(Incident, visible_incidents_since, *values)
    prefetch_related_objects(new, "categories")
    return [
        Development(
            ", ".join(map(str, incident.categories.all())),
            timezone.localdate(incident.occurred_at),
            incident,
            incident.get_status_display(),
        )
        for incident in new
    ]


def visible_incidents_since(
    user: StaffMember, customer: int, moment: datetime, decision: int, *versions: int
) -> QuerySet[Incident]:
    visible = Incident.objects.visible_to(user).filter(customer=customer, occurred_at__gt=moment)
    # To move a day makes nothing new.
    later = visible.filter(counts_from__gt=moment)
    founding = Incident.objects.filter(pk__in=founding_keys(decision, *versions))
    return later.exclude(pk__in=founding.values("pk")).order_by("-occurred_at", "-pk")


def breaches(
    review: Review, user: StaffMember, moment: datetime
) -> tuple[list[Development], list[Development]]:
    """Return the contacts against a restriction or a version before it, and those of which whoever logged them has not said.

    All that no review has weighed yet: to ease a restriction on appeal weighs none of them.
    """
    is_first_review = moment == review.restriction.imposed_at
    unweighed_since = LONG_AGO if is_first_review else moment
    visible = kept_records(
        Breach, visible_breaches_since, user, unweighed_since, *fill_up(version_keys(review))
    )
    by_status: dict[str, list[Development]] = {status: [] for status in BreachStatus}
    for breach in visible:
        contact = breach.contact
        is_open = breach.status == BreachStatus.SUGGESTED
        status = describe_who_can_say(contact.by) if is_open else describe_one_word(breach)
        by_status[breach.status].append(
            Development(breach.why, timezone.localdate(contact.occurred_at), contact, status)
        )
    return by_status[BreachStatus.CONFIRMED], by_status[BreachStatus.SUGGESTED]


LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


def visible_breaches_since(user: StaffMember, moment: datetime, *restrictions: int) -> QuerySet[Breach]:
    visible = Breach.objects.visible_to(user).filter(
        contact__occurred_at__gt=moment, restriction__in=restrictions
    )
    return visible.select_related("contact__by").order_by("-contact__occurred_at", "-pk")


def describe_who_can_say(logged_by: StaffMember) -> str:
    """Say in words what `restrictions.breaches.rules.may_settle_breach` says. Beyond the policy: B8."""
    return f"{logged_by} or a manager can say" if logged_by.is_active else "A manager can say"


NO_DECISION = 0
NO_REVIEW = 0
"""Keys of no decision, for what was imposed without one, and of no review, for what was not reviewed before or is none."""


def is_recorded_after(day_field: str, moment: datetime, day: date) -> Q:
    """Match records whose day is later, or is the `day` of the moment and they were recorded later: a day has no moment of its own."""
    return Q(**{f"{day_field}__gt": day}) | Q(**{day_field: day}, created_at__gt=moment)


def restorative_work(review: Review, user: StaffMember, moment: datetime) -> list[Development]:
    """Return the steps but for those that the decision names as tried before."""
    steps = kept_records(
        RestorativeAction,
        visible_work_since,
        user,
        review.customer_id,
        review.restriction.decision_id or NO_DECISION,
        moment,
        timezone.localdate(moment),
    )
    return [Development(step.get_kind_display(), step.on, step, step.get_outcome_display()) for step in steps]


def visible_work_since(
    user: StaffMember, customer: int, decision: int, moment: datetime, day: date
) -> QuerySet[RestorativeAction]:
    later = RestorativeAction.objects.visible_to(user).filter(
        is_recorded_after("on", moment, day), customer=customer
    )
    tried_before = RestorativeAction.objects.filter(decisions=decision)
    return later.exclude(pk__in=tried_before.values("pk")).order_by("-on", "-pk")


def letters(
    review: Review, previous: Review | None, user: StaffMember, moment: datetime
) -> list[Development]:
    """Return the letters but for the decision's own, which says what was decided then."""
    previous_key = previous.pk if previous else NO_REVIEW
    values: tuple[Any, ...] = user, review.customer_id, moment, previous_key, *founding_values(review)
    return [
        Development(letter.title, timezone.localdate(letter.issued_at), letter)
        for letter in kept_records(Letter, visible_letters_since, *values)
    ]


def visible_letters_since(
    user: StaffMember, customer: int, moment: datetime, previous: int, decision: int, *versions: int
) -> QuerySet[Letter]:
    about_restrictions = Restriction.letters.through.objects
    about_decision = ManagementDecision.letters.through.objects.filter(
        ~Exists(about_restrictions.filter(letter=OuterRef("letter"))), managementdecision=decision
    )
    about_previous = Review.letters.through.objects.filter(review=previous)
    about_versions = about_restrictions.filter(restriction__in=versions)
    about_decisions = about_versions.values("letter").union(
        about_decision.values("letter"), about_previous.values("letter")
    )
    visible = Letter.objects.visible_to(user).filter(customer=customer, issued_at__gt=moment)
    return visible.exclude(pk__in=about_decisions).order_by("-issued_at", "-pk")


def appeals(review: Review, user: StaffMember, moment: datetime) -> list[Development]:
    values = user, review.customer_id, moment, timezone.localdate(moment)
    return [
        Development("Appeal", appeal.received_on, appeal, appeal.get_status_display())
        for appeal in kept_records(Appeal, visible_appeals_since, *values)
    ]


def visible_appeals_since(user: StaffMember, customer: int, moment: datetime, day: date) -> QuerySet[Appeal]:
    later = Appeal.objects.visible_to(user).filter(
        is_recorded_after("received_on", moment, day), customer=customer
    )
    return later.order_by("-received_on", "-pk")


# Contacts, against what is allowed


def contacts_made(review: Review, user: StaffMember, moment: datetime) -> list[CountedContact]:
    rows = kept_rows(visible_contacts_since, user, review.customer_id, moment)
    return [CountedContact(*row) for row in rows]


def visible_contacts_since(user: StaffMember, customer: int, moment: datetime) -> QuerySet[Any]:
    later = Contact.objects.visible_to(user).exclude_never_counting()
    later = later.filter(customer=customer, occurred_at__gt=moment)
    return later.values_list("occurred_at", "channel", "minutes")


def count_by_channel(contacts: Iterable[CountedContact]) -> list[Development]:
    """Return how many there were and how long they took, the most first."""
    count_of: Counter[str] = Counter()
    minutes_of: Counter[str] = Counter()
    for contact in contacts:
        count_of[contact.channel] += 1
        minutes_of[contact.channel] += contact.minutes
    return [
        Development(
            f"{Channel(channel).label}: {count_with_noun(count, 'contact')}, {count_with_noun(minutes_of[channel], 'minute')}"
        )
        for channel, count in count_of.most_common()
    ]


def compare_with_allowance(
    restriction: Restriction, contacts: list[CountedContact], day: date
) -> list[Development]:
    """Say in how many days, weeks or months they kept to what is allowed, and what they used of it in the others. Policy §21.5."""
    allowed = restriction.kind_rules.allowance(restriction)
    if not allowed or not restriction.has_begun:
        return []
    first_days = list(period_starts(allowed.every, max(day, restriction.earliest_first_day)))
    used_by_period = {
        first_day: allowance_usage(
            restriction, allowed, contacts_in_period(first_day, allowed.every, contacts), first_day
        )
        for first_day in first_days
    }
    exceeded = {
        first_day: spent for first_day, spent in used_by_period.items() if is_above_allowance(allowed, spent)
    }
    kept = len(first_days) - len(exceeded)
    summary = f"Kept to what is allowed in {kept} of {count_with_noun(len(first_days), allowed.every)}"
    return [
        Development(summary),
        *(Development(describe_use(allowed, first_day, spent)) for first_day, spent in exceeded.items()),
    ]


def period_starts(every: str, day: date) -> Iterator[date]:
    """Yield the first days of the days, weeks or months from the one in which a day lies until now."""
    first_day = period_start(every, day)
    while first_day <= today():
        yield first_day
        first_day = following_period_start(every, first_day)


def contacts_in_period(
    first_day: date, every: str, contacts: Iterable[CountedContact]
) -> list[CountedContact]:
    return [contact for contact in contacts if period_start(every, contact.day) == first_day]


def is_above_allowance(allowed: Allowance, spent: AllowanceUsage) -> bool:
    limits = ((allowed.contacts, spent.contacts), (allowed.minutes, spent.minutes))
    return any(limit is not None and amount > limit for limit, amount in limits)


def describe_use(allowed: Allowance, first_day: date, spent: AllowanceUsage) -> str:
    """Return such as "Week from 2 November 2026: 5 contacts (3 allowed)"."""
    limits = ((allowed.contacts, spent.contacts, "contact"), (allowed.minutes, spent.minutes, "minute"))
    amounts = ", ".join(
        f"{count_with_noun(amount, noun)} ({limit} allowed)"
        for limit, amount, noun in limits
        if limit is not None
    )
    start = {"day": "", "week": "Week from ", "month": "Month from "}[allowed.every]
    return f"{start}{uk_date(first_day)}: {amounts}"
