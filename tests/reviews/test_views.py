"""The pages of reviews and appeals."""

import uuid

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation
from restrictions import actions as restrictions
from reviews import actions
from reviews.models import Appeal

from .. import factories
from .conftest import in_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def appeal_page(customer):
    return reverse("appeal_new", args=[customer.reference])


def appeal_form(restriction, **answers):
    said = {
        "received_on": str(today()),
        "channel": "phone",
        "lodged_by": "Órla",
        "grounds": "Unfair.",
        "submission": uuid.uuid4(),
    }
    return said | {"restrictions": restriction and [restriction.reference]} | answers


def hold_form(review, **answers):
    said = {"version": review.version, "findings": "Calm.", "outcome": "continue", "reasons": "It goes on."}
    return said | {"next_review_on": str(in_days(85))} | answers


def decide_form(appeal, outcome="not_upheld", **answers):
    reference = appeal.appealed.get().restriction.reference
    said = {"version": appeal.version, "heard_on": str(today())}
    about = {"outcome": outcome, "reasons": "We weighed it."} | answers
    return said | {f"{reference}-{name}": value for name, value in about.items()}


@pytest.mark.policy("22")
def test_an_officer_logs_an_appeal_with_its_documents(signed_in, officer, appeal_page, restriction):
    page = signed_in(officer).get(appeal_page)
    assert restriction.title in page.content.decode()
    assert "final" in page.content.decode()
    files = [SimpleUploadedFile("one.txt", b"one"), SimpleUploadedFile("two.txt", b"two")]
    answer = signed_in(officer).post(appeal_page, appeal_form(restriction, documents=files))
    appeal = Appeal.objects.get()
    assert (answer.status_code, answer.url) == (302, appeal.get_absolute_url())
    assert appeal.documents.count() == 2
    assert signed_in(officer).get(answer.url).status_code == 200


def test_a_hand_made_form_that_clears_documents_keeps_those_that_came_with_it(
    signed_in, officer, appeal_page, restriction
):
    files = [SimpleUploadedFile("one.txt", b"one")]
    form = appeal_form(restriction, documents=files) | {"documents-clear": "on"}
    assert signed_in(officer).post(appeal_page, form).status_code == 302
    assert Appeal.objects.get().documents.count() == 1


def test_an_empty_document_is_refused_beside_its_field(signed_in, officer, appeal_page, restriction):
    answer = signed_in(officer).post(
        appeal_page, appeal_form(restriction, documents=SimpleUploadedFile("empty.txt", b""))
    )
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["documents"])


@pytest.mark.beyond("B5")
def test_a_hand_made_form_cannot_name_anothers_restriction(signed_in, officer, restriction):
    other = factories.customer(by=officer, name="Neighbour")
    answer = signed_in(officer).post(reverse("appeal_new", args=[other.reference]), appeal_form(restriction))
    assert (answer.status_code, Appeal.objects.count()) == (422, 0)


def test_extra_fields_change_nothing(signed_in, officer, appeal_page, restriction, executive):
    extra = {
        "status": "decided",
        "decided_by": executive.pk,
        "acknowledged_on": str(today()),
        "received_by": executive.pk,
    }
    signed_in(officer).post(appeal_page, appeal_form(restriction, **extra))
    appeal = Appeal.objects.get()
    assert (appeal.status, appeal.received_by, appeal.acknowledged_on) == ("received", officer, None)


@pytest.mark.policy("22")
@pytest.mark.parametrize(
    ("passed_to", "contact"), [("complaints", "complaints@lochside.example"), ("ombudsman", "0800 377 7330")]
)
def test_with_nothing_to_appeal_against_it_is_logged_all_the_same_and_passed_on(
    signed_in, officer, appeal_page, organisation, passed_to, contact
):
    """Nobody is turned away: there is a form, and the answer says where to turn."""
    client = signed_in(officer)
    page = client.get(appeal_page).content.decode()
    assert "There is no restriction that the Executive Team could hear an appeal against now" in page
    form = {name: value for name, value in appeal_form(None).items() if name != "restrictions"}
    answer = client.post(appeal_page, form)
    assert answer.context["form"].errors["passed_to"] == ["Choose where it goes: nobody is turned away."]
    answer = client.post(appeal_page, form | {"passed_to": passed_to}, follow=True)
    page = answer.content.decode()
    assert ("Passed on" in page, page.count(contact) == 1, "What it is against" in page) == (
        True,
        True,
        False,
    )


