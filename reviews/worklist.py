"""What reviews and appeals ask of whom, and by when."""

from collections import defaultdict
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, TruncDate

from cha_engagement.core import hub
from cha_engagement.core.hub import TaskKind
from cha_engagement.core.records import Urgency, task_rows
from cha_engagement.core.unsettled import unsettled
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import limit_to_permissions, present_staff, staff_with_permission
from restrictions.kinds import KINDS, may_use

from . import hearing, queries
from .models import Appeal, AppealedRestriction, Review

hub.task_kinds |= {
    "review.hold": TaskKind("Hold the review", "review", "23"),
    "review.passed_up": TaskKind("A review long overdue, passed up to you", "review", "23"),
    "appeal.name": TaskKind("Name who hears the appeal", "appeal", "22"),
    "appeal.acknowledge": TaskKind("Acknowledge the appeal", "appeal", "22"),
    "appeal.tell": TaskKind("Write to the customer about what applies meanwhile", "appeal", "22"),
    "appeal.decide": TaskKind("Hear and decide the appeal", "appeal", "22"),
    "review.write": TaskKind("Write to the customer about the review", "review", "23"),
    "appeal.confirm": TaskKind("Write to the customer that the appeal has reached us", "appeal", "6.3"),
    "appeal.close": TaskKind(
        "Write to the customer that the appeal is closed, and what applies again", "appeal", "22"
    ),
    "appeal.write": TaskKind("Write to the customer about the outcome of the appeal", "appeal", "6.3"),
}


def reviews(user: StaffMember, status: str) -> QuerySet[Review]:
    """The reviews of restrictions that this user may review."""
    kinds = [kind for kind in KINDS if not may_use(user, kind)]
    return Review.objects.filter(status=status, restriction__kind__in=kinds)


def theirs(user: StaffMember, field: str, permission: str) -> Q:
    """What they did themselves, or what somebody did who is away or does it no more."""
    return Q(**{field: user}) | ~Q(**{f"{field}__in": present_staff(staff_with_permission(permission))})


def own(user: StaffMember, field: str) -> Q:
    """The same of reviews: who does it no more depends on what the kind of restriction asks for. Policy §23, 54."""
    kinds = defaultdict(list)
    for kind in KINDS:
        kinds[queries.permission_to_hold(kind)].append(kind)
    of_kinds = (
        Q(restriction__kind__in=codes) & theirs(user, field, permission)
        for permission, codes in kinds.items()
    )
    return reduce(or_, of_kinds)


@hub.worklist.add
@limit_to_permissions("reviews.hold_review")
def to_hold(user: StaffMember, today: date) -> QuerySet:
    """Ahead by the days that the association sets. Policy §23."""
    soon = today + timedelta(days=Organisation.current().review_reminder_days)
    return task_rows(
        reviews(user, "scheduled").filter(own(user, "restriction__imposed_by"), due_on__lte=soon),
        "review.hold",
        due_on=F("due_on"),
        note=F("restriction__reference"),
    )


@hub.worklist.add
@limit_to_permissions("reviews.hold_review", "reviews.receive_escalations")
def passed_up(user: StaffMember, today: date) -> QuerySet:
    """What has been overdue for long comes to the Management Team. Policy §23."""
    overdue = reviews(user, "scheduled").filter(
        ~own(user, "restriction__imposed_by"), due_on__lte=queries.passed_up_by(today)
    )
    return task_rows(
        overdue,
        "review.passed_up",
        due_on=F("due_on"),
        urgency=Urgency.AT_ONCE,
        note=F("restriction__reference"),
    )


@hub.worklist.add
def to_hear(user: StaffMember, today: date) -> QuerySet:
    """The appeals that this user hears, each by what comes next: acknowledged, confirmed in a letter, decided. Policy §6.3, 22.

    What applies meanwhile is told on the day on which it changed.

    Before all of these, where nobody is left to hear it, somebody is named.
    """
    waiting = hearing.waiting_for(user)
    confirmed = Exists(
        Letter.objects.sent_or_in_hand().filter(appeals=OuterRef("pk"), kind="appeal_received")
    )
    changed = queries.told_otherwise(Letter.objects.sent_or_in_hand()).filter(appeal=OuterRef("pk"))
    changed_at = AppealedRestriction.history.filter(appeal=OuterRef("pk")).order_by("-history_date")
    kind = Case(
        When(pk__in=waiting.to_name, then=Value("appeal.name")),
        When(status="received", then=Value("appeal.acknowledge")),
        When(confirmed & Exists(changed), then=Value("appeal.tell")),
        When(confirmed, then=Value("appeal.decide")),
        default=Value("appeal.confirm"),
        output_field=TextField(),
    )
    due_on = Case(
        When(confirmed & Exists(changed), then=TruncDate(Subquery(changed_at.values("history_date")[:1]))),
        When(confirmed, then=F("decide_by")),
        default=F("acknowledge_by"),
    )
    theirs = Appeal.objects.filter(pk__in=[*waiting.to_hear, *waiting.to_name])
    return task_rows(theirs, kind, due_on=due_on)


@hub.worklist.add
@limit_to_permissions("reviews.hold_review")
def to_write_about_reviews(user: StaffMember, today: date) -> QuerySet:
    """Reviews that were held and of which no letter was sent, or is about to be. Policy §23."""
    written = Letter.objects.sent_or_in_hand().filter(reviews=OuterRef("pk"))
    held = reviews(user, "held").filter(unsettled(Review), ~Exists(written), own(user, "held_by"))
    return task_rows(held, "review.write", due_on=TruncDate("held_at"))


@hub.worklist.add
def to_write_about_appeals(user: StaffMember, today: date) -> QuerySet:
    """Appeals that were decided, or withdrawn so that something applies again, and of which no letter says so. Policy §6.3, 22."""
    ended = Appeal.objects.filter(unsettled(Appeal), queries.outcome_untold(Letter.objects.sent_or_in_hand()))
    mine = Q(decided_by=user)
    if user.has_perm("reviews.hear_appeal"):
        mine = theirs(user, "decided_by", "reviews.hear_appeal")
    kind = Case(When(status="withdrawn", then=Value("appeal.close")), default=Value("appeal.write"))
    return task_rows(ended.filter(mine), kind, due_on=Coalesce("heard_on", "withdrawn_on"))
