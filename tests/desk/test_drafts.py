"""B20: what somebody typed and could not save comes back to them in its form, and to nobody else."""

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
from cha_engagement.customers.models import Customer
from cha_engagement.desk.models import Draft
from cha_engagement.letters import actions as letters
from incidents import actions as incidents
from incidents.models import Incident

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B20")]

PASSWORD = "plovers on a pier"
TYPED = "Shouted and swore about the lift."
NOT_SAVED = "What you typed is not saved yet"


def text(page):
    return page.content.decode()


def sign_in(client, person, path="/accounts/login/"):
    return client.post(path, {"login": person.username, "password": PASSWORD})


def with_password(person):
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def officer(officer):
    return with_password(officer)


@pytest.fixture
def colleague():
    return with_password(factories.staff("rowan", "Officer"))


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=False, raise_request_exception=False)


@pytest.fixture
def log_form(customer):
    return f"/incidents/new/?customer={customer}"


@pytest.fixture
def edit_form(customer):
    return f"{customer.get_absolute_url()}edit/"


def typed(**changes):
    """An incident, as somebody begins to tell it."""
    return {
        "submission": uuid.uuid4(),
        "channel": "phone",
        "facts": TYPED,
        "categories": ["abuse", "other_threat"],
    } | changes


def whole(customer, **changes):
    """An incident of which nothing is missing."""
    occurred_at = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    return typed(customer=customer.reference, occurred_at=occurred_at) | changes


def details(customer, **changes):
    """A customer's details, as their form sends them."""
    return {
        "version": customer.version,
        "name": "Órla Brien",
        "known_as": "Orla",
        "relationship": customer.relationship,
        "preferred_language": "English",
        "preferred_format": "standard",
    } | changes


def end_session(client):
    """As nobody did anything: the row is still there, and over."""
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")


def send_after_the_end(client, person, path, answers):
    sign_in(client, person)
    assert client.get(path).status_code == 200
    end_session(client)
    return client.post(path, answers)


def form_in(page):
    return fromstring(text(page)).xpath("//main//form[.//*[@name='facts' or @name='name']]")[0]


def test_what_was_sent_after_the_session_ended_is_back_in_its_form_after_signing_in(
    client, officer, log_form
):
    answer = send_after_the_end(client, officer, log_form, typed())
    page = client.get(answer.headers["Location"])
    assert "What you typed is kept: sign in, and it is back in its form." in text(page)
    assert TYPED not in text(page)
    assert not Incident.objects.exists()
    answer = sign_in(client, officer, answer.headers["Location"])
    assert answer.headers["Location"] == log_form
    page = client.get(log_form)
    assert page.status_code == 200
    assert NOT_SAVED in text(page)
    assert "There is something to put right" not in text(page)
    form = form_in(page)
    assert form.fields["facts"].strip() == TYPED
    assert form.fields["channel"] == "phone"
    checked = form.xpath(".//input[@name='categories'][@checked]/@value")
    assert set(checked) == {"abuse", "other_threat"}
    assert not Incident.objects.exists()


def test_once_the_form_is_saved_nothing_is_kept_of_it(client, officer, customer, log_form):
    answers = whole(customer)
    send_after_the_end(client, officer, log_form, answers)
    sign_in(client, officer)
    assert client.post(log_form, answers).status_code == 302
    assert not Draft.objects.exists()
    assert NOT_SAVED not in text(client.get(log_form))


def test_a_form_with_something_to_put_right_keeps_what_was_kept(client, officer, log_form):
    send_after_the_end(client, officer, log_form, typed(facts=""))
    sign_in(client, officer)
    assert client.post(log_form, typed(facts="")).status_code == 422
    assert Draft.objects.exists()


def test_what_was_sent_back_with_something_to_put_right_and_then_left_comes_back_after_signing_in(
    client, officer, customer, log_form
):
    sign_in(client, officer)
    assert client.post(log_form, whole(customer, channel="")).status_code == 422
    client.cookies.clear()
    sign_in(client, officer)
    page = client.get(log_form)
    assert form_in(page).fields["facts"].strip() == TYPED
    assert NOT_SAVED in text(page)
    assert "if you came for something else, discard it first" in text(page)
    assert TYPED not in text(client.get("/incidents/new/"))
    assert client.post(log_form, whole(customer)).status_code == 302
    assert not Draft.objects.exists()


