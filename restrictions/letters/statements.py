"""What letters about decisions and restrictions say, whichever of them says it."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date

from cha_engagement.core import hub
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.contact_plan import ContactPlan, channel_addresses
from cha_engagement.customers.enums import CHANNEL_PHRASES, INBOUND_CHANNELS, Channel
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import is_in_household_of
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.markdown import escape
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts, describe_channels, end_sentence
from cha_engagement.letters.rendering.standard_paragraphs import join_with_or, ombudsman_name
from cha_engagement.letters.rules.issuing import required_placeholder, required_section
from cha_engagement.letters.wording.contacts import open_contacts
from cha_engagement.organisation.calendar import add_months, add_working_days, start_of_day, today
from cha_engagement.organisation.models import Organisation
from incidents.models import Incident
from incidents.parts import rewriters
from restrictions.contact_plan import Measure, contact_plan, standing
from restrictions.enums import STANDING
from restrictions.kinds import KINDS
from restrictions.kinds.ways import closed_by, together
from restrictions.kinds.withhold_staff_details import names_withheld
from restrictions.models import InterimMeasure, ManagementDecision, Restriction

REQUIRED = dict(
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
WHY = dict([required_section("Why", "why", "B3")])
EASING = dict(
    [
        required_section(
            "What would change this", "what would lead to its being eased, and whom to ask", "61.2"
        )
    ]
)


def words(restrictions: Iterable[Restriction], said: Callable[[Restriction], str]) -> list[dict[str, str]]:
    """What is said of each restriction, `text`, and which it is `about`: left empty where all is the same or there is one."""
    restrictions = list(restrictions)
    texts = [said(one) for one in restrictions]
    if len(set(texts)) == 1:
        return [{"about": "", "text": texts[0]}]
    return [
        {"about": one.measure.in_letters, "text": text} for one, text in zip(restrictions, texts, strict=True)
    ]


def each(restrictions: Iterable[Restriction], said: Callable[[Restriction], str]) -> str:
    """The same as a statement."""
    return paragraphs(
        f"**{part['about']}.** {part['text']}" if part["about"] else part["text"]
        for part in words(restrictions, said)
    )


def paragraphs(texts: Iterable[str]) -> str:
    """Each text once, a paragraph for each; blanks are left out."""
    return "\n\n".join(dict.fromkeys(filter(None, texts)))


def decided(told: Collection[Restriction], organisation: Organisation, closed: set[Channel]) -> str:
    """What the customer can do, then what not; below a heading each, where there are several."""
    parts = [(KINDS["channel"].in_letters, contact(told, organisation, closed))]
    parts += [(one.measure.in_letters, one.measure.letter_paragraph(one, closed)) for one in told]
    parts = [(about, text) for about, text in dict.fromkeys(parts) if text]
    said = [text if len(parts) == 1 else f"### {about}\n\n{text}" for about, text in parts]
    return paragraphs([*said, *(other_route(one) for one in told)])


def contact(told: Iterable[Restriction], organisation: Organisation, closed: set[Channel]) -> str:
    """How they can contact us now, and how not, for all restrictions together.

    A way that was left open for them is named even where the association's details say nothing of it.
    """
    left = {way for one in told for way in one.terms.get("open", [])} | set(channel_addresses(organisation))
    return open_and_closed(left - closed, closed_by(told), [one.route for one in told])


def open_and_closed(
    left: Collection[Channel], theirs: Collection[Channel], routes: Collection[str] = ()
) -> str:
    """Which ways are left, and which are closed; nothing where none is closed."""
    if not theirs:
        return ""
    ways = [*(CHANNEL_PHRASES[way] for way in INBOUND_CHANNELS if way in left), *filter(None, routes)]
    can = f"You can contact us {join_with_or(ways)}." if ways else ""
    return f"{can} {please_do_not(theirs)}".strip()


def other_route(restriction: Restriction) -> str:
    """It binds whoever speaks for others in that capacity alone, and those they speak for have another route. Policy §3."""
    said = restriction.other_route
    if not said:
        return ""
    return (
        "This applies to you only where you act for other people. It does not restrict those you act for, who can reach us in "
        f"another way: {end_sentence(escape(said))}"
    )


def eased(before: Restriction, after: Restriction, closed: set[Channel]) -> str:
    """What a new version opens or shortens. Policy §22, 61.3."""
    shorter = after.ends_on and (before.ends_on is None or after.ends_on < before.ends_on)
    now = f"It now ends on {uk_date(after.ends_on)}." if shorter else ""
    return f"{opened(before, closed, keeps=after.closed_ways)} {now}".strip()


def opened(before: Restriction, closed: set[Channel], *, keeps: Collection[Channel] = ()) -> str:
    """Which ways are open again that a restriction had closed, how far, and which something else keeps closed. Policy §12; B29.

    `keeps` are those that its next version closes as well.
    """
    ways = [way for way in Channel if way in before.closed_ways and way not in keeps]
    plan = contact_plan(before.customer, without=[before])
    again = [way for way in ways if way not in closed]
    theirs = [how_far(plan, way) for way in again if way != Channel.HOME_VISIT]
    return " ".join(
        filter(
            None,
            (
                f"You can contact us {join_with_or(theirs)} again." if theirs else "",
                "We will visit you at home again." if Channel.HOME_VISIT in again else "",
                closed_all_the_same([way for way in ways if way in closed], plan),
            ),
        )
    )


def how_far(plan: ContactPlan, way: Channel) -> str:
    """A way in words, with what limits it: by email (not from orla@example.org)."""
    limits = "; ".join(words for _, words in plan.channels[way].limited_by)
    return f"{CHANNEL_PHRASES[way]} ({limits})" if limits else CHANNEL_PHRASES[way]


def closed_all_the_same(ways: Collection[Channel], plan: ContactPlan) -> str:
    """Which ways stay closed though what closed them has ended, and by what; nothing where the customer is not told of that."""
    others = [one for one in plan.sources if one.closed_ways & set(ways) and not is_kept(one)]
    if not others:
        return ""
    closing = closed_by(others)
    names = together(dict.fromkeys(named(one) for one in others))
    shut = join_with_or(CHANNEL_PHRASES[way] for way in ways if way in closing)
    return f"This no longer closes contact {shut}. Something else still does for now: {names}."


def named(one: Measure) -> str:
    """What its customer calls a measure."""
    if isinstance(one, InterimMeasure):
        return "what a manager set for a few days"
    return f"“{one.measure.in_letters}”"


def is_kept(one: Measure) -> bool:
    """Whether it was decided not to tell the customer of it: no letter gives it away. Policy §12."""
    return isinstance(one, Restriction) and one.told_on is None and bool(one.not_told_reason)


def in_own_words(restrictions: Iterable[Restriction]) -> str:
    """What these restrict by words of staff alone, which a second person reads with the letter. Beyond the policy: B36."""
    return "\n\n".join(one.measure.letter_paragraph(one) for one in restrictions if one.measure.in_own_words)


def closed_ways(customer: Customer, told: Collection[Measure]) -> set[Channel]:
    """The ways to us that are closed to a customer: by what is in force, and by what a letter tells them of."""
    return contact_plan(customer, adding=told).closed_channels


def binding(customer: Customer) -> list[Restriction]:
    """The restrictions that are in force for a customer."""
    return list(Restriction.objects.in_force().filter(customer=customer))


def still_applies(customer: Customer, nothing: str) -> str:
    """What a customer was told of and is bound by, and what is set for some days; or what is said where `nothing` stands. Policy §12."""
    still = dict.fromkeys(f"- {one.measure.in_letters}" for one in binding(customer) if one.told_on)
    told = "\n".join(["What else we wrote to you about still applies:", "", *still]) if still else ""
    days = [one.ends_on for one in InterimMeasure.objects.in_force().filter(customer=customer)]
    for_now = (
        f"What a manager set for a few days applies until the end of {uk_date(max(days))}." if days else ""
    )
    return paragraphs([told, for_now]) or ("" if standing(customer) else nothing)


def ways_left(customer: Customer, told: Collection[Measure]) -> PlaceholderTexts:
    """The statements that name ways to us, for a customer who may have some closed, be it for some days. Policy §5, 9, 53; B21, B29.

    `told` are the measures that the letter tells of.
    """
    plan = contact_plan(customer, adding=told)
    reached = describe_channels(Organisation.current(), plan)
    if isinstance(reached, str):
        reached = paragraphs([reached, *closed_besides(plan, told)])
    ways: PlaceholderTexts = {"how to contact us": reached}
    if limited := [said for one in plan.sources if (said := new_complaints(one))]:
        new = f"You can send us a new complaint in any way that is open to you.{where_to_complain(plan)}"
        ways["how to complain"] = paragraphs([*limited, new])
    elif plan.closed_channels & set(INBOUND_CHANNELS):
        ways["how to complain"] = (
            f"If you are unhappy with our service, you can complain in any way that is open to you.{where_to_complain(plan)} Please say "
            "that it is a complaint."
        )
    return ways


def where_to_complain(plan: ContactPlan) -> str:
    """How the complaints process itself is reached, without what is closed. Policy §5."""
    contacts = open_contacts(Organisation.current().complaints_contact, plan.closed_channels)
    return f" You can reach our complaints process at {escape(join_with_or(contacts))}." if contacts else ""


def new_complaints(one: Measure) -> str:
    return one.measure.new_complaints(one) if isinstance(one, Restriction) else ""


def closed_besides(plan: ContactPlan, told: Collection[Measure]) -> Iterator[str]:
    """What is closed by something else than a letter tells of: which ways, from when, until when and why. Policy §12, 23.

    What it was decided not to tell is not given away.
    """
    for one in plan.sources:
        if one.closed_ways and one not in told and not is_kept(one):
            yield f"{please_do_not(one.closed_ways)} {duration(one)} {why(one)}"


def why(one: Measure) -> str:
    """Why something is closed that another letter tells of; of what no letter has told yet, that one will."""
    if isinstance(one, InterimMeasure):
        days = together(uk_date(incident.occurred_at) for incident in one.incidents.order_by("occurred_at"))
        if one.is_decided:
            return f"A manager set this because of what happened on {days}. It ends by itself."
        return f"This is only until a manager has looked at what happened on {days}."
    if one.told_on:
        return f"Why: {end_sentence(escape(one.reason))}"
    return f"Why: {end_sentence(escape(one.reason))} We write to you about this by itself, and tell you how to appeal."


def please_do_not(closed: Collection[Channel]) -> str:
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


def durations(told: Collection[Restriction]) -> str:
    """From when and until when each applies and, where several close something, what it is that each closes. Policy §61.3."""
    if sum(bool(one.closed_ways) for one in told) < 2:
        return each(told, duration)
    return each(told, lambda one: f"{duration(one)} {please_do_not(one.closed_ways)}".strip())


def duration(restriction: Measure) -> str:
    last = (
        f"until the end of {uk_date(restriction.ends_on)}"
        if restriction.ends_on
        else "until we tell you that it has ended"
    )
    return f"This applies from {uk_date(restriction.starts_on)} {last}."


def sooner(restriction: Restriction) -> str:
    """In which circumstances it is looked at before its time. Policy §23."""
    said = restriction.review_circumstances
    if not said:
        return "We would look at it sooner if things change for you: please tell us."
    if said.lower().startswith(("if ", "when ")):
        return f"We would look at it sooner {end_sentence(escape(said[0].lower() + said[1:]))}"
    return f"We would look at it sooner in this case: {end_sentence(escape(said))}"


def reviews(restriction: Restriction) -> str:
    if not restriction.first_review_on:
        return f"We have not set a date to review this: {end_sentence(escape(restriction.no_review_reason))} {sooner(restriction)}"
    first, months = restriction.first_review_on, restriction.review_months or 1
    if restriction.ends_on and add_months(first, months) > restriction.ends_on:
        return (
            f"We will look at this again on {uk_date(first)} and tell you the outcome. {sooner(restriction)}"
        )
    interval = "every month" if months == 1 else f"every {months} months"
    return f"We will look at this again on {uk_date(first)} and then {interval}, and tell you the outcome each time. {sooner(restriction)}"


def how_to_appeal(letter: Letter) -> str:
    days = Organisation.current().appeal_working_days
    return (
        "You can appeal to our Executive Team, against all of this or a part of it. Nobody who took part in deciding it will hear your appeal. "
        f"Please tell us by {uk_date(add_working_days(letter.dated, days))}, which is {days} working days after the date of this letter, in any "
        "way that is open to you or through somebody you ask to speak for you. We can write it down for you, and we hear one that comes later "
        "or in another way. What we have decided applies meanwhile, unless those who hear your appeal decide otherwise."
    )


def what_cannot_be_appealed() -> str:
    return "A manager has decided that we need to manage how we are in contact with you. That decision is final and cannot be appealed."


def after_a_panel(organisation: Organisation) -> str:
    """What is left once a panel has decided. Beyond the policy: B4."""
    return (
        "This was decided on appeal, which is the last step with us. If you remain unhappy, the next step is to go to the "
        f"{ombudsman_name(organisation)}, not to appeal to us again."
    )


@hub.placeholders.add
def as_things_stand(customer: Customer) -> PlaceholderTexts:
    """No letter names a way to us that is closed to its reader. Policy §5."""
    return ways_left(customer, [])


@hub.closed_channels.add
def closed_to_reader(letter: Letter) -> set[Channel]:
    """Close what is in force for a letter's reader, and what the letter tells of. Policy §21.1, 31; B21, B29."""
    return closed_ways(letter.customer, told_in(letter))


