from collections.abc import Collection, Hashable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.dateparse import parse_date

from cha_engagement.core.dates import LongPastDateField, PlannedDateField
from cha_engagement.core.reasons import ReasonFormField, has_words
from cha_engagement.core.records import SHORT
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import INBOUND_CHANNELS, CardSection, Channel
from cha_engagement.customers.interfaces import CardLine
from cha_engagement.letters.rendering.files import render_markdown
from cha_engagement.letters.rendering.markdown import Markdown
from cha_engagement.letters.wording.staff_names import find_staff_in_file, squeeze
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from restrictions.kinds.channels import channel_labels, channels_field, ordered_channels
from restrictions.kinds.kind import KindWithOpenChannels

if TYPE_CHECKING:
    from restrictions.models import Restriction

TEXTS = {
    "name": "Who speaks with us for them",
    "organisation": "Their organisation",
    "contact_details": "How we reach them",
}
DATES = {
    "mandate_on": "The customer’s mandate is dated",
    "mandate_until": "The mandate runs until",
    "agreed_on": "The third party’s agreement is dated",
    "agreed_until": "The agreement runs until",
}
END_DATES = ("mandate_until", "agreed_until")
MISSING = {
    "name": "Say who speaks with us for the customer.",
    "contact_details": "Say how we reach them.",
    "mandate_on": "Give the day of the customer’s mandate: without one, nobody speaks for them.",
    "agreed_on": "Give the day on which the third party agreed.",
}


class ThirdParty(KindWithOpenChannels):
    """All contact goes through somebody who has agreed to speak for them. Policy §21.4.

    Terms: `name`, `organisation`, `contact_details`; `mandate_on`, `mandate_until`, `agreed_on`, `agreed_until`, days written as
    2026-11-25, the ends empty where none is set; `open`, codes of `Channel` by which the customer still reaches us directly; `alone`,
    whether both agreed that there are none.
    The restriction ends by itself with the mandate or with the agreement.
    """

    code = "third_party"
    title = "Contact through a third party"
    description = "Somebody who has agreed to it, such as an advocate, speaks with us for them."
    letter_title = "Who speaks with us for you"
    paragraph = "21.4"
    rests_on_agreement = True

    def form_fields(self) -> dict[str, forms.Field]:
        texts: dict[str, forms.Field] = {
            name: forms.CharField(label=label, max_length=SHORT, required=False)
            for name, label in TEXTS.items()
        }
        texts["name"] = ReasonFormField(
            label=TEXTS["name"], missing=MISSING["name"], rows=1, max_length=SHORT, required=False
        )
        days: dict[str, forms.Field] = {
            name: (PlannedDateField if name in END_DATES else LongPastDateField)(
                label=label,
                required=False,
                help_text="Leave it empty where no end is set. The restriction ends with it."
                if name in END_DATES
                else "",
            )
            for name, label in DATES.items()
        }
        open_channels = channels_field(
            INBOUND_CHANNELS,
            label="How the customer can still reach us directly",
            help_text="At least one that they can use, unless both agreed below. Every other way is closed.",
        )
        alone = forms.BooleanField(
            label="Both agreed that all contact goes through them alone",
            required=False,
            help_text="The customer and the third party, in writing. What is always open stays open to the customer.",
        )
        return {**texts, **days, "open": open_channels, "alone": alone}

    def field_values(self, answers: dict[str, Any]) -> dict[str, Any]:
        terms = {name: answers.get(name) or "" for name in TEXTS}
        terms |= {name: day.isoformat() if (day := answers.get(name)) else "" for name in DATES}
        channels = {"open": ordered_channels(answers.get("open") or []), "alone": bool(answers.get("alone"))}
        return {"terms": {**terms, **channels}}

    def check_terms(self, restriction: "Restriction") -> list[Refusal]:
        terms = restriction.terms
        missing = [
            Refusal(sentence, "21.4", name)
            for name, sentence in MISSING.items()
            if not (has_words(terms[name]) if name == "name" else terms[name])
        ]
        return [*missing, *check_mandate_dates(restriction), *check_direct_channels(restriction)]

    def check_new_texts(self, restriction: "Restriction", before: "Restriction | None") -> list[Refusal]:
        """Refuse a colleague whom the texts name, be it one who shares the name of somebody from another organisation."""
        refusals = []
        staff = list(StaffMember.objects.filter(is_active=True))
        namesakes = find_namesakes(staff, restriction)
        others = [person for person in staff if person not in namesakes]
        for name in changed_texts(restriction, before):
            texts = [restriction.terms[name]]
            named = find_staff_in_file(texts, restriction.customer, others)
            # Somebody of the same name has a line and an address of their own.
            named |= find_staff_in_file(texts, restriction.customer, namesakes).intersection(
                text for person in namesakes for text in (person.phone, person.email)
            )
            if named:
                refusals.append(
                    Refusal(
                        f"{', '.join(sorted(named))}: that is one of our staff, who cannot speak for a customer. For a colleague, choose one "
                        "named contact instead. For somebody else of the same name, give their organisation, or say there who they are, such "
                        "as “family”.",
                        "21.4",
                        name,
                    )
                )
        return refusals

    def terms_end_on(self, restriction: "Restriction") -> date | None:
        return min(filter(None, (parse_term_date(restriction, name) for name in END_DATES)), default=None)

    def term_rows(self, restriction: "Restriction") -> list[tuple[str, str]]:
        rows = [
            *((label, restriction.terms[name]) for name, label in TEXTS.items()),
            *((label, uk_date(parse_term_date(restriction, name))) for name, label in DATES.items()),
            ("Open to the customer", channel_labels(restriction.terms["open"])),
            ("All through them alone", "Both agreed" if is_only_through_them(restriction) else ""),
        ]
        return [(label, text) for label, text in rows if text]

    def short_summary(self, restriction: "Restriction") -> str:
        return f"through {speaker_name(restriction)}"

    def summary(self, restriction: "Restriction") -> str:
        return f"{speaker_name(restriction)} speaks with us for them."

    def usual_instruction(self, restriction: "Restriction") -> str:
        return (
            "Deal with the person named here, within their mandate. Take what is always open to them from the customer too, whichever "
            "way it comes."
        )

    def is_only_route(self, restriction: "Restriction") -> bool:
        return is_only_through_them(restriction)

    def effects(self, restriction: "Restriction") -> set[Hashable]:
        return {squeeze(speaker_name(restriction))}

    def additional_route(self, restriction: "Restriction") -> Markdown:
        return render_markdown("letters/kinds/third_party_route.md", speaker=speaker_name(restriction))

    def letter_data(self, restriction: "Restriction", closed: Collection[Channel]) -> dict[str, Any]:
        return {"speaker": speaker_name(restriction)}

    def card_lines(self, restriction: "Restriction", closed: Collection[Channel] = ()) -> list[CardLine]:
        speaker = ", ".join((speaker_name(restriction), restriction.terms["contact_details"]))
        return [CardLine(CardSection.DO, f"Deal with {speaker}, who speaks for them.", restriction.ends_on)]