def test_what_was_sent_back_and_left_does_not_go_over_what_a_colleague_changed_meanwhile(
    client, officer, colleague, customer, edit_form
):
    sign_in(client, officer)
    answers = details(customer, known_as="Orla", name="")
    assert client.post(edit_form, answers).status_code == 422
    customers.change_customer(customer=customer, by=colleague, version=customer.version, name="Orla Byrne")
    page = client.get(edit_form)
    assert form_in(page).fields["name"] == "Orla Byrne"
    assert "the record has changed since" in text(page)


def test_it_is_discarded_with_one_click(client, officer, log_form):
    send_after_the_end(client, officer, log_form, typed())
    sign_in(client, officer)
    answer = client.post(f"/drafts/{Draft.objects.get().pk}/discard/")
    assert answer.headers["Location"] == log_form
    assert TYPED not in text(client.get(log_form))


def test_nobody_else_at_the_same_machine_sees_it_or_discards_it(client, officer, colleague, log_form):
    answer = send_after_the_end(client, officer, log_form, typed())
    sign_in(client, colleague, answer.headers["Location"])
    page = client.get(log_form)
    assert page.status_code == 200
    assert TYPED not in text(page)
    assert NOT_SAVED not in text(page)
    assert client.post(f"/drafts/{Draft.objects.get().pk}/discard/").status_code == 404
    client.post("/accounts/logout/")
    sign_in(client, officer)
    assert TYPED in text(client.get(log_form))


def test_a_draft_moved_to_somebody_else_in_the_database_cannot_be_read(client, officer, colleague, log_form):
    send_after_the_end(client, officer, log_form, typed())
    draft = Draft.objects.get()
    assert TYPED.encode() not in bytes(draft.answers)
    draft.person = colleague
    draft.save()
    sign_in(client, colleague)
    assert TYPED not in text(client.get(log_form))


@pytest.mark.parametrize("role", ["Administrator", "Data Protection", "Manager"])
def test_no_role_reads_the_drafts_of_others(client, officer, log_form, role, signed_in):
    send_after_the_end(client, officer, log_form, typed())
    other = signed_in(factories.staff("other", role))
    for path in ("/", log_form, "/customers/", "/admin/", "/admin/desk/draft/"):
        assert TYPED not in text(other.get(path))
    assert other.post(f"/drafts/{Draft.objects.get().pk}/discard/").status_code == 404


def test_who_may_no_longer_open_the_page_is_shown_nothing(client, officer, customer, manager):
    incident = factories.incident(by=officer, customer=customer)
    path = f"{incident.get_absolute_url()}edit/"
    send_after_the_end(client, officer, path, {"version": incident.version, "facts": TYPED})
    assert Draft.objects.exists()
    officer.groups.clear()
    sign_in(client, officer)
    assert client.get(path).status_code == 404


def test_what_was_typed_does_not_go_over_what_a_colleague_changed_meanwhile(
    client, officer, colleague, customer, edit_form
):
    answers = details(customer)
    send_after_the_end(client, officer, edit_form, answers)
    customers.change_customer(
        customer=customer, by=colleague, version=customer.version, phones=["0141 496 0777"]
    )
    sign_in(client, officer)
    page = client.get(edit_form)
    assert "the record has changed since" in text(page)
    assert form_in(page).fields["name"] == customer.name
    typed = fromstring(text(page)).xpath("//textarea[starts-with(@id, 'typed-')]")
    assert {"Órla Brien", "Orla"} <= {area.text_content().strip() for area in typed}
    assert client.post(edit_form, answers).status_code == 409


def test_what_a_colleague_was_faster_with_is_kept_and_shown_beside_the_form(
    client, officer, customer, edit_form
):
    sign_in(client, officer)
    assert client.post(edit_form, details(customer, version=customer.version + 7)).status_code == 409
    page = client.get(edit_form)
    assert NOT_SAVED in text(page)
    assert "the record has changed since" in text(page)
    assert client.post(edit_form, details(customer)).status_code == 302
    assert NOT_SAVED not in text(client.get(edit_form))