def told_in(letter: Letter) -> list[Measure]:
    """The measures that a letter tells of and that stand."""
    restrictions = letter.restrictions.filter(status__in=STANDING)
    return [
        *restrictions.select_related("customer", "named_contact", "deputy"),
        *letter.interim_measures.in_force(),
    ]


@hub.letter_records.add
def letter_records(letter: Letter) -> list[hub.LetterRecord]:
    """Return what staff do as the letter has it, and what that rests on: a letter can read well while the card does not. Beyond the policy: B36."""
    return [
        hub.LetterRecord(
            title=one.title if isinstance(one, Restriction) else "Interim measure",
            reference=one.reference,
            url=one.get_absolute_url(),
            facts=[*record_facts(one), *incident_facts(one)],
        )
        for one in told_in(letter)
    ]


def record_facts(one: Measure) -> list[tuple[str, str]]:
    last = uk_date(one.ends_on) if one.ends_on else "None is set"
    if isinstance(one, InterimMeasure):
        return [("Staff do", one.what), ("Why", one.reason), ("Told", one.told), ("Last day", last)]
    return [
        *one.terms_in_words,
        ("Staff do", one.staff_instruction),
        ("Last day", last),
        ("First review", uk_date(one.first_review_on) if one.first_review_on else ""),
        ("No review, because", one.no_review_reason),
    ]


