"""Tasks about decisions, restrictions and interim measures: on which grounds each waits for somebody, and by when."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import combinations
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, prefetch_related_objects
from django.utils.timezone import localdate

from cha_engagement.core.conditions import true_where
from cha_engagement.core.permissions import Permission
from cha_engagement.core.statements import fill_up, kept_records, kept_rows
from cha_engagement.core.unsettled import is_unsettled
from cha_engagement.customers.models import Customer, Need
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.in_hand import letters_in_hand
from cha_engagement.organisation.calendar import add_working_days, latest_soon, start_of_day
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.interfaces import (
    ORDINARY,
    Ground,
    GroundPerson,
    Part,
    People,
    Task,
    TaskKind,
    TaskLink,
    TaskSource,
    deadline_at_once,
    people_with_part,
    person_or_others,
    task_about,
)
from incidents.agreements.models import Agreement
from incidents.agreements.queries import is_to_be_spared
from incidents.enums import ZERO_TOLERANCE
from incidents.models import Assessment, Incident
from incidents.queries import can_be, incidents_awaiting_manager, is_perhaps_waiting, staff_with_part

from . import queries, rules
from .enums import STANDING, Explained, InterimStatus, LetterCode, RestrictionEvent, RestrictionStatus
from .kinds import KIND_PERMISSIONS, KINDS
from .models import InterimMeasure, ManagementDecision, Restriction


class TaskCode(StrEnum):
    SETTLE_PROPOSAL = "restriction.settle"
    NOTIFY_CUSTOMER = "restriction.tell"
    CONFIRM_UNNOTIFIED = "restriction.unnotified"
    CONFIRM_UNEXPLAINED = "decision.unnotified"
    NAME_ANOTHER_CONTACT = "restriction.rename"
    OPEN_CHANNEL = "restriction.open"
    OPEN_CHANNEL_IN_INTERIM = "interim.open"
    FIND_EMERGENCY_ROUTE = "customer.emergency"
    CONFIRM_NEEDS = "customer.needs"
    KEEP_EMERGENCY_LINE = "organisation.emergency"
    LOOK_AGAIN = "restriction.look_again"
    END_AFTER_DEATH = "restriction.died"
    NOTIFY_OF_END = "restriction.tell_end"
    WRITE_ABOUT_INTERIM = "interim.tell"
    DECIDE_BEFORE_LAPSE = "interim.decide"
    DECIDE_AFTER_LAPSE = "interim.lapsed"
    EXPLAIN_DECISION = "decision.explain"


TASK_KINDS: dict[str, TaskKind] = {
    TaskCode.SETTLE_PROPOSAL: TaskKind("Impose or decline a proposal", "restriction_impose", ORDINARY, "22"),
    TaskCode.NOTIFY_CUSTOMER: TaskKind(
        "Tell the customer of a restriction", "restriction", ORDINARY, "23", place="decision_letter"
    ),
    TaskCode.CONFIRM_UNNOTIFIED: TaskKind(
        "Confirm that a customer is not told, or have them told", "restriction_unnotified", ORDINARY, "B36"
    ),
    TaskCode.CONFIRM_UNEXPLAINED: TaskKind(
        "Confirm that a decision is not explained, or have it explained",
        "decision_unnotified",
        ORDINARY,
        "B36",
    ),
    TaskCode.NAME_ANOTHER_CONTACT: TaskKind(
        "Name another contact: one of them has left", "restriction_rename", ORDINARY, "21.1"
    ),
    TaskCode.OPEN_CHANNEL: TaskKind(
        "Open a way of contact: this customer can use none",
        "restriction",
        ORDINARY,
        "B2",
        place="restriction_lift",
    ),
    TaskCode.OPEN_CHANNEL_IN_INTERIM: TaskKind(
        "Open a way of contact: this customer can use none", "interim_end", ORDINARY, "B2"
    ),
    TaskCode.FIND_EMERGENCY_ROUTE: TaskKind(
        "Find an emergency route that this customer can use", "customer_edit", ORDINARY, "B2"
    ),
    TaskCode.CONFIRM_NEEDS: TaskKind("Check with a customer what they need", "customer_edit", ORDINARY, "9"),
    TaskCode.KEEP_EMERGENCY_LINE: TaskKind(
        "Keep an emergency line that each customer can use",
        "admin:organisation_organisation_change",
        ORDINARY,
        "B2",
    ),
    TaskCode.LOOK_AGAIN: TaskKind(
        "Look again at a restriction without reviews", "restriction_look_again", ORDINARY, "23"
    ),
    TaskCode.END_AFTER_DEATH: TaskKind(
        "End a restriction: its customer has died", "restriction_lift", ORDINARY
    ),
    TaskCode.NOTIFY_OF_END: TaskKind(
        "Tell the customer that a restriction has ended",
        "restriction",
        ORDINARY,
        "12",
        place="restriction_letter",
    ),
    TaskCode.WRITE_ABOUT_INTERIM: TaskKind(
        "Write the letter about an interim measure", "interim", ORDINARY, "B21", place="interim_letter"
    ),
    TaskCode.DECIDE_BEFORE_LAPSE: TaskKind(
        "Decide before an interim measure lapses",
        "decide",
        ORDINARY,
        "B21",
        about="interim",
        otherwise="An interim measure lapses soon unless somebody decides.",
    ),
    TaskCode.DECIDE_AFTER_LAPSE: TaskKind(
        "Decide: an interim measure has lapsed",
        "decide",
        ORDINARY,
        "B21",
        about="interim",
        otherwise="An interim measure has lapsed: nothing of it applies any more.",
    ),
    TaskCode.EXPLAIN_DECISION: TaskKind(
        "Restrict or explain what was decided", "decision", ORDINARY, "12", place="decision_explain"
    ),
}

IMPOSE = (Permission.IMPOSE_RESTRICTIONS,)
ASSESS = (Permission.ASSESS_INCIDENTS,)
DECIDE = (Permission.DECIDE_MANAGEMENT,)
CHANGE = (Permission.CHANGE_CUSTOMERS,)
ESCALATED = (Permission.RECEIVE_ESCALATIONS,)
ADMINISTER = (Permission.ADMINISTER,)
HEAR = (Permission.HEAR_APPEALS,)
LEFT_FOR_LONG = timedelta(days=8)
WORKING_DAYS_TO_CONFIRM_NEEDS = 5
WORKING_DAYS_TO_CONFIRM = 5
"""Within which a second person confirms or reverses that a decision is not explained. Beyond the policy: B36."""


def permissions_for_kinds(kinds: Iterable[str]) -> tuple[Permission, ...]:
    """Return what somebody must hold to deal with restrictions of these kinds. Policy §54."""
    needed = {KINDS[kind].permission for kind in kinds}
    return (*IMPOSE, *(permission for permission in KIND_PERMISSIONS if permission in needed))


def with_others_after_a_week(
    person: int | None, moment: datetime, permissions: tuple[Permission, ...], people: People = frozenset()
) -> frozenset[Ground]:
    """Return the grounds on which something waits for whoever did something at a moment: nothing urgent waits for one person.

    It waits for others while that person is not at work, or once they have left it for more than a week.
    """
    left_for_long = start_of_day(localdate(moment) + LEFT_FOR_LONG)
    grounds = frozenset({Ground(permissions, since=left_for_long, people=people)})
    return grounds | person_or_others(person, permissions, permissions, people=people) if person else grounds


def working_days_after(moment: datetime) -> date:
    """Return by when a customer is to be told of something."""
    return add_working_days(localdate(moment), Organisation.current().notification_working_days)


def restriction_tasks(keys: Collection[int]) -> Iterator[Task]:
    asked = fill_up(list(keys))
    restrictions = kept_records(Restriction, restrictions_that_may_wait, *asked)
    for restriction in restrictions:
        if restriction.status != RestrictionStatus.PROPOSED:
            yield from standing_tasks(restriction)
    yield from tasks_to_settle(
        [restriction for restriction in restrictions if restriction.status == RestrictionStatus.PROPOSED]
    )
    yield from tasks_to_confirm_unnotified(
        Restriction, [restriction for restriction in restrictions if restriction.unnotified_request]
    )
    yield from end_letter_tasks(dict(kept_rows(endings_to_tell, *asked)))
    imposed = {
        restriction.pk for restriction in restrictions if restriction.status == RestrictionStatus.IMPOSED
    }
    yield from open_channel_tasks(Restriction, imposed)


def restrictions_that_may_wait(*keys: int) -> QuerySet[Any]:
    """Return those of some restrictions that are proposed or stand, each with whether it `spares_somebody` and when its customer `died_on`."""
    return Restriction.objects.filter(
        pk__in=keys, status__in=(RestrictionStatus.PROPOSED, *STANDING)
    ).annotate(
        died_on=F("customer__deceased_on"),
        spares_somebody=true_where(
            Q(named_contact__isnull=False)
            & (is_to_be_spared(OuterRef("named_contact")) | is_to_be_spared(OuterRef("deputy")))
        ),
    )


def involved_staff(model: type[Restriction | ManagementDecision], records: list[Any]) -> dict[int, set[int]]:
    """Return who had a part in what each of some records rests on, by the key of the record. Policy §13."""
    involved: dict[int, set[int]] = {record.pk: set() for record in records}
    if not records:
        return involved
    name = str(model._meta.model_name)
    rests_on = model.incidents.through.objects.filter(**{f"{name}__in": records})
    pairs = list(rests_on.values_list(name, "incident"))
    incidents = Incident.objects.filter(pk__in=[incident for _, incident in pairs])
    with_part = staff_with_part(incidents.annotate(may_be_worst=true_where(can_be(*ZERO_TOLERANCE))))
    for key, incident in pairs:
        involved[key] |= with_part[incident]
    return involved


def grounds_of_uninvolved(
    permissions: tuple[Permission, ...], involved: set[int], people: People = frozenset()
) -> set[Ground]:
    """Return the grounds on which something waits for whoever had no part in it, and for the others while no manager without one is there."""
    grounds = {Ground(permissions, people=people | people_with_part(Part.NOT_ASKED, involved))}
    if involved:
        not_counted = people | people_with_part(Part.NOT_COUNTED, involved)
        grounds.add(Ground(permissions, while_nobody=(ASSESS,), people=not_counted))
    return grounds


def tasks_to_settle(proposals: list[Any]) -> Iterator[Task]:
    """Ask every manager to settle proposals; where a kind has a permission of its own, those who have it. Policy §22, 54.

    Whoever had a part in what one rests on is asked while nobody else is there, as in `rules.may_impose`. Policy §13.
    """
    involved = involved_staff(Restriction, proposals)
    for proposal in proposals:
        grounds = grounds_of_uninvolved(permissions_for_kinds([proposal.kind]), involved[proposal.pk])
        due_on = working_days_after(proposal.created_at)
        yield task_about(proposal, TaskCode.SETTLE_PROPOSAL, grounds, due_on=due_on, note=proposal.title)


def standing_tasks(restriction: Any) -> Iterator[Task]:
    if is_unnotified(restriction):
        yield task_to_notify(restriction)
    if restriction.named_contact_id:
        yield task_to_rename(restriction)
    if restriction.look_again_on:
        grounds = {Ground(ESCALATED, since=start_of_day(restriction.look_again_on))}
        yield task_about(restriction, TaskCode.LOOK_AGAIN, grounds, due_on=restriction.look_again_on)
    if restriction.died_on:
        grounds = {Ground(permissions_for_kinds([restriction.kind]))}
        yield task_about(restriction, TaskCode.END_AFTER_DEATH, grounds, due_on=restriction.died_on)


def is_unnotified(restriction: Restriction) -> bool:
    return not restriction.customer_notified_on and not restriction.not_notified_reason


def task_to_notify(restriction: Any) -> Task:
    """Ask to tell a customer of a restriction that they do not know of yet, while no letter is about to tell of it. Policy §12, 23, 54.

    One letter tells of all under a decision: where a kind among them is not for everybody, it waits for those who may write it.
    """
    others = kept_rows(kinds_to_tell, restriction.decision_id) if restriction.decision_id else []
    permissions = permissions_for_kinds(kind for (kind,) in others)
    people = letters_in_hand(kept_records(Letter, letters_telling_of, restriction.pk)).absent_holders
    grounds = with_others_after_a_week(
        restriction.imposed_by_id, restriction.imposed_at, permissions, people=people
    )
    return task_about(
        restriction, TaskCode.NOTIFY_CUSTOMER, grounds, due_on=working_days_after(restriction.imposed_at)
    )


def kinds_to_tell(decision: int) -> QuerySet[Any]:
    unnotified = Restriction.objects.unnotified().filter(decision=decision, supersedes=None)
    return unnotified.order_by().values_list("kind")


def letters_telling_of(restriction: int) -> QuerySet[Letter]:
    return Letter.objects.filter(restrictions=restriction)


def tasks_to_confirm_unnotified(
    model: type[Restriction | ManagementDecision], records: list[Any]
) -> Iterator[Task]:
    """Ask managers who neither asked for it nor decided on it whether the customer is not told. Policy §12; beyond the policy: B36.

    Whoever had a part in what it rests on is asked while nobody else is there, as in `rules.may_leave_unnotified`. Policy §13.
    """
    if model is Restriction:
        prefetch_related_objects(records, "decision")
    involved = involved_staff(model, records)
    for record in records:
        permissions = tuple(queries.permissions_to_answer(record))
        decided = people_with_part(Part.NOT_ASKED, rules.people_who_asked_or_decided(record))
        grounds = grounds_of_uninvolved(permissions, involved[record.pk], decided)
        if record.unnotified_reader_id:
            grounds.add(Ground(HEAR, person=record.unnotified_reader_id))
        if model is Restriction:
            due_on = working_days_after(record.unnotified_requested_at)
            yield task_about(record, TaskCode.CONFIRM_UNNOTIFIED, grounds, due_on=due_on)
        else:
            asked_on = localdate(record.unnotified_requested_at)
            due_on = add_working_days(asked_on, WORKING_DAYS_TO_CONFIRM)
            yield task_about(record, TaskCode.CONFIRM_UNEXPLAINED, grounds, due_on=due_on)


def task_to_rename(restriction: Any) -> Task:
    """Ask every manager for another contact where one has left, since the customer is cut off. Policy §21.1; B2.

    So they are where the customer harmed one who does not agree. Beyond the policy: B40.
    """
    contacts = [key for key in (restriction.named_contact_id, restriction.deputy_id) if key]
    grounds = {
        Ground(IMPOSE, people=frozenset({GroundPerson(Part.ABSENT, contact, even_away=True)}))
        for contact in contacts
    }
    if restriction.spares_somebody:
        grounds.add(Ground(IMPOSE))
    return task_about(
        restriction, TaskCode.NAME_ANOTHER_CONTACT, grounds, **deadline_at_once(restriction.created_at)
    )


def endings_to_tell(*keys: int) -> QuerySet[Any]:
    """Return those of some restrictions that ended while their customer goes by what an earlier letter says, each with when that was."""
    history = Restriction.history.model
    endings = history.objects.filter(
        id=OuterRef("pk"), event__in=(RestrictionEvent.LIFT, RestrictionEvent.EXPIRE)
    ).order_by("-sequence")
    ended = Restriction.objects.filter(
        is_unsettled(Restriction),
        queries.is_end_unnotified(Letter.objects.filter_sent()),
        pk__in=keys,
        customer_notified_on__isnull=False,
    )
    return ended.values_list("pk", Subquery(endings.values("history_date")[:1]))


def end_letter_tasks(endings: Mapping[int, datetime]) -> Iterator[Task]:
    """Ask to write of restrictions that ended at these moments. Policy §12, 54."""
    for restriction in Restriction.objects.filter(pk__in=endings):
        ended_at = endings[restriction.pk]
        letters = letters_in_hand(restriction.letters.filter(kind=LetterCode.RESTRICTION_ENDED))
        permissions = permissions_for_kinds([restriction.kind])
        grounds = with_others_after_a_week(
            restriction.imposed_by_id, ended_at, permissions, people=letters.absent_holders
        )
        due_on = working_days_after(ended_at)
        yield task_about(restriction, TaskCode.NOTIFY_OF_END, grounds, due_on=due_on)


def interim_tasks(keys: Collection[int]) -> Iterator[Task]:
    interim_measures = InterimMeasure.objects.filter(pk__in=keys)
    waiting = InterimMeasure.incidents.through.objects.filter(
        incident__in=incidents_awaiting_manager().filter(is_perhaps_waiting()).values("pk")
    )
    may_wait = Q(status__in=(InterimStatus.IN_FORCE, InterimStatus.LAPSED))
    undecided: Any = (
        interim_measures.filter(may_wait)
        .undecided()
        .annotate(is_waited_for=true_where(Q(pk__in=waiting.values("interimmeasure"))))
        .prefetch_related("letters")
    )
    for interim in undecided:
        yield from tasks_to_decide(interim)
        if interim.status == InterimStatus.IN_FORCE and interim.letter_follows:
            yield from tasks_to_write(interim)
    in_force = interim_measures.filter(status=InterimStatus.IN_FORCE).values_list("pk", flat=True)
    yield from open_channel_tasks(InterimMeasure, set(in_force))


def tasks_to_decide(interim: Any) -> Iterator[Task]:
    """Ask for a decision after interim measures, also once they have lapsed; those that lapse soon come first. Beyond the policy: B21."""
    after_last_day = start_of_day(interim.ends_on + timedelta(days=1))
    setter = interim.by_id
    gone = GroundPerson(Part.ABSENT, setter, Permission.DECIDE_MANAGEMENT, even_away=True)
    grounds = with_others_after_a_week(setter, interim.created_at, DECIDE) | {
        Ground(DECIDE, people=frozenset({gone}))
    }
    values = {
        "due_on": interim.ends_on,
        "urgent_from": start_of_day(first_day_near_end(interim.ends_on)),
        "note": interim.staff_instruction,
    }
    if interim.status == InterimStatus.IN_FORCE:
        yield task_about(
            interim, TaskCode.DECIDE_BEFORE_LAPSE, limit_grounds(grounds, until=after_last_day), **values
        )
    if interim.is_waited_for:
        since = after_last_day if interim.status == InterimStatus.IN_FORCE else None
        yield task_about(interim, TaskCode.DECIDE_AFTER_LAPSE, limit_grounds(grounds, since=since), **values)


def limit_grounds(
    grounds: Iterable[Ground], since: datetime | None = None, until: datetime | None = None
) -> frozenset[Ground]:
    """Return these grounds as they hold between two moments."""
    return frozenset(
        replace(ground, since=max(filter(None, (ground.since, since)), default=None), until=until)
        for ground in grounds
    )


def first_day_near_end(last_day: date) -> date:
    """Return the first day on which an interim measure lapses soon."""
    day = last_day
    while latest_soon(day - timedelta(days=1)) >= last_day:
        day -= timedelta(days=1)
    return day


def tasks_to_write(interim: InterimMeasure) -> Iterator[Task]:
    """Ask for the letter about an interim measure that was to follow, while it stands and nobody has decided. Policy §12; B21."""
    since = interim.extended_at or interim.created_at
    letters = letters_in_hand(
        letter for letter in interim.letters.all() if letter.issued_at is None or letter.issued_at >= since
    )
    if not letters.is_sent:
        grounds = with_others_after_a_week(
            interim.by_id, interim.created_at, IMPOSE, people=letters.absent_holders
        )
        grounds = limit_grounds(grounds, until=start_of_day(interim.ends_on + timedelta(days=1)))
        yield task_about(
            interim, TaskCode.WRITE_ABOUT_INTERIM, grounds, due_on=working_days_after(interim.created_at)
        )


def open_channel_tasks(model: Any, keys: set[int]) -> Iterator[Task]:
    """Ask every manager to open a channel where restrictions or interim measures in force leave none that their customer can use. B2, B21."""
    if not keys:
        return
    kind = TaskCode.OPEN_CHANNEL if model is Restriction else TaskCode.OPEN_CHANNEL_IN_INTERIM
    grounds_by_measure: dict[Any, set[Ground]] = defaultdict(set)
    for customer in rules.customers_at_risk(model.objects.filter(pk__in=keys)):
        for since, until, measure in rules.measures_leaving_no_channel(customer):
            if isinstance(measure, model) and measure.pk in keys:
                grounds_by_measure[measure].add(Ground(IMPOSE, since=since, until=until))
    for measure, grounds in grounds_by_measure.items():
        yield task_about(measure, kind, grounds, **deadline_at_once(measure.created_at))


def decision_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask for the letter that was to explain a decision, where no restriction is there to remind of it, or whether it is not explained. Policy §12."""
    unexplained = kept_records(ManagementDecision, unexplained_decisions, *fill_up(list(keys)))
    prefetch_related_objects(unexplained, "letters")
    for decision in unexplained:
        letters = letters_in_hand(decision.letters.all())
        if not letters.is_sent:
            grounds = with_others_after_a_week(
                decision.by_id, decision.decided_at, DECIDE, people=letters.absent_holders
            )
            due_on = working_days_after(decision.decided_at)
            yield task_about(
                decision, TaskCode.EXPLAIN_DECISION, grounds, due_on=due_on, note_about=decision.by_id
            )
    requests = ManagementDecision.objects.filter(pk__in=keys).exclude(unnotified_request="")
    yield from tasks_to_confirm_unnotified(ManagementDecision, list(requests))


