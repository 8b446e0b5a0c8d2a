"""What letters about decisions and restrictions say, whichever of them says it."""

from collections.abc import Callable, Collection, Iterable, Iterator

from cha_engagement.core import hub
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
from restrictions.kinds.withhold_staff_details import are_names_withheld
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
    restrictions: Iterable[Restriction], said: Callable[[Restriction], str]
) -> list[dict[str, str]]:
    """What is said of each restriction, `text`, and which it is `about`: left empty where all is the same or there is one."""
    restrictions = list(restrictions)
    texts = [said(one) for one in restrictions]
    if len(set(texts)) == 1:
        return [{"about": "", "text": texts[0]}]
    return [
        {"about": one.kind_rules.letter_title, "text": text}
        for one, text in zip(restrictions, texts, strict=True)
    ]


def paragraph_by_kind(restrictions: Iterable[Restriction], said: Callable[[Restriction], str]) -> str:
    """The same as a statement."""
    return join_paragraphs(
        f"**{part['about']}.** {part['text']}" if part["about"] else part["text"]
        for part in texts_by_kind(restrictions, said)
    )


def join_paragraphs(texts: Iterable[str]) -> str:
    """Each text once, a paragraph for each; blanks are left out."""
    return "\n\n".join(dict.fromkeys(filter(None, texts)))


def decision_text(told: Collection[Restriction], organisation: Organisation, closed: set[Channel]) -> str:
    """What the customer can do, then what not; below a heading each, where there are several."""
    parts = [(KINDS["channel"].letter_title, contact_text(told, organisation, closed))]
    parts += [(one.kind_rules.letter_title, one.kind_rules.letter_paragraph(one, closed)) for one in told]
    parts = [(about, text) for about, text in dict.fromkeys(parts) if text]
    said = [text if len(parts) == 1 else f"### {about}\n\n{text}" for about, text in parts]
    return join_paragraphs([*said, *(other_route_text(one) for one in told)])


def contact_text(told: Iterable[Restriction], organisation: Organisation, closed: set[Channel]) -> str:
    """How they can contact us now, and how not, for all restrictions together.

    A way that was left open for them is named even where the association's details say nothing of it.
    """
    left = {way for one in told for way in one.terms.get("open", [])} | set(channel_addresses(organisation))
    return open_and_closed_text(
        left - closed, channels_closed_by(told), [one.additional_route for one in told]
    )


def open_and_closed_text(
    left: Collection[Channel], theirs: Collection[Channel], routes: Collection[str] = ()
) -> str:
    """Which ways are left, and which are closed; nothing where none is closed."""
    if not theirs:
        return ""
    ways = [*(CHANNEL_PHRASES[way] for way in INBOUND_CHANNELS if way in left), *filter(None, routes)]
    can = f"You can contact us {join_with_or(ways)}." if ways else ""
    return f"{can} {closed_channels_text(theirs)}".strip()


def other_route_text(restriction: Restriction) -> str:
    """It binds whoever speaks for others in that capacity alone, and those they speak for have another route. Policy §3."""
    said = restriction.other_route
    if not said:
        return ""
    return (
        "This applies to you only where you act for other people. It does not restrict those you act for, who can reach us in "
        f"another way: {end_sentence(escape(said))}"
    )


def eased_text(before: Restriction, after: Restriction, closed: set[Channel]) -> str:
    """What a new version opens or shortens. Policy §22, 61.3."""
    shorter = after.ends_on and (before.ends_on is None or after.ends_on < before.ends_on)
    now = f"It now ends on {uk_date(after.ends_on)}." if shorter else ""
    return f"{reopened_text(before, closed, keeps=after.closed_channels)} {now}".strip()