@pytest.mark.policy("22")
def test_what_a_panel_has_decided_is_logged_and_goes_to_the_ombudsman(
    signed_in, officer, appeal_page, acknowledged, decide
):
    decide(acknowledged)
    assert "A panel has decided on RES-" in signed_in(officer).get(appeal_page).content.decode()
    form = {name: value for name, value in appeal_form(None).items() if name != "restrictions"}
    assert signed_in(officer).post(appeal_page, form | {"passed_to": "ombudsman"}).status_code == 302


@pytest.mark.policy("22")
def test_a_panel_suspends_on_a_page_of_its_own_and_the_card_says_so(
    signed_in, executive, officer, customer, acknowledged, restriction
):
    url = reverse("appeal_suspend", args=[acknowledged.reference])
    page = signed_in(executive).get(acknowledged.get_absolute_url()).content.decode()
    assert url in page
    said = {"version": acknowledged.version, "restrictions": [restriction.reference]}
    answer = signed_in(executive).post(url, said, follow=True)
    assert "It does not apply while the appeal is heard." in answer.content.decode()
    assert "Restrictions in force" not in signed_in(officer).get(customer.get_absolute_url()).content.decode()
    assert signed_in(executive).get(url).context["form"]["restrictions"].value() == [restriction.reference]


@pytest.mark.policy("22")
def test_it_is_recorded_who_took_an_appeal_back_and_when(signed_in, executive, acknowledged):
    url = reverse("appeal_withdraw", args=[acknowledged.reference])
    assert url in signed_in(executive).get(acknowledged.get_absolute_url()).content.decode()
    said = {"version": acknowledged.version, "withdrawn_by": "Her daughter", "withdrawn_on": str(today())}
    page = signed_in(executive).post(url, said, follow=True).content.decode()
    assert ("Withdrawn" in page, "Her daughter" in page, url in page) == (True, True, False)


@pytest.mark.policy("6.3")
def test_once_acknowledged_the_button_is_what_comes_next(signed_in, executive, acknowledged):
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="Debt", contact="0141 496 0009")
    client, decide = signed_in(executive), reverse("appeal_decide", args=[acknowledged.reference])
    main, aside = f'<a class="govuk-button" href="{decide}">', f'govuk-button--secondary" href="{decide}">'
    page = client.get(acknowledged.get_absolute_url()).content.decode()
    assert ("Write to the customer" in page, main in page, aside in page) == (True, False, True)
    client.post(reverse("appeal_letter", args=[acknowledged.reference]))
    page = client.get(acknowledged.get_absolute_url()).content.decode()
    assert ("Write to the customer" in page, main in page, aside in page) == (False, True, False)


@pytest.mark.policy("22")
def test_what_is_under_appeal_is_not_offered_to_be_varied_and_the_page_says_so_first(
    signed_in, manager, log, restriction, review
):
    log(restriction)
    page = signed_in(manager).get(reverse("review_hold", args=[review.reference])).content.decode()
    assert 0 < page.index("a review cannot vary it") < page.index("What you found")
    assert 'value="vary"' not in page
    form = hold_form(review, outcome="vary", closed=["phone"], open=["letter"], easing_conditions="Calm.")
    answer = signed_in(manager).post(reverse("review_hold", args=[review.reference]), form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["outcome"])


