"""The pages of reviews and appeals."""

import uuid
from itertools import chain

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml.html import fromstring

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.desk.models import TypedDraft
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.organisation.models import AdviceOrganisation
from restrictions import actions as restrictions
from reviews import actions
from reviews.enums import AppealOutcome, AppealStatus, LetterCode, PassedTo, ReviewOutcome, ReviewStatus
from reviews.models import Appeal

from .. import factories
from ..checked import send_checked
from .conftest import acknowledge_appeal, days_from_today

pytestmark = pytest.mark.django_db


@pytest.fixture
def appeal_url(customer):
    return reverse("appeal_new", args=[customer.reference])


def appeal_form(restriction, **answers):
    form = {
        "received_on": str(today()),
        "channel": Channel.PHONE,
        "lodged_by": "Órla",
        "grounds": "Unfair.",
        "submission": uuid.uuid4(),
    }
    return form | {"restrictions": restriction and [restriction.reference]} | answers


def hold_form(review, **answers):
    form = {
        "version": review.version,
        **factories.THEIR_SIDE,
        "findings": "Calm.",
        "outcome": ReviewOutcome.CONTINUE,
        "reasons": "It goes on.",
    }
    return form | {"next_review_on": str(days_from_today(85))} | answers


def decide_form(appeal, outcome=AppealOutcome.NOT_UPHELD, **answers):
    reference = appeal.appealed.get().restriction.reference
    form = {"version": appeal.version, "heard_on": str(today())}
    verdict = {"outcome": outcome, "reasons": "We weighed it."} | answers
    return form | {f"{reference}-{name}": value for name, value in verdict.items()}


@pytest.mark.policy("22")
def test_an_officer_logs_an_appeal_with_its_documents(signed_in, officer, appeal_url, restriction):
    page = signed_in(officer).get(appeal_url)
    assert restriction.title in page.content.decode()
    assert "final" in page.content.decode()
    files = [SimpleUploadedFile("one.txt", b"one"), SimpleUploadedFile("two.txt", b"two")]
    response = signed_in(officer).post(appeal_url, appeal_form(restriction, documents=files))
    appeal = Appeal.objects.get()
    assert (response.status_code, response.url) == (302, appeal.get_absolute_url())
    assert appeal.documents.count() == 2
    assert signed_in(officer).get(response.url).status_code == 200


def test_a_forged_form_cannot_clear_the_documents_of_an_appeal(signed_in, officer, appeal_url, restriction):
    files = [SimpleUploadedFile("one.txt", b"one")]
    form = appeal_form(restriction, documents=files) | {"documents-clear": "on"}
    assert signed_in(officer).post(appeal_url, form).status_code == 302
    assert Appeal.objects.get().documents.count() == 1


def test_an_empty_document_is_refused_beside_its_field(signed_in, officer, appeal_url, restriction):
    response = signed_in(officer).post(
        appeal_url, appeal_form(restriction, documents=SimpleUploadedFile("empty.txt", b""))
    )
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["documents"])


@pytest.mark.beyond("B5")
def test_a_forged_form_cannot_name_another_customers_restriction(signed_in, officer, restriction):
    other = factories.customer(by=officer, name="Neighbour")
    response = signed_in(officer).post(
        reverse("appeal_new", args=[other.reference]), appeal_form(restriction)
    )
    assert (response.status_code, Appeal.objects.count()) == (422, 0)


def test_extra_fields_change_nothing(signed_in, officer, appeal_url, restriction, executive):
    extra = {
        "status": AppealStatus.DECIDED,
        "decided_by": executive.pk,
        "acknowledged_on": str(today()),
        "received_by": executive.pk,
    }
    signed_in(officer).post(appeal_url, appeal_form(restriction, **extra))
    appeal = Appeal.objects.get()
    assert (appeal.status, appeal.received_by, appeal.acknowledged_on) == (
        AppealStatus.RECEIVED,
        officer,
        None,
    )


