"""Who may write a letter about a review or an appeal, and when one about an appeal does not hold any more."""

from cha_engagement.core.refusals import Refusal
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember

from .. import queries
from ..enums import LetterCode
from ..models import Appeal, Review
from .appeal import may_acknowledge_appeal
from .review import may_hold_review


def may_write_letter(
    user: StaffMember, record: Review | Appeal, letter: Letter | None = None
) -> Refusal | None:
    """A letter about an appeal or a review comes from those who may acknowledge the one or hold the other."""
    if isinstance(record, Appeal):
        return may_acknowledge_appeal(user, record)
    return may_hold_review(user, record)


def may_explain_suspensions(user: StaffMember, appeal: Appeal, letter: Letter | None) -> Refusal | None:
    """Nobody is written to about what they were told already."""
    if letter is None and not queries.is_letter_to_write(appeal, LetterCode.APPEAL_MEANWHILE):
        return Refusal("The customer was told what applies meanwhile, and nothing has changed since.", "12")
    return may_write_letter(user, appeal)


def check_suspensions_unchanged(letter: Letter) -> list[Refusal]:
    """Refuse a letter that is wrong about what applies while its reader's appeal is heard. Policy §12, 22."""
    this_letter = Letter.objects.filter(pk=letter.pk)
    if not queries.wrongly_explained(this_letter).filter(appeal__letters=letter).exists():
        return []
    return [
        Refusal(
            "What applies meanwhile has changed since this was issued. Withdraw the letter, and write a new one.",
            "12",
        )
    ]
