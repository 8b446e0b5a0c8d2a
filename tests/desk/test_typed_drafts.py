"""B20: a form that could not be saved comes back to whoever typed into it, and to nobody else."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from lxml.html import fromstring

from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import Channel, Format, Relationship
from cha_engagement.customers.models import Customer
from cha_engagement.desk.models import TypedDraft
from incidents import actions as incidents
from incidents.enums import Category
from incidents.models import Incident

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B20")]

PASSWORD = "plovers on a pier"
TYPED = "Shouted and swore about the lift."
NOT_SAVED = "What you typed is not saved yet"


def page_text(page):
    return page.content.decode()


def sign_in(client, person, path="/accounts/login/"):
    return client.post(path, {"login": person.username, "password": PASSWORD})


def set_password(person):
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def officer(officer):
    return set_password(officer)


@pytest.fixture
def colleague():
    return set_password(factories.staff("rowan", "Officer"))


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=False, raise_request_exception=False)


@pytest.fixture
def log_form(customer):
    return f"/incidents/new/?customer={customer}"


@pytest.fixture
def edit_form(customer):
    return f"{customer.get_absolute_url()}edit/"


def incident_form(**changes):
    """Return an incident form as somebody begins it."""
    return {
        "submission": uuid.uuid4(),
        "channel": Channel.PHONE,
        "facts": TYPED,
        "harm": "yes",
        "categories": [Category.ABUSE, Category.OTHER_THREAT],
    } | changes


def complete_incident_form(customer, **changes):
    """Return an incident form of which nothing is missing."""
    occurred_at = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    return incident_form(customer=customer.reference, occurred_at=occurred_at) | changes


def customer_form(customer, **changes):
    """Return the form of a customer's details."""
    return {
        "version": customer.version,
        "name": "Órla Brien",
        "known_as": "Orla",
        "relationship": customer.relationship,
        "preferred_language": "English",
        "preferred_format": Format.STANDARD,
    } | changes


def end_session(client):
    """End every session by its age: the row is still there."""
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")


def send_after_session_end(client, person, path, answers):
    sign_in(client, person)
    assert client.get(path).status_code == 200
    end_session(client)
    return client.post(path, answers)


def find_form(page):
    return fromstring(page_text(page)).xpath("//main//form[.//*[@name='facts' or @name='name']]")[0]


def test_a_form_sent_after_the_session_ended_comes_back_after_signing_in(client, officer, log_form):
    answer = send_after_session_end(client, officer, log_form, incident_form())
    page = client.get(answer.headers["Location"])
    assert "What you typed is kept: sign in, and it is back in its form." in page_text(page)
    assert TYPED not in page_text(page)
    assert not Incident.objects.exists()
    answer = sign_in(client, officer, answer.headers["Location"])
    assert answer.headers["Location"] == log_form
    page = client.get(log_form)
    assert page.status_code == 200
    assert NOT_SAVED in page_text(page)
    assert "There is something to put right" not in page_text(page)
    form = find_form(page)
    assert form.fields["facts"].strip() == TYPED
    assert form.fields["channel"] == Channel.PHONE
    checked = form.xpath(".//input[@name='categories'][@checked]/@value")
    assert set(checked) == {"abuse", "other_threat"}
    assert not Incident.objects.exists()


def test_saving_a_form_removes_its_draft(client, officer, customer, log_form):
    answers = complete_incident_form(customer)
    send_after_session_end(client, officer, log_form, answers)
    sign_in(client, officer)
    assert client.post(log_form, answers).status_code == 302
    assert not TypedDraft.objects.exists()
    assert NOT_SAVED not in page_text(client.get(log_form))


def test_a_refused_form_keeps_its_draft(client, officer, log_form):
    send_after_session_end(client, officer, log_form, incident_form(facts=""))
    sign_in(client, officer)
    assert client.post(log_form, incident_form(facts="")).status_code == 422
    assert TypedDraft.objects.exists()


