import os
import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from cha_engagement.core.logs import log
from cha_engagement.staff.mail import send_due_emails

PAUSE = 2  # seconds between looks at what waits


class Command(BaseCommand):
    help = "Send the emails that wait, and go on until stopped. Two of these at once send nothing twice."
    # What goes wrong here is told in the log, and the checks of a page are no business of a process without one.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Send what waits now, and end.")
        parser.add_argument(
            "--with-parent", action="store_true", help="End when the process that has started this one does."
        )

    def handle(self, *args: Any, once: bool, with_parent: bool, **options: Any) -> None:
        if once:
            self.stdout.write(f"Emails tried: {send_due_emails()}.")
            return
        stopped, parent = Event(), os.getppid()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set() and not (with_parent and os.getppid() != parent):
            try:
                send_due_emails()
            except DatabaseError:
                log.error("emails_out_of_reach", exc_info=True)
            close_old_connections()
            stopped.wait(PAUSE)
