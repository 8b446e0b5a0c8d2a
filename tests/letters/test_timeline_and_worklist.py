from datetime import timedelta

import pytest
from django.utils import timezone

from cha_engagement.core.records import writing
from cha_engagement.letters import actions
from cha_engagement.letters.daily import sweep_letters
from cha_engagement.letters.enums import SentBy
from cha_engagement.organisation import calendar
from cha_engagement.organisation.models import AdviceOrganisation
from tests import factories
from tests.desks import task_rows
from tests.timelines import shown_events, shown_kinds

pytestmark = pytest.mark.django_db


def send_letter(letter, by):
    today = calendar.today()
    actions.send_letter(
        letter=letter, by=by, version=letter.version, sent_by_channel=SentBy.LETTER, sent_on=today
    )


def letter_events(customer, user):
    return [event for event in shown_events(customer, user) if event.model == "letters.letter"]


def test_the_timeline_tells_when_a_letter_was_issued_and_sent(customer, manager, issued_letter):
    send_letter(issued_letter, manager)
    events = letter_events(customer, manager)
    assert [(event.kind, event.reference, str(event.by)) for event in events] == [
        ("letter.issue", issued_letter.reference, "Manager Example"),
        ("letter.send", issued_letter.reference, "Manager Example"),
    ]


@pytest.mark.policy("8")
def test_a_letter_that_names_several_advisers_is_one_row_of_the_timeline(customer, manager, adviser, draft):
    pier = AdviceOrganisation.objects.create(name="Pier Advice", helps_with="debt", contact="Pier")
    writing.save_record(draft, by=manager, reason="Another", links={"advice": [*draft.advice.all(), pier]})
    send_letter(actions.issue_letter(letter=draft, by=manager, version=draft.version), manager)
    assert customer.signpostings.count() == 2
    assert "signposting.signpost" not in shown_kinds(customer, manager)
    (event,) = [event for event in letter_events(customer, manager) if event.kind == "letter.send"]
    assert event.text.endswith("telling of Lochside Advice, Pier Advice")


def test_the_timeline_shows_no_draft_and_nothing_to_others(customer, draft, manager, officer):
    assert not letter_events(customer, manager)
    actions.issue_letter(letter=draft, by=manager, version=1)
    assert letter_events(customer, manager)
    assert not letter_events(customer, officer)


def test_a_draft_waits_for_who_began_it(draft, manager, management):
    (row,) = task_rows(manager, "letter.finish")
    assert (row["kind"], row["reference"]) == ("letter.finish", draft.reference)
    assert row["due_on"] == calendar.today() + timedelta(days=1)
    assert not task_rows(management, "letter.finish")


@pytest.mark.policy("57")
def test_a_letter_that_a_leaver_began_waits_for_those_who_can_finish_it(
    customer, manager, management, officer
):
    letter = factories.general_letter(customer, by=manager, subject="")
    assert not task_rows(management, "letter.finish")
    manager.is_active = False
    manager.save()
    assert [row["reference"] for row in task_rows(management, "letter.finish")] == [letter.reference]
    assert not task_rows(officer, "letter.finish")


def test_an_issued_letter_is_on_its_issuers_list_until_it_is_sent(issued_letter, manager, management):
    (row,) = task_rows(manager, "letter.send")
    assert (row["kind"], row["reference"]) == ("letter.send", issued_letter.reference)
    assert not task_rows(management, "letter.send")
    assert not task_rows(manager, "letter.finish")
    send_letter(issued_letter, manager)
    assert not task_rows(manager, "letter.send")


def test_the_daily_job_leaves_the_files_of_letters_alone(issued_letter, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=3))
    assert sweep_letters(calendar.today()) == "Letters: 0 left-over files removed"
    assert issued_letter.pdf.storage.exists(issued_letter.pdf.name)
