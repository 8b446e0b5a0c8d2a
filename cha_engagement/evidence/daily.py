from datetime import date

from .models import Evidence
from .storage import remove_orphans


def remove_orphaned_evidence(today: date) -> str:
    removed = remove_orphans("evidence", Evidence.objects.values_list("file", flat=True).iterator())
    return f"Evidence: {removed} left-over files removed"