def test_a_form_with_errors_that_was_left_comes_back_after_signing_in(client, officer, customer, log_form):
    sign_in(client, officer)
    assert client.post(log_form, complete_incident_form(customer, channel="")).status_code == 422
    client.cookies.clear()
    sign_in(client, officer)
    page = client.get(log_form)
    assert find_form(page).fields["facts"].strip() == TYPED
    assert NOT_SAVED in page_text(page)
    assert "if you came for something else, discard it first" in page_text(page)
    assert TYPED not in page_text(client.get("/incidents/new/"))
    assert client.post(log_form, complete_incident_form(customer)).status_code == 302
    assert not TypedDraft.objects.exists()


def test_a_form_with_errors_does_not_overwrite_a_later_change(
    client, officer, colleague, customer, edit_form
):
    sign_in(client, officer)
    answers = customer_form(customer, known_as="Orla", name="")
    assert client.post(edit_form, answers).status_code == 422
    customers.change_customer(customer=customer, by=colleague, version=customer.version, name="Orla Byrne")
    page = client.get(edit_form)
    assert find_form(page).fields["name"] == "Orla Byrne"
    assert "the record has changed since" in page_text(page)


def test_a_draft_is_discarded_with_one_click(client, officer, log_form):
    send_after_session_end(client, officer, log_form, incident_form())
    sign_in(client, officer)
    answer = client.post(f"/drafts/{TypedDraft.objects.get().pk}/discard/")
    assert answer.headers["Location"] == log_form
    assert TYPED not in page_text(client.get(log_form))


def test_nobody_else_at_the_same_machine_sees_or_discards_a_draft(client, officer, colleague, log_form):
    answer = send_after_session_end(client, officer, log_form, incident_form())
    sign_in(client, colleague, answer.headers["Location"])
    page = client.get(log_form)
    assert page.status_code == 200
    assert TYPED not in page_text(page)
    assert NOT_SAVED not in page_text(page)
    assert client.post(f"/drafts/{TypedDraft.objects.get().pk}/discard/").status_code == 404
    client.post("/accounts/logout/")
    sign_in(client, officer)
    assert TYPED in page_text(client.get(log_form))


def test_a_draft_moved_to_somebody_else_in_the_database_is_unreadable(client, officer, colleague, log_form):
    send_after_session_end(client, officer, log_form, incident_form())
    draft = TypedDraft.objects.get()
    assert TYPED.encode() not in bytes(draft.answers)
    draft.person = colleague
    draft.save()
    sign_in(client, colleague)
    assert TYPED not in page_text(client.get(log_form))


@pytest.mark.parametrize("role", ["Administrator", "Data Protection", "Manager"])
def test_no_role_reads_the_drafts_of_others(client, officer, log_form, role, signed_in):
    send_after_session_end(client, officer, log_form, incident_form())
    other = signed_in(factories.staff("other", role))
    for path in ("/", log_form, "/customers/", "/admin/", "/admin/desk/typeddraft/"):
        assert TYPED not in page_text(other.get(path))
    assert other.post(f"/drafts/{TypedDraft.objects.get().pk}/discard/").status_code == 404


def test_a_draft_is_not_shown_to_somebody_who_lost_the_page(client, officer, customer, manager):
    incident = factories.incident(by=officer, customer=customer)
    path = f"{incident.get_absolute_url()}edit/"
    send_after_session_end(client, officer, path, {"version": incident.version, "facts": TYPED})
    assert TypedDraft.objects.exists()
    officer.groups.clear()
    sign_in(client, officer)
    assert client.get(path).status_code == 404


def test_a_draft_does_not_overwrite_a_later_change(client, officer, colleague, customer, edit_form):
    answers = customer_form(customer)
    send_after_session_end(client, officer, edit_form, answers)
    customers.change_customer(
        customer=customer, by=colleague, version=customer.version, phones=["0141 496 0777"]
    )
    sign_in(client, officer)
    page = client.get(edit_form)
    assert "the record has changed since" in page_text(page)
    assert find_form(page).fields["name"] == customer.name
    typed = fromstring(page_text(page)).xpath("//textarea[starts-with(@id, 'typed-')]")
    assert {"Órla Brien", "Orla"} <= {area.text_content().strip() for area in typed}
    assert client.post(edit_form, answers).status_code == 409


