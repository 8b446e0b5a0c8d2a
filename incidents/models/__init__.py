from .agreement import Agreement
from .contact import Contact
from .incident import Assessment, Category, Incident, IncidentQuerySet, RestorativeAction, Talk
from .involvement import InvolvementReasonField

__all__ = [
    "Agreement",
    "Assessment",
    "Category",
    "Contact",
    "Incident",
    "IncidentQuerySet",
    "InvolvementReasonField",
    "RestorativeAction",
    "Talk",
]
