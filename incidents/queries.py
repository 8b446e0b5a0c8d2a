"""Reads worth a name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.db.models.lookups import Exact
from django.urls import reverse

from cha_engagement.core import hub, unsettled
from cha_engagement.core.hub import Action
from cha_engagement.core.unsettled import watch
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.lists.queries import rare
from cha_engagement.organisation.calendar import add_working_days, start_of_day, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import first_nonempty_group, present_staff, staff_with_permission

from . import parts, rules
from .enums import THREATS, Category, Outcome, Warning
from .letters import WARNING_LETTERS, may_write_letter
from .models import Assessment, Incident

UNASSESSED, ASSESSED = Q(status__in=("logged", "with_manager")), Q(status__in=("assessed", "closed"))


def prefetch_for_list(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """With what a row of a list shows."""
    return incidents.select_related("customer", "reported_by").prefetch_related("categories")


def prefetch_for_page(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """With what the page of one shows."""
    return incidents.select_related("customer", "reported_by", "entered_by", "assigned_to").prefetch_related(
        "categories", "affected_staff", "witnesses", "assessments__by"
    )


def page_context(incident: Incident, user: StaffMember) -> dict[str, Any]:
    """All that an incident's page shows this reader: what is known, what is needed, what they may do."""
    needed = [] if incident.status == "closed" else rules.check_complete(incident)
    decides = incident.can("assess") and not rules.may_assess_incident(user, incident)
    refusal = rules.may_decide_on(user, [incident]) if decides else None
    reads_reasons = (
        user.has_perm("incidents.view_incident")
        or incident.assessments.filter(hub.readable_through_holders("incidents.Assessment", user)).exists()
    )
    return {
        "incident": incident,
        "needed": needed,
        "refusal": refusal,
        "next": follow_up(incident, user),
        "links": [action for action in actions_from_other_apps(incident, user) if action.kind == "link"],
        "files": Evidence.objects.visible_to(user).filter(incidents=incident).order_by("pk"),
        "assessments": incident.assessments.all(),
        "letters": Letter.objects.visible_to(user).filter(incidents=incident).order_by("-pk"),
        "reads_reasons": reads_reasons,
        "may": {
            "change": not rules.may_change_incident(user, incident),
            "assign": not rules.may_assign_incident(user),
            "add_evidence": not rules.may_add_evidence(user, incident),
            "assess": decides and not refusal,
            "close": incident.can("close")
            and not rules.check_ready_to_close(incident)
            and not rules.may_close_incident(user, incident),
            "reopen": incident.can("reopen") and not rules.may_reopen_incident(user, incident),
            "write": not may_write_letter(user, incident)
            and incidents_awaiting_letter(Letter.objects.exclude_withdrawn()).filter(pk=incident.pk).exists(),
            "history": user.has_perm("staff.view_history"),
        },
        "boxes": [box for source in hub.incident_boxes if (box := source(incident, user))],
    }


def follow_up(incident: Incident, user: StaffMember) -> Action | None:
    """Return the step that the assessment of an incident asks for, while nobody has taken it. Policy §16, 20."""
    latest = next(iter(incident.assessments.all()), None)
    if not latest or not incident.customer or incident.can("assess"):
        return None
    if latest.outcome == Outcome.ACTIVE_MANAGEMENT:
        url = reverse("decide", args=[incident.customer.reference]) + f"?incident={incident}"
        waiting = incidents_awaiting_decision().filter(pk=incident.pk)
        if not rules.may_assess_incident(user, incident) and waiting.exists():
            return Action("Decide on active management", url)
    return next((action for action in actions_from_other_apps(incident, user) if action.kind == ""), None)


def actions_from_other_apps(incident: Incident, user: StaffMember) -> Iterator[Action]:
    """Yield what apps that stand on this one let a user begin from an incident."""
    return (action for source in hub.incident_actions if (action := source(incident, user)))


def last_assessment_value(what: str) -> Subquery:
    """The `outcome` of an incident's last assessment, or whom it is `by`."""
    made = Assessment.objects.filter(incident=OuterRef("pk")).order_by("-at", "-pk")
    return Subquery(made.values(what)[:1])


