"""Which channels a letter may name: none that is closed to its reader, at its head, in its text or below. Policy §5, 21.1, 21.3."""

import re
from collections.abc import Iterator

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import Channel
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember

from ..models import Letter

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SHORTEST_NUMBER = 6  # digits


def closed_channels(letter: Letter) -> set[Channel]:
    """Return the channels that are closed to its reader, or will be by what it tells of."""
    return set().union(*(closed(letter) for closed in hub.closed_channels))


def letterhead(letter: Letter) -> tuple[str, str]:
    """Return the association's address and its other lines, as they stand at the head of a letter: as issued, or as they would be now."""
    if letter.letterhead:
        address, _, lines = letter.letterhead.partition("\n\n")
        return address, lines
    organisation, closed = Organisation.current(), closed_channels(letter)
    by_post = not {Channel.LETTER, Channel.OFFICE} <= closed
    ways = {
        Channel.PHONE: organisation.phone,
        Channel.EMAIL: organisation.email,
        Channel.ONLINE_FORM: organisation.website,
    }
    return (
        "\n".join(filter(None, map(str.strip, organisation.address.splitlines()))) if by_post else "",
        "\n".join(line for channel, line in ways.items() if line and channel not in closed),
    )


def check_channels(letter: Letter, text: str) -> list[Refusal]:
    """Return a refusal for each way to us that is closed to the reader and stands in the text all the same."""
    closed = closed_channels(letter)
    named = dict.fromkeys(closed_ways_named(text, closed)) if closed else ()
    return [
        Refusal(
            f"This way to us is closed to {letter.customer.name}: take out “{words}”.",
            "21.1",
            "body",
        )
        for words in named
    ]


def closed_ways_named(text: str, closed: set[Channel]) -> Iterator[str]:
    """Yield the numbers and addresses of ours in a text that lead by a closed channel. What is for emergencies is never closed."""
    organisation = Organisation.current()
    staff = list(StaffMember.objects.order_by("pk").only("phone", "email", "username"))
    if Channel.PHONE in closed:
        written = numbers_in(text)
        ours = [
            organisation.phone,
            *numbers_of(organisation.complaints_contact),
            *(one.phone for one in staff),
        ]
        emergency = {as_dialled(organisation.emergency_phone), as_dialled(organisation.emergency_text)}
        yield from (number for number in ours if as_dialled(number) in written - emergency)
    if Channel.EMAIL in closed:
        written = {found.casefold() for found in EMAIL.findall(text)}
        ours = [
            organisation.email,
            *EMAIL.findall(organisation.complaints_contact),
            *(one.email for one in staff),
        ]
        yield from (
            email
            for email in ours
            if email and email.casefold() in written - {organisation.emergency_email.casefold()}
        )
    if Channel.ONLINE_FORM in closed and (site := site_named(organisation, text)):
        yield site
    if Channel.OFFICE in closed and organisation.office_hours and organisation.office_hours in text:
        yield organisation.office_hours
    if {Channel.LETTER, Channel.OFFICE} <= closed and organisation.address:
        street = organisation.address.splitlines()[0].strip()
        yield from [street] if street.casefold() in text.casefold() else []


def open_contacts(text: str, closed: set[Channel]) -> list[str]:
    """Return the numbers and email addresses in a text that lead by a channel that is not closed."""
    numbers = [] if Channel.PHONE in closed else numbers_of(text)
    return [*numbers, *([] if Channel.EMAIL in closed else EMAIL.findall(text))]


def site_named(organisation: Organisation, text: str) -> str:
    """Return the address of the website where a text names it; that of an email is another."""
    site = organisation.website.removeprefix("https://").strip("/")
    return site if site and re.search(rf"(?<![@\w.-]){re.escape(site)}(?![\w-])", text, re.IGNORECASE) else ""


def as_dialled(number: str) -> str:
    """Return a phone number as it is dialled here, by its digits alone; nothing where it is too short to be one."""
    found = re.sub(r"\D", "", number.replace("+44", "0"))
    return found if len(found) >= SHORTEST_NUMBER else ""


def numbers_of(text: str) -> list[str]:
    return re.findall(r"\+?\d[\d ()-]{4,}\d", text)


def numbers_in(text: str) -> set[str]:
    return {found for number in numbers_of(text) if (found := as_dialled(number))}
