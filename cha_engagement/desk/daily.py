from datetime import date

from cha_engagement.core import hub

from .actions import remove_old_drafts


@hub.daily.add
def sweep_drafts(today: date) -> str:
    return f"Drafts: {remove_old_drafts()} old ones removed"
