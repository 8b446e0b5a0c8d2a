import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from cha_engagement.core.records import writing
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.organisation.calendar import add_months, today
from incidents.actions import add_evidence
from incidents.enums import Category
from restrictions import actions
from restrictions.enums import Basis, RestrictionStatus
from restrictions.kinds import KINDS
from restrictions.models import ManagementDecision, Restriction
from reviews import actions as appeals
from tests import factories, files
from tests.checked import is_asked_first
from tests.threads import run_at_once

from .test_actions import COMPLAINTS, restorative_step

pytestmark = pytest.mark.django_db


def restriction_form(**changes):
    """A form's fields for a closed phone, as a browser sends them."""
    facts = factories.restriction_facts(**changes)
    terms = facts.pop("terms")
    facts.pop("kind")
    return {"submission": uuid.uuid4(), **facts, **terms}


def errors(response):
    """Return what the page says is wrong, as {id of the field: sentence}."""
    page = html.fromstring(response.content)
    return {
        link.get("href"): link.text_content()
        for link in page.xpath("//*[contains(@class,'govuk-error-summary')]//a")
    }


@pytest.fixture
def decide_url(customer):
    return reverse("decide", args=[customer.reference])


@pytest.mark.policy("14")
@pytest.mark.policy("20")
def test_what_a_decision_leaves_out_is_named_and_nothing_typed_is_lost(
    signed_in, manager, incident, decide_url
):
    answers = {"incidents": [incident.reference], "effect": "Two colleagues dread the phone."}
    response = signed_in(manager).post(decide_url, answers)
    assert response.status_code == 422
    sentences = errors(response)
    assert "(policy §13)" in sentences["#id_normal_operation_0"]
    assert "(policy §20)" in sentences["#id_basis_0"]
    assert "(policy §9)" in sentences["#id_needs_considered"]
    assert b"Two colleagues dread the phone." in response.content
    assert not ManagementDecision.objects.exists()


@pytest.mark.policy("9")
def test_what_is_known_stands_beside_the_question_and_is_no_answer_to_it(signed_in, manager, officer):
    needs = "Finds <phones> hard to hear."
    customer = factories.customer(by=officer, accessibility_needs=needs)
    incident = factories.incident(by=officer, customer=customer, effect_on_staff="Upset for a day.")
    page = signed_in(manager).get(
        reverse("decide", args=[customer.reference]), {"incident": incident.reference}
    )
    form = page.context["form"]
    assert form.initial["effect"] == "Upset for a day."
    read = html.fromstring(page.content)
    assert "Recorded already: Finds <phones> hard to hear." in read.text_content()
    assert not read.get_element_by_id("id_needs_considered").text.strip()
    assert b"checked" in html.tostring(
        html.fromstring(page.content).xpath(f"//input[@value='{incident}']")[0]
    )


@pytest.mark.policy("13")
@pytest.mark.policy("14")
def test_what_was_decided_for_others_is_shown_in_numbers_without_names(
    signed_in, manager, officer, incident, decide_url
):
    other = factories.customer(by=officer, name="Somebody Else")
    incident_of_another = factories.incident(by=officer, customer=other)
    factories.restriction(
        by=manager, decision=factories.decision(by=manager, incidents=[incident_of_another])
    )
    response = signed_in(manager).get(decide_url)
    elsewhere = response.context["elsewhere"]
    assert (elsewhere["count"], elsewhere["kinds"]) == (1, [("Ways of contact closed", 1)])
    assert b"Somebody Else" not in response.content
    assert incident_of_another.reference.encode() not in response.content


def test_an_officer_may_not_decide_and_reads_why(signed_in, officer, decide_url):
    response = signed_in(officer).post(decide_url)
    assert response.status_code == 403
    assert b"Only a manager decides to manage engagement actively" in response.content


