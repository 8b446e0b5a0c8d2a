"""Make the staff, the customers, and the notices that staff have read."""

from itertools import islice

from django.contrib.auth.models import Group
from django.db import connection, models

from ..customers import invent_customers
from ..filling import (
    BASE,
    NOW,
    YEAR,
    chance,
    day_of,
    fill,
    moment,
    numbers,
    reference,
    run,
    seconds_ago,
    text,
    uuid,
    write_history,
)
from .cases import random_moment

OFFICERS, MANAGERS, TEAM, EXECUTIVES = 424, 50, 6, 6
FIRST_OFFICER = BASE + 1
FIRST_MANAGER = FIRST_OFFICER + OFFICERS
FIRST_OF_TEAM = FIRST_MANAGER + MANAGERS
FIRST_EXECUTIVE = FIRST_OF_TEAM + TEAM
TOGETHER = 2_000  # written with one statement


def make_staff() -> None:
    """Make 500 staff, with the accounts of the demonstration, and two who have just begun."""
    from cha_engagement.staff.models import Notice, StaffMember

    roles = {group.name: group for group in Group.objects.all()}
    teams = (
        ("Officer", FIRST_OFFICER, OFFICERS),
        ("Manager", FIRST_MANAGER, MANAGERS),
        ("Management Team", FIRST_OF_TEAM, TEAM),
        ("Executive Team", FIRST_EXECUTIVE, EXECUTIVES),
    )
    people, held = [], []
    for role, first, count in teams:
        for number in range(count):
            pk = first + number
            # An officer's line manager is one of the managers; theirs is of the Management Team.
            above = {"Officer": FIRST_MANAGER + number % MANAGERS, "Manager": FIRST_OF_TEAM + number % TEAM}
            people.append(
                StaffMember(
                    pk=pk,
                    username=f"{role.split()[0].lower()}.{number}",
                    password="!",  # noqa: S106 nobody signs in with it
                    first_name=f"{role.split()[0]} {number}",
                    last_name="Example",
                    line_manager_id=above.get(role),
                    deputy_id=first + (number + 1) % count if role == "Manager" else None,
                    away_until=NOW.date() if number % 20 == 3 else None,
                    is_active=number % 40 != 39,
                )
            )
            held.append((pk, roles[role]))
    for name, role in (("newcomer", "Officer"), ("new_executive", "Executive Team")):
        pk = BASE + len(people) + 1
        people.append(
            StaffMember(
                pk=pk,
                username=name,
                password="!",  # noqa: S106
                first_name=name.title(),
                line_manager=StaffMember.objects.get(username="manager"),
            )
        )
        held.append((pk, roles[role]))
    people.sort(key=lambda person: -person.pk)
    StaffMember.objects.bulk_create(people)
    given = StaffMember.groups.through
    given.objects.bulk_create(given(staffmember_id=pk, group=role) for pk, role in held)
    Notice.objects.bulk_create(
        Notice(recipient=person, text="Something waits.", path="/", sent_at=NOW)
        for person in StaffMember.objects.all()
        for _ in range(5)
    )


def staff_id(username: str) -> str:
    from cha_engagement.staff.models import StaffMember

    return str(StaffMember.objects.get(username=username).pk)


def random_officer(salt: int, of: str = "n") -> str:
    return f"{FIRST_OFFICER} + {chance(salt, OFFICERS, of)}"


def random_manager(salt: int, of: str = "n") -> str:
    return f"{FIRST_MANAGER} + {chance(salt, MANAGERS, of)}"


def make_customers(count: int) -> None:
    from cha_engagement.customers import lookup_keys
    from cha_engagement.customers.models import Adjustment, Customer, Signposting
    from cha_engagement.organisation.models import AdviceOrganisation

    officer = int(staff_id("officer"))
    newcomers = invent_customers(count)
    number = 0
    while batch := list(islice(newcomers, TOGETHER)):
        for customer in batch:
            customer.pk = BASE + number
            # One in five hundred is assigned to the officer who has seen much, and one in seven to another.
            if number % 500 == 4:
                customer.assigned_to_id = officer
            elif number % 7 == 3:
                customer.assigned_to_id = FIRST_OFFICER + number // 7 % OFFICERS
            if number % 50 == 8:
                customer.cannot_use = ["phone"]
            number += 1
        models.QuerySet(Customer).bulk_create(batch)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO customers_lookupkey (customer_id, kind, key) VALUES (%s, %s, %s)",
                [
                    (customer.pk, kind, key)
                    for customer in batch
                    for kind, key in sorted(lookup_keys.customer_keys(customer))
                ],
            )
    run(
        f"UPDATE customers_customer SET created_at = {moment(f'{seconds_ago(9 * 365)} + id % {8 * YEAR}')} WHERE id >= {BASE}"
    )
    write_history(Customer, random_officer(1, "id"), ("add", 0, "1 = 1"))
    every = f"customers_customer WHERE id >= {BASE} AND id % "
    advice = str(AdviceOrganisation.objects.earliest("pk").pk)
    common = {
        "id": "id",
        "reference": reference("ADJ", "id"),
        "submission": uuid("id"),
        "customer": "id",
        "created_at": "created_at",
    }
    fill(
        Adjustment,
        f"{every} 10 = 3",
        **common,
        what=text("Text first."),
        agreed_on=day_of("created_at"),
        agreed_by=random_officer(2, "id"),
        ends_on=f"CASE id % 20 WHEN 3 THEN {day_of('created_at')} END",
    )
    fill(
        Signposting,
        f"{every} 20 = 5",
        **common | {"reference": reference("SGN", "id")},
        organisation=advice,
        on=day_of("created_at"),
        by=random_officer(3, "id"),
    )
    write_history(Adjustment, "agreed_by_id", ("agree", 0, "1 = 1"))
    write_history(Signposting, "by_id", ("signpost", 0, "1 = 1"))


def make_notices(size: int) -> None:
    """Make notices that staff have read."""
    from cha_engagement.staff.models import Notice

    fill(
        Notice,
        numbers(size, "n % 2 = 0"),
        recipient=random_officer(71),
        text=text("An incident waits."),
        path=text("/"),
        created_at=moment(random_moment(size, 72)),
        sent_at=moment(random_moment(size, 72)),
        read_at=moment(random_moment(size, 72)),
    )
