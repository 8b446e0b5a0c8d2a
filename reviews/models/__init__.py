from .appeal import Appeal, AppealedRestriction
from .late_promise import LatePromise
from .review import Review

__all__ = ["Appeal", "AppealedRestriction", "LatePromise", "Review"]
