from django.db.models import QuerySet
from django.urls import reverse

from cha_engagement.core.statements import kept_records
from cha_engagement.customers.enums import ActionGroup
from cha_engagement.customers.interfaces import Action
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from incidents.enums import IncidentEvent, Outcome
from incidents.interfaces import Box
from incidents.models import Incident

from . import rules
from .models import RestorativeAction

TITLE = "Record restorative work"


def customer_actions(customer: Customer, user: StaffMember) -> list[Action]:
    if rules.may_record_restorative_action(user):
        return []
    return [Action(TITLE, reverse("restore", args=[customer.reference]), group=ActionGroup.DECIDE)]


def incident_action(incident: Incident, user: StaffMember) -> Action | None:
    """Offer restorative work: as a button where the assessment asks for it and nobody has done any. Policy §16."""
    if incident.customer is None or rules.may_record_restorative_action(user):
        return None
    latest = next(iter(incident.assessments.all()), None)
    is_asked_for = latest and latest.outcome == Outcome.RESTORATIVE and not incident.can(IncidentEvent.ASSESS)
    is_next = is_asked_for and not RestorativeAction.objects.filter(incident=incident).exists()
    url = reverse("restore", args=[incident.customer.reference])
    return Action(TITLE, f"{url}?incident={incident}", "" if is_next else "link")


def incident_box(incident: Incident, user: StaffMember) -> Box:
    visible = kept_records(RestorativeAction, visible_on_incident, incident.pk, user)
    return Box("incidents/restorative/box.html", {"restorative_actions": visible})


def visible_on_incident(incident: int, user: StaffMember) -> QuerySet[RestorativeAction]:
    visible = RestorativeAction.objects.visible_to(user).filter(incident=incident)
    return visible.order_by("-on", "-pk")
