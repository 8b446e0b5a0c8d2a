"""Decisions to manage engagement actively: who may take one, and what it has to say."""

from collections.abc import Collection, Iterable
from typing import Any

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import check_reasons
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import ConfirmedWith
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from incidents.restorative.enums import RestorativeOutcome
from incidents.restorative.models import RestorativeAction
from restrictions.enums import Basis, Explained, Heard, NormalOperation, YesNoUnknown
from restrictions.models import InterimMeasure, ManagementDecision, TheirSide
from restrictions.queries import (
    has_unnotified,
    restrictions_in,
    standing_restriction_under,
    unnotified_restrictions,
)

from .evidence import check_alive, check_chosen_records, check_decided_before
from .restriction import may_restrict

REQUIRED_REASONS = ("effect", "proportionality")
REQUIRED_CHOICES = {
    "normal_operation": Refusal(
        "Say whether we could deal with this if we were working normally.", "13", "normal_operation"
    ),
    "needs_confirmed_with": Refusal(
        "Say whether you checked with them what they need.", "9", "needs_confirmed_with"
    ),
    "disability": Refusal("Say whether a disability may explain the behaviour.", "9", "disability"),
    "vulnerability": Refusal("Say whether the customer is thought vulnerable.", "18", "vulnerability"),
    "basis": Refusal("Say why restorative work is not enough.", "20", "basis"),
    "explained": Refusal("Say whether this will be explained to the customer.", "12", "explained"),
}
"""Every decision answers these, in words and by choosing. Policy §9 to 14, 18, 20."""


def may_decide(user: StaffMember, _: Any = None) -> Refusal | None:
    if not user.has_perm(Permission.DECIDE_MANAGEMENT):
        return Refusal("Only a manager decides to manage engagement actively.", "22")
    return None


def measure_field(kind: str, field: str) -> str:
    """Return the name of a field about one of the measures that are decided on together."""
    return f"{kind}-{field}"


def check_decision(
    decision: ManagementDecision,
    incidents: Collection[Incident],
    restorative_actions: Iterable[RestorativeAction],
) -> list[Refusal]:
    """Return what a decision still has to say. Policy §3, 9 to 14, 18, 20, 22."""
    return [
        *check_alive(decision.customer),
        *check_chosen_records(decision.customer, incidents, "incidents", "incident", "22"),
        *check_chosen_records(
            decision.customer,
            restorative_actions,
            "restorative_actions",
            "restorative step",
            "20",
            needed=False,
        ),
        *check_decided_before(decision, incidents),
        *check_reasons(decision, REQUIRED_REASONS),
        *(refusal for name, refusal in REQUIRED_CHOICES.items() if not getattr(decision, name)),
        *check_their_side(decision),
        *check_restorative_work(decision, restorative_actions),
        *check_reasons(decision, reasons_asked_for(decision)),
        *check_needs_answers(decision),
        *check_training_answers(decision),
    ]


def reasons_asked_for(decision: ManagementDecision) -> list[str]:
    """Return the fields that need words because of what else was answered."""
    asked = {
        "needs_considered": not decision.no_adjustment_needed,
        "training_need": not decision.no_training_need,
        "normal_operation_reason": decision.normal_operation == NormalOperation.MANAGEABLE,
        "basis_reason": decision.basis in (Basis.NOT_POSSIBLE, Basis.NOT_APPROPRIATE),
        "disability_considered": decision.disability == YesNoUnknown.YES,
        "vulnerability_considered": decision.vulnerability == YesNoUnknown.YES,
        "safeguarding_considered": decision.customer.under_18,
        "not_explained_reason": decision.explained == Explained.NOT_EXPLAINED,
    }
    return [name for name, is_asked in asked.items() if is_asked]


def check_their_side(record: TheirSide) -> list[Refusal]:
    """Ask what the customer told us before something is decided about them, or why their side was not heard. Beyond the policy: B24."""
    if not record.heard:
        return [Refusal("Say whether they told us their side.", "B24", "heard")]
    return check_reasons(record, ["their_side" if record.heard == Heard.TOLD_US else "not_heard_reason"])


def check_restorative_work(
    decision: ManagementDecision, restorative_actions: Iterable[RestorativeAction]
) -> list[Refusal]:
    """Ask for restorative work that was tried and failed, where that is why it is not enough. Policy §20."""
    failed = (RestorativeOutcome.PARTLY, RestorativeOutcome.NOT_RESTORED)
    if decision.basis != Basis.TRIED_AND_FAILED or any(
        action.outcome in failed for action in restorative_actions
    ):
        return []
    return [
        Refusal(
            "Choose restorative work that was tried and did not restore the relationship. How it went is recorded with it.",
            "20",
            "restorative_actions",
        )
    ]


