from cha_engagement.core.refusals import Refusal
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.second_reader import (
    can_read_others_letters,
    current_digest,
    has_waited,
    is_read,
    is_reader_spared,
    reason_to_read,
    writers,
)
from cha_engagement.letters.wording.overreach import Overreach
from cha_engagement.staff.models import StaffMember


def may_read(user: StaffMember, letter: Letter) -> Refusal | None:
    """Let another manager read a letter as its second reader, or somebody whom they ask. Beyond the policy: B36, B40."""
    if user.pk in writers(letter):
        return Refusal("You wrote or sign this letter, so somebody else reads it.", "B36")
    if Letter.objects.filter(is_reader_spared(user), pk=letter.pk).exists():
        return Refusal(
            "What this customer did affected you, and you have not agreed to deal with them. Somebody else is there to read it.",
            "B40",
        )
    if user.pk != letter.reader_id and not can_read_others_letters(user):
        return Refusal("Another manager reads this letter, or somebody whom they ask.", "B36")
    return None


def check_read(letter: Letter, overreach: list[Overreach], unread_reason: str = "") -> list[Refusal]:
    """Refuse to issue what somebody else has to read and has not, but for a reason once it has waited. Beyond the policy: B36."""
    if not reason_to_read(letter, overreach) or is_read(letter) or (unread_reason and has_waited(letter)):
        return []
    return [Refusal("Somebody else reads this letter before it is issued. Ask for a second reader.", "B36")]


def check_unchanged(letter: Letter, digest: str, text: str | None = None) -> list[Refusal]:
    """Refuse what somebody decided on a letter that reads differently since they opened its page."""
    if digest == current_digest(letter, text):
        return []
    return [Refusal("It has changed since you opened this page. Read it again.", "B36")]
