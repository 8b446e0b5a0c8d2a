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
from cha_engagement.letters.wording.findings import TextFindings
from cha_engagement.letters.wording.overreach import SOFT_KINDS, Overreach


def check_standard_paragraph(name: str, text: str) -> list[Refusal]:
    """Refuse a standard paragraph that loses what it must say, or has placeholders that it cannot have. Policy §5, 45; B2, B3."""
    present, usable = placeholder_names(text), usable_placeholders(name)
    unknown = [
        Refusal(
            f"[{placeholder}] is not something that we can fill in. Take it out, or use one of "
            f"{', '.join(f'[{each}]' for each in usable)}."
        )
        for placeholder in present
        if placeholder not in usable
    ]
    lost = [
        Refusal(f"[{name}] always says [{placeholder}]: put it back in the text.", definition.paragraph)
        for placeholder, definition in PARAGRAPH_PLACEHOLDERS.items()
        if name in definition.required_in and placeholder not in present
    ]
    run_on = [
        Refusal(f"[{placeholder}] is a list: put it on a line of its own.")
        for placeholder, definition in PARAGRAPH_PLACEHOLDERS.items()
        if definition.is_list
        and any(
            placeholder in placeholder_names(line) and not stands_alone(line) for line in text.splitlines()
        )
    ]
    return [*unknown, *lost, *run_on]


def check_wording(letter: Letter, findings: TextFindings) -> list[Refusal]:
    """Refuse what gives staff away whose names are withheld, and what may blame or label without a reason. Policy §21.3, 61.1."""
    refusals = [
        Refusal(
            f"The names and direct lines of our staff are withheld from this customer. Take out “{words}”.",
            "21.3",
            "body",
        )
        for words in findings.staff_named
    ]
    if findings.blame and not letter.wording_reason:
        words = ", ".join(f"“{finding.words}”" for finding in findings.blame)
        refusals.append(
            Refusal(
                f"This may blame or label: {words}. Say it neutrally, or say why it stays.",
                "61.1",
                "wording_reason",
            )
        )
    return refusals


def check_channels(letter: Letter, text: str) -> list[Refusal]:
    """Refuse each contact of ours in the text that leads by a channel closed to the reader. Policy §5, 21.1."""
    closed = closed_channels(letter)
    contacts = dict.fromkeys(find_closed_contacts(text, closed)) if closed else ()
    return [
        Refusal(
            f"This way to us is closed to {letter.customer.name}: take out “{contact}”.",
            "21.1",
            "body",
        )
        for contact in contacts
    ]


def check_overreach(letter: Letter, overreaches: list[Overreach]) -> list[Refusal]:
    """Refuse words that do what only a record may, or nothing may. A kind that never waits for a second reader may have none of them."""
    return [
        Refusal(f"{overreach.sentence} Take it out.", overreach.kind.paragraph, "body")
        for overreach in overreaches
        if overreach.is_plain or (letter.letter_kind.never_waits and overreach.code not in SOFT_KINDS)
    ]