def check_needs_answers(decision: ManagementDecision) -> list[Refusal]:
    """Refuse that no adjustment is needed where they could not be asked, or where needs of theirs are recorded. Policy §9."""
    if not decision.no_adjustment_needed:
        return []
    customer = decision.customer
    if customer.current_needs or customer.accessibility_needs.strip() or customer.agreed_adjustments:
        return [
            Refusal(
                "Needs or adjustments of theirs are recorded. Say what you considered and found, or take the tick away.",
                "9",
                "no_adjustment_needed",
            )
        ]
    if decision.needs_confirmed_with != ConfirmedWith.NOBODY:
        return []
    return [
        Refusal(
            "You ticked that they confirmed that no adjustment is needed, and say that nobody could be asked. Take one of them away.",
            "9",
            "no_adjustment_needed",
        )
    ]


def check_training_answers(decision: ManagementDecision) -> list[Refusal]:
    if not (decision.no_training_need and decision.training_need):
        return []
    return [
        Refusal(
            "You wrote about a training need, and ticked that none is part of it. Take one of them away.",
            "13",
            "training_need",
        )
    ]


def check_training(person: StaffMember | None) -> list[Refusal]:
    """Refuse a colleague's training need where no line manager is there to hear of it: nobody else does. Policy §13."""
    if person and not person.acting_line_manager:
        return [
            Refusal(
                f"No line manager is recorded for {person}. Talk with them yourself.", "13", "training_for"
            )
        ]
    return []


def check_leaving_unexplained(decision: ManagementDecision) -> list[Refusal]:
    """Refuse to record that a decision is not explained where it was, or where its restrictions are still to tell. Policy §12."""
    if decision.explained != Explained.BY_LETTER or decision.explained_on:
        return [Refusal("How this decision was explained is recorded already.", "12")]
    if has_unnotified(decision):
        return [
            Refusal(
                "Write the letter about the restrictions under it, or record for each why they are not told.",
                "12",
            )
        ]
    return []


def check_to_be_explained(decision: ManagementDecision) -> list[Refusal]:
    """Refuse to write of a decision that, as is recorded, is not explained: that is taken back first. Policy §12."""
    if decision.explained != Explained.NOT_EXPLAINED:
        return []
    return [
        Refusal(
            "It is recorded that this decision is not explained to the customer. Say on its page first that it is explained after all.",
            "12",
        )
    ]


def check_explaining_after_all(decision: ManagementDecision) -> list[Refusal]:
    if decision.is_answer_awaited:
        return [
            Refusal("A second person says whether it is explained: answer that, with your reason.", "B36")
        ]
    if decision.explained == Explained.NOT_EXPLAINED:
        return []
    return [Refusal("This decision is to be explained already.", "12")]


def may_write_letter(user: StaffMember, decided: ManagementDecision | InterimMeasure) -> Refusal | None:
    """Leave the letter to managers, as the decision is. Policy §12, 22; beyond the policy: B21."""
    if not user.has_perm(Permission.IMPOSE_RESTRICTIONS):
        return Refusal("Only a manager writes the letter about a manager’s decision.", "22")
    return None


def may_write_decision_letter(
    user: StaffMember, decision: ManagementDecision, letter: Letter | None = None
) -> Refusal | None:
    """Leave it to those who may impose all that it tells of: one letter tells the customer of everything. Policy §12, 22, 54."""
    if refusal := may_write_letter(user, decision):
        return refusal
    restrictions = restrictions_in(letter) if letter else unnotified_restrictions(decision)
    if not restrictions:
        return Refusal("There is nothing to tell: impose a restriction under this decision first.", "12")
    if not letter and (unexplained := check_to_be_explained(decision)):
        return unexplained[0]
    refusals = (may_restrict(user, restriction.kind) for restriction in restrictions)
    return next(filter(None, refusals), None)


def may_write_explanation(
    user: StaffMember, decision: ManagementDecision, letter: Letter | None = None
) -> Refusal | None:
    """Let a manager explain a decision by letter where nothing is restricted under it. Policy §12, 22."""
    if refusal := may_write_letter(user, decision):
        return refusal
    if not letter and (unexplained := check_to_be_explained(decision)):
        return unexplained[0]
    if letter is None and decision.explained_on:
        return Refusal("There is nothing to tell: how this decision was explained is recorded already.", "12")
    if letter is None and (restriction := standing_restriction_under(decision)):
        return Refusal(f"{restriction} was imposed under this decision: its own letter explains both.", "12")
    return None
