"""What the Executive Team reads through appeals: everything that an open one, or one they decided, rests on. Policy §22, 65."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Q, QuerySet

from cha_engagement.core import hub
from cha_engagement.evidence.models import Evidence
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from restrictions.models import ManagementDecision, Restriction

from .enums import OPEN
from .models import Appeal, AppealedRestriction, Review

Reader = Callable[[StaffMember], Q]


def readable(label: str) -> Callable[[Reader], Reader]:
    """Decorate what those who hear appeals read of a model. For nobody else is it worked out: their pages would wait for nothing."""

    def decorate(reader: Reader) -> Reader:
        @hub.readable(label)
        @wraps(reader)
        def read(user: StaffMember) -> Q:
            return reader(user) if user.has_perm("reviews.hear_appeal") else Q(pk__in=[])

        return read

    return decorate


def heard(user: StaffMember) -> QuerySet[Any]:
    """The keys of the appeals through which one who hears them reads."""
    panels = Appeal.panel.through.objects.filter(staffmember=user)
    return Appeal.objects.filter(status__in=OPEN).values("pk").union(panels.values("appeal"))


def heard_with(user: StaffMember) -> QuerySet[Any]:
    """The same, and of what was added to them."""
    additions = Appeal.objects.filter(added_to__in=heard(user)).values("pk")
    return either(Appeal.objects.filter(pk__in=heard(user)).values("pk"), additions)


# Keys are collected from the few appeals upwards, by each way apart: a database that is asked for one thing or another at once
# looks through everything instead.


def either(*ways: QuerySet[Any]) -> Any:
    return ways[0].union(*ways[1:])


def theirs(user: StaffMember) -> Any:
    """The restrictions under appeal, and the versions that a panel eased them to."""
    appealed = AppealedRestriction.objects.filter(appeal__in=heard(user))
    eased = appealed.filter(varied_to__isnull=False)
    return either(appealed.values("restriction"), eased.values("varied_to"))


def their_decisions(user: StaffMember) -> Any:
    decided = Restriction.objects.filter(pk__in=theirs(user), decision__isnull=False)
    return decided.order_by().values("decision")


def their_incidents(user: StaffMember) -> Any:
    return either(
        Restriction.incidents.through.objects.filter(restriction__in=theirs(user)).values("incident"),
        ManagementDecision.incidents.through.objects.filter(
            managementdecision__in=their_decisions(user)
        ).values("incident"),
    )


@readable("restrictions.Restriction")
def restrictions(user: StaffMember) -> Q:
    return Q(pk__in=theirs(user))


@readable("restrictions.ManagementDecision")
def decisions(user: StaffMember) -> Q:
    return Q(pk__in=their_decisions(user))


@readable("incidents.Incident")
def incidents(user: StaffMember) -> Q:
    return Q(pk__in=their_incidents(user))


@readable("incidents.Assessment")
def assessments(user: StaffMember) -> Q:
    """With their reasons, which whoever reported the incident does not read."""
    return Q(incident__in=their_incidents(user))


@readable("restorative.RestorativeAction")
def restorative_actions(user: StaffMember) -> Q:
    of_decisions = ManagementDecision.restorative_actions.through.objects.filter(
        managementdecision__in=their_decisions(user)
    )
    return Q(pk__in=of_decisions.values("restorativeaction")) | Q(incident__in=their_incidents(user))


@readable("reviews.Review")
def reviews(user: StaffMember) -> Q:
    return Q(restriction__in=theirs(user))


@readable("evidence.Evidence")
def evidence(user: StaffMember) -> Q:
    of_incidents = Incident.evidence.through.objects.filter(incident__in=their_incidents(user))
    of_restrictions = Restriction.evidence.through.objects.filter(restriction__in=theirs(user))
    of_appeals = Appeal.documents.through.objects.filter(appeal__in=heard_with(user))
    return Q(
        pk__in=either(*(held.values("evidence") for held in (of_incidents, of_restrictions, of_appeals)))
    )


@readable("letters.Letter")
def letters(user: StaffMember) -> Q:
    reviewed = Review.objects.filter(restriction__in=theirs(user)).order_by().values("pk")
    about = (
        Restriction.letters.through.objects.filter(restriction__in=theirs(user)),
        ManagementDecision.letters.through.objects.filter(managementdecision__in=their_decisions(user)),
        Incident.letters.through.objects.filter(incident__in=their_incidents(user)),
        Appeal.letters.through.objects.filter(appeal__in=heard(user)),
        Review.letters.through.objects.filter(review__in=reviewed),
    )
    return Q(pk__in=either(*(of_records.values("letter") for of_records in about)))


@hub.holders.add
def appeals_of(evidence: Evidence, user: StaffMember) -> QuerySet[Appeal]:
    return Appeal.objects.visible_to(user).filter(documents=evidence)
