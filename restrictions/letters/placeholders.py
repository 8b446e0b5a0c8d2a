"""Texts that letters about decisions and restrictions put in place of their placeholders, each shared by several."""

from collections.abc import Callable, Collection, Iterable

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.contact_plan import ContactPlan, channel_addresses
from cha_engagement.customers.enums import CHANNEL_PHRASES, INBOUND_CHANNELS, Channel
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.markdown import escape
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts, describe_channels, end_sentence
from cha_engagement.letters.rendering.standard_paragraphs import join_with_or, ombudsman_name
from cha_engagement.letters.rules.issuing import required_placeholder, required_section
from cha_engagement.letters.wording.contacts import open_contacts
from cha_engagement.organisation.calendar import add_months, add_working_days
from cha_engagement.organisation.models import Organisation
from restrictions.contact_plan import AnyRestriction, contact_plan, standing_restrictions
from restrictions.kinds import KINDS
from restrictions.kinds.channels import channels_closed_by, join_words
from restrictions.models import InterimMeasure, Restriction

REQUIRED_PLACEHOLDERS = dict(
    [
        required_placeholder("what we have decided", "what is decided", "B3"),
        required_placeholder("from when and until when", "from when it applies, and until when", "B3"),
        required_placeholder("reviews", "when it is reviewed, and in which circumstances", "23"),
        required_placeholder("how to appeal", "how to appeal", "B3"),
        required_placeholder("what cannot be appealed", "what cannot be appealed", "22"),
        required_placeholder("how to complain", "how to complain", "5"),
        required_placeholder("the ombudsman", "how to reach the ombudsman", "B3"),
    ]
)
REASON_SECTION = dict([required_section("Why", "why", "B3")])
EASING_SECTION = dict(
    [
        required_section(
            "What would change this", "what would lead to its being eased, and whom to ask", "61.2"
        )
    ]
)


def texts_by_kind(
    restrictions: Iterable[Restriction], text_of: Callable[[Restriction], str]
) -> list[dict[str, str]]:
    """Return the `text` about each restriction, and which it is `about`: empty where all texts are the same or there is one."""
    restrictions = list(restrictions)
    texts = [text_of(restriction) for restriction in restrictions]
    if len(set(texts)) == 1:
        return [{"about": "", "text": texts[0]}]
    return [
        {"about": restriction.kind_rules.letter_title, "text": text}
        for restriction, text in zip(restrictions, texts, strict=True)
    ]


def paragraph_by_kind(restrictions: Iterable[Restriction], text_of: Callable[[Restriction], str]) -> str:
    """Return the text about each restriction as a paragraph, headed by its kind where they differ."""
    return join_paragraphs(
        f"**{part['about']}.** {part['text']}" if part["about"] else part["text"]
        for part in texts_by_kind(restrictions, text_of)
    )


def join_paragraphs(texts: Iterable[str]) -> str:
    """Join texts to paragraphs, each once; blanks are left out."""
    return "\n\n".join(dict.fromkeys(filter(None, texts)))


def decision_text(
    restrictions: Collection[Restriction], organisation: Organisation, closed: set[Channel]
) -> str:
    """Say what the customer can do, then what not; below a heading each, where there are several."""
    parts = [(KINDS["channel"].letter_title, contact_text(restrictions, organisation, closed))]
    for restriction in restrictions:
        kind = restriction.kind_rules
        parts.append((kind.letter_title, kind.letter_paragraph(restriction, closed)))
    parts = [(heading, text) for heading, text in dict.fromkeys(parts) if text]
    texts = [text if len(parts) == 1 else f"### {heading}\n\n{text}" for heading, text in parts]
    return join_paragraphs(
        [*texts, *(representative_route_text(restriction) for restriction in restrictions)]
    )


