"""Letters about reviews and appeals, and the statements that they are made of. What a restriction says of itself comes from `restrictions.letters`."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.letters.actions import point
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.markdown import escape
from cha_engagement.letters.rendering.placeholders import Statements, missing_places, missing_sections, place
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from restrictions import letters as restrictions
from restrictions.enums import STANDING, RestrictionStatus
from restrictions.kinds.withhold_staff_details import names_withheld
from restrictions.models import Restriction
from restrictions.queries import ending

from . import queries, rules
from .enums import AppealOutcome, LetterCode, ReviewOutcome, ReviewStatus
from .models import Appeal, AppealedRestriction, Review


def required(*names: str) -> dict[str, Refusal]:
    """What these letters say as the letter of a decision does. Policy §5, 6.3, 22, 23; beyond the policy: B3."""
    return {name: restrictions.REQUIRED[name] for name in names}


AFTER_A_REVIEW = required("what we have decided", "how to complain", "the ombudsman")
WHILE_IT_GOES_ON = required("from when and until when", "reviews")
AFTER_AN_APPEAL = AFTER_A_REVIEW | dict([place("what is left", "what is left to them", "6.3")])
ON_ARRIVAL = required("the ombudsman") | dict(
    [
        place("where your appeal stands", "which stage the appeal has reached", "6.3"),
        place("who will hear it", "who will hear it, and by when", "22"),
        place("what it can lead to", "what it can lead to", "6.3"),
        place("what applies meanwhile", "whether the restrictions apply meanwhile", "22"),
    ]
)


AFTER_WITHDRAWAL = required("how to complain", "the ombudsman") | dict(
    [
        place("what applies now", "what applies now", "22"),
        place("what is left", "what is left to them", "6.3"),
    ]
)
CHANGED_MEANWHILE = {
    name: ON_ARRIVAL[name]
    for name in ("the ombudsman", "where your appeal stands", "who will hear it", "what applies meanwhile")
}


@hub.tells(restrictions.NEW_VERSION)
def versions_of_reviews_and_panels() -> Q:
    return Q(supersedes__reviews__outcome=ReviewOutcome.VARY) | Q(eased_by__isnull=False)


@hub.tells(restrictions.ITS_END)
def ended_by_reviews() -> Q:
    return Q(reviews__outcome=ReviewOutcome.LIFT)


def may_write(user: StaffMember, record: Any, letter: Letter | None) -> Refusal | None:
    return rules.may_write_letter(user, record)


def may_tell(user: StaffMember, appeal: Appeal, letter: Letter | None) -> Refusal | None:
    """Nobody is written to about what they were told already."""
    if letter is None and not queries.is_letter_to_write(appeal, LetterCode.APPEAL_MEANWHILE):
        return Refusal("The customer was told what applies meanwhile, and nothing has changed since.", "12")
    return may_write(user, appeal, letter)


def review_of(letter: Letter) -> Review:
    return queries.reviews_for_page(letter.reviews.all()).get()


def appeal_of(letter: Letter) -> Appeal:
    return queries.appeals_for_page(letter.appeals.all()).get()


def version_after(review: Review) -> Restriction:
    """What the customer lives with after a review."""
    varied = review.outcome == ReviewOutcome.VARY
    return review.restriction.superseded_by if varied else review.restriction


def goes_on(review: Review) -> bool:
    return review.outcome != ReviewOutcome.LIFT


def attach_to_review(review: Review, letter: Letter, by: StaffMember) -> None:
    if goes_on(review):
        point(version_after(review), letter, by)
    point(review, letter, by)


def after_review(letter: Letter) -> Statements:
    review = review_of(letter)
    restriction = version_after(review)
    told = [restriction] if goes_on(review) else []
    closed = restrictions.closed_ways(letter.customer, told)
    said: Statements = {
        **restrictions.ways_left(letter.customer, told),
        "what we have decided": outcome_of(review, restriction, closed),
    }
    if not told:
        return said
    return said | {
        "from when and until when": restrictions.duration(restriction),
        "reviews": next_review(restriction, review.next_review_on),
        "how to appeal": under_appeal(restriction) or restrictions.how_to_appeal(letter),
        "what cannot be appealed": restrictions.what_cannot_be_appealed(),
    }


def outcome_of(review: Review, restriction: Restriction, closed: set[Channel]) -> str:
    about = f"**{restriction.measure.in_letters}.**"
    if review.outcome == ReviewOutcome.LIFT:
        again = restrictions.opened(restriction, closed)
        ended = (
            f"{about} What we had decided ended on {uk_date(review.held_on)}. It no longer applies. {again}"
        )
        return restrictions.paragraphs([ended.strip(), restrictions.still_applies(review.customer, "")])
    if review.outcome == ReviewOutcome.CONTINUE:
        return restrictions.paragraphs([f"{about} This goes on as it is.", *standing([restriction], closed)])
    changed = restrictions.eased(review.restriction, restriction, closed)
    return restrictions.paragraphs(
        [f"{about} We have changed this. {changed}".strip(), *standing([restriction], closed)]
    )


def standing(told: list[Restriction], closed: set[Channel]) -> list[str]:
    """What applies from now on, in full."""
    return [
        restrictions.contact(told, Organisation.current(), closed),
        *(one.measure.letter_paragraph(one, closed) for one in told),
        *(restrictions.other_route(one) for one in told),
    ]


def under_appeal(restriction: Restriction) -> str:
    """What is said in place of how to appeal, where the customer has done so already."""
    appeal = queries.open_appeals(restriction).first()
    if appeal is None:
        return ""
    return (
        f"You have appealed against this already: your appeal reached us on {uk_date(appeal.received_on)}, and our reference is {appeal}. "
        "You need not do anything more for it to be heard. This review does not change your appeal, and we will write to you about it."
    )


def next_review(restriction: Restriction, day: date | None) -> str:
    if day is None:
        return restrictions.reviews(restriction)
    return f"We will look at this again on {uk_date(day)} and tell you the outcome. {restrictions.sooner(restriction)}"


def on_arrival(letter: Letter) -> Statements:
    appeal = appeal_of(letter)
    return {
        **restrictions.ways_left(letter.customer, []),
        "where your appeal stands": (
            f"Your appeal reached us on {uk_date(appeal.received_on)}. Our reference is {appeal}. The next step is to hear it. "
            "We have one stage of appeal, and this is it."
        ),
        "who will hear it": (
            f"{who_hears(appeal)} They will decide by {uk_date(appeal.decide_by)} and write to you with their reasons."
        ),
        "what it can lead to": (
            "For each restriction they can decide to end it, to ease it or to leave it as it is. They cannot make it harsher."
        ),
        "what applies meanwhile": what_applies_meanwhile(
            appeal, restrictions.closed_ways(letter.customer, [])
        ),
    }


def what_applies_meanwhile(appeal: Appeal, closed: set[Channel]) -> str:
    return restrictions.paragraphs(meanwhile(one, closed) for one in appeal.appealed.all())


def changed_meanwhile(letter: Letter) -> Statements:
    """What applies is said in full: the letter may take back what another opened."""
    appeal, closed = appeal_of(letter), restrictions.closed_ways(letter.customer, [])
    applying = [
        one.restriction
        for one in appeal.appealed.all()
        if one.restriction.status == RestrictionStatus.IMPOSED
    ]
    return on_arrival(letter) | {
        "what applies meanwhile": restrictions.paragraphs(
            [what_applies_meanwhile(appeal, closed), *standing(applying, closed)]
        )
    }


def check_meanwhile_unchanged(letter: Letter) -> list[Refusal]:
    """Refuse a letter that is wrong about what applies while its reader's appeal is heard. Policy §12, 22."""
    this = Letter.objects.filter(pk=letter.pk)
    if not queries.wrongly_explained(this).filter(appeal__letters=letter).exists():
        return []
    return [
        Refusal(
            "What applies meanwhile has changed since this was issued. Withdraw the letter, and write a new one.",
            "12",
        )
    ]


