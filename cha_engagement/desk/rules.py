from typing import Any

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.staff.models import StaffMember

from .models import TaskRow
from .waiting import holder_of, people_able, tasks_able


def may_view_history(user: StaffMember, record: Any = None) -> Refusal | None:
    """Let whoever holds the permission, and may see the record, read its history; not of what they wrote in a case that is closed to them (B33)."""
    if not user.has_perm(Permission.READ_HISTORY):
        return Refusal("Only managers and above can see what a record said before.", "65")
    return may_act_on_case(user, record) if record else None


def may_hand_over_tasks(user: StaffMember) -> Refusal | None:
    if user.has_perm(Permission.ASSIGN_INCIDENTS) or user.has_perm(Permission.HEAR_APPEALS):
        return None
    return Refusal("Only managers and executives say who does what waits.", "57")


def may_hand_over_task(user: StaffMember, task: TaskRow) -> Refusal | None:
    """Let managers, and executives of appeals, say who does what they could do themselves: nobody else chooses who hears an appeal.

    Policy §22, 57; beyond the policy: B32.
    """
    if refusal := may_hand_over_tasks(user):
        return refusal
    if not tasks_able(user, [task.pk]):
        return Refusal("Only somebody who could do this themselves says who does it.", "22")
    return None


def check_holder(person: StaffMember, task: TaskRow) -> list[Refusal]:
    """Refuse to give a task to whoever is away, or could not do it. Policy §57, 58; beyond the policy: B32."""
    if person.is_away:
        return [Refusal(f"{person} is away. Choose somebody who is at work.", "57", "person")]
    if not people_able(task).filter(pk=person.pk).exists():
        return [Refusal(f"{person} cannot do this. Choose somebody else.", "58", "person")]
    return []


def check_holder_unchanged(task: TaskRow, known_holder: str) -> list[Refusal]:
    """Refuse to take from somebody what they were given since the page was opened. Beyond the policy: B32."""
    holder = holder_of(task)
    if (holder.username if holder else "") == known_holder:
        return []
    return [Refusal(f"{holder or 'Whoever can'} does it meanwhile. Choose anew.", "B32", "person")]


def may_see_what_nobody_does(user: StaffMember) -> Refusal | None:
    """Let those who give roles, and those who answer for what is done, see what waits with nobody. Policy §57."""
    if any(
        map(user.has_perm, (Permission.ADMINISTER, Permission.HEAR_APPEALS, Permission.RECEIVE_ESCALATIONS))
    ):
        return None
    return Refusal(
        "Only the Management Team, executives and Administrators see what waits with nobody.", "57"
    )


def may_see_work_of_others(user: StaffMember) -> Refusal | None:
    """Let whoever gives work to others see what waits for them. Policy §57; beyond the policy: B32."""
    if not user.has_perm(Permission.ASSIGN_INCIDENTS):
        return Refusal("Only managers and above can see what waits for others.", "57")
    return None