def reopened_text(before: Restriction, closed: set[Channel], *, keeps: Collection[Channel] = ()) -> str:
    """Which ways are open again that a restriction had closed, how far, and which something else keeps closed. Policy §12; B29.

    `keeps` are those that its next version closes as well.
    """
    ways = [way for way in Channel if way in before.closed_channels and way not in keeps]
    plan = contact_plan(before.customer, without=[before])
    again = [way for way in ways if way not in closed]
    theirs = [channel_with_limits(plan, way) for way in again if way != Channel.HOME_VISIT]
    return " ".join(
        filter(
            None,
            (
                f"You can contact us {join_with_or(theirs)} again." if theirs else "",
                "We will visit you at home again." if Channel.HOME_VISIT in again else "",
                still_closed_text([way for way in ways if way in closed], plan),
            ),
        )
    )


def channel_with_limits(plan: ContactPlan, way: Channel) -> str:
    """A way in words, with what limits it: by email (not from orla@example.org)."""
    limits = "; ".join(words for _, words in plan.channels[way].limited_by)
    return f"{CHANNEL_PHRASES[way]} ({limits})" if limits else CHANNEL_PHRASES[way]


def still_closed_text(ways: Collection[Channel], plan: ContactPlan) -> str:
    """Which ways stay closed though what closed them has ended, and by what; nothing where the customer is not told of that."""
    others = [one for one in plan.sources if one.closed_channels & set(ways) and not is_withheld(one)]
    if not others:
        return ""
    closing = channels_closed_by(others)
    names = join_words(dict.fromkeys(quoted_name(one) for one in others))
    shut = join_with_or(CHANNEL_PHRASES[way] for way in ways if way in closing)
    return f"This no longer closes contact {shut}. Something else still does for now: {names}."


def quoted_name(one: AnyRestriction) -> str:
    """What its customer calls a measure."""
    if isinstance(one, InterimMeasure):
        return "what a manager set for a few days"
    return f"“{one.kind_rules.letter_title}”"


def is_withheld(one: AnyRestriction) -> bool:
    """Whether it was decided not to tell the customer of it: no letter gives it away. Policy §12."""
    return isinstance(one, Restriction) and one.customer_notified_on is None and bool(one.not_notified_reason)


def own_words_text(restrictions: Iterable[Restriction]) -> str:
    """What these restrict by words of staff alone, which a second person reads with the letter. Beyond the policy: B36."""
    return "\n\n".join(
        one.kind_rules.letter_paragraph(one) for one in restrictions if one.kind_rules.is_in_own_words
    )


def channels_closed_to(customer: Customer, told: Collection[AnyRestriction]) -> set[Channel]:
    """The ways to us that are closed to a customer: by what is in force, and by what a letter tells them of."""
    return contact_plan(customer, adding=told).closed_channels


def restrictions_in_force(customer: Customer) -> list[Restriction]:
    """The restrictions that are in force for a customer."""
    return list(Restriction.objects.in_force().filter(customer=customer))


def still_applying_text(customer: Customer, nothing: str) -> str:
    """What a customer was told of and is bound by, and what is set for some days; or what is said where `nothing` stands. Policy §12."""
    still = dict.fromkeys(
        f"- {one.kind_rules.letter_title}"
        for one in restrictions_in_force(customer)
        if one.customer_notified_on
    )
    told = "\n".join(["What else we wrote to you about still applies:", "", *still]) if still else ""
    days = [one.ends_on for one in InterimMeasure.objects.in_force().filter(customer=customer)]
    for_now = (
        f"What a manager set for a few days applies until the end of {uk_date(max(days))}." if days else ""
    )
    return join_paragraphs([told, for_now]) or ("" if standing_restrictions(customer) else nothing)


def channel_placeholders(customer: Customer, told: Collection[AnyRestriction]) -> PlaceholderTexts:
    """The statements that name ways to us, for a customer who may have some closed, be it for some days. Policy §5, 9, 53; B21, B29.

    `told` are the measures that the letter tells of.
    """
    plan = contact_plan(customer, adding=told)
    reached = describe_channels(Organisation.current(), plan)
    if isinstance(reached, str):
        reached = join_paragraphs([reached, *other_closures_texts(plan, told)])
    ways: PlaceholderTexts = {"how to contact us": reached}
    if limited := [said for one in plan.sources if (said := new_complaints_text(one))]:
        new = (
            f"You can send us a new complaint in any way that is open to you.{complaints_contact_text(plan)}"
        )
        ways["how to complain"] = join_paragraphs([*limited, new])
    elif plan.closed_channels & set(INBOUND_CHANNELS):
        ways["how to complain"] = (
            f"If you are unhappy with our service, you can complain in any way that is open to you.{complaints_contact_text(plan)} Please say "
            "that it is a complaint."
        )
    return ways


