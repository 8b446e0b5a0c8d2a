"""Reads worth a name."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import can_phone, emergency_routes
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import first_nonempty_group, present_staff, staff_with_permission
from incidents.contacts.charts import in_short
from incidents.enums import Outcome
from incidents.models import Assessment, Incident
from incidents.queries import awaiting_manager, comparable, may_wait, undecided_threats

from .contact_plan import Measure, contact_plan
from .enums import ENDS, NEVER_IMPOSED, STANDING
from .kinds import KINDS, may_use
from .kinds.touches import touches_in_words
from .kinds.ways import labels
from .letters import (
    end_untold,
    may_write,
    may_write_alone,
    may_write_interim,
    predates_extension,
    untold,
)
from .models import InterimMeasure, ManagementDecision, Reading, Restriction
from .rules import permissions
from .rules.checks import check_bindings, evidence_about, leaving_unexplained, way_in_beside

LAPSES_SOON = 2  # working days before the last one of an interim measure
MOST_COMPARED = 100  # incidents that what was decided elsewhere is counted from


def incidents_of(customer: Customer, user: StaffMember) -> QuerySet[Incident]:
    """What a decision about a customer may rest on, as far as this user sees it."""
    seen = Incident.objects.visible_to(user).filter(customer=customer)
    return seen.prefetch_related("categories").order_by("-occurred_at", "-pk")


def evidence_of(customer: Customer, user: StaffMember) -> QuerySet[Evidence]:
    """The evidence about a customer that this user may see."""
    seen = Evidence.objects.visible_to(user).filter(pk__in=evidence_about(customer).values("pk"))
    return seen.order_by("-created_at", "-pk")


def known_for_decision(customer: Customer, incidents: Iterable[Incident]) -> dict[str, Any]:
    """What is known already, to begin a decision with: a question is asked once."""
    effects = [
        effect for incident in incidents for effect in (incident.effect_on_staff, incident.effect_on_service)
    ]
    return {
        "incidents": incidents,
        "effect": "\n".join(filter(None, effects)),
    }


def effect_from_log(customer: Customer) -> list[str]:
    """How much contact there was, for a decision that says what effect it has. Policy §10, 50; beyond the policy: B11."""
    said = (in_short(customer, days) for days in (7, 28))
    return [f"{text}." for text in said if text]


def known_needs(customer: Customer, incidents: Iterable[Incident]) -> str:
    """What is recorded of a customer's needs, in a line. To repeat it is not to have considered it. Policy §9."""
    needs = [customer.accessibility_needs, customer.vulnerability]
    if customer.cannot_use:
        needs.append(f"They cannot use: {customer.get_cannot_use_display()}")
    needs += [f"Agreed with them: {adjustment.what}" for adjustment in customer.agreed_adjustments]
    needs += [incident.needs_known for incident in incidents]
    return " · ".join(need.strip().rstrip(".") for need in needs if need)


def decided_elsewhere(incidents: Iterable[Incident], customer: Customer) -> dict[str, Any]:
    """What followed from comparable incidents of others, in numbers and without names. Policy §13."""
    alike = list(
        comparable([incident.pk for incident in incidents], besides=customer).values_list("pk", flat=True)[
            :MOST_COMPARED
        ]
    )
    outcomes = (
        Assessment.objects.filter(incident__in=alike)
        .order_by()
        .values_list("outcome")
        .annotate(Count("incident", distinct=True))
    )
    imposed = Restriction.objects.filter(incidents__in=alike).exclude(status__in=NEVER_IMPOSED)
    kinds = dict(imposed.order_by().values_list("kind").annotate(Count("customer", distinct=True)))
    return {
        "count": len(alike),
        "outcomes": [
            (Outcome(code).label, count) for code, count in sorted(outcomes, key=lambda row: -row[1])
        ],
        "measures": [(kind.title, kinds[code]) for code, kind in KINDS.items() if code in kinds],
    }


def ending(restriction: Restriction) -> Any:
    """The row of its history in which it ended, or None: when, by whom (nobody: the calendar)."""
    if restriction.status == "proposed" or restriction.can("lift"):
        return None
    endings = restriction.history.filter(event__in=ENDS).select_related("history_user")
    return endings.order_by("-sequence").first()


