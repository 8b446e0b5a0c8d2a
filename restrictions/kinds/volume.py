from collections.abc import Collection, Iterable, Iterator
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from cha_engagement.core.formpack import TimeInput
from cha_engagement.core.hub import CardLine
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_time
from cha_engagement.customers.enums import INBOUND_CHANNELS, Channel
from cha_engagement.organisation.calendar import add_months
from incidents.contacts.charts import count_with_noun
from restrictions.kinds.channels import (
    channel_labels,
    channels_field,
    channels_in_words,
    in_channel_order,
    join_words,
)
from restrictions.kinds.kind import Allowance, RestrictionKind

if TYPE_CHECKING:
    from incidents.contacts.models import Contact
    from restrictions.models import Restriction

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WORKING_DAYS = range(5)
PERIODS = {"day": 31, "week": 6, "month": 1}
"""From the shortest to the longest, each with how many of them a longer one can touch."""

LEAST_MINUTES = 30  # from the beginning of the hours to their end, while somebody is there
STAFFED_HOURS = "08:00", "20:00"
LEAST_CONTACT_MINUTES = 10  # minutes that a limit on them leaves
MOST_AMOUNT = 10_000


class Volume(RestrictionKind):
    """How often, how long and when they can be in contact is limited; every way stays open. Policy §21.5, 49, 50.

    Terms: `limited`, codes of `Channel`; `most`, with `contacts` and `minutes` (each a number or None) and `every` (of `EVERY`);
    `days`, numbers from 0 for Monday, empty for any; `hours`, from when and until when, "10:00" and "12:00", or empty.
    """

    code = "volume"
    title = "Limited time or number of contacts"
    description = "They can be in contact so often, so long, or on some days and at some hours. No way of contact is closed."
    letter_title = "How often you can contact us"
    paragraph = "21.5"

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
        hours = [said and said.strftime("%H:%M") for said in map(answers.get, ("hours_from", "hours_until"))]
        return {
            "terms": {
                "limited": in_channel_order(answers.get("limited") or []),
                "most": {"contacts": contacts, "minutes": minutes, "every": every},
                "days": sorted(answers.get("days") or []),
                "hours": hours if any(hours) else [],
            }
        }

    def check_terms(self, restriction: "Restriction") -> Iterator[Refusal]:
        terms = restriction.terms
        most, hours = terms["most"], terms["hours"]
        amounts = {f"most_{name}": most[name] for name in ("contacts", "minutes") if most[name] is not None}
        if not terms["limited"]:
            yield Refusal("Choose at least one way of contact that is limited.", "21.5", "limited")
        if not (amounts or terms["days"] or hours):
            yield Refusal(
                "Give at least one limit: a number of contacts, of minutes, or days or hours.",
                "21.5",
                "most_contacts",
            )
        for field, amount in amounts.items():
            if amount < 1:
                yield Refusal("Leave at least one: a limit never closes a way of contact.", "B2", field)
        if 1 <= (most["minutes"] or LEAST_CONTACT_MINUTES) < LEAST_CONTACT_MINUTES:
            yield Refusal(
                f"Leave at least {LEAST_CONTACT_MINUTES} minutes: in less, nobody can say what they need.",
                "B2",
                "most_minutes",
            )
        if amounts and not most["every"]:
            yield Refusal("Say in what time: a day, a week or a month.", "21.5", "every")
        if terms["days"] and not set(terms["days"]).intersection(WORKING_DAYS):
            yield Refusal("Leave at least one day from Monday to Friday, when we are there.", "B2", "days")
        if hours and not all(hours):
            yield Refusal("Give both hours: from when, and until when.", "21.5", "hours_until")
        elif hours and minutes_between(*staffed_hours(*hours)) < LEAST_MINUTES:
            yield Refusal(
                f"Leave at least {LEAST_MINUTES} minutes between 8am and 8pm: hours never close a way of contact.",
                "B2",
                "hours_until",
            )

    def term_rows(self, restriction: "Restriction") -> list[tuple[str, str]]:
        terms = restriction.terms
        return [
            ("Limited", channel_labels(terms["limited"])),
            ("Most", amount_in_words(terms)),
            ("Days", join_words(DAYS[day] for day in terms["days"])),
            ("Hours", hours_in_words(terms["hours"])),
        ]

    def summary(self, restriction: "Restriction") -> str:
        said = limits_in_words(restriction.terms)
        return f"{said[0].upper()}{said[1:]}."

    def usual_instruction(self, restriction: "Restriction") -> str:
        return (
            "Log each contact. Outside the limit, say when they can be in contact again. Emergencies, safety, appeals, adjustments, "
            "information and the ombudsman never count."
        )

    def letter_paragraph(self, restriction: "Restriction", closed: Collection[Channel] = ()) -> str:
        terms = restriction.terms
        left = [way for way in terms["limited"] if way not in closed]
        if not left:
            return ""
        every = terms["most"]["every"]
        then = (
            f"Once that is used up, we deal with what else you bring when the next {every} begins."
            if every
            else "What reaches us at other times, we deal with when that time comes."
        )
        return (
            f"{limits_to_customer(terms | {'limited': left})} {then} Emergencies, anything about somebody’s safety, an appeal, asking for an "
            "adjustment or for information, and going to the ombudsman never count, and can reach us at any time."
        )

    def card_lines(self, restriction: "Restriction", closed: Collection[Channel] = ()) -> list[CardLine]:
        left = [way for way in restriction.terms["limited"] if way not in closed]
        if not left:
            return []
        said = limits_in_words(restriction.terms | {"limited": left})
        return [CardLine("do", f"Keep to their limit: {said}.", restriction.ends_on)]

    def channel_limits(self, restriction: "Restriction") -> dict[Channel, str]:
        return {Channel(way): amount_to_customer(restriction.terms) for way in restriction.terms["limited"]}

    def allowance(self, restriction: "Restriction") -> Allowance | None:
        terms = restriction.terms
        return Allowance(terms["limited"], **terms["most"]) if terms["most"]["every"] else None

    def apparent_breach(self, restriction: "Restriction", contact: "Contact") -> str:
        terms = restriction.terms
        moment = timezone.localtime(contact.occurred_at)
        if contact.channel not in terms["limited"]:
            return ""
        if terms["days"] and moment.weekday() not in terms["days"]:
            return f"It was on a {DAYS[moment.weekday()]}: they can be in contact {times_in_words(terms)}."
        if terms["hours"] and not (terms["hours"][0] <= f"{moment:%H:%M}" <= terms["hours"][1]):
            return f"It was at {uk_time(moment)}: they can be in contact {times_in_words(terms)}."
        return ""

    def check_combination(
        self, restriction: "Restriction", others: Iterable["Restriction"]
    ) -> Refusal | None:
        """Days and hours of several that have no moment in common would close a way between them. Beyond the policy: B2."""
        windows = [restriction.terms, *(one.terms for one in others if one.kind == self.code)]
        for way in restriction.terms["limited"]:
            limiting = [terms for terms in windows if way in terms["limited"]]
            days = set(range(7)).intersection(*(terms["days"] or range(7) for terms in limiting))
            hours = [terms["hours"] for terms in limiting if terms["hours"]]
            first = max((one[0] for one in hours), default="00:00")
            last = min((one[1] for one in hours), default="23:59")
            there = staffed_hours(first, last)
            if not days.intersection(WORKING_DAYS) or minutes_between(*there) < LEAST_MINUTES:
                return Refusal(
                    f"Together with what is in force this would leave no time at which they can be in contact {channels_in_words([way])}. "
                    "Give days and hours that both allow.",
                    "B2",
                    "days",
                )
        return None

    def check_not_more_restrictive(self, before: "Restriction", after: "Restriction") -> Refusal | None:
        old, new = before.terms, after.terms
        if more := in_channel_order(set(new["limited"]) - set(old["limited"])):
            return Refusal(f"This would limit more than before: {channel_labels(more)}.", "22", "limited")
        for name in ("contacts", "minutes"):
            if new["most"][name] and new["most"][name] < least_allowed(
                old["most"], name, new["most"]["every"]
            ):
                return Refusal(
                    f"This would allow fewer {name} than before: {amount_in_words(old) or 'any number'}.",
                    "22",
                    f"most_{name}",
                )
        if set(old["days"] or range(7)) - set(new["days"] or range(7)):
            return Refusal(f"Leave the days there were: {times_in_words(old) or 'any day'}.", "22", "days")
        first, last = old["hours"] or ("00:00", "23:59")
        if new["hours"] and (new["hours"][0] > first or new["hours"][1] < last):
            return Refusal(
                f"Leave the hours there were: {hours_in_words(old['hours']) or 'any'}.", "22", "hours_from"
            )
        return None