def test_a_stale_form_is_kept_and_shown_beside_the_record(client, officer, customer, edit_form):
    sign_in(client, officer)
    assert client.post(edit_form, customer_form(customer, version=customer.version + 7)).status_code == 409
    page = client.get(edit_form)
    assert NOT_SAVED in page_text(page)
    assert "the record has changed since" in page_text(page)
    assert client.post(edit_form, customer_form(customer)).status_code == 302
    assert NOT_SAVED not in page_text(client.get(edit_form))


@pytest.mark.parametrize("is_new", [True, False])
def test_a_draft_comes_back_with_the_customer_added_or_found_meanwhile(client, officer, is_new):
    existing = factories.customer(by=officer, name="Iain Muir")
    sign_in(client, officer)
    begun = incident_form(customer="Iain Muir", draft_path="/incidents/new/")
    assert client.post("/drafts/", begun).status_code == 204
    page = f"/incidents/new/?begun=yes&customer={existing.reference}"
    if is_new:
        form = {
            "submission": uuid.uuid4(),
            "name": "Órla Burns",
            "relationship": Relationship.TENANT,
            "preferred_format": Format.STANDARD,
        }
        page = client.post("/customers/new/?then=incident", form).headers["Location"]
    form = find_form(client.get(page))
    assert form.fields["facts"].strip() == TYPED
    assert form.fields["customer"] == page[-13:]
    answers = complete_incident_form(Customer.objects.get(reference=page[-13:]))
    assert client.post(page, answers).status_code == 302
    assert Incident.objects.get().customer.reference == page[-13:]
    assert not TypedDraft.objects.exists()


def test_looking_at_a_draft_changes_no_draft(client, officer, customer):
    sign_in(client, officer)
    page = f"/incidents/new/?begun=yes&customer={customer}"
    earlier = "They threw a chair in reception."
    assert client.post("/drafts/", incident_form(draft_path=page, facts=earlier)).status_code == 204
    assert client.post("/drafts/", incident_form(draft_path="/incidents/new/")).status_code == 204
    drafts_before = {*TypedDraft.objects.values_list("pk", "path", "kept_at")}
    for _ in range(2):
        assert TYPED in page_text(client.get(page))
        assert TYPED in page_text(client.get("/incidents/new/"))
        client.head(page)
    assert {*TypedDraft.objects.values_list("pk", "path", "kept_at")} == drafts_before
    assert client.post(page, complete_incident_form(customer)).status_code == 302
    assert TYPED not in page_text(client.get("/incidents/new/"))
    assert earlier in page_text(client.get(page))


def test_asking_whether_a_page_may_be_opened_renders_no_template(
    client, officer, customer, log_form, edit_form
):
    sign_in(client, officer)
    for path in (log_form, edit_form):
        answer = client.post("/drafts/", incident_form(draft_path=path))
        assert (answer.status_code, answer.templates) == (204, [])
    assert client.post("/drafts/", incident_form(draft_path=customer.get_absolute_url())).status_code == 422


def test_no_draft_is_kept_for_an_address_with_errors(client, manager, customer):
    sign_in(client, set_password(manager))
    page = "/incidents/?since=2026-02-30"
    assert client.get(page).status_code == 422
    assert client.post("/drafts/", incident_form(draft_path=page)).status_code == 422


def test_malformed_answers_are_shown_as_typed_beside_a_changed_record(client, officer, customer, manager):
    incident = factories.incident(by=officer, customer=customer)
    page = f"{incident.get_absolute_url()}edit/"
    sign_in(client, officer)
    form = incident_form(version=incident.version, occurred_at="yesterday", draft_path=page)
    assert client.post("/drafts/", form).status_code == 204
    incidents.assign_incident(incident=incident, by=manager, version=incident.version, assigned_to=manager)
    answer = client.get(page)
    assert answer.status_code == 200
    assert "yesterday" in page_text(answer)


