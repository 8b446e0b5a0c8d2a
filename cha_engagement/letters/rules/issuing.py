from collections.abc import Mapping

from cha_engagement.core.reasons import has_words
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.parsed_letter import ParsedLetter, parse_letter
from cha_engagement.letters.rendering.markdown import placeholder_names, sections_by_heading

from .drafting import check_signatory
from .wording import check_channels, check_overreach, check_wording

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
    """Return a placeholder that a kind of letter needs, and the refusal of a letter without it."""
    return name, Refusal(f"Say {what}: put [{name}] in the text.", paragraph, "body")


def required_section(heading: str, what: str, paragraph: str) -> tuple[str, Refusal]:
    """Return a heading below which a kind of letter needs something, and the refusal of a letter that says nothing there."""
    return heading.casefold(), Refusal(
        f"Say {what}: write it below the heading “## {heading}”.", paragraph, "body"
    )


def check_ready(letter: Letter, parsed: ParsedLetter | None = None) -> list[Refusal]:
    """Refuse to issue a letter for everything that still keeps it back. Policy §5, 9, 21.3, 45, 60, 61.1; B2, B3.

    `parsed` is this letter, where it was parsed already.
    """
    parsed = parsed or parse_letter(letter)
    return [
        *check_filled(letter, parsed),
        *check_placeholders(letter, REQUIRED_IN_EVERY_LETTER),
        *letter.letter_kind.check_ready(letter),
        *letter.letter_kind.check_still_true(letter),
        *check_death(letter),
        *check_signatory(
            letter.customer,
            letter.signatory,
            letter.signed_as,
            names_withheld=parsed.findings.has_names_withheld,
            from_panel=letter.letter_kind.from_panel,
        ),
        *check_wording(letter, parsed.findings),
        *check_channels(letter, parsed.text),
        *check_overreach(letter, parsed.overreach),
    ]


def check_filled(letter: Letter, parsed: ParsedLetter) -> list[Refusal]:
    """Refuse placeholders that nobody knows, or that cannot be filled in yet; what keeps several of them back, once."""
    refusals = []
    for name in placeholder_names(letter.body):
        if name not in parsed.placeholders:
            refusals.append(
                Refusal(
                    f"[{name}] is not something that we can fill in. Take it out, or correct it.", "", "body"
                )
            )
        elif isinstance(refusal := parsed.placeholders[name], Refusal):
            refusals.append(refusal)
    return list(dict.fromkeys(refusals))


def check_placeholders(letter: Letter, required: Mapping[str, Refusal]) -> list[Refusal]:
    """Return the refusals of those required placeholders that the letter's body does not have."""
    present = placeholder_names(letter.body)
    return [refusal for name, refusal in required.items() if name not in present]


def check_sections(letter: Letter, required: Mapping[str, Refusal]) -> list[Refusal]:
    """Return the refusals of those required headings that the letter's body does not have, or below which it says nothing."""
    sections = sections_by_heading(letter.body)
    return [refusal for heading, refusal in required.items() if not sections.get(heading)]


def check_death(letter: Letter) -> list[Refusal]:
    """Refuse a letter to somebody who has died, unless it says why it is written all the same. So nobody writes to them unawares."""
    died_on = letter.customer.deceased_on
    if not died_on or has_words(letter.after_death_reason):
        return []
    return [
        Refusal(
            f"{letter.customer.name} died on {uk_date(died_on)}. Withdraw the letter, or say why it is written all the same.",
            "",
            "after_death_reason",
        )
    ]
