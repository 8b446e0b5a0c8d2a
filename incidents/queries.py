from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, TruncDate
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.timezone import localdate

from cha_engagement.core import unsettled
from cha_engagement.core.permissions import Permission
from cha_engagement.core.read_once import read_once
from cha_engagement.core.statements import (
    AskedText,
    fill_up,
    give_related,
    kept_record_or_404,
    kept_records,
    kept_rows,
    kept_rows_of_all,
)
from cha_engagement.core.unsettled import watch_transitions
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.interfaces import letter_kinds
from cha_engagement.letters.models import Letter
from cha_engagement.lists.queries import match_keys
from cha_engagement.organisation.calendar import add_working_days, start_of_day, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.interfaces import OpenRecord
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import (
    falls_to_managers,
    first_nonempty_group,
    present_staff,
    staff_with_permission,
)

from .enums import (
    DANGERS,
    THREATS,
    ZERO_TOLERANCE,
    Category,
    Harm,
    IncidentEvent,
    IncidentStatus,
    Outcome,
    Warning,
    WarningLetter,
)
from .interfaces import FollowUp, is_followed_by
from .models import Assessment, Incident
from .models import Category as CategoryRow

LOGGED_TWICE = timedelta(days=1)
"""How soon after another one an incident of the same day may be the same, as two colleagues saw it."""
UNASSESSED = Q(status=IncidentStatus.WITH_MANAGER)
ASSESSED = Q(status__in=(IncidentStatus.ASSESSED, IncidentStatus.CLOSED))

MOST_OTHERS = 5
"""Other incidents of the same customer, beside one that a manager decides on."""

INVOLVEMENT_WORDS = {
    "reported_by": "reported",
    "affected_staff": "had been affected by",
    "witnesses": "witnessed",
}
"""Verbs for the parts that somebody can have in an incident, by the field that says so."""


