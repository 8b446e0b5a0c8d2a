"""Tasks about decisions and restrictions: of whom each is asked, and by when."""

from datetime import date, timedelta
from enum import StrEnum

from django.db.models import (
    Case,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import Urgency, task_rows
from cha_engagement.core.unsettled import is_unsettled
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import add_working_days, start_of_day
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.interfaces import TaskKind
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import limit_to_permissions, staff_with_permission
from incidents.agreements.queries import is_to_be_spared

from . import queries, rules
from .enums import STANDING, Explained, InterimStatus, RestrictionEvent, RestrictionStatus
from .kinds import KINDS
from .models import InterimMeasure, ManagementDecision, Restriction
from .queries import unnotified_ends
from .rules import may_use_kind


class TaskCode(StrEnum):
    SETTLE_PROPOSAL = "restriction.settle"
    NOTIFY_CUSTOMER = "restriction.tell"
    NAME_ANOTHER_CONTACT = "restriction.rename"
    OPEN_CHANNEL = "restriction.open"
    OPEN_CHANNEL_IN_INTERIM = "interim.open"
    FIND_EMERGENCY_ROUTE = "customer.emergency"
    KEEP_EMERGENCY_LINE = "organisation.emergency"
    LOOK_AGAIN = "restriction.look_again"
    NOTIFY_OF_END = "restriction.tell_end"
    WRITE_ABOUT_INTERIM = "interim.tell"
    DECIDE_BEFORE_LAPSE = "interim.decide"
    DECIDE_AFTER_LAPSE = "interim.lapsed"
    EXPLAIN_DECISION = "decision.explain"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.SETTLE_PROPOSAL: TaskKind("Impose or decline a proposal", "restriction", "22"),
    TaskCode.NOTIFY_CUSTOMER: TaskKind("Tell the customer of a restriction", "restriction", "23"),
    TaskCode.NAME_ANOTHER_CONTACT: TaskKind(
        "Name another contact: one of them has left", "restriction_rename", "21.1"
    ),
    TaskCode.OPEN_CHANNEL: TaskKind("Open a way of contact: this customer can use none", "restriction", "B2"),
    TaskCode.OPEN_CHANNEL_IN_INTERIM: TaskKind(
        "Open a way of contact: this customer can use none", "interim", "B2"
    ),
    TaskCode.FIND_EMERGENCY_ROUTE: TaskKind(
        "Find an emergency route that this customer can use", "customer_edit", "B2"
    ),
    TaskCode.KEEP_EMERGENCY_LINE: TaskKind(
        "Keep an emergency line for customers who cannot phone",
        "admin:organisation_organisation_change",
        "B2",
    ),
    TaskCode.LOOK_AGAIN: TaskKind("Look again at a restriction without reviews", "restriction", "23"),
    TaskCode.NOTIFY_OF_END: TaskKind("Tell the customer that a restriction has ended", "restriction", "12"),
    TaskCode.WRITE_ABOUT_INTERIM: TaskKind("Write the letter about an interim measure", "interim", "B21"),
    TaskCode.DECIDE_BEFORE_LAPSE: TaskKind("Decide before an interim measure lapses", "interim", "B21"),
    TaskCode.DECIDE_AFTER_LAPSE: TaskKind("Decide: an interim measure has lapsed", "interim", "B21"),
    TaskCode.EXPLAIN_DECISION: TaskKind("Restrict or explain what was decided", "decision", "12"),
}

RECENT = 31  # days; a task that is older is overdue whichever way its days are counted


def working_days_after(moment: str, count: int, today: date) -> Case:
    """Return the day that lies some working days after a moment."""
    recent = [today - timedelta(days=days) for days in range(RECENT)]
    return Case(
        *(
            When(**{f"{moment}__gte": start_of_day(day)}, then=Value(add_working_days(day, count)))
            for day in recent
        ),
        default=TruncDate(moment),
        output_field=DateField(),
    )


def waits_for(user: StaffMember, field: str, moment: str, today: date) -> Q:
    """Return the condition that a record waits for this user: nothing urgent waits for one person.

    It is their own by the staff member in `field`, or that person is not at work, or has left it for long since `moment`.
    """
    absent = Q(**{f"{field}__is_active": False}) | Q(**{f"{field}__away_until__gte": today})
    left_for_long = Q(**{f"{moment}__lt": start_of_day(today - timedelta(days=7))})
    return Q(**{field: user}) | absent | left_for_long


def forbidden_kinds(user: StaffMember) -> list[str]:
    """Return the kinds that ask for a permission of their own, which this user does not have. Policy §54."""
    return [code for code in KINDS if may_use_kind(user, code)]


