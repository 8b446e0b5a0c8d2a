"""Letters about reviews and appeals, and the statements that they are made of. What a restriction says of itself comes from `restrictions.letters`."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from cha_engagement import hub, records
from cha_engagement.letters.markdown import escape
from cha_engagement.letters.models import Letter
from cha_engagement.letters.places import missing_places, ways_of_contact
from cha_engagement.organisation.models import Organisation
from cha_engagement.policy import Refusal
from cha_engagement.staff.models import StaffMember
from cha_engagement.templatetags.ui import uk_date
from restrictions import letters as restrictions
from restrictions import workflow
from restrictions.enums import STANDING
from restrictions.models import Restriction

from . import policy, queries
from .enums import AppealOutcome, ReviewOutcome
from .models import Appeal, AppealedRestriction, Review

Statements = dict[str, str | Refusal]


def required(*names: str) -> dict[str, Refusal]:
    """What these letters say as the letter of a decision does. Policy §6.3, 22, 23; beyond the policy: B3."""
    return {name: restrictions.REQUIRED[name] for name in names}


TO_SAY = required("what we have decided", "why", "emergency repairs")
WHILE_IT_GOES_ON = required("from when and until when", "reviews", "how this can be eased")
AFTER_A_REVIEW = TO_SAY | required("the ombudsman")
AFTER_A_REVIEW_THAT_GOES_ON = (
    AFTER_A_REVIEW | WHILE_IT_GOES_ON | required("how to appeal", "what cannot be appealed")
)
AFTER_AN_APPEAL = (
    TO_SAY
    | required("the ombudsman")
    | dict([restrictions.place("what is left", "what is left to them", "6.3")])
)
ON_ARRIVAL = required("the ombudsman", "emergency repairs") | dict(
    [
        restrictions.place("where your appeal stands", "which stage the appeal has reached", "6.3"),
        restrictions.place("who will hear it", "who will hear it, and by when", "22"),
        restrictions.place("what it can lead to", "what it can lead to", "6.3"),
        restrictions.place("what applies meanwhile", "whether the restrictions apply meanwhile", "22"),
    ]
)


def attach(record: Any, letter: Letter, by: StaffMember) -> None:
    current = record.locked()
    records.write(
        current, by=by, reason="Letter drafted", links={"letters": [*current.letters.all(), letter]}
    )


def review_of(letter: Letter) -> Review:
    return queries.for_page(letter.reviews.all()).get()


def appeal_of(letter: Letter) -> Appeal:
    return queries.for_appeal_page(letter.appeals.all()).get()


def version_after(review: Review) -> Restriction:
    """What the customer lives with after a review."""
    varied = review.outcome == ReviewOutcome.VARY
    return review.restriction.superseded_by if varied else review.restriction


def goes_on(review: Review) -> bool:
    return review.outcome != ReviewOutcome.LIFT


def after_review(letter: Letter) -> Statements:
    review = review_of(letter)
    restriction = version_after(review)
    organisation = Organisation.current()
    closed = restrictions.closed_ways(letter.customer, [restriction] if goes_on(review) else [])
    said: Statements = {
        **ways_of_contact(organisation, closed),
        "why": escape(review.reasons),
        "what we have decided": outcome_of(review, restriction),
    }
    if not goes_on(review):
        return said
    return said | {
        "from when and until when": until(restriction),
        "reviews": next_review(restriction, review.next_review_on),
        "how to appeal": under_appeal(restriction) or restrictions.how_to_appeal(organisation, closed),
        "what cannot be appealed": restrictions.what_cannot_be_appealed(),
        "how this can be eased": escape(restriction.easing_conditions),
    }


def outcome_of(review: Review, restriction: Restriction) -> str:
    if review.outcome == ReviewOutcome.LIFT:
        return f"**{restriction.title}.** This ended on {uk_date(review.held_on)}. It no longer applies."
    follows = {
        ReviewOutcome.CONTINUE: "This goes on as it is.",
        ReviewOutcome.VARY: "We have changed this. From now on:",
    }[ReviewOutcome(review.outcome)]
    return f"**{restriction.title}.** {follows}\n\n{restriction.measure.letter_paragraph(restriction)}"


def under_appeal(restriction: Restriction) -> str:
    """What is said in place of how to appeal, where the customer has done so already."""
    appeal = queries.open_appeals(restriction).first()
    if appeal is None:
        return ""
    return (
        f"You have appealed against this already: your appeal reached us on {uk_date(appeal.received_on)}, and our reference is {appeal}. "
        "You need not do anything more for it to be heard. This review does not change your appeal, and we will write to you about it."
    )


def until(restriction: Restriction) -> str:
    last = (
        f"until the end of {uk_date(restriction.ends_on)}"
        if restriction.ends_on
        else "until we tell you that it has ended"
    )
    return f"This applies from {uk_date(restriction.starts_on)} {last}."


def next_review(restriction: Restriction, day: date | None) -> str:
    if day is None:
        return restrictions.reviews(restriction)
    sooner = restrictions.circumstances(restriction)
    return f"We will look at it again on {uk_date(day)} and tell you the outcome. We would do so sooner in these circumstances: {sooner}"


def on_arrival(letter: Letter) -> Statements:
    appeal = appeal_of(letter)
    return {
        **ways_of_contact(Organisation.current(), restrictions.closed_ways(letter.customer, [])),
        "where your appeal stands": (
            f"Your appeal reached us on {uk_date(appeal.received_on)}. Our reference is {appeal}. It waits to be heard. "
            "This is the one stage of appeal that we have."
        ),
        "who will hear it": (
            "Our Executive Team will hear it. Nobody who took part in what you appeal against will be among them; where nobody else "
            f"is left, we name somebody to stand in. They will decide by {uk_date(appeal.decide_by)} and write to you with their reasons."
        ),
        "what it can lead to": (
            "For each restriction they can decide to end it, to ease it or to leave it as it is. They cannot make it harsher."
        ),
        "what applies meanwhile": restrictions.paragraphs(meanwhile(one) for one in appeal.appealed.all()),
    }


def meanwhile(one: AppealedRestriction) -> str:
    restriction = one.restriction
    if restriction.status not in STANDING:
        return f"**{restriction.title}.** This has ended already."
    if restriction.status == "suspended":
        return f"**{restriction.title}.** This does not apply while your appeal is being heard."
    return f"**{restriction.title}.** This applies until they have decided."


def after_appeal(letter: Letter) -> Statements:
    appealed = list(appeal_of(letter).appealed.all())
    left = [restriction for one in appealed if (restriction := standing_after(one))]
    organisation = Organisation.current()
    said: Statements = {
        **ways_of_contact(organisation, restrictions.closed_ways(letter.customer, left)),
        "what we have decided": restrictions.paragraphs(verdict(one) for one in appealed),
        "why": restrictions.paragraphs(
            f"**{one.restriction.title}.** {escape(one.reasons)}" for one in appealed
        ),
        "what is left": restrictions.after_a_panel(organisation),
    }
    if not left:
        return said
    return said | {
        "from when and until when": restrictions.each(left, until),
        "reviews": restrictions.each(left, lambda restriction: next_review(restriction, due(restriction))),
        "how this can be eased": restrictions.paragraphs(escape(one.easing_conditions) for one in left),
    }


def standing_after(one: AppealedRestriction) -> Restriction | None:
    """The version that the customer lives with after an appeal, if any."""
    restriction = one.varied_to or one.restriction
    return restriction if restriction.status in STANDING else None


def due(restriction: Restriction) -> date | None:
    return restriction.reviews.filter(status="scheduled").values_list("due_on", flat=True).first()


def verdict(one: AppealedRestriction) -> str:
    found = {
        AppealOutcome.UPHELD: "Your appeal is upheld.",
        AppealOutcome.PARTLY_UPHELD: "Your appeal is upheld in part.",
        AppealOutcome.NOT_UPHELD: "Your appeal is not upheld.",
    }[AppealOutcome(one.outcome)]
    if one.varied_to:
        follows = f"We have eased it. From now on:\n\n{one.varied_to.measure.letter_paragraph(one.varied_to)}"
    elif standing_after(one):
        follows = f"It applies as before.\n\n{one.restriction.measure.letter_paragraph(one.restriction)}"
    else:
        follows = "It no longer applies."
    return f"**{one.restriction.title}.** {found} {follows}"


def missing_after_review(letter: Letter) -> list[Refusal]:
    return missing_places(
        letter, AFTER_A_REVIEW_THAT_GOES_ON if goes_on(review_of(letter)) else AFTER_A_REVIEW
    )


def missing_after_appeal(letter: Letter) -> list[Refusal]:
    stands = any(standing_after(one) for one in appeal_of(letter).appealed.all())
    return missing_places(letter, AFTER_AN_APPEAL | WHILE_IT_GOES_ON if stands else AFTER_AN_APPEAL)


def tell(told: Iterable[Restriction], letter: Letter, on: date, by: StaffMember) -> None:
    for restriction in told:
        workflow.tell(restriction=restriction, on=on, by=by, letter=letter)


def review_sent(letter: Letter, on: date, by: StaffMember) -> None:
    tell([version_after(review_of(letter))], letter, on, by)


def appeal_sent(letter: Letter, on: date, by: StaffMember) -> None:
    tell((one.varied_to or one.restriction for one in appeal_of(letter).appealed.all()), letter, on, by)


hub.letter_kind(
    hub.LetterKind(
        code="review_outcome",
        title="The outcome of our review",
        template="letters/review_outcome.md",
        may_write=policy.may_write,
        context=lambda review: {"goes_on": goes_on(review)},
        attach=attach,
        about=review_of,
        places=after_review,
        missing=missing_after_review,
        sent=review_sent,
    )
)
hub.letter_kind(
    hub.LetterKind(
        code="appeal_received",
        title="We have received your appeal",
        template="letters/appeal_received.md",
        may_write=policy.may_write,
        context=lambda appeal: {},
        attach=attach,
        about=appeal_of,
        places=on_arrival,
        missing=lambda letter: missing_places(letter, ON_ARRIVAL),
        sent=lambda letter, on, by: None,
    )
)
hub.letter_kind(
    hub.LetterKind(
        code="appeal_outcome",
        title="The outcome of your appeal",
        template="letters/appeal_outcome.md",
        may_write=policy.may_write,
        context=lambda appeal: {
            "goes_on": any(standing_after(one) for one in appeal.appealed.all()),
            "substitute": bool(appeal.substitute_reason),
        },
        attach=attach,
        about=appeal_of,
        places=after_appeal,
        missing=missing_after_appeal,
        sent=appeal_sent,
    )
)
