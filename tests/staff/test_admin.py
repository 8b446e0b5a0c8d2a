import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from lxml import html

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.letters.admin import site
from cha_engagement.organisation.models import AdviceOrganisation, Organisation, Policy, StandardText, Wording
from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.mail import send_due_emails
from cha_engagement.staff.models import Email, EmailKind, StaffMember

from .. import factories
from .accounts import ACCOUNTS, change, change_seen, typed_account

pytestmark = pytest.mark.django_db

EMAILS = "/admin/staff/email/"


@pytest.fixture
def client(administrator, signed_in):
    return signed_in(administrator)


@pytest.mark.policy("65")
def test_accounts_and_lists_are_all_that_is_registered():
    assert set(site._registry) == {
        StaffMember,
        Organisation,
        Policy,
        AdviceOrganisation,
        Wording,
        StandardText,
        Email,
    }


@pytest.mark.policy("65")
@pytest.mark.parametrize(
    "roles",
    [(), ("Officer",), ("Manager", "Management Team"), ("Executive Team",), ("CCSM",), ("Data Protection",)],
)
def test_nobody_but_an_administrator_opens_any_of_it(signed_in, officer, roles):
    client = signed_in(factories.staff("somebody", *roles))
    for path in ("", "staff/", "staff/staffmember/", "staff/staffmember/add/"):
        page = client.get(f"/admin/{path}")
        assert page.status_code == 403
        assert "Only an administrator keeps accounts and lists" in page.content.decode()
    assert change(client, officer, username="changed").status_code == 403
    officer.refresh_from_db()
    assert officer.username == "officer"


def test_is_staff_and_is_active_alone_open_nothing(signed_in):
    assert signed_in(factories.staff("staff", is_staff=True)).get("/admin/").status_code == 403


def test_whoever_is_not_signed_in_signs_in_first_as_everywhere(client, officer):
    client.logout()
    for path in ("/admin/", ACCOUNTS, f"{ACCOUNTS}{officer.pk}/change/"):
        assert "/accounts/login/" in client.get(path, follow=True).redirect_chain[-1][0]


def test_the_way_in_leads_an_administrator_to_the_lists(client):
    assert client.get("/admin/login/").headers["Location"] == "/admin/"


@pytest.mark.parametrize(
    "path", ["r/1/1/", "password_change/", "logout/", "autocomplete/", "jsi18n/", "auth/group/", "nothing/"]
)
def test_what_is_not_needed_is_not_there(client, path):
    assert client.get(f"/admin/{path}").status_code == 404


@pytest.mark.policy("65")
def test_an_administrator_reads_nothing_of_customers_incidents_and_letters(client, customer, officer):
    incident = factories.incident(by=officer, customer=customer)
    for path in (
        customer.get_absolute_url(),
        f"{customer.get_absolute_url()}history/",
        incident.get_absolute_url(),
        f"{incident.get_absolute_url()}history/",
    ):
        assert client.get(path).status_code == 404
    pages = [client.get(path) for path in ("/", "/customers/", "/incidents/", "/letters/")]
    pages += [
        client.post("/look-up/", {"q": "Orla"}),
        client.post("/look-up/", {"q": "Orla", "fragment": "1"}),
    ]
    for page in (answer.content.decode() for answer in pages):
        assert incident.reference not in page
        assert "Bhriain" not in page


def test_an_account_is_made_and_its_owner_sent_a_link_to_choose_a_password(client, manager):
    client.post(f"{ACCOUNTS}add/", typed_account(line_manager="manager"))
    eilidh = StaffMember.objects.get(username="eilidh")
    assert (eilidh.line_manager, [group.name for group in eilidh.groups.all()]) == (manager, ["Officer"])
    assert not eilidh.has_usable_password()
    send_due_emails()
    [email] = mail.outbox
    assert email.to == ["eilidh@lochside.example"]
    assert "eilidh" not in email.subject + email.body.lower()
    link = re.search(r"http\S+", email.body)[0]
    client.logout()
    page = client.get(link, follow=True)
    client.post(
        page.request["PATH_INFO"], {"password1": "plovers on a pier", "password2": "plovers on a pier"}
    )
    assert client.login(username="eilidh", password="plovers on a pier")


def test_an_account_is_made_though_the_mail_server_fails(client, server_down):
    page = client.post(f"{ACCOUNTS}add/", typed_account(), follow=True)
    assert "on its way" in page.content.decode()
    eilidh = StaffMember.objects.get(username="eilidh")
    send_due_emails()
    Email.objects.update(due_at=None)
    server_down(False)
    client.post(ACCOUNTS, {"action": "send_links", "_selected_action": [eilidh.pk]})
    send_due_emails()
    assert len(mail.outbox) == 1


