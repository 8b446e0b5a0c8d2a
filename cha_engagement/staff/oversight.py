"""Who came to read more by what a colleague did: written down, and told to a manager of theirs."""

from collections.abc import Collection
from typing import Any

from cha_engagement.core.refusals import Refusal

from .actions import notify
from .models import AccessGrounds, StaffMember, WiderAccess
from .queries import at_work, holders, without

READS_EVERY_CASE = "incidents.view_incident"
"""Whoever has it by a role reads no more by being assigned or named."""


def refuse_assignment(facts: Collection[str]) -> None:
    """Raise `TypeError` where facts of a record would assign it: that is an action of its own, a manager's. Policy §65."""
    if "assigned_to" in facts:
        raise TypeError("a record is assigned by `assign`")


def note_wider_access(
    *, readers: Collection[StaffMember], by: StaffMember, record: Any, grounds: AccessGrounds
) -> None:
    """Write down who reads a record from now on by what `by` did, and tell a manager of each. Policy §65."""
    for reader in without(readers, READS_EVERY_CASE) if readers else ():
        manager = overseer(reader, by)
        notify(
            [manager],
            text=f"{reader} can now read {record}, by a step of {by}.",
            path=record.get_absolute_url(),
            reference=record.reference,
        )
        WiderAccess.objects.create(
            reader=reader,
            by=by,
            grounds=grounds,
            reference=record.reference,
            path=record.get_absolute_url(),
            notified=manager,
        )


def overseer(reader: StaffMember, by: StaffMember) -> StaffMember | None:
    """Who is told that somebody reads more: their line manager, or another manager where that one did it. Policy §65."""
    for manager in (reader.acting_line_manager, by.acting_line_manager):
        if manager and manager not in (reader, by):
            return manager
    others = holders("customers.assign_customer").exclude(pk__in=[reader.pk, by.pk])
    return at_work(others).first() or others.first()


def may_read_wider_access(user: StaffMember) -> Refusal | None:
    """Who came to read what is for whoever answers for the data. Policy §65."""
    if not user.has_perm("staff.view_wideraccess"):
        return Refusal("Only data protection reads who came to read more.", "65")
    return None
