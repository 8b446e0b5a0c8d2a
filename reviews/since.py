"""What a reviewer weighs: what has happened about a customer since the last decision, on the pages of a review and in its pack. Policy §23; B8, B10."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from incidents.contacts.charts import counted
from incidents.contacts.models import Contact
from incidents.models import Incident
from incidents.restorative.models import RestorativeAction
from restrictions.breaches.models import Breach
from restrictions.contacts import Made, Used, used
from restrictions.kinds.kind import Allowance
from restrictions.kinds.volume import begins, begins_again
from restrictions.models import ManagementDecision, Restriction

from . import queries
from .models import Appeal, Review


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that happened. `record` is where it can be read, and said by its reference where nothing can be followed."""

    text: str
    on: date | None = None
    record: Any = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: list[Row] = field(default_factory=list)


def last_review(review: Review) -> Review | None:
    """The review of the same restriction that was held before this one."""
    before = (
        queries.reviewed(review.restriction).exclude(pk=review.pk).filter(created_at__lt=review.created_at)
    )
    return before.order_by("-held_at").first()


def last_decision(review: Review) -> datetime:
    """The moment of the last decision before this review: the review before it, or when the restriction was imposed."""
    last = last_review(review)
    moment = last.held_at if last else review.restriction.imposed_at
    return cast(datetime, moment)


def founding(review: Review) -> QuerySet[Incident]:
    """The incidents that the restriction was imposed on: by itself, by a file, or through its decision. They are not 'since'."""
    versions = queries.versions([review.restriction])[review.restriction_id]
    itself = Restriction.incidents.through.objects.filter(restriction__in=versions)
    by_file = Incident.evidence.through.objects.filter(evidence__restrictions__in=versions)
    decided = ManagementDecision.incidents.through.objects.filter(
        managementdecision=review.restriction.decision_id
    )
    ways = (by_file.values("incident"), decided.values("incident"))
    return Incident.objects.filter(pk__in=itself.values("incident").union(*ways))


def happened(review: Review, user: StaffMember) -> dict[str, Any]:
    """Everything about the customer since the last decision, as far as this user may read it."""
    moment = last_decision(review)
    day = timezone.localdate(moment)
    against, unanswered = breaches(review, user, moment)
    contacts = contacts_since(review, user, moment)
    found = [
        Section("Incidents", incidents(review, user, moment)),
        Section("Contacts", [*by_channel(contacts), *tally(review.restriction, contacts, day)]),
        Section("Contacts against it", against),
        Section("Contacts that may be against it, of which nobody has said yet", unanswered),
        Section("Restorative work", restorative_work(review, user, moment)),
        Section("Adjustments in force", [Row(one.what) for one in review.customer.agreed_adjustments]),
        Section("Letters issued", letters(review, user, moment)),
        Section("Appeals", appeals(review, user, moment)),
    ]
    nothing = [section for section in found if not section.rows]
    return {"review": review, "since": day, "sections": found, "nothing": nothing}


def incidents(review: Review, user: StaffMember, moment: datetime) -> list[Row]:
    found = Incident.objects.visible_to(user).filter(customer=review.customer, occurred_at__gt=moment)
    found = found.exclude(pk__in=founding(review).values("pk"))
    return [
        Row(
            ", ".join(map(str, one.categories.all())),
            timezone.localdate(one.occurred_at),
            one,
            one.get_status_display(),
        )
        for one in found.prefetch_related("categories").order_by("-occurred_at", "-pk")
    ]


def breaches(review: Review, user: StaffMember, moment: datetime) -> tuple[list[Row], list[Row]]:
    """The contacts against a restriction or a version before it, and those of which whoever logged them has not said.

    All that no review has weighed yet: to ease a restriction on appeal weighs none of them.
    """
    versions = queries.versions([review.restriction])[review.restriction_id]
    since = Q() if moment == review.restriction.imposed_at else Q(contact__occurred_at__gt=moment)
    found = (
        Breach.objects.visible_to(user)
        .filter(since, restriction__in=versions)
        .select_related("contact__by")
        .order_by("-contact__occurred_at", "-pk")
    )
    rows: dict[str, list[Row]] = {"confirmed": [], "suggested": [], "dismissed": []}
    for one in found:
        waits_for = who_can_say(one.contact.by) if one.status == "suggested" else ""
        rows[one.status].append(
            Row(one.why, timezone.localdate(one.contact.occurred_at), one.contact, waits_for)
        )
    return rows["confirmed"], rows["suggested"]


def who_can_say(whose: StaffMember) -> str:
    """As `restrictions.breaches.rules.may_settle_breach` has it. Beyond the policy: B8."""
    return f"{whose} or a manager can say" if whose.is_active else "A manager can say"