def test_an_account_without_an_address_is_named_and_the_others_are_sent_their_link(client):
    nobody, eilidh = factories.staff("nobody", "Officer", email=""), factories.staff("eilidh", "Officer")
    page = client.post(
        ACCOUNTS, {"action": "send_links", "_selected_action": [nobody.pk, eilidh.pk]}, follow=True
    )
    assert f"{nobody} has no email address. Give the account one first." in page.content.decode()
    assert Email.objects.get().address == eilidh.email


def test_all_accounts_of_a_list_are_sent_a_link_and_none_where_nobody_is_ticked(client, officer, manager):
    client.post(ACCOUNTS, {"action": "send_links", "index": 0})
    assert not Email.objects.exists()
    client.post(f"{ACCOUNTS}?q=officer", {"action": "send_links", "index": 0, "select_across": 1})
    assert [email.address for email in Email.objects.all()] == [officer.email]


def test_a_closed_account_is_sent_no_link(client):
    closed = factories.staff("closed", is_active=False)
    client.post(ACCOUNTS, {"action": "send_links", "_selected_action": [closed.pk]})
    assert not Email.objects.exists()


def test_what_the_form_does_not_ask_cannot_be_posted(client, officer):
    before = officer.password
    change(
        client,
        officer,
        first_name="Anna",
        is_superuser="on",
        is_staff="on",
        password="x",
        user_permissions=[1, 2],
        date_joined_0="2000-01-01",
    )
    officer.refresh_from_db()
    assert officer.first_name == "Anna"
    assert (officer.is_superuser, officer.is_staff, officer.password) == (False, False, before)
    assert not officer.user_permissions.exists()


@pytest.mark.database
def test_the_database_takes_no_superuser(officer):
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffMember.objects.create_superuser("root", password="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffMember.objects.filter(pk=officer.pk).update(is_superuser=True)


def test_an_account_is_never_deleted(client, officer):
    assert client.post(f"{ACCOUNTS}{officer.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(ACCOUNTS, {"action": "delete_selected", "_selected_action": [officer.pk], "post": "yes"})
    assert StaffMember.objects.filter(pk=officer.pk).exists()


def test_a_username_in_another_case_is_taken(client, officer):
    page = client.post(f"{ACCOUNTS}add/", typed_account(username="OFFICER"))
    assert "Another account has this username." in page.content.decode()


def test_nobody_manages_or_stands_in_for_themselves(client, officer):
    page = change(client, officer, line_manager="officer", deputy="officer")
    assert {*page.context["adminform"].errors} == {"line_manager", "deputy"}
    # Beside each question, and above all.
    assert page.content.decode().count("nobody is their own") == 4


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"is_active": ""}, "you would lock yourself out"),
        ({"groups": []}, "nobody changes their own roles"),
        ({"groups": ["Administrator", "Manager"]}, "nobody changes their own roles"),
    ],
)
def test_an_administrator_neither_shuts_themselves_out_nor_gives_themselves_a_role(
    client, administrator, changes, sentence
):
    page = change(client, administrator, **changes)
    assert sentence in page.content.decode()
    administrator.refresh_from_db()
    assert administrator.is_active
    assert [group.name for group in administrator.groups.all()] == ["Administrator"]
    assert change(client, administrator, job_title="Clerk").status_code == 302


def test_whoever_is_given_another_address_is_told_at_the_old_one(client, manager):
    old = manager.email
    change(client, manager, job_title="Head")
    assert not Email.objects.exists()
    change(client, manager, email="new@lochside.example")
    send_due_emails()
    [email] = mail.outbox
    assert email.to == [old]
    assert "new@" not in email.subject + email.body
    assert "If you did not ask for this" in email.body


def test_emails_that_have_not_left_are_listed_by_whom_they_are_for_and_sent_again(client, officer):
    notify_staff(
        [officer], text="REV-2026-0001 is due.", path="/reviews/REV-2026-0001/", reference="REV-2026-0001"
    )
    email = Email.objects.get()
    assert "Leaves within seconds" in client.get(EMAILS).content.decode()
    Email.objects.update(due_at=None, attempts=9)
    page = client.get(EMAILS).content.decode()
    assert "Given up" in page
    assert str(officer) in page
    assert "REV-" not in page
    client.post(EMAILS, {"action": "send_again", "_selected_action": [email.pk]})
    send_due_emails()
    assert [sent.to for sent in mail.outbox] == [[officer.email]]
    assert "Nothing here" in client.get(EMAILS).content.decode()