@pytest.mark.parametrize("is_new", [True, False])
def test_what_was_begun_comes_back_with_the_customer_who_was_added_or_found_meanwhile(
    client, officer, is_new
):
    known = factories.customer(by=officer, name="Iain Muir")
    sign_in(client, officer)
    begun = typed(customer="Iain Muir", draft_path="/incidents/new/")
    assert client.post("/drafts/", begun).status_code == 204
    page = f"/incidents/new/?begun=yes&customer={known.reference}"
    if is_new:
        form = {
            "submission": uuid.uuid4(),
            "name": "Órla Burns",
            "relationship": "tenant",
            "preferred_format": "standard",
        }
        page = client.post("/customers/new/?then=incident", form).headers["Location"]
    form = form_in(client.get(page))
    assert form.fields["facts"].strip() == TYPED
    assert form.fields["customer"] == page[-13:]
    answers = whole(Customer.objects.get(reference=page[-13:]))
    assert client.post(page, answers).status_code == 302
    assert Incident.objects.get().customer.reference == page[-13:]
    assert not Draft.objects.exists()


def test_to_look_at_what_was_begun_changes_nothing_that_is_kept(client, officer, customer):
    sign_in(client, officer)
    page = f"/incidents/new/?begun=yes&customer={customer}"
    earlier = "They threw a chair in reception."
    assert client.post("/drafts/", typed(draft_path=page, facts=earlier)).status_code == 204
    assert client.post("/drafts/", typed(draft_path="/incidents/new/")).status_code == 204
    kept = {*Draft.objects.values_list("pk", "path", "kept_at")}
    for _ in range(2):
        assert TYPED in text(client.get(page))
        assert TYPED in text(client.get("/incidents/new/"))
        client.head(page)
    assert {*Draft.objects.values_list("pk", "path", "kept_at")} == kept
    assert client.post(page, whole(customer)).status_code == 302
    assert TYPED not in text(client.get("/incidents/new/"))
    assert earlier in text(client.get(page))


def test_no_page_is_shown_to_learn_whether_it_may_be(client, officer, customer, log_form, edit_form):
    sign_in(client, officer)
    for path in (log_form, edit_form):
        answer = client.post("/drafts/", typed(draft_path=path))
        assert (answer.status_code, answer.templates) == (204, [])
    assert client.post("/drafts/", typed(draft_path=customer.get_absolute_url())).status_code == 422


def test_nothing_is_kept_for_an_address_in_which_something_is_to_be_put_right(client, manager, customer):
    sign_in(client, with_password(manager))
    page = "/incidents/?since=2026-02-30"
    assert client.get(page).status_code == 422
    assert client.post("/drafts/", typed(draft_path=page)).status_code == 422


def test_what_makes_no_sense_is_shown_beside_a_changed_record_as_it_was_typed(
    client, officer, customer, manager
):
    incident = factories.incident(by=officer, customer=customer)
    page = f"{incident.get_absolute_url()}edit/"
    sign_in(client, officer)
    sent = typed(version=incident.version, occurred_at="yesterday", draft_path=page)
    assert client.post("/drafts/", sent).status_code == 204
    incidents.assign_incident(incident=incident, by=manager, version=incident.version, assigned_to=manager)
    answer = client.get(page)
    assert answer.status_code == 200
    assert "yesterday" in text(answer)


def test_what_was_begun_about_somebody_else_does_not_come_back_about_another(client, officer, log_form):
    sign_in(client, officer)
    client.post("/drafts/", typed(draft_path="/incidents/new/"))
    assert TYPED not in text(client.get(log_form))
    assert TYPED in text(client.get("/incidents/new/"))


def test_a_record_that_was_made_already_is_not_offered_again(client, officer, customer, log_form):
    sign_in(client, officer)
    answers = whole(customer)
    assert client.post(log_form, answers).status_code == 302
    assert client.post(log_form, answers | {"facts": "Something else."}).status_code == 409
    assert not Draft.objects.exists()


def test_what_a_failure_of_ours_swallowed_is_kept(client, officer, customer, log_form, monkeypatch):
    def fail(**_):
        raise ValueError

    sign_in(client, officer)
    monkeypatch.setattr(incidents, "log_incident", fail)
    page = client.post(log_form, whole(customer))
    assert page.status_code == 500
    assert "What you typed is kept." in text(page)
    assert TYPED in text(client.get(log_form))


