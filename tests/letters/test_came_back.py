"""A letter that came back: who records it, when, and what can follow. Beyond the policy: B23."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cha_engagement.core.records import Stale, writing
from cha_engagement.core.refusals import Incomplete, Refusal, Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.letters import actions, rules
from cha_engagement.letters.enums import SentBy
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering import pdf
from cha_engagement.organisation.calendar import add_working_days, start_of_day, today
from tests.overwriting import overwrite_record
from tests.refusals import refused_fields

from .test_actions import send_letter

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B23")]

WHY = "No longer at this address, the postman wrote."


@pytest.fixture(autouse=True)
def skip_pdfs(monkeypatch):
    """Render no PDF: how a letter looks is tested elsewhere."""
    monkeypatch.setattr(pdf, "write_pdf", lambda *page: b"%PDF-")


@pytest.fixture
def posted(issued_letter, manager):
    return send_letter(issued_letter, manager)


def come_back(letter, by, **changes):
    answers = {"version": letter.version, "came_back_on": today(), "came_back_reason": WHY}
    return actions.record_come_back(letter=letter, by=by, **answers | changes)


def test_it_is_not_sent_any_more_and_its_history_keeps_both(posted, manager):
    returned = come_back(posted, manager)
    assert (returned.sent_on, returned.sent_by_channel, returned.received_on) == (None, "", None)
    assert (returned.came_back_on, returned.came_back_reason) == (today(), WHY)
    assert returned.stage == ("came_back", "Came back")
    events = list(returned.history.order_by("sequence").values_list("event", "sent_on"))
    assert events[-2:] == [("send", today()), ("come_back", None)]


@pytest.mark.parametrize("channel", [SentBy.OFFICE, SentBy.HOME_VISIT])
def test_what_was_handed_over_cannot_have_come_back(issued_letter, manager, channel, signed_in):
    handed_over = send_letter(issued_letter, manager, channel=channel)
    with pytest.raises(Incomplete, match="it has reached them"):
        come_back(handed_over, manager)
    page = signed_in(manager).get(handed_over.get_absolute_url()).content.decode()
    assert "It came back" not in page


def test_nor_what_was_not_sent_or_has_come_back_already(draft, manager):
    with pytest.raises(Stale):
        come_back(draft, manager)
    issued = actions.issue_letter(letter=draft, by=manager, version=draft.version)
    with pytest.raises(Stale):
        come_back(issued, manager)
    returned = come_back(send_letter(issued, manager), manager)
    with pytest.raises(Stale):
        come_back(returned, manager)


@pytest.mark.parametrize("days", [-1, 1])
def test_nor_before_it_was_sent_or_on_a_day_to_come(posted, manager, days):
    day = today() + timedelta(days=days)
    assert refused_fields(lambda: come_back(posted, manager, came_back_on=day)) == ["came_back_on"]


@pytest.mark.parametrize("reason", ["", "-", "n/a"])
def test_what_happened_is_said_in_words(posted, manager, reason):
    assert refused_fields(lambda: come_back(posted, manager, came_back_reason=reason)) == ["came_back_reason"]


def test_it_is_for_those_who_write_the_letter(posted, officer, kind, monkeypatch):
    with pytest.raises(Refused):
        come_back(posted, officer)


def test_it_is_asked_of_the_letter_as_it_is_who_may_record_it(posted, manager, monkeypatch):
    """Somebody may lose it between reading the page and holding the letter."""

    def may_write(by, letter):
        return None if letter is posted else Refusal("No.")

    monkeypatch.setattr(rules, "may_write", may_write)
    with pytest.raises(Refused):
        come_back(posted, manager)


def test_it_goes_out_again_no_sooner_than_it_came_back(posted, manager, time_machine):
    time_machine.move_to(start_of_day(add_working_days(today(), 3)) + timedelta(hours=10))
    returned = come_back(posted, manager)
    before = today() - timedelta(days=1)
    assert refused_fields(lambda: send_letter(returned, manager, sent_on=before, channel=SentBy.OFFICE)) == [
        "sent_on"
    ]
    again = send_letter(returned, manager, channel=SentBy.OFFICE)
    assert (again.stage[0], again.came_back_reason) == ("sent", WHY)


def test_the_same_way_is_asked_about(posted, manager):
    returned = come_back(posted, manager)
    assert refused_fields(lambda: send_letter(returned, manager)) == ["sent_reason"]
    again = actions.send_letter(
        letter=returned,
        by=manager,
        version=returned.version,
        sent_by_channel=SentBy.LETTER,
        sent_on=today(),
        sent_reason="The postman had the wrong door; they wait for it now.",
    )
    assert come_back(again, manager).sent_reason == ""


def test_a_letter_too_old_is_replaced_rather_than_sent_again(posted, manager, time_machine):
    time_machine.move_to(start_of_day(add_working_days(today(), 11)) + timedelta(hours=10))
    returned = come_back(posted, manager)
    with pytest.raises(Incomplete, match="too old to send"):
        send_letter(returned, manager, channel=SentBy.OFFICE)


def test_its_page_offers_it_and_says_what_happened(posted, manager, signed_in):
    client = signed_in(manager)
    assert "It came back" in client.get(posted.get_absolute_url()).content.decode()
    answer = client.post(
        reverse("letter_came_back", args=[posted.reference]),
        {"version": posted.version, "came_back_on": today().isoformat(), "came_back_reason": WHY},
    )
    assert answer.url == posted.get_absolute_url()
    page = client.get(posted.get_absolute_url()).content.decode()
    assert "This letter came back" in page
    assert WHY in page
    assert "Mark as sent" in page


def test_an_email_that_could_not_be_delivered_comes_back_too(issued_letter, manager):
    writing.save_record(issued_letter.customer, by=manager, reason="Known", emails=["orla@home.example"])
    assert come_back(send_letter(issued_letter, manager, channel=SentBy.EMAIL), manager).sent_on is None


def test_the_database_keeps_why_with_when(posted):
    with pytest.raises(IntegrityError), transaction.atomic():
        overwrite_record(posted, came_back_on=today())
    assert Letter.objects.get().came_back_on is None


@pytest.mark.policy("8")
def test_they_were_not_told_of_the_advice_that_it_named(issued_letter, manager, customer):
    returned = come_back(send_letter(issued_letter, manager), manager)
    [undone] = customer.signpostings.all()
    assert undone.came_back_on == today()
    assert list(returned.signpostings.all()) == [undone]
    again = send_letter(returned, manager, channel=SentBy.OFFICE)
    assert [signposting.came_back_on for signposting in again.signpostings.order_by("pk")] == [today(), None]


@pytest.mark.policy("8")
def test_pages_say_that_they_were_not_told_of_advice_by_a_letter_that_came_back(
    issued_letter, manager, customer, signed_in
):
    returned = come_back(send_letter(issued_letter, manager), manager)
    client = signed_in(manager)
    for address in (returned.get_absolute_url(), reverse("signpost", args=[customer.reference])):
        page = client.get(address).content.decode()
        assert f": not told after all, the letter came back on {uk_date(today())}" in page
    again = send_letter(returned, manager, channel=SentBy.OFFICE)
    page = client.get(again.get_absolute_url()).content.decode()
    assert page.count("not told after all") == 1