def number_field(label: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, required=False, max_value=MOST_AMOUNT)


def time_field(label: str) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        widget=TimeInput,
        error_messages={"invalid": f"“{label}” is not a time. Give it as 10:30."},
    )


def least_allowed(before: dict[str, Any], name: str, every: str) -> float:
    """How many a new version must allow in its time to allow no less than before, whenever they come."""
    if before[name] is None:
        return float("inf")
    times = list(PERIODS)
    longer = times.index(every) > times.index(before["every"])
    if not longer:
        return before[name]
    return before[name] * (7 if (before["every"], every) == ("day", "week") else PERIODS[before["every"]])


def minutes_between(first: str, last: str) -> float:
    start, end = (
        timedelta(hours=moment.hour, minutes=moment.minute)
        for moment in map(time.fromisoformat, (first, last))
    )
    return (end - start).total_seconds() / 60


def staffed_hours(first: str, last: str) -> tuple[str, str]:
    """The part of some hours in which contact is answered."""
    return max(first, STAFFED_HOURS[0]), min(last, STAFFED_HOURS[1])


def period_start(every: str, day: date) -> date:
    """The first day of the day, week or month in which a day lies. A week begins on Monday."""
    return {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
    }[every]


def next_period_start(every: str, day: date) -> date:
    """The first day of the next one."""
    first = period_start(every, day)
    return {
        "day": first + timedelta(days=1),
        "week": first + timedelta(days=7),
        "month": add_months(first, 1),
    }[every]