def unexplained_decisions(*keys: int) -> QuerySet[ManagementDecision]:
    """Return those of some decisions that a letter was to explain and has not, and under which no restriction waits to be told of."""
    unnotified = Restriction.objects.unnotified().filter(decision=OuterRef("pk"))
    return ManagementDecision.objects.filter(
        ~Exists(unnotified), pk__in=keys, explained=Explained.BY_LETTER, explained_on=None
    )


def customer_tasks(keys: Collection[int]) -> Iterator[Task]:
    yield from emergency_route_tasks(keys)
    yield from needs_tasks(keys)


def needs_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask whoever looks after a customer under restrictions to confirm with them what is recorded of their needs. Policy §9.

    It waits for managers where nobody looks after them, or that one is away.
    """
    rows = kept_rows(unconfirmed_needs, *fill_up(list(keys)))
    for key, reference, assigned_to, is_restricted, interim_until, *moments in rows:
        until = None if is_restricted else start_of_day(interim_until + timedelta(days=1))
        since = max(filter(None, moments))
        grounds = person_or_others(assigned_to, CHANGE, IMPOSE, permission=Permission.CHANGE_CUSTOMERS)
        yield Task(
            TaskCode.CONFIRM_NEEDS,
            key,
            reference,
            limit_grounds(grounds, until=until),
            customer=key,
            due_on=add_working_days(localdate(since), WORKING_DAYS_TO_CONFIRM_NEEDS),
        )


def unconfirmed_needs(*keys: int) -> QuerySet[Any]:
    """Return those of some customers whose needs are to be confirmed, each with what says for whom it waits and since when."""
    customers = queries.customers_with_unconfirmed_needs(Customer.objects.filter(pk__in=keys))
    return customers.order_by().values_list(
        "pk",
        "reference",
        "assigned_to",
        "is_restricted",
        "interim_until",
        "restricted_at",
        "need_recorded_at",
        "unconfirmed_at",
    )


def emergency_route_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask for a route for customers under restrictions whom none of our emergency lines serves: until then no letter goes to them. B2."""
    keys = {key for (key,) in kept_rows(without_route_of_their_own, *fill_up(list(keys)))}
    if not keys:
        return
    for customer, until in queries.customers_without_emergency_route(Customer.objects.filter(pk__in=keys)):
        yield Task(
            TaskCode.FIND_EMERGENCY_ROUTE,
            customer.pk,
            customer.reference,
            frozenset({Ground(IMPOSE, until=until)}),
            customer=customer.pk,
            **deadline_at_once(customer.created_at),
        )


