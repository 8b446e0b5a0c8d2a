"""Whatever waits is chased: told ahead, on the day, late, passed on, to the Management Team. Policy §23, 25, 57."""

import datetime
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command

from cha_engagement.customers.enums import Channel
from cha_engagement.desk import chasing
from cha_engagement.desk.models import ChasedTask, HeldTask, TaskRow
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.interfaces import TaskKind, task_kinds
from cha_engagement.staff.models import Notice
from incidents import actions as incidents
from incidents.agreements import actions as agreements
from incidents.conversations import actions as conversations
from incidents.enums import Category, Outcome
from reviews import actions as reviews
from tests import factories
from tests.desks import chase, task_rows, travel_to

pytestmark = pytest.mark.django_db
WEDNESDAY = datetime.date(2026, 12, 2)


@pytest.fixture(autouse=True)
def wednesday():
    with travel_to(WEDNESDAY):
        yield


def leave(person):
    person.is_active = False
    person.save()


@pytest.fixture
def another(db):
    return factories.staff("another", "Manager")


@pytest.fixture
def threat(officer, customer, organisation):
    """Violence, of which whoever reported it has talked already."""
    incident = factories.incident(by=officer, customer=customer, categories=[Category.VIOLENCE])
    colleague = factories.staff("colleague", "Manager")
    for conversation in incident.conversations.all():
        conversations.hold_conversation(conversation=conversation, by=colleague)
    leave(colleague)
    return incident


@pytest.fixture
def rudeness(officer, customer, organisation):
    """An incident that a manager is to decide on within five days."""
    return factories.incident(
        by=officer,
        customer=customer,
        categories=[Category.UNREASONABLE_DEMANDS],
        contact_ended="no",
        how_ended="",
    )


def working_day(count):
    return add_working_days(WEDNESDAY, count)


def has(user, record, day=WEDNESDAY):
    with travel_to(day):
        return record.reference in {row["reference"] for row in task_rows(user, "incident.assess")}


def test_no_kind_of_task_goes_without_how_it_is_chased():
    with pytest.raises(TypeError, match="chasing"):
        TaskKind("Do it", "home")
    organisation = Organisation()
    for kind in task_kinds().values():
        names = [kind.chasing.passed_on, *filter(None, [kind.chasing.ahead])]
        assert all(isinstance(getattr(organisation, name), int) for name in names)
        assert kind.chasing.next_people


@pytest.mark.policy("24", "25")
def test_what_cannot_wait_is_everybodys_at_first_and_one_persons_the_next_morning(manager, another, threat):
    assert has(manager, threat)
    assert has(another, threat)
    told = chase(working_day(1))
    assert told == {"manager": "1 task cannot wait. It is yours from now on."}
    assert has(manager, threat, working_day(1))
    assert not has(another, threat, working_day(1))


@pytest.mark.policy("24")
def test_what_cannot_wait_is_said_each_morning_until_it_is_done(manager, threat):
    assert [bool(chase(working_day(count))) for count in (1, 2, 3, 4)] == [True] * 4
    with travel_to(working_day(4)):
        factories.assess_incident(threat, by=manager)
    assert "cannot wait" not in chase(working_day(5)).get("manager", "")


@pytest.mark.policy("57")
def test_what_somebody_has_waits_for_the_others_while_they_are_away(manager, another, threat):
    chase(working_day(1))
    manager.away_until = working_day(3)
    manager.save()
    assert has(another, threat, working_day(2))
    assert not has(another, threat, working_day(4))


@pytest.mark.policy("57")
def test_what_is_late_goes_to_one_other_then_to_the_management_team_and_never_back(
    manager, another, management, threat
):
    first = chase(working_day(1))
    assert [*first] == ["manager"]
    second = chase(working_day(2))
    assert "yours from now on" in second["another"]
    assert "manager" not in second
    third = chase(working_day(3))
    assert second["management"] == "1 task is late though it was passed on."
    assert third["management"] == "1 task cannot wait. It is yours from now on."
    holders = list(HeldTask.objects.order_by("pk").values_list("holder__username", flat=True))
    assert holders == ["manager", "another", "management"]


@pytest.mark.policy("57")
def test_a_talk_that_somebody_took_and_did_not_hold_can_be_held_by_whoever_it_is_passed_to(
    officer, manager, another, customer, organisation
):
    talk = factories.incident(by=officer, customer=customer).conversations.get()
    talk = conversations.take_conversation(conversation=talk, by=manager)
    for day in range(1, 4):
        chase(working_day(day))
    holder = HeldTask.objects.get(record=talk.pk, kind="conversation.hold", ended_at=None).holder
    assert holder == another
    with travel_to(working_day(3)):
        assert conversations.hold_conversation(conversation=talk, by=another).held_by == another