@pytest.mark.policy("22")
@pytest.mark.parametrize(
    ("passed_to", "contact"),
    [(PassedTo.COMPLAINTS, "complaints@lochside.example"), (PassedTo.OMBUDSMAN, "0800 377 7330")],
)
def test_an_appeal_against_nothing_appealable_is_logged_and_passed_on(
    signed_in, officer, appeal_url, organisation, passed_to, contact
):
    """Nobody is turned away: there is a form, and the response says where to turn."""
    client = signed_in(officer)
    page = client.get(appeal_url).content.decode()
    assert "There is no restriction that the Executive Team could hear an appeal against now" in page
    form = {name: value for name, value in appeal_form(None).items() if name != "restrictions"}
    response = client.post(appeal_url, form)
    assert response.context["form"].errors["passed_to"] == ["Choose where it goes: nobody is turned away."]
    response = client.post(appeal_url, form | {"passed_to": passed_to}, follow=True)
    page = response.content.decode()
    assert ("Passed on" in page, page.count(contact) == 1, "What it is against" in page) == (
        True,
        True,
        False,
    )


@pytest.mark.policy("22")
def test_an_appeal_against_a_verdict_is_logged_and_goes_to_the_ombudsman(
    signed_in, officer, appeal_url, acknowledged_appeal, decide_appeal
):
    decide_appeal(acknowledged_appeal)
    assert "A panel has decided on RES-" in signed_in(officer).get(appeal_url).content.decode()
    form = {name: value for name, value in appeal_form(None).items() if name != "restrictions"}
    assert signed_in(officer).post(appeal_url, form | {"passed_to": PassedTo.OMBUDSMAN}).status_code == 302


@pytest.mark.policy("22")
def test_an_appeal_shows_each_restriction_once_with_what_it_rests_on(
    signed_in, executive, acknowledged_appeal, restriction
):
    page = fromstring(signed_in(executive).get(acknowledged_appeal.get_absolute_url()).content)
    (card,) = page.xpath("//main//section[.//dt[text()='Why it was thought in proportion']]")
    assert card.xpath("string(.//h3)") == restriction.full_title
    assert restriction.reason in card.text_content()


@pytest.mark.policy("22")
def test_a_suspended_restriction_leaves_the_card(
    signed_in, executive, officer, customer, acknowledged_appeal, restriction
):
    url = reverse("appeal_suspend", args=[acknowledged_appeal.reference])
    page = signed_in(executive).get(acknowledged_appeal.get_absolute_url()).content.decode()
    assert url in page
    form = {"version": acknowledged_appeal.version, "restrictions": [restriction.reference]}
    response = signed_in(executive).post(url, form, follow=True)
    assert "It does not apply while the appeal is heard." in response.content.decode()
    assert "Restrictions in force" not in signed_in(officer).get(customer.get_absolute_url()).content.decode()
    assert signed_in(executive).get(url).context["form"]["restrictions"].value() == [restriction.reference]


@pytest.mark.policy("22")
def test_a_withdrawal_records_who_took_the_appeal_back_and_when(signed_in, executive, acknowledged_appeal):
    url = reverse("appeal_withdraw", args=[acknowledged_appeal.reference])
    assert url in signed_in(executive).get(acknowledged_appeal.get_absolute_url()).content.decode()
    form = {
        "version": acknowledged_appeal.version,
        "withdrawn_by": "Her daughter",
        "withdrawn_on": str(today()),
    }
    page = signed_in(executive).post(url, form, follow=True).content.decode()
    assert ("Withdrawn" in page, "Her daughter" in page, url in page) == (True, True, False)


