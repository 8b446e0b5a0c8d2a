from collections.abc import Collection, Hashable
from typing import TYPE_CHECKING, Any

from django import forms

from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import INBOUND_CHANNELS, CardSection, Channel
from cha_engagement.customers.interfaces import CardLine
from cha_engagement.letters.rendering.files import render_markdown
from cha_engagement.letters.rendering.markdown import Markdown
from cha_engagement.staff.fields import StaffChoiceField, customer_facing_staff
from cha_engagement.staff.models import StaffMember
from restrictions.kinds.channels import channel_labels, channels_field, channels_in_words, ordered_channels
from restrictions.kinds.kind import KindWithOpenChannels
from restrictions.kinds.withhold_staff_details import are_names_withheld

if TYPE_CHECKING:
    from restrictions.models import Restriction


class NamedContact(KindWithOpenChannels):
    """All contact goes through one person, or their deputy while they are away. Policy §21.1. Terms: `open`, codes of `Channel`."""

    code = "named_contact"
    title = "One named contact"
    description = "One colleague deals with everything, and a deputy while they are away."
    letter_title = "The person who deals with you"
    paragraph = "21.1"
    people = ("named_contact", "deputy")

    def form_fields(self) -> dict[str, forms.Field]:
        return {
            "named_contact": colleague_field("Named contact"),
            "deputy": colleague_field("Deputy, while they are away"),
            "open": channels_field(
                INBOUND_CHANNELS,
                label="How the customer can reach them",
                help_text="Every other way is closed.",
            ),
        }

    def form_answers(self, restriction: "Restriction") -> dict[str, Any]:
        return {
            "named_contact": restriction.named_contact and restriction.named_contact.username,
            "deputy": restriction.deputy and restriction.deputy.username,
            **restriction.terms,
        }

    def field_values(self, answers: dict[str, Any]) -> dict[str, Any]:
        return {
            "terms": {"open": ordered_channels(answers.get("open") or [])},
            "named_contact": answers.get("named_contact"),
            "deputy": answers.get("deputy"),
        }

    def check_terms(self, restriction: "Restriction") -> list[Refusal]:
        contact, deputy = restriction.named_contact, restriction.deputy
        refusals = [
            *check_person(contact, "named_contact", "Choose who the named contact is."),
            *check_person(deputy, "deputy", "Choose who stands in while the named contact is away."),
        ]
        if contact and contact == deputy:
            refusals.append(
                Refusal("The deputy must be somebody else than the named contact.", "21.1", "deputy")
            )
        if not restriction.terms["open"]:
            refusals.append(Refusal("Choose at least one way to reach the named contact.", "21.1", "open"))
        return refusals

    def term_rows(self, restriction: "Restriction") -> list[tuple[str, str]]:
        return [
            ("Named contact", person_with_details(restriction.named_contact)),
            ("Deputy", person_with_details(restriction.deputy)),
            ("Can be reached", channel_labels(restriction.terms["open"])),
        ]

    def short_summary(self, restriction: "Restriction") -> str:
        """Name whom everything goes to today."""
        people = (restriction.named_contact, restriction.deputy)
        present = next((person for person in people if not absence_in_words(person)), None)
        return f"through {present or 'a manager'}"

    def summary(self, restriction: "Restriction") -> str:
        return f"Everything through {restriction.named_contact}, or {restriction.deputy} in their absence."

    def usual_instruction(self, restriction: "Restriction") -> str:
        return "Take what is always open to them yourself, whichever way it comes."

    def effects(self, restriction: "Restriction") -> set[Hashable]:
        return {restriction.named_contact_id}

    def person_to_ask_for(self, restriction: "Restriction", *, is_named: bool = True) -> Markdown:
        is_named = is_named and not are_names_withheld(restriction.customer)
        names = names_to_customer(restriction) if is_named else {}
        return render_markdown("letters/kinds/named_contact_route.md", **names)

    def letter_data(self, restriction: "Restriction", closed: Collection[Channel]) -> dict[str, Any]:
        channels = [code for code in restriction.terms["open"] if code not in closed]
        names = {} if are_names_withheld(restriction.customer) else names_to_customer(restriction)
        return {"channels": channels_in_words(channels), **names}

    def card_lines(self, restriction: "Restriction", closed: Collection[Channel] = ()) -> list[CardLine]:
        return [
            CardLine(
                CardSection.DO,
                todays_contact(restriction),
                restriction.ends_on,
                to_reader=words_to_colleagues(restriction),
            ),
            CardLine(
                CardSection.DONT,
                "Deal yourself with what they ask, apart from what is always open to them.",
                restriction.ends_on,
                to_reader={person.pk: "" for person in restriction.people},
            ),
        ]


def names_to_customer(restriction: "Restriction") -> dict[str, str]:
    return {"contact": str(restriction.named_contact), "deputy": str(restriction.deputy)}


def colleague_field(label: str) -> StaffChoiceField:
    field = StaffChoiceField(label=label, required=False)
    field.offer(customer_facing_staff())
    return field


def check_person(person: StaffMember | None, field: str, sentence: str) -> list[Refusal]:
    if person is None:
        return [Refusal(sentence, "21.1", field)]
    if not person.is_active:
        return [Refusal(f"{person} no longer works here. {sentence}", "21.1", field)]
    return []


def person_with_details(person: StaffMember | None) -> str:
    """Return a colleague with what is needed to reach them: "Ann Example, Housing Officer, 0141 496 0000"."""
    return ", ".join(filter(None, [str(person), person.job_title, person.phone])) if person else ""


def todays_contact(restriction: "Restriction") -> str:
    """Say whom everything goes to today, and why not to the named contact, or their deputy, where it is neither."""
    contact, deputy = restriction.named_contact, restriction.deputy
    if not (contact_away := absence_in_words(contact)):
        return f"Pass everything on to {person_with_details(contact)}. Their deputy is {person_with_details(deputy)}."
    if not (deputy_away := absence_in_words(deputy)):
        return f"Pass everything on to the deputy, {person_with_details(deputy)}: {contact_away}."
    return f"Pass everything on to a manager: {contact_away}, and {deputy_away}."


def words_to_colleagues(restriction: "Restriction") -> dict[int, str]:
    """Return what the card says instead to the two themselves, by their key."""
    contact, deputy = restriction.named_contact, restriction.deputy
    if contact is None or deputy is None:
        return {}
    contact_away = absence_in_words(contact)
    to_deputy = f"You are their deputy: {contact_away}." if contact_away else "You are their deputy."
    return {
        contact.pk: f"You are their named contact. Your deputy is {person_with_details(deputy)}.",
        deputy.pk: f"{to_deputy} Their named contact is {person_with_details(contact)}.",
    }


def absence_in_words(person: StaffMember | None) -> str:
    """Return why somebody cannot be reached today; an empty text when they can."""
    if person is None or not person.is_active:
        return f"{person} no longer works here"
    return f"{person} is away until {uk_date(person.away_until)}" if person.is_away else ""
