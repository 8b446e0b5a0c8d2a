"""A letter that came back undoes that its customer was told. Beyond the policy: B23."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.letters import actions as letters
from cha_engagement.letters.enums import SentBy
from cha_engagement.letters.rendering import pdf
from cha_engagement.organisation.calendar import add_months, add_working_days, start_of_day, today
from cha_engagement.organisation.models import AdviceOrganisation
from incidents.enums import Category
from incidents.queries import has_caution, undecided_threats
from restrictions import actions
from restrictions.breaches.actions import confirm_breach
from restrictions.breaches.models import BreachStatus
from restrictions.contact_plan import contact_plan
from restrictions.enums import Begins
from reviews.queries import rights_to_appeal
from tests import factories
from tests.desks import task_rows
from tests.factories import WAITS
from tests.timelines import shown_kinds

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.beyond("B23"),
    pytest.mark.usefixtures("organisation", "adviser"),
]


@pytest.fixture(autouse=True)
def skip_pdfs(monkeypatch):
    """Render no PDF: how a letter looks is tested elsewhere."""
    monkeypatch.setattr(pdf, "write_pdf", lambda *page: b"%PDF-")


@pytest.fixture
def adviser(organisation):
    return AdviceOrganisation.objects.create(
        name="Lochside Advice", helps_with="housing", contact="0800 496 0002"
    )


@pytest.fixture
def waiting(manager, decision):
    return factories.restriction(by=manager, decision=decision, **WAITS)


def send(letter, by, channel=SentBy.LETTER, **changes):
    letter.refresh_from_db()
    issued = letter if letter.issued_at else factories.issue_letter(letter, by=by)
    return letters.send_letter(
        letter=issued,
        by=by,
        version=issued.version,
        sent_by_channel=channel,
        sent_on=today(),
        **factories.handed_over(channel, by=by) | changes,
    )


def write(decision, by):
    return actions.draft_decision_letter(decision=decision, by=by)


def come_back(letter, by):
    return letters.record_come_back(
        letter=letter,
        by=by,
        version=letter.version,
        came_back_on=today(),
        came_back_reason="No longer at this address.",
    )


def reload(record):
    return type(record).objects.get(pk=record.pk)


def move_on(time_machine, working_days):
    time_machine.move_to(start_of_day(add_working_days(today(), working_days)) + timedelta(hours=10))


def test_what_began_by_a_letter_that_came_back_has_not_begun(
    waiting, decision, customer, manager, time_machine
):
    sent = send(write(decision, manager), manager)
    assert (reload(waiting).starts_on, reload(decision).explained_on) == (sent.received_on, sent.received_on)
    move_on(time_machine, 6)
    assert Channel.PHONE in contact_plan(customer).closed_channels

    returned = come_back(sent, manager)
    untold = reload(waiting)
    assert (untold.customer_notified_on, untold.starts_on, untold.is_in_force) == (None, None, False)
    assert not contact_plan(customer).closed_channels
    assert reload(decision).explained_on is None
    assert rights_to_appeal([untold])[untold.pk].last_day is None
    kinds = shown_kinds(customer, manager)
    assert {"letter.send", "letter.come_back", "restriction.tell", "restriction.untell"} <= set(kinds)

    again = send(returned, manager, SentBy.OFFICE)
    told = reload(waiting)
    assert (told.customer_notified_on, told.starts_on) == (today(), today())
    assert rights_to_appeal([told])[told.pk].last_day == add_working_days(again.received_on, 20)


def test_whoever_sends_it_is_asked_for_another_way(signed_in, waiting, decision, manager):
    sent = send(write(decision, manager), manager)
    assert not task_rows(manager, "letter.send", "letter.send_again")
    returned = come_back(sent, manager)
    [task] = task_rows(manager, "letter.send", "letter.send_again")
    assert (task["kind"], task["reference"]) == ("letter.send_again", sent.reference)
    page = signed_in(manager).get(task["url"]).content.decode()
    assert returned.came_back_reason in page
    assert reverse("letter_replace", args=[sent.reference]) in page
    assert reverse("letter_pdf", args=[sent.reference]) in page
    send(returned, manager, SentBy.HOME_VISIT)
    assert not task_rows(manager, "letter.send_again")


def test_or_for_a_new_letter_once_it_is_withdrawn(waiting, decision, manager):
    returned = come_back(send(write(decision, manager), manager), manager)
    letters.void_letter(letter=returned, by=manager, version=returned.version, void_reason="They moved.")
    assert not task_rows(manager, "letter.send_again")
    assert [row["reference"] for row in task_rows(manager, "restriction.tell")] == [waiting.reference]
    send(write(decision, manager), manager, SentBy.OFFICE)
    assert reload(waiting).is_in_force


def test_nothing_counts_against_them_that_came_before(
    waiting, decision, customer, manager, officer, time_machine
):
    sent = send(write(decision, manager), manager)
    move_on(time_machine, 4)
    confirmed, suggested = (factories.contact(by=officer, customer=customer).breaches.get() for _ in range(2))
    confirm_breach(breach=confirmed, by=officer)
    come_back(sent, manager)
    assert {reload(confirmed).status, reload(suggested).status} == {BreachStatus.DISMISSED}


@pytest.mark.policy("21.1")
@pytest.mark.parametrize("waits", [True, False])
def test_whom_it_names_hears_that_it_has_not_begun(waits, officer, manager, customer, decision):
    facts = factories.named_contact_facts(officer, manager, "letter") | (WAITS if waits else {})
    factories.restriction(by=manager, decision=decision, **facts)
    sent = send(write(decision, manager), manager)
    before = officer.notices.count()
    come_back(sent, manager)
    texts = [notice.text for notice in officer.notices.order_by("pk")[before:]]
    assert [text.startswith(f"You are not the named contact of {customer} yet") for text in texts] == (
        [True] if waits else []
    )


def test_what_was_told_in_another_way_too_stays_told(waiting, decision, manager, time_machine):
    by_post = send(write(decision, manager), manager)
    second = letters.replace_letter(
        letter=by_post, by=manager, submission="6c4ab4a5-6a5f-4a10-8f8c-8e4b5d3e8f11"
    )
    by_hand = send(second, manager, SentBy.OFFICE)
    come_back(reload(by_post), manager)
    told = reload(waiting)
    assert (told.customer_notified_on, told.starts_on) == (by_hand.received_on, today())


def test_the_later_of_two_letters_counts_where_the_first_came_back(waiting, decision, manager, time_machine):
    first = send(write(decision, manager), manager)
    move_on(time_machine, 3)
    second = letters.replace_letter(
        letter=first, by=manager, submission="6c4ab4a5-6a5f-4a10-8f8c-8e4b5d3e8f11"
    )
    second = send(second, manager)
    assert reload(waiting).customer_notified_on == first.received_on
    come_back(reload(first), manager)
    told = reload(waiting)
    assert told.customer_notified_on == told.starts_on == second.received_on
    assert second.received_on > today()


def test_a_version_that_goes_on_from_what_they_never_had_waits_too(waiting, decision, manager, time_machine):
    sent = send(write(decision, manager), manager)
    move_on(time_machine, 3)
    version = actions.vary_restriction(
        restriction=reload(waiting),
        by=manager,
        terms={"closed": ["phone"], "open": ["letter", "email", "office"]},
        status_reason="It went well.",
        first_review_on=add_months(today(), 2),
        review_months=2,
    )
    assert (version.begins, version.is_in_force) == (Begins.GOES_ON, True)
    come_back(sent, manager)
    version = reload(version)
    assert (version.begins, version.starts_on) == (Begins.WHEN_TOLD, None)


@pytest.fixture
def threat(officer, customer, manager):
    reported = factories.incident(by=officer, customer=customer, categories=[Category.PHYSICAL_THREAT])
    return factories.assess_incident(reported, by=manager)


@pytest.mark.policy("24")
def test_what_began_for_safety_stays_in_force_untold_and_so_does_the_caution(threat, manager, time_machine):
    decision = factories.decision(by=manager, incidents=[threat])
    restriction = factories.restriction(by=manager, decision=decision)
    sent = send(write(decision, manager), manager)
    began_on = today()
    move_on(time_machine, 6)
    assert not undecided_threats().exists()
    assert not has_caution(threat)

    returned = come_back(sent, manager)
    untold = reload(restriction)
    assert (untold.customer_notified_on, untold.is_in_force) == (None, True)
    assert untold.starts_on == began_on
    assert [*undecided_threats()] == [threat]
    assert has_caution(threat)

    send(returned, manager, SentBy.OFFICE)
    assert not undecided_threats().exists()


@pytest.mark.policy("24")
@pytest.mark.parametrize("begins", [WAITS, {}], ids=["when told", "for safety"])
def test_somebody_named_since_does_not_undo_what_the_first_letter_told(
    begins, manager, officer, threat, time_machine
):
    decision = factories.decision(by=manager, incidents=[threat])
    facts = {
        "kind": "named_contact",
        "terms": {"open": ["letter", "office"]},
        "named_contact": officer,
        "deputy": manager,
    }
    restriction = factories.restriction(by=manager, decision=decision, **facts, **begins)
    send(write(decision, manager), manager, SentBy.OFFICE)
    restriction = reload(restriction)
    time_machine.move_to(timezone.now() + timedelta(minutes=5))
    actions.replace_people(
        restriction=restriction,
        by=manager,
        version=restriction.version,
        status_reason="They left.",
        named_contact=factories.staff("calum", "Officer"),
        deputy=manager,
    )
    second = send(write(decision, manager), manager)
    assert reload(restriction).customer_notified_on == second.received_on
    come_back(second, manager)
    renamed = reload(restriction)
    assert (renamed.customer_notified_on, renamed.is_in_force) == (None, True)
    assert not undecided_threats().exists()


def test_what_was_counted_from_its_first_day_is_not_known_any_more(decision, manager, time_machine):
    counted = {"first_review_on": None, "review_months": 3, "lasts_months": 6}
    restriction = factories.restriction(by=manager, decision=decision, **WAITS, **counted)
    returned = come_back(send(write(decision, manager), manager), manager)
    untold = reload(restriction)
    assert (untold.starts_on, untold.first_review_on, untold.ends_on) == (None, None, None)
    assert not restriction.reviews.filter(status="scheduled").exists()
    move_on(time_machine, 5)
    send(returned, manager, SentBy.OFFICE)
    assert restriction.reviews.get(status="scheduled").due_on == add_months(today(), 3)


def test_whoever_changes_what_is_in_force_by_telling_locks_the_customer(
    waiting, decision, customer, manager, monkeypatch
):
    restriction = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["office"], "open": ["letter"]}
    )
    locked = []

    def reload_locked(record):
        locked.append(record)
        return lock(record)

    lock = Customer.reload_locked
    monkeypatch.setattr(Customer, "reload_locked", reload_locked)
    factories.leave_unnotified(
        waiting, by=factories.staff("another", "Manager"), reason="It would put a colleague at risk."
    )
    assert locked == [customer]
    locked.clear()
    actions.notify_customer(restriction=restriction, on=today(), by=manager)
    assert locked == [customer]
    sent = send(write(decision, manager), manager)
    locked.clear()
    come_back(sent, manager)
    assert locked == [customer]
