import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.notifications import notify_of_account


class Command(BaseCommand):
    help = "Make an account in the role Administrator, who then makes all others. Asks for its password, or reads it as a line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--email", required=True)

    @transaction.atomic
    def handle(self, *args: Any, username: str, email: str, **options: Any) -> None:
        person = StaffMember(username=username, email=email)
        try:
            person.full_clean(exclude=["password"])
            password = read_password()
            validate_password(password, person)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        person.set_password(password)
        person.save()
        person.groups.set([Group.objects.get(name="Administrator")])
        notify_of_account(person, [], by=None)
        self.stdout.write(f"{username} can sign in.")


def read_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass("Password: ")
    if getpass("Once more: ") != password:
        raise ValidationError("The two passwords are not the same.")
    return password