def contact_text(
    restrictions: Collection[Restriction], organisation: Organisation, closed: set[Channel]
) -> str:
    """Say how they can contact us now, and how not, for all restrictions together.

    A channel that was left open for them is named even where the association's details say nothing of it.
    """
    left_open = {channel for restriction in restrictions for channel in restriction.terms.get("open", [])}
    return open_and_closed_text(
        (left_open | set(channel_addresses(organisation))) - closed,
        channels_closed_by(restrictions),
        [restriction.additional_route for restriction in restrictions],
    )


def open_and_closed_text(
    still_open: Collection[Channel], closed: Collection[Channel], routes: Collection[str] = ()
) -> str:
    """Say which channels are left, and which are closed; nothing where none is closed."""
    if not closed:
        return ""
    channels = [
        *(CHANNEL_PHRASES[channel] for channel in INBOUND_CHANNELS if channel in still_open),
        *filter(None, routes),
    ]
    can = f"You can contact us {join_with_or(channels)}." if channels else ""
    return f"{can} {closed_channels_text(closed)}".strip()


def representative_route_text(restriction: Restriction) -> str:
    """Say that it binds somebody who speaks for others in that capacity alone, and how those others reach us. Policy §3."""
    route = restriction.other_route
    if not route:
        return ""
    return (
        "This applies to you only where you act for other people. It does not restrict those you act for, who can reach us in "
        f"another way: {end_sentence(escape(route))}"
    )


def eased_text(before: Restriction, after: Restriction, closed: set[Channel]) -> str:
    """Say what a new version opens or shortens. Policy §22, 61.3."""
    is_shorter = after.ends_on and (before.ends_on is None or after.ends_on < before.ends_on)
    new_end = f"It now ends on {uk_date(after.ends_on)}." if is_shorter else ""
    return f"{reopened_text(before, closed, kept=after.closed_channels)} {new_end}".strip()


def reopened_text(before: Restriction, closed: set[Channel], *, kept: Collection[Channel] = ()) -> str:
    """Say which channels are open again that a restriction had closed, how far, and which something else keeps closed. Policy §12; B29.

    `kept` are those that its next version closes as well.
    """
    released = [channel for channel in Channel if channel in before.closed_channels and channel not in kept]
    plan = contact_plan(before.customer, without=[before])
    reopened = [channel for channel in released if channel not in closed]
    usable = [channel_with_limits(plan, channel) for channel in reopened if channel != Channel.HOME_VISIT]
    return " ".join(
        filter(
            None,
            (
                f"You can contact us {join_with_or(usable)} again." if usable else "",
                "We will visit you at home again." if Channel.HOME_VISIT in reopened else "",
                still_closed_text([channel for channel in released if channel in closed], plan),
            ),
        )
    )


def channel_with_limits(plan: ContactPlan, channel: Channel) -> str:
    """Return a channel in words, with what limits it: by email (not from orla@example.org)."""
    limits = "; ".join(words for _, words in plan.channels[channel].limited_by)
    return f"{CHANNEL_PHRASES[channel]} ({limits})" if limits else CHANNEL_PHRASES[channel]


def still_closed_text(channels: Collection[Channel], plan: ContactPlan) -> str:
    """Say which channels stay closed though what closed them has ended, and by what; nothing where the customer is not told of that."""
    others = [
        other for other in plan.sources if other.closed_channels & set(channels) and not is_withheld(other)
    ]
    if not others:
        return ""
    closed_by_others = channels_closed_by(others)
    names = join_words(dict.fromkeys(quoted_name(other) for other in others))
    closed = join_with_or(CHANNEL_PHRASES[channel] for channel in channels if channel in closed_by_others)
    return f"This no longer closes contact {closed}. Something else still does for now: {names}."


def quoted_name(restriction: AnyRestriction) -> str:
    """Return the name by which its customer knows a restriction."""
    if isinstance(restriction, InterimMeasure):
        return "what a manager set for a few days"
    return f"“{restriction.kind_rules.letter_title}”"


def is_withheld(restriction: AnyRestriction) -> bool:
    """Return whether it was decided not to tell the customer of it: no letter gives it away. Policy §12."""
    return (
        isinstance(restriction, Restriction)
        and restriction.customer_notified_on is None
        and bool(restriction.not_notified_reason)
    )