def incident_facts(one: Measure) -> list[tuple[str, str]]:
    """Return each incident with who reported it, and who else typed it in or put it in other words."""
    return [
        (f"Rests on {incident}", report_in_words(incident))
        for incident in one.incidents.order_by("occurred_at")
    ]


def report_in_words(incident: Incident) -> str:
    categories = together(map(str, incident.categories.all())) or "No kind said"
    by = f"reported by {incident.reported_by}"
    entered = f", typed in by {incident.entered_by}" if incident.entered_by != incident.reported_by else ""
    changed = "".join(f", what happened put in other words by {person}" for person in rewriters(incident))
    return f"{categories}, {uk_date(incident.occurred_at)}, {by}{entered}{changed}"


@hub.under_decision.add
def is_under_decision(customer: Customer) -> bool:
    """Whether something decided about a customer stands, or an interim measure. Beyond the policy: B36."""
    return are_under_decision([customer])


def are_under_decision(customers: Iterable[Customer]) -> bool:
    """Whether any of these is. A decision under which all has ended is over; one under which nothing was restricted is after a year."""
    decided = ManagementDecision.objects.filter(
        customer__in=customers, decided_at__gte=start_of_day(add_months(today(), -12))
    )
    found = (
        Restriction.objects.filter(customer__in=customers, status__in=STANDING),
        InterimMeasure.objects.in_force().filter(customer__in=customers),
        decided.exclude(restrictions__imposed_at__isnull=False),
    )
    return any(records.exists() for records in found)


@hub.channels_closed_by_decision.add
def closed_by_decision(letter: Letter) -> dict[Channel, date | None] | None:
    """Which ways are closed to a reader who is under a decision or an interim measure, and until when. Beyond the policy: B36.

    What has ended is over, but for the letter that says so. What is suspended closes nothing. Whoever lives with somebody restricted is
    written to as carefully, so that nothing binds them too (B5).
    """
    customer = letter.customer
    household = Customer.objects.filter(is_in_household_of(customer))
    if not (are_under_decision(household) or letter.restrictions.exists()):
        return None
    told = [one for one in told_in(letter) if one.status != "suspended"]
    return {one.channel: one.until for one in contact_plan(customer, adding=told) if one.closed_by}


hub.withholds_names.add(names_withheld)
