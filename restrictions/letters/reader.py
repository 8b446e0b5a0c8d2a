"""The reader of a letter: which channels are closed to them, and the records that the letter tells of."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet

from cha_engagement.core.read_once import read_once
from cha_engagement.core.statements import kept_records
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.contact_plan import ContactPlan
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import is_in_household_of
from cha_engagement.letters.interfaces import LetterRecord
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.organisation.calendar import add_months, start_of_day, today
from incidents.models import Incident
from incidents.queries import account_rewriters
from restrictions.contact_plan import AnyRestriction, contact_plan, restrictions_applying, term_rows
from restrictions.enums import STANDING, Begins, InterimStatus, RestrictionStatus
from restrictions.kinds.channels import join_words
from restrictions.letters.placeholders import channel_placeholders, plan_told_of
from restrictions.models import InterimMeasure, ManagementDecision, Restriction

VISITS = re.compile(
    r"\b(?:(?<!may )(?<!can )visit\w*\b(?!\s+(?:us|(?:the|our|an?|any)\s+offices?)\b)"
    r"|in pairs|two (?:people|of us|colleagues|staff)|doorstep|alone|on (?:your|their) own|(?:their|the|her|his) (?:home|house|flat))\b",
    re.IGNORECASE,
)
"""Words about visits to a customer, and not about theirs to us."""
AT_HOME = re.compile(r"visit|doorstep|\bhome\b", re.IGNORECASE)


def is_about_visits(instruction: str) -> bool:
    """Return whether words to staff say how to visit a customer at home."""
    return bool(VISITS.search(instruction) and AT_HOME.search(instruction))


def placeholders_now(customer: Customer) -> PlaceholderTexts:
    """Name no channel in any letter that is closed to its reader. Policy §5."""
    return channel_placeholders(customer, [])


def plan_of_reader(letter: Letter, day: date | None = None) -> ContactPlan:
    return plan_told_of(letter.customer, restrictions_told_in(letter), day)


def channels_closed_to_reader(letter: Letter, day: date) -> set[Channel]:
    """Close what applies to a letter's reader on a day, and what the letter tells of. Policy §21.1, 31; B2, B21, B29.

    The channel that is kept for what is always open, where no other is left to them, can be named.
    """
    plan = plan_of_reader(letter, day)
    return plan.closed_channels - plan.direct_channels.keys()


def visit_precautions(customer: Customer) -> list[str]:
    """Return the instructions on a customer's card that speak of visits, as far as they are in force."""
    return [
        restriction.staff_instruction
        for restriction in restrictions_applying(customer, today())
        if VISITS.search(restriction.staff_instruction)
    ]


@read_once
def restrictions_told_in(letter: Letter) -> list[AnyRestriction]:
    """Return the restrictions and interim measures that a letter tells of and that stand."""
    return [
        *kept_records(Restriction, standing_restrictions_of, letter.pk),
        *kept_records(InterimMeasure, interim_measures_of, letter.pk),
    ]


def standing_restrictions_of(letter: int) -> QuerySet[Restriction]:
    restrictions = Restriction.objects.filter(letters=letter, status__in=STANDING)
    return restrictions.select_related("customer", "named_contact", "deputy")


def interim_measures_of(letter: int) -> QuerySet[InterimMeasure]:
    return InterimMeasure.objects.in_force().filter(letters=letter)


def letter_records(letter: Letter) -> list[LetterRecord]:
    """Return what staff do as the letter has it, and what that rests on: a letter can read well while the card does not. Beyond the policy: B36."""
    plan = contact_plan(letter.customer)
    return [
        LetterRecord(
            title=restriction.title,
            reference=restriction.reference,
            url=restriction.get_absolute_url(),
            facts=[*record_facts(restriction, plan), *incident_facts(restriction)],
        )
        for restriction in restrictions_told_in(letter)
    ]


def record_facts(restriction: AnyRestriction, plan: ContactPlan) -> list[tuple[str, str]]:
    if isinstance(restriction, InterimMeasure):
        return [
            ("Staff do", restriction.staff_instruction),
            ("Why", restriction.reason),
            ("Told", restriction.how_notified),
            ("Last day", uk_date(restriction.ends_on)),
        ]
    return [
        *term_rows(restriction, plan),
        ("Staff do", restriction.staff_instruction),
        ("First day", restriction.first_day_in_words),
        ("Last day", restriction.last_day_in_words),
        ("First review", restriction.first_review_in_words),
        ("No review, because", restriction.no_review_reason),
    ]


def incident_facts(restriction: AnyRestriction) -> list[tuple[str, str]]:
    """Return each incident with who reported it or typed it in, and what was changed of that since."""
    return [
        fact
        for incident in restriction.incidents.order_by("occurred_at")
        for fact in (
            (f"Rests on {incident}", report_summary(incident)),
            (f"Changed in {incident} since", incident.corrections),
        )
    ]


def report_summary(incident: Incident) -> str:
    categories = join_words(map(str, incident.categories.all())) or "No kind said"
    reported = f"reported by {incident.reported_by}"
    entered = f", typed in by {incident.entered_by}" if incident.entered_by != incident.reported_by else ""
    added = "".join(f", added to by {person}" for person in account_rewriters(incident))
    return f"{categories}, {uk_date(incident.occurred_at)}, {reported}{entered}{added}"


def is_under_decision(customer: Customer) -> bool:
    """Return whether something decided about a customer stands, or an interim measure. Beyond the policy: B36."""
    return are_under_decision([customer])


def are_under_decision(customers: Iterable[Customer]) -> bool:
    """Return whether any of these customers is under a decision or an interim measure.

    A decision under which all has ended is over; one under which nothing was restricted is over after a year.
    """
    decided = ManagementDecision.objects.filter(
        customer__in=customers, decided_at__gte=start_of_day(add_months(today(), -12))
    )
    standing = (
        Restriction.objects.filter(customer__in=customers, status__in=STANDING),
        InterimMeasure.objects.in_force().filter(customer__in=customers),
        decided.exclude(restrictions__imposed_at__isnull=False),
    )
    return any(records.exists() for records in standing)


@read_once
def channels_closed_by_decision(letter: Letter) -> dict[Channel, date | None] | None:
    """Return which channels are closed to a reader who is under a decision or an interim measure, and until when. Beyond the policy: B36.

    What has ended is over, but for the letter that says so. What is suspended closes nothing. Somebody who lives with a customer
    under restrictions is written to as carefully, so that nothing binds them too (B5).
    """
    customer = letter.customer
    household = Customer.objects.filter(is_in_household_of(customer))
    if not (are_under_decision(household) or letter.restrictions.exists()):
        return None
    applying = [
        restriction
        for restriction in restrictions_told_in(letter)
        if restriction.status != RestrictionStatus.SUSPENDED
    ]
    plan = contact_plan(customer, adding=applying)
    return {planned.channel: planned.closed_until for planned in plan if planned.closed_by}


def applies_unknown_since(letter: Letter) -> datetime | None:
    """Return since when something that a letter tells of applies at once for safety, though no letter has told its reader. Beyond the policy: B23."""
    restrictions = letter.restrictions.filter(
        status=RestrictionStatus.IMPOSED,
        begins=Begins.FOR_SAFETY,
        customer_notified_on=None,
        not_notified_reason="",
    )
    measures = letter.interim_measures.filter(status=InterimStatus.IN_FORCE).exclude(
        letters__in=Letter.objects.filter_sent()
    )
    moments = [
        *restrictions.values_list("imposed_at", flat=True),
        *measures.values_list("created_at", flat=True),
    ]
    return min(filter(None, moments), default=None)