def test_a_decision_says_that_it_is_final(signed_in, manager, decision):
    page = signed_in(manager).get(decision.get_absolute_url())
    assert b"final" in page.content
    assert b"appealed" in page.content


@pytest.mark.policy("65")
def test_an_officer_does_not_see_a_decision(signed_in, officer, decision):
    assert signed_in(officer).get(decision.get_absolute_url()).status_code == 404


@pytest.mark.policy("14")
def test_measures_are_listed_from_least_to_most_restrictive(signed_in, manager, decision):
    page = html.fromstring(signed_in(manager).get(reverse("restrict", args=[decision.reference])).content)
    listed = [link.get("href").split("=")[1] for link in page.xpath("//ol//a[contains(@href,'?kind=')]")]
    assert listed == [code for code in KINDS if code != "complaints_process"]
    assert "Only a Management Team member" in page.text_content()


@pytest.mark.policy("21.1")
def test_a_manager_restricts_under_a_decision(signed_in, manager, decision, incident):
    url = reverse("restrict", args=[decision.reference]) + "?kind=channel"
    assert signed_in(manager).get(url).status_code == 200
    data = restriction_form(incidents=[incident.reference])
    for _ in range(2):
        signed_in(manager).post(url, data)
    restriction = Restriction.objects.get()
    assert restriction.terms == {"closed": ["phone"], "open": ["letter", "email"]}
    assert restriction.status == RestrictionStatus.IMPOSED


@pytest.mark.parametrize("known", ["3", "-1", "99999", "9" * 30])
def test_more_than_there_are_is_no_number_that_a_page_gave(
    signed_in, manager, decision, incident, decide_url, known
):
    """K11: each form says how many there were when it was opened, and nobody takes any away."""
    client = signed_in(manager)
    restricted = client.post(
        reverse("restrict", args=[decision.reference]) + "?kind=channel",
        restriction_form(incidents=[incident.reference], known=known),
    )
    answers = factories.decision_answers(incidents=[incident.reference], known=known)
    decided = client.post(decide_url, answers)
    for page in (restricted, decided):
        assert page.status_code == 422
        assert "open it again" in page.content.decode()
    assert not Restriction.objects.exists()
    assert ManagementDecision.objects.count() == 1


def test_a_named_contact_is_chosen_by_username(signed_in, manager, officer, decision, incident):
    data = restriction_form(
        incidents=[incident.reference],
        terms={"open": ["phone"]},
        named_contact=officer.username,
        deputy=manager.username,
    )
    response = signed_in(manager).post(
        reverse("restrict", args=[decision.reference]) + "?kind=named_contact", data
    )
    assert response.status_code == 302, errors(response)
    restriction = Restriction.objects.get()
    assert (restriction.named_contact, restriction.deputy) == (officer, manager)


@pytest.mark.policy("22")
@pytest.mark.policy("23")
@pytest.mark.policy("61.2")
def test_what_a_restriction_leaves_out_is_named(signed_in, manager, decision):
    data = {"submission": uuid.uuid4(), "closed": ["phone"]}
    response = signed_in(manager).post(reverse("restrict", args=[decision.reference]) + "?kind=channel", data)
    assert response.status_code == 422
    assert set(errors(response)) == {
        "#id_open_0",
        "#id_incidents_0",
        "#id_reason",
        "#id_review_months",
        "#id_easing_conditions",
    }


@pytest.mark.policy("23")
def test_a_reason_for_having_no_review_takes_the_dates_away(
    signed_in, manager, officer, decision, incident, customer
):
    url = reverse("restrict", args=[decision.reference]) + "?kind=channel"
    hit = factories.incident(by=officer, customer=customer, categories=[Category.VIOLENCE])
    factories.assess_incident(hit, by=manager)
    data = restriction_form(incidents=[incident.reference, hit.reference], no_review="on")
    assert "(policy §23)" in errors(signed_in(manager).post(url, data))["#id_no_review_reason"]
    signed_in(manager).post(url, data | {"no_review_reason": "Staff were hit at each visit."})
    restriction = Restriction.objects.get()
    assert (restriction.first_review_on, restriction.review_months) == (None, None)
    assert restriction.look_again_on == add_months(today(), 12)


