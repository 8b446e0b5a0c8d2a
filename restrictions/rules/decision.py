"""Decisions to manage engagement actively: who may take one, and what it has to say."""

from collections.abc import Iterable, Iterator
from typing import Any

from cha_engagement.core.reasons import check_reasons
from cha_engagement.core.refusals import Refusal
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from incidents.restorative.enums import RestorativeOutcome
from incidents.restorative.models import RestorativeAction
from restrictions.enums import STANDING, Basis, Explained, YesNoUnknown
from restrictions.models import InterimMeasure, ManagementDecision
from restrictions.queries import restrictions_in, standing_restriction_under, unnotified_restrictions
from restrictions.rules import restriction

from .evidence import check_chosen_records


def may_write_decision_letter(
    user: StaffMember, decision: ManagementDecision, letter: Letter | None = None
) -> Refusal | None:
    """Whoever may impose all that the letter tells of: one letter tells the customer of everything. Policy §12, 22, 54."""
    if refusal := may_write_letter(user, decision):
        return refusal
    told = restrictions_in(letter) if letter else unnotified_restrictions(decision)
    if not told:
        return Refusal("There is nothing to tell: impose a restriction under this decision first.", "12")
    return next(filter(None, (restriction.may_restrict(user, one.kind) for one in told)), None)


def may_write_explanation(
    user: StaffMember, decision: ManagementDecision, letter: Letter | None = None
) -> Refusal | None:
    """A manager, where a letter explains the decision and nothing is restricted under it. Policy §12, 22."""
    if refusal := may_write_letter(user, decision):
        return refusal
    if letter is None and (decision.explained != Explained.BY_LETTER or decision.explained_on):
        return Refusal("There is nothing to tell: how this decision was explained is recorded already.", "12")
    if letter is None and (standing := standing_restriction_under(decision)):
        return Refusal(f"{standing} was imposed under this decision: its own letter explains both.", "12")
    return None


REQUIRED_REASONS = ("effect", "normal_operation", "alternatives_considered", "proportionality")


REQUIRED_CHOICES = {
    "disability": Refusal("Say whether a disability may explain the behaviour.", "9", "disability"),
    "vulnerability": Refusal("Say whether the customer is thought vulnerable.", "18", "vulnerability"),
    "basis": Refusal("Say why restorative work is not enough.", "20", "basis"),
    "explained": Refusal("Say whether this will be explained to the customer.", "12", "explained"),
}
"""What every decision answers, in words and by choosing. Policy §9 to 14, 18, 20."""


def check_decision(
    decision: ManagementDecision,
    incidents: Iterable[Incident],
    restorative_actions: Iterable[RestorativeAction],
) -> Iterator[Refusal]:
    """What a decision still has to say."""
    yield from check_chosen_records(decision.customer, incidents, "incidents", "incident", "22")
    yield from check_chosen_records(
        decision.customer, restorative_actions, "restorative_actions", "restorative step", "20", needed=False
    )
    yield from check_reasons(decision, REQUIRED_REASONS)
    yield from (refusal for name, refusal in REQUIRED_CHOICES.items() if not getattr(decision, name))
    if decision.basis == Basis.TRIED_AND_FAILED and not any(map(did_not_restore, restorative_actions)):
        yield Refusal(
            "Choose restorative work that was tried and did not restore the relationship. How it went is recorded with it.",
            "20",
            "restorative_actions",
        )
    needed = {
        "needs_considered": not decision.no_adjustment_needed,
        "training_need": not decision.no_training_need,
        "basis_reason": decision.basis in (Basis.NOT_POSSIBLE, Basis.NOT_APPROPRIATE),
        "disability_considered": decision.disability == YesNoUnknown.YES,
        "vulnerability_considered": decision.vulnerability == YesNoUnknown.YES,
        "safeguarding_considered": decision.customer.under_18,
        "not_explained_reason": decision.explained == Explained.NOT_EXPLAINED,
    }
    yield from check_reasons(decision, (name for name, is_needed in needed.items() if is_needed))
    if decision.no_training_need and decision.training_need:
        yield Refusal(
            "You wrote about a training need, and ticked that none is part of it. Take one of them away.",
            "13",
            "training_need",
        )


def did_not_restore(action: RestorativeAction) -> bool:
    return action.outcome in (RestorativeOutcome.PARTLY, RestorativeOutcome.NOT_RESTORED)


def check_training(person: StaffMember | None) -> Refusal | None:
    """A colleague's training need goes to their line manager, and nowhere else. Policy §13."""
    if person and not person.acting_line_manager:
        return Refusal(
            f"No line manager is recorded for {person}. Talk with them yourself.", "13", "training_for"
        )
    return None


def check_leaving_unexplained(decision: ManagementDecision) -> Refusal | None:
    """Why it cannot be recorded now that a decision is not explained. Policy §12."""
    if decision.explained != Explained.BY_LETTER or decision.explained_on:
        return Refusal("How this decision was explained is recorded already.", "12")
    if decision.restrictions.filter(
        status__in=STANDING, customer_notified_on=None, not_notified_reason=""
    ).exists():
        return Refusal(
            "Write the letter about the restrictions under it, or record for each why they are not told.",
            "12",
        )
    return None


def may_decide(user: StaffMember, _: Any = None) -> Refusal | None:
    if not user.has_perm("restrictions.decide_management"):
        return Refusal("Only a manager decides to manage engagement actively.", "22")
    return None


def may_write_letter(user: StaffMember, decided: ManagementDecision | InterimMeasure) -> Refusal | None:
    """The letter is a manager's to write, as the decision is to make. Policy §12, 22; beyond the policy: B21."""
    if not user.has_perm("restrictions.impose_restriction"):
        return Refusal("Only a manager writes the letter about a manager's decision.", "22")
    return None