def complaints_contact_text(plan: ContactPlan) -> str:
    """How the complaints process itself is reached, without what is closed. Policy §5."""
    contacts = open_contacts(Organisation.current().complaints_contact, plan.closed_channels)
    return f" You can reach our complaints process at {escape(join_with_or(contacts))}." if contacts else ""


def new_complaints_text(one: AnyRestriction) -> str:
    return one.kind_rules.new_complaints_text(one) if isinstance(one, Restriction) else ""


def other_closures_texts(plan: ContactPlan, told: Collection[AnyRestriction]) -> Iterator[str]:
    """What is closed by something else than a letter tells of: which ways, from when, until when and why. Policy §12, 23.

    What it was decided not to tell is not given away.
    """
    for one in plan.sources:
        if one.closed_channels and one not in told and not is_withheld(one):
            yield f"{closed_channels_text(one.closed_channels)} {duration_text(one)} {reason_text(one)}"


def reason_text(one: AnyRestriction) -> str:
    """Why something is closed that another letter tells of; of what no letter has told yet, that one will."""
    if isinstance(one, InterimMeasure):
        days = join_words(uk_date(incident.occurred_at) for incident in one.incidents.order_by("occurred_at"))
        if one.is_decided:
            return f"A manager set this because of what happened on {days}. It ends by itself."
        return f"This is only until a manager has looked at what happened on {days}."
    if one.customer_notified_on:
        return f"Why: {end_sentence(escape(one.reason))}"
    return f"Why: {end_sentence(escape(one.reason))} We write to you about this by itself, and tell you how to appeal."


def closed_channels_text(closed: Collection[Channel]) -> str:
    """Which channels they leave alone for now, and what we do not do."""
    asked = [CHANNEL_PHRASES[way] for way in Channel if way in closed and way != Channel.HOME_VISIT]
    return " ".join(
        filter(
            None,
            (
                f"For now, please do not contact us {join_with_or(asked)}." if asked else "",
                "We will not visit you at home for now." if Channel.HOME_VISIT in closed else "",
            ),
        )
    )


def durations_text(told: Collection[Restriction]) -> str:
    """From when and until when each applies and, where several close something, what it is that each closes. Policy §61.3."""
    if sum(bool(one.closed_channels) for one in told) < 2:
        return paragraph_by_kind(told, duration_text)
    return paragraph_by_kind(
        told, lambda one: f"{duration_text(one)} {closed_channels_text(one.closed_channels)}".strip()
    )


def duration_text(restriction: AnyRestriction) -> str:
    last = (
        f"until the end of {uk_date(restriction.ends_on)}"
        if restriction.ends_on
        else "until we tell you that it has ended"
    )
    return f"This applies from {uk_date(restriction.starts_on)} {last}."


def earlier_review_text(restriction: Restriction) -> str:
    """In which circumstances it is looked at before its time. Policy §23."""
    said = restriction.review_circumstances
    if not said:
        return "We would look at it sooner if things change for you: please tell us."
    if said.lower().startswith(("if ", "when ")):
        return f"We would look at it sooner {end_sentence(escape(said[0].lower() + said[1:]))}"
    return f"We would look at it sooner in this case: {end_sentence(escape(said))}"


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


def next_step_text(organisation: Organisation) -> str:
    """What is left once a panel has decided. Beyond the policy: B4."""
    return (
        "This was decided on appeal, which is the last step with us. If you remain unhappy, the next step is to go to the "
        f"{ombudsman_name(organisation)}, not to appeal to us again."
    )


hub.withholds_names.add(are_names_withheld)
