"""What is open for a member of staff about appeals."""

from collections.abc import Iterator

from cha_engagement.core.permissions import Permission
from cha_engagement.staff.interfaces import OpenRecord
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import falls_to_in_words, present_staff, staff_with_permission

from ..enums import OPEN_STATUSES
from ..models import Appeal


def open_work(person: StaffMember, reader: StaffMember) -> Iterator[OpenRecord]:
    """Return the appeals that somebody was named to hear, which the Management Team gives to somebody else. Policy §22."""
    team = present_staff(staff_with_permission(Permission.RECEIVE_ESCALATIONS)).exclude(pk=person.pk)
    falls_to = falls_to_in_words(team[:2], "the Management Team, who name somebody else")
    appeals = Appeal.objects.filter(substitute=person, status__in=OPEN_STATUSES)
    readable = set(Appeal.objects.visible_to(reader).filter(substitute=person).values_list("pk", flat=True))
    for appeal in appeals.select_related("customer"):
        shown = (f"{appeal.title}: {appeal.customer.name}", appeal.get_absolute_url())
        yield OpenRecord("Appeals to hear", falls_to, (), *(shown if appeal.pk in readable else ()))
