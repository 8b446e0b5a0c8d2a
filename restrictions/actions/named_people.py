"""Colleagues whom a restriction names hear of it when it begins, changes and ends. Policy §21.1."""

from typing import Any

from django.dispatch import receiver

from cha_engagement.core.records import status_changed
from cha_engagement.staff.models import StaffMember
from restrictions import notifications
from restrictions.enums import RestrictionEvent
from restrictions.models import Restriction


@receiver(status_changed, sender=Restriction)
def notify_named_people(record: Restriction, transition: str, by: StaffMember | None, **kwargs: Any) -> None:
    """Tell each person whom it names what became of it; of a new version, also who was named in the one before."""
    if transition == RestrictionEvent.IMPOSE:
        notify_named_of_change(record.supersedes.people if record.supersedes else {}, record, by=by)
    elif transition in (RestrictionEvent.SUSPEND, RestrictionEvent.RESUME):
        notifications.notify_of_pause(record, by=by)
    elif transition in (RestrictionEvent.LIFT, RestrictionEvent.OVERTURN, RestrictionEvent.EXPIRE):
        notify_named_of_change(record.people, record, by=by, is_over=True)


def notify_named_of_change(
    before: dict[StaffMember, str], restriction: Restriction, *, by: StaffMember | None, is_over: bool = False
) -> None:
    """Tell those who are named from now on, those who go on, and those who are named no more."""
    after = {} if is_over else restriction.people
    for person, role in after.items():
        if person != by:
            notifications.notify_named_person(restriction, person, role, is_new=before.get(person) != role)
    for person in before.keys() - after.keys() - {by}:
        notifications.notify_no_longer_named(restriction, person, before[person])
