from .decision import ManagementDecision
from .interim import InterimMeasure
from .restriction import Reading, Restriction, RestrictionQuerySet

__all__ = [
    "InterimMeasure",
    "ManagementDecision",
    "Reading",
    "Restriction",
    "RestrictionQuerySet",
]