def test_the_letters_of_a_review_or_an_appeal_say_why_there_is_none(
    signed_in, manager, officer, executive, review, acknowledged
):
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="Debt", contact="0141 496 0009")
    client = signed_in(manager)
    assert (
        "There is one to write once the review is held"
        in client.get(review.get_absolute_url()).content.decode()
    )
    client.post(reverse("review_hold", args=[review.reference]), hold_form(review))
    assert "The customer waits to hear the outcome" in client.get(review.get_absolute_url()).content.decode()
    actions.write_letter(about=acknowledged, kind="appeal_received", by=executive)
    page = signed_in(officer).get(acknowledged.get_absolute_url()).content.decode()
    assert "There are letters, which you cannot open." in page


@pytest.mark.parametrize("name", ["reviews", "appeals"])
def test_a_list_leads_to_the_customer_too(signed_in, manager, acknowledged, customer, name):
    assert f'href="{customer.get_absolute_url()}"' in signed_in(manager).get(reverse(name)).content.decode()


@pytest.mark.policy("22")
def test_each_error_names_the_restriction_that_it_is_about(signed_in, executive, acknowledged, restriction):
    url = reverse("appeal_decide", args=[acknowledged.reference])
    answer = signed_in(executive).post(url, {"version": acknowledged.version, "heard_on": str(today())})
    errors = [said for field in answer.context["form"].errors.values() for said in field]
    assert errors == [f"{restriction}: choose what you decided.", f"{restriction}: give your reasons."]


@pytest.mark.policy("22")
def test_the_page_says_who_does_not_hear_it_and_why(signed_in, executive, executive2, decision, log):
    appeal = log(factories.restriction(by=executive2, decision=decision))
    page = signed_in(executive).get(appeal.get_absolute_url()).content.decode()
    assert f"{executive2} proposed and imposed RES-" in page
    assert "Acknowledge it" in page


@pytest.mark.policy("22")
def test_one_who_imposed_it_gets_the_sentence_and_decides_nothing(
    signed_in, executive, executive2, decision, log
):
    appeal = log(factories.restriction(by=executive2, decision=decision))
    appeal = actions.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
    )
    url = reverse("appeal_decide", args=[appeal.reference])
    for answer in (signed_in(executive2).get(url), signed_in(executive2).post(url, decide_form(appeal))):
        assert answer.status_code == 403
        assert "You proposed and imposed RES-" in answer.content.decode()
    page = signed_in(executive2).get(appeal.get_absolute_url()).content.decode()
    assert "You proposed and imposed RES-" in page
    appeal.refresh_from_db()
    assert appeal.status == "acknowledged"


@pytest.mark.policy("22")
def test_an_executive_decides_on_one_page(signed_in, executive, acknowledged, restriction):
    url = reverse("appeal_decide", args=[acknowledged.reference])
    assert signed_in(executive).get(url).status_code == 200
    eased = {
        "closed": ["phone"],
        "open": ["office", "letter", "email"],
        "first_review_on": str(restriction.first_review_on),
    }
    said = {"easing_conditions": "Calm letters.", "staff_instruction": "Write."}
    answer = signed_in(executive).post(url, decide_form(acknowledged, "partly_upheld", **eased, **said))
    assert answer.status_code == 302, answer.context["form"].errors
    assert acknowledged.appealed.get().varied_to.terms["open"] == ["office", "letter", "email"]


@pytest.mark.policy("22")
def test_what_would_be_harsher_is_said_beside_its_field(signed_in, executive, acknowledged, restriction):
    harsher = {
        "closed": ["phone", "office"],
        "open": ["letter", "email"],
        "first_review_on": str(restriction.first_review_on),
    }
    form = decide_form(acknowledged, "partly_upheld", easing_conditions="Calm.", **harsher)
    answer = signed_in(executive).post(reverse("appeal_decide", args=[acknowledged.reference]), form)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [f"{restriction.reference}-closed"]


