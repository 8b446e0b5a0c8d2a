from datetime import date

from cha_engagement.core import hub

from .models import Evidence
from .storage import sweep


@hub.daily.add
def sweep_evidence(today: date) -> str:
    swept = sweep("evidence", Evidence.objects.values_list("file", flat=True).iterator())
    return f"Evidence: {swept} left-over files removed"
