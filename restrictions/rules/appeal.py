"""Who may change a restriction because of an appeal. Policy §22.

Appeals stand on restrictions, which do not know them: their app registers its rules here when it is loaded. Until then nobody may.
"""

from typing import Protocol

from cha_engagement.core.refusals import Refusal
from cha_engagement.staff.models import StaffMember
from restrictions.models import Restriction


class AppealRules(Protocol):
    """The rules that the app of appeals answers with."""

    def may_suspend(self, user: StaffMember, restriction: Restriction) -> Refusal | None: ...

    def may_resume(self, user: StaffMember, restriction: Restriction) -> Refusal | None: ...

    def may_change_on_appeal(self, user: StaffMember, restriction: Restriction) -> Refusal | None: ...


registered: list[AppealRules] = []


def register_appeal_rules(rules: AppealRules) -> None:
    registered.append(rules)


def may_suspend(user: StaffMember, restriction: Restriction) -> Refusal | None:
    return refuse_without_rules() or registered[-1].may_suspend(user, restriction)


def may_resume(user: StaffMember, restriction: Restriction) -> Refusal | None:
    return refuse_without_rules() or registered[-1].may_resume(user, restriction)


def may_change_on_appeal(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Asked alike of ending it and of easing it: both carry out what a panel decided."""
    return refuse_without_rules() or registered[-1].may_change_on_appeal(user, restriction)


def refuse_without_rules() -> Refusal | None:
    return None if registered else Refusal("Nobody hears appeals here, so none changes a restriction.", "22")