@pytest.mark.policy("6.3")
def test_the_main_button_of_an_appeal_is_the_next_step(signed_in, executive, acknowledged_appeal):
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="Debt", contact="0141 496 0009")
    client, decide_url = signed_in(executive), reverse("appeal_decide", args=[acknowledged_appeal.reference])
    main_button, secondary_button = (
        f'<a class="govuk-button" href="{decide_url}">',
        f'govuk-button--secondary" href="{decide_url}">',
    )
    page = client.get(acknowledged_appeal.get_absolute_url()).content.decode()
    assert ("Write to the customer" in page, main_button in page, secondary_button in page) == (
        True,
        False,
        True,
    )
    client.post(reverse("appeal_letter", args=[acknowledged_appeal.reference]))
    page = client.get(acknowledged_appeal.get_absolute_url()).content.decode()
    assert ("Write to the customer" in page, main_button in page, secondary_button in page) == (
        False,
        True,
        False,
    )


@pytest.mark.policy("22")
def test_the_review_form_does_not_offer_to_vary_a_restriction_under_appeal(
    signed_in, manager, log_appeal, restriction, review
):
    log_appeal(restriction)
    page = signed_in(manager).get(reverse("review_hold", args=[review.reference])).content.decode()
    assert 0 < page.index("a review cannot vary it") < page.index("What you found")
    assert 'value="vary"' not in page
    form = hold_form(
        review,
        outcome=ReviewOutcome.VARY,
        closed=[Channel.PHONE],
        open=[Channel.LETTER],
        easing_conditions="Calm.",
    )
    response = signed_in(manager).post(reverse("review_hold", args=[review.reference]), form)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["outcome"])


def test_pages_say_why_they_show_no_letter(
    signed_in, manager, officer, executive, review, acknowledged_appeal
):
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="Debt", contact="0141 496 0009")
    client = signed_in(manager)
    assert (
        "There is one to write once the review is held"
        in client.get(review.get_absolute_url()).content.decode()
    )
    send_checked(client, reverse("review_hold", args=[review.reference]), hold_form(review))
    assert "The customer waits to hear the outcome" in client.get(review.get_absolute_url()).content.decode()
    actions.write_letter(about=acknowledged_appeal, kind=LetterCode.APPEAL_RECEIVED, by=executive)
    page = signed_in(officer).get(acknowledged_appeal.get_absolute_url()).content.decode()
    assert "There are letters, which you cannot open." in page


@pytest.mark.parametrize("name", ["reviews", "appeals"])
def test_lists_link_to_the_customer(signed_in, manager, acknowledged_appeal, customer, name):
    assert f'href="{customer.get_absolute_url()}"' in signed_in(manager).get(reverse(name)).content.decode()


@pytest.mark.policy("22")
def test_each_error_names_its_restriction(signed_in, executive, acknowledged_appeal, restriction):
    url = reverse("appeal_decide", args=[acknowledged_appeal.reference])
    response = signed_in(executive).post(
        url, {"version": acknowledged_appeal.version, "heard_on": str(today())}
    )
    errors = list(chain.from_iterable(response.context["form"].errors.values()))
    assert errors == [f"{restriction.title}: choose what you decided.", f"{restriction}: give your reasons."]


@pytest.mark.policy("22")
def test_the_page_says_who_may_not_hear_the_appeal_and_why(
    signed_in, executive, executive2, decision, log_appeal
):
    appeal = log_appeal(factories.restriction(by=executive2, decision=decision))
    page = signed_in(executive).get(appeal.get_absolute_url()).content.decode()
    assert f"{executive2} proposed and imposed RES-" in page
    assert "Acknowledge it" in page


@pytest.mark.policy("22")
def test_whoever_imposed_a_restriction_is_told_why_they_cannot_decide(
    signed_in, executive, executive2, decision, log_appeal
):
    appeal = log_appeal(factories.restriction(by=executive2, decision=decision))
    appeal = acknowledge_appeal(appeal, executive)
    url = reverse("appeal_decide", args=[appeal.reference])
    for response in (signed_in(executive2).get(url), signed_in(executive2).post(url, decide_form(appeal))):
        assert response.status_code == 403
        assert "You proposed and imposed RES-" in response.content.decode()
    page = signed_in(executive2).get(appeal.get_absolute_url()).content.decode()
    assert "You proposed and imposed RES-" in page
    appeal.refresh_from_db()
    assert appeal.status == AppealStatus.ACKNOWLEDGED


