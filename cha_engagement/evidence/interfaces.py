"""Records of apps above that rest on a file."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from cha_engagement.staff.models import StaffMember

if TYPE_CHECKING:
    from .models import Evidence


class EvidenceHolders:
    def records_with_evidence(self, evidence: "Evidence", user: StaffMember) -> Iterable[QuerySet]:
        """Return the records that rest on a file, as far as this user sees them."""
        return ()
