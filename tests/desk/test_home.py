from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone
from lxml.html import fromstring

from cha_engagement.core.paging import PAGE_SIZE
from cha_engagement.desk import queries
from cha_engagement.desk.waiting import Deadline
from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.interfaces import task_kinds
from cha_engagement.staff.models import Notice, StaffMember
from incidents.enums import Category, Harm, Outcome, YesNo
from restrictions import actions as restrictions
from restrictions.models import ManagementDecision
from tests import desks, factories

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def report(officer, manager):
    """An officer whose line manager is the manager."""
    officer.line_manager = manager
    officer.save()
    return officer


def task_rows(client):
    return client.get("/").context["page"].rows


@pytest.mark.policy("25")
def test_urgent_tasks_come_first(signed_in, report, manager, customer):
    factories.incident(by=report, customer=customer, categories=[Category.REFUSAL])
    threat = factories.incident(by=report, customer=customer, categories=[Category.OTHER_THREAT])
    rows = task_rows(signed_in(manager))
    urgent = [row for row in rows if row["tag"]]
    assert rows[: len(urgent)] == urgent
    assert f"{threat.get_absolute_url()}assess/" in {row["url"] for row in urgent}
    assert {row["tag"]["text"] for row in urgent} == {"At once"}


@pytest.mark.policy("24")
def test_what_cannot_wait_says_since_when_it_waits(signed_in, report, manager, customer):
    with time_machine.travel("2026-05-04T13:05:00Z", tick=False):
        factories.incident(by=report, customer=customer, categories=[Category.OTHER_THREAT])
        assert {row["when"] for row in task_rows(signed_in(manager)) if row["tag"]} == {"Waiting since 14:05"}
    with time_machine.travel("2026-05-06T08:00:00Z", tick=False):
        waits = {row["when"] for row in task_rows(signed_in(manager)) if row["tag"]}
        assert waits == {"Waiting since Monday 4 May"}


@pytest.mark.policy("57")
@pytest.mark.beyond("B32")
def test_a_manager_sees_what_waits_for_their_team_and_for_everybody(signed_in, report, manager):
    stranger = factories.staff("robin", "Officer")
    for somebody in (report, stranger):
        factories.incident(by=somebody, customer=None, unidentified_person="A caller with a Fife accent")
    client = signed_in(manager)
    of_team = hints(client, "/work/team/")
    assert any(f"For {report.first_name}" in hint for hint in of_team)
    assert not any("For Robin" in hint for hint in of_team)
    of_everybody = hints(client, "/work/everybody/")
    assert any("For Robin" in hint for hint in of_everybody)
    assert any(not hint.startswith("For ") for hint in of_everybody)
    assert not any("For " in hint for hint in hints(client, "/"))


@pytest.mark.policy("57")
@pytest.mark.beyond("B32")
def test_a_manager_sees_who_has_how_much_and_what_one_colleague_has(signed_in, report, manager):
    stranger = factories.staff("robin", "Officer")
    for somebody in (report, stranger, stranger):
        factories.incident(by=somebody, customer=None, unidentified_person="A caller with a Fife accent")
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=False):
        client = signed_in(manager)
        loads = {
            load.person: (load.count, load.late)
            for load in client.get("/work/everybody/").context["others"].loads
        }
        assert loads[stranger] == (2, 2)
        assert loads[report] == (1, 1)
        page = client.get("/work/everybody/?of=robin")
        assert [row["hint"].partition(" · ")[0] for row in page.context["page"].rows] == ["For Robin"] * 2
        assert f"what waits for {stranger} alone" in page.content.decode()
        assert stranger not in [load.person for load in client.get("/work/team/").context["others"].loads]
        everything = hints(client, "/work/everybody/")
        assert hints(client, "/work/everybody/?of=nobody-of-that-name") == everything != []