def test_a_draft_of_another_address_does_not_come_back(client, officer, log_form):
    sign_in(client, officer)
    client.post("/drafts/", incident_form(draft_path="/incidents/new/"))
    assert TYPED not in page_text(client.get(log_form))
    assert TYPED in page_text(client.get("/incidents/new/"))


def test_a_record_made_already_leaves_no_draft(client, officer, customer, log_form):
    sign_in(client, officer)
    answers = complete_incident_form(customer)
    assert client.post(log_form, answers).status_code == 302
    assert client.post(log_form, answers | {"facts": "Something else."}).status_code == 409
    assert not TypedDraft.objects.exists()


def test_a_form_that_has_made_its_record_is_kept_no_more(client, officer, customer, log_form):
    sign_in(client, officer)
    answers = complete_incident_form(customer)
    assert client.post(log_form, answers).status_code == 302
    assert client.post("/drafts/", answers | {"draft_path": log_form}).status_code == 422
    assert not TypedDraft.objects.exists()


def test_a_form_that_met_a_server_error_is_kept(client, officer, customer, log_form, monkeypatch):
    def fail(**_):
        raise ValueError

    sign_in(client, officer)
    monkeypatch.setattr(incidents, "log_incident", fail)
    page = client.post(log_form, complete_incident_form(customer))
    assert page.status_code == 500
    assert "What you typed is kept." in page_text(page)
    assert TYPED in page_text(client.get(log_form))


def test_a_form_refused_for_its_person_is_kept(client, officer, log_form):
    sign_in(client, officer)
    roles = list(officer.groups.all())
    officer.groups.clear()
    page = client.post(log_form, incident_form())
    assert page.status_code == 403
    assert "What you typed is kept for you" in page_text(page)
    assert TYPED not in page_text(client.get(log_form))
    officer.groups.set(roles)
    assert TYPED in page_text(client.get(log_form))


class TestPagesThatWereOpenBefore:
    """Signing in gives every page a new token, so a page from before is refused."""

    @pytest.fixture
    def client(self):
        return Client(enforce_csrf_checks=True, raise_request_exception=False)

    def token(self, client, path):
        page = client.get(path)
        return fromstring(page_text(page)).xpath("//input[@name='csrfmiddlewaretoken']/@value")[0]

    def sign_in(self, client, person):
        token = self.token(client, "/accounts/login/")
        answers = {"login": person.username, "password": PASSWORD, "csrfmiddlewaretoken": token}
        assert client.post("/accounts/login/", answers).status_code == 302

    def test_a_form_of_the_same_person_is_kept(self, client, officer, log_form):
        self.sign_in(client, officer)
        earlier = self.token(client, log_form)
        end_session(client)
        self.sign_in(client, officer)
        page = client.post(log_form, incident_form(csrfmiddlewaretoken=earlier))
        assert page.status_code == 403
        assert "What you typed is kept." in page_text(page)
        assert TYPED in page_text(client.get(log_form))

    def test_without_a_cookie_the_page_does_not_promise_a_draft(self, client, officer, log_form):
        self.sign_in(client, officer)
        earlier = self.token(client, log_form)
        client.cookies.clear()
        page = client.post(log_form, incident_form(csrfmiddlewaretoken=earlier))
        assert page.status_code == 403
        assert "It could not be kept either" in page_text(page)
        assert "should still be there" not in page_text(page)
        assert "What you typed is kept." not in page_text(page)

    def test_an_earlier_draft_is_pointed_to(self, client, officer, log_form):
        self.sign_in(client, officer)
        form = incident_form(csrfmiddlewaretoken=self.token(client, log_form))
        assert client.post(log_form, form).status_code == 422
        page = client.post(log_form, incident_form(facts="Later words.", csrfmiddlewaretoken="x" * 64))
        assert page.status_code == 403
        assert "what you had typed here before is" in page_text(page)
        assert TYPED in page_text(client.get(log_form))

    def test_a_form_of_somebody_else_is_not_kept(self, client, officer, colleague, log_form):
        self.sign_in(client, officer)
        earlier = self.token(client, log_form)
        end_session(client)
        self.sign_in(client, colleague)
        page = client.post(log_form, incident_form(csrfmiddlewaretoken=earlier))
        assert page.status_code == 403
        assert "What you typed is kept." not in page_text(page)
        assert not TypedDraft.objects.exists()

    def test_a_form_of_another_site_is_not_kept(self, client, officer, log_form):
        self.sign_in(client, officer)
        assert client.post(log_form, incident_form(csrfmiddlewaretoken="x" * 64)).status_code == 403
        earlier = self.token(client, log_form)
        end_session(client)
        self.sign_in(client, officer)
        from_there = {"Origin": "https://evil.example"}
        assert (
            client.post(log_form, incident_form(csrfmiddlewaretoken=earlier), headers=from_there).status_code
            == 403
        )
        end_session(client)
        assert (
            client.post(log_form, incident_form(csrfmiddlewaretoken=earlier), headers=from_there).status_code
            == 403
        )
        assert not TypedDraft.objects.exists()


