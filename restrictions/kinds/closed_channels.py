from typing import TYPE_CHECKING, Any

from django import forms

from cha_engagement.core.records import SHORT
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.contact_plan import unreachable_channels
from cha_engagement.customers.enums import INBOUND_CHANNELS, Channel
from cha_engagement.organisation.models import Organisation
from restrictions.kinds.channels import channel_labels, channels_field, closed_in_words, ordered_channels
from restrictions.kinds.kind import RestrictionKind

if TYPE_CHECKING:
    from restrictions.models import Restriction

NO_VISITS = "Cancel visits that are booked, and book no more."
IF_THEY_USE_ANY = "If they use a closed way, say politely which are open and end the contact."
IF_THEY_COME = "If they come to us, say politely which ways are open and end the contact."
IF_THEY_WRITE = "If they write by a closed way, answer only by saying politely which are open."
TAKE_ALWAYS_OPEN = "Take what is always open to them, whichever way it comes."
AT_CLOSED_CHANNEL = {
    Channel.PHONE: "If they phone, say politely which ways are open and end the call.",
    **dict.fromkeys((Channel.OFFICE, Channel.EVENT, Channel.TRAINING), IF_THEY_COME),
    **dict.fromkeys(
        (Channel.LETTER, Channel.EMAIL, Channel.ONLINE_FORM, Channel.MESSAGE, Channel.SOCIAL_MEDIA),
        IF_THEY_WRITE,
    ),
}
"""What staff do where a customer uses a channel that is closed to them. Nobody uses a home visit: we do not go."""

CLOSABLE = [channel for channel in Channel if channel != Channel.ELSEWHERE]


class ClosedChannels(RestrictionKind):
    """Some channels are closed, others stay open. Policy §21.1. Terms: `closed` and `open`, codes of `Channel`."""

    code = "channel"
    title = "Ways of contact closed"
    description = "Contact goes by some channels and not by others."
    letter_title = "How you contact us"
    paragraph = "21.1"
    channel_term = "closed"

    def form_fields(self) -> dict[str, forms.Field]:
        return {
            "closed": channels_field(CLOSABLE, label="Ways of contact that are closed"),
            "open": channels_field(
                INBOUND_CHANNELS,
                label="Ways of contact that stay open",
                help_text="At least one that they can use. The card and the letter name every way that nothing closes.",
            ),
        }

    def field_values(self, answers: dict[str, Any]) -> dict[str, Any]:
        return {"terms": {name: ordered_channels(answers.get(name) or []) for name in ("closed", "open")}}

    def check_terms(self, restriction: "Restriction") -> list[Refusal]:
        closed, still_open = restriction.terms["closed"], restriction.terms["open"]
        refusals = []
        if not closed:
            refusals.append(Refusal("Choose at least one way of contact to close.", "21.1", "closed"))
        if not still_open:
            refusals.append(Refusal("Choose at least one way of contact that stays open.", "21.1", "open"))
        if both := ordered_channels(set(closed) & set(still_open)):
            labels = channel_labels(both)
            refusals.append(Refusal(f"This cannot be both closed and open: {labels}.", "21.1", "open"))
        unreachable = unreachable_channels(Organisation.current())
        if still_open and not set(still_open) - set(restriction.customer.cannot_use) - unreachable:
            sentence = "This customer cannot use any of these. Leave one open that they can use."
            refusals.append(Refusal(sentence, "B2", "open"))
        return refusals

    def term_rows(self, restriction: "Restriction") -> list[tuple[str, str]]:
        return [
            ("Closed", channel_labels(restriction.terms["closed"])),
            ("Open", channel_labels(restriction.terms["open"])),
        ]

    def restriction_title(self, restriction: "Restriction") -> str:
        return closed_in_words(restriction.terms.get("closed", [])) or self.title

    def short_summary(self, restriction: "Restriction") -> str:
        return ""

    def summary(self, restriction: "Restriction") -> str:
        """Say what it closes. What is left open follows from all that is in force together: the contact plan says it."""
        return f"Closed: {channel_labels(restriction.terms['closed'])}."

    def usual_instruction(self, restriction: "Restriction") -> str:
        """Say what to do at each closed channel in words of its own, and where these are too many for the card of all in which they reach us."""
        closed = [Channel(code) for code in restriction.terms["closed"]]
        visits = [NO_VISITS] if Channel.HOME_VISIT in closed else []
        each = dict.fromkeys(
            AT_CLOSED_CHANNEL[channel] for channel in closed if channel != Channel.HOME_VISIT
        )
        instruction = " ".join([*visits, *each, TAKE_ALWAYS_OPEN])
        if len(instruction) <= SHORT:
            return instruction
        return " ".join([*visits, IF_THEY_USE_ANY, TAKE_ALWAYS_OPEN])

    def closed_channels(self, restriction: "Restriction") -> set[Channel]:
        return {Channel(code) for code in restriction.terms["closed"]}

    def check_not_more_restrictive(self, before: "Restriction", after: "Restriction") -> list[Refusal]:
        """Refuse to leave out what it said stays open, closed or not."""
        said = {*after.terms["open"], *after.terms["closed"]}
        if unsaid := ordered_channels(set(before.terms["open"]) - said):
            return [
                Refusal(f"This was open before and must stay open: {channel_labels(unsaid)}.", "22", "open")
            ]
        return []
