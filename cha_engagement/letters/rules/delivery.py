"""Check that a letter can have reached its customer as somebody says it did. Policy §9, 12, 61.3; beyond the policy: B23.

What cannot be so is refused. What may be so, and usually is not, is asked about: `Letter.sent_reason` answers it.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cha_engagement.core.reasons import has_words
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date, uk_datetime
from cha_engagement.customers.enums import Channel, Format
from cha_engagement.customers.queries import doubtful_print, unusable_formats
from cha_engagement.letters.enums import CAN_COME_BACK, HANDED_OVER, SentBy
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.channels import closed_channels, visit_precautions
from cha_engagement.letters.queries.second_reader import is_waiting
from cha_engagement.letters.wording.contacts import find_closed_contacts
from cha_engagement.organisation import calendar
from cha_engagement.staff.models import StaffMember

from .drafting import may_write

MAX_WORKING_DAYS = 10
"""Between the date of a letter and its sending: it counts days from its date, and says how things stood."""
MAX_DAYS = 60
"""Between the date of a letter and its being marked as sent."""


def may_send(user: StaffMember, letter: Letter) -> Refusal | None:
    """Let whoever may write a letter send it, unless another that was issued has taken its place."""
    if refusal := may_write(user, letter):
        return refusal
    if newer := letter.replaced_by.filter_issued().first():
        advice = refusal.sentence if (refusal := may_void(user, letter)) else "Withdraw it."
        return Refusal(f"{newer} takes the place of this letter: do not send it. {advice}", "61")
    return None


def may_void(user: StaffMember, letter: Letter) -> Refusal | None:
    """Let whoever may write a letter withdraw it, but for one that waits for its second reader: it may be in somebody's hands.

    Beyond the policy: B36.
    """
    if refusal := may_write(user, letter):
        return refusal
    if letter.issued_at and is_waiting(letter):
        return Refusal(
            "It was issued before anybody else had read it. Ask whoever reads it now to send it back: that withdraws it.",
            "B36",
        )
    return None


def check_delivery(
    letter: Letter,
    channel: str,
    day: date,
    reason: str,
    handed_over_by: StaffMember | None = None,
    handed_over_time: time | None = None,
) -> list[Refusal]:
    """Refuse to mark a letter as sent by this channel on this day. `reason` answers what is in doubt."""
    refusals = [
        *check_sent_on(letter, day),
        *check_sent_by(letter, channel),
        *check_handed_over(letter, channel, day, handed_over_by, handed_over_time),
        *check_named_ways_open(letter, day),
    ]
    if not has_words(reason):
        doubts = [*delivery_doubts(letter, day), *channel_doubts(letter, channel)]
        refusals += [Refusal(doubt, "61.3", "sent_reason") for doubt in doubts]
    return refusals


def check_sent_on(letter: Letter, day: date) -> list[Refusal]:
    """Refuse a day but from the letter's date to ten working days later, and any that is marked when nobody can know it any more."""
    today = calendar.today()
    last_day = calendar.add_working_days(letter.letter_date, MAX_WORKING_DAYS)
    if day > today:
        return [Refusal("This day is in the future. Mark the letter once it has been sent.", "", "sent_on")]
    if day < letter.letter_date:
        return [Refusal("The letter was issued later than that.", "", "sent_on")]
    if letter.came_back_on and day < letter.came_back_on:
        return [
            Refusal("It came back later than that. Say on which day it went out again.", "B23", "sent_on")
        ]
    if day > last_day or today > letter.letter_date + timedelta(days=MAX_DAYS):
        return [
            Refusal(
                f"This letter is dated {uk_date(letter.letter_date)}: it is too old to send, and what it says may no longer be right. "
                "Begin a new one with its words, and withdraw this one.",
                "B23",
                "sent_on",
            )
        ]
    return []


def check_handed_over(
    letter: Letter, channel: str, day: date, by: StaffMember | None, at: time | None
) -> list[Refusal]:
    """Ask who handed a letter over and when: not before it was issued, and not to come. Words alone prove nothing. Beyond the policy: B23."""
    if channel not in HANDED_OVER:
        return []
    refusals = [] if by else [Refusal("Say who handed it over.", "B23", "handed_over_by")]
    if not at:
        return [*refusals, Refusal("Say at what time it was handed over.", "B23", "handed_over_time")]
    moment = timezone.make_aware(datetime.combine(day, at))
    if moment > timezone.now():
        refusals.append(
            Refusal(
                "This time is in the future. Mark the letter once it was handed over.",
                "",
                "handed_over_time",
            )
        )
    elif letter.issued_at and moment < letter.issued_at.replace(second=0, microsecond=0):
        issued_at = uk_datetime(letter.issued_at)
        refusals.append(
            Refusal(f"The letter was issued on {issued_at}, later than that.", "", "handed_over_time")
        )
    return refusals


def check_come_back(letter: Letter, day: date) -> list[Refusal]:
    """Refuse that what was handed over came back, and a day on which it cannot have. Beyond the policy: B23."""
    if letter.sent_by_channel not in CAN_COME_BACK:
        how = letter.get_sent_by_channel_display().lower()
        return [Refusal(f"It was {how}, so it has reached them and cannot have come back.", "B23")]
    if day > calendar.today():
        return [Refusal("This day is in the future.", "", "came_back_on")]
    if letter.sent_on and day < letter.sent_on:
        return [Refusal(f"It was sent on {uk_date(letter.sent_on)}, later than that.", "", "came_back_on")]
    return []


