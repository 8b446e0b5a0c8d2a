from .agreement import Agreement
from .contact import Contact
from .incident import Assessment, Category, Incident, IncidentQuerySet, RestorativeAction, Talk

__all__ = [
    "Agreement",
    "Assessment",
    "Category",
    "Contact",
    "Incident",
    "IncidentQuerySet",
    "RestorativeAction",
    "Talk",
]