@pytest.mark.policy("22", "25")
def test_it_is_given_to_the_line_manager_and_to_an_executive_last(officer, threat, customer):
    factories.staff("both", "Manager", "Executive Team")
    factories.staff("first", "Manager")
    officer.line_manager = factories.staff("line", "Manager")
    officer.save()
    assert [*chase(working_day(1))] == ["line"]
    assert [*chase(working_day(2))] == ["first"]
    assert [*chase(working_day(3))] == ["both"]


@pytest.mark.policy("57")
def test_where_nobody_else_could_do_it_the_line_manager_is_told(officer, manager, customer, organisation):
    officer.line_manager = manager
    officer.save()
    factories.incident(by=officer, customer=customer, affected_staff=[officer])
    agreements.ask_agreement(customer=customer, by=manager, submission=uuid4(), person=officer)
    told = [chase(working_day(count)) for count in range(30)]
    assert any("late" in morning.get("officer", "") for morning in told)
    assert any("1 is late with a colleague" in morning.get("manager", "") for morning in told)


def test_what_is_due_later_is_said_ahead_on_the_day_and_late_and_then_once_a_week(manager, rudeness):
    task = TaskRow.objects.get(kind="incident.assess")
    said = {}
    for count in range(1, 12):
        day = working_day(count)
        if words := chase(day).get("manager"):
            said[(day - task.due_on).days] = words
    assert [words for days, words in said.items() if days < 0] == ["1 task is due soon."]
    assert said[0].startswith("1 task is due today")
    assert [words for days, words in said.items() if 0 < days < 7] == ["1 task is late."]


def test_run_twice_it_says_and_passes_on_nothing_again(manager, another, threat):
    chase(working_day(1))
    assert chase(working_day(1)) == {}
    chase(working_day(2))
    assert chase(working_day(2)) == {}
    assert HeldTask.objects.count() == 2


def test_ten_days_without_it_are_made_up_for_by_one_message(manager, threat, rudeness):
    assert chase(working_day(10))["manager"] == "1 task cannot wait and 1 is late."


def test_at_a_weekend_nobody_is_given_anything_and_all_hear_of_what_cannot_wait(
    manager, another, threat, rudeness
):
    told = chase(datetime.date(2026, 12, 5))
    assert told == {"manager": "1 task cannot wait.", "another": "1 task cannot wait."}
    assert not HeldTask.objects.exists()


@pytest.mark.policy("57")
def test_what_nobody_can_do_is_said_to_executives_and_administrators_until_somebody_is_back(
    manager, executive, administrator, threat, signed_in
):
    manager.away_until = working_day(3)
    manager.save()
    told = chase(working_day(1))
    assert told == dict.fromkeys(
        ("executive", "admin"), "1 task waits with nobody: no one is there who could do it."
    )
    assert ChasedTask.objects.get().stage == 0
    page = signed_in(administrator).get("/work/nobody/").content.decode()
    assert threat.reference in page
    assert threat.customer.name not in page
    assert chase(working_day(2)) == {}
    assert chase(working_day(4)) == {"manager": "1 task cannot wait."}
    assert threat.reference not in signed_in(administrator).get("/work/nobody/").content.decode()


@pytest.mark.beyond("B33")
def test_of_a_case_that_few_can_read_no_reference_is_shown(
    manager, another, executive, administrator, threat, signed_in
):
    factories.limit_readers(threat.customer, by=manager, readers=[manager, another])
    for person in (manager, another):
        person.away_until = working_day(3)
        person.save()
    assert "with nobody" in chase(working_day(1))["executive"]
    for person in (executive, administrator):
        page = signed_in(person).get("/work/nobody/").content.decode()
        assert "A case that few can read" in page
        assert threat.reference not in page


@pytest.mark.policy("57")
def test_what_waits_for_nobody_any_more_is_not_said_to_wait_with_nobody(
    officer, manager, customer, organisation
):
    """A letter is asked for while whoever has it in hand is away, and their draft alone once they are back."""
    incident = factories.incident(by=officer, customer=customer)
    factories.assess_incident(incident, by=manager, outcome=Outcome.WARNING_LETTER)
    incidents.write_letter(incident=incident, by=manager)
    manager.away_until = working_day(9)
    manager.save()
    chase(working_day(8))
    (row,) = ChasedTask.objects.filter(kind="incident.write")
    assert row.nobody_since == working_day(8)
    chase(working_day(10))
    row.refresh_from_db()
    assert row.nobody_since is None


