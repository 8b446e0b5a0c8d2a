"""Conditions of the incidents from which a decision, a restriction or an interim measure followed."""

from django.db.models import DateTimeField, Exists, OuterRef, Q
from django.db.models.functions import Cast

from cha_engagement.organisation.calendar import today
from incidents.enums import IncidentStatus

from ..enums import NEVER_IMPOSED, Explained, RestrictionEvent
from ..models import InterimMeasure, ManagementDecision, Restriction


def has_decision() -> Q:
    return Q(Exists(ManagementDecision.incidents.through.objects.filter(incident=OuterRef("pk"))))


def has_decision_since_assessment() -> Q:
    """Leave out decisions taken before new facts brought the incident back to a manager: they decide nothing about these."""
    since = ManagementDecision.incidents.through.objects.filter(
        incident=OuterRef("pk"), managementdecision__decided_at__gte=OuterRef("waiting_since")
    )
    return Q(Exists(since))


def has_carried_out_decision() -> Q:
    """Leave in decisions under which staff apply something: it has begun, and its customer knows of it, or it was recorded why not.

    A letter in the post has not reached them yet, and one that came back never did. They know though they are to be told anew, as when
    another contact is named, also where the letter that says so comes back. Where nothing is restricted, a decision is carried out once it
    was explained, or a second person confirmed why not, and a manager has closed the incident.
    """
    lifted_before_it_began = Restriction.history.filter(
        id=OuterRef("pk"),
        event=RestrictionEvent.LIFT,
        history_date__lt=Cast(OuterRef("starts_on"), DateTimeField()),
    )
    named_since = Restriction.history.filter(
        id=OuterRef("id"),
        event=RestrictionEvent.RENAME,
        history_id__lt=OuterRef("history_id"),
        history_id__gt=OuterRef(OuterRef("history_id")),
    )
    undone = Restriction.history.filter(
        ~Exists(named_since.order_by()),
        id=OuterRef("id"),
        event=RestrictionEvent.UNTELL,
        history_id__gt=OuterRef("history_id"),
    )
    told = Restriction.history.filter(
        ~Exists(undone.order_by()), id=OuterRef("pk"), customer_notified_on__lte=today()
    )
    applied = Restriction.objects.filter(
        Q(Exists(told.order_by())) | ~Q(not_notified_reason=""),
        ~Exists(lifted_before_it_began.order_by()),
        decision=OuterRef("managementdecision"),
        starts_on__lte=today(),
    ).exclude(status__in=NEVER_IMPOSED)
    left_unexplained = Q(
        managementdecision__explained=Explained.NOT_EXPLAINED, managementdecision__unnotified_request=""
    )
    explained = left_unexplained | Q(managementdecision__explained_on__lte=today())
    since = ManagementDecision.incidents.through.objects.filter(
        Q(Exists(applied)) | explained & Q(incident__status=IncidentStatus.CLOSED),
        incident=OuterRef("pk"),
        managementdecision__decided_at__gte=OuterRef("waiting_since"),
    )
    return Q(Exists(since))


def has_restriction() -> Q:
    """Count an incident on which a restriction rests by itself, or by a file that it holds."""
    directly = Restriction.incidents.through.objects.filter(incident=OuterRef("pk"))
    through_files = Restriction.evidence.through.objects.filter(evidence__incidents=OuterRef("pk"))
    return Q(Exists(directly)) | Q(Exists(through_files))


def has_interim_measure() -> Q:
    return Q(Exists(InterimMeasure.incidents.through.objects.filter(incident=OuterRef("pk"))))
