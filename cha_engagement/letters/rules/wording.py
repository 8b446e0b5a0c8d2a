from collections.abc import Iterator

from cha_engagement.core.refusals import Refusal
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.channels import closed_channels
from cha_engagement.letters.rendering.markdown import placeholder_names
from cha_engagement.letters.rendering.standard_paragraphs import (
    PARAGRAPH_PLACEHOLDERS,
    stands_alone,
    usable_placeholders,
)
from cha_engagement.letters.wording.contacts import find_closed_contacts
from cha_engagement.letters.wording.findings import Findings
from cha_engagement.letters.wording.overreach import SOFT_KINDS, Overreach


def check_standard_paragraph(name: str, text: str) -> list[Refusal]:
    """Why the paragraph of this name may not say this. Policy §5, 45; B2, B3."""
    present = placeholder_names(text)
    can_be = ", ".join(f"[{one}]" for one in usable_placeholders(name))
    unknown = [
        Refusal(f"Nothing is known that could stand for [{one}]. Take it out, or use one of {can_be}.")
        for one in present
        if one not in usable_placeholders(name)
    ]
    lost = [
        Refusal(f"[{name}] always says [{one}]: put it back in the text.", filling.paragraph)
        for one, filling in PARAGRAPH_PLACEHOLDERS.items()
        if name in filling.kept_in and one not in present
    ]
    run_on = [
        Refusal(f"[{one}] is a list: put it on a line of its own.")
        for one, filling in PARAGRAPH_PLACEHOLDERS.items()
        if filling.lines
        and any(one in placeholder_names(line) and not stands_alone(line) for line in text.splitlines())
    ]
    return [*unknown, *lost, *run_on]


def check_wording(letter: Letter, found: Findings) -> list[Refusal]:
    """Why a letter in which this was found should not go out as it is. Policy §21.3, 61.1."""
    given_away = [
        Refusal(
            f"The names and direct lines of our staff are withheld from this customer. Take out “{words}”.",
            "21.3",
            "body",
        )
        for words in found.given_away
    ]
    if not found.wording or letter.wording_reason:
        return given_away
    words = ", ".join(f"“{one.words}”" for one in found.wording)
    return [
        *given_away,
        Refusal(
            f"This may blame or label: {words}. Say it neutrally, or say why it stays.",
            "61.1",
            "wording_reason",
        ),
    ]


def check_channels(letter: Letter, text: str) -> list[Refusal]:
    """Return a refusal for each way to us that is closed to the reader and stands in the text all the same."""
    closed = closed_channels(letter)
    named = dict.fromkeys(find_closed_contacts(text, closed)) if closed else ()
    return [
        Refusal(
            f"This way to us is closed to {letter.customer.name}: take out “{words}”.",
            "21.1",
            "body",
        )
        for words in named
    ]


def check_overreach(letter: Letter, found: list[Overreach]) -> Iterator[Refusal]:
    """Refuse what a record does, or nothing may. A notice that waits for nobody says nothing of the kind at all."""
    for overreach in found:
        if overreach.is_plain or (letter.letter_kind.never_waits and overreach.code not in SOFT_KINDS):
            limit = overreach.limit
            yield Refusal(f"“{overreach.words}” {limit.instead} Take it out.", limit.paragraph, "body")