def cutting_off(measures: QuerySet[Any]) -> list[int]:
    """Return those of some measures in force, as ids, that close a channel to customers who are left none that they can use. B2.

    No restriction is imposed that would do so: it comes about when the channels that somebody can use become fewer, or their
    email addresses that nobody blocks.
    """
    imposed, interim = Restriction.objects.filter(status="imposed"), InterimMeasure.objects.in_force()
    blocked = imposed.filter(kind="block_email").values("customer")
    restricted = Customer.objects.filter(pk__in=measures.values("customer"))
    needing: QuerySet[Any] = restricted.filter(~Q(cannot_use=[]) | Q(pk__in=blocked)).prefetch_related(
        Prefetch("restrictions", imposed, to_attr="imposed"),
        Prefetch("interim_measures", interim, to_attr="interim"),
    )
    found: list[Measure] = []
    for customer in needing:
        together = [*customer.imposed, *customer.interim]
        if has_no_way_in(customer, together):
            found += [one for one in together if one.closed_ways]
    return [one.pk for one in found if isinstance(one, measures.model)]


def has_no_way_in(customer: Customer, together: list[Measure]) -> bool:
    unusable = {Channel(code) for code in customer.cannot_use}
    return any(way_in_beside(one, together, unusable) for one in together)


def without_emergency_route() -> list[int]:
    """The customers under restrictions who can use no emergency route that is kept, as ids. Beyond the policy: B2."""
    needing = Customer.objects.exclude(cannot_use=[]).filter(emergency_route="")
    standing = Restriction.objects.filter(status__in=STANDING).values("customer")
    interim = InterimMeasure.objects.in_force().values("customer")
    restricted = needing.filter(pk__in=standing.union(interim))
    organisation = Organisation.current()
    return [one.pk for one in restricted if not can_phone(one) and not emergency_routes(one, organisation)]


def for_list(restrictions: QuerySet[Restriction]) -> QuerySet[Restriction]:
    return restrictions.select_related("customer", "named_contact", "deputy")


def for_page(restrictions: QuerySet[Restriction]) -> QuerySet[Restriction]:
    return restrictions.select_related(
        "customer",
        "decision",
        "named_contact",
        "deputy",
        "proposed_by",
        "imposed_by",
        "supersedes",
        "superseded_by",
    ).prefetch_related("incidents__categories", "evidence")


def with_reasons(restrictions: QuerySet[Restriction], user: StaffMember) -> QuerySet[Any]:
    """Each with `is_whole`: whether this reader reads its reasons too."""
    whole = Restriction.objects.whole_to(user).filter(pk=OuterRef("pk"))
    return restrictions.annotate(is_whole=Exists(whole))


def page_of(restriction: Any, user: StaffMember) -> dict[str, Any]:
    """All that a restriction's page shows this reader, and what they may do."""
    stands = restriction.can("lift")
    decides = permissions.may_restrict(user, restriction.kind)
    waiting = restriction.can("impose")
    refusal = permissions.may_impose(user, restriction) if waiting else decides
    return {
        "restriction": restriction,
        "plan": contact_plan(restriction.customer),
        "whole": restriction.is_whole,
        "ending": ending(restriction),
        "letters": letters_about(restriction, user),
        "panels": [panel for source in hub.restriction_panels if (panel := source(restriction, user)).rows],
        "readings": readings(restriction, user),
        "refusal": refusal if waiting or stands else None,
        "may": {
            "impose": waiting and not refusal,
            "decide_first": waiting and not restriction.customer.decisions.exists(),
            "withdraw": waiting and not permissions.may_withdraw(user, restriction),
            "lift": stands and not decides,
            "tell": stands and not restriction.is_told and not decides,
            "write": stands
            and not decides
            and restriction.decision is not None
            and restriction in untold(restriction.decision),
            "rename": stands and not permissions.may_rename(user, restriction),
            "end_agreement": stands and not permissions.may_end_agreement(user, restriction),
            "look_again": stands and not permissions.may_look_again(user, restriction),
            "ask_reading": stands
            and not restriction.reading_asked
            and not permissions.may_ask_reading(user, restriction),
            "tell_end": not stands
            and not decides
            and end_untold(Letter.objects.not_withdrawn()).filter(pk=restriction.pk).exists(),
            "history": user.has_perm("staff.view_history"),
        },
    }


def readings(restriction: Restriction, user: StaffMember) -> list[Reading] | None:
    """Who has confirmed that they read it, the latest first; None where nobody was asked to, or it is not for this user to know."""
    if not restriction.reading_asked or permissions.may_ask_reading(user, restriction):
        return None
    return list(restriction.readings.select_related("by").order_by("-read_at", "-pk"))


def for_interim(measures: QuerySet[InterimMeasure]) -> QuerySet[InterimMeasure]:
    return measures.select_related("customer", "by").prefetch_related("incidents")


def undecided_interim_measures() -> QuerySet[InterimMeasure]:
    """Those in force on which no decision has followed, and those that lapsed while their incidents wait for a manager. B21."""
    waiting = awaiting_manager().filter(may_wait()).values("pk")
    resting = InterimMeasure.incidents.through.objects.filter(incident__in=waiting).values("interimmeasure")
    in_force = InterimMeasure.objects.filter(status="in_force", ends_on__gte=today())
    lapsed = Q(status="lapsed") | Q(status="in_force", ends_on__lt=today())
    either = in_force.values("pk").union(InterimMeasure.objects.filter(lapsed, pk__in=resting).values("pk"))
    return InterimMeasure.objects.undecided().filter(pk__in=either)


