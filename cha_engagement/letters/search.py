import re
from collections.abc import Iterator

from cha_engagement.core.templatetags.ui import uk_datetime
from cha_engagement.customers.interfaces import SearchSource

from .models import Letter

MARKS = re.compile(r"\*+|^(?:#+|>)[ ]+|\\(?=[^\w\s])", re.MULTILINE)
"""What makes words bold, a heading or a quotation, and what keeps a sign from doing so. To parse a whole letter for a sentence takes long."""


def letter_texts(letter: Letter) -> list[str]:
    """Return what a letter says: once issued with its placeholders filled in."""
    return [letter.title, MARKS.sub("", letter.text or letter.body)]


def letter_facts(letter: Letter) -> Iterator[str]:
    yield letter.stage[1]
    yield uk_datetime(letter.issued_at or letter.created_at)
    yield f"Signed by {letter.signatory}" if letter.issued_at else f"Drafted by {letter.drafted_by}"


SEARCH_SOURCES = (
    SearchSource(
        code="letters",
        title="Letters",
        model=Letter,
        fields=("kind", "subject", "body", "text"),
        texts=letter_texts,
        heading=lambda letter: f"{letter.title}, {letter.customer.name}",
        facts=letter_facts,
        related=("customer", "signatory", "drafted_by"),
    ),
)
