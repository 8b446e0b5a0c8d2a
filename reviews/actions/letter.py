from uuid import uuid4

from cha_engagement.core.records import atomic_action
from cha_engagement.core.refusals import raise_if_refused
from cha_engagement.letters.actions import draft_letter
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember

from .. import rules
from ..enums import LetterCode
from ..models import Appeal, Review


@atomic_action()
def write_letter(*, about: Review | Appeal, kind: str, by: StaffMember) -> Letter:
    """Return the letter of this kind about a review or an appeal, drafting it where there is none. Policy §6.3, 22, 23; B4.

    What applies meanwhile is told again whenever it is not what the last letter says.
    """
    about = about.reload_locked()
    raise_if_refused(rules.may_write_letter(by, about))
    letter = about.letters.filter(kind=kind).exclude(status=LetterStatus.VOID).order_by("-pk").first()
    if letter and kind == LetterCode.APPEAL_MEANWHILE and letter.letter_kind.check_still_true(letter):
        letter = None
    return letter or draft_letter(customer=about.customer, kind=kind, about=about, by=by, submission=uuid4())
