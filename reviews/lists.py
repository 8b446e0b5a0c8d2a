"""The diary of reviews and the list of appeals: their filters and their columns."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from cha_engagement.customers.lists import customer_column
from cha_engagement.customers.rules import may_read_lists
from cha_engagement.desk.waiting import waiting_tasks
from cha_engagement.lists.forms import ListFilter, choice_field, tick_field
from cha_engagement.lists.interfaces import Column, ListDefinition, field_column, show_due_day, show_status
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from restrictions.lists import kind_choices, kind_condition
from restrictions.models import Restriction

from . import queries
from .enums import OPEN_LATE, AppealStatus, ReviewStatus
from .models import Appeal, Review
from .tasks import OPEN_APPEAL_TASKS

DAYS_AHEAD = {"7": "A week", "14": "Two weeks", "31": "A month", "92": "Three months"}
"""Days that the diary can be looked ahead, with their labels. What is overdue is due all the more."""


def is_late_for_long() -> Q:
    """Return which reviews or appeals the Management Team answers for, or are suspended until they are held. Beyond the policy: B25."""
    return Q(late_promise__status__in=OPEN_LATE)


class ReviewFilter(ListFilter):
    within = choice_field("Due within", [*DAYS_AHEAD.items()])
    kind = choice_field("Restriction", kind_choices)
    overdue = tick_field("Overdue")
    passed_up = tick_field("Passed up to the Management Team")
    late = tick_field("Late for long")

    conditions = {
        "within": lambda days, user: Q(due_on__lte=today() + timedelta(days=int(days))),
        # Asked of each review that is to come: of one kind there may be many restrictions, and most have ended.
        "kind": lambda choice, user: Q(
            Exists(Restriction.objects.filter(kind_condition(choice), pk=OuterRef("restriction")))
        ),
        "overdue": lambda _, user: Q(due_on__lt=today()),
        "passed_up": lambda _, user: Q(due_on__lte=queries.escalation_day(today())),
        "late": lambda _, user: is_late_for_long(),
    }


def is_waiting_for(user: StaffMember) -> Q:
    """Return which open appeals ask this user to hear them, or to name who does."""
    waiting = waiting_tasks(user).filter(kind__in=OPEN_APPEAL_TASKS)
    # Their keys at once: within the statement of a list it nests deeper than SQLite can read.
    return Q(pk__in=list(waiting.values_list("record", flat=True)))


class AppealFilter(ListFilter):
    status = choice_field("Status", AppealStatus.choices)
    waiting = tick_field("Waiting for me")
    late = tick_field("Late for long")

    conditions = {
        "status": lambda status, user: Q(status=status),
        "waiting": lambda _, user: is_waiting_for(user),
        "late": lambda _, user: is_late_for_long(),
    }


def scheduled_reviews(user: StaffMember) -> QuerySet[Review]:
    reviews = Review.objects.visible_to(user).filter(status=ReviewStatus.SCHEDULED)
    return queries.reviews_for_list(reviews)


def visible_appeals(user: StaffMember) -> QuerySet[Appeal]:
    return queries.appeals_for_list(Appeal.objects.visible_to(user))


def appealed_titles(appeal: Appeal) -> str:
    titles = "; ".join(appealed.restriction.title for appealed in appeal.appealed.all())
    return titles or str(appeal.get_passed_to_display())


REVIEWS = ListDefinition(
    code="reviews",
    title="Reviews",
    may_read=may_read_lists,
    rows=scheduled_reviews,
    ordering=("due_on", "id"),
    filter_class=ReviewFilter,
    caption="Reviews to come, the next one first",
    columns=(
        Column(
            "Review of",
            lambda review: review.restriction.title,
            url=Review.get_absolute_url,
            names_row=True,
            below=field_column(Review, "reference"),
        ),
        customer_column(),
        Column("Due", lambda review: review.due_on, show=show_due_day, is_in_order=True),
        Column("Imposed by", lambda review: review.restriction.imposed_by),
    ),
)
APPEALS = ListDefinition(
    code="appeals",
    title="Appeals",
    may_read=may_read_lists,
    rows=visible_appeals,
    ordering=("-received_on", "-id"),
    filter_class=AppealFilter,
    caption="Appeals, the latest first",
    columns=(
        Column(
            "Appeal against",
            appealed_titles,
            url=Appeal.get_absolute_url,
            names_row=True,
            below=field_column(Appeal, "reference"),
        ),
        customer_column(),
        Column("Received", lambda appeal: appeal.received_on, is_in_order=True),
        field_column(Appeal, "status", show=show_status),
        Column("Next step by", lambda appeal: appeal.next_day, blank="None", show=show_due_day),
    ),
)