def assessed_incidents(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """Those on which somebody decided, to be filtered by what was decided last, and by whom: `outcome_now`, `assessor_now`."""
    return incidents.filter(ASSESSED).alias(
        outcome_now=last_assessment_value("outcome"), assessor_now=last_assessment_value("by")
    )


def is_undecided() -> Q:
    """Of those assessed: they are to be managed actively, and no such decision was made on them since. Policy §20, 22."""
    decided = hub.rested_on("incidents.Incident", "decision since it was assessed")
    return Q(outcome_now=Outcome.ACTIVE_MANAGEMENT) & ~decided


def is_not_carried_out() -> Q:
    """Of those assessed: they are to be managed actively, and staff do not apply what was decided yet. Policy §24."""
    carried_out = hub.rested_on("incidents.Incident", "decision carried out since it was assessed")
    return Q(outcome_now=Outcome.ACTIVE_MANAGEMENT) & ~carried_out


def incidents_awaiting_decision() -> QuerySet[Incident]:
    """Those assessed that are `undecided`."""
    return assessed_incidents(Incident.objects.all()).filter(is_undecided())


def incidents_awaiting_letter(written: QuerySet[Letter]) -> QuerySet[Incident]:
    """Those that a letter about what we expect is to follow, where none of these is about them. Policy §29."""
    return assessed_incidents(Incident.objects.all()).filter(is_awaiting_letter(written))


def is_awaiting_letter(written: QuerySet[Letter]) -> Q:
    """Of those assessed: a letter about what we expect is to follow, and none of these is about them. Policy §29."""
    about_it = written.filter(incidents=OuterRef("pk"))
    return Q(customer__isnull=False, outcome_now=Outcome.WARNING_LETTER) & ~Q(Exists(about_it))


@watch(Incident, "assess")
def has_follow_up() -> Q:
    """A decision or a letter follows on an incident, once its customer is known, or the card still warns. What was sent stays sent."""
    last = last_assessment_value("outcome")
    decided = hub.rested_on("incidents.Incident", "decision since it was assessed")
    carried_out = hub.rested_on("incidents.Incident", "decision carried out since it was assessed")
    decides = Q(Exact(last, Outcome.ACTIVE_MANAGEMENT)) & (~decided | can_be(*THREATS) & ~carried_out)
    about_it = Letter.objects.sent().filter(incidents=OuterRef("pk"))
    return decides | Q(Exact(last, Outcome.WARNING_LETTER)) & ~Q(Exists(about_it))


def deciding_managers(incident: Incident) -> list[StaffMember]:
    """The line manager of whoever reported it, or who stands in; every manager where they cannot take it. Policy §25."""
    managers = staff_with_permission("incidents.assess_incident")
    involved = parts.affected_staff_ids([incident]) | parts.zero_tolerance_reporter_ids([incident])
    able = present_staff(managers).exclude(pk__in=involved)
    own = (person for person in able if person == incident.reported_by.acting_line_manager)
    return first_nonempty_group(own, able, managers)


def has_category(*codes: str) -> Exists:
    """Whether an incident has one of these categories."""
    return Exists(Incident.categories.through.objects.filter(incident=OuterRef("pk"), category__in=codes))


def has_category_in_long_list(*codes: str) -> Q:
    """The same for a long list, however few of it have one."""
    kinds = Incident.categories.through.objects.filter(category__in=codes)
    return rare(kinds.values_list("incident", flat=True), Q(has_category(*codes)))


def can_be(*codes: str) -> Q:
    """Whether an incident is of these kinds, or had none and no manager has said which since: it may be the worst. Policy §24."""
    return Q(has_category(*codes)) | Q(without_kind=True)


def incidents_under_notice(since: datetime) -> QuerySet[Incident]:
    """Incidents after which staff speak to a manager before any contact. Policy §24.

    After violence or a threat, and where it had no kind until a manager said which, that is until one has decided and the
    decision is carried out, however long it takes: nothing else switches it off, whatever its reporter says of it later.
    After abuse it is once a manager has confirmed it, where that was `since` then, until they have decided.
    """
    waiting = Incident.objects.alias(outcome_now=last_assessment_value("outcome")).filter(
        can_be(*THREATS) & (~ASSESSED | ASSESSED & is_not_carried_out())
        | ASSESSED & is_undecided() & Q(has_category(Category.ABUSE), waiting_since__gte=since)
    )
    return waiting.select_related("reported_by__line_manager__deputy").order_by("waiting_since")


def is_under_notice(incident: Incident) -> bool:
    """Return whether staff speak to a manager before any contact because of this incident. Policy §24."""
    return incidents_under_notice(notice_cutoff()).filter(pk=incident.pk).exists()


def is_perhaps_waiting() -> Q:
    """Of all that wait for a manager, and few besides: nothing else need be looked through for them."""
    return Q(pk__in=Incident.objects.filter(UNASSESSED).values("pk").union(unsettled.keys(Incident)))


def incidents_awaiting_manager() -> QuerySet[Incident]:
    """Those that no manager has assessed, or that are `undecided`."""
    return incidents_awaiting(is_undecided())


def incidents_awaiting(left: Q) -> QuerySet[Incident]:
    """Return those that no manager has assessed, or of which this is still `left`."""
    every = Incident.objects.alias(
        outcome_now=last_assessment_value("outcome"), assessor_now=last_assessment_value("by")
    )
    return every.filter(~ASSESSED | ASSESSED & left)


def undecided_threats() -> QuerySet[Incident]:
    """Violence and threats on which a manager has not decided or whose decision is not carried out, the longest waiting first. Policy §24."""
    waiting = incidents_awaiting(is_not_carried_out()).filter(is_perhaps_waiting(), can_be(*THREATS))
    return waiting.select_related("reported_by__line_manager__deputy").order_by("waiting_since", "pk")


def notice_cutoff() -> datetime:
    """Notices of abuse that a manager confirmed before this moment have lapsed."""
    days = Organisation.current().notice_working_days
    day = today()
    # The earliest day whose notice still stands: working days are not evenly spread, so it is looked for.
    while add_working_days(day - timedelta(days=1), days) >= today():
        day -= timedelta(days=1)
    return start_of_day(day)


def comparable_incidents(incident_ids: Iterable[int], *, besides: Customer) -> QuerySet[Incident]:
    """Incidents of other customers that share a category with these, newest first. Policy §13."""
    held = Incident.categories.through.objects.filter(incident__in=list(incident_ids))
    shared = has_category_in_long_list(*held.values_list("category", flat=True).distinct())
    return Incident.objects.filter(shared).exclude(customer=besides).order_by("-occurred_at", "-id")


@dataclass(frozen=True, slots=True)
class GivenWarning:
    """A warning that a customer was given: when, where it is recorded, and whether it was said or written."""

    day: date
    reference: str
    how: str

    @property
    def is_letter(self) -> bool:
        return self.how in WARNING_LETTERS

    @property
    def in_words(self) -> str:
        if self.is_letter:
            return f"a letter: {hub.letter_kinds[self.how].title}"
        return Channel(self.how).label.lower()

    def get_absolute_url(self) -> str:
        return reverse("letter" if self.is_letter else "incident", args=[self.reference])


def given_warnings(customer: Customer | None, user: StaffMember) -> list[GivenWarning]:
    """Every warning that a customer was given, as far as this user reads of it, newest first. Policy §26, 31. One query."""
    if customer is None:
        return []
    said = Incident.objects.visible_to(user).filter(customer=customer, warning=Warning.GIVEN)
    written = letters_that_warn(Letter.objects.visible_to(user)).filter(customer=customer)
    of_both = (
        said.annotate(day=TruncDate("occurred_at"), how=F("channel")),
        written.annotate(day=F("sent_on"), how=F("kind")),
    )
    first, second = (warned.order_by().values_list("day", "reference", "how") for warned in of_both)
    return [GivenWarning(*row) for row in first.union(second, all=True).order_by("-day", "-reference")]


def letters_that_warn(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """Those that were sent about what we expect, or cannot accept. What puts the mistake of one right warns no second time. Policy §29, 31."""
    return letters.filter(kind__in=WARNING_LETTERS, sent_on__isnull=False, replaces__sent_on=None)
