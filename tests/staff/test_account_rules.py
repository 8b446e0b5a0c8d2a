"""What an account may be, who hears of what is done to it, and that saving one thing of it changes nothing else."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from lxml import html

from cha_engagement.staff import rules
from cha_engagement.staff.models import Email, Notice, StaffMember

from .. import factories
from ..organisation.seen import save_seen
from ..threads import run_at_once
from .accounts import ACCOUNTS, change, change_seen, typed_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(administrator, signed_in):
    return signed_in(administrator)


def text(page):
    return " ".join(html.fromstring(page.content).get_element_by_id("main-content").text_content().split())


def close(person):
    StaffMember.objects.filter(pk=person.pk).update(is_active=False)


def send_away(person):
    StaffMember.objects.filter(pk=person.pk).update(away_until=timezone.localdate() + timedelta(days=7))


def told(person):
    return list(Notice.objects.filter(recipient=person).order_by("pk").values_list("text", flat=True))


# --- Saving one thing changes nothing else ------------------------------------------------------------------------------------


@pytest.fixture
def left_behind(manager):
    """Somebody whose line manager and deputy have left."""
    deputy = factories.staff("deputy", "Officer")
    person = factories.staff("behind", "Officer", line_manager=manager, deputy=deputy)
    for left in (manager, deputy):
        close(left)
    person.save()
    return person


def test_a_line_manager_and_a_deputy_who_left_stay_recorded_when_something_else_is_saved(client, left_behind):
    page = client.get(f"{ACCOUNTS}{left_behind.pk}/change/")
    form = html.fromstring(page.content).get_element_by_id("staffmember_form")
    sent = dict(form.form_values())
    assert (sent["line_manager"], sent["deputy"]) == ("manager", "deputy")
    assert text(page).count("account is closed: choose somebody else") == 2
    client.post(f"{ACCOUNTS}{left_behind.pk}/change/", sent | {"job_title": "Clerk"})
    left_behind.refresh_from_db()
    assert left_behind.job_title == "Clerk"
    assert (left_behind.line_manager.username, left_behind.deputy.username) == ("manager", "deputy")
    row, before = left_behind.history.all()[:2]
    assert row.diff_against(before).changed_fields == ["job_title"]


def test_they_stay_where_colleagues_are_typed(client, left_behind):
    StaffMember.objects.bulk_create(StaffMember(username=f"person{number}") for number in range(60))
    change(client, left_behind, line_manager="manager", deputy="deputy", job_title="Clerk")
    left_behind.refresh_from_db()
    assert (left_behind.line_manager.username, left_behind.deputy.username) == ("manager", "deputy")


def test_nobody_else_is_given_a_line_manager_who_left(client, left_behind, officer):
    page = change(client, officer, line_manager="manager")
    assert "line_manager" in page.context["adminform"].errors


def test_what_two_administrators_type_at_once_does_not_undo_each_other(client, signed_in, officer):
    officer.save()
    path = f"{ACCOUNTS}{officer.pk}/change/"
    sent = dict(html.fromstring(client.get(path).content).get_element_by_id("staffmember_form").form_values())
    change(signed_in(factories.staff("second", "Administrator")), officer, email="new@lochside.example")
    page = client.post(path, sent | {"job_title": "Clerk"})
    assert "Somebody has changed this account since you opened it" in text(page)
    officer.refresh_from_db()
    assert (officer.email, officer.job_title) == ("new@lochside.example", "")


# --- The last of a role -------------------------------------------------------------------------------------------------------

LAST = [
    ("Manager", "decide what follows from an incident"),
    ("Management Team", "decide about use of the complaints process"),
    ("Executive Team", "hear an appeal"),
    ("CCSM", "stand for Customer and Corporate Services"),
    ("Data Protection", "answer for the data"),
]


@pytest.mark.policy("57")
@pytest.mark.parametrize(("role", "does"), LAST)
@pytest.mark.parametrize("changes", [{"is_active": ""}, {"groups": ["Officer"]}])
def test_the_last_of_a_role_is_not_taken_away(client, role, does, changes):
    person = factories.staff("last", role)
    if role != "Manager":
        factories.staff("another_manager", "Manager")
    page = change_seen(client, person, **changes)
    assert f"Nobody else has the role to {does}. Give somebody the role {role} first." in text(page)
    person.refresh_from_db()
    assert person.is_active
    assert role in person.role_names
    factories.staff("next", role)
    assert change_seen(client, person, **changes).status_code == 302


@pytest.mark.policy("57")
def test_who_left_does_not_take_over(client):
    person, other = factories.staff("last", "Executive Team"), factories.staff("other", "Executive Team")
    close(other)
    assert "Nobody else has the role to hear an appeal." in text(change(client, person, is_active=""))


@pytest.mark.policy("57")
@pytest.mark.parametrize("changes", [{"is_active": ""}, {"groups": ["Officer"]}])
def test_an_account_is_closed_today_though_the_others_of_its_role_are_away_and_it_is_said(
    client, dpo, changes
):
    person, other = factories.staff("leaver", "Executive Team"), factories.staff("other", "Executive Team")
    send_away(other)
    sentence = "Nobody else is there to hear an appeal until "
    assert sentence in text(change(client, person, **changes))
    person.refresh_from_db()
    assert (person.is_active, person.role_names) == (True, {"Executive Team"})
    assert change_seen(client, person, **changes).status_code == 302
    assert any(words.startswith(sentence) for words in told(other))


@pytest.mark.policy("57")
def test_nobody_takes_the_last_administrator_away(administrator):
    wanted = replace(rules.WantedAccount.of_person(administrator), is_active=False)
    assert "keep accounts" in rules.check_needed_roles(wanted)[0].sentence


def test_a_manager_can_leave_where_one_of_the_management_team_decides(client, manager):
    factories.staff("team", "Management Team")
    assert change_seen(client, manager, is_active="").status_code == 302


# --- Line managers and deputies -----------------------------------------------------------------------------------------------


@pytest.mark.policy("57")
def test_nobody_comes_to_be_above_themselves(client, officer, manager):
    top = factories.staff("top", "Executive Team")
    StaffMember.objects.filter(pk=officer.pk).update(line_manager=manager)
    StaffMember.objects.filter(pk=manager.pk).update(line_manager=top)
    page = change(client, top, line_manager="officer")
    assert f"{top} is above {officer} already" in text(page)
    top.refresh_from_db()
    assert top.line_manager is None
    assert change(client, top, line_manager="").status_code == 302


def test_an_account_in_a_circle_that_is_there_already_can_be_changed(client, officer, manager):
    StaffMember.objects.filter(pk=officer.pk).update(line_manager=manager)
    StaffMember.objects.filter(pk=manager.pk).update(line_manager=officer)
    assert change(client, officer, line_manager="manager", job_title="Clerk").status_code == 302


# --- What is said before it is saved ------------------------------------------------------------------------------------------


@pytest.mark.policy("65")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"groups": []}, "has no role: they can sign in and do nothing"),
        ({"groups": ["Officer", "Administrator"]}, "would keep accounts and read cases too"),
        ({"email": "OTHER@lochside.example"}, "Other Example has the same email address"),
        ({"first_name": "other", "last_name": "EXAMPLE"}, "Another account has the same name: other."),
        ({"groups": ["Manager"], "deputy": "other"}, "Other Example would stand in for Officer Example"),
    ],
)
def test_what_is_unusual_is_said_and_saved_once_it_was_read(client, officer, changes, sentence):
    factories.staff("other", "Officer")
    page = change(client, officer, **changes)
    assert sentence in text(page)
    assert officer.history.count() == 0
    assert change_seen(client, officer, **changes).status_code == 302
    # What the account is already is not said once more.
    officer.refresh_from_db()
    again = {name: changes[name] for name in changes if name != "groups"}
    assert change(client, officer, **again, job_title="Clerk").status_code == 302


@pytest.mark.policy("65")
def test_a_second_account_of_somebody_who_left_is_said(client, officer):
    close(officer)
    typed = typed_account(first_name="Officer", last_name="Example")
    assert "the same name: officer, which is closed" in text(client.post(f"{ACCOUNTS}add/", typed))
    assert save_seen(client, f"{ACCOUNTS}add/", typed).status_code == 302


@pytest.mark.policy("57")
def test_taking_a_role_from_a_deputy_says_for_whom_they_could_not_stand_in(client, manager):
    deputy = factories.staff("deputy", "Manager")
    StaffMember.objects.filter(pk=manager.pk).update(deputy=deputy)
    page = change(client, deputy, groups=["Officer"])
    assert f"{deputy} would stand in for {manager}, and may not read or decide" in text(page)


def test_what_was_read_and_then_changed_is_shown_again(client, officer):
    factories.staff("other", "Officer")
    path = f"{ACCOUNTS}{officer.pk}/change/"
    seen = client.post(path, typed_account(username="officer", groups=[])).context["seen"]["digest"]
    page = client.post(path, typed_account(username="officer", email="other@lochside.example", seen=seen))
    assert "has the same email address" in text(page)


def test_closing_a_line_managers_account_says_whom_they_leave_behind(client, manager):
    factories.staff("other", "Manager")
    factories.staff("report", "Officer", line_manager=manager)
    page = change(client, manager, is_active="")
    assert "Colleagues to line manage (1) Goes to Other Example. Report Example" in text(page)
    manager.refresh_from_db()
    assert manager.is_active
    assert change_seen(client, manager, is_active="").status_code == 302


# --- Who hears of it ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def dpo():
    return factories.staff("dpo", "Data Protection")


@pytest.mark.policy("65")
@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"groups": ["Officer", "Manager"]}, "roles"),
        ({"is_active": ""}, "may sign in"),
        ({"email": "new@lochside.example"}, "email address"),
        ({"line_manager": "boss"}, "line manager"),
        ({"deputy": "boss"}, "deputy"),
        ({"username": "renamed"}, "username"),
    ],
)
def test_another_administrator_is_told_of_a_change_and_else_data_protection(
    client, administrator, officer, dpo, changes, what
):
    factories.staff("boss", "Manager")
    change_seen(client, officer, **changes)
    sentence = f"{administrator} has changed the account of {officer}: {what}."
    assert told(dpo) == [sentence]
    assert told(administrator) == []


@pytest.mark.policy("65")
def test_neither_who_did_it_nor_whose_account_it_is_watches_over_it(client, administrator, dpo):
    second = factories.staff("second", "Administrator")
    change(client, second, line_manager="dpo")
    assert told(second) == []
    assert told(dpo) == [f"{administrator} has changed the account of {second}: line manager."]
    third = factories.staff("third", "Administrator")
    client.post(f"{ACCOUNTS}add/", typed_account())
    assert f"{administrator} has made an account for Eilidh Kerr." in told(second)
    assert told(third) == [f"{administrator} has made an account for Eilidh Kerr."]
    assert len(told(dpo)) == 1


@pytest.mark.policy("65")
def test_a_link_to_choose_a_password_is_told_and_stands_in_the_history(client, administrator, officer, dpo):
    client.post(ACCOUNTS, {"action": "send_links", "_selected_action": [officer.pk]})
    assert told(dpo) == [f"{administrator} has had a link to choose a password sent to {officer}."]
    row = officer.history.latest()
    assert (row.history_change_reason, row.history_user) == (
        "Was sent a link to choose a password",
        administrator,
    )


@pytest.mark.policy("65")
def test_an_administrator_whom_a_command_makes_is_told_of(monkeypatch, administrator):
    monkeypatch.setattr(
        "cha_engagement.staff.management.commands.add_administrator.read_password",
        lambda: "plovers on a pier",
    )
    call_command("add_administrator", "ewan", email="ewan@lochside.example")
    assert told(administrator) == ["A command on the server has made an account for ewan."]


@pytest.mark.policy("65")
def test_data_protection_and_administrators_read_what_was_done_to_accounts(client, signed_in, officer, dpo):
    officer.save()
    change(client, officer, groups=["Officer", "Manager"])
    client.post(ACCOUNTS, {"action": "send_links", "_selected_action": [officer.pk]})
    for reader in (client, signed_in(dpo)):
        page = text(reader.get(reverse("account_changes")))
        assert "Officer Example: Changed" in page
        assert "Roles Before: Officer After: Officer, Manager" in page
        assert "Officer Example: Was sent a link to choose a password" in page
        assert "Admin Example" in page
    assert Email.objects.filter(address=officer.email).exists()


def test_what_is_no_matter_of_access_is_told_to_nobody(client, officer, dpo):
    change(client, officer, job_title="Clerk", phone="0141 496 0001")
    assert told(dpo) == []


@pytest.mark.policy("57")
@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_close_each_other_at_once_leave_one(organisation, signed_in, monkeypatch):
    both = [factories.staff(name, "Administrator") for name in ("first", "second")]
    clients = [signed_in(person) for person in both]
    is_last_of = rules.is_last_of

    def look_slowly(person, role):
        answer = is_last_of(person, role)
        time.sleep(0.2)
        return answer

    monkeypatch.setattr(rules, "is_last_of", look_slowly)
    connection.close()
    run_at_once(2, lambda number: change_seen(clients[number], both[1 - number], is_active=""))
    assert StaffMember.objects.filter(is_active=True, groups__name="Administrator").count() == 1
