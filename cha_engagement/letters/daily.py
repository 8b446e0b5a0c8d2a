from datetime import date

from cha_engagement.core import hub
from cha_engagement.evidence.storage import sweep

from .models import Enclosure, Letter


@hub.daily.add
def sweep_letters(today: date) -> str:
    removed = sweep("letters", Letter.objects.exclude(pdf="").values_list("pdf", flat=True).iterator())
    removed += sweep("enclosures", Enclosure.objects.values_list("file", flat=True).iterator())
    return f"Letters: {removed} left-over files removed"
