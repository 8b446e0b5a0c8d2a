"""The Executive Team reads, through appeals, everything that an open one or one they decided rests on. Policy §22, 65."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, Q, QuerySet

from cha_engagement.core.permissions import Permission
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from incidents.models import Assessment, Incident
from incidents.restorative.models import RestorativeAction
from restrictions.models import ManagementDecision, Restriction

from .enums import OPEN_STATUSES
from .models import Appeal, AppealedRestriction, Review


def appeal_keys(user: StaffMember) -> QuerySet[Any]:
    """Return the keys of the appeals through which somebody who hears them reads."""
    on_panel = Appeal.panel.through.objects.filter(staffmember=user)
    return Appeal.objects.filter(status__in=OPEN_STATUSES).values("pk").union(on_panel.values("appeal"))


def appeal_keys_with_additions(user: StaffMember) -> QuerySet[Any]:
    additions = Appeal.objects.filter(added_to__in=appeal_keys(user)).values("pk")
    return union_of(Appeal.objects.filter(pk__in=appeal_keys(user)).values("pk"), additions)


# Keys are collected from the few appeals upwards, along each path apart: a database that is asked for one thing or another at
# once looks through everything instead.


def union_of(*keys: QuerySet[Any]) -> Any:
    return keys[0].union(*keys[1:])


def restriction_keys(user: StaffMember) -> Any:
    """Return the keys of the restrictions under appeal, and of the versions that a panel eased them to."""
    appealed = AppealedRestriction.objects.filter(appeal__in=appeal_keys(user))
    eased = appealed.filter(varied_to__isnull=False)
    return union_of(appealed.values("restriction"), eased.values("varied_to"))


def decision_keys(user: StaffMember) -> Any:
    decided = Restriction.objects.filter(pk__in=restriction_keys(user), decision__isnull=False)
    return decided.order_by().values("decision")


def incident_keys(user: StaffMember) -> Any:
    return union_of(
        Restriction.incidents.through.objects.filter(restriction__in=restriction_keys(user)).values(
            "incident"
        ),
        ManagementDecision.incidents.through.objects.filter(
            managementdecision__in=decision_keys(user)
        ).values("incident"),
    )


def readable_restrictions(user: StaffMember) -> Q:
    return Q(pk__in=restriction_keys(user))


def readable_decisions(user: StaffMember) -> Q:
    return Q(pk__in=decision_keys(user))


def readable_incidents(user: StaffMember) -> Q:
    return Q(pk__in=incident_keys(user))


def readable_assessments(user: StaffMember) -> Q:
    """Assessments are read with their reasons, which whoever reported the incident does not read."""
    return Q(incident__in=incident_keys(user))


def readable_restorative_actions(user: StaffMember) -> Q:
    through_decisions = ManagementDecision.restorative_actions.through.objects.filter(
        managementdecision__in=decision_keys(user)
    )
    return Q(pk__in=through_decisions.values("restorativeaction")) | Q(incident__in=incident_keys(user))


def readable_reviews(user: StaffMember) -> Q:
    return Q(restriction__in=restriction_keys(user))


def readable_evidence(user: StaffMember) -> Q:
    links = (
        Incident.evidence.through.objects.filter(incident__in=incident_keys(user)),
        Restriction.evidence.through.objects.filter(restriction__in=restriction_keys(user)),
        Appeal.documents.through.objects.filter(appeal__in=appeal_keys_with_additions(user)),
    )
    return Q(pk__in=union_of(*(link.values("evidence") for link in links)))


def readable_letters(user: StaffMember) -> Q:
    reviews = Review.objects.filter(restriction__in=restriction_keys(user)).order_by().values("pk")
    links = (
        Restriction.letters.through.objects.filter(restriction__in=restriction_keys(user)),
        ManagementDecision.letters.through.objects.filter(managementdecision__in=decision_keys(user)),
        Incident.letters.through.objects.filter(incident__in=incident_keys(user)),
        Appeal.letters.through.objects.filter(appeal__in=appeal_keys(user)),
        Review.letters.through.objects.filter(review__in=reviews),
    )
    return Q(pk__in=union_of(*(link.values("letter") for link in links)))


CONDITIONS: dict[type[Model], Callable[[StaffMember], Q]] = {
    Restriction: readable_restrictions,
    ManagementDecision: readable_decisions,
    Incident: readable_incidents,
    Assessment: readable_assessments,
    RestorativeAction: readable_restorative_actions,
    Review: readable_reviews,
    Evidence: readable_evidence,
    Letter: readable_letters,
}


def readable(model: type[Model], user: StaffMember) -> Q | None:
    """Return which rows of a model those who hear appeals read. For nobody else is it worked out: their pages would wait for nothing."""
    condition = CONDITIONS.get(model)
    return condition(user) if condition and user.has_perm(Permission.HEAR_APPEALS) else None


def appeals_with_evidence(evidence: Evidence, user: StaffMember) -> QuerySet[Appeal]:
    return Appeal.objects.visible_to(user).filter(documents=evidence)
