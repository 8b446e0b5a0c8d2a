from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator

from cha_engagement.core.statements import kept_records
from cha_engagement.customers.enums import ActionGroup, CustomerTab
from cha_engagement.customers.interfaces import Action, SideBox, SideBoxRow
from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember
from incidents.interfaces import Box
from incidents.models import Incident

from . import rules
from .models import Note

TITLE = "Write a note"
SHOWN = 20  # the newest of a customer; the timeline and a search have all
SHOWN_LENGTH = 400  # characters of each


def customer_actions(customer: Customer, user: StaffMember) -> list[Action]:
    if rules.may_write_note(user):
        return []
    url = reverse("customer_note", args=[customer.reference])
    return [Action(TITLE, url, group=ActionGroup.WRITE, tab=CustomerTab.NOTES)]


def notes_of_customer(customer: int) -> QuerySet[Note]:
    return Note.objects.filter(customer=customer)


def notes_box(customer: Customer, user: StaffMember) -> SideBox:
    if customer.lacks("notes"):
        return SideBox("Notes", [])
    newest = Note.objects.visible_to(user).filter(customer=customer).order_by("-pk")[:SHOWN]
    return SideBox(
        "Notes",
        [SideBoxRow(Truncator(note.text).chars(SHOWN_LENGTH), note.get_absolute_url()) for note in newest],
    )


def incident_action(incident: Incident, user: StaffMember) -> Action | None:
    if rules.may_write_note(user):
        return None
    return Action(TITLE, reverse("incident_note", args=[incident.reference]), "link")


def incident_box(incident: Incident, user: StaffMember) -> Box | None:
    notes = kept_records(Note, notes_on_incident, incident.pk, user)
    return Box("incidents/notes/box.html", {"notes": notes}) if notes else None


def notes_on_incident(incident: int, user: StaffMember) -> QuerySet[Note]:
    return Note.objects.visible_to(user).filter(incident=incident).select_related("by").order_by("-pk")
