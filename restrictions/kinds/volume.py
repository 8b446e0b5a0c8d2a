from collections.abc import Collection, Iterable
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from cha_engagement.core.formpack import TimeInput
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_time
from cha_engagement.customers.enums import INBOUND_CHANNELS, CardSection, Channel
from cha_engagement.customers.interfaces import CardLine
from cha_engagement.letters.rendering.files import render_markdown
from cha_engagement.letters.rendering.markdown import Markdown
from cha_engagement.organisation.calendar import add_months
from cha_engagement.organisation.models import Organisation
from incidents.contacts.queries import count_with_noun
from restrictions.kinds.channels import (
    channel_labels,
    channels_field,
    channels_in_words,
    join_words,
    ordered_channels,
)
from restrictions.kinds.kind import Allowance, RestrictionKind

if TYPE_CHECKING:
    from incidents.contacts.models import Contact
    from restrictions.models import Restriction

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WORKING_DAYS = range(5)
PERIODS = {"day": 31, "week": 6, "month": 1}
"""The periods from the shortest to the longest, each with how many of them a longer one can touch."""

LEAST_MINUTES = 30  # from the beginning of the hours to their end, while somebody is there
ALL_DAY = "00:00", "23:59"
MOST_WEEKS = 5
"""The weeks of a month: one contact in each takes as many."""
MOST_AMOUNT = 10_000