@pytest.mark.parametrize("path", ["add/", "1/change/", "1/delete/", "1/history/"])
def test_an_email_is_not_opened_written_or_thrown_away(client, path):
    Email.objects.create(pk=1, kind=EmailKind.ADDRESS, address="old@lochside.example")
    assert client.get(f"{EMAILS}{path}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "password__regex=^p",
        "password__startswith=p",
        "username__regex=(",
        "username=manager",
        "id__range=1",
        "id__in=99999999999999999999999",
        "last_login__year=99999999999",
        "reported_incidents=3",
        "groups__permissions__codename=administer",
        "groups__user__password__startswith=p",
        "line_manager__password__startswith=p",
    ],
)
def test_the_list_answers_nothing_that_it_does_not_offer(client, query):
    assert client.get(f"{ACCOUNTS}?{query}").status_code == 400


def test_the_list_filters_by_what_it_offers(client, officer, manager):
    page = html.fromstring(client.get(ACCOUNTS).content.decode())
    offered = page.xpath("//*[@id='changelist-filter']//a/@href")
    assert len(offered) > 8
    for query in offered:
        assert client.get(f"{ACCOUNTS}{query}").status_code == 200
    [group] = officer.groups.all()
    only = client.get(f"{ACCOUNTS}?groups__id__exact={group.pk}").content.decode()
    assert f"{ACCOUNTS}{officer.pk}/change/" in only
    assert f"{ACCOUNTS}{manager.pk}/change/" not in only


@pytest.mark.parametrize("junk", ["x", "-1", "1.5", "9" * 30, "٣"])
def test_junk_for_a_row_is_not_found_or_a_bad_request(client, junk):
    """S11."""
    for page in ("change", "history", "delete"):
        for method in (client.get, client.post):
            assert method(f"{ACCOUNTS}{quote(junk)}/{page}/").status_code == 404
    selected = {"action": "send_links", "_selected_action": [junk], "index": 0}
    assert client.post(ACCOUNTS, selected).status_code == 400
    answer = client.post(f"{ACCOUNTS}add/", typed_account(groups=[junk]))
    assert answer.status_code == 200
    assert "groups" in answer.context["adminform"].errors
    for name in ("is_active__exact", "groups__id__exact", "groups__isnull", "p", "o", "q", "e"):
        assert client.get(ACCOUNTS, {name: junk}).status_code < 500


def test_an_administrator_can_close_another_ones_account(client):
    other = factories.staff("other", "Administrator")
    change(client, other, is_active="")
    other.refresh_from_db()
    assert not other.is_active


def test_a_role_taken_away_is_gone_at_the_next_request(client, signed_in, manager, customer, officer):
    incident = factories.incident(by=officer, customer=customer)
    reader = signed_in(manager)
    assert reader.get(incident.get_absolute_url()).status_code == 200
    factories.staff("other", "Manager")
    change_seen(client, manager, groups=[])
    assert reader.get(incident.get_absolute_url()).status_code == 404
    assert reader.get("/look-up/").status_code == 403


def test_a_closed_account_is_signed_out_at_the_next_request(client, signed_in, officer):
    reader = signed_in(officer)
    assert reader.get("/").status_code == 200
    change(client, officer, is_active="")
    assert reader.get("/").headers["Location"] == "/accounts/login/?next=/"


def words(page):
    return " ".join(html.fromstring(page.content).get_element_by_id("main-content").text_content().split())


def test_history_says_who_changed_what_roles_included(client, officer, manager):
    next_week = timezone.localdate() + timedelta(days=7)
    officer.save()
    change(client, officer, job_title="Housing Officer", groups=["Officer", "Manager"])
    change(client, officer, line_manager="manager", away_until=str(next_week))
    page = words(client.get(f"{ACCOUNTS}{officer.pk}/history/"))
    assert "Job title Before: Nothing After: Housing Officer" in page
    assert "Roles Before: Officer After: Officer, Manager" in page
    assert "Line manager Before: Nothing After: Manager Example" in page
    assert f"Away until and including Before: Nothing After: {uk_date(next_week)}" in page
    assert "Admin Example" in page


def test_roles_alone_make_one_row_of_history_and_no_change_makes_none(client, officer):
    before = officer.history.count()
    change(client, officer)
    assert officer.history.count() == before
    change(client, officer, groups=["Officer", "Manager"])
    assert officer.history.count() == before + 1