def prefetch_for_list(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    return incidents.select_related("customer", "reported_by").prefetch_related("categories")


def incident_for_page(reference: str, user: StaffMember) -> Incident:
    """Return an incident that somebody may see, with all that its page tells of it. Raises `Http404` where there is none."""
    incident = kept_record_or_404(Incident, incident_to_show, AskedText(reference), user)
    people: list[Any] = kept_records(StaffMember, people_named_in, incident.pk)
    for role in NAMED_ROLES:
        give_related(incident, role, [person for person in people if person.role == role])
    give_related(incident, "categories", kept_records(CategoryRow, categories_of, incident.pk))
    give_related(incident, "assessments", kept_records(Assessment, assessments_of, incident.pk))
    return incident


NAMED_ROLES = ("affected_staff", "witnesses", "contested_by")


def incident_to_show(reference: str, user: StaffMember) -> QuerySet[Incident]:
    visible = Incident.objects.visible_to(user).filter(reference=reference)
    return visible.select_related("customer", "reported_by", "entered_by", "assigned_to")


def people_named_in(incident: int) -> QuerySet[StaffMember]:
    """Return the people whom an incident names, each with their `role` and once for each of these."""
    links = {role: getattr(Incident, role).through.objects.filter(incident=incident) for role in NAMED_ROLES}
    people = [
        StaffMember.objects.filter(pk__in=link.values("staffmember"))
        .order_by()
        .annotate(role=Value(role, TextField()))
        for role, link in links.items()
    ]
    return people[0].union(*people[1:], all=True).order_by("first_name", "last_name", "username")


def categories_of(incident: int) -> QuerySet[CategoryRow]:
    return CategoryRow.objects.filter(incidents=incident)


def assessments_of(incident: int) -> QuerySet[Assessment]:
    return Assessment.objects.filter(incident=incident).select_related("by")


# Who had which part in an incident, as its history has it: what is edited away later does not clear anybody. Policy §13, 22.


class Involvement(NamedTuple):
    """A part that somebody had in an incident at any time, by their keys; `role` is of `INVOLVEMENT_WORDS`."""

    incident: int
    person: int
    role: str


def involvements(incidents: Iterable[int], roles: Iterable[str] = INVOLVEMENT_WORDS) -> list[Involvement]:
    """Return all that anybody ever had to do with some incidents, given by their keys, in the order of these. One query."""
    keys = fill_up(list(incidents))
    asked = [(rows_of_role, (role, person, *keys)) for role in roles for person in people_fields(role)]
    return sorted({Involvement(*row) for row in kept_rows_of_all(asked)})


def rows_of_role(role: str, person: str, *incidents: int) -> QuerySet[Any]:
    """Return an incident, a person and the role for each row of history by which that field says whom."""
    incident = "id" if role == "reported_by" else "history__id"
    rows = role_history(role, incidents).exclude(is_cleared(incident, person))
    return rows.values_list(F(incident), F(person), Value(role, TextField()))


def is_cleared(incident: str, person: str) -> Exists:
    """Return whether it is confirmed that somebody was named in an incident in error; what they entered themselves stays theirs.

    Both are given as paths from a row of history. Policy §13, 22.
    """
    cleared = Incident.cleared_staff.through.objects.filter(
        incident=OuterRef(incident), staffmember=OuterRef(person)
    )
    return Exists(cleared.none() if person == "entered_by" else cleared)


def people_fields(role: str) -> tuple[str, ...]:
    """Return the fields of `role_history` for whom had that role.

    Whoever entered a report in somebody else's name counts as having reported it: the words in it are theirs.
    """
    return ("reported_by", "entered_by") if role == "reported_by" else ("staffmember",)


def role_history(role: str, incidents: Any) -> QuerySet[Any]:
    """Return the history in which people had a role in some incidents, given by their keys or as a query."""
    if role == "reported_by":
        manager: Any = Incident.history.model._default_manager
        return manager.filter(id__in=incidents).order_by()
    links = {field.name: model for field, model in Incident.history_writer.m2m_models.items()}
    return links[role]._default_manager.filter(history__id__in=incidents).order_by()


def namers(incident: Incident, person: StaffMember) -> set[int]:
    """Return the keys of those who first said of somebody that they had a part in an incident, in each role."""
    rows = [
        role_history(role, [incident.pk])
        .filter(staffmember=person)
        .values_list("history__sequence", "history__history_user")
        for role in ("affected_staff", "witnesses")
    ]
    reported = role_history("reported_by", [incident.pk]).filter(reported_by=person)
    rows.append(reported.values_list("sequence", "history_user"))
    return {min(named)[1] for named in map(list, rows) if named} - {None}


def people_who_moved_day(incident: Incident) -> set[int]:
    """Return the keys of those who ever changed when an incident happened. Policy §22."""
    rows = incident.history.order_by("sequence").values_list("occurred_at", "history_user")
    return {user for (before, _), (after, user) in pairwise(rows) if before != after}


def people_who_said_dangers(incident: Incident) -> dict[str, set[int]]:
    """Return the keys of those who ever typed or confirmed each danger of an incident, by its category; and of those who said that somebody was harmed.

    These stand below `Harm.YES`. Whoever enters it for a colleague says so, and not the colleague. Policy §23, 24.
    """
    links = {field.name: model for field, model in Incident.history_writer.m2m_models.items()}["categories"]
    dangers = links._default_manager.filter(history__id=incident.pk, category__in=DANGERS)
    codes_by_row: dict[int, set[str]] = defaultdict(set)
    for row, code in dangers.values_list("history", "category"):
        codes_by_row[row].add(code)
    rows = incident.history.order_by("sequence").values_list("history_id", "harm", "event", "history_user")
    people: dict[str, set[int]] = defaultdict(set)
    codes_before, harm_before = set[str](), ""
    for row, harm, event, person in rows:
        codes = codes_by_row[row]
        is_found = event in (IncidentEvent.ASSESS, IncidentEvent.CONFIRM_DANGER)
        for code in codes if is_found else codes - codes_before:
            people[code].add(person)
        if harm == Harm.YES and harm_before != harm:
            people[Harm.YES].add(person)
        codes_before, harm_before = codes, harm
    return people


def account_rewriters(incident: Incident) -> list[StaffMember]:
    """Return who changed the account of an incident that others had reported and entered, in that order."""
    rows = list(incident.history.order_by("sequence").values_list("facts", "history_user"))
    changed = [user for (before, _), (after, user) in pairwise(rows) if before != after]
    people = StaffMember.objects.in_bulk({user for user in changed if user})
    authors = {incident.reported_by_id, incident.entered_by_id}
    return [people[user] for user in dict.fromkeys(changed) if user in people and user not in authors]


class PeopleWithPart(NamedTuple):
    """Whom one of some incidents ever was said to have affected, and who ever reported one that is zero tolerance, or may be, by their keys."""

    affected: set[int]
    reporters: set[int]

    @property
    def all(self) -> set[int]:
        return self.affected | self.reporters


def people_with_part(incidents: Iterable[Incident]) -> PeopleWithPart:
    """Return who had such a part in some incidents at any time. One query."""
    return people_with_part_in(*(incident.pk for incident in incidents))


@read_once
def people_with_part_in(*incidents: int) -> PeopleWithPart:
    keys = fill_up(list(incidents))
    asked: list[tuple[Any, tuple[Any, ...]]] = [(rows_of_role, ("affected_staff", "staffmember", *keys))]
    asked += [(worst_reporters, (person, *keys)) for person in people_fields("reported_by")]
    rows = [Involvement(*row) for row in kept_rows_of_all(asked)]
    affected = {row.person for row in rows if row.role == "affected_staff"}
    return PeopleWithPart(affected, {row.person for row in rows if row.role == "reported_by"})


def worst_reporters(person: str, *incidents: int) -> QuerySet[Any]:
    """Return as `rows_of_role` does who reported those that are zero tolerance, or may be: no manager has said of what kind they are."""
    worst = Incident.objects.filter(can_be(*ZERO_TOLERANCE), pk__in=incidents).order_by().values("pk")
    rows = role_history("reported_by", worst).exclude(is_cleared("id", person))
    return rows.values_list(F("id"), F(person), Value("reported_by", TextField()))


def staff_with_part(incidents: Collection[Any]) -> dict[int, set[int]]:
    """Return who decides on none of these while somebody else can, by the key of the incident: as in `rules.may_decide_on`.

    Of each is known whether it `may_be_worst`.
    """
    people: dict[int, set[int]] = defaultdict(set)
    keys = {incident.pk: incident.may_be_worst for incident in incidents}
    for involvement in involvements(keys, ("affected_staff", "reported_by")):
        if involvement.role == "affected_staff" or keys[involvement.incident]:
            people[involvement.incident].add(involvement.person)
    return people


class ManagersToTell(NamedTuple):
    """Who is told of an incident at once, as they decide on it, and the other managers at work who can, who are told later. Policy §25, 57."""

    at_once: list[StaffMember]
    later: list[StaffMember]


def managers_to_tell(incident: Incident) -> ManagersToTell:
    """Return at first the line manager of the reporter, or their deputy; every manager where these cannot take it."""
    involved = people_with_part([incident]).all
    able = [manager for manager in kept_records(StaffMember, managers_at_work) if manager.pk not in involved]
    line_manager = (person for person in able if person == incident.reported_by.acting_line_manager)
    at_once = first_nonempty_group(line_manager, able, staff_with_permission(Permission.ASSESS_INCIDENTS))
    return ManagersToTell(at_once, [manager for manager in able if manager not in at_once])


def managers_at_work() -> QuerySet[StaffMember]:
    return present_staff(staff_with_permission(Permission.ASSESS_INCIDENTS))


def last_assessment_value(field: str) -> Subquery:
    """Return the `outcome` of an incident's last assessment, or whom it is `by`."""
    assessments = Assessment.objects.filter(incident=OuterRef("pk")).order_by("-at", "-pk")
    return Subquery(assessments.values(field)[:1])


def assessed_incidents(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """Return those that were assessed, with the aliases `outcome_now` and `assessor_now` of their last assessment."""
    return incidents.filter(ASSESSED).alias(
        outcome_now=last_assessment_value("outcome"), assessor_now=last_assessment_value("by")
    )


def is_undecided() -> Q:
    """Return a `Q` on assessed incidents to be managed actively, where no such decision was made since. Policy §20, 22."""
    decided = is_followed_by(FollowUp.DECISION_SINCE_ASSESSMENT)
    return Q(outcome_now=Outcome.ACTIVE_MANAGEMENT) & ~decided


def is_not_carried_out() -> Q:
    """Return a `Q` on assessed incidents to be managed actively, where staff do not apply a decision yet. Policy §24."""
    carried_out = is_followed_by(FollowUp.CARRIED_OUT_DECISION)
    return Q(outcome_now=Outcome.ACTIVE_MANAGEMENT) & ~carried_out


def is_awaiting_letter(letters: QuerySet[Letter]) -> Q:
    """Return a `Q` on assessed incidents on which a letter is to follow, and none of these is about them. Policy §29."""
    about_it = letters.filter(incidents=OuterRef("pk"))
    return Q(customer__isnull=False, outcome_now=Outcome.WARNING_LETTER) & ~Q(Exists(about_it))


def other_incidents(incident: Incident, user: StaffMember) -> list[Incident]:
    """Return the latest other incidents of the same customer that this user reads, each with the `outcome_now` of its last assessment."""
    if incident.customer is None:
        return []
    others = Incident.objects.visible_to(user).filter(customer=incident.customer).exclude(pk=incident.pk)
    others = others.annotate(outcome_now=last_assessment_value("outcome")).prefetch_related("categories")
    return list(others.order_by("-occurred_at", "-pk")[:MOST_OTHERS])


def incidents_of_same_day(incident: Incident, user: StaffMember) -> list[Incident]:
    """Return what may be the same incident, logged twice: of the same day and channel, logged within a day of it. Those that this user reads."""
    if incident.customer is None:
        return []
    day = localdate(incident.occurred_at)
    others = Incident.objects.visible_to(user).filter(
        customer=incident.customer,
        channel=incident.channel,
        occurred_at__gte=start_of_day(day),
        occurred_at__lt=start_of_day(day + timedelta(days=1)),
        created_at__range=(incident.created_at - LOGGED_TWICE, incident.created_at + LOGGED_TWICE),
    )
    others = others.exclude(pk=incident.pk).select_related("entered_by").prefetch_related("categories")
    return list(others.order_by("pk"))


def files_of(incident: int, user: StaffMember) -> QuerySet[Evidence]:
    return Evidence.objects.visible_to(user).filter(incidents=incident).order_by("pk")


def letters_about(incident: int, user: StaffMember) -> QuerySet[Letter]:
    return Letter.objects.visible_to(user).filter(incidents=incident).order_by("-pk")


def is_letter_unwritten(incident: Incident) -> bool:
    """Return whether a letter is to follow on an incident, and nobody has begun one that still stands."""
    return bool(kept_rows(without_letter, incident.pk))


def without_letter(incident: int) -> QuerySet[Any]:
    unwritten = incidents_awaiting_letter(Letter.objects.exclude_withdrawn()).filter(pk=incident)
    return unwritten.order_by().values_list("pk")


def incidents_awaiting_decision() -> QuerySet[Incident]:
    return assessed_incidents(Incident.objects.all()).filter(is_undecided())


def incidents_awaiting_letter(letters: QuerySet[Letter]) -> QuerySet[Incident]:
    return assessed_incidents(Incident.objects.all()).filter(is_awaiting_letter(letters))


@watch_transitions(Incident, IncidentEvent.ASSESS)
def has_follow_up() -> Q:
    """Return a `Q` on incidents on which a decision or a letter follows, once their customer is known, or the card still warns.

    A letter that was sent stays sent.
    """
    outcome = last_assessment_value("outcome")
    decided = is_followed_by(FollowUp.DECISION_SINCE_ASSESSMENT)
    carried_out = is_followed_by(FollowUp.CARRIED_OUT_DECISION)
    awaits_decision = Q(Exact(outcome, Outcome.ACTIVE_MANAGEMENT)) & (
        ~decided | can_be(*THREATS) & ~carried_out
    )
    sent_about_it = Letter.objects.filter_sent().filter(incidents=OuterRef("pk"))
    return awaits_decision | Q(Exact(outcome, Outcome.WARNING_LETTER)) & ~Q(Exists(sent_about_it))


def has_category(*codes: str) -> Exists:
    return Exists(Incident.categories.through.objects.filter(incident=OuterRef("pk"), category__in=codes))


def has_category_in_long_list(*codes: str) -> Q:
    """Return `has_category` for a long list, quick however few of it have one."""
    links = Incident.categories.through.objects.filter(category__in=codes)
    return match_keys(links.values_list("incident", flat=True), Q(has_category(*codes)))


def can_be(*codes: str) -> Q:
    """Return a `Q` on incidents of these categories, and on those that may be, as far as no manager has said what they were. Policy §24."""
    return Q(has_category(*codes)) | Q(may_be_zero_tolerance=True)


def incidents_with_caution(since: datetime) -> QuerySet[Incident]:
    """Return the incidents after which staff speak to a manager before any contact. Policy §24.

    After violence or a threat, and what may be one as far as no manager has said what it was, that is until one has decided and the
    decision is carried out, however long it takes: nothing else switches it off, whatever its reporter says of it later.
    After abuse it is once a manager has confirmed it, where that was `since` then, until they have decided.
    """
    waiting = Incident.objects.alias(outcome_now=last_assessment_value("outcome")).filter(
        can_be(*THREATS) & (~ASSESSED | ASSESSED & is_not_carried_out())
        | ASSESSED & is_undecided() & Q(has_category(Category.ABUSE), waiting_since__gte=since)
    )
    return waiting.select_related("reported_by__line_manager__deputy").order_by("waiting_since")


def has_caution(incident: Incident) -> bool:
    """Return whether staff speak to a manager before any contact because of this incident. Policy §24."""
    return incidents_with_caution(caution_cutoff()).filter(pk=incident.pk).exists()


def caution_cutoff() -> datetime:
    """Return the moment such that abuse which a manager confirmed before it calls for caution no more."""
    days = Organisation.current().notice_working_days
    day = today()
    # The earliest day whose caution still stands: working days are not evenly spread, so it is looked for.
    while add_working_days(day - timedelta(days=1), days) >= today():
        day -= timedelta(days=1)
    return start_of_day(day)


def is_perhaps_waiting() -> Q:
    """Return a `Q` on all incidents that wait for a manager, and few besides: an index narrows a search to them."""
    return Q(
        pk__in=Incident.objects.filter(UNASSESSED).values("pk").union(unsettled.unsettled_keys(Incident))
    )


def incidents_awaiting(condition: Q) -> QuerySet[Incident]:
    """Return the incidents that no manager has assessed, and those assessed that meet the condition."""
    incidents = Incident.objects.alias(
        outcome_now=last_assessment_value("outcome"), assessor_now=last_assessment_value("by")
    )
    return incidents.filter(~ASSESSED | ASSESSED & condition)


def incidents_awaiting_manager() -> QuerySet[Incident]:
    return incidents_awaiting(is_undecided())


def threats_awaiting_decision() -> QuerySet[Incident]:
    """Return what `undecided_threats` does, to be narrowed down by something else than what waits."""
    return incidents_awaiting(is_not_carried_out()).filter(can_be(*THREATS))


def undecided_threats() -> QuerySet[Incident]:
    """Return possible threats on which nobody has decided, or whose decision is not carried out. Policy §24.

    The longest waiting come first.
    """
    waiting = threats_awaiting_decision().filter(is_perhaps_waiting())
    return waiting.select_related("reported_by__line_manager__deputy").order_by("waiting_since", "pk")


def comparable_incidents(incident_ids: Iterable[int], *, besides: Customer) -> QuerySet[Incident]:
    """Return incidents of other customers that share a category with these, newest first. Policy §13."""
    links = Incident.categories.through.objects.filter(incident__in=list(incident_ids))
    is_alike = has_category_in_long_list(*links.values_list("category", flat=True).distinct())
    return Incident.objects.filter(is_alike).exclude(customer=besides).order_by("-occurred_at", "-id")


@dataclass(frozen=True, slots=True)
class GivenWarning:
    """A warning that a customer was given, by its day and where it is recorded. `how` is a channel or a kind of letter."""

    day: date
    reference: str
    how: str

    @property
    def is_letter(self) -> bool:
        return self.how in WarningLetter.values

    @property
    def description(self) -> str:
        if self.is_letter:
            return f"a letter: {letter_kinds()[self.how].title}"
        return Channel(self.how).label.lower()

    def get_absolute_url(self) -> str:
        return reverse("letter" if self.is_letter else "incident", args=[self.reference])


def given_warnings(customer: Customer | None, user: StaffMember) -> list[GivenWarning]:
    """Return every warning that a customer was given, as far as this user reads of it, newest first.

    One query. Policy §26, 31.
    """
    if customer is None:
        return []
    asked = (user.narrow_to_customer(customer.pk), customer.pk)
    rows = kept_rows_of_all([(spoken_warning_rows, asked), (written_warning_rows, asked)])
    warnings = [GivenWarning(date.fromisoformat(day), *rest) for day, *rest in rows]
    return sorted(warnings, key=attrgetter("day", "reference"), reverse=True)


def spoken_warning_rows(user: StaffMember, customer: int) -> QuerySet[Any]:
    spoken = Incident.objects.visible_to(user).filter(customer=customer, warning=Warning.GIVEN)
    day = Cast(TruncDate("counts_from"), TextField())
    return spoken.order_by().values_list(day, "reference", "channel")


def written_warning_rows(user: StaffMember, customer: int) -> QuerySet[Any]:
    written = letters_that_warn(Letter.objects.visible_to(user)).filter(customer=customer)
    return written.order_by().values_list(Cast("sent_on", TextField()), "reference", "kind")


def letters_that_warn(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """Return those about an incident that were sent; one that puts the mistake of another right warns no second time.

    Policy §29, 31.
    """
    return letters.filter(kind__in=WarningLetter.values, sent_on__isnull=False, replaces__sent_on=None)


def people_at_work_on(customer: Customer) -> QuerySet[StaffMember]:
    """Return those who deal with an incident that is not closed. Beyond the policy: B33."""
    handled = Incident.objects.filter(customer=customer, assigned_to__isnull=False)
    return StaffMember.objects.filter(
        pk__in=handled.exclude(status=IncidentStatus.CLOSED).order_by().values("assigned_to")
    )


def open_work(person: StaffMember, reader: StaffMember, page: str) -> Iterator[OpenRecord]:
    """Return the incidents that somebody deals with, with the address of a page about each. Policy §57."""
    theirs = Incident.objects.filter(assigned_to=person).exclude(status=IncidentStatus.CLOSED)
    readable = set(
        Incident.objects.visible_to(reader).filter(assigned_to=person).values_list("pk", flat=True)
    )
    falls_to = falls_to_managers(person)
    for incident in theirs.select_related("customer"):
        shown = (incident.title, reverse(page, args=[incident.reference])) if incident.pk in readable else ()
        yield OpenRecord("Incidents to deal with", falls_to, (Permission.LOG_INCIDENTS,), *shown)
