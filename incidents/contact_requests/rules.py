"""Rules of asking a customer not to contact a colleague. It asks, and closes nothing. Policy §42.1."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from cha_engagement.core.interfaces import desks
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.fields import customer_facing_staff
from cha_engagement.staff.models import StaffMember
from incidents.restorative.enums import RestorativeStatus
from incidents.restorative.models import RestorativeAction
from incidents.restorative.rules import check_restorative_words

from .interfaces import ContactRequestRules
from .models import ContactRequest
from .queries import channels_to_offer, standing_requests


def may_record_contact_request(user: StaffMember) -> Refusal | None:
    if not user.has_perm(Permission.RECORD_RESTORATIVE_ACTIONS):
        return Refusal("Only staff who deal with customers record whom one was asked not to contact.", "42.1")
    return None


def may_take_back(user: StaffMember, request: ContactRequest) -> Refusal | None:
    has_recorded = user.pk == request.by_id and not may_record_contact_request(user)
    if has_recorded or user.has_perm(Permission.ASSESS_INCIDENTS):
        return may_act_on_case(user, request)
    return Refusal("Only the one who recorded it, or a manager, takes it back.", "42.1")


def check_contact_request(customer: Customer, facts: Mapping[str, Any]) -> list[Refusal]:
    """Return why what was asked cannot be recorded so. Policy §42.1; beyond the policy: B2, B5."""
    return [
        *check_day(customer, facts["on"]),
        *check_colleague(customer, facts["colleague"]),
        *check_open_channel(customer, facts["open_channel"]),
        *(replace(refusal, field="why") for refusal in check_restorative_words(facts["why"])),
    ]


def check_day(customer: Customer, day: date) -> list[Refusal]:
    if day > today():
        return [Refusal("They were asked today, or before: this day is in the future.", "42.1", "on")]
    if customer.deceased_on and day > customer.deceased_on:
        return [Refusal(f"They died on {uk_date(customer.deceased_on)}.", "42.1", "on")]
    return []


def check_colleague(customer: Customer, colleague: StaffMember) -> list[Refusal]:
    """Refuse a colleague whom the customer needs to reach, or was asked about already, and say what to do instead."""
    if not colleague.is_active:
        return [Refusal(f"{colleague} no longer works here.", "42.1", "colleague")]
    standing = ContactRequest.objects.standing().filter(customer=customer, colleague=colleague)
    if asked := standing.select_related("colleague").first():
        sentence = f"They were {asked.in_words}, and nobody has taken it back ({asked}). If they got in touch with {colleague} since, log an incident."
        return [Refusal(sentence, "42.1", "colleague")]
    return [*check_can_be_spared(customer, colleague), *check_others_there(colleague)]


def check_can_be_spared(customer: Customer, colleague: StaffMember) -> list[Refusal]:
    """Refuse a colleague whom our records lead this customer to."""
    return [
        *check_not_looked_after_by(customer, colleague),
        *(
            refusal
            for desk in desks(ContactRequestRules)
            for refusal in desk.check_can_be_spared(customer, colleague)
        ),
    ]


def check_contradictions(customer: Customer) -> list[Refusal]:
    """Refuse to have records of one customer both lead them to a colleague and ask them not to contact the same."""
    return [
        replace(refusal, sentence=f"They were {request.in_words} ({request}). {refusal.sentence}", field="")
        for request in standing_requests(customer)
        for refusal in check_can_be_spared(customer, request.colleague)
    ]


def check_not_looked_after_by(customer: Customer, colleague: StaffMember) -> list[Refusal]:
    """Refuse to send a customer away from whoever looks after them, or is to take contact up again with them."""
    refusals = []
    if customer.assigned_to_id == colleague.pk:
        sentence = f"{colleague} looks after this customer. Have a manager say who does so from now on, and then record this."
        refusals.append(Refusal(sentence, "42.1", "colleague"))
    pauses = RestorativeAction.objects.filter(
        customer=customer, owner=colleague, status=RestorativeStatus.TO_DO
    )
    if pause := pauses.first():
        sentence = f"{colleague} is to take contact up again with this customer ({pause}). Say first how that went, or that it will not be."
        refusals.append(Refusal(sentence, "19", "colleague"))
    return refusals


def check_others_there(colleague: StaffMember) -> list[Refusal]:
    """Refuse where nobody else deals with customers: they could reach nobody."""
    if customer_facing_staff().exclude(pk=colleague.pk).exists():
        return []
    sentence = f"Nobody but {colleague} deals with customers. Have the Administrator give somebody else an account first."
    return [Refusal(sentence, "42.1", "colleague")]


def check_open_channel(customer: Customer, channel: str) -> list[Refusal]:
    """Refuse a way that is closed to them, that they cannot use or that leads nowhere. Beyond the policy: B2."""
    if channel in channels_to_offer(customer):
        return []
    sentence = "They cannot reach us this way today. Choose one that is open to them, and that they can use."
    return [Refusal(sentence, "B2", "open_channel")]


def check_people(customer: Customer, people: Mapping[str, StaffMember | None]) -> list[Refusal]:
    """Refuse to put a colleague between us and a customer who is asked not to contact them. `people` are by the name of their field."""
    named = [person for person in people.values() if person]
    if not named:
        return []
    standing = ContactRequest.objects.standing().filter(customer=customer, colleague__in=named)
    asked = {request.colleague: request for request in standing.select_related("colleague")}
    return [
        Refusal(
            f"The customer was {asked[person].in_words} ({asked[person]}). Choose somebody else, or have that taken back first.",
            "42.1",
            field,
        )
        for field, person in people.items()
        if person in asked
    ]