@pytest.mark.policy("23")
def test_only_violence_is_a_reason_for_having_no_review(signed_in, manager, decision, incident):
    url = reverse("restrict", args=[decision.reference]) + "?kind=channel"
    data = restriction_form(incidents=[incident.reference], no_review_reason="It is simpler.")
    signed_in(manager).post(url, data)
    restriction = Restriction.objects.get()
    assert (restriction.no_review_reason, restriction.review_months) == ("", 3)


@pytest.mark.policy("54")
def test_a_manager_is_refused_the_complaints_process_by_page_and_by_hand(
    signed_in, manager, management, officer, decision, incident
):
    sentence = b"Only a Management Team member can restrict use of the complaints process"
    url = reverse("restrict", args=[decision.reference]) + "?kind=complaints_process"
    others = COMPLAINTS["terms"] | {"earlier_complaints": "C31 to C40."}
    data = restriction_form(incidents=[incident.reference], terms=others)
    proposal = factories.proposal(by=officer, incidents=[incident], **COMPLAINTS)
    imposed = factories.restriction(by=management, decision=decision, **COMPLAINTS)
    client = signed_in(manager)
    answers = [
        client.get(url),
        client.post(url, data),
        client.post(
            reverse("restriction_impose", args=[proposal.reference]),
            data | {"version": 1, "decision": decision},
        ),
        client.post(
            reverse("restriction_decline", args=[proposal.reference]), {"version": 1, "status_reason": "No"}
        ),
        client.post(
            reverse("restriction_lift", args=[imposed.reference]),
            {"version": imposed.version, "status_reason": "No"},
        ),
        client.post(
            reverse("restriction_not_notified", args=[imposed.reference]),
            {"version": imposed.version, "unnotified_request": "No"},
        ),
    ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)
    assert all(sentence in answer.content for answer in answers)
    signed_in(management).post(url, data)
    assert (
        Restriction.objects.filter(kind="complaints_process", status=RestrictionStatus.IMPOSED).count() == 2
    )


@pytest.mark.policy("22")
def test_an_officer_proposes_and_a_manager_imposes_after_putting_it_right(
    signed_in, officer, manager, customer, incident, decision
):
    url = reverse("restriction_propose", args=[customer.reference])
    assert signed_in(officer).get(url).status_code == 200
    signed_in(officer).post(url + "?kind=channel", restriction_form(incidents=[incident.reference]))
    proposal = Restriction.objects.get()
    assert proposal.status == RestrictionStatus.PROPOSED
    impose = reverse("restriction_impose", args=[proposal.reference])
    assert signed_in(officer).get(impose).status_code == 403
    page = html.fromstring(signed_in(manager).get(impose).content)
    assert page.xpath("//input[@name='closed' and @value='phone']/@checked")
    assert page.xpath(f"//input[@name='incidents' and @value='{incident}']/@checked")
    data = restriction_form(incidents=[incident.reference], reason="In the manager's words.") | {
        "version": 1,
        "decision": decision.reference,
    }
    signed_in(manager).post(impose, data)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.reason, proposal.decision) == (
        RestrictionStatus.IMPOSED,
        "In the manager's words.",
        decision,
    )


@pytest.mark.policy("22")
def test_whoever_was_affected_can_propose(signed_in, officer, customer):
    suffered = factories.incident(by=officer, customer=customer, affected_staff=[officer])
    url = reverse("restriction_propose", args=[customer.reference]) + "?kind=channel"
    page = signed_in(officer).get(url)
    assert page.status_code == 200
    assert "involvement_reason" not in page.context["form"].fields
    signed_in(officer).post(url, restriction_form(incidents=[suffered.reference]))
    assert Restriction.objects.get().status == RestrictionStatus.PROPOSED


