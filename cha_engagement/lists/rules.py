from typing import Any

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember

from .models import SavedFilter

MOST_FILTERS = 30  # saved by one person


def may_export(user: StaffMember, _: Any = None) -> Refusal | None:
    """Refuse a list as a file to whoever may only read it on its page. Policy §65; beyond the policy: B19."""
    if not user.has_perm(Permission.EXPORT_LISTS):
        return Refusal("Your role cannot save lists as files.", "65")
    return None


def may_read_exports(user: StaffMember, _: Any = None) -> Refusal | None:
    """Refuse the exports of colleagues to all but those who answer for the data. Policy §65."""
    if not user.has_perm(Permission.READ_ACCESS_LOG):
        return Refusal("Only Data Protection can see which lists were exported.", "65")
    return None


def check_filter(name: str, query: str, same_name: SavedFilter | None, filter_count: int) -> list[Refusal]:
    """Refuse a filter that is empty, has the name of another, or is one too many of its owner."""
    refusals = []
    if not query:
        refusals.append(Refusal("Nothing is filtered yet. Go back, choose what to filter by, and save that."))
    if same_name:
        refusals.append(
            Refusal(f"Another filter of yours is called “{name}”. Choose another name.", field="name")
        )
    if filter_count >= MOST_FILTERS:
        refusals.append(
            Refusal(
                f"You have saved {MOST_FILTERS} filters. Remove one that you do not use any more, then save this one."
            )
        )
    return refusals