def lapses_soon(interim: InterimMeasure, day: date) -> bool:
    """Whether its last day is this one or at most two working days ahead."""
    return interim.ends_on <= add_working_days(day, LAPSES_SOON)


def who_decide_on(interim: InterimMeasure) -> list[StaffMember]:
    """Whoever set it, while they are there to decide; else every manager who is."""
    managers = staff_with_permission("restrictions.decide_management")
    own = present_staff(managers).filter(pk=interim.by_id)
    return first_nonempty_group(own, present_staff(managers), managers)


def interim_page_of(interim: InterimMeasure, user: StaffMember) -> dict[str, Any]:
    stands = interim.can("end")
    letters = list(Letter.objects.visible_to(user).filter(interim_measures=interim).order_by("-created_at"))
    written = any(letter.status != "void" and not predates_extension(letter, interim) for letter in letters)
    return {
        "interim": interim,
        "plan": contact_plan(interim.customer),
        "closed": labels(interim.closed),
        "touches": touches_in_words(interim.touches),
        "letters": letters,
        "may": {
            "write": not written and not may_write_interim(user, interim),
            "end": stands and not permissions.may_end_interim(user, interim),
            "extend": interim.is_in_force and not permissions.may_extend_interim(user, interim),
            "decide": stands and not interim.is_decided and not permissions.may_decide(user),
            "history": user.has_perm("staff.view_history"),
        },
    }


def letters_about(restriction: Restriction, user: StaffMember) -> QuerySet[Letter]:
    """Those that told of it, and a draft that will, newest first."""
    about = Restriction.letters.through.objects.filter(restriction=restriction).values("letter")
    if restriction.decision_id and not restriction.is_told:
        drafts = ManagementDecision.letters.through.objects.filter(
            managementdecision=restriction.decision_id,
            letter__kind="restriction_decided",
            letter__status="draft",
        )
        about = about.union(drafts.values("letter"))
    return Letter.objects.visible_to(user).filter(pk__in=about).order_by("-created_at", "-pk")


def bound_by_appeal(customer: Customer, incidents: Iterable[Incident]) -> Refusal | None:
    """Why an appeal keeps even what restricts least from being imposed on these incidents. Policy §14, 22."""
    least = Restriction(customer=customer, kind=next(iter(KINDS)), terms={})
    return next(check_bindings(least, incidents), None)


def kinds_for(user: StaffMember) -> list[dict[str, Any]]:
    """The measures, from the least to the most restrictive, each with why this user cannot impose it. Policy §14, 54."""
    return [{"kind": kind, "refusal": may_use(user, code)} for code, kind in KINDS.items()]


def for_decision_page(decisions: QuerySet[ManagementDecision]) -> QuerySet[ManagementDecision]:
    return decisions.select_related("customer", "by").prefetch_related(
        "incidents__categories", "restorative_actions"
    )


def decision_page_of(decision: ManagementDecision, user: StaffMember) -> dict[str, Any]:
    seen = for_list(Restriction.objects.visible_to(user).filter(decision=decision))
    restrictions = list(seen.order_by("-created_at", "-pk"))
    waiting = Restriction.objects.visible_to(user).filter(customer=decision.customer, status="proposed")
    letters = list(Letter.objects.visible_to(user).filter(decisions=decision).order_by("-created_at", "-pk"))
    drafted = any(letter.kind == "restriction_decided" and letter.status == "draft" for letter in letters)
    written = any(letter.status != "void" for letter in letters)
    refusal = may_write(user, decision) if untold(decision) else None
    return {
        "decision": decision,
        "plan": contact_plan(decision.customer),
        "restrictions": restrictions,
        "proposals": [
            one
            for one in for_list(waiting.order_by("created_at", "pk"))
            if not permissions.may_restrict(user, one.kind)
        ],
        "letters": letters,
        "kinds": kinds_for(user),
        "write_refusal": refusal,
        "still_warns": undecided_threats().filter(decisions=decision).exists(),
        "bound": bound_by_appeal(decision.customer, decision.incidents.all()),
        "may": {
            "restrict": user.has_perm("restrictions.impose_restriction"),
            "write": not drafted and not may_write(user, decision),
            "explain": not written and not may_write_alone(user, decision),
            "leave_unexplained": not permissions.may_decide(user) and not leaving_unexplained(decision),
            "history": user.has_perm("staff.view_history"),
        },
    }