def who_hears(appeal: Appeal) -> str:
    if person := appeal.substitute:
        return (
            f"Nobody on our Executive Team is free to hear it, so we have named {escape(substitute(person, appeal))} to hear it in their place. "
            "They took no part in what you appeal against."
        )
    return (
        "Our Executive Team will hear it. Nobody who took part in what you appeal against will be among them; where nobody else "
        "is left, we name somebody to stand in."
    )


def substitute(person: StaffMember, appeal: Appeal) -> str:
    """Who was named to hear it, as far as the customer may know. Policy §21.3, 22."""
    name = "" if names_withheld(appeal.customer) else str(person)
    return ", ".join(filter(None, (name, person.job_title))) or "a colleague"


def meanwhile(one: AppealedRestriction, closed: set[Channel]) -> str:
    restriction = one.restriction
    about = f"**{restriction.measure.in_letters}.**"
    if restriction.status not in STANDING:
        return f"{about} What we had decided has ended already."
    if restriction.status == RestrictionStatus.SUSPENDED:
        again = restrictions.opened(restriction, closed)
        return (
            f"{about} What we have decided does not apply while your appeal is being heard. {again}".strip()
        )
    return f"{about} What we have decided applies until they have decided."


def attach_to_appeal(appeal: Appeal, letter: Letter, by: StaffMember) -> None:
    """What is written before the outcome tells of no restriction: it says where the appeal stands."""
    if letter.kind == LetterCode.APPEAL_OUTCOME:
        for one in appeal.appealed.all():
            if restriction := standing_after(one):
                point(restriction, letter, by)
    point(appeal, letter, by)