def test_a_manager_who_comes_second_is_told_and_keeps_what_was_typed(
    signed_in, manager, officer, proposal, decision, incident
):
    other = factories.staff("other", "Manager")
    url = reverse("restriction_impose", args=[proposal.reference])
    data = restriction_form(incidents=[incident.reference]) | {
        "version": 1,
        "decision": decision.reference,
    }
    assert signed_in(other).post(url, data).status_code == 302
    response = signed_in(manager).post(url, data | {"reason": "My own words."})
    assert response.status_code == 409
    assert b"My own words." in response.content
    assert b"Other Example" in response.content


@pytest.mark.policy("65")
def test_a_restriction_of_a_colleagues_is_not_there_for_an_officer(signed_in, restriction, officer):
    other = factories.staff("other", "Officer")
    for name in ("restriction", "restriction_lift", "restriction_impose", "restriction_not_notified"):
        assert signed_in(other).get(reverse(name, args=[restriction.reference])).status_code == 404


@pytest.mark.policy("65")
def test_a_form_offers_the_evidence_that_its_reader_may_see_and_no_other(
    signed_in, officer, manager, customer, incident
):
    file = files.picture("screen.png")
    seen = add_evidence(
        incident=incident, by=officer, submission=uuid.uuid4(), file=file, summary="A post about us"
    )
    other = factories.staff("other", "Officer")
    own = factories.incident(by=other, customer=customer)
    url = reverse("restriction_propose", args=[customer.reference]) + "?kind=channel"
    assert b"A post about us" in signed_in(officer).get(url).content
    assert b"A post about us" not in signed_in(other).get(url).content
    data = restriction_form(incidents=[own.reference], evidence=[seen.reference])
    assert signed_in(other).post(url, data).status_code == 422
    assert not Restriction.objects.exists()


@pytest.mark.policy("65")
def test_a_proposer_reads_the_outcome_and_not_what_a_manager_wrote_for_others(
    signed_in, officer, manager, incident, decision
):
    proposal = factories.proposal(by=officer, incidents=[incident])
    declined = factories.proposal(by=officer, incidents=[incident])
    url = proposal.get_absolute_url()
    assert b"You shouted at our colleagues" in signed_in(officer).get(url).content
    imposed = actions.impose_proposal(
        restriction=proposal,
        decision=decision,
        by=manager,
        version=1,
        reason="In the manager's words.",
        involvement_reason="I was there.",
    )
    factories.leave_unnotified(imposed, by=manager, reason="They are in hospital.")
    read = html.fromstring(signed_in(officer).get(url).content).text_content()
    for kept in ("In the manager's words.", "I was there.", "They are in hospital.", decision.reference):
        assert kept not in read
    assert imposed.staff_instruction in read
    assert "Closed" in read
    actions.decline_proposal(restriction=declined, by=manager, version=1, status_reason="A letter will do.")
    assert b"A letter will do." in signed_in(officer).get(declined.get_absolute_url()).content
    officer.groups.clear()
    assert signed_in(officer).get(url).status_code == 404


def test_what_has_ended_says_when_why_and_by_whom_and_nothing_of_the_card(
    signed_in, manager, restriction, customer
):
    actions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm since.")
    read = html.fromstring(signed_in(manager).get(restriction.get_absolute_url()).content).text_content()
    assert uk_date(today()) in read
    assert "Calm since." in read
    assert "What staff see" not in read
    listed = html.fromstring(signed_in(manager).get(reverse("restrictions")).content)
    assert listed.xpath(f"//a[@href='{customer.get_absolute_url()}']")
    timeline = html.fromstring(signed_in(manager).get(customer.get_absolute_url()).content).text_content()
    assert "Lifted: phone closed" in timeline


