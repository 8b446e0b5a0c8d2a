"""The letter that explains a decision and the restrictions under it, and the statements that it is made of.

Letters about reviews and appeals say some of the same things, and take them from here.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from cha_engagement import hub, records
from cha_engagement.customers.enums import IN_WORDS, WAYS_IN, Channel
from cha_engagement.customers.models import Customer
from cha_engagement.letters.markdown import escape
from cha_engagement.letters.models import Letter
from cha_engagement.letters.places import either, missing_places, ombudsman, sentence, ways_of_contact
from cha_engagement.organisation.models import Organisation
from cha_engagement.policy import Refusal
from cha_engagement.staff.models import StaffMember
from cha_engagement.templatetags.ui import uk_date

from . import policy, workflow
from .enums import STANDING
from .models import UNTOLD_IN_A_LETTER, ManagementDecision, Restriction


def place(name: str, what: str, paragraph: str) -> tuple[str, Refusal]:
    return name, Refusal(f"Say {what}: put [{name}] in the text.", paragraph, "body")


REQUIRED = dict(
    [
        place("what we have decided", "what is decided", "B3"),
        place("why", "why", "B3"),
        place("from when and until when", "from when it applies, and until when", "B3"),
        place("reviews", "when it is reviewed, and in which circumstances", "23"),
        place("how to appeal", "how to appeal", "B3"),
        place("what cannot be appealed", "what cannot be appealed", "22"),
        place("the ombudsman", "how to reach the ombudsman", "B3"),
        place("emergency repairs", "how to report an emergency repair", "B3"),
        place("how this can be eased", "what would lead to its being eased, and whom to ask", "61.2"),
    ]
)


def covered(letter: Letter) -> list[Restriction]:
    """The restrictions that a decision letter tells of: what was untold when it was issued, or is untold now.

    A letter that puts another right tells of what that one did. New versions are told of by what made them.
    """
    before = letter.issued_at or timezone.now()
    linked = Q(letters=letter) | Q(letters=letter.replaces) if letter.replaces else Q(letters=letter)
    found = Restriction.objects.filter(
        UNTOLD_IN_A_LETTER | linked, decision=decision_of(letter), status__in=STANDING, imposed_at__lte=before
    )
    return list(
        found.select_related("named_contact", "deputy", "customer").order_by("imposed_at", "pk").distinct()
    )


def decision_of(letter: Letter) -> ManagementDecision:
    return letter.decisions.get()


def attach(decision: ManagementDecision, letter: Letter, by: StaffMember) -> None:
    current = decision.locked()
    records.write(
        current, by=by, reason="Letter drafted", links={"letters": [*current.letters.all(), letter]}
    )


def statements(letter: Letter) -> dict[str, str | Refusal]:
    restrictions = covered(letter)
    organisation, closed = Organisation.current(), closed_ways(letter.customer, restrictions)
    if not restrictions:
        nothing = Refusal(
            "There is nothing to tell yet: impose a restriction under this decision first.", "B3"
        )
        return dict.fromkeys(REQUIRED.keys() - {"the ombudsman", "emergency repairs"}, nothing)
    return {
        **ways_of_contact(organisation, closed),
        "what we have decided": paragraphs(one.measure.letter_paragraph(one) for one in restrictions),
        "why": paragraphs(escape(one.reason) for one in restrictions),
        "from when and until when": each(restrictions, duration),
        "reviews": each(restrictions, reviews),
        "how to appeal": how_to_appeal(organisation, closed),
        "what cannot be appealed": what_cannot_be_appealed(),
        "how this can be eased": paragraphs(escape(one.easing_conditions) for one in restrictions),
    }


def paragraphs(texts: Iterable[str]) -> str:
    """Each text once, a paragraph for each."""
    return "\n\n".join(dict.fromkeys(texts))


def each(restrictions: Iterable[Restriction], said: Any) -> str:
    """What is said of each restriction; named only where the restrictions differ in it."""
    restrictions = list(restrictions)
    texts = [said(one) for one in restrictions]
    if len(set(texts)) == 1:
        return texts[0]
    return paragraphs(f"**{one.title}.** {text}" for one, text in zip(restrictions, texts, strict=True))


def closed_ways(customer: Customer, told: Iterable[Restriction]) -> set[Channel]:
    """The ways to us that are closed to a customer: by what is in force, and by what a letter tells them of."""
    in_force = Restriction.objects.in_force().filter(customer=customer)
    return set().union(*(one.measure.closes(one) for one in [*in_force, *told]))


def duration(restriction: Restriction) -> str:
    begins = f"This applies from {uk_date(restriction.starts_on)}"
    if restriction.ends_on:
        return f"{begins} until the end of {uk_date(restriction.ends_on)}."
    if restriction.first_review_on:
        return f"{begins}, at first until the review on {uk_date(restriction.first_review_on)}."
    return f"{begins} until we tell you that it has ended."


def circumstances(restriction: Restriction) -> str:
    """In which circumstances it is looked at sooner, as the end of a sentence. Policy §23."""
    said = restriction.review_circumstances
    return sentence(escape(said)) if said else "if things change for you."


def reviews(restriction: Restriction) -> str:
    sooner = circumstances(restriction)
    if not restriction.first_review_on:
        return f"We have not set a date to review this: {sentence(escape(restriction.no_review_reason))} We would look at it again in these circumstances: {sooner}"
    interval = (
        "every month" if restriction.review_months == 1 else f"every {restriction.review_months} months"
    )
    return (
        f"We will first review this on {uk_date(restriction.first_review_on)}, and then {interval}. "
        f"We will tell you the outcome each time. We would look at it sooner in these circumstances: {sooner}"
    )


def how_to_appeal(organisation: Organisation, closed: Collection[Channel]) -> str:
    ways = [IN_WORDS[way] for way in WAYS_IN if way not in closed]
    return (
        "You can appeal against each restriction in this letter to our Executive Team. Nobody who took part in deciding it will hear "
        f"your appeal. Please tell us within {organisation.appeal_working_days} working days of the date of this letter, "
        f"{either([*ways, 'through somebody you ask to speak for you'])}. An appeal that reaches us in another way is heard as well. "
        "A member of our staff can write it down for you. The restriction applies meanwhile, unless those who hear your appeal decide otherwise."
    )


def what_cannot_be_appealed() -> str:
    return "A manager has decided that we need to manage how we are in contact with you. That decision is final and cannot be appealed."


def after_a_panel(organisation: Organisation) -> str:
    """What is left once a panel has decided. Beyond the policy: B4."""
    return (
        "This was decided on appeal, which is the last step with us. If you remain unhappy, the next step is to go to the "
        f"{ombudsman(organisation)}, not to appeal to us again."
    )


def missing(letter: Letter) -> list[Refusal]:
    return missing_places(letter, REQUIRED)


def sent(letter: Letter, on: date, by: StaffMember) -> None:
    records.write(decision_of(letter).locked(), by=by, reason="Explained in a letter", explained_on=on)
    for restriction in covered(letter):
        workflow.tell(restriction=restriction, on=on, by=by, letter=letter)


hub.letter_kind(
    hub.LetterKind(
        code="restriction_decided",
        title="How we will be in contact with you",
        template="letters/restriction_decided.md",
        may_write=policy.may_write,
        context=lambda decision: {},
        attach=attach,
        about=decision_of,
        places=statements,
        missing=missing,
        sent=sent,
    )
)