@pytest.mark.policy("22")
def test_the_words_of_the_customer_and_what_was_restricted_are_in_view_and_the_rest_is_folded(
    signed_in, executive, acknowledged_appeal, restriction
):
    answer = signed_in(executive).get(reverse("appeal_decide", args=[acknowledged_appeal.reference]))
    (aside,) = fromstring(answer.content).xpath("//main//aside[@aria-label='The appeal']")
    folded = " ".join(" ".join(details.text_content().split()) for details in aside.xpath(".//details"))
    for details in aside.xpath(".//details"):
        details.drop_tree()
    in_view = " ".join(aside.text_content().split())
    incident = restriction.incidents.get()
    for words in (acknowledged_appeal.grounds, restriction.summary, restriction.reason):
        assert words in in_view
    for words in (incident.facts, restriction.easing_conditions, "Who can hear it", "Logged by"):
        assert words in folded
        assert words not in in_view


@pytest.mark.policy("22")
def test_an_executive_decides_on_two_pages(signed_in, executive, acknowledged_appeal, restriction):
    url = reverse("appeal_decide", args=[acknowledged_appeal.reference])
    assert signed_in(executive).get(url).status_code == 200
    eased = {
        "closed": ["phone"],
        "open": ["office", "letter", "email"],
        "first_review_on": str(restriction.first_review_on),
    }
    words = {"easing_conditions": "Calm letters.", "staff_instruction": ""}
    answers = decide_form(acknowledged_appeal, AppealOutcome.PARTLY_UPHELD, **eased, **words)
    response = send_checked(signed_in(executive), url, answers)
    assert response.status_code == 302, response.context["form"].errors
    assert acknowledged_appeal.appealed.get().varied_to.terms["open"] == [
        Channel.OFFICE,
        Channel.LETTER,
        Channel.EMAIL,
    ]


@pytest.mark.policy("22")
def test_who_else_was_at_the_hearing_is_asked_checked_and_stands_on_the_appeal(
    signed_in, executive, officer, acknowledged_appeal
):
    url = reverse("appeal_decide", args=[acknowledged_appeal.reference])
    there = "Her sister, and an interpreter"
    answers = decide_form(acknowledged_appeal, AppealOutcome.NOT_UPHELD) | {"attended_by": there}
    client = signed_in(executive)
    checked = client.post(url, answers, follow=True).content.decode()
    assert there in checked
    send_checked(client, url, answers)
    assert there in client.get(acknowledged_appeal.get_absolute_url()).content.decode()
    assert there not in signed_in(officer).get(acknowledged_appeal.get_absolute_url()).content.decode()


@pytest.mark.policy("22")
def test_a_harsher_answer_is_refused_beside_its_field(signed_in, executive, acknowledged_appeal, restriction):
    harsher = {
        "closed": ["phone", "office"],
        "open": ["letter", "email"],
        "first_review_on": str(restriction.first_review_on),
    }
    form = decide_form(acknowledged_appeal, AppealOutcome.PARTLY_UPHELD, easing_conditions="Calm.", **harsher)
    response = signed_in(executive).post(reverse("appeal_decide", args=[acknowledged_appeal.reference]), form)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [f"{restriction.reference}-closed"]


def test_the_second_to_decide_sees_who_was_faster_and_what_they_typed(
    signed_in, executive, executive2, acknowledged_appeal
):
    url = reverse("appeal_decide", args=[acknowledged_appeal.reference])
    assert send_checked(signed_in(executive), url, decide_form(acknowledged_appeal)).status_code == 302
    response = signed_in(executive2).post(url, decide_form(acknowledged_appeal))
    assert response.status_code == 409
    assert str(executive) in response.content.decode()
    assert "We weighed it." in response.content.decode()


