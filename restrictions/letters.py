"""The letters about decisions and restrictions, and the statements that they are made of.

Letters about reviews and appeals say some of the same things, and take them from here. A letter points to the restrictions that
it tells of from when it is drafted (`Restriction.letters`), and tells of no others.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from cha_engagement import hub, records
from cha_engagement.customers.enums import IN_WORDS, WAYS_IN, Channel
from cha_engagement.customers.models import Customer
from cha_engagement.letters.markdown import escape
from cha_engagement.letters.models import Letter
from cha_engagement.letters.places import (
    Statements,
    either,
    how_to_complain,
    how_to_contact_us,
    missing_places,
    missing_sections,
    ombudsman,
    place,
    reach,
    section,
    sentence,
)
from cha_engagement.letters.queries import unsent
from cha_engagement.letters.workflow import draft, point
from cha_engagement.organisation.calendar import add_working_days
from cha_engagement.organisation.models import Organisation
from cha_engagement.policy import Refusal, ask
from cha_engagement.staff.models import StaffMember
from cha_engagement.templatetags.ui import uk_date

from . import policy, workflow
from .enums import STANDING, RestrictionStatus
from .kinds import KINDS
from .kinds.ways import closed_by
from .kinds.withhold_staff_details import names_withheld
from .models import InterimMeasure, ManagementDecision, Restriction

NEW_VERSION, ITS_END = "a new version of a restriction", "the end of a restriction"
"""What a letter of an app above may tell instead: names for `hub.tells`."""


AT_THE_END = dict([place("what has ended", "what has ended, and when", "12")])
REQUIRED = dict(
    [
        place("what we have decided", "what is decided", "B3"),
        place("from when and until when", "from when it applies, and until when", "B3"),
        place("reviews", "when it is reviewed, and in which circumstances", "23"),
        place("how to appeal", "how to appeal", "B3"),
        place("what cannot be appealed", "what cannot be appealed", "22"),
        place("how to complain", "how to complain", "5"),
        place("the ombudsman", "how to reach the ombudsman", "B3"),
    ]
)
WHY = dict([section("Why", "why", "B3")])
EASING = dict(
    [section("What would change this", "what would lead to its being eased, and whom to ask", "61.2")]
)


# What a letter about a decision tells of


def untold(decision: ManagementDecision) -> list[Restriction]:
    """The restrictions that a letter about a decision would tell of: those of which no letter tells or is about to.

    What names somebody else since it was told is told again. What it was decided not to tell is told by a letter of its own, so
    that no other gives it away. Policy §12, 23.
    """
    found = list(
        Restriction.objects.filter(decision=decision, told_on=None, status__in=STANDING)
        .exclude(letters__in=unsent())
        .exclude(hub.told_by_holders(NEW_VERSION), letters=None)
        .select_related("named_contact", "deputy", "customer")
        .order_by("imposed_at", "pk")
    )
    return [one for one in found if not one.not_told_reason] or found


def covered(letter: Letter) -> list[Restriction]:
    """The restrictions that a letter tells of."""
    found = letter.restrictions.select_related("named_contact", "deputy", "customer")
    return list(found.order_by("imposed_at", "pk"))


def decision_of(letter: Letter) -> ManagementDecision:
    return letter.decisions.get()


def may_write(
    user: StaffMember, decision: ManagementDecision, letter: Letter | None = None
) -> Refusal | None:
    """Whoever may impose all that the letter tells of: one letter tells the customer of everything. Policy §12, 22, 54."""
    if refusal := policy.may_write(user, decision):
        return refusal
    told = covered(letter) if letter else untold(decision)
    if not told:
        return Refusal("There is nothing to tell: impose a restriction under this decision first.", "12")
    return next(filter(None, (policy.may_restrict(user, one.kind) for one in told)), None)


@transaction.atomic
def write(*, decision: ManagementDecision, by: StaffMember) -> Letter:
    """The letter about a decision: the draft that there is or, where something is still to tell, a new one. Policy §12, 22."""
    decision = decision.locked()
    ask(policy.may_write(by, decision))
    waiting = decision.letters.filter(sent_on=None).order_by("-pk")
    begun = waiting.filter(status="draft").first()
    if not begun and not untold(decision):
        begun = waiting.filter(status="issued").first()
    return begun or draft(
        customer=decision.customer,
        kind="restriction_decided",
        about=decision,
        by=by,
        submission=uuid4(),
    )


def attach(decision: ManagementDecision, letter: Letter, by: StaffMember) -> None:
    """A letter that puts another right tells of what that one did."""
    for restriction in covered(letter.replaces) if letter.replaces else untold(decision):
        point(restriction, letter, by)
    point(decision, letter, by)


def overtaken(letter: Letter) -> Refusal | None:
    """What a letter tells of has ended or changed since it was drafted: it would tell the customer what is no longer so."""
    over = [one.reference for one in covered(letter) if one.status not in STANDING]
    if not over:
        return None
    return Refusal(
        f"{' and '.join(over)} has ended or changed since this was written. Withdraw the letter, and write a new one.",
        "12",
    )


def left_out(letter: Letter) -> list[Refusal]:
    """What was imposed since the letter was drafted: its customer should read of everything at once."""
    if letter.replaces_id:
        return []
    return [
        Refusal(
            f"{one} was imposed since this draft was begun. Withdraw the draft and begin a new one, which tells of both.",
            "12",
        )
        for one in untold(decision_of(letter))
        if not one.not_told_reason
    ]


def missing(letter: Letter) -> list[Refusal]:
    return [
        *missing_places(letter, REQUIRED),
        *missing_sections(letter, WHY | EASING),
        *left_out(letter),
    ]


def tell(letter: Letter, on: date, by: StaffMember) -> None:
    """The customer knows now of what the letter tells, as far as it still stands."""
    for restriction in covered(letter):
        if restriction.status in STANDING:
            workflow.tell(restriction=restriction, on=on, by=by, letter=letter)


def sent(letter: Letter, on: date, by: StaffMember) -> None:
    decision = decision_of(letter).locked()
    if decision.explained_on is None:
        records.write(decision, by=by, reason="Explained in a letter", explained_on=on)
    tell(letter, on, by)


# What a letter about a restriction that ended tells of


def end_untold(letters: QuerySet[Letter]) -> QuerySet[Restriction]:
    """The restrictions that ended after their customer had been told of them, though none of these letters says so. Policy §12."""
    ended = Restriction.objects.filter(
        status__in=(RestrictionStatus.LIFTED, RestrictionStatus.EXPIRED), told_on__isnull=False
    )
    said = letters.filter(kind="restriction_ended")
    return ended.exclude(letters__in=said).exclude(hub.told_by_holders(ITS_END))


def may_write_end(
    user: StaffMember, restriction: Restriction, letter: Letter | None = None
) -> Refusal | None:
    return policy.may_restrict(user, restriction.kind)


@transaction.atomic
def write_end(*, restriction: Restriction, by: StaffMember) -> Letter:
    """The letter that a restriction has ended: the one that there is, or a new draft. Policy §12, 54."""
    restriction = restriction.locked()
    ask(may_write_end(by, restriction))
    written = restriction.letters.filter(kind="restriction_ended").exclude(status="void").first()
    if not written and not end_untold(Letter.objects.all()).filter(pk=restriction.pk).exists():
        ask(Refusal("There is no end to tell of: it stands, or another letter tells of it.", "12"))
    return written or draft(
        customer=restriction.customer,
        kind="restriction_ended",
        about=restriction,
        by=by,
        submission=uuid4(),
    )


def ended_on(restriction: Restriction) -> date:
    """The last day of what expired, unless it ended sooner; else the day on which it was lifted."""
    moved = localdate(restriction.history.filter(move__in=("lift", "expire")).latest("sequence").history_date)
    if restriction.status == RestrictionStatus.EXPIRED and restriction.ends_on:
        return min(restriction.ends_on, moved)
    return moved


def at_the_end(letter: Letter) -> Statements:
    restriction = letter.restrictions.get()
    closed = closed_ways(letter.customer, [])
    still = dict.fromkeys(
        f"- {one.measure.in_letters}" for one in binding(letter.customer, []) if one.told_on
    )
    again = (
        "\n".join(["What else we wrote to you about still applies:", "", *still])
        if still
        else "Nothing else stands: you can deal with us as anybody does."
    )
    return {
        **ways_left(letter.customer, []),
        "what has ended": (
            f"**{restriction.measure.in_letters}.** What we had decided ended on {uk_date(ended_on(restriction))}. It no longer applies. "
            f"{opened(restriction, closed)}"
        ).strip(),
        "what still applies": again,
    }


# What a letter says


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


def first_words(decision: ManagementDecision) -> dict[str, Any]:
    """What the draft says in the words of those who decided. Whoever writes the letter can put them better."""
    told = untold(decision)
    return {
        "why": words(told, lambda one: one.reason),
        "easing": words(told, lambda one: one.easing_conditions),
    }


def statements(letter: Letter) -> Statements:
    told, organisation = covered(letter), Organisation.current()
    closed = closed_ways(letter.customer, told)
    return {
        **ways_left(letter.customer, told),
        "what we have decided": decided(told, organisation, closed),
        "from when and until when": each(told, duration),
        "reviews": each(told, reviews),
        "how to appeal": how_to_appeal(letter),
        "what cannot be appealed": what_cannot_be_appealed(),
    }


def decided(told: Collection[Restriction], organisation: Organisation, closed: set[Channel]) -> str:
    """What the customer can do, then what not; below a heading each, where there are several."""
    parts = [(KINDS["channel"].in_letters, contact(told, organisation, closed))]
    parts += [(one.measure.in_letters, one.measure.letter_paragraph(one)) for one in told]
    parts = [(about, text) for about, text in dict.fromkeys(parts) if text]
    said = [text if len(parts) == 1 else f"### {about}\n\n{text}" for about, text in parts]
    return paragraphs([*said, *(other_route(one) for one in told)])


def contact(told: Iterable[Restriction], organisation: Organisation, closed: set[Channel]) -> str:
    """How they can contact us now, and how not, for all restrictions together; nothing where none closes a way.

    A way that was left open for them is named even where the association's details say nothing of it.
    """
    theirs = closed_by(told)
    if not theirs:
        return ""
    chosen = {way for one in told for way in one.terms.get("open", [])} | set(reach(organisation))
    ways = [IN_WORDS[way] for way in WAYS_IN if way in chosen - closed]
    asked = [IN_WORDS[way] for way in Channel if way in theirs and way != Channel.HOME_VISIT]
    return " ".join(
        filter(
            None,
            (
                f"You can contact us {either(ways)}.",
                f"For now, please do not contact us {either(asked)}." if asked else "",
                "We will not visit you at home for now." if Channel.HOME_VISIT in theirs else "",
            ),
        )
    )


def other_route(restriction: Restriction) -> str:
    """It binds whoever speaks for others in that capacity alone, and those they speak for have another route. Policy §3."""
    said = restriction.other_route
    if not said:
        return ""
    return (
        "This applies to you only where you act for other people. It does not restrict those you act for, who can reach us in "
        f"another way: {sentence(escape(said))}"
    )


def eased(before: Restriction, after: Restriction, closed: set[Channel]) -> str:
    """What a new version opens or shortens. Policy §22, 61.3."""
    shorter = after.ends_on and (before.ends_on is None or after.ends_on < before.ends_on)
    now = f"It now ends on {uk_date(after.ends_on)}." if shorter else ""
    return f"{opened(before, closed | after.closed_ways)} {now}".strip()


def opened(before: Restriction, closed: set[Channel]) -> str:
    """Which ways are open again that a restriction had closed."""
    ways = before.closed_ways - closed
    theirs = [IN_WORDS[way] for way in Channel if way in ways and way != Channel.HOME_VISIT]
    ours = "We will visit you at home again." if Channel.HOME_VISIT in ways else ""
    return " ".join(filter(None, (f"You can contact us {either(theirs)} again." if theirs else "", ours)))


def closed_ways(customer: Customer, told: Iterable[Restriction]) -> set[Channel]:
    """The ways to us that are closed to a customer: by what is in force, and by what a letter tells them of."""
    return closed_by(binding(customer, told))


def binding(customer: Customer, told: Iterable[Restriction]) -> list[Restriction]:
    """What is in force for a customer, and what a letter tells them of."""
    return list(
        dict.fromkeys(
            [*Restriction.objects.in_force().filter(customer=customer).select_related("customer"), *told]
        )
    )


def ways_left(customer: Customer, told: Iterable[Restriction]) -> Statements:
    """The statements that name ways to us, for a customer who may have some closed, be it for some days. Policy §5, 9, 53; B21."""
    organisation, bound = Organisation.current(), binding(customer, told)
    closed = closed_by([*bound, *InterimMeasure.objects.in_force().filter(customer=customer)])
    limited = [said for one in bound if (said := one.measure.new_complaints(one))]
    complain: str | Refusal
    if limited:
        complain = paragraphs([*limited, "You can send us a new complaint in any way that is open to you."])
    elif closed & set(WAYS_IN):
        complain = "If you are unhappy with our service, you can complain in any way that is open to you. Please say that it is a complaint."
    else:
        complain = how_to_complain(organisation)
    return {"how to contact us": how_to_contact_us(organisation, closed), "how to complain": complain}


def duration(restriction: Restriction) -> str:
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
        return f"We would look at it sooner {sentence(escape(said[0].lower() + said[1:]))}"
    return f"We would look at it sooner in this case: {sentence(escape(said))}"


def reviews(restriction: Restriction) -> str:
    if not restriction.first_review_on:
        return f"We have not set a date to review this: {sentence(escape(restriction.no_review_reason))} {sooner(restriction)}"
    interval = (
        "every month" if restriction.review_months == 1 else f"every {restriction.review_months} months"
    )
    return (
        f"We will look at this again on {uk_date(restriction.first_review_on)} and then {interval}, and tell you the outcome "
        f"each time. {sooner(restriction)}"
    )


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
        f"{ombudsman(organisation)}, not to appeal to us again."
    )


@hub.statements.add
def as_things_stand(customer: Customer) -> Statements:
    """No letter names a way to us that is closed to its reader. Policy §5."""
    return ways_left(customer, [])


hub.withholds_names.add(names_withheld)
hub.letter_kind(
    hub.LetterKind(
        code="restriction_decided",
        title="How we will be in contact with you",
        template="letters/restriction_decided.md",
        may_write=may_write,
        about=decision_of,
        context=first_words,
        attach=attach,
        places=statements,
        missing=missing,
        overtaken=overtaken,
        sent=sent,
    )
)
hub.letter_kind(
    hub.LetterKind(
        code="restriction_ended",
        title="What no longer applies",
        template="letters/restriction_ended.md",
        may_write=may_write_end,
        about=lambda letter: letter.restrictions.get(),
        context=lambda restriction: {"why": restriction.status_reason},
        attach=point,
        places=at_the_end,
        missing=lambda letter: missing_places(letter, AT_THE_END),
    )
)
