from datetime import date

from .actions import remove_old_drafts


def sweep_drafts(today: date) -> str:
    return f"Drafts: {remove_old_drafts()} old ones removed"