class Volume(RestrictionKind):
    """Contact is limited in number, length or time; every channel stays open. Policy §21.5, 49, 50.

    Terms: `limited`, codes of `Channel`; `most`, with `contacts` and `minutes` (each a number or None) and `every` (of `PERIODS`);
    `days`, numbers from 0 for Monday, empty for any; `hours`, from when and until when, "10:00" and "12:00", or empty.
    """

    code = "volume"
    title = "Limited time or number of contacts"
    description = "They can be in contact a number of times, for a length of time, or on some days and at some hours. No way of contact is closed."
    letter_title = "How often you can contact us"
    paragraph = "21.5"
    channel_term = "limited"
    compares_limits = True

    def form_fields(self) -> dict[str, forms.Field]:
        return {
            "limited": channels_field(INBOUND_CHANNELS, label="Ways of contact that are limited"),
            "most_contacts": number_field(
                "Most contacts", "Leave it empty where their number is not limited."
            ),
            "most_minutes": number_field(
                "Most minutes in all", "Leave it empty where their length is not limited."
            ),
            "every": forms.ChoiceField(
                choices=[("", "Choose one"), *((code, f"In a {code}") for code in PERIODS)],
                label="In what time",
                required=False,
                help_text="By the calendar: a day, a week from Monday, or a month.",
            ),
            "days": forms.TypedMultipleChoiceField(
                choices=list(enumerate(DAYS)),
                coerce=int,
                label="Days on which they can be in contact",
                help_text="Leave them empty where it can be any day.",
                required=False,
                widget=forms.CheckboxSelectMultiple,
            ),
            "hours_from": time_field("From what time"),
            "hours_until": time_field("Until what time"),
        }

    def form_answers(self, restriction: "Restriction") -> dict[str, Any]:
        terms = restriction.terms
        first, last = map(time.fromisoformat, terms["hours"]) if terms["hours"] else (None, None)
        return {
            "limited": terms["limited"],
            "most_contacts": terms["most"]["contacts"],
            "most_minutes": terms["most"]["minutes"],
            "every": terms["most"]["every"],
            "days": terms["days"],
            "hours_from": first,
            "hours_until": last,
        }

    def field_values(self, answers: dict[str, Any]) -> dict[str, Any]:
        contacts, minutes = answers.get("most_contacts"), answers.get("most_minutes")
        is_counted = contacts is not None or minutes is not None
        every = (answers.get("every") or "") if is_counted else ""
        times = map(answers.get, ("hours_from", "hours_until"))
        hours = [moment and moment.strftime("%H:%M") for moment in times]
        return {
            "terms": {
                "limited": ordered_channels(answers.get("limited") or []),
                "most": {"contacts": contacts, "minutes": minutes, "every": every},
                "days": sorted(answers.get("days") or []),
                "hours": hours if any(hours) else [],
            }
        }

    def check_terms(self, restriction: "Restriction") -> list[Refusal]:
        refusals = []
        if not restriction.terms["limited"]:
            sentence = "Choose at least one way of contact that is limited."
            refusals.append(Refusal(sentence, "21.5", "limited"))
        return [*refusals, *check_amounts(restriction.terms), *check_days_and_hours(restriction.terms)]

    def term_rows(self, restriction: "Restriction") -> list[tuple[str, str]]:
        terms = restriction.terms
        return [
            ("Limited", channel_labels(terms["limited"])),
            ("Most", amount_in_words(terms)),
            ("Days", join_words(DAYS[day] for day in terms["days"])),
            ("Hours", hours_in_words(terms["hours"])),
        ]

    def summary(self, restriction: "Restriction") -> str:
        limits = limits_in_words(restriction.terms)
        return f"{limits[0].upper()}{limits[1:]}."

    def usual_instruction(self, restriction: "Restriction") -> str:
        return "Log each contact. Outside the limit, say when they can be in contact again. What is always open to them never counts."

    def letter_data(self, restriction: "Restriction", closed: Collection[Channel]) -> dict[str, Any]:
        limited = [channel for channel in restriction.terms["limited"] if channel not in closed]
        return {
            "channels": channels_in_words(limited),
            "limit": limit_to_customer(restriction.terms),
            "is_counted_together": len(limited) > 1 and restriction.counts_contact,
            **restriction.terms["most"],
        }

    def card_lines(self, restriction: "Restriction", closed: Collection[Channel] = ()) -> list[CardLine]:
        limited = [channel for channel in restriction.terms["limited"] if channel not in closed]
        if not limited:
            return []
        limits = limits_in_words(restriction.terms | {"limited": limited})
        return [CardLine(CardSection.DO, f"Keep to their limit: {limits}.", restriction.ends_on)]

    def channel_limits(self, restriction: "Restriction") -> dict[Channel, Markdown]:
        limit = limit_to_customer(restriction.terms)
        return {Channel(code): limit for code in restriction.terms["limited"]}

    def allowance(self, restriction: "Restriction") -> Allowance | None:
        terms = restriction.terms
        return Allowance(terms["limited"], **terms["most"]) if terms["most"]["every"] else None

    def apparent_breach(self, restriction: "Restriction", contact: "Contact") -> str:
        terms = restriction.terms
        moment = timezone.localtime(contact.occurred_at)
        # A letter arrives when the post brings it: nobody chooses that day.
        if contact.channel not in terms["limited"] or contact.channel == Channel.LETTER:
            return ""
        if terms["days"] and moment.weekday() not in terms["days"]:
            return f"It was on a {DAYS[moment.weekday()]}: they can be in contact {times_in_words(terms)}."
        if terms["hours"] and not (terms["hours"][0] <= f"{moment:%H:%M}" <= terms["hours"][1]):
            return f"It was at {uk_time(moment)}: they can be in contact {times_in_words(terms)}."
        return ""

    def check_combination(self, restriction: "Restriction", others: Iterable["Restriction"]) -> list[Refusal]:
        """Refuse days and hours that have no moment in common with those of others: they would close a channel. Beyond the policy: B2."""
        volumes = [restriction.terms, *(other.terms for other in others if other.kind == self.code)]
        for channel in restriction.terms["limited"]:
            limiting = [terms for terms in volumes if channel in terms["limited"]]
            if not is_time_left(limiting):
                return [
                    Refusal(
                        "Together with what is in force this would leave no time at which they can be in contact "
                        f"{channels_in_words([channel])}. Give days and hours that both allow.",
                        "B2",
                        "days",
                    )
                ]
            # By itself it was asked when it was written: what the association asks since then does not keep it from being resumed.
            if len(limiting) > 1 and (refusals := check_floor(limiting)):
                return refusals
        return []

    def check_not_more_restrictive(self, before: "Restriction", after: "Restriction") -> list[Refusal]:
        """Refuse the first way in which its limit is stricter, by whichever channels."""
        old, new = before.terms, after.terms
        for unit in ("contacts", "minutes"):
            most = new["most"][unit]
            if most and most < least_allowed(old["most"], unit, new["most"]["every"]):
                sentence = (
                    f"This would allow fewer {unit} than before: {amount_in_words(old) or 'any number'}."
                )
                return [Refusal(sentence, "22", f"most_{unit}")]
        if set(old["days"] or range(7)) - set(new["days"] or range(7)):
            sentence = f"Leave the days there were: {times_in_words(old) or 'any day'}."
            return [Refusal(sentence, "22", "days")]
        first, last = old["hours"] or ALL_DAY
        if new["hours"] and (new["hours"][0] > first or new["hours"][1] < last):
            sentence = f"Leave the hours there were: {hours_in_words(old['hours']) or 'any'}."
            return [Refusal(sentence, "22", "hours_from")]
        return []


