"""Take the pictures of the README and the user guide: a fresh demonstration, on always the same day, in a real browser.

./dev screenshots            what the README shows, as far as it fits a screen, into docs/images/
./dev screenshots folder     every page, from top to bottom, into a folder
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from demonstration import ROOT, prepare
from playwright.sync_api import Browser, Page, sync_playwright

KEPT = ROOT / "docs" / "images"
THE_DAY = datetime(2026, 11, 18, 15, 30, tzinfo=ZoneInfo("Europe/London"))
WIDTHS = (1280, 320)


@dataclass(frozen=True)
class Picture:
    """A page as one person sees it, after `act`. The README shows those that are `kept`."""

    name: str
    username: str
    path: str
    act: Callable[[Page], None] = lambda page: None
    kept: bool = False


def look_up(page: Page) -> None:
    box = page.get_by_label("Who is it?")
    box.fill("mac")
    box.press("Enter")
    page.get_by_role("main").get_by_role("listitem").first.wait_for()


def leave_out_what_happened(page: Page) -> None:
    """Send an incident with answers that contradict each other, and without what happened."""
    page.get_by_label("When it happened").fill("2027-01-01T10:00")
    page.get_by_text("Say more now").click()
    page.get_by_label("Abuse", exact=True).check()
    page.get_by_role("button", name="Save and send to a manager").click()
    page.get_by_role("alert").wait_for()


def pictures() -> list[Picture]:
    from cha_engagement.customers.models import Customer
    from cha_engagement.letters.models import Letter
    from reviews.models import Appeal

    def customer(name: str) -> Any:
        return Customer.objects.get(name=name)

    def url(record: Any, more: str = "") -> str:
        return f"{record.get_absolute_url()}{more}"

    issued_letter = Letter.objects.filter(
        customer=customer("Órla Ní Bhriain"), kind="restriction_decided"
    ).earliest("pk")
    draft = Letter.objects.filter(status="draft", kind="restriction_decided").latest("pk")
    appeal = Appeal.objects.get(customer=customer("Kwame Boateng"))
    return [
        Picture("home", "manager", "/", kept=True),
        Picture("look-up", "officer", "/look-up/", look_up),
        Picture("customer", "officer", url(customer("Callum Reid")), kept=True),
        Picture(
            "incident-with-errors",
            "officer",
            f"/incidents/new/?customer={customer('Wei Zhang')}",
            leave_out_what_happened,
        ),
        Picture("decide", "manager", url(customer("Duncan McAllister"), "decide/")),
        Picture("decision", "manager", url(draft.decisions.get())),
        Picture("restriction", "manager", url(draft.decisions.get().restrictions.earliest("pk"))),
        Picture("letter-preview", "manager", url(draft, "preview/")),
        Picture("letter", "manager", url(issued_letter), kept=True),
        Picture("appeal", "executive", url(appeal, "decide/")),
        Picture("reviews", "manager", "/reviews/"),
    ]


@contextmanager
def serve_application() -> Iterator[str]:
    """The address of the application, served from this process so that it is the same day for both."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: Any) -> None:
            """Say nothing of each request."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def signed_in(browser: Browser, address: str, username: str, width: int) -> Page:
    from cha_engagement.staff.checks import DEMO_PASSWORD

    page = browser.new_page(base_url=address, viewport={"width": width, "height": 900}, locale="en-GB")
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", level=1, name="My work").wait_for()
    return page


def take(browser: Browser, address: str, picture: Picture, width: int, folder: Path) -> None:
    page = signed_in(browser, address, picture.username, width)
    page.goto(picture.path)
    picture.act(page)
    page.evaluate("document.fonts.ready")
    name = folder / f"{picture.name}-{width}.png"
    page.screenshot(path=name, full_page=folder != KEPT, animations="disabled")
    page.close()


def main() -> None:
    folder = Path(sys.argv[1]) if sys.argv[1:] else KEPT
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.pop("DATABASE_URL", None)
    with TemporaryDirectory() as data, time_machine.travel(THE_DAY):
        prepare(Path(data))
        from tests.browser.chromium import FLAGS, PROGRAM

        wanted = [picture for picture in pictures() if folder != KEPT or picture.kept]
        with serve_application() as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=PROGRAM, args=[*FLAGS, "--lang=en-GB"])
            for picture in wanted:
                for width in WIDTHS:
                    take(browser, address, picture, width, folder)
            browser.close()


if __name__ == "__main__":
    main()
