from .contact import Contact
from .incident import Assessment, Category, Incident, IncidentQuerySet, RestorativeAction, Talk

__all__ = [
    "Assessment",
    "Category",
    "Contact",
    "Incident",
    "IncidentQuerySet",
    "RestorativeAction",
    "Talk",
]