def after_appeal(letter: Letter) -> Statements:
    appealed = list(appeal_of(letter).appealed.all())
    left = [restriction for one in appealed if (restriction := standing_after(one))]
    organisation, closed = Organisation.current(), restrictions.closed_ways(letter.customer, left)
    said: Statements = {
        **restrictions.ways_left(letter.customer, left),
        "what we have decided": restrictions.paragraphs(
            [*(verdict(one, closed) for one in appealed), *standing(left, closed)]
        ),
        "what is left": restrictions.after_a_panel(organisation),
    }
    if not left:
        return said
    return said | {
        "from when and until when": restrictions.paragraphs(
            [restrictions.durations(left), *map(applies_again, appealed)]
        ),
        "reviews": restrictions.each(left, lambda restriction: next_review(restriction, due(restriction))),
    }


def after_withdrawal(letter: Letter) -> Statements:
    appealed = list(appeal_of(letter).appealed.all())
    left = [one.restriction for one in appealed if one.restriction.status in STANDING]
    closed = restrictions.closed_ways(letter.customer, left)
    return {
        **restrictions.ways_left(letter.customer, left),
        "what applies now": restrictions.paragraphs([*map(as_before, appealed), *standing(left, closed)]),
        "what is left": (
            "If you change your mind, please tell us in any way that is open to you, and your appeal can be made anew. Whatever "
            "applies to you is also looked at in its reviews."
        ),
    }


def as_before(one: AppealedRestriction) -> str:
    about = f"**{one.restriction.measure.in_letters}.**"
    if one.restriction.status not in STANDING:
        return f"{about} What we had decided has ended already."
    if one.suspended:
        return f"{about} It did not apply while your appeal was heard. It applies again now."
    return f"{about} What we had decided applies as before."


def standing_after(one: AppealedRestriction) -> Restriction | None:
    """The version that the customer lives with after an appeal, if any."""
    restriction = one.varied_to or one.restriction
    return restriction if restriction.status in STANDING else None


def applies_again(one: AppealedRestriction) -> str:
    """From when on it applies, where it did not while it was heard. Policy §22, 61.3."""
    if not one.suspended or not standing_after(one) or one.varied_to:
        return ""
    again = uk_date(timezone.localdate(one.appeal.decided_at))
    return f"**{one.restriction.measure.in_letters}.** It did not apply while your appeal was heard. It applies again from {again}."


def due(restriction: Restriction) -> date | None:
    return restriction.reviews.filter(status=ReviewStatus.SCHEDULED).values_list("due_on", flat=True).first()


def verdict(one: AppealedRestriction, closed: set[Channel]) -> str:
    found = {
        AppealOutcome.UPHELD: "Your appeal is upheld.",
        AppealOutcome.PARTLY_UPHELD: "Your appeal is upheld in part.",
        AppealOutcome.NOT_UPHELD: "Your appeal is not upheld.",
    }[AppealOutcome(one.outcome)]
    latest = one.varied_to or one.restriction
    if latest.status == RestrictionStatus.OVERTURNED:
        follows = f"What we had decided no longer applies. {restrictions.opened(latest, closed)}"
    elif latest.status not in STANDING:
        follows = how_it_ended(latest, one, closed)
    elif one.varied_to:
        follows = f"We have eased this. {restrictions.eased(one.restriction, one.varied_to, closed)}"
    else:
        follows = f"What we had decided applies {'again' if one.suspended else 'as before'}."
    return f"**{one.restriction.measure.in_letters}.** {found} {follows}".strip()


def how_it_ended(latest: Restriction, one: AppealedRestriction, closed: set[Channel]) -> str:
    """Say whether what was appealed against ended before the panel decided or since, be it in a review or by its last day. Policy §12."""
    eased = "We had eased this. " if one.varied_to else ""
    changed = latest.status == RestrictionStatus.SUPERSEDED
    if not changed and has_ended_before(latest, one.appeal.decided_at):
        return "What we had decided had ended already, before your appeal was decided."
    if changed:
        return f"{eased}We have looked at it again since your appeal was decided, and changed it. Another letter says what applies now."
    ended = f"What we had decided ended on {uk_date(restrictions.ended_on(latest))}, after your appeal was decided."
    return f"{eased}{ended} {restrictions.opened(latest, closed)}"


def has_ended_before(restriction: Restriction, decided_at: datetime | None) -> bool:
    """Whether it was lifted before an appeal was decided, or its last day had passed by then."""
    moved_at = ending(restriction).history_date
    return moved_at < decided_at or restrictions.ended_on(restriction) < timezone.localdate(decided_at)


def review_words(review: Review) -> dict[str, Any]:
    going_on = [version_after(review)] if goes_on(review) else []
    return {
        "goes_on": goes_on(review),
        "why": [{"about": "", "text": review.reasons}],
        "easing": [{"about": "", "text": one.easing_conditions} for one in going_on],
    }