def check_mandate_dates(restriction: "Restriction") -> list[Refusal]:
    refusals = []
    for start, end in (("mandate_on", "mandate_until"), ("agreed_on", "agreed_until")):
        if (first := parse_term_date(restriction, start)) and first > today():
            sentence = "This day is in the future. Wait until you have it in writing."
            refusals.append(Refusal(sentence, "21.4", start))
        if (last := parse_term_date(restriction, end)) and last < restriction.earliest_first_day:
            sentence = f"It must run beyond the first day, {uk_date(restriction.earliest_first_day)}."
            refusals.append(Refusal(sentence, "21.4", end))
    return refusals


def check_direct_channels(restriction: "Restriction") -> list[Refusal]:
    is_alone = is_only_through_them(restriction)
    if restriction.terms["open"] and is_alone:
        return [Refusal("Where all goes through them alone, no other way is open.", "21.4", "alone")]
    if not restriction.terms["open"] and not is_alone:
        sentence = "Choose at least one way to reach us directly, or say that both agreed to have none."
        return [Refusal(sentence, "B2", "open")]
    return []


def changed_texts(restriction: "Restriction", before: "Restriction | None") -> list[str]:
    """Return the texts that the version before did not have. A name is another with another organisation."""
    if before is None:
        return list(TEXTS)
    new = {name for name in TEXTS if restriction.terms[name] != before.terms[name]}
    return [name for name in TEXTS if name in new or (name == "name" and "organisation" in new)]


def find_namesakes(staff: Iterable[StaffMember], restriction: "Restriction") -> list[StaffMember]:
    """Return the colleagues who share the third party's name, where that is somebody from an organisation that is not ours."""
    outside = squeeze(restriction.terms["organisation"])
    if not outside or squeeze(Organisation.current().name) in outside:
        return []
    return [
        person
        for person in staff
        if outside not in (squeeze(person.team), squeeze(person.job_title))
        and find_staff_in_file([restriction.terms["name"]], restriction.customer, [person])
    ]


def is_only_through_them(restriction: "Restriction") -> bool:
    """Return whether all contact goes through them alone, as both agreed. Older ones were never asked."""
    return bool(restriction.terms.get("alone"))


def parse_term_date(restriction: "Restriction", name: str) -> date | None:
    return parse_date(restriction.terms[name])


def speaker_name(restriction: "Restriction") -> str:
    """Return the third party, with their organisation: "Ann Example, Clydeside Advocacy"."""
    return ", ".join(filter(None, (restriction.terms["name"], restriction.terms["organisation"])))


def has_mandate(restriction: "Restriction", day: date) -> bool:
    """Return whether the customer's mandate, and the agreement of whoever speaks for them, hold on a day."""
    first_days = filter(None, (parse_term_date(restriction, name) for name in ("mandate_on", "agreed_on")))
    last_days = filter(None, (parse_term_date(restriction, name) for name in END_DATES))
    return max(first_days, default=day) <= day <= min(last_days, default=day)