def test_what_begins_later_is_nowhere_called_in_force(signed_in, manager, decision, incident, customer):
    first = today() + timedelta(days=30)
    dates = factories.WAITS | {"not_before": first, "first_review_on": first + timedelta(days=90)}
    url = reverse("restrict", args=[decision.reference]) + "?kind=channel"
    client = signed_in(manager)
    answer = client.post(url, restriction_form(incidents=[incident.reference]) | dates, follow=True)
    assert b"the card" not in answer.content
    restriction = actions.notify_customer(restriction=Restriction.objects.get(), on=today(), by=manager)
    tab = f"{customer.get_absolute_url()}restrictions/"
    for path in [decision.get_absolute_url(), restriction.get_absolute_url(), tab, reverse("restrictions")]:
        read = client.get(path).content.decode()
        read = re.sub("<details.*</details>", "", read, flags=re.DOTALL)  # what the list can be filtered by
        assert f"From {uk_date(first)}" in read
        assert "In force" not in read


@pytest.mark.policy("22")
def test_a_proposal_leads_to_the_decision_it_needs_and_from_there_it_is_imposed(
    signed_in, manager, proposal, incident, customer
):
    client = signed_in(manager)
    impose = reverse("restriction_impose", args=[proposal.reference])
    first = html.fromstring(client.get(impose).content)
    (decide,) = first.xpath("//a[contains(., 'Decide on active management first')]/@href")
    page = html.fromstring(client.get(decide).content)
    assert page.xpath(f"//input[@name='incidents' and @value='{incident}']/@checked")
    decision = factories.decision(by=manager, incidents=[incident])
    shown = html.fromstring(client.get(decision.get_absolute_url()).content)
    assert shown.xpath(f"//a[@href='{impose}' and contains(., 'Impose this proposal')]")


@pytest.mark.policy("12")
def test_the_letter_is_written_from_the_restriction_and_a_draft_is_opened_again(
    signed_in, manager, restriction, organisation
):
    client = signed_in(manager)
    page = html.fromstring(client.get(restriction.get_absolute_url()).content)
    (form,) = page.xpath("//form[.//button[contains(., 'Write the letter')]]")
    urls = {client.post(form.get("action")).url for _ in range(2)}
    assert urls == {restriction.decision.letters.get().get_absolute_url()}


@pytest.mark.policy("20")
def test_a_decision_says_what_was_tried_in_words_that_lead_to_it(signed_in, manager, incident):
    tried = restorative_step(incident.customer, manager, "partly")
    decision = factories.decision(
        by=manager,
        incidents=[incident],
        basis=Basis.TRIED_AND_FAILED,
        basis_reason="",
        restorative_actions=[tried],
    )
    page = html.fromstring(signed_in(manager).get(decision.get_absolute_url()).content)
    (link,) = page.xpath(f"//a[@href='{tried.get_absolute_url()}']")
    assert link.text_content() == tried.get_kind_display()


@pytest.mark.policy("13")
def test_whoever_was_affected_keeps_what_they_typed(signed_in, manager, officer, customer, decide_url):
    other = factories.staff("other", "Manager")
    incident = factories.incident(by=officer, customer=customer, affected_staff=[manager])
    factories.assess_incident(incident, by=other)
    answers = factories.decision_answers(effect="Two of us dread the phone.")
    response = signed_in(manager).post(decide_url, answers | {"incidents": [incident.reference]})
    assert response.status_code == 422
    assert "Other Example is there" in errors(response)["#id_incidents_0"]
    assert b"Two of us dread the phone." in response.content


