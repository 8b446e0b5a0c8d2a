from cha_engagement.core.refusals import Refusal
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.second_reader import (
    current_digest,
    has_waited,
    is_read,
    is_reader_spared,
    reason_to_read,
    writers,
)
from cha_engagement.letters.wording.overreach import Overreach
from cha_engagement.staff.models import StaffMember


def check_read(letter: Letter, found: list[Overreach], unread_reason: str = "") -> Refusal | None:
    """Refuse to issue what somebody else has to read and has not, but for a reason once it has waited."""
    if not reason_to_read(letter, found) or is_read(letter) or (unread_reason and has_waited(letter)):
        return None
    return Refusal("Somebody else reads this letter before it is issued. Ask for a second reader.", "B36")


def check_unchanged(letter: Letter, known: str, text: str | None = None) -> Refusal | None:
    if known == current_digest(letter, text):
        return None
    return Refusal("It reads differently since you opened this page. Read it again.", "B36")


def may_read(user: StaffMember, letter: Letter) -> Refusal | None:
    if user.pk in writers(letter):
        return Refusal("You wrote or sign this letter, so somebody else reads it.", "B36")
    if Letter.objects.filter(is_reader_spared(user), pk=letter.pk).exists():
        return Refusal(
            "What this customer did affected you, and you have not agreed to deal with them. Somebody else is there to read it.",
            "B40",
        )
    if user.pk != letter.reader_id and not (
        user.has_perm("letters.issue_letter") and user.has_perm("letters.view_letter")
    ):
        return Refusal("Another manager reads this letter, or somebody whom they ask.", "B36")
    return None
