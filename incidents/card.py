from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core import hub
from cha_engagement.core.hub import Action, CardLine, SideBox, SideBoxRow
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers import lookup_keys
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember

from . import rules
from .enums import THREATS
from .models import Incident
from .queries import (
    deciding_managers,
    given_warnings,
    incidents_under_notice,
    is_perhaps_waiting,
    notice_cutoff,
    undecided_threats,
)

MAX_ROWS = 20

SHORT_WORD_LENGTH = 2  # letters: so short a word says nothing of who somebody is
COMMON_WORDS = {
    "all", "and", "are", "but", "for", "from", "had", "has", "have", "her", "him", "his", "its", "miss", "mrs", "not", "off", "our", "out",
    "than", "that", "the", "their", "them", "then", "there", "they", "this", "was", "were", "when", "where", "which", "while", "who", "whom",
    "with",
}  # fmt: skip
"""Words of English that say nothing of who somebody is. One that may be a name, such as Will or Said, is none of them."""
ADDRESS_WORDS = {*lookup_keys.STREETS, *lookup_keys.STREETS.values(), "flat", "house", "limited", "ltd"}
"""Words of many addresses and firms, which say something only where nothing else is typed: somebody may be called Street."""
MAX_REPORTS = 5


@hub.card.add
def notice_lines(customer: Customer) -> list[CardLine]:
    """Speak to the manager before contact. Policy §24. How long abuse is said is known; a threat is said until they decide."""
    days = Organisation.current().notice_working_days
    until: dict[str, list[date | None]] = {}
    for incident in (
        incidents_under_notice(notice_cutoff()).filter(customer=customer).prefetch_related("categories")
    ):
        last_day = add_working_days(timezone.localdate(incident.waiting_since), days)
        until.setdefault(f"Speak to {manager_to_ask(incident)} before any contact.", []).append(
            None if incident.may_be_a_threat else last_day
        )
    return [CardLine("stop", text, until=latest_day(days)) for text, days in until.items()]


def manager_to_ask(incident: Incident) -> str:
    """Who is spoken to before any contact."""
    manager = incident.reported_by.acting_line_manager
    return name_and_line(manager) if manager and not manager.is_away else "a manager"


@hub.unidentified.add
def unidentified_person_warnings(text: str) -> Iterator[str]:
    """Somebody not identified yet after violence, a threat or what has no kind may be whoever is looked for. Policy §24.

    A word of them, or of where it was, is the same, or the last figures of a number; as it was first said too, whatever its reporter makes
    of it later. The likeliest are told of, by how many words: a screen full of warnings is not read.
    """
    said = {
        word for word in lookup_keys.words(text) if len(word) > SHORT_WORD_LENGTH and not is_phone_part(word)
    } - COMMON_WORDS
    typed, number = said - ADDRESS_WORDS or said, last_digits(text)
    waiting = (
        undecided_threats().filter(customer=None).prefetch_related("categories") if typed or number else ()
    )
    ever: dict[int, str] = defaultdict(str)
    history = Incident.history.model.objects.filter(id__in=[one.pk for one in waiting])
    for pk, *words in history.order_by().values_list("id", "unidentified_person", "location").distinct():
        ever[pk] += " ".join([" ", *words])
    alike = {
        one: len(typed.intersection(lookup_keys.words(ever[one.pk])))
        + bool(number and number in last_digits(ever[one.pk], None))
        for one in waiting
    }
    likeliest = sorted(filter(alike.get, alike), key=alike.__getitem__, reverse=True)
    for incident in likeliest[:MAX_REPORTS]:
        day = uk_date(incident.occurred_at)
        reported = (
            f"for violence or a threat on {day}"
            if incident.codes.intersection(THREATS)
            else f"on {day}, and no manager has decided on it yet"
        )
        yield (
            f"Somebody not yet identified was reported {reported}. "
            f"If this may be them, speak to {manager_to_ask(incident)} first."
        )
    if more := len(likeliest[MAX_REPORTS:]):
        yield f"{more} more such report{pluralize(more)} may be about them. Speak to a manager first."


def last_digits(text: str, last: int | None = 6) -> str:
    """Return the last figures of a number that stands in a text, however it is spaced; empty where there are fewer. With None all of them."""
    found = "".join(filter(str.isdigit, text))
    return found if last is None else found[-last:] if len(found) >= last else ""


def is_phone_part(word: str) -> bool:
    """Whether a word is a part that many phone numbers have: an area code, or the middle of one. A house has fewer figures."""
    return word.isdigit() and len(word) > SHORT_WORD_LENGTH


def logged_message(incident: Incident) -> str:
    """Tell whoever has logged an incident who knows of it now, and whether colleagues are warned: they may have been threatened an hour ago."""
    managers = deciding_managers(incident)
    told = name_and_line(managers[0]) if len(managers) == 1 else "every manager"
    logged = f"{incident} is logged, and {told} has been told."
    if not incident.may_be_a_threat:
        return logged
    if incident.customer is None:
        return (
            f"{logged} Whoever looks for them by what you wrote of who or where it was is told to speak to {manager_to_ask(incident)} first. "
            f"Is anybody due there today? Ring {manager_to_ask(incident)} now."
        )
    return (
        f"{logged} Whoever looks {incident.customer.name} up is told to speak to {manager_to_ask(incident)} before any contact. "
        "What is still needed here can wait."
    )


def name_and_line(person: StaffMember) -> str:
    """Somebody and how a colleague reaches them, as far as that is known."""
    line = person.phone or person.email
    return f"{person} ({line})" if line else str(person)


def latest_day(days: list[date | None]) -> date | None:
    """The latest of some last days; None where one of them has no end."""
    return None if None in days else max(filter(None, days))


@hub.customer_actions.add
def customer_actions(customer: Customer, user: StaffMember) -> list[Action]:
    actions = []
    if not rules.may_log_incident(user):
        actions.append(Action("Log an incident", f"{reverse('incident_new')}?customer={customer}", ""))
    return actions


@hub.flag(
    "under_notice",
    "Speak to a manager first",
    lambda: incidents_under_notice(notice_cutoff()).filter(is_perhaps_waiting(), customer__isnull=False),
)
def is_under_notice() -> Q:
    """Whom to speak to first is on the card. Policy §24."""
    return Q(has_incident_under_notice(notice_cutoff()))


@lru_cache(maxsize=1)
def has_incident_under_notice(since: datetime) -> Exists:
    """Of a customer. Put together once a day, as each look-up asks it."""
    return Exists(incidents_under_notice(since).filter(customer=OuterRef("pk")))


@hub.customer_side_boxes.add
def warnings_box(customer: Customer, user: StaffMember) -> SideBox:
    """All in one place, before anybody gives the next. Policy §31."""
    return SideBox(
        "Warnings given",
        [
            SideBoxRow(f"{uk_date(one.day)}, {one.in_words}", one.get_absolute_url())
            for one in given_warnings(customer, user)[:MAX_ROWS]
        ],
    )