def appeal_words(appeal: Appeal) -> dict[str, Any]:
    appealed = list(appeal.appealed.all())
    reasons = {one.restriction: one.reasons for one in appealed}
    left = [restriction for one in appealed if (restriction := standing_after(one))]
    return {
        "goes_on": bool(left),
        "substitute": appeal.substitute and substitute(appeal.substitute, appeal),
        "why": restrictions.words(reasons, reasons.__getitem__),
        "easing": restrictions.words(left, lambda one: one.easing_conditions) if left else [],
    }


def missing_after_review(letter: Letter) -> list[Refusal]:
    if not goes_on(review_of(letter)):
        return [*missing_places(letter, AFTER_A_REVIEW), *missing_sections(letter, restrictions.WHY)]
    appealing = required("how to appeal", "what cannot be appealed")
    return [
        *missing_places(letter, AFTER_A_REVIEW | WHILE_IT_GOES_ON | appealing),
        *missing_sections(letter, restrictions.WHY | restrictions.EASING),
    ]


def missing_after_appeal(letter: Letter) -> list[Refusal]:
    if not any(standing_after(one) for one in appeal_of(letter).appealed.all()):
        return [*missing_places(letter, AFTER_AN_APPEAL), *missing_sections(letter, restrictions.WHY)]
    return [
        *missing_places(letter, AFTER_AN_APPEAL | WHILE_IT_GOES_ON),
        *missing_sections(letter, restrictions.WHY | restrictions.EASING),
    ]


def show_end(ended: Iterable[Restriction], letter: Letter, by: StaffMember) -> None:
    """The pages of restrictions that ended show the letter that said so. They are not told of anew. Policy §12."""
    for restriction in ended:
        if restriction.status not in STANDING:
            point(restriction, letter, by, reason="The customer was told that it has ended")


def review_sent(letter: Letter, on: date, by: StaffMember) -> None:
    restrictions.tell(letter, on, by)
    if not goes_on(review := review_of(letter)):
        show_end([review.restriction], letter, by)


def appeal_sent(letter: Letter, on: date, by: StaffMember) -> None:
    restrictions.tell(letter, on, by)
    appealed = appeal_of(letter).appealed.filter(varied_to=None)
    show_end((one.restriction for one in appealed.select_related("restriction")), letter, by)


hub.letter_kind(
    hub.LetterKind(
        code=LetterCode.REVIEW_OUTCOME,
        title="The outcome of our review",
        template="letters/review_outcome.md",
        may_write=may_write,
        about=review_of,
        context=review_words,
        link_records=attach_to_review,
        placeholders=after_review,
        check_ready=missing_after_review,
        check_still_true=restrictions.check_still_true,
        on_sent=review_sent,
    )
)
hub.letter_kind(
    hub.LetterKind(
        code=LetterCode.APPEAL_RECEIVED,
        title="We have received your appeal",
        template="letters/appeal_received.md",
        may_write=may_write,
        about=appeal_of,
        link_records=attach_to_appeal,
        placeholders=on_arrival,
        check_ready=lambda letter: missing_places(letter, ON_ARRIVAL),
        check_still_true=check_meanwhile_unchanged,
    )
)
hub.letter_kind(
    hub.LetterKind(
        code=LetterCode.APPEAL_MEANWHILE,
        title="What applies while we hear your appeal",
        template="letters/appeal_meanwhile.md",
        may_write=may_tell,
        about=appeal_of,
        link_records=attach_to_appeal,
        placeholders=changed_meanwhile,
        check_ready=lambda letter: missing_places(letter, CHANGED_MEANWHILE),
        check_still_true=check_meanwhile_unchanged,
    )
)
hub.letter_kind(
    hub.LetterKind(
        code=LetterCode.APPEAL_WITHDRAWN,
        title="You have taken your appeal back",
        template="letters/appeal_withdrawn.md",
        may_write=may_write,
        about=appeal_of,
        link_records=attach_to_appeal,
        placeholders=after_withdrawal,
        check_ready=lambda letter: missing_places(letter, AFTER_WITHDRAWAL),
    )
)
hub.letter_kind(
    hub.LetterKind(
        code=LetterCode.APPEAL_OUTCOME,
        title="The outcome of your appeal",
        template="letters/appeal_outcome.md",
        may_write=may_write,
        about=appeal_of,
        context=appeal_words,
        from_panel=True,
        link_records=attach_to_appeal,
        placeholders=after_appeal,
        check_ready=missing_after_appeal,
        check_still_true=restrictions.check_still_true,
        on_sent=appeal_sent,
        own_words=lambda letter: restrictions.in_own_words(
            one.varied_to for one in appeal_of(letter).appealed.all() if one.varied_to
        ),
    )
)