@pytest.mark.policy("22")
def test_an_appeal_past_its_day_is_chased_like_a_review(officer, manager, executive, customer, organisation):
    incident = factories.incident(by=officer, customer=customer)
    restriction = factories.restriction(
        by=manager, decision=factories.decision(by=manager, incidents=[incident])
    )
    appeal = reviews.log_appeal(
        customer=customer,
        by=officer,
        submission=uuid4(),
        restrictions=[restriction],
        received_on=today(),
        channel=Channel.PHONE,
        lodged_by="Órla",
        grounds="It is not fair.",
    )
    task = TaskRow.objects.filter(reference=appeal.reference).order_by("due_on").last()
    told = chase(add_working_days(task.due_on, 1))
    assert "late" in told["executive"]


def test_a_task_that_is_due_on_another_day_is_chased_anew(officer, manager, rudeness):
    assert chase(working_day(1))["manager"] == "1 task is due soon."
    assert "manager" not in chase(working_day(2))
    with travel_to(working_day(2)):
        incidents.change_incident(
            incident=rudeness,
            by=officer,
            version=rudeness.version,
            categories=[Category.VIOLENCE],
            facts=f"{rudeness.facts}\n\nThen he hit the counter with a bat.",
            raised_reason="He hit the counter with a bat.",
        )
    assert (
        chase(working_day(3))["manager"] == "2 tasks cannot wait."
    )  # to decide, and to talk with the officer


def test_what_was_said_of_what_is_done_is_forgotten(manager, another, threat):
    chase(working_day(1))
    factories.assess_incident(threat, by=manager)
    chase(working_day(2))
    assert not ChasedTask.objects.filter(kind="incident.assess").exists()
    assert not HeldTask.objects.filter(kind="incident.assess").exists()


@pytest.mark.policy("13")
def test_what_somebody_has_whom_it_affected_waits_for_the_others(manager, another, threat):
    chase(working_day(1))
    assert not has(another, threat, working_day(1))
    incidents.change_incident(
        incident=threat,
        by=another,
        version=threat.version,
        affected_staff=[manager],
        affected_how="Manager was pushed.",
        correction_reason="Manager was there too.",
    )
    assert has(another, threat, working_day(1))
    assert not has(manager, threat, working_day(1))


def test_the_daily_job_chases(manager, threat):
    with travel_to(working_day(1), hour=7):
        out = StringIO()
        call_command("daily", stdout=out)
    assert "1 told of what waits for them." in out.getvalue()


@pytest.mark.policy("24", "57")
@pytest.mark.beyond("B21", "B25")
def test_each_gets_one_message_a_morning_whatever_waits_and_lapses(
    officer, manager, management, customer, threat, organisation
):
    """A threat on which nobody has decided, one that is assessed, an interim measure on its last day and what is late for long are told of in one."""
    organisation.promises_adopted_on, organisation.promises_adopted_by = WEDNESDAY, "Housing committee"
    organisation.save()
    calm = factories.incident(by=officer, customer=customer, categories=[Category.LEVEL_OF_CONTACT])
    decision = factories.decision(by=manager, incidents=[calm])
    review = factories.restriction(by=manager, decision=decision, **factories.WAITS).reviews.get()
    with travel_to(add_working_days(review.due_on, 22)):
        second = factories.incident(by=officer, customer=customer, categories=[Category.PHYSICAL_THREAT])
        assessed = factories.assess_incident(second, by=manager)
        interim = factories.interim_measure(by=manager, incidents=[assessed])
    with travel_to(interim.ends_on - datetime.timedelta(days=1), hour=7):
        call_command("daily", stdout=StringIO())
    with travel_to(interim.ends_on, hour=7):
        told = set(Notice.objects.values_list("pk", flat=True))
        for _ in range(2):
            call_command("daily", stdout=StringIO())
        new = Notice.objects.exclude(pk__in=told).filter(is_task=True)
        texts = {notice.recipient.username: notice.text for notice in new}
    assert len(texts) == len(new)
    assert "An interim measure lapses soon unless somebody decides." in texts["management"]
    assert all("cannot wait" in text and assessed.reference in text for text in texts.values())


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"cannot_wait": 1}, "1 task cannot wait."),
        ({"late": 3, "today": 1}, "3 tasks are late and 1 is due today."),
        (
            {"cannot_wait": 2, "late": 1, "soon": 4, "given": 2},
            "2 tasks cannot wait, 1 is late and 4 are due soon. 2 of these are yours from now on.",
        ),
        ({"team": 1}, "1 task is late though it was passed on."),
        ({"late": 2, "given": 2}, "2 tasks are late. All are yours from now on."),
    ],
)
def test_a_message_says_how_many_there_are_of_each_sort(counts, words):
    assert (
        chasing.message_in_words(chasing.Counter({chasing.Counted(sort): n for sort, n in counts.items()}))
        == words
    )