def test_whoever_comes_second_is_shown_what_the_first_did_and_keeps_what_was_typed(
    signed_in, manager, incident, decision
):
    other = factories.staff("other", "Manager")
    url, typed = reverse("restrict", args=[decision.reference]) + "?kind=channel", "In my own words."
    data = restriction_form(incidents=[incident.reference], reason=typed)
    known = signed_in(manager).get(url).context["form"]["known"].value()
    data |= {"known": known, "submission": uuid.uuid4()}
    others = {"submission": uuid.uuid4(), "reason": "In other words."}
    first = signed_in(other).post(url, data | others)
    second = signed_in(manager).post(url, data)
    assert (first.status_code, second.status_code) == (302, 409)
    assert b"Other Example" in second.content
    assert typed.encode() in second.content
    # Opened anew it has the typed text, and knows what the first did: sent again it is not refused for ever.
    again = signed_in(manager).get(url)
    assert typed.encode() in again.content
    assert again.context["form"]["known"].value() == str(known + 1)


def test_another_contact_is_named_on_a_page_of_its_own(signed_in, manager, decision):
    ann, bea = factories.staff("ann", "Officer"), factories.staff("bea", "Officer")
    contact = factories.restriction(
        by=manager,
        decision=decision,
        kind="named_contact",
        terms={"open": ["letter"]},
        named_contact=ann,
        deputy=manager,
    )
    url = reverse("restriction_rename", args=[contact.reference])
    client = signed_in(manager)
    assert url.encode() in client.get(contact.get_absolute_url()).content
    data = {"version": contact.version, "named_contact": "bea", "deputy": "manager"}
    assert set(errors(client.post(url, data))) == {"#id_status_reason"}
    assert client.post(url, data | {"status_reason": "Ann has left."}).url == contact.get_absolute_url()
    contact.refresh_from_db()
    assert contact.named_contact == bea


@pytest.mark.policy("23")
def test_the_management_team_records_that_what_has_no_reviews_stays(signed_in, manager, management, decision):
    restriction = factories.unreviewed_restriction(by=manager, decision=decision)
    url = reverse("restriction_look_again", args=[restriction.reference])
    assert url.encode() not in signed_in(manager).get(restriction.get_absolute_url()).content
    assert url.encode() in signed_in(management).get(restriction.get_absolute_url()).content
    data = {"version": restriction.version, "stays_reason": "Still a risk."}
    assert signed_in(manager).post(url, data).status_code == 403
    signed_in(management).post(url, data)
    restriction.refresh_from_db()
    assert restriction.stays_reason == "Still a risk."


def test_its_proposer_withdraws_a_proposal_by_a_button(signed_in, officer, proposal):
    url = reverse("restriction_withdraw", args=[proposal.reference])
    assert signed_in(officer).get(url).status_code == 405
    assert is_asked_first(signed_in(officer).get(proposal.get_absolute_url()), url)
    signed_in(officer).post(url, {"version": proposal.version})
    proposal.refresh_from_db()
    assert proposal.status == RestrictionStatus.WITHDRAWN


def test_lifting_says_that_nothing_takes_it_back(signed_in, manager, restriction):
    page = signed_in(manager).get(f"{restriction.get_absolute_url()}lift/").content.decode()
    assert "It ends at once, and nothing takes that back. This does not write to the customer." in page


def test_lifting_asks_for_its_reason(signed_in, manager, restriction):
    url = reverse("restriction_lift", args=[restriction.reference])
    assert signed_in(manager).post(url, {"version": restriction.version}).status_code == 422
    signed_in(manager).post(url, {"version": restriction.version, "status_reason": "Calm since."})
    restriction.refresh_from_db()
    assert (restriction.status, restriction.status_reason) == (RestrictionStatus.LIFTED, "Calm since.")


def test_fields_that_no_form_asks_for_change_nothing(signed_in, manager, officer, decision, incident):
    other = factories.customer(by=officer, name="Somebody Else")
    extra = {
        "status": RestrictionStatus.LIFTED,
        "imposed_by": officer.pk,
        "customer_notified_on": "2026-01-01",
        "customer": other.pk,
        "kind": "complaints_process",
        "proposed_by": officer.pk,
    }
    url = reverse("restrict", args=[decision.reference]) + "?kind=channel"
    signed_in(manager).post(url, restriction_form(incidents=[incident.reference]) | extra)
    restriction = Restriction.objects.get()
    stored = (
        restriction.status,
        restriction.imposed_by,
        restriction.customer_notified_on,
        restriction.customer,
        restriction.kind,
    )
    assert stored == ("imposed", manager, None, decision.customer, "channel")


