from .appeal import Appeal, AppealedRestriction
from .review import Reminder, Review

__all__ = ["Appeal", "AppealedRestriction", "Reminder", "Review"]