def number_field(label: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, required=False, max_value=MOST_AMOUNT)


def time_field(label: str) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        widget=TimeInput,
        error_messages={"invalid": f"“{label}” is not a time. Give it as 10:30."},
    )


def check_amounts(terms: dict[str, Any]) -> list[Refusal]:
    """Ask for a limit, and leave at least something of each. Policy §21.5; beyond the policy: B2."""
    most = terms["most"]
    amounts = {f"most_{unit}": most[unit] for unit in ("contacts", "minutes") if most[unit] is not None}
    refusals = []
    if not (amounts or terms["days"] or terms["hours"]):
        sentence = "Give at least one limit: a number of contacts, of minutes, or days or hours."
        refusals.append(Refusal(sentence, "21.5", "most_contacts"))
    for field, amount in amounts.items():
        if amount < 1:
            sentence = "Leave at least one: a limit never closes a way of contact."
            refusals.append(Refusal(sentence, "B2", field))
    if amounts and not most["every"]:
        refusals.append(Refusal("Say in what time: a day, a week or a month.", "21.5", "every"))
    return refusals or check_floor([terms])


def check_floor(limiting: list[dict[str, Any]]) -> list[Refusal]:
    """Refuse limits that together leave less than the association always does: some contacts a week, each of some minutes. B2."""
    organisation = Organisation.current()
    contacts, minutes = organisation.least_weekly_contacts, organisation.least_contact_minutes
    floors = {"contacts": contacts, "minutes": contacts * minutes}
    working_days = working_days_of(limiting)
    for terms in limiting:
        for unit, floor in floors.items():
            most = terms["most"][unit]
            is_short = unit == "minutes" and most is not None and most < minutes
            if most is not None and (is_short or weekly_amount(terms, unit, len(working_days)) < floor):
                return [
                    Refusal(
                        f"Leave at least {count_with_noun(contacts, 'contact')} a week of {minutes} minutes"
                        f"{' each' if contacts > 1 else ''}: in less, nobody can say what they need. A month has up to {MOST_WEEKS} weeks.",
                        "B2",
                        f"most_{unit}",
                    )
                ]
    return []


def working_days_of(limiting: list[dict[str, Any]]) -> set[int]:
    """Return the working days that limits together leave, numbers from 0 for Monday."""
    return set(WORKING_DAYS).intersection(*(terms["days"] or range(7) for terms in limiting))


