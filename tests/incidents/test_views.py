import hashlib
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from incidents.models import Incident

from .. import factories

pytestmark = pytest.mark.django_db


def typed(**changes):
    return {
        "submission": str(uuid.uuid4()),
        "occurred_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "channel": "phone",
        "facts": "Shouted and swore about a repair.",
        "categories": ["abuse"],
    } | changes


@pytest.fixture
def incident(customer, officer):
    return factories.incident(by=officer, customer=customer)


@pytest.mark.policy("26", "62")
def test_an_incident_is_logged_with_no_more_than_who_when_how_and_what(signed_in, officer, customer):
    page = signed_in(officer).post("/incidents/new/", typed(customer=customer.reference), follow=True)
    incident = Incident.objects.get()
    assert page.redirect_chain == [(f"/incidents/{incident}/", 302)]
    assert (incident.status, incident.reported_by, incident.is_complete) == ("with_manager", officer, False)
    assert "Say whether you ended the contact." in page.content.decode()
    assert "Policy §56" in page.content.decode()


@pytest.mark.policy("3")
def test_an_incident_can_be_logged_against_somebody_not_identified_and_linked_later(
    signed_in, officer, customer
):
    client = signed_in(officer)
    client.post("/incidents/new/", typed(unidentified_person="A man in a green coat"))
    incident = Incident.objects.get()
    assert incident.who == "A man in a green coat"
    client.post(f"/incidents/{incident}/edit/", typed(customer=customer.reference, version=incident.version))
    incident.refresh_from_db()
    assert incident.customer == customer


@pytest.mark.policy("4")
@pytest.mark.parametrize("channel", ["phone", "office", "home_visit", "letter", "email", "online_form", "message", "social_media", "event", "training", "elsewhere"])  # fmt: skip
def test_every_form_of_contact_can_be_logged(signed_in, officer, customer, channel):
    signed_in(officer).post("/incidents/new/", typed(customer=customer.reference, channel=channel))
    assert Incident.objects.get().channel == channel


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("occurred_at", "2126-01-01T10:00", "This is in the future."),
        ("occurred_at", "32 May", "date"),
        ("channel", "pigeon", "pigeon"),
        ("facts", "", "required"),
        ("customer", "CUS-2026-9999", "No customer has this reference."),
        ("customer", "", "say below who it was"),
        ("categories", ["abuse", "rudeness"], "rudeness"),
    ],
)
def test_a_wrong_field_gets_a_sentence_and_nothing_typed_is_lost(
    signed_in, officer, customer, field, value, sentence
):
    changed = typed(customer=customer.reference, location="At the front desk", action_taken="Took a note") | {
        field: value
    }
    page = signed_in(officer).post("/incidents/new/", changed)
    text = page.content.decode()
    assert page.status_code == 422
    assert sentence in text
    assert f'href="#id_{field}' in text  # the summary at the top leads to the field
    assert "At the front desk" in text
    assert "Took a note" in text
    assert not Incident.objects.exists()


def test_a_form_sent_twice_makes_one_incident(signed_in, officer, customer):
    client, form = signed_in(officer), typed(customer=customer.reference)
    first, second = client.post("/incidents/new/", form), client.post("/incidents/new/", form)
    assert first.url == second.url
    assert Incident.objects.count() == 1


def test_a_stale_edit_shows_both_texts(signed_in, officer, customer, incident):
    client, seen = signed_in(officer), incident.version
    base = typed(customer=customer.reference, version=seen)
    client.post(f"/incidents/{incident}/edit/", base | {"facts": "What was saved first."})
    page = client.post(f"/incidents/{incident}/edit/", base | {"facts": "What came second."})
    assert page.status_code == 409
    assert "What was saved first." in page.content.decode()
    assert "What came second." in page.content.decode()


def test_an_answer_that_no_longer_applies_is_not_kept(signed_in, officer, customer):
    answers = typed(
        customer=customer.reference,
        contact_ended="no",
        how_ended="ended_call",
        warning="not_given",
        no_warning_reason="unsafe",
    )
    signed_in(officer).post("/incidents/new/", answers)
    incident = Incident.objects.get()
    assert (incident.how_ended, incident.warning, incident.no_warning_reason) == ("", "", "")


