from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember

from ..models import Appeal, Review
from .appeal import may_acknowledge_appeal
from .review import may_hold_review


def may_write_letter(user: StaffMember, record: Review | Appeal) -> Refusal | None:
    """A letter about an appeal or a review comes from those who may acknowledge the one or hold the other."""
    if isinstance(record, Appeal):
        return may_acknowledge_appeal(user, record)
    return may_hold_review(user, record)