class TestNobodyWritesForSomebodyElse:
    def test_without_an_ended_session_no_draft_is_kept(self, client, officer, log_form):
        answer = client.post(log_form, incident_form())
        page = page_text(client.get(answer.headers["Location"]))
        assert "What you typed just now is not kept: type it again once you have signed in." in page
        assert not TypedDraft.objects.exists()

    @pytest.mark.parametrize("value", ["{pk}:{began}:x", "{pk}:{began}:x:x", "nonsense", "1:2:3", "", "é"])
    def test_a_cookie_that_we_did_not_sign_names_nobody(self, client, officer, log_form, value):
        client.cookies["last_person"] = value.format(pk=officer.pk, began="1796000000")
        client.post(log_form, incident_form())
        assert not TypedDraft.objects.exists()

    def test_no_draft_is_kept_after_signing_out(self, client, officer, log_form):
        sign_in(client, officer)
        client.get(log_form)
        client.post("/accounts/logout/")
        client.post(log_form, incident_form())
        assert not TypedDraft.objects.exists()

    def test_a_copied_cookie_ends_when_its_person_signs_out(self, client, officer, log_form):
        sign_in(client, officer)
        client.get(log_form)
        thief = Client()
        thief.cookies["last_person"] = client.cookies["last_person"].value
        thief.post(log_form, incident_form())
        assert TypedDraft.objects.exists()
        TypedDraft.objects.all().delete()
        client.post("/accounts/logout/")
        thief.post(log_form, incident_form())
        thief.post("/drafts/", incident_form(draft_path=log_form))
        assert not TypedDraft.objects.exists()

    def test_a_copied_cookie_ends_with_signing_out_or_in_after_the_session_ended(
        self, client, officer, log_form
    ):
        thief = Client()
        for step in ("/accounts/logout/", "/accounts/login/"):
            sign_in(client, officer)
            client.get(log_form)
            thief.cookies["last_person"] = client.cookies["last_person"].value
            end_session(client)
            client.post(step, {"login": officer.username, "password": PASSWORD})
            thief.post(log_form, incident_form())
            assert not TypedDraft.objects.exists()

    def test_a_copied_cookie_ends_when_the_account_is_closed(self, client, officer, log_form):
        sign_in(client, officer)
        client.get(log_form)
        end_session(client)
        for is_active in (False, True):
            officer.is_active = is_active
            officer.save()
        client.post(log_form, incident_form())
        assert not TypedDraft.objects.exists()

    @pytest.mark.parametrize("has_session", [True, False])
    def test_no_draft_is_kept_for_a_page_that_its_person_cannot_open(
        self, client, officer, colleague, has_session
    ):
        other = factories.incident(by=colleague, customer=factories.customer(by=colleague))
        sign_in(client, officer)
        client.get("/")
        if not has_session:
            end_session(client)
        for path in (f"{other.get_absolute_url()}edit/", "/incidents/INC-2020-0001/edit/", "/access/"):
            assert client.post("/drafts/", {"facts": TYPED, "draft_path": path}).status_code == 422
            client.post(path, {"facts": TYPED})
        assert not TypedDraft.objects.exists()

    def test_no_draft_is_kept_for_it_with_the_token_of_an_earlier_page(self, officer, colleague, log_form):
        other = factories.incident(by=colleague, customer=factories.customer(by=colleague))
        client = Client(enforce_csrf_checks=True)
        client.force_login(officer)
        token = fromstring(page_text(client.get(log_form))).xpath(
            "//input[@name='csrfmiddlewaretoken']/@value"
        )[0]
        client.force_login(officer)
        path = f"{other.get_absolute_url()}edit/"
        client.post(path, {"facts": TYPED, "csrfmiddlewaretoken": token})
        assert not TypedDraft.objects.exists()

    @pytest.mark.parametrize("days", [4, 5])
    def test_a_session_of_four_days_ago_is_known_and_an_older_one_is_not(
        self, client, officer, log_form, time_machine, days
    ):
        time_machine.move_to("2026-11-20T09:00:00Z")
        sign_in(client, officer)
        client.get(log_form)
        time_machine.shift(timedelta(days=days))
        client.post(log_form, incident_form())
        assert TypedDraft.objects.exists() == (days == 4)

    @pytest.mark.parametrize("change", ["password", "closed"])
    def test_a_new_password_or_a_closed_account_ends_drafts(self, client, officer, log_form, change):
        sign_in(client, officer)
        client.get(log_form)
        end_session(client)
        officer.set_password("another one")
        officer.is_active = change != "closed"
        officer.save()
        client.post(log_form, incident_form())
        assert not TypedDraft.objects.exists()

    def test_a_draft_belongs_to_the_signed_in_person_alone(self, client, officer, colleague, log_form):
        sign_in(client, colleague)
        client.post("/drafts/", incident_form(draft_path=log_form, person=officer.pk))
        assert TypedDraft.objects.get().person == colleague