@pytest.mark.policy("57")
@pytest.mark.parametrize("leaves", ["account", "role"])
def test_nothing_waits_by_name_for_somebody_who_cannot_do_it_any_more(signed_in, report, manager, leaves):
    factories.incident(by=report, customer=None, unidentified_person="A caller with a Fife accent")
    if leaves == "account":
        StaffMember.objects.filter(pk=report.pk).update(is_active=False)
    else:
        report.groups.clear()
    client = signed_in(manager)
    for path in ("/work/team/", "/work/everybody/"):
        assert not any(f"For {report.first_name}" in hint for hint in hints(client, path))
    assert hints(client, "/work/everybody/")
    assert not hints(client, "/work/team/")


def test_a_task_says_what_is_reviewed_or_proposed(signed_in, officer, manager, customer):
    incident = factories.incident(by=officer, customer=customer)
    decision = factories.decision(by=manager, incidents=[incident])
    imposed = factories.restriction(by=manager, decision=decision)
    proposed = factories.proposal(by=officer, incidents=[incident])
    with time_machine.travel(imposed.reviews.get().due_on, tick=False):
        of_everybody = hints(signed_in(manager), "/work/everybody/")
    assert any(imposed.title in hint and "REV-" in hint for hint in of_everybody)
    assert any(proposed.title in hint for hint in of_everybody)


def test_a_task_says_which_letter_it_is(signed_in, officer, manager, customer):
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    factories.restriction(by=manager, decision=decision, **factories.WAITS)
    letter = restrictions.draft_decision_letter(decision=ManagementDecision.objects.get(), by=manager)
    row = next(row for row in task_rows(signed_in(manager)) if row["url"] == letter.get_absolute_url())
    assert row["hint"] == f"{letter.letter_kind.title} · {letter.reference}"


def test_a_task_to_close_an_incident_says_what_it_was(signed_in, officer, manager, customer):
    incident = factories.incident(by=officer, customer=customer)
    factories.assess_incident(incident, by=manager, outcome=Outcome.WARNED)
    with time_machine.travel(timezone.now() + timedelta(days=6), tick=False):
        row = next(row for row in task_rows(signed_in(manager)) if row["title"] == "Close an incident")
    assert row["hint"] == f"{incident.kinds_in_words} · {incident.reference}"


def hints(client, path):
    return [row["hint"] for row in client.get(path).context["page"].rows]


@pytest.mark.beyond("B32")
def test_an_officer_sees_no_work_of_others(signed_in, report, officer):
    client = signed_in(officer)
    assert client.get("/work/everybody/").status_code == 403
    assert "My team" not in client.get("/").content.decode()


def test_a_task_is_overdue_from_the_day_after_it_was_due(signed_in, report, manager, customer):
    with time_machine.travel("2026-05-04T10:00:00Z", tick=False):
        factories.incident(
            by=report, customer=customer, categories=[Category.REFUSAL], contact_ended=YesNo.NO, how_ended=""
        )
    with time_machine.travel("2026-05-09T22:30:00Z", tick=False):
        row = next(row for row in task_rows(signed_in(manager)) if row["due"] == date(2026, 5, 9))
        assert not row["overdue"]
    with time_machine.travel("2026-05-09T23:30:00Z", tick=False):
        assert next(row for row in task_rows(signed_in(manager)) if row["due"] == date(2026, 5, 9))["overdue"]


def test_a_long_list_goes_on_over_pages_without_losing_a_task(signed_in, report, manager, customer):
    for _ in range(32):
        factories.incident(by=report, customer=customer, categories=[Category.REFUSAL])
    client = signed_in(manager)
    page = client.get("/").context["page"]
    urls = [row["url"] for row in page.rows]
    while page.next_url:
        page = client.get(f"/{page.next_url}").context["page"]
        urls += [row["url"] for row in page.rows]
    assert len({url for url in urls if "/INC-" in url}) == 32


