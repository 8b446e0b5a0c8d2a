from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from cha_engagement.core.permissions import Permission
from cha_engagement.core.statements import kept_records, kept_rows
from cha_engagement.core.templatetags.ui import lower_first, uk_date
from cha_engagement.customers.enums import ActionGroup, CardSection
from cha_engagement.customers.interfaces import Action, CardLine, SideBox, SideBoxRow
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from restrictions.enums import RestrictionStatus
from restrictions.models import Restriction

from . import rules
from .enums import OPEN_STATUSES, LatePromiseStatus, ReviewStatus
from .models import Appeal, LatePromise, Review

MOST_ROWS = 10
OVERDUE = "Review overdue"
BEING_HEARD = "Appeal being heard"


def appeal_actions(customer: Customer, user: StaffMember) -> list[Action]:
    if rules.may_log_appeal(user):
        return []
    return [
        Action("Log an appeal", reverse("appeal_new", args=[customer.reference]), group=ActionGroup.LISTEN)
    ]


def next_review_line(customer: Customer) -> list[CardLine]:
    """Say when what is in force is looked at next. Policy §23, 65."""
    # What was imposed since these were read has a review already, and is not among them.
    in_force_keys = {restriction.pk for restriction in customer.restrictions.all() if restriction.is_in_force}
    in_force = [review for review in coming_reviews(customer) if review.restriction_id in in_force_keys]
    return [
        CardLine(
            CardSection.WHO,
            f"Review overdue since {uk_date(review.due_on)}."
            if review.is_overdue
            else f"Next review: {uk_date(review.due_on)}.",
            short_summary=lower_first(OVERDUE) if review.is_overdue else "",
        )
        for review in in_force[:1]
    ]


def open_appeal_lines(customer: Customer) -> list[CardLine]:
    """Say that an appeal is heard, to everybody who deals with them. Policy §6.3, 65."""
    return [
        CardLine(
            CardSection.WHO,
            f"Their appeal of {uk_date(appeal.received_on)} is being heard.",
            short_summary=lower_first(BEING_HEARD),
        )
        for appeal in kept_records(Appeal, open_appeals, customer.pk)
    ]


def overdue_reviews() -> QuerySet[Review]:
    """Return the reviews of what is in force whose day is past."""
    in_force = Restriction.objects.in_force().values("pk")
    return Review.objects.filter(status=ReviewStatus.SCHEDULED, due_on__lt=today(), restriction__in=in_force)


def has_overdue_review() -> Q:
    return Q(Exists(overdue_reviews().filter(customer=OuterRef("pk"))))


def appeals_being_heard() -> QuerySet[Appeal]:
    return Appeal.objects.filter(status__in=OPEN_STATUSES)


def has_open_appeal() -> Q:
    return Q(Exists(appeals_being_heard().filter(customer=OuterRef("pk"))))


def open_appeals(customer: int) -> QuerySet[Appeal]:
    return Appeal.objects.filter(customer=customer, status__in=OPEN_STATUSES).order_by("received_on", "pk")


def coming_reviews(customer: Customer) -> list[Review]:
    """Return the reviews that are to be held about a customer, the soonest first: asked once for their card and its side boxes."""
    cache = vars(customer)
    if "coming_reviews" not in cache:
        cache["coming_reviews"] = kept_records(Review, scheduled_reviews, customer.pk)
    return cache["coming_reviews"]


def scheduled_reviews(customer: int) -> QuerySet[Review]:
    return Review.objects.filter(customer=customer, status=ReviewStatus.SCHEDULED).order_by("due_on", "pk")


def late_lines(customer: Customer) -> list[CardLine]:
    """Say what does not apply because its review or hearing is late, to everybody who deals with them. Policy §65; beyond the policy: B25."""
    if customer.lacks("late promises"):
        return []
    return [
        suspended_line(restriction.title_in_sentence, promise.suspends_on)
        for promise in suspended_for_lateness(customer.pk).order_by("pk")
        for restriction in promise.suspended.all()
        if restriction.status == RestrictionStatus.SUSPENDED
    ]


def suspended_line(title: str, day: date | None) -> CardLine:
    return CardLine(
        CardSection.WHO,
        f"Suspended since {uk_date(day)}, because we are late in looking at it again: {title}. Deal with them as if it were not there.",
        short_summary=f"suspended: {title}",
    )


def suspended_for_lateness(customer: int) -> QuerySet[LatePromise]:
    promises = LatePromise.objects.filter(customer=customer, status=LatePromiseStatus.SUSPENDED)
    named = Restriction.objects.select_related("named_contact", "deputy")
    return promises.prefetch_related(Prefetch("suspended", named))


def appeals_box(customer: Customer, user: StaffMember) -> SideBox:
    """Show a customer's last appeals, as far as this user knows of them."""
    rows = []
    for appeal in kept_records(Appeal, known_appeals, user, customer.pk):
        url = appeal.get_absolute_url() if rules.can_read_appeal(user, appeal) else ""
        rows.append(
            SideBoxRow(
                appeal.full_title,
                url,
                appeal.status,
                appeal.get_status_display(),
            )
        )
    return SideBox("Appeals", rows)


def known_appeals(user: StaffMember, customer: int) -> QuerySet[Appeal]:
    """That an appeal is heard, and its stage, is for everybody who deals with the customer; then it is for who may read it. Policy §6.3, 65."""
    appeals = Appeal.objects.filter(customer=customer)
    if not user.has_perm(Permission.READ_APPEALS):
        appeals = appeals.filter(Q(status__in=OPEN_STATUSES) | Q(received_by=user))
    return appeals.order_by("-received_on", "-pk")[:MOST_ROWS]


def reviews_box(customer: Customer, user: StaffMember) -> SideBox:
    reviews = coming_reviews(customer)
    if reviews and not user.has_perm(Permission.READ_REVIEWS):
        keys = {
            key for (key,) in kept_rows(visible_reviews, user.narrow_to_customer(customer.pk), customer.pk)
        }
        reviews = [review for review in reviews if review.pk in keys]
    # What was imposed since these were read is not among them.
    titles = {restriction.pk: restriction.title for restriction in customer.restrictions.all()}
    reviews = [review for review in reviews if review.restriction_id in titles]
    return SideBox(
        "Reviews due",
        [
            SideBoxRow(
                f"{titles[review.restriction_id]}: {lower_first(review.full_title)}",
                review.get_absolute_url(),
            )
            for review in reviews
        ],
    )


def visible_reviews(user: StaffMember, customer: int) -> QuerySet[Any]:
    scheduled = Review.objects.visible_to(user).filter(customer=customer, status=ReviewStatus.SCHEDULED)
    return scheduled.order_by().values_list("pk")
