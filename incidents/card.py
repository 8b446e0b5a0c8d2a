from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, When, prefetch_related_objects
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.statements import kept_records, kept_rows
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers import folding, lookup_keys
from cha_engagement.customers.enums import ActionGroup, CardSection, CustomerTab
from cha_engagement.customers.interfaces import Action, CardLine, SideBox, SideBoxRow
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import manager_at_work

from . import rules
from .enums import THREATS, Outcome
from .models import Incident
from .queries import (
    can_be,
    caution_cutoff,
    given_warnings,
    incidents_with_caution,
    is_perhaps_waiting,
    managers_to_tell,
    undecided_threats,
)

MOST_ROWS = 20

SHORT_WORD_LENGTH = 2  # letters: so short a word says nothing of who somebody is
COMMON_WORDS = {
    "all", "and", "are", "but", "for", "from", "had", "has", "have", "her", "him", "his", "its", "miss", "mrs", "not", "off", "our", "out",
    "than", "that", "the", "their", "them", "then", "there", "they", "this", "was", "were", "when", "where", "which", "while", "who", "whom",
    "with",
}  # fmt: skip
"""Words of English that say nothing of who somebody is. A word that may be a name, such as Will or Said, is none of them."""
ADDRESS_WORDS = {*lookup_keys.STREETS, *lookup_keys.STREETS.values(), "flat", "house", "limited", "ltd"}
"""Words of many addresses and firms. They say something only where nothing else is typed: somebody may be called Street."""
MOST_REPORTS = 5
STILL_TO_DO: dict[str, str] = {
    Outcome.ACTIVE_MANAGEMENT: "Nothing is decided yet about their contact with us: that decision is the next step.",
    Outcome.RESTORATIVE: "Recording that work is the next step.",
    Outcome.WARNING_LETTER: "Drafting that letter is the next step.",
}
"""What follows by itself from no outcome of an assessment, and is to be done by somebody."""
MOST_ON_CARD = 3


def caution_lines(customer: Customer) -> list[CardLine]:
    """Have staff speak to the manager before contact, and say what was reported, when and how. Policy §24.

    That stands after abuse for some days, after a threat until they decide.
    """
    notice_days = Organisation.current().notice_working_days
    incidents: list[Any] = kept_records(Incident, incidents_of_caution, customer.pk, caution_cutoff())
    reporters = Prefetch("reported_by", StaffMember.objects.select_related("line_manager__deputy"))
    prefetch_related_objects(incidents, reporters, "categories")
    last_days: dict[str, list[date | None]] = defaultdict(list)
    managers = managers_to_ask(incidents)
    for incident in incidents:
        last_day = add_working_days(timezone.localdate(incident.waiting_since), notice_days)
        text = f"Speak to {managers[incident.reported_by_id]} before any contact."
        last_days[text].append(None if incident.can_be_threat else last_day)
    return [
        CardLine(CardSection.STOP, text, until=latest_day(days), short_summary="speak to a manager first")
        for text, days in last_days.items()
    ] + reported_lines(incidents)


def reported_lines(incidents: Sequence[Any]) -> list[CardLine]:
    """Say of the latest incidents what was reported, and of how many others."""
    latest = sorted(incidents, key=attrgetter("counts_from"), reverse=True)
    texts = [incident.report_in_words for incident in latest[:MOST_ON_CARD]]
    if more := len(latest[MOST_ON_CARD:]):
        texts.append(f"{more} more such incident{pluralize(more)} before.")
    return [CardLine(CardSection.STOP, text) for text in texts]


def incidents_of_caution(customer: int, since: datetime) -> QuerySet[Incident]:
    incidents = incidents_with_caution(since).filter(customer=customer).select_related(None)
    can_be_threat = Case(When(can_be(*THREATS), then=True), default=False)
    return incidents.annotate(can_be_threat=can_be_threat).only(
        "waiting_since", "reported_by", "counts_from", "channel", "harm"
    )


def managers_to_ask(incidents: Iterable[Incident]) -> dict[int, str]:
    """Return the manager to speak to before any contact, by the key of who reported it: each reporter is asked about once."""
    reporters = {incident.reported_by for incident in incidents}
    return {reporter.pk: manager_to_ask(reporter) for reporter in reporters}


def manager_to_ask(reporter: StaffMember) -> str:
    """Return how a message names the manager to speak to before any contact."""
    manager = manager_at_work(reporter)
    return name_and_line(manager) if manager else "a manager"


def unidentified_person_warnings(text: str) -> Iterator[str]:
    """Warn whoever looks for somebody of unidentified persons after violence, a threat or what has no category. Policy §24.

    They may be meant where a word of them, or of where it was, is the same, or the last digits of a number; as it was first said
    too, whatever its reporter makes of it later. The likeliest are told of, by how many words: a screen full of warnings is not read.
    """
    words = significant_words(text)
    words, number = words - ADDRESS_WORDS or words, last_digits(text)
    if not words and not number:
        return
    incidents = likeliest_incidents(words, number)
    managers = managers_to_ask(incidents[:MOST_REPORTS])
    for incident in incidents[:MOST_REPORTS]:
        day = uk_date(incident.counts_from)
        reported = (
            f"on {day}, and no manager has decided on it yet"
            if incident.category_codes.isdisjoint(THREATS)
            else f"for violence or a threat on {day}"
        )
        yield (
            f"Somebody not yet identified was reported {reported}. "
            f"If this may be them, speak to {managers[incident.reported_by_id]} first."
        )
    if more := len(incidents[MOST_REPORTS:]):
        yield f"{more} more such report{pluralize(more)} may be about them. Speak to a manager first."


