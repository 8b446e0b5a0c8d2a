"""Who may take which step. What must be said before a step is in `completeness.py`."""

from collections.abc import Callable
from typing import Any

from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission
from incidents.rules import may_decide_on

from ..kinds import may_use
from ..models import InterimMeasure, ManagementDecision, Restriction
from .checks import check_extension

May = Callable[[StaffMember, Restriction], Refusal | None]


def may_decide(user: StaffMember, _: Any = None) -> Refusal | None:
    if not user.has_perm("restrictions.decide_management"):
        return Refusal("Only a manager decides to manage engagement actively.", "22")
    return None


def may_propose(user: StaffMember, _: Any = None) -> Refusal | None:
    if not user.has_perm("restrictions.propose_restriction"):
        return Refusal("Only staff who deal with customers propose restrictions.", "21")
    return None


def may_restrict(user: StaffMember, kind: str) -> Refusal | None:
    """Whether they take decisions on restrictions of this kind at all. Policy §22, 54."""
    if not user.has_perm("restrictions.impose_restriction"):
        return Refusal("Only a manager decides on restrictions.", "22")
    return may_use(user, kind)


def may_impose(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Nobody decides on what affected them while another manager is there who can. Policy §12, 13."""
    return may_restrict(user, restriction.kind) or may_decide_on(user, restriction.incidents.all())


may_decline = may_impose


def may_withdraw(user: StaffMember, restriction: Restriction) -> Refusal | None:
    if user.pk != restriction.proposed_by_id:
        return Refusal("Only the one who proposed it withdraws it. A manager can decline it.", "22")
    return None


def may_lift(user: StaffMember, restriction: Restriction) -> Refusal | None:
    return may_restrict(user, restriction.kind)


may_vary = may_ask_reading = may_lift


def may_leave_untold(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Keeping from somebody how they can reach us, or what is restricted in words of our own, is seen by a second person. Policy §12; B36."""
    if refusal := may_lift(user, restriction):
        return refusal
    seen_by_another = restriction.measure.in_own_words or restriction.changes_contact
    if not seen_by_another or user.pk != restriction.imposed_by_id:
        return None
    others = present_staff(staff_with_permission("restrictions.impose_restriction")).exclude(pk=user.pk)
    if other := others.first():
        return Refusal(
            f"You imposed this, so another manager records why its customer is not told: {other} is there.",
            "B36",
        )
    return None


def may_confirm_reading(user: StaffMember, _: Any = None) -> Refusal | None:
    """Whoever deals with customers goes by the card. Beyond the policy: B1."""
    if not user.has_perm("contacts.add_contact"):
        return Refusal("Only staff who deal with customers confirm what they have read.", "B1")
    return None


def may_rename(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Other people in the place of those it names: nobody waits for a review to have somebody to turn to. Policy §21.1; B2."""
    if not restriction.measure.people:
        return Refusal("This restriction names nobody.", "21.1")
    return may_lift(user, restriction)


def may_end_agreement(user: StaffMember, restriction: Restriction) -> Refusal | None:
    if not restriction.measure.rests_on_agreement:
        return Refusal("This restriction rests on nobody's agreement. It can be lifted.", "21.4")
    return may_lift(user, restriction)


def may_look_again(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """What has no reviews is looked at once a year by the Management Team. Policy §23."""
    if not user.has_perm("reviews.receive_escalations"):
        return Refusal("Only a Management Team member looks again at a restriction without reviews.", "23")
    if restriction.first_review_on:
        return Refusal("This restriction has its reviews.", "23")
    return may_lift(user, restriction)


def may_set_interim(user: StaffMember, _: Any = None) -> Refusal | None:
    if not user.has_perm("restrictions.impose_restriction"):
        return Refusal("Only a manager sets an interim measure.", "B21")
    return None


def may_end_interim(user: StaffMember, interim: InterimMeasure) -> Refusal | None:
    return may_set_interim(user)


def may_extend_interim(user: StaffMember, interim: InterimMeasure) -> Refusal | None:
    """Where nobody else is there, why it goes on is why they say so. Policy §12, 13; beyond the policy: B21."""
    return may_set_interim(user) or check_extension(interim) or may_decide_on(user, interim.incidents.all())


def may_see_outcomes(user: StaffMember, _: Any = None) -> Refusal | None:
    """Numbers without names, of what only they may read in whole. Policy §65; beyond the policy: B12."""
    if not user.has_perm("restrictions.view_restriction"):
        return Refusal("Only those who read all restrictions see what came of them.", "65")
    return None


def may_write(user: StaffMember, decided: ManagementDecision | InterimMeasure) -> Refusal | None:
    """The letter is a manager's to write, as the decision is to make. Policy §12, 22; beyond the policy: B21."""
    if not user.has_perm("restrictions.impose_restriction"):
        return Refusal("Only a manager writes the letter about a manager's decision.", "22")
    return None
