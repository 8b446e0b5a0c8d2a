from collections.abc import Iterable, Iterator
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import Count, Q, QuerySet, Window
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.permissions import Permission
from cha_engagement.core.statements import AskedText, kept_records

from .interfaces import NOBODY_THERE, OpenRecord
from .models import Notice, StaffMember


def staff_with_permission(permission: Permission) -> QuerySet[StaffMember]:
    """Return the active members of staff who hold a permission through a role."""
    return StaffMember.objects.filter(is_active=True, pk__in=keys_with_permission(permission))


def keys_with_permission(permission: Permission) -> QuerySet[Any]:
    """Return the keys of all who hold a permission through a role, those among them too whose account is closed."""
    app_label, codename = permission.split(".")
    return StaffMember.groups.through.objects.filter(
        group__permissions__codename=codename, group__permissions__content_type__app_label=app_label
    ).values("staffmember")


def people_in_roles(roles: Iterable[str]) -> QuerySet[StaffMember]:
    """Return the active members of staff who have one of some roles, by name."""
    members = StaffMember.groups.through.objects.filter(group__name__in=roles).values("staffmember")
    return StaffMember.objects.filter(is_active=True, pk__in=members)


def line_managers_above(person: StaffMember) -> list[StaffMember]:
    """Return the line managers above somebody, the nearest first, as far as nobody stands there twice."""
    above: list[StaffMember] = []
    manager = person.line_manager
    while manager and manager not in above:
        above.append(manager)
        manager = manager.line_manager
    return above


def other_accounts(person: StaffMember | None) -> QuerySet[StaffMember]:
    return StaffMember.objects.exclude(pk=person.pk) if person else StaffMember.objects.all()


def fold_name(name: str) -> str:
    return " ".join(name.casefold().split())


def namesakes(name: str, person: StaffMember | None) -> list[StaffMember]:
    """Return the other accounts with a full name, whatever the case of its letters: those that are closed too."""
    others = other_accounts(person)
    return [other for other in others if fold_name(other.get_full_name()) == fold_name(name)]


def accounts_with_address(email: str, person: StaffMember | None) -> QuerySet[StaffMember]:
    """Return the other open accounts with an email address."""
    return other_accounts(person).filter(is_active=True, email__iexact=email).exclude(email="")


def present_staff(people: QuerySet[StaffMember]) -> QuerySet[StaffMember]:
    """Leave out those who are away today."""
    return people.filter(is_at_work())


def manager_at_work(person: StaffMember) -> StaffMember | None:
    """Return the manager to speak to now: a person's own or the deputy, else any other who is at work; None where none is. Policy §57."""
    manager = person.acting_line_manager
    if manager and not manager.is_away:
        return manager
    others = staff_with_permission(Permission.ASSESS_INCIDENTS).exclude(pk=person.pk)
    return present_staff(others).order_by("pk").first()


def is_at_work(field: str = "") -> Q:
    """Return a `Q`: a member of staff, or the one in a field, is not away today."""
    name = f"{field}__away_until" if field else "away_until"
    return Q(**{name: None}) | Q(**{f"{name}__lt": timezone.localdate()})


def first_nonempty_group(*groups: Iterable[StaffMember]) -> list[StaffMember]:
    """Return the first of these groups that is not empty; nobody where all are."""
    return next(filter(None, map(list, groups)), [])


def first_able(permission: Permission, *people: int | None) -> list[StaffMember]:
    """Return the first of some people, by key, who holds a permission and is at work; else all who do and are, else all who do."""
    able = staff_with_permission(permission)
    there = present_staff(able)
    return first_nonempty_group(*(there.filter(pk=person) for person in people if person), there, able)


def staff_lacking_permission(people: Iterable[StaffMember], permission: Permission) -> QuerySet[StaffMember]:
    """Return those of these people whose roles do not give them a permission."""
    return StaffMember.objects.filter(pk__in=[person.pk for person in people]).exclude(
        pk__in=staff_with_permission(permission).values("pk")
    )


def is_present(field: str) -> Q:
    """Return a `Q`: the member of staff in a field has an open account and is not away today.

    For queries in which a list of people would be made anew for each row.
    """
    return Q(**{f"{field}__is_active": True}) & is_at_work(field)


