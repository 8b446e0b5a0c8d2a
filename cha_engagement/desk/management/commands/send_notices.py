from typing import Any

from django.core.management.base import BaseCommand

from cha_engagement.staff.workflow import send_waiting


class Command(BaseCommand):
    help = "Try again to send the emails that could not be sent. Run every five minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Emails tried: {send_waiting()}.")
