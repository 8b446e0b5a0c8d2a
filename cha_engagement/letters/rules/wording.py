from cha_engagement.core.refusals import Refusal
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.channels import closed_channels
from cha_engagement.letters.wording.contacts import find_closed_contacts
from cha_engagement.letters.wording.findings import TextFindings
from cha_engagement.letters.wording.overreach import SOFT_KINDS, Overreach


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
