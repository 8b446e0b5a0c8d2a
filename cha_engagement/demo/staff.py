from dataclasses import dataclass
from datetime import date
from functools import partial

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db.models import F

from cha_engagement.demo.demonstration import FIRST_DAY, Demonstration
from cha_engagement.organisation.calendar import start_of_day
from cha_engagement.staff.checks import DEMO_DOMAIN, DEMO_PASSWORD
from cha_engagement.staff.models import Email, Notice, StaffMember

UNREAD_DAYS = 3


@dataclass(frozen=True)
class Account:
    """An account of the demonstration. `manager` and `deputy` are usernames of accounts made before or after it."""

    username: str
    first_name: str
    last_name: str
    job_title: str
    roles: tuple[str, ...]
    manager: str = ""
    deputy: str = ""


ACCOUNTS = (
    Account("executive", "Aileen", "Muirhead", "Chief Executive", ("Executive Team",)),
    Account(
        "executive2", "Rory", "Strachan", "Director of Housing", ("Executive Team", "Manager"), "executive"
    ),
    Account(
        "management", "Shona", "Galbraith", "Head of Housing", ("Management Team", "Manager"), "executive"
    ),
    Account(
        "ccsm",
        "Catriona",
        "Lamont",
        "Customer & Corporate Services Manager",
        ("CCSM", "Manager"),
        "executive",
    ),
    Account("manager", "Iain", "Drummond", "Housing Manager", ("Manager",), "management", "manager2"),
    Account("manager2", "Farah", "Aslam", "Repairs Manager", ("Manager",), "management", "manager"),
    Account("officer", "Eilidh", "Kerr", "Housing Officer", ("Officer",), "manager"),
    Account("officer2", "Tomasz", "Zielinski", "Repairs Officer", ("Officer",), "manager2"),
    Account("dpo", "Morag", "Sinclair", "Data Protection Lead", ("Data Protection",), "ccsm"),
    Account("admin", "Ewan", "Petrie", "Systems Administrator", ("Administrator",), "ccsm"),
)


def plan(demonstration: Demonstration) -> None:
    demonstration.plan(FIRST_DAY, "08:30", create_accounts)
    demonstration.plan(0, "23:59", partial(mark_notices_read, demonstration.day(UNREAD_DAYS)))


def person(username: str) -> StaffMember:
    return StaffMember.objects.get(username=username)


def mark_notices_read(first_unread: date) -> None:
    """Mark as read what came before that day, and drop what would be emailed: nobody is there."""
    Email.objects.all().delete()
    Notice.objects.update(sent_at=F("created_at"))
    Notice.objects.filter(created_at__lt=start_of_day(first_unread)).update(read_at=F("created_at"))


def create_accounts() -> None:
    password = make_password(DEMO_PASSWORD)
    people = {}
    for number, account in enumerate(ACCOUNTS):
        colleague = StaffMember.objects.create(
            username=account.username,
            password=password,
            first_name=account.first_name,
            last_name=account.last_name,
            email=f"{account.username}@{DEMO_DOMAIN}",
            job_title=account.job_title,
            team=account.job_title.removesuffix(" Officer").removesuffix(" Manager"),
            phone=f"0141 496 00{20 + number}",
        )
        colleague.groups.set(Group.objects.filter(name__in=account.roles))
        people[account.username] = colleague
    for account in ACCOUNTS:
        colleague = people[account.username]
        colleague.line_manager = people.get(account.manager)
        colleague.deputy = people.get(account.deputy)
        colleague.save()