@pytest.mark.beyond("B5")
def test_an_incident_of_somebody_else_cannot_be_posted(signed_in, manager, officer, decision):
    other = factories.customer(by=officer, name="Somebody Else")
    incident_of_another = factories.incident(by=officer, customer=other)
    url = reverse("restrict", args=[decision.reference]) + "?kind=channel"
    response = signed_in(manager).post(url, restriction_form(incidents=[incident_of_another.reference]))
    assert response.status_code == 422
    assert not Restriction.objects.exists()


@pytest.mark.parametrize(
    "rubbish",
    [
        {"closed": ["\x00"]},
        {"closed": ["nowhere"]},
        {"not_before": "2026-02-30"},
        {"review_months": "9" * 400},
        {"review_months": "-1"},
        {"incidents": ["\x00", "INC-9999-9999"]},
        {"reason": "x" * 1_000_000},
        {"submission": "no uuid"},
        {"staff_instruction": "x" * 201},
    ],
)
def test_rubbish_is_answered_plainly(rubbish, signed_in, manager, decision, incident):
    url = reverse("restrict", args=[decision.reference]) + "?kind=channel"
    response = signed_in(manager).post(url, restriction_form(incidents=[incident.reference]) | rubbish)
    assert 400 <= response.status_code < 500
    assert not Restriction.objects.exists()


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_pages_cost_the_same_with_many_rows(
    signed_in, manager, customer, officer, incident, decision, organisation
):
    client = signed_in(manager)
    restriction = factories.restriction(by=manager, decision=decision)
    urls = [
        reverse("restrictions"),
        restriction.get_absolute_url(),
        decision.get_absolute_url(),
        reverse("decide", args=[customer.reference]),
        reverse("restrict", args=[decision.reference]) + "?kind=channel",
        reverse("restriction_propose", args=[customer.reference]) + "?kind=named_contact",
        customer.get_absolute_url(),
    ]
    for url in urls:
        client.get(url)  # sessions and caches of content types are warm
    few = {url: queries(client, url) for url in urls}
    for _ in range(29):
        factories.incident(by=officer, customer=customer)
        factories.restriction(by=manager, decision=decision)
    many = {url: queries(client, url) for url in urls}
    assert many == few
    assert few[urls[0]] <= 10
    assert few[urls[-1]] <= 30


@pytest.mark.django_db(transaction=True)
def test_of_two_who_impose_at_once_what_together_leaves_no_way_in_one_is_refused(
    signed_in, manager, officer, decision, incident
):
    other = factories.staff("other", "Manager")
    clients = [signed_in(manager), signed_in(other)]
    url = reverse("restrict", args=[decision.reference])
    forms = [
        (f"{url}?kind=channel", restriction_form(incidents=[incident.reference])),
        (
            f"{url}?kind=named_contact",
            restriction_form(
                incidents=[incident.reference],
                terms={"open": ["phone"]},
                named_contact=officer.username,
                deputy=manager.username,
            ),
        ),
    ]
    connection.close()
    pages = run_at_once(2, lambda number: clients[number].post(*forms[number]))
    assert sorted(page.status_code for page in pages) == [302, 422]
    assert Restriction.objects.filter(status=RestrictionStatus.IMPOSED).count() == 1


@pytest.mark.policy("61.1")
def test_a_reason_that_reaches_a_letter_says_so_beside_its_box(signed_in, manager, restriction):
    client = signed_in(manager)
    hint = "This goes into the letter: write it to the customer"
    assert hint in client.get(reverse("restriction_lift", args=[restriction.reference])).content.decode()
    page = client.get(f"{reverse('restrict', args=[restriction.decision.reference])}?kind=channel")
    for name in ("reason", "review_circumstances", "easing_conditions"):
        assert hint in page.context["form"].fields[name].help_text


