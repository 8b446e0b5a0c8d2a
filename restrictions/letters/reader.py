"""What stands for the reader of a letter: the channels closed to them, and the records that the letter tells of."""

from collections.abc import Iterable
from datetime import date

from cha_engagement.core import hub
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import is_in_household_of
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.organisation.calendar import add_months, start_of_day, today
from incidents.models import Incident
from incidents.parts import account_rewriters
from restrictions.contact_plan import AnyRestriction, contact_plan
from restrictions.enums import STANDING
from restrictions.kinds.channels import join_words
from restrictions.letters.placeholders import channel_placeholders, channels_closed_to
from restrictions.models import InterimMeasure, ManagementDecision, Restriction


@hub.placeholders.add
def placeholders_now(customer: Customer) -> PlaceholderTexts:
    """No letter names a way to us that is closed to its reader. Policy §5."""
    return channel_placeholders(customer, [])


@hub.closed_channels.add
def channels_closed_to_reader(letter: Letter) -> set[Channel]:
    """Close what is in force for a letter's reader, and what the letter tells of. Policy §21.1, 31; B21, B29."""
    return channels_closed_to(letter.customer, restrictions_told_in(letter))


def restrictions_told_in(letter: Letter) -> list[AnyRestriction]:
    """The measures that a letter tells of and that stand."""
    restrictions = letter.restrictions.filter(status__in=STANDING)
    return [
        *restrictions.select_related("customer", "named_contact", "deputy"),
        *letter.interim_measures.in_force(),
    ]


@hub.letter_records.add
def letter_records(letter: Letter) -> list[hub.LetterRecord]:
    """Return what staff do as the letter has it, and what that rests on: a letter can read well while the card does not. Beyond the policy: B36."""
    return [
        hub.LetterRecord(
            title=one.title if isinstance(one, Restriction) else "Interim measure",
            reference=one.reference,
            url=one.get_absolute_url(),
            facts=[*record_facts(one), *incident_facts(one)],
        )
        for one in restrictions_told_in(letter)
    ]


def record_facts(one: AnyRestriction) -> list[tuple[str, str]]:
    last = uk_date(one.ends_on) if one.ends_on else "None is set"
    if isinstance(one, InterimMeasure):
        return [
            ("Staff do", one.staff_instruction),
            ("Why", one.reason),
            ("Told", one.how_notified),
            ("Last day", last),
        ]
    return [
        *one.term_rows,
        ("Staff do", one.staff_instruction),
        ("Last day", last),
        ("First review", uk_date(one.first_review_on) if one.first_review_on else ""),
        ("No review, because", one.no_review_reason),
    ]


def incident_facts(one: AnyRestriction) -> list[tuple[str, str]]:
    """Return each incident with who reported it, and who else typed it in or put it in other words."""
    return [
        (f"Rests on {incident}", report_summary(incident))
        for incident in one.incidents.order_by("occurred_at")
    ]


def report_summary(incident: Incident) -> str:
    categories = join_words(map(str, incident.categories.all())) or "No kind said"
    by = f"reported by {incident.reported_by}"
    entered = f", typed in by {incident.entered_by}" if incident.entered_by != incident.reported_by else ""
    changed = "".join(
        f", what happened put in other words by {person}" for person in account_rewriters(incident)
    )
    return f"{categories}, {uk_date(incident.occurred_at)}, {by}{entered}{changed}"


@hub.under_decision.add
def is_under_decision(customer: Customer) -> bool:
    """Whether something decided about a customer stands, or an interim measure. Beyond the policy: B36."""
    return are_under_decision([customer])


def are_under_decision(customers: Iterable[Customer]) -> bool:
    """Whether any of these is. A decision under which all has ended is over; one under which nothing was restricted is after a year."""
    decided = ManagementDecision.objects.filter(
        customer__in=customers, decided_at__gte=start_of_day(add_months(today(), -12))
    )
    found = (
        Restriction.objects.filter(customer__in=customers, status__in=STANDING),
        InterimMeasure.objects.in_force().filter(customer__in=customers),
        decided.exclude(restrictions__imposed_at__isnull=False),
    )
    return any(records.exists() for records in found)


@hub.channels_closed_by_decision.add
def channels_closed_by_decision(letter: Letter) -> dict[Channel, date | None] | None:
    """Which ways are closed to a reader who is under a decision or an interim measure, and until when. Beyond the policy: B36.

    What has ended is over, but for the letter that says so. What is suspended closes nothing. Whoever lives with somebody restricted is
    written to as carefully, so that nothing binds them too (B5).
    """
    customer = letter.customer
    household = Customer.objects.filter(is_in_household_of(customer))
    if not (are_under_decision(household) or letter.restrictions.exists()):
        return None
    told = [one for one in restrictions_told_in(letter) if one.status != "suspended"]
    return {one.channel: one.until for one in contact_plan(customer, adding=told) if one.closed_by}