def is_covered() -> Q:
    """Return a `Q` on StaffMember: somebody stands in for their line manager today. Policy §57."""
    return Q(line_manager__away_until__gte=timezone.localdate(), line_manager__deputy__is_active=True)


def team_of(user: StaffMember) -> QuerySet[StaffMember]:
    """Return the active members of staff whom somebody manages today."""
    return StaffMember.objects.filter(is_managed_by(user), is_active=True).order_by("first_name", "pk")


def is_managed_by(user: StaffMember) -> Q:
    """Return a `Q` on StaffMember: this user is their line manager, or stands in for that one today. Policy §57."""
    has_manager = Q(line_manager__is_active=True)
    by_manager, by_deputy = Q(line_manager=user.pk), Q(line_manager__deputy=user.pk)
    return has_manager & (by_manager & ~is_covered() | by_deputy & is_covered())


def closed_on(person: StaffMember) -> date | None:
    """Return the day on which an account was closed last; None where its history does not say."""
    last_open = person.history.filter(is_active=True).order_by("history_id").last()
    closed = person.history.filter(is_active=False, history_id__gt=last_open.history_id if last_open else 0)
    first = closed.order_by("history_id").first()
    return first and timezone.localdate(first.history_date)


def unread_notices(user: StaffMember) -> QuerySet[Notice]:
    """Return the notices that somebody has not read, the newest first, each with how many there are."""
    unread = Notice.objects.filter(recipient=user, read_at=None).order_by("-created_at", "-pk")
    return unread.annotate(unread_count=Window(Count("pk")))


def task_notices(path: str) -> list[Notice]:
    """Return the notices of a task on a page, fallbacks among them that are not sent; a reminder of many tasks is none of one."""
    return kept_records(Notice, notices_of_page, AskedText(path))


def notices_of_page(path: str) -> QuerySet[Notice]:
    notices = Notice.objects.filter(path=path, is_task=True, unique_key="")
    return notices.select_related("recipient").order_by("pk")


def last_notices_sent(notices: Iterable[Notice]) -> list[Notice]:
    """Return the last notice to each who was told, in the order in which they were. Fallbacks count once they are sent."""
    last = {notice.recipient_id: notice for notice in notices if notice.sent_at or not notice.is_fallback}
    return sorted(last.values(), key=attrgetter("pk"))


def falls_to_in_words(people: Iterable[StaffMember], several: str = "whoever can do it") -> str:
    """Return on whom something falls, of those who are there: one by name."""
    there = list(people)
    if not there:
        return NOBODY_THERE
    return f"Goes to {there[0]}" if len(there) == 1 else f"Waits for {several}"


def falls_to_managers(person: StaffMember) -> str:
    """Return on whom falls what managers give to somebody else, once somebody is not there."""
    managers = present_staff(staff_with_permission(Permission.ASSIGN_CUSTOMERS)).exclude(pk=person.pk)
    return falls_to_in_words(managers[:2], "managers")


def overseeing_manager(reader: StaffMember, by: StaffMember) -> StaffMember | None:
    """Return whom to tell that somebody reads more: their line manager, or another manager where that one did it. Policy §65."""
    for manager in (reader.acting_line_manager, by.acting_line_manager):
        if manager and manager not in (reader, by):
            return manager
    others = staff_with_permission(Permission.ASSIGN_CUSTOMERS).exclude(pk__in=[reader.pk, by.pk])
    return present_staff(others).first() or others.first()


def open_management(person: StaffMember, reader: StaffMember, *, is_absence: bool) -> Iterator[OpenRecord]:
    """Return whom somebody is line manager of, and whom they stand in for, each with their account for whoever keeps accounts. Policy §57."""
    deputy = person.deputy if is_absence else None
    is_stood_in_for = deputy and deputy.is_active and not deputy.is_away
    falls_to = f"Goes to {deputy}, who stands in" if is_stood_in_for else falls_to_managers(person)
    nobody = "Nobody stands in for them meanwhile" if is_absence else "Nobody stands in for them any more"
    groups = (
        ("Colleagues to line manage", falls_to, person.reports),
        ("Colleagues to stand in for", nobody, person.deputises_for),
    )
    for what, where, people in groups:
        for colleague in people.filter(is_active=True):
            url = ""
            if reader.has_perm(Permission.ADMINISTER):
                url = reverse("admin:staff_staffmember_change", args=[colleague.pk])
            yield OpenRecord(what, where, (), str(colleague), url)