def text_in_own_words(restrictions: Iterable[Restriction]) -> str:
    """Return what these restrict by words of staff alone, which a second person reads with the letter. Beyond the policy: B36."""
    return "\n\n".join(
        restriction.kind_rules.letter_paragraph(restriction)
        for restriction in restrictions
        if restriction.kind_rules.is_in_own_words
    )


def channels_closed_to(customer: Customer, in_letter: Collection[AnyRestriction]) -> set[Channel]:
    """Return the channels that are closed to a customer by what is in force, and by what a letter tells them of."""
    return contact_plan(customer, adding=in_letter).closed_channels


def still_applying_text(customer: Customer, nothing: str) -> str:
    """Say what a customer was told of and is bound by, and what is set for some days; or the text for where `nothing` stands. Policy §12."""
    items = dict.fromkeys(
        f"- {restriction.kind_rules.letter_title}"
        for restriction in Restriction.objects.in_force().filter(customer=customer)
        if restriction.customer_notified_on
    )
    told_text = "\n".join(["What else we wrote to you about still applies:", "", *items]) if items else ""
    interim = InterimMeasure.objects.in_force().filter(customer=customer)
    last_days = [interim_measure.ends_on for interim_measure in interim]
    temporary = (
        f"What a manager set for a few days applies until the end of {uk_date(max(last_days))}."
        if last_days
        else ""
    )
    return join_paragraphs([told_text, temporary]) or ("" if standing_restrictions(customer) else nothing)


def channel_placeholders(customer: Customer, in_letter: Collection[AnyRestriction]) -> PlaceholderTexts:
    """Return the placeholders that name channels, for a customer who may have some closed, be it for some days. Policy §5, 9, 53; B21, B29.

    `in_letter` are the restrictions that the letter tells of.
    """
    plan = contact_plan(customer, adding=in_letter)
    channels = describe_channels(Organisation.current(), plan)
    if isinstance(channels, str):
        channels = join_paragraphs([channels, *closures_by_others(plan, in_letter)])
    texts: PlaceholderTexts = {"how to contact us": channels}
    if limited := list(filter(None, map(new_complaints_text, plan.sources))):
        new_complaints = (
            f"You can send us a new complaint in any way that is open to you.{complaints_contact_text(plan)}"
        )
        texts["how to complain"] = join_paragraphs([*limited, new_complaints])
    elif plan.closed_channels & set(INBOUND_CHANNELS):
        texts["how to complain"] = (
            f"If you are unhappy with our service, you can complain in any way that is open to you.{complaints_contact_text(plan)} Please say "
            "that it is a complaint."
        )
    return texts


def complaints_contact_text(plan: ContactPlan) -> str:
    """Say how the complaints process itself is reached, without what is closed. Policy §5."""
    contacts = open_contacts(Organisation.current().complaints_contact, plan.closed_channels)
    return f" You can reach our complaints process at {escape(join_with_or(contacts))}." if contacts else ""


def new_complaints_text(restriction: AnyRestriction) -> str:
    if isinstance(restriction, Restriction):
        return restriction.kind_rules.new_complaints_text(restriction)
    return ""


def closures_by_others(plan: ContactPlan, in_letter: Collection[AnyRestriction]) -> list[str]:
    """Say what is closed by something else than a letter tells of: which channels, from when, until when and why. Policy §12, 23.

    What it was decided not to tell is not given away.
    """
    others = (
        other
        for other in plan.sources
        if other.closed_channels and other not in in_letter and not is_withheld(other)
    )
    return [
        f"{closed_channels_text(other.closed_channels)} {duration_text(other)} {reason_text(other)}"
        for other in others
    ]