# In words


def limits_in_words(terms: dict[str, Any]) -> str:
    """What they limit: "by phone, at most 3 contacts in a week, only on Monday from 10:00am to 12:00pm"."""
    most, only = amount_in_words(terms), times_in_words(terms)
    return ", ".join(
        filter(
            None, (channels_in_words(terms["limited"]), most and f"at most {most}", only and f"only {only}")
        )
    )


def limits_to_customer(terms: dict[str, Any]) -> str:
    """The same said to them: "You can contact us by phone up to 3 times in a week, on Monday from 10:00am to 12:00pm"."""
    return f"You can contact us {channels_in_words(terms['limited'])}{amount_suffix(terms)}."


def amount_to_customer(terms: dict[str, Any]) -> str:
    """How much they allow: "up to 3 times in a week, on Monday from 10:00am to 12:00pm"."""
    return amount_suffix(terms).lstrip(", ")


def amount_suffix(terms: dict[str, Any]) -> str:
    most, said = terms["most"], []
    if most["contacts"]:
        said.append("once" if most["contacts"] == 1 else f"up to {most['contacts']} times")
    if most["minutes"]:
        said.append(f"for up to {count_with_noun(most['minutes'], 'minute')} in all")
    often = f" {join_words(said)} in a {most['every']}" if said else ""
    only = f", {only}" if (only := times_in_words(terms)) else ""
    return f"{often}{only}"


def amount_in_words(terms: dict[str, Any]) -> str:
    most = terms["most"]
    said = join_words(
        count_with_noun(most[name], name.removesuffix("s"))
        for name in ("contacts", "minutes")
        if most[name] is not None
    )
    return f"{said} in a {most['every']}" if said else ""


def times_in_words(terms: dict[str, Any]) -> str:
    days = join_words(DAYS[day] for day in terms["days"])
    return " ".join(filter(None, (f"on {days}" if days else "", hours_in_words(terms["hours"]))))


def hours_in_words(hours: list[str]) -> str:
    if not hours:
        return ""
    first, last = map(time.fromisoformat, hours)
    return f"from {uk_time(first)} to {uk_time(last)}"