def test_the_second_to_decide_sees_who_was_faster_and_what_they_typed(
    signed_in, executive, executive2, acknowledged
):
    url = reverse("appeal_decide", args=[acknowledged.reference])
    assert signed_in(executive).post(url, decide_form(acknowledged)).status_code == 302
    answer = signed_in(executive2).post(url, decide_form(acknowledged))
    assert answer.status_code == 409
    assert str(executive) in answer.content.decode()
    assert "We weighed it." in answer.content.decode()


@pytest.mark.policy("23")
def test_a_manager_sees_what_happened_since_and_holds_the_review(
    signed_in, manager, officer, customer, review, log, restriction
):
    factories.incident(by=officer, customer=customer)
    page = signed_in(manager).get(reverse("review_hold", args=[review.reference])).content.decode()
    assert "Since" in page
    assert restriction.easing_conditions in page
    answer = signed_in(manager).post(reverse("review_hold", args=[review.reference]), hold_form(review))
    assert answer.status_code == 302
    held = signed_in(manager).get(answer.url).content.decode()
    assert "Write to the customer" in held


def test_terms_that_will_not_do_are_said_beside_their_field(signed_in, manager, review):
    form = hold_form(review, outcome="vary", closed=["phone"], open=["phone"], easing_conditions="Calm.")
    answer = signed_in(manager).post(reverse("review_hold", args=[review.reference]), form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["open"])


@pytest.mark.policy("54")
def test_a_manager_does_not_review_limits_on_complaints_by_hand(signed_in, manager, management, decision):
    terms = {
        "exceptional_circumstances": "Forty.",
        "earlier_complaints": "C1, answered",
        "new_complaints": "We read all.",
    }
    limited = factories.restriction(by=management, decision=decision, kind="complaints_process", terms=terms)
    review = limited.reviews.get()
    answer = signed_in(manager).post(reverse("review_hold", args=[review.reference]), hold_form(review))
    assert answer.status_code == 403
    assert "Only a Management Team member" in answer.content.decode()
    assert (
        "Only a Management Team member" in signed_in(manager).get(review.get_absolute_url()).content.decode()
    )


@pytest.mark.parametrize(
    "name",
    [
        "review",
        "review_hold",
        "appeal",
        "appeal_acknowledge",
        "appeal_suspend",
        "appeal_withdraw",
        "appeal_decide",
    ],
)
def test_what_is_not_theirs_to_see_is_not_there(signed_in, name, review, acknowledged):
    record = review if name.startswith("review") else acknowledged
    nobody = factories.staff("nobody", "Officer")
    answer = signed_in(nobody).get(reverse(name, args=[record.reference]))
    missing = signed_in(nobody).get(reverse(name, args=[f"{record.PREFIX}-1999-0001"]))
    assert (answer.status_code, answer.content) == (404, missing.content)


@pytest.mark.parametrize("name", ["review_letter", "appeal_letter"])
def test_a_letter_is_begun_by_post_alone(
    signed_in, management, executive, name, review, acknowledged, manager
):
    if name == "review_letter":
        said = {"findings": "Calm.", "reasons": "It goes on.", "next_review_on": in_days(85)}
        record = actions.hold_review(
            review=review, by=manager, version=review.version, outcome="continue", **said
        )
    else:
        record = acknowledged
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


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["reviews", "appeals"])
def test_a_list_takes_as_many_queries_for_thirty_rows_as_for_one(
    signed_in, manager, officer, customer, log, restriction, name
):
    client = signed_in(manager)
    log(restriction)
    one = queries_of(client, reverse(name))
    for _ in range(4):
        log(factories.unrelated_restriction(by=manager, customer=customer, reported_by=officer))
    assert queries_of(client, reverse(name)) == one <= 10


@pytest.mark.parametrize("name", ["review", "review_hold", "review_pack"])
def test_a_review_takes_as_many_queries_however_much_happened(
    signed_in, manager, officer, customer, review, name
):
    client, url = signed_in(manager), reverse(name, args=[review.reference])
    factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    one = queries_of(client, url)
    for _ in range(5):
        factories.incident(by=officer, customer=customer, occurred_at=timezone.now())
    assert queries_of(client, url) == one


