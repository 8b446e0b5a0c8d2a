from .kinds import PDF, Kind, Unwanted
from .recognition import Harmful, kind_of_content, read_kind

__all__ = ["PDF", "Harmful", "Kind", "Unwanted", "kind_of_content", "read_kind"]