def check_sent_by(letter: Letter, channel: str) -> list[Refusal]:
    """Refuse a channel of which no address is recorded, and email where it is closed to somebody who can be reached by post."""
    customer = letter.customer
    if channel == SentBy.LETTER and not customer.address.strip():
        refusal = f"No postal address of {customer.name} is recorded. Record it first, or choose how else it reached them."
    elif channel == SentBy.EMAIL and not customer.emails:
        refusal = f"No email address of {customer.name} is recorded. Record it first, or choose how else it reached them."
    elif channel == SentBy.EMAIL and customer.address.strip() and Channel.EMAIL in closed_channels(letter):
        refusal = f"Email is closed to {customer.name}: they cannot answer it. Send the letter by post, or hand it over."
    else:
        return []
    return [Refusal(refusal, "B23", "sent_by_channel")]


def check_named_ways_open(letter: Letter, day: date) -> list[Refusal]:
    """Refuse that a letter was sent on a day though it names a way to us that was closed before: what it said was no longer so. B29."""
    return [
        Refusal(
            f"A way to us that this letter names was closed by then: “{contact}”. Begin a new letter with its words, and withdraw this one.",
            "B29",
            "sent_on",
        )
        for contact in named_closed_contacts(letter, day - timedelta(days=1))[:1]
    ]


def named_closed_contacts(letter: Letter, day: date) -> list[str]:
    """Return the numbers and addresses of ours that an issued letter names, though they were closed to its reader on a day."""
    return list(find_closed_contacts(letter.text, closed_channels(letter, day)))


def delivery_doubts(letter: Letter, day: date | None = None) -> Iterator[str]:
    """Yield what makes it unlikely that the letter reached its customer, by whatever channel it went."""
    customer = letter.customer
    if customer.deceased_on and not letter.after_death_reason:
        yield f"{customer.name} died on {uk_date(customer.deceased_on)}. Withdraw the letter, or say why it was sent."
    is_late = calendar.today() > calendar.add_working_days(letter.letter_date, MAX_WORKING_DAYS)
    if day and is_late:
        yield f"The letter is dated {uk_date(letter.letter_date)}. Say how you know that it was sent on {uk_date(day)}."
    if day:
        yield from named_ways_doubts(letter, day)
    yield from language_doubts(letter)
    yield from format_doubts(letter)


def named_ways_doubts(letter: Letter, day: date) -> Iterator[str]:
    """Ask about a way to us that a letter names and that was closed on the very day: it may have gone out before. B29."""
    if check_named_ways_open(letter, day):
        return
    for contact in named_closed_contacts(letter, day)[:1]:
        yield (
            f"A way to us that this letter names was closed that day: “{contact}”. Begin a new letter with its words, or say that this one "
            "went out before."
        )


def language_doubts(letter: Letter) -> Iterator[str]:
    if letter.customer.reads_english:
        return
    language = letter.customer.preferred_language.strip()
    translations = letter.enclosures.filter(title="").exclude(language="").values_list("language", flat=True)
    if not any(is_same_language(language, translation) for translation in translations):
        yield (
            f"{letter.customer.name} reads {language}, and no translation of the letter goes with it. Attach one, or say how they "
            "came to know what it says, and on which day."
        )


def is_same_language(language: str, other: str) -> bool:
    language, other = language.strip().casefold(), other.strip().casefold()
    return language in other or other in language


def format_doubts(letter: Letter) -> Iterator[str]:
    customer = letter.customer
    advice = (
        "Replace it with one in that format, or say how they came to know what it says, and on which day."
    )
    if customer.preferred_format not in (Format.STANDARD, letter.format):
        preferred_format = customer.get_preferred_format_display().lower()
        yield f"{customer.name} needs letters as {preferred_format}, and this one is in {letter.get_format_display().lower()}. {advice}"
    elif need := unusable_formats(need.code for need in customer.current_needs).get(Format(letter.format)):
        yield f"Of {customer.name} it is recorded: {need.label.lower()}. This letter is in {letter.get_format_display().lower()}. {advice}"
    elif letter.format == Format.STANDARD and (words := doubtful_print(customer)):
        yield (
            f"What is recorded of the needs of {customer.name} says “{words}”, and this letter is in standard print. {advice}"
        )


def channel_doubts(letter: Letter, channel: str) -> Iterator[str]:
    """Yield what makes it unlikely that the letter reached its customer by this channel."""
    customer = letter.customer
    if channel == SentBy.LETTER and customer.address and letter.address != customer.postal_address:
        yield (
            f"The address of {customer.name} was changed after this letter was issued. Begin a new letter, or say to which address "
            "it went, and why it was theirs."
        )
    if letter.came_back_on and channel in CAN_COME_BACK:
        yield (
            f"It came back on {uk_date(letter.came_back_on)}. Choose another way, or say why it reaches them by this one now."
        )
    if channel in customer.cannot_use:
        yield (
            f"{customer.name} cannot use this channel: {Channel(channel).label.lower()}. Choose another, or say how the letter reached them."
        )
    if channel == SentBy.HOME_VISIT:
        for words in visit_precautions(letter):
            yield f"The card says of visits: “{words}” Say who went along, or how this was kept to."
    if channel in closed_channels(letter):
        yield (
            f"This way is closed to {customer.name}: {Channel(channel).label.lower()}. Choose another, or say how the letter came to reach "
            "them by it."
        )