def test_history_holds_no_password_and_no_sign_in(officer, client):
    officer.set_password("plovers on a pier")
    officer.save()
    before = officer.history.count()
    client.logout()
    client.post("/accounts/login/", {"login": "officer", "password": "plovers on a pier"})
    officer.refresh_from_db()
    assert officer.last_login
    assert officer.history.count() == before
    assert not {"password", "last_login"} & {field.name for field in officer.history.model._meta.fields}


def test_an_old_version_cannot_be_brought_back(client, officer):
    officer.save()
    version = officer.history.first().pk
    assert client.post(f"{ACCOUNTS}{officer.pk}/history/{version}/", typed_account()).status_code in {
        302,
        404,
    }
    officer.refresh_from_db()
    assert officer.username == "officer"


def test_above_fifty_colleagues_a_line_manager_is_typed(client, officer, manager):
    StaffMember.objects.bulk_create(StaffMember(username=f"person{number}") for number in range(50))
    page = client.get(f"{ACCOUNTS}{officer.pk}/change/").content.decode()
    assert "person7" not in page
    change(client, officer, line_manager="Manager Example")
    officer.refresh_from_db()
    assert officer.line_manager == manager
    assert 'value="manager"' in client.get(f"{ACCOUNTS}{officer.pk}/change/").content.decode()


def test_the_list_takes_as_many_queries_for_thirty_accounts_as_for_one(
    client, manager, django_assert_num_queries
):
    with django_assert_num_queries(9):
        client.get(ACCOUNTS)
    for number in range(30):
        factories.staff(f"person{number}", "Officer", "Manager", line_manager=manager)
    with django_assert_num_queries(9):
        client.get(ACCOUNTS)


def test_no_page_has_anything_inline(client, officer, organisation):
    change(client, officer, job_title="Housing Officer")
    for path in (
        "/admin/",
        ACCOUNTS,
        f"{ACCOUNTS}add/",
        f"{ACCOUNTS}{officer.pk}/change/",
        f"{ACCOUNTS}{officer.pk}/history/",
        "/admin/organisation/organisation/1/change/",
    ):
        page = client.get(path)
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        html = page.content.decode()
        assert not re.search(
            r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|\sstyle=|<style|\son[a-z]+=", html
        ), path


def account_form(page):
    return html.fromstring(page.content).get_element_by_id("staffmember_form")


@pytest.mark.beyond("B20")
@pytest.mark.parametrize("is_new", [True, False])
def test_what_an_administrator_typed_comes_back_after_the_session_has_ended(
    client, administrator, officer, is_new
):
    path = f"/admin/staff/staffmember/{'add' if is_new else f'{officer.pk}/change'}/"
    version = account_form(client.get(path)).fields["version"]
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    client.post(path, typed_account(job_title="Keeper of keys", version=version, _save="Save"))
    client.force_login(administrator)
    page = client.get(path).content.decode()
    assert "is back in the form below" in page
    assert 'value="Keeper of keys"' in page
    assert not StaffMember.objects.filter(job_title="Keeper of keys").exists()
    assert client.post(path, typed_account(job_title="Keeper of keys")).status_code == 302
    assert "is back in the form below" not in client.get(path).content.decode()


@pytest.mark.beyond("B20")
def test_what_was_typed_of_an_account_does_not_go_over_what_has_changed_since(
    client, administrator, officer, manager
):
    path = f"/admin/staff/staffmember/{officer.pk}/change/"
    sent = dict(account_form(client.get(path)).form_values()) | {"job_title": "Keeper of keys"}
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    client.post(path, sent)
    client.force_login(administrator)
    assert change(client, officer, groups=["Manager"], is_active="").status_code == 302
    client.post("/drafts/", sent | {"draft_path": path})
    page = client.get(path)
    form = account_form(page)
    assert "the record has changed since" in page.content.decode()
    assert "Keeper of keys" in words(page)
    assert (form.fields["job_title"], form.fields["is_active"]) == (None, None)
    assert {box.get("value") for box in form.xpath(".//*[@name='groups'][@checked]")} == {"Manager"}


def test_nobody_is_away_until_a_day_that_is_over(client, officer):
    yesterday = timezone.localdate() - timedelta(days=1)
    page = change(client, officer, away_until=str(yesterday))
    assert "This day is over" in page.content.decode()
    officer.refresh_from_db()
    assert officer.away_until is None
    assert change(client, officer, away_until=str(timezone.localdate())).status_code == 302