def test_a_manager_assesses_with_two_answers(signed_in, manager, incident):
    form = {
        "version": incident.version,
        "outcome": "no_action",
        "reasons": "Over in a minute.",
        "categories": ["abuse"],
    }
    page = signed_in(manager).post(f"/incidents/{incident}/assess/", form)
    assert page.status_code == 302
    assert incident.assessments.get().by == manager


@pytest.mark.policy("25")
def test_an_officer_who_tries_to_assess_is_told_who_does(signed_in, officer, incident):
    page = signed_in(officer).get(f"/incidents/{incident}/assess/")
    assert page.status_code == 403
    assert "Only a manager decides what follows from an incident." in page.content.decode()


@pytest.mark.beyond("B22")
@pytest.mark.policy("65")
def test_the_reporter_reads_the_outcome_and_not_the_reasons(signed_in, officer, manager, incident):
    form = {
        "version": incident.version,
        "outcome": "restorative",
        "reasons": "Known to be unwell.",
        "categories": ["abuse"],
    }
    signed_in(manager).post(f"/incidents/{incident}/assess/", form)
    page = signed_in(officer).get(f"/incidents/{incident}/").content.decode()
    assert "Restorative work" in page
    assert "Known to be unwell." not in page


@pytest.mark.policy("65")
def test_what_one_may_not_see_is_the_same_as_what_does_not_exist(signed_in, incident, executive):
    client = signed_in(executive)
    unseen, missing = client.get(f"/incidents/{incident}/"), client.get("/incidents/INC-2020-9999/")
    assert (unseen.status_code, unseen.content) == (404, missing.content)


@pytest.mark.policy("65")
def test_officers_list_those_they_reported_suffered_witnessed_or_are_assigned(signed_in, customer, manager):
    users = {
        role: factories.staff(role, "Officer")
        for role in ("reporter", "victim", "witness", "assigned", "stranger")
    }
    factories.incident(
        by=users["reporter"],
        customer=customer,
        affected_staff=[users["victim"]],
        witnesses=[users["witness"]],
        assigned_to=users["assigned"],
    )
    seen = {
        name: "INC-" in signed_in(user).get("/incidents/").content.decode() for name, user in users.items()
    }
    assert seen == {"reporter": True, "victim": True, "witness": True, "assigned": True, "stranger": False}


@pytest.mark.policy("35")
def test_each_category_carries_guidance(signed_in, officer):
    page = signed_in(officer).get("/incidents/new/").content.decode()
    for words in ("§36", "§33", "§37", "§41", "§28, 46", "§47", "§49", "§51", "§53"):
        assert words in page


@pytest.mark.parametrize("path", ["/incidents/", "/incidents/{}/"])
def test_pages_cost_the_same_at_one_and_at_thirty(
    signed_in, manager, customer, officer, incident, path, django_assert_max_num_queries
):
    client = signed_in(manager)

    def count():
        with django_assert_max_num_queries(20) as queries:
            assert client.get(path.format(incident)).status_code == 200
        return len(queries)

    before = count()
    people = [factories.staff(f"colleague{number}", "Officer") for number in range(30)]
    for _ in range(30):
        factories.incident(by=officer, customer=customer, affected_staff=people, witnesses=people)
    assert count() == before


@pytest.mark.policy("63")
def test_a_file_is_kept_with_its_hash_and_who_added_it(signed_in, officer, incident):
    form = {
        "submission": str(uuid.uuid4()),
        "file": SimpleUploadedFile("screen.png", b"pixels"),
        "summary": "The post as it stood",
    }
    page = signed_in(officer).post(f"/incidents/{incident}/evidence/", form, follow=True)
    evidence = incident.evidence.get()
    assert evidence.sha256 == hashlib.sha256(b"pixels").hexdigest()
    assert (evidence.uploaded_by, evidence.original_name) == (officer, "screen.png")
    assert "The post as it stood" in page.content.decode()


def test_a_stale_edit_says_colleagues_and_categories_in_words(signed_in, officer, customer, incident):
    client, base = signed_in(officer), typed(customer=customer.reference, version=incident.version)
    witness = factories.staff("witness", "Officer")
    client.post(
        f"/incidents/{incident}/edit/", base | {"witnesses": [witness.username], "categories": ["harassment"]}
    )
    page = client.post(
        f"/incidents/{incident}/edit/", base | {"witnesses": [officer.username]}
    ).content.decode()
    assert "Witness Example" in page
    assert "Harassment" in page
