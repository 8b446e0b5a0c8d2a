from restrictions.models.restriction import ReadReceipt, Restriction, RestrictionQuerySet

from .decision import ManagementDecision
from .interim import InterimMeasure

__all__ = [
    "InterimMeasure",
    "ManagementDecision",
    "ReadReceipt",
    "Restriction",
    "RestrictionQuerySet",
]