def likeliest_incidents(words: set[str], number: str) -> list[Incident]:
    """Return the undecided threats by somebody unidentified that share words or a number, the likeliest first."""
    waiting = [key for (key,) in kept_rows(undecided_threats_by_strangers)]
    if not waiting:
        return []
    descriptions: dict[int, str] = defaultdict(str)
    for key, *texts in kept_rows(descriptions_of_strangers):
        descriptions[key] += " ".join([" ", *texts])
    likeness = {}
    for key in waiting:
        description = descriptions[key]
        shares_number = bool(number and number in last_digits(description, None))
        likeness[key] = len(words.intersection(folding.words(description))) + shares_number
    likeliest = sorted(filter(likeness.get, likeness), key=likeness.__getitem__, reverse=True)
    incidents = Incident.objects.select_related("reported_by__line_manager__deputy")
    found = incidents.prefetch_related("categories").in_bulk(likeliest)
    return [found[key] for key in likeliest]


def undecided_threats_by_strangers() -> QuerySet[Any]:
    return undecided_threats().filter(customer=None).select_related(None).values_list("pk")


def descriptions_of_strangers() -> QuerySet[Any]:
    """Return what was ever said of who made such a threat and where, by the key of the incident."""
    history = Incident.history.model.objects.filter(id__in=undecided_threats_by_strangers())
    return history.order_by().values_list("id", "unidentified_person", "location").distinct()


def significant_words(text: str) -> set[str]:
    words = {word for word in folding.words(text) if len(word) > SHORT_WORD_LENGTH}
    return {word for word in words if not is_phone_part(word)} - COMMON_WORDS


def last_digits(text: str, count: int | None = 6) -> str:
    """Return the last digits in a text, however they are spaced; none where there are fewer. A count of None gives all."""
    digits = "".join(filter(str.isdigit, text))
    if count is None:
        return digits
    return digits[-count:] if len(digits) >= count else ""


def is_phone_part(word: str) -> bool:
    """Return whether a word can be a part that many phone numbers share, such as an area code. A house has fewer digits."""
    return word.isdigit() and len(word) > SHORT_WORD_LENGTH


def logged_message(incident: Incident) -> str:
    """Return what the reporter reads next: who knows of it now, and whether colleagues are warned.

    They may have been threatened an hour ago.
    """
    managers = managers_to_tell(incident).at_once
    recipient = name_and_line(managers[0]) if len(managers) == 1 else "every manager"
    logged = f"{incident.full_title} is logged, and {recipient} has been told."
    if not incident.is_possible_threat:
        return logged
    manager = manager_to_ask(incident.reported_by)
    if incident.customer is None:
        return (
            f"{logged} Anybody who looks for them by what you wrote of who or where it was is told to speak to {manager} first. "
            f"Is anybody due there today? Ring {manager} now."
        )
    return (
        f"{logged} Anybody who looks {incident.customer.name} up is told to speak to {manager} before any contact. "
        "What is still needed here can wait."
    )


def assessed_message(incident: Incident) -> str:
    """Return what whoever assessed an incident reads next: what is decided, who was told, and what is still to be done."""
    outcome = incident.assessments.all()[0].outcome
    saved = f"{incident.full_title}: {Outcome(outcome).label.lower()}. Those who reported it or were affected have been told."
    return " ".join(filter(None, [saved, STILL_TO_DO.get(outcome, "") if incident.customer else ""]))


def name_and_line(person: StaffMember) -> str:
    """Return a name with how a colleague reaches that person, as far as that is known."""
    line = person.phone or person.email
    return f"{person} ({line})" if line else str(person)


def latest_day(days: list[date | None]) -> date | None:
    """Return the latest of some last days; None where one of them has no end."""
    return None if None in days else max(filter(None, days))


def customer_actions(customer: Customer, user: StaffMember) -> list[Action]:
    if rules.may_log_incident(user):
        return []
    url = f"{reverse('incident_new')}?customer={customer}"
    return [Action("Log an incident", url, "", ActionGroup.LOG, tab=CustomerTab.INCIDENTS)]


def needs_caution(since: datetime) -> Q:
    """Return a `Q` on customers whose card says to speak to a manager first. Policy §24."""
    return Q(Exists(incidents_with_caution(since).filter(customer=OuterRef("pk"))))


def waiting_with_caution() -> QuerySet[Incident]:
    return incidents_with_caution(caution_cutoff()).filter(is_perhaps_waiting(), customer__isnull=False)


def warnings_box(customer: Customer, user: StaffMember) -> SideBox:
    """Show every warning in one place, before anybody gives the next. Policy §31."""
    rows = [
        SideBoxRow(f"{uk_date(warning.day)}, {warning.description}", warning.get_absolute_url())
        for warning in given_warnings(customer, user)[:MOST_ROWS]
    ]
    return SideBox("Warnings given", rows)