@pytest.mark.policy("24")
@pytest.mark.parametrize(
    ("categories", "danger", "note"),
    [
        (
            [Category.REFUSAL, Category.OTHER_THREAT, Category.ABUSE],
            "Other threat",
            "Abuse, Refusal to co-operate",
        ),
        ([Category.HARASSMENT], "Harassment", ""),
        ([Category.ABUSE, Category.REFUSAL], "", "Abuse, Refusal to co-operate"),
        ([], "A manager has not said yet what it was", ""),
    ],
)
def test_tasks_lists_and_its_page_show_what_an_incident_was_and_a_threat_by_a_sign(
    signed_in, report, manager, customer, categories, danger, note
):
    incident = factories.incident(by=report, customer=customer, categories=categories)
    client = signed_in(manager)
    row = next(row for row in task_rows(client) if row["url"] == f"{incident.get_absolute_url()}assess/")
    assert (row["danger"], row["who"]) == (danger, customer.name)
    assert row["hint"] == " · ".join(filter(None, (note, report.first_name, incident.reference)))
    sign = f'<strong class="app-danger">{danger}</strong>'
    for path in ("/", incident.get_absolute_url(), f"{incident.get_absolute_url()}assess/", "/incidents/"):
        assert (sign in client.get(path).content.decode()) == bool(danger), path


@pytest.mark.policy("24")
@pytest.mark.parametrize(
    ("harm", "categories", "danger"),
    [
        (Harm.YES, [Category.REFUSAL], "Somebody was threatened, hurt or abused"),
        (Harm.NOT_SURE, [], "Somebody may have been threatened, hurt or abused"),
        (Harm.NO, [Category.REFUSAL], ""),
        (Harm.YES, [Category.ABUSE], ""),
        (Harm.YES, [Category.PHYSICAL_THREAT], "Physical threat"),
    ],
)
def test_a_task_shows_the_harm_that_its_reporter_said(
    signed_in, report, manager, customer, harm, categories, danger
):
    incident = factories.incident(by=report, customer=customer, categories=categories, harm=harm)
    rows = task_rows(signed_in(manager))
    assert (
        next(row for row in rows if row["url"] == f"{incident.get_absolute_url()}assess/")["danger"] == danger
    )


@pytest.mark.beyond("B16")
def test_tasks_stand_below_headings_by_when_they_are_due(signed_in, report, manager, customer, time_machine):
    time_machine.move_to("2026-05-05T10:00:00Z", tick=False)  # a Tuesday
    for number in range(3):
        factories.incident(by=report, customer=customer, categories=[Category.REFUSAL])
        time_machine.move_to(f"2026-05-{7 + 2 * number:02}T10:00:00Z", tick=False)
    factories.incident(by=report, customer=customer, categories=[Category.ABUSE])
    rows = [row for row in task_rows(signed_in(manager)) if "/INC-" in row["url"]]
    assert [(row["section"]["title"], row["when"]) for row in rows] == [
        ("Now", "Waiting since 11:00"),
        ("Today", "Was due yesterday"),
        ("This week", "Due tomorrow"),
        ("This week", "Due on Thursday 14 May"),
    ]


@pytest.mark.parametrize(
    ("due", "section", "when"),
    [
        (date(2026, 12, 26), "Today", "Was due 4 days ago"),
        (date(2026, 12, 29), "Today", "Was due yesterday"),
        (date(2026, 12, 30), "Today", "Due today"),
        (date(2026, 12, 31), "This week", "Due tomorrow"),
        (date(2027, 1, 3), "This week", "Due on Sunday 3 January 2027"),
        (date(2027, 1, 4), "Later", "Due on Monday 4 January 2027"),
    ],
)
def test_a_day_is_said_as_people_say_it_and_a_week_ends_with_its_sunday(due, section, when):
    today = date(2026, 12, 30)
    assert queries.work_section(Deadline(None, due), today) == section
    assert queries.due_in_words(due, today) == when


def test_what_is_only_tidying_stands_behind_what_somebody_waits_for(signed_in, report, manager, customer):
    """Below each heading: an incident to close has been overdue for longer than the decision on another is."""
    with time_machine.travel(timezone.now() - timedelta(days=20)):
        closable = factories.incident(by=report, customer=customer)
        factories.assess_incident(closable, by=manager, outcome=Outcome.WARNED)
    with time_machine.travel(timezone.now() - timedelta(days=8)):
        rude = {"categories": [Category.UNREASONABLE_DEMANDS], "contact_ended": "no", "how_ended": ""}
        factories.incident(by=report, customer=customer, **rude)
    titles = [row["title"] for row in signed_in(manager).get("/").context["page"].rows]
    assert titles.index("Decide what follows") < titles.index("Close an incident")