@pytest.mark.policy("23")
def test_a_manager_sees_developments_and_holds_the_review(
    signed_in, manager, officer, customer, review, log_appeal, restriction
):
    factories.incident(by=officer, customer=customer)
    page = signed_in(manager).get(reverse("review_hold", args=[review.reference])).content.decode()
    assert "Since" in page
    assert restriction.easing_conditions in page
    url = reverse("review_hold", args=[review.reference])
    response = send_checked(signed_in(manager), url, hold_form(review))
    assert response.status_code == 302, response.context["form"].errors
    held = signed_in(manager).get(response.url).content.decode()
    assert "Write to the customer" in held


def test_wrong_terms_are_refused_beside_their_field(signed_in, manager, review):
    form = hold_form(
        review,
        outcome=ReviewOutcome.VARY,
        closed=[Channel.PHONE],
        open=[Channel.PHONE],
        easing_conditions="Calm.",
    )
    response = signed_in(manager).post(reverse("review_hold", args=[review.reference]), form)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["open"])


@pytest.mark.policy("54")
def test_a_manager_cannot_review_limits_on_complaints_by_a_forged_form(
    signed_in, manager, management, decision
):
    terms = {
        "exceptional_circumstances": "Forty.",
        "earlier_complaints": "C1, answered",
        "new_complaints": "We read all.",
    }
    limited = factories.restriction(by=management, decision=decision, kind="complaints_process", terms=terms)
    review = limited.reviews.get()
    response = signed_in(manager).post(reverse("review_hold", args=[review.reference]), hold_form(review))
    assert response.status_code == 403
    assert "Only a Management Team member" in response.content.decode()
    assert (
        "Only a Management Team member" in signed_in(manager).get(review.get_absolute_url()).content.decode()
    )


@pytest.mark.parametrize(
    "name",
    [
        "review",
        "review_hold",
        PassedTo.APPEAL,
        "appeal_acknowledge",
        "appeal_suspend",
        "appeal_withdraw",
        "appeal_decide",
    ],
)
def test_pages_that_somebody_may_not_see_are_not_found(signed_in, name, review, acknowledged_appeal):
    record = review if name.startswith("review") else acknowledged_appeal
    nobody = factories.staff("nobody", "Officer")
    response = signed_in(nobody).get(reverse(name, args=[record.reference]))
    missing = signed_in(nobody).get(reverse(name, args=[f"{record.PREFIX}-1999-0001"]))
    assert (response.status_code, response.content) == (404, missing.content)


@pytest.mark.parametrize("name", ["review_letter", "appeal_letter"])
def test_a_letter_is_begun_by_post_alone(
    signed_in, management, executive, name, review, acknowledged_appeal, manager
):
    if name == "review_letter":
        facts = {"findings": "Calm.", "reasons": "It goes on.", "next_review_on": days_from_today(85)}
        facts |= factories.THEIR_SIDE
        record = actions.hold_review(
            review=review, by=manager, version=review.version, outcome=ReviewOutcome.CONTINUE, **facts
        )
    else:
        record = acknowledged_appeal
    client = signed_in(manager if name == "review_letter" else executive)
    url = reverse(name, args=[record.reference])
    assert client.get(url).status_code == 405
    assert client.post(url).url == client.post(url).url == record.letters.get().get_absolute_url()


def test_empty_lists_say_what_will_be_there(signed_in, manager, organisation):
    assert "No reviews to come" in signed_in(manager).get(reverse("reviews")).content.decode()
    assert "No appeals here yet" in signed_in(manager).get(reverse("appeals")).content.decode()


def test_an_overdue_review_is_flagged_in_the_diary(signed_in, manager, review):
    with time_machine.travel(f"{review.due_on + (review.due_on - today())}T12:00:00+00:00"):
        assert "Overdue" in signed_in(manager).get(reverse("reviews")).content.decode()