def test_an_appeal_takes_as_many_queries_for_thirty_restrictions_as_for_one(
    signed_in, manager, officer, customer, executive, log
):
    counts = []
    for size in (1, 6, 30):
        reported = factories.incident(by=officer, customer=customer)
        decision = factories.decision(by=manager, incidents=[reported])
        those = [factories.restriction(by=manager, decision=decision) for _ in range(size)]
        for restriction in those:
            restrictions.notify_customer(restriction=restriction, on=today(), by=manager)
        new = queries_of(signed_in(officer), reverse("appeal_new", args=[customer.reference]))
        appeal = log(*those)
        appeal = actions.acknowledge_appeal(
            appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
        )
        hearer = signed_in(executive)
        names = ("appeal", "appeal_suspend", "appeal_decide")
        heard = {name: queries_of(hearer, reverse(name, args=[appeal.reference])) for name in names}
        counts.append({"appeal_new": new} | heard)
    assert counts == [counts[0]] * 3


def test_deciding_takes_as_many_queries_for_several_named_contacts_as_for_one(
    signed_in, manager, officer, customer, executive, log
):
    """Each of them offers all colleagues twice."""
    people = {
        "kind": "named_contact",
        "terms": {"open": ["letter"]},
        "named_contact": factories.staff("colleague", "Officer"),
        "deputy": manager,
    }
    counts = []
    for size in (1, 6):
        reported = factories.incident(by=officer, customer=customer)
        decision = factories.decision(by=manager, incidents=[reported])
        appeal = log(*(factories.restriction(by=manager, decision=decision, **people) for _ in range(size)))
        appeal = actions.acknowledge_appeal(
            appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
        )
        counts.append(queries_of(signed_in(executive), reverse("appeal_decide", args=[appeal.reference])))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["appeal", "appeal_decide"])
def test_an_appeal_takes_as_many_queries_however_much_it_rests_on(
    signed_in, manager, officer, customer, executive, log, name
):
    counts = []
    for size in (1, 6):
        incidents = [factories.incident(by=officer, customer=customer) for _ in range(size)]
        appeal = log(
            factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=incidents))
        )
        appeal = actions.acknowledge_appeal(
            appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
        )
        counts.append(queries_of(signed_in(executive), reverse(name, args=[appeal.reference])))
    assert counts[0] == counts[1]


def test_the_work_list_takes_few_queries_whoever_looks(signed_in, management, acknowledged, review):
    assert queries_of(signed_in(management), reverse("home")) <= 13


@pytest.mark.policy("65")
@pytest.mark.policy("22")
@pytest.mark.parametrize("known_by", [None, "role", "letter", "card", "proposal"])
def test_officer_cannot_see_in_the_appeal_form_what_nobody_was_told_of_yet(
    known_by, signed_in, officer, manager, decision, appeal_page, customer
):
    starts = {} if known_by == "card" else {"starts_on": in_days(20)}
    if known_by == "proposal":
        proposed = factories.proposal(by=officer, incidents=list(decision.incidents.all()), **starts)
        restriction = restrictions.impose_proposal(
            restriction=proposed, decision=decision, by=manager, version=proposed.version
        )
    else:
        restriction = factories.restriction(by=manager, decision=decision, **starts)
    if known_by == "letter":
        restrictions.notify_customer(restriction=restriction, on=today(), by=manager)
    client = signed_in(manager if known_by == "role" else officer)
    page = client.get(appeal_page).content.decode()
    assert (restriction.reference in page) == (known_by is not None)
    if known_by is None:
        answer = client.post(appeal_page, appeal_form(restriction, passed_to="complaints"))
        assert answer.status_code == 302
        assert Appeal.objects.get(customer=customer).appealed.count() == 0
    else:
        assert client.post(appeal_page, appeal_form(restriction)).status_code == 302
        assert Appeal.objects.get(customer=customer).appealed.get().restriction == restriction
