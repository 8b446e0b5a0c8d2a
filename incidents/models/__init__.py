from .agreement import Agreement
from .incident import Assessment, Category, Incident, IncidentQuerySet, RestorativeAction, Talk
from .involvement import InvolvementReasonField

__all__ = [
    "Agreement",
    "Assessment",
    "Category",
    "Incident",
    "IncidentQuerySet",
    "InvolvementReasonField",
    "RestorativeAction",
    "Talk",
]