def count_queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["reviews", "appeals"])
def test_a_list_takes_as_many_queries_for_thirty_rows_as_for_one(
    signed_in, manager, officer, customer, log_appeal, restriction, name
):
    client = signed_in(manager)
    log_appeal(restriction)
    usual_count = count_queries(client, reverse(name))
    for _ in range(4):
        log_appeal(factories.unrelated_restriction(by=manager, customer=customer, reported_by=officer))
    assert count_queries(client, reverse(name)) == usual_count <= 10


@pytest.mark.parametrize("name", ["review", "review_hold", "review_pack"])
def test_a_review_takes_as_many_queries_however_much_happened(
    signed_in, manager, officer, customer, review, name
):
    client, url = signed_in(manager), reverse(name, args=[review.reference])
    factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    usual_count = count_queries(client, url)
    for _ in range(5):
        factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    assert count_queries(client, url) == usual_count


def test_an_appeal_takes_as_many_queries_for_thirty_restrictions_as_for_one(
    signed_in, manager, officer, customer, executive, log_appeal
):
    counts = []
    for size in (1, 6, 30):
        reported = factories.incident(by=officer, customer=customer)
        decision = factories.decision(by=manager, incidents=[reported])
        appealed = [factories.restriction(by=manager, decision=decision) for _ in range(size)]
        for restriction in appealed:
            restrictions.notify_customer(restriction=restriction, on=today(), by=manager)
        count_for_form = count_queries(signed_in(officer), reverse("appeal_new", args=[customer.reference]))
        appeal = log_appeal(*appealed)
        appeal = acknowledge_appeal(appeal, executive)
        hearer = signed_in(executive)
        names = (PassedTo.APPEAL, "appeal_suspend", "appeal_decide")
        counts_for_hearer = {
            name: count_queries(hearer, reverse(name, args=[appeal.reference])) for name in names
        }
        counts.append({"appeal_new": count_for_form} | counts_for_hearer)
    assert counts == [counts[0]] * 3


def test_deciding_takes_as_many_queries_for_several_named_contacts_as_for_one(
    signed_in, manager, officer, customer, executive, log_appeal
):
    """Each of them offers all colleagues twice."""
    people = {
        "kind": "named_contact",
        "terms": {"open": ["letter"]},
        "deputy": manager,
    }
    counts = []
    for size in (1, 6):
        reported = factories.incident(by=officer, customer=customer)
        decision = factories.decision(by=manager, incidents=[reported])
        colleagues = [factories.staff(f"colleague{size}{number}", "Officer") for number in range(size)]
        appeal = log_appeal(
            *(
                factories.restriction(by=manager, decision=decision, named_contact=colleague, **people)
                for colleague in colleagues
            )
        )
        appeal = acknowledge_appeal(appeal, executive)
        counts.append(count_queries(signed_in(executive), reverse("appeal_decide", args=[appeal.reference])))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["appeal", "appeal_decide"])
def test_an_appeal_takes_as_many_queries_however_much_it_rests_on(
    signed_in, manager, officer, customer, executive, log_appeal, name
):
    counts = []
    for size in (1, 6):
        incidents = [factories.incident(by=officer, customer=customer) for _ in range(size)]
        appeal = log_appeal(
            factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=incidents))
        )
        appeal = acknowledge_appeal(appeal, executive)
        counts.append(count_queries(signed_in(executive), reverse(name, args=[appeal.reference])))
    assert counts[0] == counts[1]


def test_the_work_list_takes_few_queries_whoever_looks(signed_in, management, acknowledged_appeal, review):
    assert count_queries(signed_in(management), reverse("home")) <= 13


