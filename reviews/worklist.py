"""Tasks of reviews and appeals: whose they are, and by when."""

from collections import defaultdict
from datetime import date, timedelta
from enum import StrEnum
from functools import reduce
from operator import or_

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, TruncDate

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import Urgency, task_rows
from cha_engagement.core.unsettled import is_unsettled
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.interfaces import TaskKind
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import limit_to_permissions, present_staff, staff_with_permission
from restrictions.kinds import KINDS
from restrictions.rules import may_use_kind

from . import queries, rules
from .enums import AppealStatus, LetterCode, ReviewStatus
from .models import Appeal, AppealedRestriction, Review


class TaskCode(StrEnum):
    HOLD_REVIEW = "review.hold"
    HOLD_LONG_OVERDUE_REVIEW = "review.passed_up"
    WRITE_ABOUT_REVIEW = "review.write"
    NAME_SUBSTITUTE = "appeal.name"
    ACKNOWLEDGE_APPEAL = "appeal.acknowledge"
    CONFIRM_APPEAL = "appeal.confirm"
    EXPLAIN_SUSPENSIONS = "appeal.tell"
    DECIDE_APPEAL = "appeal.decide"
    WRITE_ABOUT_WITHDRAWAL = "appeal.close"
    WRITE_ABOUT_OUTCOME = "appeal.write"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.HOLD_REVIEW: TaskKind("Hold the review", "review", "23"),
    TaskCode.HOLD_LONG_OVERDUE_REVIEW: TaskKind("A review long overdue, passed up to you", "review", "23"),
    TaskCode.NAME_SUBSTITUTE: TaskKind("Name who hears the appeal", "appeal", "22"),
    TaskCode.ACKNOWLEDGE_APPEAL: TaskKind("Acknowledge the appeal", "appeal", "22"),
    TaskCode.EXPLAIN_SUSPENSIONS: TaskKind(
        "Write to the customer about what applies meanwhile", "appeal", "22"
    ),
    TaskCode.DECIDE_APPEAL: TaskKind("Hear and decide the appeal", "appeal", "22"),
    TaskCode.WRITE_ABOUT_REVIEW: TaskKind("Write to the customer about the review", "review", "23"),
    TaskCode.CONFIRM_APPEAL: TaskKind(
        "Write to the customer that the appeal has reached us", "appeal", "6.3"
    ),
    TaskCode.WRITE_ABOUT_WITHDRAWAL: TaskKind(
        "Write to the customer that the appeal is closed, and what applies again", "appeal", "22"
    ),
    TaskCode.WRITE_ABOUT_OUTCOME: TaskKind(
        "Write to the customer about the outcome of the appeal", "appeal", "6.3"
    ),
}


def reviews_in_reach(user: StaffMember, status: ReviewStatus) -> QuerySet[Review]:
    """Return the reviews of restrictions of those kinds that this user may use."""
    kinds = [kind for kind in KINDS if not may_use_kind(user, kind)]
    return Review.objects.filter(status=status, restriction__kind__in=kinds)


def is_responsible(user: StaffMember, field: str, permission: Permission) -> Q:
    """Match what somebody did themselves, or whoever is away or does it no more."""
    return Q(**{field: user}) | ~Q(**{f"{field}__in": present_staff(staff_with_permission(permission))})


def is_responsible_for_review(user: StaffMember, field: str) -> Q:
    """Match reviews: who does it no more depends on what the kind of restriction asks for. Policy §23, 54."""
    kinds_by_permission = defaultdict(list)
    for kind in KINDS:
        kinds_by_permission[queries.permission_to_hold(kind)].append(kind)
    return reduce(
        or_,
        (
            Q(restriction__kind__in=kinds) & is_responsible(user, field, permission)
            for permission, kinds in kinds_by_permission.items()
        ),
    )


@limit_to_permissions(Permission.HOLD_REVIEWS)
def reviews_to_hold(user: StaffMember, today: date) -> QuerySet:
    """Return those due, ahead by the days that the association sets. Policy §23."""
    soon = today + timedelta(days=Organisation.current().review_reminder_days)
    due = reviews_in_reach(user, ReviewStatus.SCHEDULED).filter(
        is_responsible_for_review(user, "restriction__imposed_by"), due_on__lte=soon
    )
    return task_rows(due, TaskCode.HOLD_REVIEW, due_on=F("due_on"), note=F("restriction__reference"))


