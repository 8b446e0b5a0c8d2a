"""What the Executive Team reads through appeals: everything that an open one, or one they decided, rests on. Policy §22, 65."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Q, QuerySet

from cha_engagement import hub
from cha_engagement.evidence.models import Evidence
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident, RestorativeAction
from restrictions.models import ManagementDecision, Restriction

from .enums import OPEN
from .models import Appeal, Review

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


def heard(user: StaffMember) -> QuerySet[Appeal]:
    """The appeals through which one who hears them reads."""
    return Appeal.objects.filter(
        Q(status__in=OPEN) | Q(pk__in=Appeal.panel.through.objects.filter(staffmember=user).values("appeal"))
    )


def heard_with(user: StaffMember) -> QuerySet[Appeal]:
    """The same, and what was added to them."""
    appeals = keys(heard(user))
    return Appeal.objects.filter(Q(pk__in=appeals) | Q(added_to__in=appeals))


def keys(records: QuerySet) -> Any:
    return records.order_by().values("pk")


def theirs(user: StaffMember) -> QuerySet[Restriction]:
    """The restrictions under appeal, and the versions that a panel eased them to."""
    appeals = keys(heard(user))
    return Restriction.objects.filter(Q(appealed__appeal__in=appeals) | Q(eased_by__appeal__in=appeals))


def their_decisions(user: StaffMember) -> QuerySet[ManagementDecision]:
    return ManagementDecision.objects.filter(restrictions__in=keys(theirs(user)))


def their_incidents(user: StaffMember) -> QuerySet[Incident]:
    return Incident.objects.filter(
        Q(restrictions__in=keys(theirs(user))) | Q(decisions__in=keys(their_decisions(user)))
    )


@readable("restrictions.Restriction")
def restrictions(user: StaffMember) -> Q:
    return Q(pk__in=keys(theirs(user)))


@readable("restrictions.ManagementDecision")
def decisions(user: StaffMember) -> Q:
    return Q(pk__in=keys(their_decisions(user)))


@readable("incidents.Incident")
def incidents(user: StaffMember) -> Q:
    return Q(pk__in=keys(their_incidents(user)))


@readable("incidents.Assessment")
def assessments(user: StaffMember) -> Q:
    """With their reasons, which whoever reported the incident does not read."""
    return Q(incident__in=keys(their_incidents(user)))


@readable("incidents.RestorativeAction")
def restorative_actions(user: StaffMember) -> Q:
    of_decisions = RestorativeAction.objects.filter(decisions__in=keys(their_decisions(user)))
    return Q(pk__in=keys(of_decisions)) | Q(incident__in=keys(their_incidents(user)))


@readable("reviews.Review")
def reviews(user: StaffMember) -> Q:
    return Q(restriction__in=keys(theirs(user)))


@readable("evidence.Evidence")
def evidence(user: StaffMember) -> Q:
    held = Q(incidents__in=keys(their_incidents(user))) | Q(restrictions__in=keys(theirs(user)))
    return Q(pk__in=keys(Evidence.objects.filter(held | Q(appeals__in=keys(heard_with(user))))))


@readable("letters.Letter")
def letters(user: StaffMember) -> Q:
    held = Q(restrictions__in=keys(theirs(user))) | Q(decisions__in=keys(their_decisions(user)))
    held |= Q(incidents__in=keys(their_incidents(user)))
    reviewed = Review.objects.filter(reviews(user))
    of_ours = Q(appeals__in=keys(heard(user))) | Q(reviews__in=keys(reviewed))
    return Q(pk__in=keys(Letter.objects.filter(held | of_ours)))


@hub.holders.add
def appeals_of(evidence: Evidence, user: StaffMember) -> QuerySet[Appeal]:
    return Appeal.objects.visible_to(user).filter(documents=evidence)
