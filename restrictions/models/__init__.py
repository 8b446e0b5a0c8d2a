from .block import Block
from .breach import Breach
from .decision import ManagementDecision
from .interim import InterimMeasure
from .restriction import Reading, Restriction, RestrictionQuerySet

__all__ = [
    "Block",
    "Breach",
    "InterimMeasure",
    "ManagementDecision",
    "Reading",
    "Restriction",
    "RestrictionQuerySet",
]
