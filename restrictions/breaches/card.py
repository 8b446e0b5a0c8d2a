"""Breaches beside the contact and the restriction that they are about."""

from dataclasses import replace

from django.db.models import QuerySet
from django.urls import reverse

from cha_engagement.core.statements import kept_records
from cha_engagement.core.templatetags.ui import uk_datetime
from cha_engagement.customers.interfaces import SideBox, SideBoxRow
from cha_engagement.staff.models import StaffMember
from incidents.contacts.interfaces import Question
from incidents.contacts.models import Contact
from restrictions.models import Restriction

from . import queries
from .models import Breach, BreachStatus
from .rules import check_notice_due, check_told_at_review, may_settle_breach, may_tell

YES, WRITE = "Yes, it went against it", "Write the notice"  # answers to which tasks lead
AGREE = "I agree that it went against it"
MOST_BREACHES = 20  # contacts shown beside a restriction


def breaches_of_restriction(restriction: Restriction, user: StaffMember) -> SideBox:
    """Show what counts against a customer: nothing does while they are not told of it (`dismiss_breaches`), and nothing is asked for. Beyond the policy: B23."""
    if restriction.customer_notified_on is None:
        return SideBox("Contacts against it", [])
    breaches = kept_records(Breach, confirmed_against, restriction.pk, user)
    return SideBox(
        "Contacts against it",
        [
            SideBoxRow(
                uk_datetime(breach.contact.occurred_at),
                breach.get_absolute_url(),
                status=breach.why,
                note=queries.describe_one_word(breach),
            )
            for breach in breaches
        ],
    )


def confirmed_against(restriction: int, user: StaffMember) -> QuerySet[Breach]:
    return Breach.objects.visible_to(user).confirmed().filter(restriction=restriction)[:MOST_BREACHES]


def questions_about_contact(contact: Contact, user: StaffMember) -> list[Question]:
    """Ask what a contact seems to go against, or say what was answered. Beyond the policy: B8."""
    visible = Breach.objects.visible_to(user).filter(contact=contact)
    breaches = visible.exclude(status=BreachStatus.DISMISSED)
    breaches = breaches.select_related("contact__by", "restriction__customer", "settled_by").order_by("pk")
    questions = [question(breach, user) for breach in breaches]
    notices = [
        notice_question(breach, user) for breach in breaches if breach.status == BreachStatus.CONFIRMED
    ]
    return [*with_place(questions, YES, "breach_confirm"), *with_place(notices, WRITE, "breach_notice")]


def with_place(questions: list[Question], answer: str, place: str) -> list[Question]:
    """Let a task lead to the first of these questions that has this answer."""
    first = next((question for question in questions if answer in question.answers), None)
    return [replace(question, place=place) if question is first else question for question in questions]


def question(breach: Breach, user: StaffMember) -> Question:
    confirm, dismiss = (
        reverse(f"breach_{transition}", args=[breach.reference]) for transition in ("confirm", "dismiss")
    )
    title = breach.restriction.title_in_sentence
    if breach.status == BreachStatus.CONFIRMED:
        text = f"Against a restriction, {title}, {breach.settled_by} says. {breach.why}"
        answers = {"Take that back": dismiss}
        if breach.rests_on_one_word:
            text = f"{text} {queries.describe_one_word(breach)}"
            if user.pk != breach.contact.by_id:
                answers = {AGREE: confirm, **answers}
    else:
        text = f"This seems to go against a restriction: {title}. {breach.why}"
        answers = {YES: confirm, "No, it did not": dismiss}
    final = frozenset(label for label, url in answers.items() if url == dismiss)
    return Question(text, {} if may_settle_breach(user, breach) else answers, final=final)


def notice_question(breach: Breach, user: StaffMember) -> Question:
    """Say whether the customer was told that a contact counts, and let a manager tell them, or answer them. Beyond the policy: B26."""
    telling = breach.letters.exclude_withdrawn().order_by("-pk").first()
    if breach.answer:
        text = f"The customer said that this is wrong, and a manager found: {breach.answer}"
    elif telling and telling.sent_on:
        text = f"{telling} told the customer that this counts."
    elif telling:
        text = f"{telling} tells the customer that this counts. It has not been sent yet."
    elif breach.not_told_reason:
        text = "The customer is not told now that this counts. The letter about the next review tells them."
    else:
        text = "The customer has not been told that this counts."
    if may_tell(user):
        return Question(text, {})
    customer = breach.restriction.customer
    page = {
        name: reverse(f"breach_{name}", args=[breach.reference])
        for name in ("notice", "withhold", "stop_withholding", "answer")
    }
    is_to_be_told = breach in queries.breaches_to_tell(customer)
    return Question(
        text,
        ({WRITE: page["notice"]} if is_to_be_told and not check_notice_due(customer) else {})
        | (
            {"It can be told now": page["stop_withholding"]} if breach.not_told_reason and not telling else {}
        ),
        (
            {"Do not tell them now": page["withhold"]}
            if is_to_be_told and not check_told_at_review(breach)
            else {}
        )
        | {"They say that it is wrong": page["answer"]},
    )
