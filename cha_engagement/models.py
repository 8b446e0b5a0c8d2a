from .records import ReferenceSequence

__all__ = ["ReferenceSequence"]