def without_route_of_their_own(*keys: int) -> QuerySet[Any]:
    customers = queries.customers_who_need_a_route(Customer.objects.filter(pk__in=keys))
    return customers.order_by().values_list("pk")


def emergency_line_tasks(keys: Collection[int]) -> Iterator[Task]:
    """Ask the keeper of the association's details for an emergency line, without a customer's name. B2."""
    for organisation in Organisation.objects.filter(pk__in=keys):
        without_route = list(queries.customers_without_emergency_route(Customer.objects.all()))
        if without_route:
            moments = [until for _, until in without_route]
            until = None if None in moments else max(filter(None, moments))
            since = min(customer.created_at for customer, _ in without_route)
            yield Task(
                TaskCode.KEEP_EMERGENCY_LINE,
                organisation.pk,
                str(organisation.pk),
                frozenset({Ground(ADMINISTER, until=until)}),
                **deadline_at_once(since),
            )


KINDS_PERMISSIONS = tuple(
    (*IMPOSE, *more)
    for count in range(len(KIND_PERMISSIONS) + 1)
    for more in combinations(KIND_PERMISSIONS, count)
)
TASK_SOURCES = (
    TaskSource(
        Restriction,
        (
            TaskCode.SETTLE_PROPOSAL,
            TaskCode.NOTIFY_CUSTOMER,
            TaskCode.CONFIRM_UNNOTIFIED,
            TaskCode.NOTIFY_OF_END,
            TaskCode.NAME_ANOTHER_CONTACT,
            TaskCode.OPEN_CHANNEL,
            TaskCode.LOOK_AGAIN,
            TaskCode.END_AFTER_DEATH,
        ),
        restriction_tasks,
        (*KINDS_PERMISSIONS, ESCALATED, HEAR),
        watched_permissions=((ASSESS,),),
    ),
    TaskSource(
        InterimMeasure,
        (
            TaskCode.DECIDE_BEFORE_LAPSE,
            TaskCode.DECIDE_AFTER_LAPSE,
            TaskCode.WRITE_ABOUT_INTERIM,
            TaskCode.OPEN_CHANNEL_IN_INTERIM,
        ),
        interim_tasks,
        (IMPOSE, DECIDE),
    ),
    TaskSource(
        ManagementDecision,
        (TaskCode.EXPLAIN_DECISION, TaskCode.CONFIRM_UNEXPLAINED),
        decision_tasks,
        (DECIDE, HEAR),
        watched_permissions=((ASSESS,),),
    ),
    TaskSource(
        Customer,
        (TaskCode.FIND_EMERGENCY_ROUTE, TaskCode.CONFIRM_NEEDS),
        customer_tasks,
        (IMPOSE, CHANGE),
    ),
    TaskSource(
        Organisation,
        (TaskCode.KEEP_EMERGENCY_LINE,),
        emergency_line_tasks,
        (ADMINISTER,),
    ),
)
CUSTOMER = frozenset({"customer", "affected_staff"})
NAMES_CONTACT = Q(named_contact__isnull=False, status__in=STANDING)
INVOLVEMENT = frozenset(
    {"affected_staff", "reported_by", "entered_by", "categories", "may_be_zero_tolerance"}
)
STANDING_OF_CUSTOMER = frozenset({"customer", "status"})
CHANNELS = frozenset({"cannot_use", "emails"})
EMERGENCY_ROUTES = frozenset(
    {
        "emergency_phone",
        "emergency_relay",
        "emergency_text",
        "emergency_email",
        "emergency_interpreter",
    }
)
NOTIFICATION_DAYS = frozenset({"notification_working_days"})
WAYS_IN = frozenset(
    {
        *("staffed_from_hour", "staffed_until_hour", "least_weekly_contacts", "least_contact_minutes"),
        *("address", "phone", "text_number", "email", "website", "office_hours"),
    }
)
NEEDS_OF_EMERGENCIES = frozenset({"cannot_use", "needs_interpreter", "emergency_route"})
TASK_LINKS = (
    *(
        TaskLink(Organisation, model, "", fields, records=records)
        for model, fields, records in (
            (
                Restriction,
                NOTIFICATION_DAYS | WAYS_IN,
                Q(status__in=(RestrictionStatus.PROPOSED, *STANDING)) | is_unsettled(Restriction),
            ),
            (InterimMeasure, NOTIFICATION_DAYS | WAYS_IN, Q(status=InterimStatus.IN_FORCE)),
            (
                ManagementDecision,
                NOTIFICATION_DAYS,
                Q(explained=Explained.BY_LETTER, explained_on=None),
            ),
        )
    ),
    TaskLink(
        Organisation, Customer, "", EMERGENCY_ROUTES, records=~Q(cannot_use=[]) | Q(needs_interpreter=True)
    ),
    TaskLink(ManagementDecision, Incident, "decisions"),
    TaskLink(ManagementDecision, InterimMeasure, "incidents__decisions"),
    TaskLink(Incident, InterimMeasure, "incidents", changed_only=True),
    TaskLink(Assessment, InterimMeasure, "incidents__assessments"),
    TaskLink(Incident, Restriction, "customer__incidents", CUSTOMER, records=NAMES_CONTACT),
    TaskLink(Incident, Restriction, "incidents", INVOLVEMENT, changed_only=True),
    TaskLink(Assessment, Restriction, "incidents__assessments"),
    TaskLink(Incident, ManagementDecision, "incidents", INVOLVEMENT, changed_only=True),
    TaskLink(Assessment, ManagementDecision, "incidents__assessments"),
    TaskLink(Agreement, Restriction, "customer__agreements", records=NAMES_CONTACT),
    TaskLink(Customer, Restriction, "customer", CHANNELS | {"deceased_on"}, changed_only=True),
    TaskLink(Customer, InterimMeasure, "customer", CHANNELS, changed_only=True),
    TaskLink(Restriction, Restriction, "customer__restrictions"),
    TaskLink(Restriction, InterimMeasure, "customer__restrictions"),
    TaskLink(InterimMeasure, Restriction, "customer__interim_measures"),
    TaskLink(InterimMeasure, InterimMeasure, "customer__interim_measures"),
    TaskLink(Restriction, ManagementDecision, "restrictions"),
    TaskLink(Restriction, Customer, "restrictions"),
    TaskLink(InterimMeasure, Customer, "interim_measures"),
    TaskLink(Need, Customer, "needs"),
    TaskLink(Letter, Restriction, "letters"),
    TaskLink(Letter, InterimMeasure, "letters"),
    TaskLink(Letter, ManagementDecision, "letters"),
    TaskLink(Restriction, Letter, "restrictions"),
    TaskLink(InterimMeasure, Letter, "interim_measures"),
    TaskLink(Customer, Organisation, "", NEEDS_OF_EMERGENCIES, changed_only=True),
    TaskLink(Restriction, Organisation, "", STANDING_OF_CUSTOMER),
    TaskLink(InterimMeasure, Organisation, "", STANDING_OF_CUSTOMER | {"ends_on"}),
)
