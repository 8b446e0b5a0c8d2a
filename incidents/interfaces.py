"""Interfaces by which apps and folders above give an incident boxes and buttons on its page, and say what refers to it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from cha_engagement.core.interfaces import desks
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.interfaces import Action
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

if TYPE_CHECKING:
    from .models import Incident


@dataclass(frozen=True, slots=True)
class Box:
    """Something shown beside a record: a template, and what it takes as `box.content`."""

    template: str
    content: Mapping[str, Any]


class IncidentPage:
    def incident_box(self, incident: "Incident", user: StaffMember) -> Box | None:
        """Return a box beside an incident, for a user who reads the incident."""
        return None

    def incident_action(self, incident: "Incident", user: StaffMember) -> Action | None:
        """Return what this user may begin from an incident: a button where its assessment asks for it next, else a `link`."""
        return None

    def incident_notes(self, incidents: Collection["Incident"]) -> Mapping[int, Collection[str]]:
        """Return what each of these incidents is read beside, by its key, such as what its customer had been asked before."""
        return {}

    def category_notes(self, customer: Customer | None, incident: "Incident | None") -> Mapping[str, str]:
        """Return what makes an incident of a customer one of a category, by its code; `incident` is None until it is logged."""
        return {}

    def assessment_effects(self, incident: "Incident", codes: Collection[str]) -> Iterable[str]:
        """Return what happens besides where a manager finds an incident to be of these categories, in sentences."""
        return ()


class FollowUp(StrEnum):
    """The records that can follow from an incident, and then refer to it."""

    DECISION = "decision"
    DECISION_SINCE_ASSESSMENT = "decision since it was assessed"
    CARRIED_OUT_DECISION = "decision carried out since it was assessed"
    RESTRICTION = "restriction"
    INTERIM_MEASURE = "interim measure"
    RESTORATIVE_WORK = "restorative work"
    PAUSE = "pause"


class IncidentRules:
    follow_ups: Mapping[FollowUp, Callable[[], Q]] = {}
    """By what follows, the condition of the incidents from which it did."""

    def may_name_others(self, user: StaffMember, incident: "Incident") -> Refusal | None:
        """Return why this user names nobody else as having had a part in it, such as that they would choose who hears of it."""
        return None


def is_followed_by(*kinds: FollowUp) -> Q:
    """Return the condition of incidents from which one of these kinds followed, or anything where none is named."""
    result = Q(pk__in=[])
    for desk in desks(IncidentRules):
        for kind, condition in desk.follow_ups.items():
            if kind in (kinds or FollowUp):
                result |= condition()
    return result


def incident_boxes(incident: "Incident", user: StaffMember) -> Sequence[Box]:
    boxes = (desk.incident_box(incident, user) for desk in desks(IncidentPage))
    return [box for box in boxes if box]


def incident_notes(incidents: Collection["Incident"]) -> dict[int, list[str]]:
    """Return what each of these incidents is read beside, by its key."""
    answers = [desk.incident_notes(incidents) for desk in desks(IncidentPage)]
    return {
        incident.pk: [note for notes in answers for note in notes.get(incident.pk, ())]
        for incident in incidents
    }


def category_notes(customer: Customer | None, incident: "Incident | None" = None) -> dict[str, str]:
    """Return what makes an incident of a customer one of a category, by its code."""
    notes: dict[str, str] = {}
    for desk in desks(IncidentPage):
        notes |= desk.category_notes(customer, incident)
    return notes


def assessment_effects(incident: "Incident", codes: Collection[str]) -> list[str]:
    """Return what happens besides where a manager finds an incident to be of these categories, in sentences."""
    return [sentence for desk in desks(IncidentPage) for sentence in desk.assessment_effects(incident, codes)]
