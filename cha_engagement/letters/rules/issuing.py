from collections.abc import Mapping

from cha_engagement.core.reasons import has_words
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.parsed_letter import ParsedLetter, parse_letter
from cha_engagement.letters.rendering.markdown import placeholder_names, sections_by_heading

from . import wording
from .drafting import check_signatory
from .wording import check_channels, check_overreach

REQUIRED_IN_EVERY_LETTER = {
    "how to contact us": Refusal("Say how to contact us: put [how to contact us] in the text.", "5", "body"),
    "adjustments and formats": Refusal(
        "Say how to ask for an adjustment or another format: put [adjustments and formats] in the text.",
        "9",
        "body",
    ),
    "criticism is welcome": Refusal(
        "Say that criticism of the association is welcome: put [criticism is welcome] in the text.",
        "45",
        "body",
    ),
    "what always stays open": Refusal(
        "Say what always stays open: put [what always stays open] in the text.", "B2", "body"
    ),
}


def required_placeholder(name: str, what: str, paragraph: str) -> tuple[str, Refusal]:
    """A place that a kind of letter needs, by its name: what a letter without it is told."""
    return name, Refusal(f"Say {what}: put [{name}] in the text.", paragraph, "body")


def required_section(heading: str, what: str, paragraph: str) -> tuple[str, Refusal]:
    """The same of a heading below which something is needed."""
    return heading.casefold(), Refusal(
        f"Say {what}: write it below the heading “## {heading}”.", paragraph, "body"
    )


def check_ready(letter: Letter, reading: ParsedLetter | None = None) -> list[Refusal]:
    """Everything that still keeps this letter from being issued. Policy §5, 9, 21.3, 45, 60, 61.1; B2, B3.

    `reading` is of this letter, where it was read already.
    """
    reading = reading or parse_letter(letter)
    unclear = []
    for name in placeholder_names(letter.body):
        if name not in reading.said:
            unclear.append(
                Refusal(
                    f"Nothing is known that could stand for [{name}]. Take it out, or correct it.", "", "body"
                )
            )
        elif isinstance(refusal := reading.said[name], Refusal):
            unclear.append(refusal)
    whole = (
        check_death(letter),
        check_signatory(letter.customer, letter.signatory, letter.signed_as, withheld=reading.found.withheld),
    )
    return [
        *dict.fromkeys(unclear),
        *check_placeholders(letter, REQUIRED_IN_EVERY_LETTER),
        *letter.letter_kind.check_ready(letter),
        *letter.letter_kind.check_still_true(letter),
        *filter(None, whole),
        *wording.check_wording(letter, reading.found),
        *check_channels(letter, reading.text),
        *check_overreach(letter, reading.overreach),
    ]


def check_placeholders(letter: Letter, required: Mapping[str, Refusal]) -> list[Refusal]:
    """The refusals of those places that the letter's text does not have."""
    present = placeholder_names(letter.body)
    return [refusal for name, refusal in required.items() if name not in present]


def check_sections(letter: Letter, required: Mapping[str, Refusal]) -> list[Refusal]:
    """The refusals of those headings below which the letter's text says nothing, or which it does not have."""
    said = sections_by_heading(letter.body)
    return [refusal for heading, refusal in required.items() if not said.get(heading)]


def check_death(letter: Letter) -> Refusal | None:
    """Nobody writes to somebody who has died without knowing it."""
    died = letter.customer.deceased_on
    if not died or has_words(letter.after_death_reason):
        return None
    return Refusal(
        f"{letter.customer.name} died on {uk_date(died)}. Withdraw the letter, or say why it is written all the same.",
        "",
        "after_death_reason",
    )
