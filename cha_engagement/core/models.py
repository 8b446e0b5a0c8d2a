from .records import ReferenceSequence
from .unsettled import Unsettled

__all__ = ["ReferenceSequence", "Unsettled"]