@limit_to_permissions(Permission.HOLD_REVIEWS, Permission.RECEIVE_ESCALATIONS)
def reviews_passed_up(user: StaffMember, today: date) -> QuerySet:
    """Return what has been overdue for long and comes to the Management Team. Policy §23."""
    overdue = reviews_in_reach(user, ReviewStatus.SCHEDULED).filter(
        ~is_responsible_for_review(user, "restriction__imposed_by"),
        due_on__lte=queries.escalation_day(today),
    )
    return task_rows(
        overdue,
        TaskCode.HOLD_LONG_OVERDUE_REVIEW,
        due_on=F("due_on"),
        urgency=Urgency.AT_ONCE,
        note=F("restriction__reference"),
    )


def appeals_to_hear(user: StaffMember, today: date) -> QuerySet:
    """Return the appeals that this user hears, each by what comes next: acknowledged, confirmed in a letter, decided. Policy §6.3, 22.

    What applies meanwhile is told on the day on which it changed.

    Before all of these, where nobody is left to hear it, somebody is named.
    """
    waiting = rules.appeals_waiting_for(user)
    is_confirmed = Exists(
        Letter.objects.filter_sent_or_in_hand().filter(
            appeals=OuterRef("pk"), kind=LetterCode.APPEAL_RECEIVED
        )
    )
    has_changed = Exists(
        queries.wrongly_explained(Letter.objects.filter_sent_or_in_hand()).filter(appeal=OuterRef("pk"))
    )
    changes = AppealedRestriction.history.filter(appeal=OuterRef("pk")).order_by("-history_date")
    kind = Case(
        When(pk__in=waiting.to_name, then=Value(TaskCode.NAME_SUBSTITUTE)),
        When(status=AppealStatus.RECEIVED, then=Value(TaskCode.ACKNOWLEDGE_APPEAL)),
        When(is_confirmed & has_changed, then=Value(TaskCode.EXPLAIN_SUSPENSIONS)),
        When(is_confirmed, then=Value(TaskCode.DECIDE_APPEAL)),
        default=Value(TaskCode.CONFIRM_APPEAL),
        output_field=TextField(),
    )
    due_on = Case(
        When(is_confirmed & has_changed, then=TruncDate(Subquery(changes.values("history_date")[:1]))),
        When(is_confirmed, then=F("decide_by")),
        default=F("acknowledge_by"),
    )
    appeals = Appeal.objects.filter(pk__in=[*waiting.to_hear, *waiting.to_name])
    return task_rows(appeals, kind, due_on=due_on)


@limit_to_permissions(Permission.HOLD_REVIEWS)
def review_letters_to_write(user: StaffMember, today: date) -> QuerySet:
    """Return reviews that were held and of which no letter was sent, or is about to be. Policy §23."""
    letters = Letter.objects.filter_sent_or_in_hand().filter(reviews=OuterRef("pk"))
    held = reviews_in_reach(user, ReviewStatus.HELD).filter(
        is_unsettled(Review), ~Exists(letters), is_responsible_for_review(user, "held_by")
    )
    return task_rows(held, TaskCode.WRITE_ABOUT_REVIEW, due_on=TruncDate("held_at"))


def appeal_letters_to_write(user: StaffMember, today: date) -> QuerySet:
    """Return appeals that were decided, or withdrawn so that something applies again, and of which no letter says so. Policy §6.3, 22."""
    ended = Appeal.objects.filter(
        is_unsettled(Appeal), queries.has_no_outcome_letter(Letter.objects.filter_sent_or_in_hand())
    )
    is_mine = Q(decided_by=user)
    if user.has_perm(Permission.HEAR_APPEALS):
        is_mine = is_responsible(user, "decided_by", Permission.HEAR_APPEALS)
    kind = Case(
        When(status=AppealStatus.WITHDRAWN, then=Value(TaskCode.WRITE_ABOUT_WITHDRAWAL)),
        default=Value(TaskCode.WRITE_ABOUT_OUTCOME),
    )
    return task_rows(ended.filter(is_mine), kind, due_on=Coalesce("heard_on", "withdrawn_on"))