def after(day_field: str, moment: datetime) -> Q:
    """Whether the day of a record is later, or is the same day and it was recorded later: a day has no moment of its own."""
    day = timezone.localdate(moment)
    return Q(**{f"{day_field}__gt": day}) | Q(**{day_field: day}, created_at__gt=moment)


def restorative_work(review: Review, user: StaffMember, moment: datetime) -> list[Row]:
    """Without the steps that the decision names as tried before."""
    found = RestorativeAction.objects.visible_to(user).filter(after("on", moment), customer=review.customer)
    tried = RestorativeAction.objects.filter(decisions=review.restriction.decision_id)
    found = found.exclude(pk__in=tried.values("pk"))
    return [
        Row(one.get_kind_display(), one.on, one, one.get_outcome_display())
        for one in found.order_by("-on", "-pk")
    ]


def letters(review: Review, user: StaffMember, moment: datetime) -> list[Row]:
    """Without the decision's own letter, which says what was decided then."""
    versions = queries.versions([review.restriction])[review.restriction_id]
    of_restrictions = Restriction.letters.through.objects
    of_decision = ManagementDecision.letters.through.objects.filter(
        ~Exists(of_restrictions.filter(letter=OuterRef("letter"))),
        managementdecision=review.restriction.decision_id,
    )
    ways: list[Any] = [of_decision.values("letter")]
    if last := last_review(review):
        ways.append(Review.letters.through.objects.filter(review=last).values("letter"))
    own = of_restrictions.filter(restriction__in=versions).values("letter").union(*ways)
    found = review.customer.letters.visible_to(user).filter(issued_at__gt=moment)
    found = found.exclude(pk__in=own)
    return [
        Row(one.title, timezone.localdate(one.issued_at), one) for one in found.order_by("-issued_at", "-pk")
    ]


def appeals(review: Review, user: StaffMember, moment: datetime) -> list[Row]:
    found = Appeal.objects.visible_to(user).filter(after("received_on", moment), customer=review.customer)
    return [
        Row("Appeal", one.received_on, one, one.get_status_display())
        for one in found.order_by("-received_on", "-pk")
    ]


# Contacts, against what is allowed


def contacts_since(review: Review, user: StaffMember, moment: datetime) -> list[Made]:
    found = (
        Contact.objects.visible_to(user).counting().filter(customer=review.customer, occurred_at__gt=moment)
    )
    return [
        Made(timezone.localdate(moment), channel, minutes)
        for moment, channel, minutes in found.values_list("occurred_at", "channel", "minutes")
    ]


def by_channel(contacts: Iterable[Made]) -> list[Row]:
    """How many there were and how long they took, the most first."""
    number: Counter[str] = Counter()
    minutes: Counter[str] = Counter()
    for one in contacts:
        number[one.channel] += 1
        minutes[one.channel] += one.minutes
    return [
        Row(f"{Channel(channel).label}: {counted(count, 'contact')}, {counted(minutes[channel], 'minute')}")
        for channel, count in number.most_common()
    ]


def tally(restriction: Restriction, contacts: list[Made], day: date) -> list[Row]:
    """In how many days, weeks or months they kept to what is allowed, and what they used of it in the others. Policy §21.5."""
    allowed = restriction.measure.allowance(restriction)
    if not allowed or restriction.starts_on > today():
        return []
    firsts = list(periods(allowed.every, max(day, restriction.starts_on)))
    gone = {
        first: used(restriction, allowed, within(first, allowed.every, contacts), first) for first in firsts
    }
    above = {first: spent for first, spent in gone.items() if is_above(allowed, spent)}
    kept = f"Kept to what is allowed in {len(firsts) - len(above)} of {counted(len(firsts), allowed.every)}"
    return [Row(kept), *(Row(how_far(allowed, first, spent)) for first, spent in above.items())]


def periods(every: str, day: date) -> Iterator[date]:
    """The first days of the days, weeks or months from the one in which a day lies until now."""
    first = begins(every, day)
    while first <= today():
        yield first
        first = begins_again(every, first)


def within(first: date, every: str, contacts: Iterable[Made]) -> list[Made]:
    return [one for one in contacts if begins(every, one.day) == first]


def is_above(allowed: Allowance, spent: Used) -> bool:
    most = ((allowed.contacts, spent.contacts), (allowed.minutes, spent.minutes))
    return any(limit is not None and made > limit for limit, made in most)


def how_far(allowed: Allowance, first: date, spent: Used) -> str:
    """Such as: the week of 2 November 2026: 5 contacts (3 allowed)."""
    amounts = ((allowed.contacts, spent.contacts, "contact"), (allowed.minutes, spent.minutes, "minute"))
    said = ", ".join(
        f"{counted(made, noun)} ({limit} allowed)" for limit, made, noun in amounts if limit is not None
    )
    start = {"day": "", "week": "Week from ", "month": "Month from "}[allowed.every]
    return f"{start}{uk_date(first)}: {said}"