@pytest.mark.policy("22")
def test_a_pending_appeal_is_shown_before_anything_is_chosen(signed_in, manager, restriction):
    appeals.log_appeal(
        customer=restriction.customer,
        by=manager,
        submission=uuid.uuid4(),
        received_on=today(),
        restrictions=[restriction],
        channel=Channel.LETTER,
        lodged_by="Her",
        grounds="It is too much.",
    )
    client = signed_in(manager)
    restrict = reverse("restrict", args=[restriction.decision.reference])
    for page in (restriction.decision.get_absolute_url(), restrict, f"{restrict}?kind=channel"):
        assert "is being heard about" in client.get(page).content.decode()


@pytest.mark.policy("22")
def test_a_proposal_about_somebody_without_a_decision_leads_to_deciding(signed_in, manager, proposal):
    page = html.fromstring(signed_in(manager).get(proposal.get_absolute_url()).content)
    (decide,) = page.xpath("//a[contains(., 'Decide on active management first')]/@href")
    assert reverse("decide", args=[proposal.customer.reference]) in decide
    assert not page.xpath("//a[.='Impose it']")


AGREED = {"kind": "third_party", "terms": factories.ADVOCATE}


@pytest.mark.parametrize(
    ("name", "stands", "facts"),
    [
        ("restriction_lift", "lifted", {}),
        ("restriction_lift", "proposed", {}),
        ("restriction_decline", "imposed", {}),
        ("restriction_decline", "declined", {}),
        ("restriction_not_notified", "proposed", {}),
        ("restriction_not_notified", "told", {}),
        ("restriction_agreement", "lifted", AGREED),
        ("restriction_agreement", "proposed", AGREED),
        ("restriction_rename", "lifted", {"kind": "named_contact", "terms": {"open": ["phone"]}}),
    ],
)  # fmt: skip
def test_a_step_that_is_over_leads_to_how_things_stand(
    name, stands, facts, signed_in, manager, officer, decision
):
    if facts.get("kind") == "named_contact":
        facts = facts | {"named_contact": officer, "deputy": manager}
    if stands in ("proposed", "declined"):
        restriction = factories.proposal(by=officer, incidents=list(decision.incidents.all()), **facts)
    else:
        restriction = factories.restriction(by=manager, decision=decision, **facts)
    if stands == "declined":
        restriction = actions.decline_proposal(
            restriction=restriction, by=manager, version=restriction.version, status_reason="Less would do."
        )
    elif stands == "lifted":
        restriction = actions.lift_restriction(
            restriction=restriction, by=manager, status_reason="Calm letters."
        )
    elif stands == "told":
        restriction = writing.save_record(
            restriction, by=manager, reason="The customer was told", customer_notified_on=today()
        )
    answer = signed_in(manager).get(reverse(name, args=[restriction.reference]), follow=True)
    assert answer.redirect_chain == [(restriction.get_absolute_url(), 302)]
    assert (
        f"{restriction.full_title} has moved on already: {restriction.get_status_display()}."
        in answer.content.decode()
    )


@pytest.mark.policy("62")
def test_the_history_of_a_restriction_and_of_a_letter_is_in_words(
    signed_in, manager, restriction, organisation
):
    client = signed_in(manager)
    client.post(reverse("decision_letter", args=[restriction.decision.reference]))
    for record, shown in (
        (restriction, ("Phone closed", "Closed: Phone")),
        (restriction.letters.get(), ("How we will be in contact with you",)),
    ):
        page = client.get(f"{record.get_absolute_url()}history/").content.decode()
        for words in shown:
            assert words in page
        for code in ("&#x27;closed&#x27;", "restriction_decided"):
            assert code not in page