def weekly_amount(terms: dict[str, Any], unit: str, working_days: int) -> int:
    """Return what a limit leaves of contacts or minutes in every week, by the days on which somebody is there."""
    most, every = terms["most"][unit], terms["most"]["every"]
    return {"day": most * working_days, "week": most, "month": most // MOST_WEEKS}[every]


def check_days_and_hours(terms: dict[str, Any]) -> list[Refusal]:
    """Leave days and hours on which somebody is there. Beyond the policy: B2."""
    days, hours = terms["days"], terms["hours"]
    refusals = []
    if days and not set(days).intersection(WORKING_DAYS):
        sentence = "Leave at least one day from Monday to Friday, when we are there."
        refusals.append(Refusal(sentence, "B2", "days"))
    if hours and not all(hours):
        sentence = "Give both hours: from when, and until when."
        refusals.append(Refusal(sentence, "21.5", "hours_until"))
    elif hours and minutes_between(*staffed_hours(*hours)) < least_window():
        first, last = (uk_time(time.fromisoformat(moment)) for moment in office_hours())
        sentence = f"Leave at least {least_window()} minutes between {first} and {last}: hours never close a way of contact."
        refusals.append(Refusal(sentence, "B2", "hours_until"))
    return refusals


def is_time_left(limiting: list[dict[str, Any]]) -> bool:
    """Return whether the days and hours of several have a time in common at which somebody is there."""
    hours = [terms["hours"] or ALL_DAY for terms in limiting]
    first, last = max(start for start, _ in hours), min(end for _, end in hours)
    return bool(working_days_of(limiting)) and minutes_between(*staffed_hours(first, last)) >= least_window()


def is_way_in(channel: Channel, restrictions: Iterable["Restriction"]) -> bool:
    """Return whether what these leave of a channel is enough to reach us by: a time at which somebody answers, and more than the floor. B2.

    The floor is what any limit leaves. A letter waits until somebody is there.
    """
    limiting = [
        restriction.terms
        for restriction in restrictions
        if restriction.kind == Volume.code and channel in restriction.terms["limited"]
    ]
    if channel == Channel.LETTER or not limiting:
        return True
    return is_time_left(limiting) and is_above_floor(limiting)


def is_above_floor(limiting: list[dict[str, Any]]) -> bool:
    """Return whether limits together leave as many contacts a week as the association always does, and more time than it needs for these."""
    organisation = Organisation.current()
    contacts, minutes = organisation.least_weekly_contacts, organisation.least_contact_minutes
    days = len(working_days_of(limiting))
    return all(
        (terms["most"]["contacts"] is None or weekly_amount(terms, "contacts", days) >= contacts)
        and (terms["most"]["minutes"] is None or weekly_amount(terms, "minutes", days) > contacts * minutes)
        for terms in limiting
    )


def least_allowed(before: dict[str, Any], unit: str, every: str) -> float:
    """Return the number that a new version must allow in its time to allow no less than before, whenever they come."""
    if before[unit] is None:
        return float("inf")
    periods = list(PERIODS)
    is_longer = periods.index(every) > periods.index(before["every"])
    if not is_longer:
        return before[unit]
    return before[unit] * (7 if (before["every"], every) == ("day", "week") else PERIODS[before["every"]])


def minutes_between(first: str, last: str) -> float:
    start, end = (
        timedelta(hours=moment.hour, minutes=moment.minute)
        for moment in map(time.fromisoformat, (first, last))
    )
    return (end - start).total_seconds() / 60


def staffed_hours(first: str, last: str) -> tuple[str, str]:
    """Return the part of some hours in which contact is answered."""
    opening, closing = office_hours()
    return max(first, opening), min(last, closing)


def office_hours() -> tuple[str, str]:
    """Return from when until when contact is answered on a working day, as "09:00" and "17:00"."""
    organisation = Organisation.current()
    return f"{organisation.staffed_from_hour:02}:00", f"{organisation.staffed_until_hour:02}:00"


def least_window() -> int:
    """Return how many minutes the hours of a limit have while somebody is there: at least the length of a contact."""
    return max(LEAST_MINUTES, Organisation.current().least_contact_minutes)


def period_start(every: str, day: date) -> date:
    """Return the first day of the day, week or month in which a day lies. A week begins on Monday."""
    return {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
    }[every]


def following_period_start(every: str, day: date) -> date:
    """Return the first day of the next day, week or month."""
    first = period_start(every, day)
    return {
        "day": first + timedelta(days=1),
        "week": first + timedelta(days=7),
        "month": add_months(first, 1),
    }[every]


# In words


def limits_in_words(terms: dict[str, Any]) -> str:
    """Return limits such as "by phone, at most 3 contacts in a week, only on Monday from 10:00am to 12:00pm"."""
    most, only = amount_in_words(terms), times_in_words(terms)
    return ", ".join(
        filter(
            None, (channels_in_words(terms["limited"]), most and f"at most {most}", only and f"only {only}")
        )
    )


def limit_to_customer(terms: dict[str, Any]) -> Markdown:
    """Return what they allow, such as "up to 3 times in a week, on Monday from 10:00am to 12:00pm"."""
    return render_markdown("letters/kinds/volume_limit.md", times=times_in_words(terms), **terms["most"])


def amount_in_words(terms: dict[str, Any]) -> str:
    most = terms["most"]
    amounts = join_words(
        count_with_noun(most[unit], unit.removesuffix("s"))
        for unit in ("contacts", "minutes")
        if most[unit] is not None
    )
    return f"{amounts} in a {most['every']}" if amounts else ""


def times_in_words(terms: dict[str, Any]) -> str:
    days = join_words(DAYS[day] for day in terms["days"])
    return " ".join(filter(None, (f"on {days}" if days else "", hours_in_words(terms["hours"]))))


def hours_in_words(hours: list[str]) -> str:
    if not hours:
        return ""
    first, last = map(time.fromisoformat, hours)
    return f"from {uk_time(first)} to {uk_time(last)}"