def test_the_number_below_a_heading_is_that_of_all_pages(signed_in, report, manager, customer):
    for _ in range(32):
        factories.incident(by=report, customer=customer, categories=[Category.ABUSE])
    client = signed_in(manager)
    page = client.get("/").context["page"]
    rows = page.rows
    while page.next_url:
        page = client.get(f"/{page.next_url}").context["page"]
        rows += page.rows
    urgent = [row["section"] for row in rows if row["section"]["title"] == "Now"]
    assert len(urgent) >= 32
    assert {heading["count"] for heading in urgent} == {len(urgent)}


@pytest.mark.parametrize("count", [1, PAGE_SIZE])
def test_home_takes_at_most_ten_queries(
    signed_in, report, manager, customer, organisation, count, django_assert_max_num_queries
):
    for _ in range(count):
        factories.incident(by=report, customer=customer)
    client = signed_in(manager)
    with django_assert_max_num_queries(10):
        assert len(task_rows(client)) >= count


def test_an_empty_home_page_says_what_will_be_there(signed_in, officer, administrator):
    html = signed_in(officer).get("/").content.decode()
    assert "What needs you will be listed here" in html
    assert "Look up a customer" in html
    assert "Look up a customer" not in signed_in(administrator).get("/").content.decode()


def test_every_task_has_a_name_and_a_page(report, manager, customer):
    factories.incident(by=report, customer=customer)
    kinds = {row["kind"] for user in (report, manager) for row in desks.task_rows(user)}
    assert kinds
    assert kinds <= task_kinds().keys()


def test_a_notice_stands_until_it_is_read(signed_in, officer):
    notify_staff(
        [officer], text="An incident you reported was decided.", path="/customers/", reference="INC-2026-0001"
    )
    client = signed_in(officer)
    leads_there = '<a class="govuk-link" href="/customers/">An incident you reported was decided.</a>'
    assert leads_there in client.get("/").content.decode()
    answer = client.post(f"/notices/{Notice.objects.get().pk}/read/")
    assert answer.headers["Location"] == "/"
    assert "An incident you reported was decided." not in client.get("/").content.decode()


def test_all_notices_are_read_with_one_press_but_those_that_came_since(signed_in, officer, manager):
    for number in range(12):
        notify_staff([officer, manager], text=f"Notice {number}.", path="/")
    client = signed_in(officer)
    assert "12 messages, the newest 10 of them here" in client.get("/").content.decode()
    newest = Notice.objects.filter(recipient=officer).latest("pk")
    notify_staff([officer], text="Come since.", path="/")
    client.post(f"/notices/{newest.pk}/read-up-to/")
    assert [notice.text for notice in Notice.objects.filter(recipient=officer, read_at=None)] == [
        "Come since."
    ]
    assert Notice.objects.filter(recipient=manager, read_at=None).count() == 12
    assert "Mark all as read" not in client.get("/").content.decode()
    assert signed_in(manager).post(f"/notices/{newest.pk}/read-up-to/").status_code == 404


@pytest.mark.policy("24")
def test_what_cannot_wait_stands_before_messages_and_they_before_everything_else(
    signed_in, report, manager, customer
):
    notify_staff([report, manager], text="For you.", path="/")
    factories.incident(by=report, customer=customer, categories=[Category.OTHER_THREAT])
    assert headings(signed_in(manager))[:2] == ["Now", "For you to read"]
    assert headings(signed_in(report))[0] == "For you to read"


def test_the_newest_three_messages_are_shown_and_the_others_folded(signed_in, officer):
    for number in range(5):
        notify_staff([officer], text=f"Message {number}.", path="/")
    page = fromstring(signed_in(officer).get("/").content)
    shown = page.xpath("//ul[@class='app-notices'][not(ancestor::details)]//a")
    assert [link.text for link in shown] == ["Message 4.", "Message 3.", "Message 2."]
    (folded,) = page.xpath("//details[.//ul[@class='app-notices']]")
    assert "2 more messages" in folded.text_content()
    assert [link.text for link in folded.xpath(".//a")] == ["Message 1.", "Message 0."]


