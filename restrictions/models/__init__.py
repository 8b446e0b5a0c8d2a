from restrictions.models.restriction import LastDay, ReadReceipt, Restriction, RestrictionQuerySet

from .decision import ManagementDecision
from .interim import InterimMeasure
from .new_since import NewSince
from .their_side import THEIR_SIDE_HEARD, TheirSide
from .unnotified import UnnotifiedRequest

__all__ = [
    "THEIR_SIDE_HEARD",
    "InterimMeasure",
    "LastDay",
    "ManagementDecision",
    "NewSince",
    "ReadReceipt",
    "Restriction",
    "RestrictionQuerySet",
    "TheirSide",
    "UnnotifiedRequest",
]
