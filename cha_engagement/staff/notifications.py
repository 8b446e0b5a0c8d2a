"""Notices to staff about accounts: what an Administrator does is told to another, or to whoever answers for the data. Policy §65."""

from collections.abc import Collection, Sequence

from django.urls import reverse
from django.utils.text import get_text_list

from cha_engagement.core.permissions import Permission
from cha_engagement.core.templatetags.ui import lower_first

from .actions import notify_staff
from .models import StaffMember
from .queries import first_nonempty_group, present_staff, staff_with_permission


def watching_people(*about: StaffMember | None) -> list[StaffMember]:
    """Return who hears of what is done to accounts: the other Administrators, else Data Protection; those who are there before those away.

    Neither who did it nor whose account it is watches over it.
    """
    groups = [staff_with_permission(name) for name in (Permission.ADMINISTER, Permission.READ_WIDER_ACCESS)]
    others = [group.exclude(pk__in=[person.pk for person in about if person]) for group in groups]
    return first_nonempty_group(*map(present_staff, others), *others)


def notify_of_account(person: StaffMember, labels: Sequence[str], *, by: StaffMember | None) -> None:
    """Tell of an account that was made, or of which what these labels name was changed."""
    who = str(by or "A command on the server")
    what = get_text_list(list(map(lower_first, labels)), "and")
    text = (
        f"{who} has changed the account of {person}: {what}."
        if labels
        else f"{who} has made an account for {person}."
    )
    notify_staff(watching_people(person, by), text=text, path=reverse("account_changes"))


def notify_of_password_links(people: Collection[StaffMember], *, by: StaffMember) -> None:
    """Tell of links to choose a password that somebody had sent to others."""
    if not people:
        return
    names = get_text_list(list(map(str, people)), "and") if len(people) < 4 else f"{len(people)} colleagues"
    notify_staff(
        watching_people(by, *people),
        text=f"{by} has had a link to choose a password sent to {names}.",
        path=reverse("account_changes"),
    )
