from datetime import date

from cha_engagement.evidence.storage import remove_orphans

from .models import Enclosure, Letter


def sweep_letters(today: date) -> str:
    removed = remove_orphans(
        "letters", Letter.objects.exclude(pdf="").values_list("pdf", flat=True).iterator()
    )
    removed += remove_orphans("enclosures", Enclosure.objects.values_list("file", flat=True).iterator())
    return f"Letters: {removed} left-over files removed"
