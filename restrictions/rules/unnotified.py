"""That a customer is not told of a restriction, or why something was decided about them: who asks for it, and who answers. Beyond the policy: B36."""

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.staff.models import StaffMember
from incidents.rules import may_decide_on
from restrictions.models import ManagementDecision, Restriction

from .decision import may_decide
from .restriction import may_impose, may_lift


def may_ask_not_to_notify(user: StaffMember, restriction: Restriction) -> Refusal | None:
    """Let whoever may lift it ask that its customer is not told, while nobody has explained it to them. Policy §12."""
    return may_lift(user, restriction) or check_unexplained(restriction)


def check_unexplained(record: Restriction | ManagementDecision) -> Refusal | None:
    """Refuse not to tell a customer who knows: it was explained to them in a talk. Policy §12, 23."""
    if isinstance(record, ManagementDecision) or not record.talked_on:
        return None
    return Refusal(
        f"It was explained to the customer on {uk_date(record.talked_on)}, so they know of it. Now write the letter: it says how to appeal.",
        "12",
    )


def may_leave_unnotified(user: StaffMember, record: Restriction | ManagementDecision) -> Refusal | None:
    """Have a second person confirm that a customer is not told: neither who asked for it, nor who decided on it. Policy §12; B36.

    Where no other manager was there when it was asked, an executive is given that step alone.
    """
    if not is_stand_in(user, record) and (refusal := may_decide_alike(user, record)):
        return refusal
    if user.pk in people_who_asked_or_decided(record):
        return Refusal(
            "You asked for this, or decided on it: another manager, or the Management Team, confirms that the customer is not told.",
            "B36",
        )
    return check_unexplained(record)


def may_decide_alike(user: StaffMember, record: Restriction | ManagementDecision) -> Refusal | None:
    """Ask for what whoever decided on the record needed, and that no part in it keeps them from it. Policy §13, 22."""
    if isinstance(record, Restriction):
        return may_impose(user, record)
    return may_decide(user) or may_decide_on(user, record.incidents.all())


def is_stand_in(user: StaffMember, record: Restriction | ManagementDecision) -> bool:
    """Return whether this executive was given the answer, for as long as they are one."""
    return user.pk == record.unnotified_reader_id and user.has_perm(Permission.HEAR_APPEALS)


def people_who_asked_or_decided(record: Restriction | ManagementDecision) -> set[int]:
    """Return the keys of those who asked that a customer is not told, or decided on it: somebody else confirms it. B36."""
    people: list[int | None] = [record.unnotified_requested_by_id]
    if isinstance(record, Restriction):
        people += [record.imposed_by_id, record.decision.by_id if record.decision else None]
    else:
        people += [record.by_id]
    return {person for person in people if person}


def may_refuse_not_to_notify(user: StaffMember, record: Restriction | ManagementDecision) -> Refusal | None:
    """Let whoever asked take it back, and any manager, or whoever may confirm it, say that the customer is told, as is the rule. Policy §12, 23."""
    if is_stand_in(user, record):
        return None
    return may_lift(user, record) if isinstance(record, Restriction) else may_decide(user)
