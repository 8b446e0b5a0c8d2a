from restrictions.models.restriction import ReadReceipt, Restriction, RestrictionQuerySet

from .decision import ManagementDecision
from .interim import InterimMeasure
from .their_side import THEIR_SIDE_HEARD, TheirSide

__all__ = [
    "THEIR_SIDE_HEARD",
    "InterimMeasure",
    "ManagementDecision",
    "ReadReceipt",
    "Restriction",
    "RestrictionQuerySet",
    "TheirSide",
]