def reason_text(restriction: AnyRestriction) -> str:
    """Say why something is closed that another letter tells of; of what no letter has told yet, that one will."""
    if isinstance(restriction, InterimMeasure):
        incidents = restriction.incidents.order_by("occurred_at")
        days = join_words(uk_date(incident.occurred_at) for incident in incidents)
        if restriction.is_decided:
            return f"A manager set this because of what happened on {days}. It ends by itself."
        return f"This is only until a manager has looked at what happened on {days}."
    reason = end_sentence(escape(restriction.reason))
    if restriction.customer_notified_on:
        return f"Why: {reason}"
    return f"Why: {reason} We write to you about this by itself, and tell you how to appeal."


def closed_channels_text(closed: Collection[Channel]) -> str:
    """Say which channels they leave alone for now, and what we do not do."""
    avoided = [
        CHANNEL_PHRASES[channel] for channel in Channel if channel in closed and channel != Channel.HOME_VISIT
    ]
    return " ".join(
        filter(
            None,
            (
                f"For now, please do not contact us {join_with_or(avoided)}." if avoided else "",
                "We will not visit you at home for now." if Channel.HOME_VISIT in closed else "",
            ),
        )
    )


def durations_text(restrictions: Collection[Restriction]) -> str:
    """Say from when and until when each applies and, where several close channels, which ones each closes. Policy §61.3."""
    if sum(bool(restriction.closed_channels) for restriction in restrictions) < 2:
        return paragraph_by_kind(restrictions, duration_text)
    return paragraph_by_kind(restrictions, duration_and_closed_channels_text)


def duration_and_closed_channels_text(restriction: Restriction) -> str:
    return f"{duration_text(restriction)} {closed_channels_text(restriction.closed_channels)}".strip()


def duration_text(restriction: AnyRestriction) -> str:
    end = (
        f"until the end of {uk_date(restriction.ends_on)}"
        if restriction.ends_on
        else "until we tell you that it has ended"
    )
    return f"This applies from {uk_date(restriction.starts_on)} {end}."


def earlier_review_text(restriction: Restriction) -> str:
    """Say in which circumstances it is looked at before its time. Policy §23."""
    circumstances = restriction.review_circumstances
    if not circumstances:
        return "We would look at it sooner if things change for you: please tell us."
    if circumstances.lower().startswith(("if ", "when ")):
        condition = circumstances[0].lower() + circumstances[1:]
        return f"We would look at it sooner {end_sentence(escape(condition))}"
    return f"We would look at it sooner in this case: {end_sentence(escape(circumstances))}"


def review_text(restriction: Restriction) -> str:
    if not restriction.first_review_on:
        return f"We have not set a date to review this: {end_sentence(escape(restriction.no_review_reason))} {earlier_review_text(restriction)}"
    first, months = restriction.first_review_on, restriction.review_months or 1
    if restriction.ends_on and add_months(first, months) > restriction.ends_on:
        return f"We will look at this again on {uk_date(first)} and tell you the outcome. {earlier_review_text(restriction)}"
    interval = "every month" if months == 1 else f"every {months} months"
    return f"We will look at this again on {uk_date(first)} and then {interval}, and tell you the outcome each time. {earlier_review_text(restriction)}"


def appeal_text(letter: Letter) -> str:
    days = Organisation.current().appeal_working_days
    return (
        "You can appeal to our Executive Team, against all of this or a part of it. Nobody who took part in deciding it will hear your appeal. "
        f"Please tell us by {uk_date(add_working_days(letter.letter_date, days))}, which is {days} working days after the date of this letter, in any "
        "way that is open to you or through somebody you ask to speak for you. We can write it down for you, and we hear one that comes later "
        "or in another way. What we have decided applies meanwhile, unless those who hear your appeal decide otherwise."
    )


def finality_text() -> str:
    return "A manager has decided that we need to manage how we are in contact with you. That decision is final and cannot be appealed."


def final_step_text(organisation: Organisation) -> str:
    """Say what is left once a panel has decided. Beyond the policy: B4."""
    return (
        "This was decided on appeal, which is the last step with us. If you remain unhappy, the next step is to go to the "
        f"{ombudsman_name(organisation)}, not to appeal to us again."
    )