@limit_to_permissions(Permission.IMPOSE_RESTRICTIONS)
def proposal_tasks(user: StaffMember, today: date) -> QuerySet:
    """Ask every manager to settle a proposal; where its kind has a permission of its own, those who have it. Policy §22, 54."""
    proposals = Restriction.objects.filter(status=RestrictionStatus.PROPOSED)
    days = Organisation.current().notification_working_days
    return task_rows(
        proposals.exclude(kind__in=forbidden_kinds(user)),
        TaskCode.SETTLE_PROPOSAL,
        due_on=working_days_after("created_at", days, today),
    )


@limit_to_permissions(Permission.IMPOSE_RESTRICTIONS)
def notification_tasks(user: StaffMember, today: date) -> QuerySet:
    """Ask to tell customers of restrictions that they do not know of yet, and of which no letter is about to tell. Policy §12, 23, 54.

    One letter tells of all under a decision: where a kind among them is not for everybody, it waits for those who may write it.
    """
    beyond_user = Restriction.objects.unnotified().filter(
        decision=OuterRef("decision"), kind__in=forbidden_kinds(user), supersedes=None
    )
    letters = Letter.objects.filter_in_hand().filter(restrictions=OuterRef("pk"))
    unnotified = Restriction.objects.unnotified().filter(~Exists(beyond_user), ~Exists(letters))
    is_theirs = waits_for(user, "imposed_by", "imposed_at", today)
    days = Organisation.current().notification_working_days
    return task_rows(
        unnotified.filter(is_theirs),
        TaskCode.NOTIFY_CUSTOMER,
        due_on=working_days_after("imposed_at", days, today),
    )


@limit_to_permissions(Permission.IMPOSE_RESTRICTIONS)
def end_letter_tasks(user: StaffMember, today: date) -> QuerySet:
    """Ask to write of restrictions that ended while their customer goes by what an earlier letter says. Policy §12, 54."""
    history = Restriction.history.model
    endings = history.objects.filter(
        id=OuterRef("pk"), event__in=(RestrictionEvent.LIFT, RestrictionEvent.EXPIRE)
    ).order_by("-sequence")
    ended = unnotified_ends(Letter.objects.filter_sent_or_in_hand()).filter(is_unsettled(Restriction))
    ended = ended.annotate(ended_at=Subquery(endings.values("history_date")[:1]))
    days = Organisation.current().notification_working_days
    return task_rows(
        ended.filter(waits_for(user, "imposed_by", "ended_at", today)).exclude(
            kind__in=forbidden_kinds(user)
        ),
        TaskCode.NOTIFY_OF_END,
        due_on=working_days_after("ended_at", days, today),
    )


@limit_to_permissions(Permission.IMPOSE_RESTRICTIONS)
def contact_replacement_tasks(user: StaffMember, today: date) -> QuerySet:
    """Ask every manager for another contact where one has left, since the customer is cut off. Policy §21.1; B2.

    So they are where the customer harmed one who does not agree. Beyond the policy: B40.
    """
    has_left = Q(named_contact__is_active=False) | Q(deputy__is_active=False)
    is_spared = is_to_be_spared(OuterRef("named_contact")) | is_to_be_spared(OuterRef("deputy"))
    cut_off = Restriction.objects.filter(
        has_left | is_spared, status__in=STANDING, named_contact__isnull=False
    )
    return task_rows(
        cut_off,
        TaskCode.NAME_ANOTHER_CONTACT,
        urgency=Urgency.AT_ONCE,
        due_on=Value(today, output_field=DateField()),
    )


@limit_to_permissions(Permission.IMPOSE_RESTRICTIONS)
def emergency_route_tasks(user: StaffMember, today: date) -> QuerySet:
    """Ask for a route for customers under restrictions whom none of our emergency lines serves: until then no letter goes to them. B2."""
    return task_rows(
        Customer.objects.filter(pk__in=queries.customers_without_emergency_route()),
        TaskCode.FIND_EMERGENCY_ROUTE,
        urgency=Urgency.AT_ONCE,
        due_on=Value(today, output_field=DateField()),
        customer_name="name",
    )


@limit_to_permissions(Permission.ADMINISTER)
def emergency_line_tasks(user: StaffMember, today: date) -> QuerySet:
    """Ask the keeper of the association's details for an emergency line, without a customer's name. B2."""
    return task_rows(
        Organisation.objects.filter(pk=1)
        if queries.customers_without_emergency_route()
        else Organisation.objects.none(),
        TaskCode.KEEP_EMERGENCY_LINE,
        due_on=Value(today, output_field=DateField()),
        record="pk",
        customer_name=Value(""),
    )