def headings(client):
    page = fromstring(client.get("/").content)
    return [heading.text.strip() for heading in page.xpath("//main//h2")]


def test_a_notice_is_read_by_nobody_else_and_by_no_link(signed_in, officer, manager):
    notify_staff([officer], text="For you.", path="/")
    url = f"/notices/{Notice.objects.get().pk}/read/"
    assert signed_in(manager).post(url).status_code == 404
    opened = signed_in(officer).get(url)
    assert (opened.status_code, opened.headers["Allow"]) == (405, "POST")
    assert "It belongs to a button." in opened.content.decode()
    assert Notice.objects.get().read_at is None


def test_the_menu_offers_the_pages_of_the_role_and_marks_the_current_one(
    signed_in, officer, administrator, customer
):
    items = signed_in(officer).get(customer.get_absolute_url()).context["nav"]
    assert {"My work", "Customers", "Look up"} <= {item["title"] for item in items}
    assert [item["title"] for item in items if item["current"]] == ["Customers"]
    offered = {item["title"] for item in signed_in(administrator).get("/").context["nav"]}
    assert offered.isdisjoint({"Customers", "Incidents", "Look up"})


def test_a_page_for_anybody_reads_nothing(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/").headers["Location"] == "/accounts/login/?next=/"


def test_a_removed_role_is_gone_at_the_next_request(signed_in, officer):
    client = signed_in(officer)
    assert client.get("/look-up/").status_code == 200
    officer.groups.clear()
    assert client.get("/look-up/").status_code == 403
    StaffMember.objects.update(is_active=False)
    assert client.get("/look-up/").status_code == 302


def test_old_unread_notices_are_left_out(signed_in, officer):
    for number in range(12):
        Notice.objects.create(
            recipient=officer,
            text=f"Notice {number}.",
            path="/",
            created_at=timezone.now() - timedelta(days=number),
        )
    html = signed_in(officer).get("/").content.decode()
    assert "Notice 0." in html
    assert "Notice 11." not in html


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", "My work"),
        ("/talks/TLK-2026-0001/", "My work"),
        ("/contacts/CON-2026-0001/", "Customers"),
        ("/lists/letters/keep/", "Letters"),
        ("/evidence/EVI-2026-0001/", "Incidents"),
        ("/restorative/RST-2026-0001/", "Incidents"),
        ("/contact-requests/ASK-2026-0001/", "Incidents"),
        ("/interim/INT-2026-0001/", "Restrictions"),
        ("/decisions/DEC-2026-0001/", "Decisions"),
        ("/letters/LET-2026-0001/", "Letters"),
    ],
)
def test_the_menu_marks_the_present_place_also_where_nothing_is_found(signed_in, manager, path, current):
    page = fromstring(signed_in(manager).get(path).content)
    (marked,) = page.xpath("//nav[@aria-label='Menu']//a[@aria-current]")
    assert marked.text_content().startswith(current)


@pytest.mark.policy("65")
def test_a_notice_names_nobody_to_whom_no_role_lets_know_of_customers(signed_in, officer, administrator):
    for person, is_named in ((officer, True), (administrator, False)):
        words = {"text": "CUS-2026-0042 waits.", "shown_text": "Gregor Imrie waits.", "path": "/"}
        Notice.objects.create(recipient=person, **words)
        page = signed_in(person).get("/").content.decode()
        assert ("Gregor Imrie waits." in page) == is_named
        assert ("CUS-2026-0042 waits." in page) == (not is_named)


def test_a_printed_page_says_as_of_when_and_for_whom(signed_in, officer):
    with time_machine.travel("2026-05-04T13:05:00Z", tick=False):
        page = fromstring(signed_in(officer).get("/").content)
    (line,) = page.find_class("app-print-line")
    assert line.text_content() == f"As of 4 May 2026 at 14:05, for {officer}. Confidential."