def test_what_is_refused_is_kept_for_when_it_may_be_done(client, officer, log_form):
    sign_in(client, officer)
    roles = list(officer.groups.all())
    officer.groups.clear()
    page = client.post(log_form, typed())
    assert page.status_code == 403
    assert "What you typed is kept for you" in text(page)
    assert TYPED not in text(client.get(log_form))
    officer.groups.set(roles)
    assert TYPED in text(client.get(log_form))


class TestPagesThatWereOpenBefore:
    """Signing in gives every page a new token, so a page from before is refused."""

    @pytest.fixture
    def client(self):
        return Client(enforce_csrf_checks=True, raise_request_exception=False)

    def token(self, client, path):
        page = client.get(path)
        return fromstring(text(page)).xpath("//input[@name='csrfmiddlewaretoken']/@value")[0]

    def sign_in(self, client, person):
        token = self.token(client, "/accounts/login/")
        answers = {"login": person.username, "password": PASSWORD, "csrfmiddlewaretoken": token}
        assert client.post("/accounts/login/", answers).status_code == 302

    def test_what_the_same_person_had_typed_there_is_kept(self, client, officer, log_form):
        self.sign_in(client, officer)
        earlier = self.token(client, log_form)
        end_session(client)
        self.sign_in(client, officer)
        page = client.post(log_form, typed(csrfmiddlewaretoken=earlier))
        assert page.status_code == 403
        assert "What you typed is kept." in text(page)
        assert TYPED in text(client.get(log_form))

    def test_without_any_cookie_the_page_does_not_say_that_it_is_kept_or_there(
        self, client, officer, log_form
    ):
        self.sign_in(client, officer)
        earlier = self.token(client, log_form)
        client.cookies.clear()
        page = client.post(log_form, typed(csrfmiddlewaretoken=earlier))
        assert page.status_code == 403
        assert "It could not be kept either" in text(page)
        assert "should still be there" not in text(page)
        assert "What you typed is kept." not in text(page)

    def test_what_was_kept_before_is_pointed_to(self, client, officer, log_form):
        self.sign_in(client, officer)
        sent = typed(csrfmiddlewaretoken=self.token(client, log_form))
        assert client.post(log_form, sent).status_code == 422
        page = client.post(log_form, typed(facts="Later words.", csrfmiddlewaretoken="x" * 64))
        assert page.status_code == 403
        assert "what you had typed here before is" in text(page)
        assert TYPED in text(client.get(log_form))

    def test_what_somebody_else_had_on_the_screen_is_not(self, client, officer, colleague, log_form):
        self.sign_in(client, officer)
        earlier = self.token(client, log_form)
        end_session(client)
        self.sign_in(client, colleague)
        page = client.post(log_form, typed(csrfmiddlewaretoken=earlier))
        assert page.status_code == 403
        assert "What you typed is kept." not in text(page)
        assert not Draft.objects.exists()

    def test_what_another_site_sends_is_not(self, client, officer, log_form):
        self.sign_in(client, officer)
        assert client.post(log_form, typed(csrfmiddlewaretoken="x" * 64)).status_code == 403
        earlier = self.token(client, log_form)
        end_session(client)
        self.sign_in(client, officer)
        from_there = {"Origin": "https://evil.example"}
        assert (
            client.post(log_form, typed(csrfmiddlewaretoken=earlier), headers=from_there).status_code == 403
        )
        end_session(client)
        assert (
            client.post(log_form, typed(csrfmiddlewaretoken=earlier), headers=from_there).status_code == 403
        )
        assert not Draft.objects.exists()