@pytest.mark.policy("65")
@pytest.mark.policy("22")
@pytest.mark.parametrize("known_by", [None, "role", "letter", "card", "proposal"])
def test_the_appeal_form_hides_restrictions_that_the_officer_cannot_know_of(
    known_by, signed_in, officer, manager, decision, appeal_url, customer
):
    starts = {} if known_by == "card" else factories.WAITS | {"not_before": days_from_today(20)}
    if known_by == "proposal":
        proposal = factories.proposal(by=officer, incidents=list(decision.incidents.all()), **starts)
        restriction = restrictions.impose_proposal(
            restriction=proposal, decision=decision, by=manager, version=proposal.version
        )
    else:
        restriction = factories.restriction(by=manager, decision=decision, **starts)
    if known_by == "letter":
        restrictions.notify_customer(restriction=restriction, on=today(), by=manager)
    client = signed_in(manager if known_by == "role" else officer)
    page = client.get(appeal_url).content.decode()
    assert (restriction.reference in page) == (known_by is not None)
    if known_by is None:
        response = client.post(appeal_url, appeal_form(restriction, passed_to=PassedTo.COMPLAINTS))
        assert response.status_code == 302
        assert Appeal.objects.get(customer=customer).appealed.count() == 0
    else:
        assert client.post(appeal_url, appeal_form(restriction)).status_code == 302
        assert Appeal.objects.get(customer=customer).appealed.get().restriction == restriction


def hold_page(review):
    return reverse("review_hold", args=[review.reference])


@pytest.mark.policy("23")
@pytest.mark.beyond("B29")
def test_a_review_is_checked_on_one_page_before_it_is_held(signed_in, manager, review, restriction):
    client = signed_in(manager)
    form = hold_form(review, outcome=ReviewOutcome.LIFT, reasons="You have kept to it.")
    checking = client.post(hold_page(review), form)
    assert checking.url == reverse("review_check", args=[review.reference])
    restriction.refresh_from_db()
    assert restriction.is_in_force
    page = client.get(checking.url)
    text = page.content.decode()
    for words in (
        f"{restriction.title} ends at once, and leaves the card.",
        "This does not write to anybody.",
        "You have kept to it.",
        "More than now",
    ):
        assert words in text
    saved = {bound.name: bound.value() for bound in page.context["form"]}
    assert client.post(checking.url, saved).url == review.get_absolute_url()
    restriction.refresh_from_db()
    assert not restriction.is_in_force
    assert not TypedDraft.objects.exists()
    assert client.post(checking.url, saved).url == review.get_absolute_url(), "sent twice"
    assert client.get(checking.url).url == review.get_absolute_url()


@pytest.mark.policy("21.1")
def test_what_a_review_ends_is_told_to_whom_it_names_but_whoever_holds_it(
    signed_in, manager, officer, decision
):
    facts = factories.named_contact_facts(officer, manager, "letter")
    review = factories.restriction(by=manager, decision=decision, **facts).reviews.get()
    client = signed_in(manager)
    form = hold_form(review, outcome=ReviewOutcome.LIFT, reasons="You have kept to it.")
    text = client.get(client.post(hold_page(review), form).url).content.decode()
    assert f"Told at once what it changes for them: {officer}.<" in text


@pytest.mark.beyond("B29")
def test_what_another_window_has_changed_is_shown_before_a_review_is_held(signed_in, manager, review):
    client = signed_in(manager)
    checking = client.post(hold_page(review), hold_form(review)).url
    shown = {bound.name: bound.value() for bound in client.get(checking).context["form"]}
    assert client.post(checking, shown | {"shown": "made up"}).status_code == 422
    client.post(hold_page(review), hold_form(review, findings="Otherwise."))
    refused = client.post(checking, shown)
    assert refused.status_code == 422
    assert "has changed since you opened this page" in refused.content.decode()
    review.refresh_from_db()
    assert review.status == ReviewStatus.SCHEDULED


