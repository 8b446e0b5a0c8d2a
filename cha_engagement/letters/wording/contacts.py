"""Find phone numbers and addresses of ours in a text. Policy §5, 21.1."""

import re
from collections.abc import Iterator
from unicodedata import normalize

from cha_engagement.customers.enums import Channel
from cha_engagement.organisation.models import EMERGENCY_ROUTES, Organisation
from cha_engagement.staff.models import StaffMember

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
FEWEST_DIGITS = 6  # of a phone number


def find_closed_contacts(text: str, closed: set[Channel]) -> Iterator[str]:
    """Yield the numbers and addresses of ours in a text that lead by a closed channel. Those for emergencies are never closed."""
    organisation = Organisation.current()
    staff = list(StaffMember.objects.order_by("pk").only("phone", "email", "username"))
    numbers = {
        Channel.PHONE: [
            organisation.phone,
            *find_numbers(organisation.complaints_contact),
            *(person.phone for person in staff),
        ],
        Channel.MESSAGE: [organisation.text_number],
    }
    # One number may take both calls and text messages.
    still_open = [number for channel in numbers.keys() - closed for number in numbers[channel]]
    open_digits = {
        dialled_digits(number)
        for number in (organisation.emergency_phone, organisation.emergency_text, *still_open)
    }
    for channel in numbers.keys() & closed:
        yield from (
            number
            for number in numbers[channel]
            if dialled_digits(number) not in open_digits and is_dialled_in(text, number)
        )
    if Channel.EMAIL in closed:
        written = {email.casefold() for email in EMAIL.findall(text)}
        ours = [
            organisation.email,
            *EMAIL.findall(organisation.complaints_contact),
            *(person.email for person in staff),
        ]
        yield from (
            email
            for email in ours
            if email and email.casefold() in written - {organisation.emergency_email.casefold()}
        )
    if Channel.ONLINE_FORM in closed and (website := find_website(organisation, text)):
        yield website
    if Channel.OFFICE in closed and organisation.office_hours and organisation.office_hours in text:
        yield organisation.office_hours
    if {Channel.LETTER, Channel.OFFICE} <= closed and organisation.address:
        street = organisation.address.splitlines()[0].strip()
        yield from [street] if street.casefold() in text.casefold() else []


def find_our_contacts(text: str) -> Iterator[str]:
    """Yield every number and address of ours in a text, those for emergencies too."""
    organisation = Organisation.current()
    yield from find_closed_contacts(text, set(Channel))
    for route in filter(None, (getattr(organisation, name) for name in EMERGENCY_ROUTES)):
        if is_dialled_in(text, route) or ("@" in route and route.casefold() in text.casefold()):
            yield route


def open_contacts(text: str, closed: set[Channel]) -> list[str]:
    """Return the numbers and email addresses in a text that lead by a channel that is not closed."""
    numbers = [] if Channel.PHONE in closed else find_numbers(text)
    return [*numbers, *([] if Channel.EMAIL in closed else EMAIL.findall(text))]


def find_website(organisation: Organisation, text: str) -> str:
    """Return the address of our website where a text names it; as a part of an email address it is another."""
    website = organisation.website.removeprefix("https://").removeprefix("www.").strip("/")
    is_named = website and re.search(
        rf"(?<![@\w.-])(?:www\.)?{re.escape(website)}(?![\w-])", text, re.IGNORECASE
    )
    return website if is_named else ""


def dialled_digits(number: str) -> str:
    """Return a phone number as it is dialled here, by its digits alone; nothing where it is too short to be one."""
    digits = re.sub(r"\D", "", re.sub(r"^\s*(?:\+|00)44\s*(?:\(0\))?", "0", normalize("NFKC", number)))
    return digits if len(digits) >= FEWEST_DIGITS else ""


def is_dialled_in(text: str, number: str) -> bool:
    """Return whether a text names a phone number, however it is written: with +44, 0044 or (0), with full stops, in wide figures."""
    digits = dialled_digits(number)
    if not digits:
        return False
    separator = r"[^\w,;:!?]*"
    first = r"(?:\+44|0044|44)" + separator + r"(?:0" + separator + r")?|0" + separator
    written = separator.join(digits.removeprefix("0"))
    return bool(
        re.search(rf"(?<!\d)(?:{first if digits[0] == '0' else ''}){written}(?!\d)", normalize("NFKC", text))
    )


def find_numbers(text: str) -> list[str]:
    return re.findall(r"\+?\d[\d ()-]{4,}\d", text)