class TestNobodyWritesForSomebodyElse:
    def test_without_a_session_that_has_ended_nothing_is_kept(self, client, officer, log_form):
        answer = client.post(log_form, typed())
        assert "What you typed is not kept: type it again once you have signed in." in text(
            client.get(answer.headers["Location"])
        )
        assert not Draft.objects.exists()

    @pytest.mark.parametrize("value", ["{pk}:{began}:x", "{pk}:{began}:x:x", "nonsense", "1:2:3", "", "é"])
    def test_a_cookie_that_we_did_not_sign_names_nobody(self, client, officer, log_form, value):
        client.cookies["last_person"] = value.format(pk=officer.pk, began="1796000000")
        client.post(log_form, typed())
        assert not Draft.objects.exists()

    def test_after_signing_out_nothing_is_kept(self, client, officer, log_form):
        sign_in(client, officer)
        client.get(log_form)
        client.post("/accounts/logout/")
        client.post(log_form, typed())
        assert not Draft.objects.exists()

    def test_a_copy_of_the_cookie_is_worth_nothing_once_its_person_has_signed_out(
        self, client, officer, log_form
    ):
        sign_in(client, officer)
        client.get(log_form)
        thief = Client()
        thief.cookies["last_person"] = client.cookies["last_person"].value
        thief.post(log_form, typed())
        assert Draft.objects.exists()
        Draft.objects.all().delete()
        client.post("/accounts/logout/")
        thief.post(log_form, typed())
        thief.post("/drafts/", typed(draft_path=log_form))
        assert not Draft.objects.exists()

    def test_nor_once_they_sign_out_of_a_session_that_was_over_or_sign_in_there_again(
        self, client, officer, log_form
    ):
        thief = Client()
        for step in ("/accounts/logout/", "/accounts/login/"):
            sign_in(client, officer)
            client.get(log_form)
            thief.cookies["last_person"] = client.cookies["last_person"].value
            end_session(client)
            client.post(step, {"login": officer.username, "password": PASSWORD})
            thief.post(log_form, typed())
            assert not Draft.objects.exists()

    def test_nor_once_the_account_was_closed_though_it_is_opened_again(self, client, officer, log_form):
        sign_in(client, officer)
        client.get(log_form)
        end_session(client)
        for is_active in (False, True):
            officer.is_active = is_active
            officer.save()
        client.post(log_form, typed())
        assert not Draft.objects.exists()

    @pytest.mark.parametrize("has_session", [True, False])
    def test_nothing_is_kept_for_a_page_that_they_could_not_open(
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
        assert not Draft.objects.exists()

    def test_nothing_is_kept_for_it_with_the_token_of_an_earlier_page(self, officer, colleague, log_form):
        other = factories.incident(by=colleague, customer=factories.customer(by=colleague))
        client = Client(enforce_csrf_checks=True)
        client.force_login(officer)
        token = fromstring(text(client.get(log_form))).xpath("//input[@name='csrfmiddlewaretoken']/@value")[0]
        client.force_login(officer)
        path = f"{other.get_absolute_url()}edit/"
        client.post(path, {"facts": TYPED, "csrfmiddlewaretoken": token})
        assert not Draft.objects.exists()

    @pytest.mark.parametrize("days", [4, 5])
    def test_a_session_of_before_the_weekend_is_known_and_an_older_one_is_not(
        self, client, officer, log_form, time_machine, days
    ):
        time_machine.move_to("2026-11-20T09:00:00Z")
        sign_in(client, officer)
        client.get(log_form)
        time_machine.shift(timedelta(days=days))
        client.post(log_form, typed())
        assert Draft.objects.exists() == (days == 4)

    @pytest.mark.parametrize("what", ["password", "closed"])
    def test_a_new_password_or_a_closed_account_ends_it(self, client, officer, log_form, what):
        sign_in(client, officer)
        client.get(log_form)
        end_session(client)
        officer.set_password("another one")
        officer.is_active = what != "closed"
        officer.save()
        client.post(log_form, typed())
        assert not Draft.objects.exists()

    def test_the_draft_goes_to_whoever_is_signed_in_and_to_nobody_that_is_named(
        self, client, officer, colleague, log_form
    ):
        sign_in(client, colleague)
        client.post("/drafts/", typed(draft_path=log_form, person=officer.pk))
        assert Draft.objects.get().person == colleague


class TestNotKept:
    """What is no form of a case, and what nobody may keep."""

    @pytest.fixture
    def ended(self, client, officer):
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
    def test_sent_after_the_end(self, ended, path, answers):
        ended.post(path, answers)
        assert not Draft.objects.exists()

    def test_the_bytes_of_files(self, client, officer, customer):
        incident = factories.incident(by=officer, customer=customer)
        path = f"{incident.get_absolute_url()}evidence/"
        answers = {
            "submission": uuid.uuid4(),
            "summary": TYPED,
            "file": SimpleUploadedFile("post.png", b"pixels"),
        }
        answer = send_after_the_end(client, officer, path, answers)
        sign_in(client, officer, answer.headers["Location"])
        page = text(client.get(path))
        assert TYPED in page
        assert "Files are not kept: choose them again." in page

    def test_what_a_script_sends_by_itself(self, ended, log_form):
        ended.post(log_form, typed(), headers={"Sec-Fetch-Mode": "cors"})
        assert not Draft.objects.exists()

    def test_what_a_page_asks_while_somebody_types(self, client, customer, manager, dpo):
        """Where the browser does not say who sends it: the page's own view does."""
        letter = letters.draft_letter(
            customer=customer,
            kind="general",
            about=customer,
            by=manager,
            submission=uuid.uuid4(),
            subject="Lift",
        )
        client.force_login(dpo)
        assert client.post(f"{letter.get_absolute_url()}check/", {"body": TYPED}).status_code == 403
        assert not Draft.objects.exists()

    def test_a_button_leads_back_to_its_page(self, ended, customer):
        page = customer.get_absolute_url()
        sent_from = {"Referer": f"http://testserver{page}"}
        answer = ended.post(f"{page}card/read/", {"version": 1, "note": "x"}, headers=sent_from)
        assert answer.headers["Location"] == f"/accounts/login/?next={page}"
        assert not Draft.objects.exists()

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
    def test_another_site_does_not_say_where_signing_in_leads(self, ended, referer):
        answer = ended.post("/incidents/new/", {"facts": TYPED}, headers={"Referer": referer})
        assert answer.headers["Location"] == "/accounts/login/?next=/incidents/new/"

    def test_more_than_fifty_of_one_person(self, client, officer, customer):
        sign_in(client, officer)
        for number in range(52):
            client.post("/drafts/", {"draft_path": f"/incidents/new/?customer={number}", "facts": TYPED})
        assert Draft.objects.count() == 50
        assert not Draft.objects.filter(path__endswith="=0").exists()

    def test_after_thirty_days(self, client, officer, log_form, time_machine):
        time_machine.move_to("2026-11-20T09:00:00Z")
        sign_in(client, officer)
        client.post("/drafts/", typed(draft_path=log_form))
        time_machine.shift(timedelta(days=29))
        call_command("daily", verbosity=0)
        assert Draft.objects.exists()
        time_machine.shift(timedelta(days=1))
        call_command("daily", verbosity=0)
        assert not Draft.objects.exists()

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
    def test_for_what_is_no_page_of_a_case(self, client, officer, path):
        sign_in(client, officer)
        assert client.post("/drafts/", {"draft_path": path, "facts": TYPED}).status_code == 422
        assert not Draft.objects.exists()


def test_after_the_secret_has_changed_the_form_is_empty_and_nothing_fails(
    client, officer, log_form, settings
):
    send_after_the_end(client, officer, log_form, typed())
    settings.SECRET_KEY = "another one"
    client.logout()
    sign_in(client, officer)
    page = client.get(log_form)
    assert page.status_code == 200
    assert TYPED not in text(page)


def test_what_is_kept_as_a_page_is_left_is_theirs_with_a_session_or_after_it(client, officer, log_form):
    sign_in(client, officer)
    client.get(log_form)
    assert client.post("/drafts/", typed(draft_path=log_form)).status_code == 204
    end_session(client)
    assert client.post("/drafts/", typed(draft_path=log_form, facts="More.")).status_code == 204
    assert "What you typed is kept: sign in" in text(client.get(log_form, follow=True))
    sign_in(client, officer)
    assert form_in(client.get(log_form)).fields["facts"].strip() == "More."


def test_whoever_opens_a_page_after_the_end_is_told_why_they_are_asked_to_sign_in(client, officer):
    sign_in(client, officer)
    client.get("/")
    end_session(client)
    page = text(client.get("/customers/", follow=True))
    assert (
        "You have been signed out, because nothing was done here for a while or the day is over.</p>" in page
    )