@pytest.mark.beyond("B29")
def test_nothing_is_checked_that_nobody_typed(signed_in, manager, executive, review, acknowledged_appeal):
    check = reverse("review_check", args=[review.reference])
    for answer in (signed_in(manager).get(check), signed_in(manager).post(check, {})):
        assert answer.url == hold_page(review)
    check = reverse("appeal_check", args=[acknowledged_appeal.reference])
    assert signed_in(executive).get(check).url == reverse(
        "appeal_decide", args=[acknowledged_appeal.reference]
    )
    assert signed_in(manager).get(check).status_code == 403


@pytest.mark.policy("22")
@pytest.mark.beyond("B29")
def test_a_verdict_is_checked_with_what_it_does_and_whom_it_tells(
    signed_in, executive, manager, officer, acknowledged_appeal, restriction
):
    client = signed_in(executive)
    url = reverse("appeal_decide", args=[acknowledged_appeal.reference])
    checking = client.post(url, decide_form(acknowledged_appeal, AppealOutcome.UPHELD)).url
    text = client.get(checking).content.decode()
    for words in (
        f"{restriction.title} ({restriction}): it ends at once, and leaves the card.",
        f"Told at once that it is decided, and nothing else: {officer}, {manager}.",
        "This does not write to the customer.",
        "We weighed it.",
    ):
        assert words in text
    acknowledged_appeal.refresh_from_db()
    assert acknowledged_appeal.status == AppealStatus.ACKNOWLEDGED


@pytest.mark.beyond("B23")
def test_an_appeal_says_of_a_letter_in_the_post_when_it_counts(
    signed_in, manager, executive, restriction, log_appeal
):
    received_on = add_working_days(today(), 2)
    restrictions.notify_customer(restriction=restriction, on=received_on, by=manager)
    page = signed_in(executive).get(log_appeal(restriction).get_absolute_url()).content.decode()
    assert f"the letter counts as received on {uk_date(received_on)}" in page
    assert "the customer was told on" not in page


@pytest.mark.policy("22", "23")
def test_what_it_is_about_is_in_view_where_it_is_reviewed_and_heard(
    signed_in, executive, manager, officer, customer, review, acknowledged_appeal, restriction
):
    factories.incident(by=officer, customer=customer)
    decide = reverse("appeal_decide", args=[acknowledged_appeal.reference])
    pages = [
        (signed_in(manager), review.get_absolute_url()),
        (signed_in(manager), hold_page(review)),
        (signed_in(executive), acknowledged_appeal.get_absolute_url()),
        (signed_in(executive), decide),
    ]
    for client, url in pages:
        text = client.get(url).content.decode()
        for words in (
            restriction.reason,
            restriction.easing_conditions,
            restriction.decision.their_side,
            restriction.decision.proportionality,
            restriction.incidents.get().get_absolute_url(),
            restriction.incidents.get().facts,
        ):
            assert words in text, (url, words)
        assert ("Since " in text) == (url != acknowledged_appeal.get_absolute_url())


@pytest.mark.policy("22", "23")
def test_pages_list_what_is_done_and_what_is_left(
    signed_in, executive, manager, review, acknowledged_appeal, decide_appeal
):
    def steps(user, record):
        page = signed_in(user).get(record.get_absolute_url())
        return [(step.title, step.status, bool(step.url)) for step in page.context["steps"]]

    assert ("Findings and outcome", f"By {uk_date(review.due_on)}", True) in steps(manager, review)
    today_in_words = uk_date(today())
    decide = "Hearing and decision"
    begun = steps(executive, acknowledged_appeal)
    assert ("Acknowledgement", f"Done on {today_in_words}", False) in begun
    assert ("Letter that it has reached us", "To do", False) in begun
    assert (decide, f"By {uk_date(acknowledged_appeal.decide_by)}", True) in begun
    assert ("Letter about the outcome", "Cannot start yet", False) in begun
    decided = steps(executive, decide_appeal(acknowledged_appeal))
    assert (decide, f"Heard on {today_in_words}", False) in decided
    assert ("Letter about the outcome", "To do", False) in decided
