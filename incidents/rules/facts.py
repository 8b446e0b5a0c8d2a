"""Check that what the policy wants known about an incident is recorded."""

from collections.abc import Collection

from cha_engagement.core.reasons import check_reasons
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import Channel
from incidents.enums import LIVE_CHANNELS, POSSIBLE_HARM, ZERO_TOLERANCE, Category, Harm, Warning, YesNo
from incidents.models import Incident


def is_possible_zero_tolerance(harm: str, codes: Collection[str]) -> bool:
    """Return whether an incident may be violence, a threat or abuse, whatever kinds are chosen, until a manager has said what it was. Policy §24."""
    return harm in POSSIBLE_HARM or (harm != Harm.NO and not codes)


def check_complete(incident: Incident) -> list[Refusal]:
    """Return what is still to be added. Who it was may never be known: nothing waits for that. Policy §3."""
    refusals = check_ready_to_close(incident)
    if incident.customer_id is None:
        consequence = (
            "Colleagues are warned of them by name then."
            if incident.is_possible_threat
            else "Nothing waits for it."
        )
        refusals.append(Refusal(f"Say who it was, once that is known. {consequence}", "3", "customer"))
    return refusals


def check_ready_to_close(incident: Incident, codes: set[str] | None = None) -> list[Refusal]:
    """Return what is to be added before the incident is closed. Logging waits for none of it: of one that is not saved yet the `codes` are given."""
    codes = incident.category_codes if codes is None else codes
    return [*check_ending(incident, codes), *check_category_facts(incident, codes)]


def check_ending(incident: Incident, codes: set[str]) -> list[Refusal]:
    """Return what is to be added about how the contact ended. Policy §26, 27, 56."""
    refusals = []
    is_live = incident.channel in LIVE_CHANNELS
    was_ended = incident.contact_ended == YesNo.YES
    if not incident.contact_ended and (is_live or codes.intersection(ZERO_TOLERANCE)):
        refusals.append(Refusal("Say whether the contact was ended.", "56", "contact_ended"))
    if was_ended and not incident.how_ended:
        refusals.append(Refusal("Say how the contact was ended.", "56", "how_ended"))
    # No warning is expected of somebody who is being streamed: the contact ends at once (§28).
    if was_ended and is_live and Category.PUBLIC_RECORDING not in codes:
        if not incident.warning:
            sentence = "Say whether they were warned before the contact was ended."
            refusals.append(Refusal(sentence, "26", "warning"))
        if incident.warning == Warning.NOT_GIVEN and not incident.no_warning_reason:
            refusals.append(Refusal("Say why there was no warning.", "26", "no_warning_reason"))
    if incident.channel == Channel.PHONE and was_ended and not incident.recording_warning:
        sentence = "Say whether call recording was paused, and whether they were warned that it would resume."
        refusals.append(Refusal(sentence, "27", "recording_warning"))
    return refusals


def check_category_facts(incident: Incident, codes: set[str]) -> list[Refusal]:
    """Return what is to be added because of the categories. Policy §25, 35 to 52."""
    refusals = []
    if not codes:
        refusals.append(Refusal("Choose what kind of thing it was.", "35", "categories"))
    needed = {"other_category": Category.OTHER in codes}
    if codes.intersection(ZERO_TOLERANCE):
        needed |= {"action_taken": True, "action_not_taken": not incident.nothing_left}
    if Category.UNREASONABLE_DEMANDS in codes:
        needed |= {"demand": True, "effect_on_service": True}
    if Category.REFUSAL in codes:
        needed |= {"request_made": True, "request_difficulty": not incident.no_difficulty}
    refusals += check_reasons(incident, (name for name, is_needed in needed.items() if is_needed))
    if Category.ABUSE in codes and not incident.aimed_at:
        refusals.append(Refusal("Say who it was aimed at.", "39", "aimed_at"))
    if Category.REFUSAL in codes and incident.request_made and not incident.request_made_on:
        refusals.append(Refusal("Say when we asked them for it.", "51", "request_made_on"))
    return refusals


def check_ticks(incident: Incident) -> list[Refusal]:
    """Refuse words about what was ticked as nothing. Policy §25, 52."""
    refusals = []
    if incident.nothing_left and incident.action_not_taken:
        sentence = "You wrote what was left, and ticked that nothing was. Take one of them away."
        refusals.append(Refusal(sentence, "25", "action_not_taken"))
    if incident.no_difficulty and incident.request_difficulty:
        sentence = (
            "You wrote which difficulty they had, and ticked that we know of none. Take one of them away."
        )
        refusals.append(Refusal(sentence, "52", "request_difficulty"))
    return refusals
