"""Who confirms or reverses what somebody decided though they had a part in it. Policy §13."""

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember
from restrictions.contact_plan import AnyRestriction
from restrictions.models import Restriction

from .enums import Answer, SecondLookStatus
from .models import SecondLook
from .queries import people_who_do_not_look, permissions_to_look


def may_look(user: StaffMember, look: SecondLook) -> Refusal | None:
    """Let somebody look who could decide alike, did not act and had no part in it, or the executive who was given that alone. Policy §13, 22."""
    if user.pk == look.acted_by_id:
        return Refusal("You decided this yourself, so a second person confirms or reverses it.", "13")
    if user.pk in people_who_do_not_look(look):
        return Refusal(
            "You had a part in what this rests on, so somebody else confirms or reverses it.", "13"
        )
    is_reader = user.pk == look.reader_id and user.has_perm(Permission.HEAR_APPEALS)
    if not is_reader and not all(map(user.has_perm, permissions_to_look(look))):
        return Refusal(
            "Another manager who may decide this, or the executive who was asked, confirms or reverses it.",
            "13",
        )
    return None


def check_answer(answer: str) -> list[Refusal]:
    if answer in Answer.values:
        return []
    return [Refusal("Say whether you confirm or reverse it.", "13", "answer")]


def check_not_reversed(measure: AnyRestriction) -> list[Refusal]:
    """Refuse to restrict anything under a decision that a second person reversed. Policy §13."""
    decision = measure.decision if isinstance(measure, Restriction) else None
    if not (decision and decision.involvement_reason):
        return []
    reversals = SecondLook.objects.filter(decision=decision, status=SecondLookStatus.REVERSED)
    if not reversals.exists():
        return []
    return [Refusal("A second person reversed this decision, so nothing is restricted under it.", "13")]
