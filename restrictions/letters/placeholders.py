"""Texts that letters about decisions and restrictions put in place of their placeholders, each shared by several.

Their words are in `templates/letters/shared/`.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from cha_engagement.core.read_once import read_once
from cha_engagement.core.statements import kept_records
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.contact_plan import ContactPlan
from cha_engagement.customers.enums import CHANNEL_PHRASES, INBOUND_CHANNELS, Channel
from cha_engagement.customers.models import Customer
from cha_engagement.letters.models import POST_WORKING_DAYS, Letter, assumed_receipt
from cha_engagement.letters.rendering.files import render_markdown
from cha_engagement.letters.rendering.markdown import Markdown
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts, describe_channels, end_sentence
from cha_engagement.letters.rendering.standard_paragraphs import direct_ways, join_with_or
from cha_engagement.letters.rules.issuing import required_placeholder, required_section
from cha_engagement.letters.wording.contacts import open_contacts
from cha_engagement.organisation.calendar import add_months, add_working_days, today
from cha_engagement.organisation.models import Organisation
from restrictions.contact_plan import AnyRestriction, applies_on, contact_plan, standing_restrictions
from restrictions.enums import Begins, RestrictionStatus
from restrictions.kinds import KINDS
from restrictions.kinds.channels import channels_closed_by, channels_in_words, join_words, limited_channels
from restrictions.models import InterimMeasure, Restriction

REQUIRED_PLACEHOLDERS = dict(
    [
        required_placeholder("what we have decided", "what is decided", "B3"),
        required_placeholder("our policy", "under which policy it is decided", "12"),
        required_placeholder("from when and until when", "from when it applies, and until when", "B3"),
        required_placeholder("reviews", "when it is reviewed, and in which circumstances", "23"),
        required_placeholder("how to appeal", "how to appeal", "B3"),
        required_placeholder("what cannot be appealed", "what cannot be appealed", "22"),
        required_placeholder("how to complain", "how to complain", "5"),
        required_placeholder("the ombudsman", "how to reach the ombudsman", "B3"),
    ]
)
REASON_SECTION = dict([required_section("Why", "why", "B3")])
TALKING_CHANNELS = (Channel.PHONE, Channel.OFFICE)
EASING_SECTION = dict(
    [required_section("What would change this", "what would lead us to ease it, and whom to ask", "61.2")]
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


def decision_text(restrictions: Collection[Restriction], plan: ContactPlan) -> str:
    """Say what the customer can do, then what not; below a heading each, where there are several."""
    parts: list[tuple[str, str]] = [(KINDS["channel"].letter_title, contact_text(restrictions, plan))]
    for restriction in restrictions:
        kind = restriction.kind_rules
        parts.append((kind.letter_title, kind.letter_paragraph(restriction, plan.unnamed_channels)))
    parts = [(heading, text) for heading, text in dict.fromkeys(parts) if text]
    texts = [text if len(parts) == 1 else f"### {heading}\n\n{text}" for heading, text in parts]
    return join_paragraphs(
        [*texts, *(representative_route_text(restriction) for restriction in restrictions)]
    )


def offer_to_explain_text(plan: ContactPlan) -> Markdown:
    """Offer a talk about a letter, by ways that are open to its reader and that they can use; nothing where there are none. Policy §12."""
    channels = [CHANNEL_PHRASES[channel] for channel in TALKING_CHANNELS if channel in plan.usable_channels]
    return render_markdown("letters/shared/offer_to_explain.md", channels=Markdown(join_with_or(channels)))


def contact_text(restrictions: Collection[Restriction], plan: ContactPlan) -> Markdown:
    """Say how they can contact us first, and how not, for all restrictions together; then what is closed later, and from when."""
    at_first = [restriction for restriction in restrictions if applies_on(restriction, today())]
    texts = [
        open_and_closed_text(
            plan.usable_channels,
            channels_closed_by(at_first),
            [restriction.additional_route for restriction in at_first],
            are_examples=is_partly_withheld(plan, restrictions),
        )
    ]
    for day in sorted(set(filter(None, map(day_to_come, restrictions)))):
        beginning = (restriction for restriction in restrictions if restriction.earliest_first_day == day)
        texts.append(closed_channels_text(channels_closed_by(beginning), from_day=day))
    return Markdown(" ".join(filter(None, texts)))


def open_and_closed_text(
    still_open: Collection[Channel],
    closed: Collection[Channel],
    routes: Collection[Markdown] = (),
    *,
    are_examples: bool = False,
) -> Markdown:
    """Say which channels are left, or some of them where they `are_examples`, and which are closed; nothing where none is closed."""
    if not closed:
        return Markdown()
    channels = [CHANNEL_PHRASES[channel] for channel in INBOUND_CHANNELS if channel in still_open]
    return render_markdown(
        "letters/shared/open_and_closed_channels.md",
        open_channels=Markdown(join_with_or([*channels, *routes])),
        are_examples=are_examples,
        **closed_channels_data(closed),
    )


def closed_channels_text(closed: Collection[Channel], *, from_day: date | None = None) -> Markdown:
    """Say which channels they leave alone for now, or from a day that is to come, and what we do not do."""
    data = closed_channels_data(closed)
    return render_markdown("letters/shared/closed_channels.md", from_day=from_day, **data)


def closed_channels_data(closed: Collection[Channel]) -> dict[str, Any]:
    avoided = [channel for channel in Channel if channel in closed and channel != Channel.HOME_VISIT]
    return {
        "closed_channels": channels_in_words(avoided),
        "home_visits_closed": Channel.HOME_VISIT in closed,
    }


def representative_route_text(restriction: Restriction) -> str:
    """Say that it binds somebody who speaks for others in that capacity alone, and how those others reach us. Policy §3."""
    if not restriction.other_route:
        return ""
    return render_markdown(
        "letters/shared/representative_route.md", other_route=end_sentence(restriction.other_route)
    )


def ended_text(restriction: Restriction, ended_on: date | None) -> Markdown:
    """Say that a restriction has ended."""
    return render_markdown(
        "letters/shared/ended.md", title=restriction.kind_rules.letter_title, ended_on=ended_on
    )


def eased_text(before: Restriction, after: Restriction) -> Markdown:
    """Say that a new version ends sooner, and that its customer asked for it, where they did. Policy §22, 61.3; beyond the policy: B28."""
    opened, taken = (
        channels_in_words(channel for channel in Channel if channel in channels)
        for channels in (
            limited_channels(before) - limited_channels(after),
            limited_channels(after) - limited_channels(before),
        )
    )
    is_shorter = after.ends_on and (before.ends_on is None or after.ends_on < before.ends_on)
    return render_markdown(
        "letters/shared/eased.md",
        requested_on=after.customer_requested_on,
        taken=taken,
        closes=bool(after.closed_channels - before.closed_channels),
        opened=opened,
        new_last_day=after.ends_on if is_shorter else None,
    )


def opens_no_channel(before: Restriction, after: Restriction) -> bool:
    """Return whether all that a new version opens stays closed by something else of which its customer knows. Beyond the policy: B29."""
    opened = before.closed_channels - after.closed_channels
    known = [source for source in plan_told_of(before.customer, [after]).sources if not is_withheld(source)]
    is_shorter = after.ends_on and (before.ends_on is None or after.ends_on < before.ends_on)
    others = [source for source in known if source not in (before, after)]
    return bool(opened) and not is_shorter and opened <= channels_closed_by(others)


def reopened_text(before: Restriction, closed: set[Channel]) -> Markdown:
    """Say which channels are open again that a restriction had closed, how far, and which something else keeps closed. Policy §12; B29."""
    released = [channel for channel in Channel if channel in before.closed_channels]
    plan = contact_plan(before.customer, without=[before])
    reopened = [channel for channel in released if channel not in closed]
    usable = [channel_with_limits(plan, channel) for channel in reopened if channel != Channel.HOME_VISIT]
    return render_markdown(
        "letters/shared/reopened.md",
        channels=Markdown(join_with_or(usable)),
        home_visits_open=Channel.HOME_VISIT in reopened,
        **still_closed_data([channel for channel in released if channel in closed], plan),
    )


def channel_with_limits(plan: ContactPlan, channel: Channel) -> str:
    """Return a channel in words, with what limits it: by email (not from orla@example.org)."""
    limits = "; ".join(words for _, words in plan.channels[channel].limited_by)
    return f"{CHANNEL_PHRASES[channel]} ({limits})" if limits else CHANNEL_PHRASES[channel]


def still_closed_data(channels: Collection[Channel], plan: ContactPlan) -> dict[str, Any]:
    """Return which channels stay closed though what closed them has ended, and by what: the titles that the customer knows.

    An interim measure has none. What it was decided not to tell is not given away.
    """
    others = [
        other for other in plan.sources if other.closed_channels & set(channels) and not is_withheld(other)
    ]
    closed_by_others = channels_closed_by(others)
    titles = dict.fromkeys(
        "" if isinstance(other, InterimMeasure) else other.kind_rules.letter_title for other in others
    )
    return {
        "still_closed": channels_in_words(channel for channel in channels if channel in closed_by_others),
        "titles": list(titles),
    }


def is_withheld(restriction: AnyRestriction) -> bool:
    """Return whether it was decided not to tell the customer of it, or somebody asks that: no letter gives it away. Policy §12; B36."""
    return (
        isinstance(restriction, Restriction)
        and restriction.customer_notified_on is None
        and bool(restriction.not_notified_reason or restriction.unnotified_request)
    )


def is_partly_withheld(plan: ContactPlan, in_letter: Collection[AnyRestriction]) -> bool:
    """Return whether a channel is left out of a letter because of what its reader is not to be told: what it names are examples. Policy §12."""
    return any(
        source.closed_channels and source not in in_letter and is_withheld(source) for source in plan.sources
    )


def text_in_own_words(restrictions: Iterable[Restriction]) -> str:
    """Return what these restrict by words of staff alone, which a second person reads with the letter. Beyond the policy: B36."""
    return "\n\n".join(
        restriction.kind_rules.letter_paragraph(restriction)
        for restriction in restrictions
        if restriction.kind_rules.is_in_own_words
    )


def channels_closed_to(
    customer: Customer, in_letter: Collection[AnyRestriction], day: date | None = None
) -> set[Channel]:
    """Return the channels that are closed to a customer by what is in force, and by what a letter tells them of, on a day or today."""
    return plan_told_of(customer, in_letter, day).closed_channels


def plan_told_of(
    customer: Customer, in_letter: Collection[AnyRestriction], day: date | None = None
) -> ContactPlan:
    """Return how a customer can reach us, on a day or today, with what a letter tells them of: what begins later is said with its day. B29."""
    day = day or today()
    return contact_plan(
        customer, day, adding=[restriction for restriction in in_letter if applies_on(restriction, day)]
    )


def still_applying_data(customer: Customer) -> dict[str, Any]:
    """Return what a customer was told of and is bound by, the last day of what is set for some days, and whether anything binds them. Policy §12."""
    in_force = Restriction.objects.in_force().filter(customer=customer)
    titles = dict.fromkeys(
        restriction.kind_rules.letter_title for restriction in in_force if restriction.customer_notified_on
    )
    interim = InterimMeasure.objects.in_force().filter(customer=customer)
    return {
        "titles": list(titles),
        "interim_until": max((interim_measure.ends_on for interim_measure in interim), default=None),
        "is_bound": bool(standing_restrictions(customer)),
    }


def channel_placeholders(customer: Customer, in_letter: Collection[AnyRestriction]) -> PlaceholderTexts:
    """Return the placeholders that name channels, for a customer who may have some closed, be it for some days. Policy §5, 9, 53; B21, B29.

    `in_letter` are the restrictions that the letter tells of.
    """
    plan = plan_told_of(customer, in_letter)
    are_examples = is_partly_withheld(plan, in_letter)
    channels = describe_channels(Organisation.current(), plan, are_examples=are_examples)
    if isinstance(channels, str):
        closures = [*closures_by_others(plan, in_letter), *closures_to_come(customer, in_letter)]
        channels = join_paragraphs([channels, *closures])
    texts: PlaceholderTexts = {"how to contact us": channels}
    new_complaints = list(dict.fromkeys(filter(None, map(new_complaints_in_words, plan.sources))))
    ruled_out = {planned.channel for planned in plan if planned.closed_by or planned.is_unusable}
    if new_complaints or ruled_out & set(INBOUND_CHANNELS):
        contacts = open_contacts(Organisation.current().complaints_contact, ruled_out)
        texts["how to complain"] = render_markdown(
            "letters/shared/how_to_complain.md",
            new_complaints=new_complaints,
            contacts=join_with_or(contacts),
            ways="" if contacts else direct_ways(plan),
            are_examples=are_examples,
        )
    return texts


def new_complaints_in_words(restriction: AnyRestriction) -> str:
    return restriction.kind_rules.new_complaints(restriction) if isinstance(restriction, Restriction) else ""


def closures_by_others(plan: ContactPlan, in_letter: Collection[AnyRestriction]) -> list[str]:
    """Say what is closed by something else than a letter tells of: which channels, from when, until when and why. Policy §12, 23.

    What it was decided not to tell is not given away.
    """
    others = (
        other
        for other in plan.sources
        if other.closed_channels and other not in in_letter and not is_withheld(other)
    )
    return [closure_by_other_text(other) for other in others]


def closures_to_come(customer: Customer, in_letter: Collection[AnyRestriction]) -> list[str]:
    """Say what will be closed, and from when: the channels that are named are those that are open now. Beyond the policy: B29.

    Until when and why is said too, unless the letter is about it.
    """
    to_come = {*restrictions_to_come(customer), *filter(day_to_come, in_letter)}
    return [
        closed_channels_text(restriction.closed_channels, from_day=restriction.earliest_first_day)
        if restriction in in_letter
        else closure_by_other_text(restriction)
        for restriction in sorted(to_come, key=attrgetter("earliest_first_day", "pk"))
        if restriction.closed_channels and not is_withheld(restriction)
    ]


@read_once
def restrictions_to_come(customer: Customer) -> list[Restriction]:
    """Return what is imposed and begins on a day that is set and has not come."""
    return kept_records(Restriction, imposed_for_later, customer.pk, today())


def imposed_for_later(customer: int, day: date) -> QuerySet[Restriction]:
    imposed = Restriction.objects.filter(customer=customer, status=RestrictionStatus.IMPOSED)
    return imposed.filter(starts_on__gt=day)


def closure_by_other_text(restriction: AnyRestriction) -> str:
    """Say which channels something closes that a letter is not about, from when, until when and why."""
    closed = closed_channels_text(restriction.closed_channels, from_day=day_to_come(restriction))
    return f"{closed} {duration_text(restriction)} {reason_text(restriction)}"


def day_to_come(restriction: AnyRestriction) -> date | None:
    """Return the first day on which something can begin, where that is not today or before."""
    first_day = restriction.earliest_first_day
    return first_day if first_day > today() else None


def reason_text(restriction: AnyRestriction) -> Markdown:
    """Return the paragraph that says why a restriction or interim measure is in force, in a letter that is about something else.

    Where its own letter has not gone out yet, it says that there will be one.
    """
    if isinstance(restriction, InterimMeasure):
        incidents = restriction.incidents.order_by("occurred_at")
        return render_markdown(
            "letters/shared/why_interim.md",
            days=join_words(uk_date(incident.occurred_at) for incident in incidents),
            is_decided=restriction.is_decided,
        )
    return render_markdown(
        "letters/shared/why_closed.md",
        reason=end_sentence(restriction.reason),
        is_notified=restriction.customer_notified_on is not None,
    )


def durations_text(restrictions: Collection[Restriction]) -> str:
    """Say from when and until when each applies and, where several close channels, which ones each closes. Policy §61.3."""
    if sum(bool(restriction.closed_channels) for restriction in restrictions) < 2:
        return paragraph_by_kind(restrictions, duration_text)
    return paragraph_by_kind(restrictions, duration_and_closed_channels_text)


def duration_and_closed_channels_text(restriction: Restriction) -> str:
    closed = closed_channels_text(restriction.closed_channels, from_day=day_to_come(restriction))
    return f"{duration_text(restriction)} {closed}".strip()


def duration_text(restriction: AnyRestriction) -> Markdown:
    """Say from when and until when it applies: once its reader has the letter, where that is what it waits for. Beyond the policy: B23."""
    beginning: dict[str, Any] = {}
    if isinstance(restriction, Restriction):
        beginning = {
            "is_for_safety": restriction.begins == Begins.FOR_SAFETY,
            "at_once_reason": end_sentence(restriction.at_once_reason),
            "lasts_months": restriction.length_of_version(restriction.ends_on),
        }
    return render_markdown(
        "letters/shared/duration.md",
        starts_on=restriction.starts_on,
        not_before=day_to_come(restriction),
        post_working_days=POST_WORKING_DAYS,
        ends_on=restriction.ends_on,
        **beginning,
    )


def review_text(restriction: Restriction, next_review: date | None = None) -> Markdown:
    """Say when it is reviewed, and in which circumstances sooner. `next_review` is the day of one that is planned already. Policy §23."""
    first, months = restriction.first_review_on, restriction.review_months or 1
    last_day = restriction.earliest_last_day
    looked_at = restriction.earliest_first_review
    is_only_review = looked_at and last_day and add_months(looked_at, months) > last_day
    circumstances = restriction.review_circumstances
    is_condition = circumstances.lower().startswith(("if ", "when "))
    return render_markdown(
        "letters/shared/reviews.md",
        day=next_review or first,
        counted_months=months,
        months=None if next_review or is_only_review else months,
        no_review_reason=restriction.no_review_reason and end_sentence(restriction.no_review_reason),
        look_again_on=restriction.look_again_on,
        condition=end_sentence(circumstances[0].lower() + circumstances[1:]) if is_condition else "",
        circumstances=circumstances and end_sentence(circumstances),
    )


def appeal_text(letter: Letter) -> Markdown:
    """Say how to appeal, and until when at least: as the record counts it where the letter is posted on its date. Policy §22; beyond the policy: B23."""
    days = Organisation.current().appeal_working_days
    last_day = add_working_days(assumed_receipt(letter.letter_date), days)
    return render_markdown("letters/shared/how_to_appeal.md", days=days, last_day=last_day)