@limit_to_permissions(Permission.IMPOSE_RESTRICTIONS)
def open_channel_tasks(user: StaffMember, today: date) -> QuerySet:
    """Ask every manager to open a channel where restrictions leave none since their customer's needs have changed. B2."""
    imposed = Restriction.objects.filter(status=RestrictionStatus.IMPOSED)
    return open_channel_rows(imposed, TaskCode.OPEN_CHANNEL, today)


@limit_to_permissions(Permission.IMPOSE_RESTRICTIONS)
def interim_channel_tasks(user: StaffMember, today: date) -> QuerySet:
    """Ask to open a channel where interim measures leave none. B2, B21."""
    return open_channel_rows(InterimMeasure.objects.in_force(), TaskCode.OPEN_CHANNEL_IN_INTERIM, today)


def open_channel_rows(restrictions: QuerySet, kind: str, today: date) -> QuerySet:
    return task_rows(
        restrictions.filter(pk__in=rules.restrictions_leaving_no_channel(restrictions)),
        kind,
        urgency=Urgency.AT_ONCE,
        due_on=Value(today, output_field=DateField()),
    )


@limit_to_permissions(Permission.RECEIVE_ESCALATIONS)
def second_look_tasks(user: StaffMember, today: date) -> QuerySet:
    """Ask the Management Team to look at restrictions without reviews once a year. Policy §23."""
    standing = Restriction.objects.filter(status__in=STANDING, look_again_on__lte=today)
    return task_rows(standing, TaskCode.LOOK_AGAIN, due_on=F("look_again_on"))


@limit_to_permissions(Permission.DECIDE_MANAGEMENT)
def interim_decision_tasks(user: StaffMember, today: date) -> QuerySet:
    """Ask for a decision after interim measures, also once they have lapsed; those that lapse soon come first. Beyond the policy: B21."""
    is_theirs = waits_for(user, "by", "created_at", today)
    is_theirs |= ~Q(by__in=staff_with_permission(Permission.DECIDE_MANAGEMENT))
    soon = add_working_days(today, queries.LAPSES_SOON)
    has_lapsed = Q(status=InterimStatus.LAPSED) | Q(ends_on__lt=today)
    return task_rows(
        queries.undecided_interim_measures().filter(is_theirs),
        Case(
            When(has_lapsed, then=Value(TaskCode.DECIDE_AFTER_LAPSE)),
            default=Value(TaskCode.DECIDE_BEFORE_LAPSE),
        ),
        urgency=Case(
            When(ends_on__lte=soon, then=Urgency.AT_ONCE),
            default=Urgency.IN_TURN,
            output_field=IntegerField(),
        ),
        due_on=F("ends_on"),
        note=F("staff_instruction"),
    )


@limit_to_permissions(Permission.IMPOSE_RESTRICTIONS)
def interim_letter_tasks(user: StaffMember, today: date) -> QuerySet:
    """Ask for the letter about an interim measure that was to follow, while it stands and nobody has decided. Policy §12; B21."""
    unwritten = InterimMeasure.objects.in_force().undecided().filter(letter_follows=True)
    since = Coalesce(OuterRef("extended_at"), OuterRef("created_at"))
    letters = Letter.objects.filter_sent_or_in_hand().filter(
        Q(issued_at=None) | Q(issued_at__gte=since), interim_measures=OuterRef("pk")
    )
    days = Organisation.current().notification_working_days
    return task_rows(
        unwritten.exclude(Exists(letters)).filter(waits_for(user, "by", "created_at", today)),
        TaskCode.WRITE_ABOUT_INTERIM,
        due_on=working_days_after("created_at", days, today),
    )


@limit_to_permissions(Permission.DECIDE_MANAGEMENT)
def explanation_tasks(user: StaffMember, today: date) -> QuerySet:
    """Ask for the letter that was to explain a decision, where no restriction is there to remind of it. Policy §12."""
    unnotified = Restriction.objects.unnotified().filter(decision=OuterRef("pk"))
    letters = Letter.objects.filter_sent_or_in_hand().filter(decisions=OuterRef("pk"))
    unexplained = ManagementDecision.objects.filter(
        ~Exists(unnotified), ~Exists(letters), explained=Explained.BY_LETTER, explained_on=None
    )
    days = Organisation.current().notification_working_days
    return task_rows(
        unexplained.filter(waits_for(user, "by", "decided_at", today)),
        TaskCode.EXPLAIN_DECISION,
        due_on=working_days_after("decided_at", days, today),
        note=F("by__first_name"),
    )
