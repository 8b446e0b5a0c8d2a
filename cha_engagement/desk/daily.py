from datetime import date

from .actions import remove_old_typed_drafts


def remove_typed_drafts(today: date) -> str:
    return f"Drafts: {remove_old_typed_drafts()} old ones removed"
