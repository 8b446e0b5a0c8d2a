from .records import ReferenceSequence
from .unsettled import UnsettledRecord

__all__ = ["ReferenceSequence", "UnsettledRecord"]
