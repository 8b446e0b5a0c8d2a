from .incident import Assessment, Category, Incident, IncidentQuerySet
from .involvement import InvolvementReasonField

__all__ = [
    "Assessment",
    "Category",
    "Incident",
    "IncidentQuerySet",
    "InvolvementReasonField",
]
