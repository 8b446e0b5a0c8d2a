"""What is open for somebody who goes away or leaves is shown first, with on whom it falls. Policy §57."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from lxml import html

from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.desk.holding import give_task
from cha_engagement.desk.models import HeldTask, TaskRow
from cha_engagement.staff.actions import set_absence
from cha_engagement.staff.interfaces import open_groups
from cha_engagement.staff.models import Notice, StaffMember
from cha_engagement.staff.roles import permissions_of_roles
from tests import factories
from tests.staff.accounts import ACCOUNTS, change, change_seen

pytestmark = [pytest.mark.django_db, pytest.mark.policy("57")]

NEXT_WEEK = timezone.localdate() + timedelta(days=7)


@pytest.fixture
def another(db):
    return factories.staff("another", "Manager")


@pytest.fixture
def leaver(db):
    """Somebody who has one of everything: they decide, issue letters and look after a customer."""
    return factories.staff("leaver", "Manager")


@pytest.fixture
def theirs(organisation, leaver, another, officer):
    """A customer with whom they have everything to do, and a colleague of each kind."""
    customer = factories.customer(by=officer, assigned_to=leaver, name="Catriona Bain", **factories.HOME)
    incident = factories.incident(by=officer, customer=customer, assigned_to=leaver)
    factories.proposal(by=leaver, incidents=[incident])
    decision = factories.decision(by=another, incidents=[incident])
    contact = factories.named_contact_facts(leaver, another, Channel.PHONE)
    factories.restriction(by=another, decision=decision, **contact)
    StaffMember.objects.filter(pk=officer.pk).update(line_manager=leaver)
    StaffMember.objects.filter(pk=another.pk).update(deputy=leaver)
    return customer


def groups(person, reader, **how):
    return {(group.what, group.falls_to): group for group in open_groups(person, reader, **how)}


def text(page):
    return " ".join(html.fromstring(page.content).get_element_by_id("main-content").text_content().split())


def away(person, until=NEXT_WEEK):
    StaffMember.objects.filter(pk=person.pk).update(away_until=until)


def test_all_that_is_open_is_shown_to_who_may_read_it_with_the_form_to_change_it(leaver, another, theirs):
    found = groups(leaver, another)
    links = {what: [record.url for record in group.shown] for (what, _), group in found.items()}
    assert links["Customers to look after"] == [f"/customers/{theirs.reference}/assign/"]
    assert [url.endswith("/assign/") for url in links["Incidents to deal with"]] == [True]
    assert [url.endswith("/rename/") for url in links["Restrictions as named contact"]] == [True]
    assert len(links["Restrictions proposed and not decided on"]) == 1
    assert {
        ("Customers to look after", f"Goes to {another}"),
        ("Restrictions as named contact", f"Goes to {another}, who is named too"),
        ("Colleagues to line manage", f"Goes to {another}"),
        ("Colleagues to stand in for", "Nobody stands in for them any more"),
    } <= {*found}
    assert "Catriona Bain" in found["Customers to look after", f"Goes to {another}"].shown[0].title


@pytest.mark.policy("65")
def test_an_administrator_reads_how_much_and_of_what_kind_and_no_name(leaver, another, theirs, administrator):
    shown = [record for group in open_groups(leaver, administrator) for record in group.shown]
    assert {record.title for record in shown} == {"Officer Example", "Another Example"}
    found = groups(leaver, administrator)
    assert found["Customers to look after", f"Goes to {another}"].count == 1
    assert any(what.startswith("Tasks: ") for what, _ in found) or not TaskRow.objects.filter(
        grounds__person=leaver
    )


def test_a_case_for_few_is_counted_and_not_named_to_others(leaver, another, theirs, management):
    factories.limit_readers(theirs, by=leaver, readers=[leaver, management])
    found = groups(leaver, StaffMember.objects.get(pk=another.pk))
    customers = next(group for (what, _), group in found.items() if what == "Customers to look after")
    assert (customers.count, customers.shown) == (1, [])


def test_each_falls_on_whoever_is_there(leaver, another, theirs):
    away(another)
    falls = dict([*groups(leaver, leaver)])
    assert falls["Customers to look after"] == "Falls on nobody who is there"
    assert falls["Restrictions as named contact"] == "Falls on nobody who is there"
    away(another, None)
    factories.staff("third", "Manager")
    assert ("Customers to look after", "Waits for managers") in groups(leaver, leaver)


def test_while_a_line_manager_is_away_a_deputy_stands_in(leaver, another, theirs):
    third = factories.staff("third", "Manager")
    leaver.deputy = third
    leaver.save()
    assert ("Colleagues to line manage", f"Goes to {third}, who stands in") in groups(
        leaver, another, is_absence=True
    )
    assert ("Colleagues to line manage", "Waits for managers") in groups(leaver, another)
    away(third)
    leaver.refresh_from_db()
    assert ("Colleagues to line manage", f"Goes to {another}") in groups(leaver, another, is_absence=True)


def test_a_task_that_somebody_has_leads_to_the_page_that_gives_it_to_another(
    leaver, another, officer, customer, organisation
):
    incident = factories.incident(by=officer, customer=customer)
    task = TaskRow.objects.get(kind="incident.assess", record=incident.pk)
    assert ("Tasks", f"Goes to {another}") not in groups(leaver, another)
    give_task(task, leaver)
    [record] = groups(leaver, another)["Tasks", f"Goes to {another}"].shown
    assert record.url == reverse("task_hand_over", args=[task.pk])
    assert HeldTask.objects.filter(holder=leaver, ended_at=None).exists()


def test_what_only_they_could_do_is_said_though_it_waits_for_a_role(
    leaver, officer, customer, organisation, administrator
):
    factories.incident(by=officer, customer=customer)
    assert ("Tasks: decide what follows", "Falls on nobody who is there") in groups(leaver, administrator)
    factories.staff("other", "Manager")
    assert not any(what.startswith("Tasks") for what, _ in groups(leaver, administrator))


# --- One's own absence ---------------------------------------------------------------------------------------------------------


def begin(client, until, path="/absence/", **more):
    return client.post(path, {"away_until": until.strftime("%d/%m/%Y"), **more}, follow=True)


def test_an_absence_is_begun_once_its_page_was_seen_with_one_click(signed_in, leaver, another, theirs):
    client = signed_in(leaver)
    page = begin(client, NEXT_WEEK)
    assert "What is open for you" in text(page)
    assert "Customers to look after (1)" in text(page)
    leaver.refresh_from_db()
    assert leaver.away_until is None
    form = next(form for form in html.fromstring(page.content).forms if "has_seen" in form.fields)
    page = client.post(urlsplit(form.action).path, dict(form.form_values()), follow=True)
    assert f"You are away until {uk_date(NEXT_WEEK)}." in page.content.decode()
    leaver.refresh_from_db()
    assert leaver.away_until == NEXT_WEEK
    assert leaver.history.latest().history_user == leaver


def test_the_day_is_kept_while_something_is_handed_over_first(signed_in, leaver, another, theirs):
    client = signed_in(leaver)
    begin(client, NEXT_WEEK)
    page = client.get(f"/customers/{theirs.reference}/assign/")
    assert "You are not marked as away yet." in page.content.decode()
    client.post(
        f"/customers/{theirs.reference}/assign/", {"version": theirs.version, "assigned_to": "another"}
    )
    [address] = html.fromstring(client.get("/customers/").content).xpath("//a[text()='Go on with it']/@href")
    page = client.get(address)
    assert f"I am away until {uk_date(NEXT_WEEK)}" in text(page)
    assert "Customers to look after" not in text(page)
    begin(client, NEXT_WEEK, has_seen="1")
    assert "not marked as away yet" not in client.get("/customers/").content.decode()


def test_whoever_thinks_better_of_it_is_not_reminded(signed_in, leaver):
    client = signed_in(leaver)
    begin(client, NEXT_WEEK)
    client.get("/absence/")
    assert "not marked as away yet" not in client.get("/customers/").content.decode()


def test_a_line_manager_comes_from_what_waits_for_their_team_to_an_absence(signed_in, officer, manager):
    StaffMember.objects.filter(pk=officer.pk).update(line_manager=manager)
    client = signed_in(manager)
    assert f"/absence/{officer.pk}/" in client.get("/work/team/").content.decode()
    assert f"/absence/{officer.pk}/" not in client.get("/work/everybody/").content.decode()


def test_whoever_is_back_says_so(signed_in, officer):
    away(officer)
    client = signed_in(officer)
    assert "I am back" in text(client.get("/absence/"))
    page = client.post("/absence/", {"is_back": "1"}, follow=True)
    assert "You are back." in page.content.decode()
    officer.refresh_from_db()
    assert officer.away_until is None


def test_back_after_it_was_said_is_not_an_absence_begun_again(signed_in, officer):
    client = signed_in(officer)
    away(officer)
    page = client.get(f"/absence/?until={NEXT_WEEK.isoformat()}", follow=True)
    assert "Not saved yet" not in page.content.decode()
    home = client.get("/").content.decode()
    assert "Go on with it" not in home
    assert f"You are away until {uk_date(NEXT_WEEK)}" in home


def test_a_task_that_another_has_is_not_said_to_be_theirs(leaver, another, officer, customer, organisation):
    decision = factories.decision(by=leaver, incidents=[factories.incident(by=officer, customer=customer)])
    review = factories.restriction(by=leaver, decision=decision).reviews.get()
    task = TaskRow.objects.get(kind="review.hold", record=review.pk)
    with time_machine.travel(review.due_on):
        assert "Hold the review" in str(shown_to(leaver))
        give_task(task, another)
        assert "Hold the review" not in str(shown_to(leaver))


def shown_to(person):
    return [record for group in groups(person, person).values() for record in group.shown]


def test_a_report_stays_with_an_officer_who_loses_another_role(administrator, customer, organisation):
    both = factories.staff("both", "Officer", "Manager")
    factories.incident(by=both, customer=customer, how_ended="")
    kept = permissions_of_roles(["Officer"])
    lost = [group.what for group in open_groups(both, administrator, keeps=kept)]
    assert not [what for what in lost if "report" in what]
    assert [group.what for group in open_groups(both, administrator) if "report" in group.what]


def test_a_day_that_is_half_typed_is_asked_for_and_ends_no_absence(signed_in, officer):
    """A browser sends it as if it were empty."""
    away(officer)
    page = signed_in(officer).post("/absence/", {"away_until": ""})
    assert "Give the last day, with its month and year." in text(page)
    officer.refresh_from_db()
    assert officer.away_until == NEXT_WEEK


@pytest.mark.parametrize("days", [-1, 900])
@pytest.mark.parametrize("has_seen", ["", "1"])
def test_an_absence_ends_on_a_day_to_come(signed_in, officer, days, has_seen):
    page = begin(signed_in(officer), timezone.localdate() + timedelta(days=days), has_seen=has_seen)
    assert page.status_code == 422
    officer.refresh_from_db()
    assert officer.away_until is None


@pytest.mark.parametrize("until", ["junk", "2020-01-01", "9999-12-31", "2026-02-30", "\0"])
def test_an_address_with_no_day_to_come_asks_for_one(signed_in, officer, until):
    page = signed_in(officer).get("/absence/", {"until": until})
    assert page.status_code in (200, 400)
    assert "Not saved yet" not in page.content.decode()


def test_a_line_manager_says_it_for_their_people_and_nobody_else_does(signed_in, leaver, another, officer):
    StaffMember.objects.filter(pk=officer.pk).update(line_manager=leaver)
    path = f"/absence/{officer.pk}/"
    for colleague in (another, factories.staff("peer", "Officer")):
        assert signed_in(colleague).get(path).status_code == 403
        assert begin(signed_in(colleague), NEXT_WEEK, path, has_seen="1").status_code == 403
    officer.refresh_from_db()
    assert officer.away_until is None
    client = signed_in(leaver)
    assert f"Say when {officer} is away" in text(client.get("/absence/"))
    begin(client, NEXT_WEEK, path)
    begin(client, NEXT_WEEK, path, has_seen="1")
    officer.refresh_from_db()
    assert officer.away_until == NEXT_WEEK
    assert [notice.text for notice in Notice.objects.filter(recipient=officer)] == [
        f"{officer} is away until {uk_date(NEXT_WEEK)}."
    ]


def test_whatever_asks_for_it_the_action_refuses_the_same(another, officer):
    with pytest.raises(Refused):
        set_absence(person=officer, by=another, away_until=NEXT_WEEK)
    with pytest.raises(Incomplete):
        set_absence(person=officer, by=officer, away_until=timezone.localdate() - timedelta(days=1))


def test_a_deputy_says_it_while_the_line_manager_is_away(signed_in, leaver, another, officer):
    leaver.deputy, leaver.away_until = another, NEXT_WEEK
    leaver.save()
    StaffMember.objects.filter(pk=officer.pk).update(line_manager=leaver)
    assert signed_in(another).get(f"/absence/{officer.pk}/").status_code == 200


# --- The last of a role --------------------------------------------------------------------------------------------------------


def test_that_nobody_else_is_there_is_said_and_told(signed_in, administrator):
    only = factories.staff("only", "Executive Team")
    other = factories.staff("other", "Executive Team")
    client = signed_in(only)
    assert "Nobody else is there" not in text(begin(client, NEXT_WEEK))
    back = timezone.localdate() + timedelta(days=3)
    away(other, back)
    sentence = f"Nobody else is there to hear an appeal until {uk_date(back)}."
    assert sentence in text(begin(client, NEXT_WEEK))
    begin(client, NEXT_WEEK, has_seen="1")
    for person in (administrator, other):
        assert sentence in [notice.text for notice in Notice.objects.filter(recipient=person)]
    only.refresh_from_db()
    assert only.is_away


def test_an_administrator_who_says_it_is_shown_the_same(signed_in, administrator):
    only = factories.staff("only", "Executive Team")
    client, day = signed_in(administrator), NEXT_WEEK.strftime("%d/%m/%Y")
    sentence = f"Nobody else is there to hear an appeal until {uk_date(NEXT_WEEK)}."
    assert sentence in text(change(client, only, away_until=day))
    assert change_seen(client, only, away_until=day).status_code == 302
    second = factories.staff("second", "Executive Team")
    assert not Notice.objects.filter(recipient=second).exists()
    assert Notice.objects.filter(recipient=administrator, text=sentence).exists()


# --- An account is closed, or a role taken -------------------------------------------------------------------------------------


def test_closing_an_account_shows_what_is_open_and_then_closes_it(
    signed_in, administrator, leaver, another, theirs
):
    page = change(signed_in(administrator), leaver, is_active="")
    assert "This is open for Leaver Example" in text(page)
    assert "Customers to look after (1)" in text(page)
    for hidden in ("Catriona", theirs.reference, "RES-", "INC-"):
        assert hidden not in page.content.decode()
    leaver.refresh_from_db()
    assert leaver.is_active
    assert change_seen(signed_in(administrator), leaver, is_active="").status_code == 302
    leaver.refresh_from_db()
    assert not leaver.is_active


def test_taking_a_role_shows_what_the_others_do_not_let_them_do_any_more(
    signed_in, administrator, leaver, another, theirs
):
    client = signed_in(administrator)
    assert change(client, leaver, groups=["Officer", "Manager"]).status_code == 302
    page = text(change(client, leaver, groups=["Data Protection"]))
    assert "Customers to look after (1)" in page
    assert "Colleagues to line manage" not in page
    page = change(client, leaver, groups=["Officer"])
    assert "Customers to look after" not in text(page)


def test_whoever_has_nothing_open_is_closed_at_once(signed_in, administrator, officer):
    assert change(signed_in(administrator), officer, is_active="").status_code == 302


def test_what_was_typed_beside_it_is_still_there(signed_in, administrator, leaver, another, theirs):
    page = change(signed_in(administrator), leaver, is_active="", job_title="Was a manager")
    form = html.fromstring(page.content).get_element_by_id("staffmember_form")
    assert form.fields["job_title"] == "Was a manager"
    assert ACCOUNTS in page.request["PATH_INFO"]
