from collections.abc import Iterator

from cha_engagement.core.templatetags.ui import uk_datetime
from cha_engagement.customers.interfaces import SearchSource

from .models import Note


def note_facts(note: Note) -> Iterator[str]:
    yield uk_datetime(note.created_at)
    yield f"By {note.by}"
    if note.incident:
        yield f"On {note.incident}"


SEARCH_SOURCES = (
    SearchSource(
        code="notes",
        title="Notes",
        model=Note,
        fields=("text",),
        texts=lambda note: [note.text],
        heading=lambda note: note.person_name,
        facts=note_facts,
        related=("customer", "incident__customer", "by"),
    ),
)
