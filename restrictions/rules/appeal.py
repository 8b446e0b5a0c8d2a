"""Who may change a restriction because of an appeal. Policy §22.

Appeals stand on restrictions, which do not know them: their app's desk answers. Where none does nobody may.
"""

from collections.abc import Callable

from cha_engagement.core.interfaces import desks
from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember
from restrictions.interfaces import AppealRules
from restrictions.models import Restriction


def may_suspend(user: StaffMember, restriction: Restriction) -> Refusal | None:
    return may_by_appeal_rules(lambda rules: rules.may_suspend(user, restriction))


def may_resume(user: StaffMember, restriction: Restriction) -> Refusal | None:
    return may_by_appeal_rules(lambda rules: rules.may_resume(user, restriction))


def may_change_on_appeal(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Asked alike of ending it and of easing it: both carry out what a panel decided."""
    return may_by_appeal_rules(lambda rules: rules.may_change_on_appeal(user, restriction))


def may_by_appeal_rules(rule: Callable[[AppealRules], Refusal | None]) -> Refusal | None:
    answering = desks(AppealRules)
    if not answering:
        return Refusal("Nobody hears appeals here, so none changes a restriction.", "22")
    return next(filter(None, map(rule, answering)), None)
