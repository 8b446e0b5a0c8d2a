"""A customer is told of contacts that count against a restriction, and can say that it is wrong. Beyond the policy: B26."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.core.templatetags.ui import uk_datetime
from cha_engagement.customers.enums import Channel
from cha_engagement.letters import actions as letters
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering import placeholders
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import Notice
from restrictions import actions
from restrictions.breaches.actions import (
    answer_objection,
    confirm_breach,
    dismiss_breach,
    draft_notice,
    stop_withholding,
    withhold_notice,
)
from restrictions.breaches.models import Breach, BreachStatus
from restrictions.enums import LetterCode
from reviews import actions as reviews
from reviews.enums import ReviewOutcome
from tests import factories
from tests.desks import task_rows
from tests.letters.test_actions import send_letter
from tests.overwriting import overwrite_record
from tests.reviews.conftest import hold_review

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B26")]


@pytest.fixture(autouse=True)
def notified_restriction(organisation, manager, decision):
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        restriction = factories.restriction(by=manager, decision=decision)
        return actions.notify_customer(restriction=restriction, on=today(), by=manager)


@pytest.fixture
def count_contact(officer, customer):
    """`count_contact()` is a contact by phone that its officer says went against the restriction."""

    def count_contact():
        contact = factories.contact(by=officer, customer=customer)
        return confirm_breach(breach=contact.breaches.get(), by=officer)

    return count_contact


def asked_to_tell(user):
    return [row["reference"] for row in task_rows(user) if row["kind"] == "breach.tell"]


def issue_and_send(letter, manager):
    letter.refresh_from_db()
    return send_letter(factories.issue_letter(letter, by=manager), manager)


def refusals_of(breach, manager, action, **facts):
    with pytest.raises(Incomplete) as refused:
        action(breach=breach, by=manager, version=breach.version, **facts)
    return {refusal.field for refusal in refused.value.refusals}


def test_a_contact_that_counts_waits_for_a_manager_to_tell_the_customer(count_contact, officer, manager):
    assert asked_to_tell(manager) == []
    breach = count_contact()
    assert asked_to_tell(manager) == [breach.contact.reference]
    assert asked_to_tell(officer) == []


def test_one_notice_tells_of_all_that_counts_and_asks_whether_it_is_wrong(count_contact, customer, manager):
    breaches = [count_contact(), count_contact()]
    assert asked_to_tell(manager) == [breaches[0].contact.reference]
    letter = draft_notice(customer=customer, by=manager)
    assert issuing.check_ready(letter) == []
    text = placeholders.filled_text(letter)
    for breach in breaches:
        assert f"- by phone on {uk_datetime(breach.contact.occurred_at)} (“How you contact us”)" in text
        assert breach.why not in text, "what staff read is not what the customer reads"
    assert "## Tell us if this is wrong" in text
    assert "correct what is wrong" in text
    assert asked_to_tell(manager) == []
    assert draft_notice(customer=customer, by=manager) == letter


@pytest.mark.parametrize(
    "name", ["what we count", "if this is wrong", "what follows from this", "how to complain"]
)
def test_a_notice_is_not_issued_without_what_it_must_say(count_contact, customer, manager, name):
    count_contact()
    letter = draft_notice(customer=customer, by=manager)
    letter.body = letter.body.replace(f"[{name}]", "")
    assert f"[{name}]" in " ".join(map(str, issuing.check_ready(letter)))


def test_there_is_one_notice_a_week_at_most(count_contact, customer, manager):
    count_contact()
    issue_and_send(draft_notice(customer=customer, by=manager), manager)
    second = count_contact()
    assert asked_to_tell(manager) == []
    with pytest.raises(Refused, match="less than a week ago"):
        draft_notice(customer=customer, by=manager)
    with time_machine.travel(timezone.now() + timedelta(days=7)):
        assert asked_to_tell(manager) == [second.contact.reference]
        letter = draft_notice(customer=customer, by=manager)
        assert [*letter.breaches.all()] == [second]


def test_a_withdrawn_notice_has_told_nobody(count_contact, customer, manager):
    breach = count_contact()
    letter = draft_notice(customer=customer, by=manager)
    letters.void_letter(letter=letter, by=manager, version=letter.version, void_reason="Not yet.")
    assert asked_to_tell(manager) == [breach.contact.reference]


def test_there_is_no_notice_of_nothing(customer, manager):
    with pytest.raises(Refused, match="Nothing counts"):
        draft_notice(customer=customer, by=manager)


def test_an_officer_writes_none(count_contact, customer, officer):
    breach = count_contact()
    with pytest.raises(Refused):
        draft_notice(customer=customer, by=officer)
    with pytest.raises(Refused):
        withhold_notice(breach=breach, by=officer, version=breach.version, not_told_reason="A threat.")
    with pytest.raises(Refused):
        answer_objection(
            breach=breach, by=officer, version=breach.version, objection="A", answer="B", counts=True
        )


def test_a_notice_of_what_does_not_count_after_all_is_not_issued(count_contact, customer, manager):
    breach = count_contact()
    letter = draft_notice(customer=customer, by=manager)
    answer_objection(
        breach=breach,
        by=manager,
        version=Breach.objects.get().version,
        objection="It was my sister.",
        answer="It was her sister.",
        counts=False,
    )
    assert "does not count any more" in " ".join(map(str, issuing.check_ready(letter)))


@pytest.fixture
def review_letter(count_contact, manager, notified_restriction):
    """The draft of a letter about a review, which tells of a contact that counts."""
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="housing", contact="0800 496 0002")
    count_contact()
    held = hold_review(notified_restriction.reviews.get(), manager, ReviewOutcome.CONTINUE)
    return reviews.write_letter(about=held, kind="review_outcome", by=manager)


def test_a_review_letter_that_tells_of_what_does_not_count_after_all_is_not_issued(review_letter, manager):
    assert issuing.check_ready(review_letter) == []
    dismiss_breach(breach=Breach.objects.get(), by=manager)
    assert "does not count any more" in " ".join(map(str, issuing.check_ready(review_letter)))
    assert review_letter.letter_kind.check_still_true(review_letter)


@pytest.mark.parametrize("counts", [True, False])
def test_what_replaces_a_review_letter_tells_of_what_that_one_did_and_still_counts(
    review_letter, manager, counts
):
    issued = factories.issue_letter(review_letter, by=manager)
    breach = Breach.objects.get()
    if not counts:
        dismiss_breach(breach=breach, by=manager)
    replacing = letters.replace_letter(letter=issued, by=manager, submission=uuid4())
    assert [*replacing.breaches.all()] == ([breach] if counts else [])
    text = placeholders.filled_text(replacing)
    assert (f"- by phone on {uk_datetime(breach.contact.occurred_at)}" in text) is counts
    assert ("we counted contact as going against it" in text) is counts
    assert issuing.check_ready(replacing) == []


def test_where_it_would_put_somebody_at_risk_none_is_sent_and_why_is_recorded(
    count_contact, customer, manager
):
    breach = count_contact()
    assert refusals_of(breach, manager, withhold_notice, not_told_reason="n/a") == {"not_told_reason"}
    withhold_notice(
        breach=breach, by=manager, version=breach.version, not_told_reason="His bail forbids all contact."
    )
    assert asked_to_tell(manager) == []
    with pytest.raises(Refused, match="Nothing counts"):
        draft_notice(customer=customer, by=manager)
    assert not Letter.objects.filter(kind=LetterCode.BREACH_NOTICE).exists()


def test_what_was_not_told_is_told_at_the_review(count_contact, manager, notified_restriction):
    breach = count_contact()
    breach = withhold_notice(
        breach=breach, by=manager, version=breach.version, not_told_reason="His bail forbids all contact."
    )
    review = notified_restriction.reviews.get()
    held = hold_review(review, manager, ReviewOutcome.CONTINUE)
    letter = reviews.write_letter(about=held, kind="review_outcome", by=manager)
    text = placeholders.filled_text(letter)
    assert f"- by phone on {uk_datetime(breach.contact.occurred_at)}" in text
    assert "Please tell us if any of this is wrong." in text
    assert "bail" not in text
    letter.body = letter.body.replace("[what we counted]", "")
    assert "[what we counted]" in " ".join(map(str, issuing.check_ready(letter)))


def test_a_contact_that_no_later_letter_would_tell_is_not_withheld(
    count_contact, customer, manager, notified_restriction, signed_in
):
    """A restriction without reviews has no letter about the next one."""
    overwrite_record(notified_restriction, **factories.NO_REVIEW, look_again_on=today())
    breach = count_contact()
    with pytest.raises(Incomplete, match="no review whose letter would tell them"):
        withhold_notice(
            breach=breach, by=manager, version=breach.version, not_told_reason="His bail forbids all contact."
        )
    page = signed_in(manager).get(breach.get_absolute_url()).content.decode()
    assert "Write the notice" in page
    assert "Do not tell them now" not in page


def test_what_a_letter_tells_is_not_withheld(count_contact, customer, manager):
    breach = count_contact()
    letter = issue_and_send(draft_notice(customer=customer, by=manager), manager)
    breach.refresh_from_db()
    with pytest.raises(Incomplete, match=f"{letter} tells the customer of this"):
        withhold_notice(
            breach=breach, by=manager, version=breach.version, not_told_reason="His bail forbids all contact."
        )


def test_what_was_withheld_can_be_told_once_it_puts_nobody_at_risk(
    count_contact, customer, officer, manager, signed_in
):
    breach = count_contact()
    page, tell = breach.get_absolute_url(), reverse("breach_stop_withholding", args=[breach.reference])
    withhold_notice(
        breach=breach, by=manager, version=breach.version, not_told_reason="His bail forbids all contact."
    )
    with pytest.raises(Refused):
        stop_withholding(breach=breach, by=officer)
    client = signed_in(manager)
    assert "It can be told now" in client.get(page).content.decode()
    assert "A notice can tell them now." in client.post(tell, follow=True).content.decode()
    assert asked_to_tell(manager) == [breach.contact.reference]
    assert "It can be told now" not in client.get(page).content.decode()
    assert "This was answered already." in client.post(tell, follow=True).content.decode()
    assert [*draft_notice(customer=customer, by=manager).breaches.all()] == [breach]


def test_what_a_review_letter_tells_is_not_told_again(
    count_contact, manager, notified_restriction, signed_in
):
    breach = count_contact()
    withhold_notice(
        breach=breach, by=manager, version=breach.version, not_told_reason="His bail forbids all contact."
    )
    held = hold_review(notified_restriction.reviews.get(), manager, ReviewOutcome.CONTINUE)
    reviews.write_letter(about=held, kind="review_outcome", by=manager)
    assert "It can be told now" not in signed_in(manager).get(breach.get_absolute_url()).content.decode()
    with pytest.raises(Stale):
        stop_withholding(breach=breach, by=manager)


def test_a_review_letter_counts_nothing_where_nothing_counts(manager, notified_restriction):
    held = hold_review(notified_restriction.reviews.get(), manager, ReviewOutcome.CONTINUE)
    letter = reviews.write_letter(about=held, kind="review_outcome", by=manager)
    assert "we counted contact" not in placeholders.filled_text(letter)


@pytest.mark.parametrize(
    ("counts", "status"), [(True, BreachStatus.CONFIRMED), (False, BreachStatus.DISMISSED)]
)
def test_whoever_logged_it_hears_what_was_answered(count_contact, officer, manager, counts, status):
    breach = count_contact()
    facts = {"objection": "It was my sister.", "answer": "Her number is another.", "counts": counts}
    assert refusals_of(breach, manager, answer_objection, **facts | {"answer": "."}) == {"answer"}
    assert refusals_of(breach, manager, answer_objection, **facts | {"objection": ""}) == {"objection"}
    answered = answer_objection(breach=breach, by=manager, version=breach.version, **facts)
    assert answered.status == status
    (notice,) = Notice.objects.filter(recipient=officer, path=breach.get_absolute_url())
    assert ("still counts" in notice.text) is counts
    assert "sister" not in notice.text


def test_whoever_counted_it_leaves_it_to_another_manager_who_is_there_to_say_that_it_still_does(
    customer, manager
):
    other = factories.staff("other", "Manager")
    contact = factories.contact(by=manager, customer=customer)
    breach = confirm_breach(breach=contact.breaches.get(), by=manager)
    facts = {"objection": "It was my sister.", "answer": "Her number is another."}
    assert refusals_of(breach, manager, answer_objection, **facts, counts=True) == {"counts"}
    answered = answer_objection(breach=breach, by=other, version=breach.version, **facts, counts=True)
    assert answered.settled_by == other  # they agree
    factories.is_away(other)
    answered = answer_objection(breach=answered, by=manager, version=answered.version, **facts, counts=True)
    assert answer_objection(breach=answered, by=manager, version=answered.version, **facts, counts=False)


def test_the_contacts_page_says_whether_the_customer_was_told(
    count_contact, customer, officer, manager, signed_in
):
    breach = count_contact()

    def page(user):
        return signed_in(user).get(breach.get_absolute_url()).content.decode()

    assert "The customer has not been told that this counts." in page(officer)
    assert "Write the notice" not in page(officer)
    for words in ("Write the notice", "Do not tell them now", "They say that it is wrong"):
        assert words in page(manager)
    letter = issue_and_send(draft_notice(customer=customer, by=manager), manager)
    assert f"{letter} told the customer that this counts." in page(officer)
    assert "Write the notice" not in page(manager)


def test_what_is_no_longer_in_force_is_not_told(count_contact, manager, notified_restriction):
    count_contact()
    actions.lift_restriction(restriction=notified_restriction, by=manager, status_reason="It went well.")
    assert asked_to_tell(manager) == []


def test_a_contact_that_only_seems_to_be_against_it_is_not_told(officer, customer, manager):
    factories.contact(by=officer, customer=customer, channel=Channel.PHONE)
    assert asked_to_tell(manager) == []


LESS = {"closed": ["phone"], "open": ["letter", "email", "office"]}


def vary(restriction, manager):
    return actions.vary_restriction(
        restriction=restriction.reload_locked(), by=manager, terms=LESS, status_reason="Calmer calls."
    )


def test_what_counted_against_an_old_version_is_told_with_the_new_one(
    count_contact, customer, manager, notified_restriction
):
    breach = count_contact()
    newest = vary(vary(notified_restriction, manager), manager)
    assert asked_to_tell(manager) == [breach.contact.reference]
    assert newest.supersedes_id
    assert list(draft_notice(customer=customer, by=manager).breaches.all()) == [breach]


def test_the_review_of_a_new_version_tells_of_what_counted_against_the_old_one(
    count_contact, manager, notified_restriction
):
    breach = count_contact()
    withhold_notice(
        breach=breach, by=manager, version=breach.version, not_told_reason="They threatened her sister."
    )
    version = vary(notified_restriction, manager)
    actions.notify_customer(restriction=version, on=today(), by=manager)
    review = hold_review(version.reviews.get(), manager, outcome=ReviewOutcome.CONTINUE)
    letter = reviews.write_letter(about=review, kind="review_outcome", by=manager)
    assert list(letter.breaches.all()) == [breach]


def test_what_counted_against_an_old_version_is_not_told_once_the_new_one_has_ended(
    count_contact, manager, notified_restriction, customer
):
    count_contact()
    newest = vary(notified_restriction, manager)
    assert asked_to_tell(manager)
    actions.lift_restriction(restriction=newest, by=manager, status_reason="Calm since.")
    assert asked_to_tell(manager) == []
    with pytest.raises(Refused):
        draft_notice(customer=customer, by=manager)