class TestNotKept:
    """Forms that are no form of a case, or that nobody may keep."""

    @pytest.fixture
    def signed_out_client(self, client, officer):
        sign_in(client, officer)
        client.get("/")
        end_session(client)
        return client

    @pytest.mark.parametrize(
        ("path", "answers"),
        [
            ("/accounts/login/", {"login": "officer", "password": "wrong"}),
            ("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "x", "password2": "x"}),
            ("/incidents/new/", {"facts": TYPED, "password": PASSWORD}),
            ("/incidents/new/", {"facts": "", "version": "1"}),
            ("/incidents/new/", {}),
            ("/nowhere/", {"facts": TYPED}),
            (f"/incidents/new/?customer={'x' * 500}", {"facts": TYPED}),
            ("/incidents/new/", {f"field{number}": "x" for number in range(501)}),
            ("/incidents/new/", {"facts": "x" * 700_000}),
            ("/admin/staff/staffmember/add/", {"first_name": "Ann"}),
            ("/look-up/", {"q": "bhriain"}),
            ("/incidents/", {"customer": "bhriain"}),
        ],
    )
    def test_no_draft_is_kept_of_other_pages_after_the_session_ended(self, signed_out_client, path, answers):
        signed_out_client.post(path, answers)
        assert not TypedDraft.objects.exists()

    def test_files_are_not_kept(self, client, officer, customer):
        incident = factories.incident(by=officer, customer=customer)
        path = f"{incident.get_absolute_url()}evidence/"
        answers = {
            "submission": uuid.uuid4(),
            "summary": TYPED,
            "file": SimpleUploadedFile("post.png", b"pixels"),
        }
        answer = send_after_session_end(client, officer, path, answers)
        sign_in(client, officer, answer.headers["Location"])
        page = page_text(client.get(path))
        assert TYPED in page
        assert "Files are not kept: choose them again." in page

    def test_requests_of_scripts_are_not_kept(self, signed_out_client, log_form):
        signed_out_client.post(log_form, incident_form(), headers={"Sec-Fetch-Mode": "cors"})
        assert not TypedDraft.objects.exists()

    def test_checks_while_somebody_types_are_not_kept(self, client, customer, manager, dpo):
        """The view says so where the browser does not."""
        letter = factories.general_letter(customer, by=manager, subject="Lift")
        client.force_login(dpo)
        assert client.post(f"{letter.get_absolute_url()}check/", {"body": TYPED}).status_code == 403
        assert not TypedDraft.objects.exists()

    def test_a_button_is_not_kept_and_leads_back_to_its_page(self, signed_out_client, customer):
        page = customer.get_absolute_url()
        sent_from = {"Referer": f"http://testserver{page}"}
        answer = signed_out_client.post(f"{page}card/read/", {"version": 1, "note": "x"}, headers=sent_from)
        assert answer.headers["Location"] == f"/accounts/login/?next={page}"
        assert not TypedDraft.objects.exists()

    @pytest.mark.parametrize(
        "referer",
        [
            "https://evil.example/incidents/new/",
            "http://testserver//evil.example/",
            "javascript:alert(1)",
            "http://[",
            "é",
        ],
    )
    def test_another_site_does_not_say_where_signing_in_leads(self, signed_out_client, referer):
        answer = signed_out_client.post("/incidents/new/", {"facts": TYPED}, headers={"Referer": referer})
        assert answer.headers["Location"] == "/accounts/login/?next=/incidents/new/"

    def test_at_most_fifty_drafts_of_one_person_are_kept(self, client, officer, customer):
        sign_in(client, officer)
        for number in range(52):
            client.post("/drafts/", {"draft_path": f"/incidents/new/?customer={number}", "facts": TYPED})
        assert TypedDraft.objects.count() == 50
        assert not TypedDraft.objects.filter(path__endswith="=0").exists()

    def test_drafts_are_removed_after_thirty_days(self, client, officer, log_form, time_machine):
        time_machine.move_to("2026-11-20T09:00:00Z")
        sign_in(client, officer)
        client.post("/drafts/", incident_form(draft_path=log_form))
        time_machine.shift(timedelta(days=29))
        call_command("daily", verbosity=0)
        assert TypedDraft.objects.exists()
        time_machine.shift(timedelta(days=1))
        call_command("daily", verbosity=0)
        assert not TypedDraft.objects.exists()

    @pytest.mark.parametrize(
        "path",
        [
            "",
            "//evil.example/",
            "https://evil.example/",
            "/nowhere/",
            "/accounts/login/",
            "/admin/",
            "http://[",
        ],
    )
    def test_no_draft_is_kept_for_other_addresses(self, client, officer, path):
        sign_in(client, officer)
        assert client.post("/drafts/", {"draft_path": path, "facts": TYPED}).status_code == 422
        assert not TypedDraft.objects.exists()


def test_a_changed_secret_leaves_the_form_empty(client, officer, log_form, settings):
    send_after_session_end(client, officer, log_form, incident_form())
    settings.SECRET_KEY = "another one"
    client.logout()
    sign_in(client, officer)
    page = client.get(log_form)
    assert page.status_code == 200
    assert TYPED not in page_text(page)


def test_a_draft_kept_as_a_page_is_left_comes_back(client, officer, log_form):
    sign_in(client, officer)
    client.get(log_form)
    assert client.post("/drafts/", incident_form(draft_path=log_form)).status_code == 204
    end_session(client)
    assert client.post("/drafts/", incident_form(draft_path=log_form, facts="More.")).status_code == 204
    assert "What you typed is kept: sign in" in page_text(client.get(log_form, follow=True))
    sign_in(client, officer)
    assert find_form(client.get(log_form)).fields["facts"].strip() == "More."


def test_a_page_opened_after_the_session_ended_says_why_to_sign_in(client, officer):
    sign_in(client, officer)
    client.get("/")
    end_session(client)
    page = page_text(client.get("/customers/", follow=True))
    assert (
        "You have been signed out, because nothing was done here for a while or the day is over.</p>" in page
    )
